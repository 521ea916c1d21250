// SPDX-License-Identifier: GPL-3.0-or-later
//
// A short text as what a reader takes for its letters: grapheme clusters, each with its width.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_RENDER_CLUSTERS_H_
#define OCTAVO_RENDER_CLUSTERS_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "render/font_widths.h"

namespace octavo {

// What decides about breaks around a cluster and about the space that its line needs.
enum class Kind : std::uint8_t {
  letter,    // all that is nothing else: Latin, digits, punctuation, Arabic, Hangul
  blank,     // a break may replace it
  glue,      // no-break space, word joiner
  gap,       // zero width space: a break, nothing to see
  soft,      // soft hyphen
  han,       // ideographs and full-width signs
  hiragana,  //
  katakana,  //
  thai,      // Thai and Lao, written without blanks
  emoji,
};

struct Cluster {
  std::string_view bytes;
  char32_t first = 0;  // its first code point
  Kind kind = Kind::letter;
  bool exact = false;       // its width is that of Liberation Serif
  bool tall = false;        // reaches higher and lower than Latin letters do
  std::int32_t width = 0;   // in em/kEm, as drawn with a usual font
  std::int32_t widest = 0;  // with any font that is likely
};

// What can be shown of a text, in NFC: blanks collapsed; without controls, embeddings of
// directions, more than three marks on a letter, more than four emoji in one. Empty when nothing
// in it can be seen. At most `most` code points are looked at; "…" stands for the others.
std::string showable(std::string_view text, std::size_t most);
// Views into `text`. None is wider than five em. REQUIRES: text from showable().
std::vector<Cluster> clusters_of(std::string_view text, Face face);

// Whether the text runs from right to left: its first letter decides, without one `otherwise`.
bool runs_left(std::string_view text, bool otherwise);
bool has_right_to_left(std::string_view text);  // anywhere in it
bool is_right_to_left_language(std::string_view lang);

}  // namespace octavo

#endif  // OCTAVO_RENDER_CLUSTERS_H_
