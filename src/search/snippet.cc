// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/snippet.h"

#include <algorithm>
#include <array>
#include <bitset>
#include <optional>
#include <unordered_map>

#include "base/escape.h"
#include "base/text.h"
#include "search/words.h"

namespace octavo {

namespace {

constexpr std::size_t kLength = 200;         // code points of a snippet
constexpr std::size_t kSpan = 160;           // from the first hit in it to the last
constexpr std::size_t kLead = 60;            // before the first hit, at most
constexpr std::size_t kSlack = 24;           // given up for the sake of whole words
constexpr std::size_t kScanned = 64 * 1024;  // bytes
constexpr std::size_t kMostMarks = 512;

struct Mark {
  std::size_t begin = 0, end = 0;
  unsigned row = 0;
};

bool is_continuation(char c) {
  return (static_cast<unsigned char>(c) & 0xc0) == 0x80;
}

std::size_t floor_to_character(std::string_view text, std::size_t at) {
  while (at > 0 && at < text.size() && is_continuation(text[at])) --at;
  return at;
}

bool is_space(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

// The folded form's first code point, without folding a whole word for it; 0: not known.
char32_t folded_first(std::string_view word) {
  constexpr std::size_t kTable = 0x600;  // Latin, Greek, Cyrillic, Armenian, Hebrew
  static const auto kFolded = [] {
    std::array<char32_t, kTable> table{};
    for (char32_t c = 0; c < kTable; ++c) {
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
  if (c < kTable) return kFolded[c];
  const bool caseless = c < 0x10a0 || is_cjk(c);
  return caseless ? c : 0;
}

// Finds the words of a text that are among those sought.
class Finder {
 public:
  Finder(std::string_view text, const HitWords& words) : text_(text), words_(words) {
    for (unsigned row = 0; row < words.rows.size(); ++row) {
      const std::string& first = words.rows[row].words.front();
      const char32_t c = folded_first(first);
      // Where the first letter says nothing, every word is looked at.
      if (c == 0) {
        firsts_.set();
      } else {
        firsts_.set(c % firsts_.size());
      }
      if (words.rows[row].open && words.rows[row].words.size() == 1) open_.push_back(row);
      by_first_.emplace(first, row);
    }
    last_seen_.assign(words.rows.size(), kNowhere);
  }

  std::vector<Mark> marks() {
    std::size_t at = 0;
    while (const std::optional<Word> word = next_word(text_, at)) {
      if (word->begin > stop_ || marks_.size() >= kMostMarks) break;
      at = word->end;
      look_at(*word);
    }
    return std::move(marks_);
  }

 private:
  static constexpr std::size_t kNowhere = static_cast<std::size_t>(-1);

  void look_at(const Word& word) {
    const std::string_view raw = text_.substr(word.begin, word.end - word.begin);
    bool found = false;
    const char32_t first = folded_first(raw);
    if (first == 0 || firsts_.test(first % firsts_.size())) {
      const std::string folded = fold_case(raw);
      const auto [from, to] = by_first_.equal_range(folded);
      for (auto at = from; at != to; ++at) found |= try_row(at->second, word);
      for (const unsigned row : open_) {
        if (!found && folded.starts_with(words_.rows[row].words.front())) {
          add({word.begin, word.end, row});
          found = true;
        }
      }
    }
    if (!found && word.kind == Word::Kind::letters && words_.by_stem) {
      const int row = words_.by_stem(raw);
      if (row >= 0) add({word.begin, word.end, static_cast<unsigned>(row)});
    }
  }

  bool try_row(unsigned row, const Word& first) {
    const HitRow& sought = words_.rows[row];
    std::size_t end = first.end;
    for (std::size_t i = 1; i < sought.words.size(); ++i) {
      const std::optional<Word> word = next_word(text_, end);
      if (!word) return false;
      const std::string folded = fold_case(text_.substr(word->begin, word->end - word->begin));
      const bool may_go_on = sought.open && i + 1 == sought.words.size();
      if (may_go_on ? !folded.starts_with(sought.words[i]) : folded != sought.words[i])
        return false;
      end = word->end;
    }
    add({first.begin, end, row});
    return true;
  }

  void add(const Mark& mark) {
    marks_.push_back(mark);
    last_seen_[mark.row] = mark.begin;
    if (stop_ != kNowhere) return;
    const std::size_t oldest = *std::min_element(last_seen_.begin(), last_seen_.end());
    const bool all = std::find(last_seen_.begin(), last_seen_.end(), kNowhere) == last_seen_.end();
    // There is no better place than one with all of them; only its surroundings matter now.
    if (all && mark.end - oldest <= kSpan) stop_ = mark.end + 4 * kLength;
  }

  std::string_view text_;
  const HitWords& words_;
  std::bitset<64> firsts_;
  std::unordered_multimap<std::string, unsigned> by_first_;
  std::vector<unsigned> open_;
  std::vector<Mark> marks_;
  std::vector<std::size_t> last_seen_;
  std::size_t stop_ = kNowhere;
};

// The run of marks within kSpan that shows the most rows; the first of equals.
std::pair<std::size_t, std::size_t> best_run(std::string_view text, const std::vector<Mark>& marks,
                                             std::size_t rows) {
  std::vector<std::size_t> place(marks.size());  // in code points
  std::size_t counted = 0, at = 0;
  for (std::size_t i = 0; i < marks.size(); ++i) {
    if (marks[i].begin > at) {
      counted += count_code_points(text.substr(at, marks[i].begin - at));
      at = marks[i].begin;
    }
    place[i] = counted;
  }
  std::vector<unsigned> shown(rows);
  std::size_t best_from = 0, best_to = 1, best = 0, distinct = 0, from = 0;
  for (std::size_t to = 0; to < marks.size(); ++to) {
    if (shown[marks[to].row]++ == 0) ++distinct;
    while (place[to] - place[from] > kSpan) {
      if (--shown[marks[from++].row] == 0) --distinct;
    }
    if (distinct > best) {
      best = distinct;
      best_from = from;
      best_to = to + 1;
    }
  }
  return {best_from, best_to};
}

std::size_t forward(std::string_view text, std::size_t at, std::size_t count) {
  while (at < text.size() && count-- > 0) next_code_point(text, at);
  return std::min(at, text.size());
}

std::size_t back(std::string_view text, std::size_t at, std::size_t count) {
  while (at > 0 && count-- > 0) {
    do {
      --at;
    } while (at > 0 && is_continuation(text[at]));
  }
  return at;
}

// What belongs to the character before it: a text is not cut there.
bool clings(std::string_view text, std::size_t at) {
  if (at == 0 || at >= text.size()) return false;
  std::size_t next = at;
  const char32_t c = next_code_point(text, next);
  if (c == 0x200d || (c >= 0x300 && c <= 0x36f) || (c >= 0xfe00 && c <= 0xfe0f) ||
      (c >= 0x1f3fb && c <= 0x1f3ff))
    return true;
  std::size_t before = back(text, at, 1);
  return next_code_point(text, before) == 0x200d;
}

std::size_t cut_before(std::string_view text, std::size_t at) {
  for (int i = 0; i < 16 && clings(text, at); ++i) at = back(text, at, 1);
  return at;
}

struct Slice {
  std::size_t begin = 0, end = 0;
};

Slice slice_around(std::string_view text, const Mark& first, const Mark& last) {
  const std::size_t span = count_code_points(text.substr(first.begin, last.end - first.begin));
  const std::size_t spare = kLength > span ? kLength - span : 0;
  Slice slice;
  slice.begin = back(text, first.begin, std::min(kLead, spare / 2));
  slice.end = forward(text, slice.begin, kLength);
  if (slice.end == text.size()) {  // rather more before than a short one
    slice.begin = std::min(slice.begin, back(text, slice.end, kLength));
  }
  if (slice.begin > 0) {
    std::size_t at = slice.begin;
    const std::size_t most = std::min(first.begin, forward(text, at, kSlack));
    while (at < most && !is_space(text[at])) ++at;
    if (at < most) {
      slice.begin = at + 1;
    } else {
      slice.begin = cut_before(text, floor_to_character(text, slice.begin));
    }
  }
  return slice;
}

std::size_t tidy_end(std::string_view text, std::size_t end, std::size_t least) {
  if (end >= text.size()) return text.size();
  std::size_t at = end;
  const std::size_t lowest = std::max(least, back(text, end, kSlack));
  while (at > lowest && !is_space(text[at])) --at;
  return at > lowest ? at : cut_before(text, end);
}

// Runs of blanks become one; bytes that are no UTF-8 end the text.
class Writer {
 public:
  void add(std::string_view text) {
    const std::size_t bad = find_bad_utf8(text);
    if (bad != std::string_view::npos) text = text.substr(0, bad);
    std::string clean;
    for (const char c : text) {
      if (is_space(c)) {
        gap_ = true;
        continue;
      }
      if (gap_ && (begun_ || !clean.empty())) clean += ' ';
      gap_ = false;
      clean += c;
    }
    begun_ |= !clean.empty();
    html_escape_to(out_, clean);
  }
  void mark(std::string_view text) {
    if (gap_ && begun_) out_ += ' ';
    gap_ = false;
    out_ += "<mark>";
    add(text);
    out_ += "</mark>";
  }
  void raw(std::string_view text) { out_ += text; }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  bool gap_ = false, begun_ = false;
};

std::string render(std::string_view text, const Slice& slice, const std::vector<Mark>& marks,
                   bool goes_on) {
  Writer writer;
  if (slice.begin > 0) writer.raw("…");
  std::size_t at = slice.begin;
  for (std::size_t i = 0; i < marks.size();) {
    if (marks[i].end <= at || marks[i].begin < at) {
      ++i;
      continue;
    }
    const std::size_t begin = marks[i].begin;
    std::size_t end = marks[i].end;
    // Pairs of CJK characters overlap, or stand side by side: one mark.
    for (++i; i < marks.size() && marks[i].begin <= end; ++i) end = std::max(end, marks[i].end);
    if (begin >= slice.end) break;
    writer.add(text.substr(at, begin - at));
    end = std::min(end, slice.end);
    writer.mark(text.substr(begin, end - begin));
    at = end;
  }
  if (at < slice.end) writer.add(text.substr(at, slice.end - at));
  if (slice.end < text.size() || goes_on) writer.raw("…");
  return writer.take();
}

std::string_view window(std::string_view text) {
  return text.size() <= kScanned ? text : text.substr(0, floor_to_character(text, kScanned));
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

HitWords hit_words(const Query& query, bool as_typed) {
  HitWords words;
  for (const QueryPiece& piece : query.pieces) {
    if (piece.negated) continue;
    const bool phrase = piece.kind == QueryPiece::Kind::phrase;
    if (!phrase && piece.kind != QueryPiece::Kind::words) continue;
    const bool last = &piece == &query.pieces.back();
    add_rows(piece.text, as_typed && query.open_end && last, phrase, words.rows);
  }
  return words;
}

std::string snippet_around(std::string_view text, const HitWords& words) {
  if (words.rows.empty()) return "";
  const std::string_view seen = window(text);
  const std::vector<Mark> marks = Finder(seen, words).marks();
  if (marks.empty()) return "";
  const auto [from, to] = best_run(seen, marks, words.rows.size());
  Slice slice = slice_around(seen, marks[from], marks[to - 1]);
  // A mark is at most a few words; one that is longer than a snippet is cut.
  const std::size_t least = std::min(marks[to - 1].end, forward(seen, slice.begin, 2 * kLength));
  slice.end = tidy_end(seen, std::max(slice.end, least), least);
  return render(seen, slice, marks, seen.size() < text.size());
}

std::string snippet_of_start(std::string_view text, const HitWords& words) {
  const bool goes_on = text.size() > 8 * kLength;
  const std::string_view start = trim(text.substr(0, floor_to_character(text, 8 * kLength)));
  const Slice slice{0, tidy_end(start, forward(start, 0, kLength), 0)};
  std::vector<Mark> marks;
  if (!words.rows.empty()) marks = Finder(start.substr(0, slice.end), words).marks();
  return render(start, slice, marks, goes_on);
}

}  // namespace octavo
