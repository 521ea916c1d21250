// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/sanitize.h"

#include <gumbo.h>

#include <algorithm>
#include <array>
#include <utility>

#include "base/escape.h"
#include "base/text.h"
#include "compose/arena.h"
#include "compose/html_nesting.h"
#include "compose/html_rules.h"
#include "compose/plain_text.h"

namespace octavo {

namespace {

// An honest body takes a hundredth of it; formatting elements that are opened anew in each of
// thousands of paragraphs take all there is.
constexpr std::size_t kParseBudget = std::size_t{128} << 20;

// Gumbo's allocator may not fail, and its destructor recurses: the arena sees to both.
struct Parse {
  GumboOptions options = kGumboDefaultOptions;
  std::string_view html;
  GumboOutput* output = nullptr;
};

void parse_now(void* context) {
  auto* parse = static_cast<Parse*>(context);
  parse->output =
      gumbo_parse_with_options(&parse->options, parse->html.data(), parse->html.size());
}

void* arena_allocate(void* arena, std::size_t size) {
  return static_cast<Arena*>(arena)->allocate(size);
}

void arena_free(void*, void*) {}

const std::array<ElementRule, GUMBO_TAG_LAST + 1>& rules_by_tag() {
  static const auto rules = [] {
    std::array<ElementRule, GUMBO_TAG_LAST + 1> table;
    for (int tag = 0; tag < GUMBO_TAG_UNKNOWN; ++tag) {
      table[static_cast<std::size_t>(tag)] =
          element_rule(gumbo_normalized_tagname(static_cast<GumboTag>(tag)));
    }
    return table;
  }();
  return rules;
}

bool is_element(const GumboNode* node) {
  return node->type == GUMBO_NODE_ELEMENT || node->type == GUMBO_NODE_TEMPLATE;
}

bool is_text(const GumboNode* node) {
  return node->type == GUMBO_NODE_TEXT || node->type == GUMBO_NODE_CDATA ||
         node->type == GUMBO_NODE_WHITESPACE;
}

bool is_tag(const GumboNode* node, GumboTag tag) {
  return node->type == GUMBO_NODE_ELEMENT && node->v.element.tag == tag &&
         node->v.element.tag_namespace == GUMBO_NAMESPACE_HTML;
}

const GumboNode* child(const GumboNode* node, unsigned index) {
  const GumboVector& children = node->v.element.children;
  return index < children.length ? static_cast<const GumboNode*>(children.data[index]) : nullptr;
}

const GumboAttribute* attribute(const GumboNode* node, const char* name) {
  return gumbo_get_attribute(&node->v.element.attributes, name);
}

bool has_class(const GumboNode* node, std::string_view name) {
  const GumboAttribute* found = attribute(node, "class");
  return found != nullptr && found->value == name;
}

unsigned heading_level(const GumboNode* node) {
  if (!is_element(node) || node->v.element.tag_namespace != GUMBO_NAMESPACE_HTML) return 0;
  const GumboTag tag = node->v.element.tag;
  return tag >= GUMBO_TAG_H1 && tag <= GUMBO_TAG_H6 ? 1u + static_cast<unsigned>(tag - GUMBO_TAG_H1)
                                                    : 0;
}

// The marks of footnotes that compose/html_writer.h makes: no words of the author's.
bool is_footnote_mark(const GumboNode* node) {
  return (is_tag(node, GUMBO_TAG_SUP) && has_class(node, "footnote-ref")) ||
         (is_tag(node, GUMBO_TAG_A) && has_class(node, "footnote-backref"));
}

std::string tag_name(const GumboElement& element) {
  if (element.tag != GUMBO_TAG_UNKNOWN && element.tag_namespace == GUMBO_NAMESPACE_HTML) {
    return gumbo_normalized_tagname(element.tag);
  }
  GumboStringPiece piece = element.original_tag;
  gumbo_tag_from_original_text(&piece);
  if (element.tag_namespace == GUMBO_NAMESPACE_SVG && piece.data != nullptr) {
    if (const char* proper = gumbo_normalize_svg_tagname(&piece)) return proper;
  }
  if (piece.data == nullptr || piece.length == 0) {
    return element.tag != GUMBO_TAG_UNKNOWN ? gumbo_normalized_tagname(element.tag) : "span";
  }
  return ascii_lower({piece.data, piece.length});
}

// Where the parser does not decode references, and neither may we encode.
bool holds_raw_text(const GumboNode* node) {
  if (!is_element(node) || node->v.element.tag_namespace != GUMBO_NAMESPACE_HTML) return false;
  switch (node->v.element.tag) {
    case GUMBO_TAG_SCRIPT:
    case GUMBO_TAG_STYLE:
    case GUMBO_TAG_IFRAME:
    case GUMBO_TAG_XMP:
    case GUMBO_TAG_NOEMBED:
    case GUMBO_TAG_NOFRAMES:
    case GUMBO_TAG_PLAINTEXT:
      return true;
    default:
      return false;
  }
}

// Gumbo is older than <picture>.
bool is_picture(const GumboNode* node) {
  return is_tag(node, GUMBO_TAG_UNKNOWN) && tag_name(node->v.element) == "picture";
}

bool is_blank_text(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\f") == std::string_view::npos;
}

class TreeWriter {
 public:
  TreeWriter(std::string_view html, const SanitizeOptions& options)
      : source_(html), options_(options) {}

