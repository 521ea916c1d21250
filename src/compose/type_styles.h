// SPDX-License-Identifier: GPL-3.0-or-later
//
// How languages set quotes.
//
// Thread safety: pure function.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_COMPOSE_TYPE_STYLES_H_
#define OCTAVO_COMPOSE_TYPE_STYLES_H_

#include <string_view>

namespace octavo {

struct TypeStyle {
  enum class Space { none, colon, high };  // before which marks: none, the colon, ; : ! ? too
  std::string_view lang;
  // Outer and inner quotes, opening and closing; empty: quotes stay as they were typed.
  std::string_view outer_open, outer_close, inner_open, inner_close;
  Space space = Space::none;
};

// nullptr: leave all as it is typed.
const TypeStyle* type_style(std::string_view lang);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_TYPE_STYLES_H_
