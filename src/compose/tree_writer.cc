// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/tree_writer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/escape.h"
#include "base/text.h"
#include "compose/external_link.h"

namespace octavo {

namespace {

// The marks of footnotes that compose/html_writer.h makes: no words of the author's.
bool is_footnote_mark(HtmlNode node) {
  return (node.is("sup") && node.has_class("footnote-ref")) ||
         (node.is("a") && node.has_class("footnote-backref"));
}

bool is_blank_text(std::string_view text) {
  return text.find_first_not_of(" \t\r\n\f") == std::string_view::npos;
}

constexpr auto kRawText = std::to_array<std::string_view>(
    {"iframe", "noembed", "noframes", "plaintext", "script", "style", "xmp"});

// Void elements that the allow-list drops and therefore does not know as void.
constexpr auto kTrustedVoids = std::to_array<std::string_view>(
    {"area", "base", "basefont", "bgsound", "embed", "frame", "keygen", "link", "meta", "param"});

// Not for quotes and dashes of prose.
constexpr auto kVerbatim =
    std::to_array<std::string_view>({"code", "kbd", "math", "pre", "samp", "svg", "tt", "var"});

template <typename Names>
bool among(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

bool holds_raw_text(HtmlNode node) {
  return node.is_element() && node.space() == HtmlNode::Space::html && among(kRawText, node.name());
}

ElementRule TreeWriter::rule_of(HtmlNode node) const {
  if (node.space() != HtmlNode::Space::html) {
    return {options_.trusted ? Fate::keep : Fate::drop, false, false};
  }
  const std::string name = node.name();
  ElementRule rule = element_rule(name);
  if (options_.trusted) {
    rule.fate = Fate::keep;
    if (among(kTrustedVoids, name)) rule.empty = true;
    return rule;
  }
  if (name == "input") {
    // The checkboxes of task lists, and what is as harmless as they are.
    const char* type = node.find("type");
    if (type == nullptr || !ascii_iequals(type, "checkbox") || node.find("disabled") == nullptr) {
      rule.fate = Fate::drop;
    }
  }
  if (options_.summary && (name == "img" || name == "picture" || name == "video" ||
                           name == "audio" || is_footnote_mark(node))) {
    rule.fate = Fate::drop;
  }
  return rule;
}

std::string TreeWriter::text_of(HtmlNode root) const {
  PlainText words;
  std::vector<HtmlNode> todo{root};
  while (!todo.empty()) {
    const HtmlNode node = todo.back();
    todo.pop_back();
    if (node.is_text()) {
      words.add_collapsed(node.text());
    } else if (node.is_element()) {
      if (drops(node) || is_footnote_mark(node)) continue;
      if (node.is("br")) words.space();
      if (node.is("img")) {
        if (const char* alt = node.find("alt")) words.add_collapsed(alt);
      }
      for (unsigned i = node.size(); i > 0; --i) todo.push_back(node.child(i - 1));
    }
  }
  return std::string(trim(words.take()));
}

void TreeWriter::write(HtmlNode node) {
  const std::size_t base = frames_.size();
  enter(node);
  while (frames_.size() > base && result.fault == SanitizeFault::none) {
    Frame& frame = frames_.back();
    if (const HtmlNode next = frame.node.child(frame.next)) {
      ++frame.next;
      enter(next);
    } else {
      leave();
    }
  }
}

void TreeWriter::enter(HtmlNode node) {
  if (node.is_text()) {
    write_text(node);
    return;
  }
  if (!node.is_element()) return;
  Frame frame{node, 0, rule_of(node), {}};
  if (frame.rule.fate == Fate::drop) {
    if (node.is("img") && mute_ == 0) saw_image(node);
    return;
  }
  if (frames_.size() >= kMaxNesting) {
    result.fault = SanitizeFault::too_deep;
    return;
  }
  if (result.html.size() > kMaxHtmlBytes) {
    result.fault = SanitizeFault::too_large;
    return;
  }
  if (const MadeBlock* block = made(node)) {
    if (node.is("pre")) return write_made(*block);
    frame.alert = true;
  }
  if (frame.rule.fate == Fate::keep) open_tag(frame);
  if (!frame.rule.empty) frames_.push_back(std::move(frame));
}

const MadeBlock* TreeWriter::made(HtmlNode element) const {
  if (options_.made == nullptr || !(element.is("pre") || element.is("div"))) return nullptr;
  const std::size_t offset = element.offset(source_);
  const auto found =
      std::lower_bound(options_.made->begin(), options_.made->end(), offset,
                       [](const MadeBlock& one, std::size_t place) { return one.offset < place; });
  return found != options_.made->end() && found->offset == offset ? &*found : nullptr;
}

void TreeWriter::write_made(const MadeBlock& block) {
  result.html += block.html;
  text.line();
  text.add(block.text);
  text.line();
  ++words_seen_;
  prose_.begin();
}

void TreeWriter::write_caption(std::string_view title) {
  result.html += "<figcaption>";
  prose_.begin();
  html_escape_to(result.html, prose_.set(title));
  result.html += "</figcaption>";
  text.line();
  text.add_collapsed(title);
}

void TreeWriter::write_text(HtmlNode node) {
  const std::string_view words = node.text();
  if (!frames_.empty() && options_.trusted && holds_raw_text(frames_.back().node)) {
    result.html += words;
    return;
  }
  // A parser drops a line feed that follows <pre>.
  if (!frames_.empty() && frames_.back().name == "pre" && frames_.back().next == 1 &&
      words.starts_with('\n')) {
    result.html += '\n';
  }
  if (mute_ > 0) {
    html_escape_to(result.html, words);
    return;
  }
  std::string set;
  std::string_view shown = words;
  if (verbatim_ > 0) {
    prose_.saw(words);
  } else if (prose_.on()) {
    shown = set = prose_.set(words);
  }
  html_escape_to(result.html, shown);
  if (in_heading_) heading_.add_collapsed(shown);
  if (pre_ > 0) {
    text.add(words);
  } else {
    text.add_collapsed(options_.summary ? shown : words);
  }
  if (!is_blank_text(words)) ++words_seen_;
}

// A paragraph of the body's own flow: not one of a quotation, a list or a caption.
bool TreeWriter::may_begin_first_paragraph(HtmlNode node) const {
  if (paragraph_found_ || !node.is("p")) return false;
  return std::all_of(frames_.begin(), frames_.end(), [](const Frame& frame) {
    if (frame.alert) return false;
    return frame.rule.fate == Fate::unwrap || frame.name == "div" || frame.name == "section" ||
           frame.name == "article" || frame.name == "center" || frame.name == "header";
  });
}

// Blocks end lines of the plain text, cells only words.
void TreeWriter::break_text(const Frame& frame) {
  if (!frame.rule.block) return;
  prose_.begin();
  if (frame.name == "td" || frame.name == "th") {
    text.space();
  } else {
    text.line();
  }
}

void TreeWriter::open_tag(Frame& frame) {
  const HtmlNode node = frame.node;
  frame.name = node.name();
  break_text(frame);
  if (frame.name == "table" && !options_.trusted && !options_.summary && tables_++ == 0 &&
      (frames_.empty() || !frames_.back().node.has_class("table-wrap"))) {
    result.html += "<div class=\"table-wrap\" tabindex=\"0\">";
    frame.table_box = true;
  }
  if (may_begin_first_paragraph(node)) {
    frame.first_paragraph = true;
    paragraph_at_ = result.html.size();
    paragraph_words_ = words_seen_;
  }
  frame.mute = is_footnote_mark(node) || holds_raw_text(node) ||
               (!frames_.empty() && frames_.back().alert && node.has_class("alert-title"));
  if (frame.mute) ++mute_;
  frame.verbatim = among(kVerbatim, frame.name);
  if (frame.verbatim) ++verbatim_;
  if (const char* lang = node.find("lang"); lang != nullptr && *lang != '\0' && prose_.on()) {
    frame.language = true;
    prose_.enter(lang);
  }
  if (frame.name == "pre") ++pre_;
  if (const unsigned level = node.heading_level()) {
    const unsigned shifted = std::min(level + (result.shifted ? 1u : 0u), 6u);
    frame.name = "h" + std::to_string(shifted);
    open_heading(frame, shifted);
    return;
  }
  external_ = frame.name == "a" && leads_away(node);
  result.html += '<';
  result.html += frame.name;
  write_attributes(node, frame.name);
  write_missing(node, frame.name);
  result.html += '>';
  if (frame.name == "br") text.line();
  if (frame.name == "img" && mute_ == 0) {
    const std::string_view alt = saw_image(node);
    if (in_heading_) heading_.add_collapsed(alt);
    text.add_collapsed(alt);
  }
}

std::string_view TreeWriter::saw_image(HtmlNode node) {
  const char* given = node.find("alt");
  const std::string_view alt = given == nullptr ? "" : given;
  prose_.saw(alt.empty() ? kPicture : alt);
  return alt;
}

void TreeWriter::open_heading(Frame& frame, unsigned level) {
  result.html += '<';
  result.html += frame.name;
  write_attributes(frame.node, frame.name);
  if (!options_.summary) {
    std::string words = text_of(frame.node);
    const char* given = frame.node.find("id");
    std::string id = given != nullptr ? given : "";
    if (!options_.trusted && id.starts_with('_')) id.clear();
    if (id.empty() && !words.empty() && options_.ids != nullptr) {
      id = options_.ids->make(words);
      append_attribute("id", id);
    }
    if (!words.empty()) {
      result.headings.push_back({level, std::move(id), std::move(words)});
      frame.heading_at = result.headings.size() - 1;
      frame.heading = !in_heading_;  // one within another keeps its words as they are
      in_heading_ = true;
    }
  }
  result.html += '>';
}

bool TreeWriter::is_within(std::string_view one, std::string_view other) const {
  return std::any_of(frames_.begin(), frames_.end(),
                     [&](const Frame& frame) { return frame.name == one || frame.name == other; });
}

void TreeWriter::close_heading(const Frame& frame) {
  if (!frame.heading) return;
  in_heading_ = false;
  Heading& heading = result.headings[frame.heading_at];
  heading.text = trim(heading_.take());
  // No link within a link, nor in what is clicked to unfold.
  if (!heading.id.empty() && !is_within("a", "summary")) heading_anchor_to(result.html, heading.id);
}

void TreeWriter::leave() {
  const Frame frame = std::move(frames_.back());
  frames_.pop_back();
  if (frame.name.empty()) return;
  close_heading(frame);
  result.html += "</";
  result.html += frame.name;
  result.html += '>';
  if (frame.mute) --mute_;
  if (frame.name == "pre") --pre_;
  if (frame.verbatim) --verbatim_;
  if (frame.language) prose_.leave();
  if (frame.name == "table" && !options_.trusted && !options_.summary) --tables_;
  if (frame.table_box) result.html += "</div>";
  break_text(frame);
  if (frame.first_paragraph && !paragraph_found_ && words_seen_ > paragraph_words_) {
    paragraph_found_ = true;
    result.first_paragraph = result.html.substr(paragraph_at_);
  }
}

void TreeWriter::append_attribute(std::string_view name, std::string_view value) {
  result.html += ' ';
  result.html += name;
  result.html += "=\"";
  html_escape_to(result.html, value);
  result.html += '"';
}

void TreeWriter::write_attributes(HtmlNode node, std::string_view name) {
  width_.clear();
  height_.clear();
  for (unsigned i = 0; i < node.attributes(); ++i) write_attribute(node, name, node.attribute(i));
}

void TreeWriter::write_attribute(HtmlNode node, std::string_view name, const HtmlAttribute& one) {
  if (node == captioned_ && one.name == "title") return;
  const AttributeKind kind = attribute_kind(name, one.name, one.value);
  if (options_.trusted) {
    // Only what names a file of ours is looked at.
    if (kind != AttributeKind::picture && kind != AttributeKind::srcset) {
      append_attribute(std::string(one.prefix) + std::string(one.name),
                       with_mark(one.name, std::string(one.value)));
      return;
    }
  } else if (!one.prefix.empty()) {
    return;
  }
  std::string value(one.value);
  switch (kind) {
    case AttributeKind::refused:
      return;
    case AttributeKind::text:
      if (one.name == "id" && (options_.summary || value.empty())) return;
      if (one.name == "class") {
        value = author_classes(value);
        if (value.empty()) return;
      }
      break;
    case AttributeKind::flag:
      result.html += ' ';
      result.html += one.name;
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
  if (name == "a" && one.name == "rel" && !options_.trusted && node.find("target") != nullptr &&
      value.find("noopener") == std::string::npos) {
    value += value.empty() ? "noopener" : " noopener";
  }
  append_attribute(one.name, with_mark(one.name, std::move(value)));
}

// The value of a link's attribute, with what says that the link leads away.
std::string TreeWriter::with_mark(std::string_view name, std::string value) const {
  if (!external_) return value;
  const std::string_view mark = name == "class" ? "external" : name == "rel" ? "noopener" : "";
  const bool there = (' ' + value + ' ').find(' ' + std::string(mark) + ' ') != std::string::npos;
  if (mark.empty() || there) return value;
  if (!value.empty()) value += ' ';
  return value += mark;
}

// What the author left out and the page needs.
void TreeWriter::write_missing(HtmlNode node, std::string_view name) {
  if (name == "a" && external_) {
    const char* classes = node.find("class");
    const bool written =
        classes != nullptr && (options_.trusted || !author_classes(classes).empty());
    if (!written) append_attribute("class", "external");
    if (node.find("rel") == nullptr) append_attribute("rel", "noopener");
  }
  if (name == "pre" && !options_.trusted && !options_.summary && options_.wrap &&
      node.find("tabindex") == nullptr) {
    append_attribute("tabindex", "0");
  }
  if (name == "a" && !options_.trusted) {
    const char* target = node.find("target");
    if (target != nullptr && std::string_view(target) == "_blank" && node.find("rel") == nullptr &&
        !external_) {
      append_attribute("rel", "noopener");
    }
    // Anchors of old: links within the page go to them.
    const char* anchor = node.find("name");
    if (anchor != nullptr && *anchor != '\0' && *anchor != '_' && !options_.summary &&
        node.find("id") == nullptr) {
      append_attribute("id", anchor);
    }
  }
  if (name != "img") return;
  if (node.find("alt") == nullptr) append_attribute("alt", "");
  const bool eager = images_++ == 0 && options_.eager_image && text.text().size() <= kNearTop;
  if (node.find("loading") == nullptr && !eager) append_attribute("loading", "lazy");
  if (node.find("decoding") == nullptr) append_attribute("decoding", "async");
  if (!width_.empty() && !height_.empty() && node.find("width") == nullptr &&
      node.find("height") == nullptr) {
    append_attribute("width", width_);
    append_attribute("height", height_);
  }
}

// Words, not a picture alone: that a link leads away is said behind them.
bool TreeWriter::leads_away(HtmlNode link) const {
  const char* url = link.find("href");
  if (options_.own_host.empty() || url == nullptr || !octavo::leads_away(url, options_.own_host)) {
    return false;
  }
  std::vector<HtmlNode> todo{link};
  while (!todo.empty()) {
    const HtmlNode node = todo.back();
    todo.pop_back();
    if (node.is_text() && !is_blank_text(node.text())) return true;
    if (!node.is_element() || (node != link && drops(node))) continue;
    for (unsigned i = node.size(); i > 0; --i) todo.push_back(node.child(i - 1));
  }
  return false;
}

bool TreeWriter::media_url(HtmlNode node, std::string& url) {
  if (!options_.trusted && !is_safe_image_url(url)) return false;
  if (!options_.image) return true;
  MediaUse use;
  use.url = std::move(url);
  use.offset = node.offset(source_);
  options_.image(use);
  url = std::move(use.url);
  if (node.is("img") && !use.width.empty()) {
    width_ = std::move(use.width);
    height_ = std::move(use.height);
  }
  return true;
}

// "a.png 1x, b.png 2x": a URL ends at a blank; commas at its end are not its own.
std::string TreeWriter::srcset(HtmlNode node, std::string_view value) {
  const std::string width = width_, height = height_;  // src alone decides them
  std::string out;
  for (;;) {
    const std::size_t start = value.find_first_not_of(" \t\r\n\f,");
    if (start == std::string_view::npos) break;
    value.remove_prefix(start);
    std::string_view url = value.substr(0, value.find_first_of(" \t\r\n\f"));
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

}  // namespace octavo