  Sanitized write(const GumboNode* root);

 private:
  struct Frame {
    const GumboNode* node;
    unsigned next = 0;
    ElementRule rule;
    std::string name;          // empty: unwrapped
    bool table_box = false;    // a div.table-wrap of ours is around it
    bool mute = false;         // its text is no text of the author's
    bool first_paragraph = false;
  };

  ElementRule rule_of(const GumboNode* node) const;
  bool kept_heading_one(const GumboNode* root) const;
  std::vector<const GumboNode*> top_level(const GumboNode* root) const;
  const GumboNode* sole_picture(const GumboNode* node) const;
  const GumboNode* sole_child(const GumboNode* node) const;
  static const GumboNode* picture_img(const GumboNode* node);
  std::string text_of(const GumboNode* node) const;

  void write_blocks(const GumboNode* root);
  void write_block(const GumboNode* node);
  void write_run(std::vector<const GumboNode*>& run);
  void write_figure(const GumboNode* around, const std::vector<const GumboNode*>& nodes,
                    const GumboNode* img);
  void open_wrapper(const char* name);
  void close_wrapper();
  void write_node(const GumboNode* node);
  void enter(const GumboNode* node);
  void leave();
  void write_text(const GumboNode* node);
  void open_tag(Frame& frame);
  void open_heading(const Frame& frame, unsigned level);
  void write_attributes(const GumboNode* node, std::string_view name);
  void write_attribute(const GumboNode* node, std::string_view name, const GumboAttribute& one);
  void write_missing(const GumboNode* node, std::string_view name);
  void append_attribute(std::string_view name, std::string_view value);
  bool media_url(const GumboNode* node, std::string& url);
  std::string srcset(const GumboNode* node, std::string_view value);
  bool may_begin_first_paragraph(const GumboNode* node) const;

