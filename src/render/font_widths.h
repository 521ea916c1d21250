// SPDX-License-Identifier: GPL-3.0-or-later
//
// Advance widths of the faces that a card is set in, taken from the fonts by fonts/card-widths:
// Liberation Serif exactly (Times New Roman, Tinos and Nimbus Roman are as wide), the usual faces
// of other scripts and DejaVu's symbols roughly.
//
// Thread safety: pure functions.
// Throws: nothing.
#ifndef OCTAVO_RENDER_FONT_WIDTHS_H_
#define OCTAVO_RENDER_FONT_WIDTHS_H_

#include <optional>

namespace octavo {

inline constexpr int kEm = 2048;  // widths are whole numbers of em/2048, the same on every machine

enum class Face { roman, italic };

// nullopt: Liberation Serif has no such character.
std::optional<int> exact_width(Face face, char32_t code_point) noexcept;
// nullopt: not in the tables of other scripts and symbols either.
std::optional<int> rough_width(char32_t code_point) noexcept;

}  // namespace octavo

#endif  // OCTAVO_RENDER_FONT_WIDTHS_H_
