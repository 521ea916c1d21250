// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the style of a sheet wants to know and cannot see. `rest`: the HTML behind an element's tag;
// each looks no further than that element goes, or a few lines.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_RENDER_PRINT_LAYOUT_H_
#define OCTAVO_RENDER_PRINT_LAYOUT_H_

#include <string>
#include <string_view>

namespace octavo {

// Whether the paragraph that begins here has a word that cannot be broken.
bool has_long_word(std::string_view rest);
// Whether the code that begins here is so short that it stays on one page.
bool has_few_lines(std::string_view rest);
// Classes of a table. wide, crowded: many columns need small print; short: it stays on one page.
std::string table_class(std::string_view rest);

}  // namespace octavo

#endif  // OCTAVO_RENDER_PRINT_LAYOUT_H_