  const std::string_view source_;
  const SanitizeOptions& options_;
  Sanitized result_;
  PlainText text_;
  std::vector<Frame> frames_;
  const GumboNode* captioned_ = nullptr;  // its title is written as the caption
  std::string width_, height_;            // of the img being written, from the callback
  unsigned pre_ = 0, tables_ = 0, mute_ = 0;
  std::size_t words_seen_ = 0;            // texts that are not blank
  std::size_t paragraph_at_ = 0, paragraph_words_ = 0;
  bool paragraph_found_ = false;
};

ElementRule TreeWriter::rule_of(const GumboNode* node) const {
  const GumboElement& element = node->v.element;
  if (element.tag_namespace != GUMBO_NAMESPACE_HTML) {
    return {options_.trusted ? Fate::keep : Fate::drop, false, false};
  }
  ElementRule rule = element.tag == GUMBO_TAG_UNKNOWN ? element_rule(tag_name(element))
                                                      : rules_by_tag()[element.tag];
  if (options_.trusted) {
    rule.fate = Fate::keep;
    // Those that the allow-list drops are not known to it as void.
    switch (element.tag) {
      case GUMBO_TAG_AREA:
      case GUMBO_TAG_BASE:
      case GUMBO_TAG_BASEFONT:
      case GUMBO_TAG_BGSOUND:
      case GUMBO_TAG_EMBED:
      case GUMBO_TAG_FRAME:
      case GUMBO_TAG_KEYGEN:
      case GUMBO_TAG_LINK:
      case GUMBO_TAG_META:
      case GUMBO_TAG_PARAM:
        rule.empty = true;
        break;
      default:
        break;
    }
    return rule;
  }
  if (element.tag == GUMBO_TAG_INPUT) {
    // The checkboxes of task lists, and what is as harmless as they are.
    const GumboAttribute* type = attribute(node, "type");
    if (type == nullptr || !ascii_iequals(type->value, "checkbox") ||
        attribute(node, "disabled") == nullptr) {
      rule.fate = Fate::drop;
    }
  }
  if (options_.summary &&
      (element.tag == GUMBO_TAG_IMG || element.tag == GUMBO_TAG_VIDEO ||
       element.tag == GUMBO_TAG_AUDIO || is_picture(node) || is_footnote_mark(node))) {
    rule.fate = Fate::drop;
  }
  return rule;
}

// All elements of the tree that would be written, without recursion: children before siblings.
bool TreeWriter::kept_heading_one(const GumboNode* root) const {
  std::vector<const GumboNode*> todo{root};
  while (!todo.empty()) {
    const GumboNode* node = todo.back();
    todo.pop_back();
    if (!is_element(node)) continue;
    if (node != root) {
      if (rule_of(node).fate == Fate::drop) continue;
      if (heading_level(node) == 1) return true;
    }
    for (unsigned i = 0; const GumboNode* one = child(node, i); ++i) todo.push_back(one);
  }
  return false;
}

std::string TreeWriter::text_of(const GumboNode* root) const {
  PlainText text;
  std::vector<const GumboNode*> todo{root};
  while (!todo.empty()) {
    const GumboNode* node = todo.back();
    todo.pop_back();
    if (is_text(node)) {
      text.add_collapsed(node->v.text.text);
    } else if (is_element(node)) {
      if (rule_of(node).fate == Fate::drop || is_footnote_mark(node)) continue;
      if (is_tag(node, GUMBO_TAG_BR)) text.space();
      if (is_tag(node, GUMBO_TAG_IMG)) {
        if (const GumboAttribute* alt = attribute(node, "alt")) text.add_collapsed(alt->value);
      }
      const GumboVector& children = node->v.element.children;
      for (unsigned i = children.length; i > 0; --i) {
        todo.push_back(static_cast<const GumboNode*>(children.data[i - 1]));
      }
    }
  }
  return std::string(trim(text.take()));
}

// The nodes that will stand at top level: what is unwrapped there makes room for its children.
std::vector<const GumboNode*> TreeWriter::top_level(const GumboNode* root) const {
  std::vector<const GumboNode*> nodes, todo{root};
  while (!todo.empty()) {
    const GumboNode* node = todo.back();
    todo.pop_back();
    if (node != root) {
      const bool unwrapped = is_element(node) && rule_of(node).fate == Fate::unwrap;
      if (!unwrapped) {
        nodes.push_back(node);
        continue;
      }
    }
    const GumboVector& children = node->v.element.children;
    for (unsigned i = children.length; i > 0; --i) {
      todo.push_back(static_cast<const GumboNode*>(children.data[i - 1]));
    }
  }
  return nodes;
}

// The one child that counts, or null when there is another number of them. A figure may have a
// caption beside it.
const GumboNode* TreeWriter::sole_child(const GumboNode* node) const {
  const GumboNode* found = nullptr;
  for (unsigned i = 0; const GumboNode* one = child(node, i); ++i) {
    if (one->type == GUMBO_NODE_WHITESPACE || one->type == GUMBO_NODE_COMMENT) continue;
    if (is_element(one) && rule_of(one).fate == Fate::drop) continue;
    if (is_tag(node, GUMBO_TAG_FIGURE) && is_tag(one, GUMBO_TAG_FIGCAPTION)) continue;
    if (found != nullptr) return nullptr;
    found = one;
  }
  return found;
}

// The <img>, or <picture>'s, when `node` (p, figure, a, picture, img) shows nothing else.
const GumboNode* TreeWriter::sole_picture(const GumboNode* node) const {
  for (int depth = 0; node != nullptr && depth < 4; ++depth) {
    if (is_tag(node, GUMBO_TAG_IMG)) return node;
    if (is_picture(node)) return picture_img(node);
    if (!is_tag(node, GUMBO_TAG_P) && !is_tag(node, GUMBO_TAG_FIGURE) &&
        !is_tag(node, GUMBO_TAG_A)) {
      return nullptr;
    }
    node = sole_child(node);
  }
  return nullptr;
}

const GumboNode* TreeWriter::picture_img(const GumboNode* node) {
  for (unsigned i = 0; const GumboNode* one = child(node, i); ++i) {
    if (is_tag(one, GUMBO_TAG_IMG)) return one;
  }
  return nullptr;
}

void TreeWriter::open_wrapper(const char* name) {
  result_.html += "<div class=\"";
  result_.html += name;
  result_.html += "\">";
}

void TreeWriter::close_wrapper() {
  while (!result_.html.empty() && result_.html.back() == '\n') result_.html.pop_back();
  result_.html += "</div>\n";
  text_.line();
}

void TreeWriter::write_figure(const GumboNode* around, const std::vector<const GumboNode*>& nodes,
                              const GumboNode* img) {
  open_wrapper("block-image");
  result_.html += "<figure";
  if (around != nullptr) write_attributes(around, "p");
  result_.html += '>';
  const GumboAttribute* title = attribute(img, "title");
  const bool caption = title != nullptr && !is_blank_text(title->value);
  if (caption) captioned_ = img;
  for (const GumboNode* node : nodes) write_node(node);
  captioned_ = nullptr;
  if (caption) {
    result_.html += "<figcaption>";
    html_escape_to(result_.html, title->value);
    result_.html += "</figcaption>";
    text_.line();
    text_.add_collapsed(title->value);
  }
  result_.html += "</figure>";
  close_wrapper();
}

void TreeWriter::write_block(const GumboNode* node) {
  if (is_tag(node, GUMBO_TAG_P) || is_tag(node, GUMBO_TAG_FIGURE)) {
    if (const GumboNode* img = sole_picture(node)) {
      if (is_tag(node, GUMBO_TAG_P)) {
        write_figure(node, {sole_child(node)}, img);
      } else {
        open_wrapper("block-image");
        write_node(node);
        close_wrapper();
      }
      return;
    }
    if (is_tag(node, GUMBO_TAG_P) && sole_child(node) == nullptr) {
      const std::size_t before = result_.html.size();
      open_wrapper("block-rich-text");
      const std::size_t inside = result_.html.size();
      write_node(node);
      // Nothing was left of it, or nothing had been in it.
      if (result_.html.substr(inside) == "<p></p>") {
        result_.html.resize(before);
      } else {
        close_wrapper();
      }
      return;
    }
  }
  open_wrapper(is_tag(node, GUMBO_TAG_PRE) ? "block-code" : "block-rich-text");
  write_node(node);
  close_wrapper();
}

// Phrasing content that stands at top level without a paragraph.
void TreeWriter::write_run(std::vector<const GumboNode*>& run) {
  // Line breaks between blocks are no block.
  const bool shows = std::any_of(run.begin(), run.end(), [](const GumboNode* node) {
    return node->type != GUMBO_NODE_WHITESPACE && !is_tag(node, GUMBO_TAG_BR);
  });
  if (!shows) {
    run.clear();
    return;
  }
  if (run.size() == 1 && is_element(run.front())) {
    if (const GumboNode* img = sole_picture(run.front())) {
      write_figure(nullptr, run, img);
      run.clear();
      return;
    }
  }
  open_wrapper("block-rich-text");
  for (const GumboNode* node : run) write_node(node);
  close_wrapper();
  run.clear();
}

void TreeWriter::write_blocks(const GumboNode* root) {
  std::vector<const GumboNode*> run;
  for (const GumboNode* node : top_level(root)) {
    if (result_.fault != SanitizeFault::none) return;
    if (is_text(node)) {
      if (node->type != GUMBO_NODE_WHITESPACE || !run.empty()) run.push_back(node);
      continue;
    }
    if (!is_element(node)) continue;
    const ElementRule rule = rule_of(node);
    if (rule.fate == Fate::drop) continue;
    const bool bare = options_.trusted && (holds_raw_text(node) || node->type == GUMBO_NODE_TEMPLATE ||
                                           is_tag(node, GUMBO_TAG_LINK) ||
                                           is_tag(node, GUMBO_TAG_META)) &&
                      !is_tag(node, GUMBO_TAG_IFRAME);
    if (bare && run.empty()) {
      write_node(node);  // shows nothing: no block
      result_.html += '\n';
    } else if (rule.block) {
      write_run(run);
      write_block(node);
    } else {
      run.push_back(node);
    }
  }
  write_run(run);
}

Sanitized TreeWriter::write(const GumboNode* root) {
  result_.html.reserve(source_.size() + source_.size() / 4);
  result_.shifted = options_.shift_headings.has_value() ? *options_.shift_headings
                                                        : kept_heading_one(root);
  if (options_.wrap) {
    write_blocks(root);
  } else {
    for (unsigned i = 0; const GumboNode* one = child(root, i); ++i) write_node(one);
  }
  if (result_.fault != SanitizeFault::none) {
    Sanitized nothing;
    nothing.fault = result_.fault;
    return nothing;
  }
  result_.text = text_.take();
  return std::move(result_);
}

void TreeWriter::write_node(const GumboNode* node) {
  const std::size_t base = frames_.size();
  enter(node);
  while (frames_.size() > base && result_.fault == SanitizeFault::none) {
    Frame& frame = frames_.back();
    if (const GumboNode* next = child(frame.node, frame.next)) {
      ++frame.next;
      enter(next);
    } else {
      leave();
    }
  }
}

void TreeWriter::enter(const GumboNode* node) {
  if (is_text(node)) {
    write_text(node);
    return;
  }
  if (!is_element(node)) return;
  Frame frame{node, 0, rule_of(node), {}};
  if (frame.rule.fate == Fate::drop) return;
  if (frames_.size() >= kMaxNesting) {
    result_.fault = SanitizeFault::too_deep;
    return;
  }
  if (result_.html.size() > kMaxHtmlBytes) {
    result_.fault = SanitizeFault::too_large;
    return;
  }
  if (frame.rule.fate == Fate::keep) open_tag(frame);
  if (!frame.rule.empty) frames_.push_back(std::move(frame));
}

void TreeWriter::write_text(const GumboNode* node) {
  const std::string_view text = node->v.text.text;
  if (!frames_.empty() && holds_raw_text(frames_.back().node) && options_.trusted) {
    result_.html += text;
    return;
  }
  // A parser drops a line feed that follows <pre>.
  if (!frames_.empty() && is_tag(frames_.back().node, GUMBO_TAG_PRE) && frames_.back().next == 1 &&
      text.starts_with('\n')) {
    result_.html += '\n';
  }
  html_escape_to(result_.html, text);
  if (mute_ > 0) return;
  if (pre_ > 0) {
    text_.add(text);
  } else {
    text_.add_collapsed(text);
  }
  if (!is_blank_text(text)) ++words_seen_;
}

// A paragraph of the body's own flow: not one of a quotation, a list or a caption.
bool TreeWriter::may_begin_first_paragraph(const GumboNode* node) const {
  if (paragraph_found_ || !is_tag(node, GUMBO_TAG_P)) return false;
  return std::all_of(frames_.begin(), frames_.end(), [](const Frame& frame) {
    return frame.rule.fate == Fate::unwrap || frame.name == "div" || frame.name == "section" ||
           frame.name == "article" || frame.name == "center" || frame.name == "header";
  });
}

void TreeWriter::open_tag(Frame& frame) {
  const GumboNode* node = frame.node;
  frame.name = tag_name(node->v.element);
  if (frame.rule.block) {
    if (frame.name == "td" || frame.name == "th") {
      text_.space();
    } else {
      text_.line();
    }
  }
  if (frame.name == "table" && !options_.trusted && !options_.summary && tables_++ == 0 &&
      (frames_.empty() || !has_class(frames_.back().node, "table-wrap"))) {
    result_.html += "<div class=\"table-wrap\" tabindex=\"0\">";
    frame.table_box = true;
  }
  if (may_begin_first_paragraph(node)) {
    frame.first_paragraph = true;
    paragraph_at_ = result_.html.size();
    paragraph_words_ = words_seen_;
  }
  frame.mute = is_footnote_mark(node) || holds_raw_text(node);
  if (frame.mute) ++mute_;
  if (frame.name == "pre") ++pre_;
  if (const unsigned level = heading_level(node)) {
    const unsigned shifted = std::min(level + (result_.shifted ? 1u : 0u), 6u);
    frame.name = "h" + std::to_string(shifted);
    open_heading(frame, shifted);
    return;
  }
  result_.html += '<';
  result_.html += frame.name;
  write_attributes(node, frame.name);
  write_missing(node, frame.name);
  result_.html += '>';
  if (frame.name == "br") text_.line();
  if (frame.name == "img" && mute_ == 0) {
    if (const GumboAttribute* alt = attribute(node, "alt")) text_.add_collapsed(alt->value);
  }
}

void TreeWriter::open_heading(const Frame& frame, unsigned level) {
  result_.html += '<';
  result_.html += frame.name;
  write_attributes(frame.node, frame.name);
  if (!options_.summary) {
    std::string text = text_of(frame.node);
    const GumboAttribute* given = attribute(frame.node, "id");
    std::string id = given != nullptr ? given->value : "";
    if (id.empty() && !text.empty() && options_.ids != nullptr) {
      id = options_.ids->make(text);
      append_attribute("id", id);
    }
    if (!text.empty()) result_.headings.push_back({level, std::move(id), std::move(text)});
  }
  result_.html += '>';
}

void TreeWriter::leave() {
  const Frame frame = std::move(frames_.back());
  frames_.pop_back();
  if (frame.name.empty()) return;
  result_.html += "</";
  result_.html += frame.name;
  result_.html += '>';
  if (frame.mute) --mute_;
  if (frame.name == "pre") --pre_;
  if (frame.name == "table" && !options_.trusted && !options_.summary) --tables_;
  if (frame.table_box) result_.html += "</div>";
  if (frame.rule.block) {
    if (frame.name == "td" || frame.name == "th") {
      text_.space();
    } else {
      text_.line();
    }
  }
  if (frame.first_paragraph && !paragraph_found_ && words_seen_ > paragraph_words_) {
    paragraph_found_ = true;
    result_.first_paragraph = result_.html.substr(paragraph_at_);
  }
}

void TreeWriter::append_attribute(std::string_view name, std::string_view value) {
  result_.html += ' ';
  result_.html += name;
  result_.html += "=\"";
  html_escape_to(result_.html, value);
  result_.html += '"';
}

void TreeWriter::write_attributes(const GumboNode* node, std::string_view name) {
  width_.clear();
  height_.clear();
  const GumboVector& attributes = node->v.element.attributes;
  for (unsigned i = 0; i < attributes.length; ++i) {
    write_attribute(node, name, *static_cast<const GumboAttribute*>(attributes.data[i]));
  }
}

void TreeWriter::write_attribute(const GumboNode* node, std::string_view name,
                                 const GumboAttribute& one) {
  const std::string_view key = one.name;
  std::string value = one.value;
  if (node == captioned_ && key == "title") return;
  AttributeKind kind = attribute_kind(name, key, value);
  if (options_.trusted) {
    // Only what names a file of ours is looked at.
    if (kind != AttributeKind::picture && kind != AttributeKind::srcset) {
      std::string full;
      switch (one.attr_namespace) {
        case GUMBO_ATTR_NAMESPACE_XLINK: full = "xlink:"; break;
        case GUMBO_ATTR_NAMESPACE_XML: full = "xml:"; break;
        case GUMBO_ATTR_NAMESPACE_XMLNS: full = key == "xmlns" ? "" : "xmlns:"; break;
        default: break;
      }
      full += key;
      append_attribute(full, value);
      return;
    }
  } else if (one.attr_namespace != GUMBO_ATTR_NAMESPACE_NONE) {
    return;
  }
  switch (kind) {
    case AttributeKind::refused:
      return;
    case AttributeKind::text:
      if (key == "id" && (options_.summary || value.empty())) return;
      break;
    case AttributeKind::flag:
      result_.html += ' ';
      result_.html += key;
      return;
    case AttributeKind::url:
      if (!is_safe_url(value)) return;
      break;
    case AttributeKind::picture:
      if (!media_url(node, value)) return;
      break;
    case AttributeKind::srcset:
      value = srcset(node, value);
      if (value.empty()) return;
      break;
  }
  // A window that is opened must not reach back.
  if (name == "a" && key == "rel" && !options_.trusted && attribute(node, "target") != nullptr &&
      value.find("noopener") == std::string::npos) {
    value += value.empty() ? "noopener" : " noopener";
  }
  append_attribute(key, value);
}

// What the author left out and the page needs.
void TreeWriter::write_missing(const GumboNode* node, std::string_view name) {
  if (options_.trusted && name != "img") return;
  if (name == "a") {
    const GumboAttribute* target = attribute(node, "target");
    if (target != nullptr && std::string_view(target->value) == "_blank" &&
        attribute(node, "rel") == nullptr) {
      append_attribute("rel", "noopener");
    }
    // Anchors of old: links within the page go to them.
    const GumboAttribute* anchor = attribute(node, "name");
    if (anchor != nullptr && anchor->value[0] != '\0' && !options_.summary &&
        attribute(node, "id") == nullptr) {
      append_attribute("id", anchor->value);
    }
  }
  if (name != "img") return;
  if (attribute(node, "alt") == nullptr) append_attribute("alt", "");
  if (attribute(node, "loading") == nullptr) append_attribute("loading", "lazy");
  if (attribute(node, "decoding") == nullptr) append_attribute("decoding", "async");
  if (!width_.empty() && !height_.empty() && attribute(node, "width") == nullptr &&
      attribute(node, "height") == nullptr) {
    append_attribute("width", width_);
    append_attribute("height", height_);
  }
}

bool TreeWriter::media_url(const GumboNode* node, std::string& url) {
  if (!options_.trusted && !is_safe_image_url(url)) return false;
  if (!options_.image) return true;
  MediaUse use;
  use.url = std::move(url);
  const GumboStringPiece& tag = node->v.element.original_tag;
  if (tag.data != nullptr) use.offset = static_cast<std::size_t>(tag.data - source_.data());
  options_.image(use);
  url = std::move(use.url);
  if (is_tag(node, GUMBO_TAG_IMG) && !use.width.empty()) {
    width_ = std::move(use.width);
    height_ = std::move(use.height);
  }
  return true;
}

// "a.png 1x, b.png 2x": a URL ends at a blank; commas at its end are not its own.
std::string TreeWriter::srcset(const GumboNode* node, std::string_view value) {
  constexpr std::string_view blanks = " \t\r\n\f";
  const std::string width = width_, height = height_;  // src alone decides them
  std::string out;
  for (;;) {
    const std::size_t start = value.find_first_not_of(" \t\r\n\f,");
    if (start == std::string_view::npos) break;
    value.remove_prefix(start);
    std::string_view url = value.substr(0, value.find_first_of(blanks));
    value.remove_prefix(url.size());
    std::string_view descriptor;
    if (url.ends_with(',')) {
      while (url.ends_with(',')) url.remove_suffix(1);
    } else {
      descriptor = trim(value.substr(0, value.find(',')));
      value.remove_prefix(std::min(value.find(','), value.size()));
    }
    std::string one(url);
    if (!media_url(node, one)) continue;
    if (!out.empty()) out += ", ";
    out += one;
    if (!descriptor.empty()) (out += ' ') += descriptor;
  }
  width_ = width;
  height_ = height;
  return out;
}

}  // namespace

Sanitized sanitize(std::string_view html, const SanitizeOptions& options) {
  Sanitized nothing;
  if (html.size() > kMaxHtmlBytes) {
    nothing.fault = SanitizeFault::too_large;
    return nothing;
  }
  if (html_nesting(html) > kMaxNesting) {
    nothing.fault = SanitizeFault::too_deep;
    return nothing;
  }
  thread_local Arena arena(kParseBudget);
  arena.reset();  // an exception may have left it full
  Parse parse;
  parse.html = html;
  parse.options.allocator = arena_allocate;
  parse.options.deallocator = arena_free;
  parse.options.userdata = &arena;
  parse.options.max_errors = 0;
  parse.options.fragment_context = GUMBO_TAG_DIV;
  Sanitized result;
  if (arena.run(parse_now, &parse)) {
    result = TreeWriter(html, options).write(parse.output->root);
  } else {
    result.fault = SanitizeFault::too_large;
  }
  arena.reset();
  return result;
}

std::string sanitize_html(std::string_view html, const SanitizeOptions& options) {
  return sanitize(html, options).html;
}

}  // namespace octavo
