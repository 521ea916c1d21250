// SPDX-License-Identifier: GPL-3.0-or-later
//
// The allow-list: which HTML elements and attributes of an author's may stand in a page.
//
// Thread safety: pure functions.
// Throws: author_classes(): std::bad_alloc; else nothing.
#ifndef OCTAVO_COMPOSE_HTML_RULES_H_
#define OCTAVO_COMPOSE_HTML_RULES_H_

#include <string>
#include <string_view>

namespace octavo {

enum class Fate : unsigned char {
  keep,
  unwrap,  // the tags go, the children stay
  drop,    // it goes with all that is in it
};
struct ElementRule {
  Fate fate = Fate::unwrap;
  bool block = false;  // ends a line of plain text; is wrapped by itself
  bool empty = false;  // has neither children nor an end tag
};
ElementRule element_rule(std::string_view name);  // lower case

enum class AttributeKind : unsigned char {
  refused,
  text,
  flag,     // true by being there
  url,      // is_safe_url()
  picture,  // is_safe_image_url(); may name a file of ours
  srcset,   // a list of such
};
AttributeKind attribute_kind(std::string_view element, std::string_view name,
                             std::string_view value);

// The class names of `value` without those by which the theme hides things or its script knows
// what is its own.
std::string author_classes(std::string_view value);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_HTML_RULES_H_
