// SPDX-License-Identifier: GPL-3.0-or-later
//
// The words of a text, cut where Xapian's TermGenerator cuts them: letters, marks and digits with
// what joins them (it's, AT&T, 3.14, C++); each CJK character is a word. Emoji are words here too,
// though the index has none of them: titles are searched for them.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_SEARCH_WORDS_H_
#define OCTAVO_SEARCH_WORDS_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "search/beginnings.h"

namespace octavo {

struct Word {
  enum class Kind { letters, cjk, symbol } kind = Kind::letters;
  std::size_t begin = 0, end = 0;
};

// The first word at or behind `at`. REQUIRES: well-formed text for a useful answer.
std::optional<Word> next_word(std::string_view text, std::size_t at);

// The first word at or behind `at` that may be among `wanted`; the others cost next to nothing.
std::optional<Word> next_word(std::string_view text, std::size_t at, const Beginnings& wanted);

bool is_cjk(char32_t code_point);

// The last word, when the text ends in it and it is long enough to be completed: two letters.
std::optional<Word> word_to_complete(std::string_view text);

// All words, folded, a blank around each: " a b c ". What holds such a text in a row has the same
// words in a row.
std::string word_row(std::string_view text);

}  // namespace octavo

#endif  // OCTAVO_SEARCH_WORDS_H_
