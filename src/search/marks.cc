// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/marks.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/text.h"

namespace octavo {

namespace {

constexpr std::size_t kMostMarks = 512;
constexpr std::size_t kMostMet = 4096;     // words
constexpr std::size_t kLongestMet = 64;    // bytes; the index has no longer ones
constexpr char32_t kFirstForeign = 0x370;  // Greek and what follows: no stem of it is in ASCII

constexpr std::size_t kFolded = 0x600;  // Latin, Greek, Cyrillic, Armenian, Hebrew

// The folded form's first code point, without folding a whole word for it; 0: not known.
char32_t folded_first(std::string_view word) {
  static const auto kTable = [] {
    std::array<char32_t, kFolded> table{};
    for (char32_t c = 0; c < kFolded; ++c) {
      std::string one;
      append_utf8(one, c);
      const std::string folded = fold_case(one);
      std::size_t at = 0;
      table[c] = folded.empty() ? c : next_code_point(folded, at);
    }
    return table;
  }();
  std::size_t at = 0;
  const char32_t c = next_code_point(word, at);
  if (c < kFolded) return kTable[c];
  const bool caseless = c < 0x10a0 || is_cjk(c);
  return caseless ? c : 0;
}

char32_t first_of(std::string_view word) {
  std::size_t at = 0;
  return next_code_point(word, at);
}

void add_rows(std::string_view text, bool open, bool phrase, std::vector<HitRow>& rows) {
  std::vector<HitRow> made;
  std::optional<Word> before;
  std::size_t at = 0;
  while (const std::optional<Word> word = next_word(text, at)) {
    at = word->end;
    const std::string_view raw = text.substr(word->begin, word->end - word->begin);
    std::string folded = fold_case(raw);
    const bool letters = word->kind == Word::Kind::letters;
    const bool goes_on = before && before->kind == word->kind;
    const bool pair = !phrase && goes_on && word->kind == Word::Kind::cjk;
    if (pair && made.back().words.size() == 2) {
      // As the index has CJK: each two that stand side by side.
      std::string last = made.back().words.back();
      made.push_back({{std::move(last), std::move(folded)}, false, true, ""});
    } else if (pair || (!made.empty() && (phrase || (letters && goes_on)))) {
      made.back().words.push_back(std::move(folded));
      made.back().exact = true;
    } else {
      made.push_back({{std::move(folded)}, false, phrase || !letters, std::string(raw)});
    }
    before = word;
  }
  if (open && word_to_complete(text)) made.back().open = true;
  for (HitRow& row : made) rows.push_back(std::move(row));
}

}  // namespace

std::vector<HitRow> hit_rows(const Query& query, bool as_typed) {
  std::vector<HitRow> rows;
  for (const QueryPiece& piece : query.pieces) {
    if (piece.negated) continue;
    const bool phrase = piece.kind == QueryPiece::Kind::phrase;
    if (!phrase && piece.kind != QueryPiece::Kind::words) continue;
    const bool last = &piece == &query.pieces.back();
    add_rows(piece.text, as_typed && query.open_end && last, phrase, rows);
  }
  return rows;
}

MarkFinder::MarkFinder(std::vector<HitRow> rows, Stemmer stemmer)
    : rows_(std::move(rows)), stemmer_(std::move(stemmer)) {
  for (unsigned row = 0; row < rows_.size(); ++row) {
    const std::string& first = rows_[row].words.front();
    const char32_t c = folded_first(first);
    // Where the first letter says nothing, every word is looked at.
    if (c == 0) firsts_.set();
    firsts_.set(c % firsts_.size());
    wanted_.add(c == 0 ? "" : first);
    if (rows_[row].open && rows_[row].words.size() == 1) open_.push_back(row);
    by_first_[first].push_back(row);
  }
  if (stemmer_.stem) add_stems();
}

void MarkFinder::add_stems() {
  for (unsigned row = 0; row < rows_.size(); ++row) {
    if (rows_[row].exact || rows_[row].words.size() != 1) continue;
    const std::string stem = stemmer_.stem(rows_[row].typed);
    if (stem.empty()) continue;
    by_stem_.emplace(stem, row);
    // A stem in ASCII may be that of a word with an accent, and the other way round.
    std::string_view shared = std::string_view(stem).substr(0, stemmer_.kept);
    const bool plain =
        std::ranges::all_of(shared, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    if (!plain) shared = "";
    foreign_stems_ |= shared.empty();
    wanted_.add(shared);
    if (shared.ends_with('i') || shared.ends_with('y')) {
      wanted_.add(std::string(shared.substr(0, shared.size() - 1)) + 'i');
      wanted_.add(std::string(shared.substr(0, shared.size() - 1)) + 'y');
    }
  }
}

// REQUIRES: wanted, if it begins with an ASCII character.
bool MarkFinder::may_mean(std::string_view word, Word::Kind kind) const {
  if (static_cast<unsigned char>(word.front()) < 0x80) return true;
  const char32_t folded = folded_first(word);
  if (folded == 0 || firsts_.test(folded % firsts_.size())) return true;
  if (kind != Word::Kind::letters || by_stem_.empty()) return false;
  return foreign_stems_ || first_of(word) < kFirstForeign;
}

const MarkFinder::Meaning& MarkFinder::meaning(std::string_view word, Word::Kind kind) {
  if (const auto known = met_.find(word); known != met_.end()) return known->second;
  if (met_.size() >= kMostMet) met_.clear();
  if (word.size() > kLongestMet) return long_one_ = find_out(word, Word::Kind::symbol);
  return met_.emplace(word, find_out(word, kind)).first->second;
}

MarkFinder::Meaning MarkFinder::find_out(std::string_view word, Word::Kind kind) const {
  Meaning meaning;
  const std::string folded = fold_case(word);
  if (const auto rows = by_first_.find(folded); rows != by_first_.end())
    meaning.rows = &rows->second;
  for (const unsigned row : open_) {
    if (!folded.starts_with(rows_[row].words.front())) continue;
    meaning.form_of = static_cast<int>(row);
    return meaning;
  }
  if (kind != Word::Kind::letters || by_stem_.empty()) return meaning;
  if (const auto row = by_stem_.find(stemmer_.stem(word)); row != by_stem_.end())
    meaning.form_of = static_cast<int>(row->second);
  return meaning;
}

// One walk through a text.
struct MarkFinder::Walk {
  std::string_view text;
  const std::vector<HitRow>& rows;
  std::size_t near, around;
  std::vector<Mark> marks;
  std::vector<std::size_t> last_seen = std::vector<std::size_t>(rows.size(), kNowhere);
  std::size_t stop = kNowhere;

  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

  bool over(std::size_t at) const { return at > stop || marks.size() >= kMostMarks; }

  bool try_row(unsigned row, const Word& first) {
    const HitRow& sought = rows[row];
    std::size_t end = first.end;
    for (std::size_t i = 1; i < sought.words.size(); ++i) {
      const std::optional<Word> word = next_word(text, end);
      if (!word) return false;
      const std::string folded = fold_case(text.substr(word->begin, word->end - word->begin));
      const bool may_go_on = sought.open && i + 1 == sought.words.size();
      if (may_go_on ? !folded.starts_with(sought.words[i]) : folded != sought.words[i])
        return false;
      end = word->end;
    }
    add({first.begin, end, row});
    return true;
  }

  void add(const Mark& mark) {
    marks.push_back(mark);
    last_seen[mark.row] = mark.begin;
    if (stop != kNowhere) return;
    const std::size_t oldest = *std::min_element(last_seen.begin(), last_seen.end());
    const bool all = std::find(last_seen.begin(), last_seen.end(), kNowhere) == last_seen.end();
    if (all && mark.end - oldest <= near) stop = mark.end + around;
  }
};

std::vector<Mark> MarkFinder::marks(std::string_view text, std::size_t near, std::size_t around) {
  Walk walk{text, rows_, near, around, {}};
  std::size_t at = 0;
  while (const std::optional<Word> word = next_word(text, at, wanted_)) {
    if (walk.over(word->begin)) break;
    at = word->end;
    const std::string_view raw = text.substr(word->begin, word->end - word->begin);
    if (!may_mean(raw, word->kind)) continue;
    const Meaning& here = meaning(raw, word->kind);
    bool found = false;
    if (here.rows != nullptr) {
      for (const unsigned row : *here.rows) found |= walk.try_row(row, *word);
    }
    if (!found && here.form_of >= 0)
      walk.add({word->begin, word->end, static_cast<unsigned>(here.form_of)});
  }
  return std::move(walk.marks);
}

}  // namespace octavo
