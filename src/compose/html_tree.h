// SPDX-License-Identifier: GPL-3.0-or-later
//
// HTML as an HTML5 parser (Gumbo) understands it: what a browser would make of it.
//
// Thread safety: a tree belongs to its thread.
// Throws: nothing, but name() std::bad_alloc.
#ifndef OCTAVO_COMPOSE_HTML_TREE_H_
#define OCTAVO_COMPOSE_HTML_TREE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

struct GumboInternalNode;

namespace octavo {

struct HtmlAttribute {
  std::string_view prefix;  // "xlink:", "xml:", "xmlns:" on foreign elements, else empty
  std::string_view name, value;
};

// A node, or none. REQUIRES: its HtmlTree is alive, and the next parse of the thread not begun.
class HtmlNode {
 public:
  enum class Space : std::uint8_t { html, svg, math };

  HtmlNode() = default;
  explicit HtmlNode(const GumboInternalNode* node) noexcept : node_(node) {}
  explicit operator bool() const noexcept { return node_ != nullptr; }
  bool operator==(const HtmlNode&) const = default;

  bool is_element() const noexcept;
  bool is_text() const noexcept;
  bool is_whitespace() const noexcept;     // text too
  std::string_view text() const noexcept;  // REQUIRES: is_text()

  // REQUIRES for all below: is_element()
  Space space() const noexcept;
  std::string name() const;                       // lower case, but for SVG's own; never empty
  unsigned size() const noexcept;                 // children
  HtmlNode child(unsigned index) const noexcept;  // none beyond the last
  unsigned attributes() const noexcept;
  HtmlAttribute attribute(unsigned index) const noexcept;
  // Its value ended by a zero, or null.
  const char* find(const char* attribute) const noexcept;
  bool has_class(std::string_view only) const noexcept;
  // Of its tag in the HTML that was parsed; 0 for elements that the parser added.
  std::size_t offset(std::string_view html) const noexcept;

  // For any node.
  bool is(std::string_view name) const noexcept;  // an HTML element of this name
  unsigned heading_level() const noexcept;        // 0 for all else

 private:
  const GumboInternalNode* node_ = nullptr;
};

// The root, whose children are those of a <div> that holds `html`; none when the tree would take
// more than 128 MiB. REQUIRES: `html` outlives it.
HtmlNode parse_html(std::string_view html) noexcept;

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_HTML_TREE_H_
