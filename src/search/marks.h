// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where the words that were sought stand in a text. A text is looked through at a few instructions
// a byte; what a word is to the query is found out once for all texts.
//
// Thread safety: hit_words() is a pure function; a MarkFinder is for one thread at a time.
// Throws: std::bad_alloc; what the stemmer throws.
#ifndef OCTAVO_SEARCH_MARKS_H_
#define OCTAVO_SEARCH_MARKS_H_

#include <bitset>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "search/query.h"
#include "search/words.h"

namespace octavo {

// Words that are to be marked where they stand in a row; most rows are of one word.
struct HitRow {
  std::vector<std::string> words;  // folded
  bool open = false;               // the last one may go on
  bool exact = false;              // was quoted: other forms of the word are none
  std::string typed;               // of a single word: as it was typed
};

// What a text found by `query` shows of it; what is negated, and titles, apart.
std::vector<HitRow> hit_rows(const Query& query, bool as_typed);

// A language's way to tell that two words are forms of one.
struct Stemmer {
  std::function<std::string(std::string_view word)> stem;  // empty: there is none
  // With so many letters a word and its stem begin alike, as far as they are ASCII (i and y are
  // alike, for lying, a form of lie); at most 2.
  unsigned kept = 1;
};

struct Mark {
  std::size_t begin = 0, end = 0;
  unsigned row = 0;
};

class MarkFinder {
 public:
  explicit MarkFinder(std::vector<HitRow> rows, Stemmer stemmer = {});
  std::size_t rows() const noexcept { return rows_.size(); }

  // By their beginnings; at most 512. It ends behind a place where each row stands within `near`
  // bytes, and `around` bytes more: there is no better one.
  std::vector<Mark> marks(std::string_view text, std::size_t near, std::size_t around);

 private:
  // What a word is, wherever it stands.
  struct Meaning {
    const std::vector<unsigned>* rows = nullptr;  // that begin with it
    int form_of = -1;                             // if none stands here: the row of another form
  };
  // Looks up words without making strings of them.
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  template <typename Value>
  using ByWord = std::unordered_map<std::string, Value, Hash, std::equal_to<>>;
  struct Walk;

  void add_stems();
  bool may_mean(std::string_view word, Word::Kind kind) const;
  const Meaning& meaning(std::string_view word, Word::Kind kind);
  Meaning find_out(std::string_view word, Word::Kind kind) const;

  const std::vector<HitRow> rows_;
  const Stemmer stemmer_;
  ByWord<std::vector<unsigned>> by_first_;
  ByWord<unsigned> by_stem_;
  std::vector<unsigned> open_;  // rows of one word
  Beginnings wanted_;
  std::bitset<64> firsts_;      // of rows, by their first character
  bool foreign_stems_ = false;  // some begin with another letter than the words, or not in ASCII
  ByWord<Meaning> met_;
  Meaning long_one_;
};

}  // namespace octavo

#endif  // OCTAVO_SEARCH_MARKS_H_
