// SPDX-License-Identifier: GPL-3.0-or-later
//
// A piece of a text around what was searched for, as HTML in which <mark> is the only element.
//
// Thread safety: pure functions, values.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_SEARCH_SNIPPET_H_
#define OCTAVO_SEARCH_SNIPPET_H_

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "search/query.h"

namespace octavo {

// Words that are to be marked where they stand in a row; most rows are of one word.
struct HitRow {
  std::vector<std::string> words;  // folded
  bool open = false;               // the last one may go on
  bool exact = false;              // was quoted: other forms of the word are none
  std::string typed;               // of a single word: as it was typed
};

struct HitWords {
  std::vector<HitRow> rows;
  // The row whose only word has the same stem, −1 for none. May be empty.
  std::function<int(std::string_view word)> by_stem;
};

// What a text found by `query` shows of it; what is negated, and titles, apart.
HitWords hit_words(const Query& query, bool as_typed);

// About 200 characters around the most of `words`; empty when none of them stands in the first
// 64 KiB of the text.
std::string snippet_around(std::string_view text, const HitWords& words);
// The beginning of the text, as long.
std::string snippet_of_start(std::string_view text, const HitWords& words);

}  // namespace octavo

#endif  // OCTAVO_SEARCH_SNIPPET_H_
