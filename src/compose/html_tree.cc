// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/html_tree.h"

#include <gumbo.h>

#include "base/text.h"
#include "compose/arena.h"

namespace octavo {

namespace {

// An honest body takes a hundredth of it; formatting elements that are opened anew in each of
// thousands of paragraphs take all there is.
constexpr std::size_t kParseBudget = std::size_t{128} << 20;

// Gumbo's allocator may not fail, and its destructor recurses: the arena sees to both.
struct Parse {
  GumboOptions options = kGumboDefaultOptions;
  std::string_view html;
  const GumboNode* root = nullptr;
};

void parse_now(void* context) {
  auto* parse = static_cast<Parse*>(context);
  parse->root =
      gumbo_parse_with_options(&parse->options, parse->html.data(), parse->html.size())->root;
}

void* arena_allocate(void* arena, std::size_t size) {
  return static_cast<Arena*>(arena)->allocate(size);
}

void arena_free(void*, void*) {}

const GumboAttribute& attribute_at(const GumboNode* node, unsigned index) {
  return *static_cast<const GumboAttribute*>(node->v.element.attributes.data[index]);
}

// As it was written, or empty for elements that the parser added.
std::string_view written_name(const GumboElement& element) {
  GumboStringPiece piece = element.original_tag;
  if (piece.data == nullptr || piece.length == 0) return {};
  gumbo_tag_from_original_text(&piece);
  return {piece.data, piece.length};
}

}  // namespace

bool HtmlNode::is_element() const noexcept {
  return node_->type == GUMBO_NODE_ELEMENT || node_->type == GUMBO_NODE_TEMPLATE;
}

bool HtmlNode::is_text() const noexcept {
  return node_->type == GUMBO_NODE_TEXT || node_->type == GUMBO_NODE_CDATA ||
         node_->type == GUMBO_NODE_WHITESPACE;
}

bool HtmlNode::is_whitespace() const noexcept {
  return node_->type == GUMBO_NODE_WHITESPACE;
}

std::string_view HtmlNode::text() const noexcept {
  return node_->v.text.text;
}

HtmlNode::Space HtmlNode::space() const noexcept {
  switch (node_->v.element.tag_namespace) {
    case GUMBO_NAMESPACE_SVG:
      return Space::svg;
    case GUMBO_NAMESPACE_MATHML:
      return Space::math;
    default:
      return Space::html;
  }
}

std::string HtmlNode::name() const {
  const GumboElement& element = node_->v.element;
  if (element.tag != GUMBO_TAG_UNKNOWN && element.tag_namespace == GUMBO_NAMESPACE_HTML) {
    return gumbo_normalized_tagname(element.tag);
  }
  const std::string_view written = written_name(element);
  if (element.tag_namespace == GUMBO_NAMESPACE_SVG) {
    const GumboStringPiece piece{written.data(), written.size()};
    if (const char* proper = gumbo_normalize_svg_tagname(&piece)) return proper;
  }
  if (!written.empty()) return ascii_lower(written);
  return element.tag != GUMBO_TAG_UNKNOWN ? gumbo_normalized_tagname(element.tag) : "span";
}

unsigned HtmlNode::size() const noexcept {
  return node_->v.element.children.length;
}

HtmlNode HtmlNode::child(unsigned index) const noexcept {
  const GumboVector& children = node_->v.element.children;
  if (index >= children.length) return HtmlNode();
  return HtmlNode(static_cast<const GumboNode*>(children.data[index]));
}

unsigned HtmlNode::attributes() const noexcept {
  return node_->v.element.attributes.length;
}

HtmlAttribute HtmlNode::attribute(unsigned index) const noexcept {
  const GumboAttribute& one = attribute_at(node_, index);
  HtmlAttribute result{{}, one.name, one.value};
  switch (one.attr_namespace) {
    case GUMBO_ATTR_NAMESPACE_XLINK:
      result.prefix = "xlink:";
      break;
    case GUMBO_ATTR_NAMESPACE_XML:
      result.prefix = "xml:";
      break;
    case GUMBO_ATTR_NAMESPACE_XMLNS:
      if (result.name != "xmlns") result.prefix = "xmlns:";
      break;
    default:
      break;
  }
  return result;
}

const char* HtmlNode::find(const char* attribute) const noexcept {
  const GumboAttribute* found = gumbo_get_attribute(&node_->v.element.attributes, attribute);
  return found == nullptr ? nullptr : found->value;
}

bool HtmlNode::has_class(std::string_view only) const noexcept {
  const char* value = find("class");
  return value != nullptr && value == only;
}

std::size_t HtmlNode::offset(std::string_view html) const noexcept {
  const GumboStringPiece& tag = node_->v.element.original_tag;
  return tag.data == nullptr ? 0 : static_cast<std::size_t>(tag.data - html.data());
}

bool HtmlNode::is(std::string_view name) const noexcept {
  if (!is_element() || node_->v.element.tag_namespace != GUMBO_NAMESPACE_HTML) return false;
  const GumboElement& element = node_->v.element;
  if (element.tag != GUMBO_TAG_UNKNOWN) return gumbo_normalized_tagname(element.tag) == name;
  return ascii_iequals(written_name(element), name);  // <picture> is younger than Gumbo
}

unsigned HtmlNode::heading_level() const noexcept {
  if (!is_element() || node_->v.element.tag_namespace != GUMBO_NAMESPACE_HTML) return 0;
  const GumboTag tag = node_->v.element.tag;
  if (tag < GUMBO_TAG_H1 || tag > GUMBO_TAG_H6) return 0;
  return 1u + static_cast<unsigned>(tag - GUMBO_TAG_H1);
}

HtmlNode parse_html(std::string_view html) noexcept {
  thread_local Arena arena(kParseBudget);
  arena.reset();
  Parse parse;
  parse.html = html;
  parse.options.allocator = arena_allocate;
  parse.options.deallocator = arena_free;
  parse.options.userdata = &arena;
  parse.options.max_errors = 0;
  parse.options.fragment_context = GUMBO_TAG_DIV;
  return arena.run(parse_now, &parse) ? HtmlNode(parse.root) : HtmlNode();
}

}  // namespace octavo
