// SPDX-License-Identifier: GPL-3.0-or-later
//
// How deep a piece of HTML nests, before a parser whose cost is the square of that sees it.
//
// Thread safety: pure function.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_COMPOSE_HTML_NESTING_H_
#define OCTAVO_COMPOSE_HTML_NESTING_H_

#include <cstddef>
#include <string_view>

namespace octavo {

// The most elements open at once, by start and end tags of each name; about right for ordinary
// HTML, never much too low for contrived HTML. Elements that end by themselves (<br>, <p>, <li>)
// are not counted.
std::size_t html_nesting(std::string_view html);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_HTML_NESTING_H_
