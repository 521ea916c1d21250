// SPDX-License-Identifier: GPL-3.0-or-later
//
// The few words that a body's HTML says by itself, mostly to those who cannot see it.
//
// Thread safety: pure function.
// Throws: nothing.
#ifndef OCTAVO_COMPOSE_PHRASES_H_
#define OCTAVO_COMPOSE_PHRASES_H_

#include <string_view>

namespace octavo {

struct Phrases {
  std::string_view lang, footnotes, back, done, open;
  std::string_view alerts[5];  // by AlertKind: note, tip, important, warning, caution
};

// By the primary part of a language tag ("de-AT"); English where we do not know it.
const Phrases& phrases(std::string_view lang) noexcept;

// Whether a language is written from right to left, by the same part, or by its script.
bool is_right_to_left(std::string_view lang) noexcept;

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_PHRASES_H_
