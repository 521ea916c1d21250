// SPDX-License-Identifier: GPL-3.0-or-later
//
// How the texts of a card are set: which size, which lines, which fonts. No SVG here.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_RENDER_TITLE_PAGE_H_
#define OCTAVO_RENDER_TITLE_PAGE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "render/font_widths.h"
#include "render/line_breaks.h"

namespace octavo {

// In pixels of the picture.
inline constexpr int kCardMeasure = 1000;  // what a line may fill
inline constexpr int kTitleTop = 142, kTitleBottom = 444;

// What letters need above and below the baseline, and from line to line, in hundredths of the size.
struct Leading {
  int above = 0, below = 0, line = 0;
};

struct Title {
  std::vector<Line> lines;  // at most four; none when the text is empty
  int size = 0;
  Leading leading;
};
// REQUIRES, here and below: text from showable().
Title title_of(std::string_view text);
// As much of the text as one line of `most` pixels holds.
Line one_line(std::string_view text, Face face, int size, int most);

// Whether Liberation Serif has all of it, and its letters neither join nor run to the left.
bool is_western(std::string_view text);
// A CSS font stack. Serif faces of one width first (font_widths.h); then those of the scripts that
// the text has, where the language decides which form of an ideograph is drawn; then whatever has
// serifs.
std::string card_fonts(std::string_view text, std::string_view lang);

int pixels(std::int32_t width, int size);  // of a width in em/kEm
std::int32_t ems(int pixels, int size);    // and back

}  // namespace octavo

#endif  // OCTAVO_RENDER_TITLE_PAGE_H_
