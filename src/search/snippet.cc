// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/snippet.h"

#include <algorithm>
#include <vector>

#include "base/escape.h"
#include "base/text.h"

namespace octavo {

namespace {

constexpr std::size_t kLength = 200;         // code points of a snippet
constexpr std::size_t kSpan = 160;           // from the first hit in it to the last
constexpr std::size_t kLead = 60;            // before the first hit, at most
constexpr std::size_t kSlack = 24;           // given up for the sake of whole words
constexpr std::size_t kScanned = 64 * 1024;  // bytes

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

// Where each mark stands, in code points; what lies far apart may be counted as farther.
std::vector<std::size_t> places(std::string_view text, const std::vector<Mark>& marks) {
  std::vector<std::size_t> place(marks.size());
  for (std::size_t i = 1; i < marks.size(); ++i) {
    const std::size_t before = marks[i - 1].begin;
    const std::size_t gap = std::max(before, marks[i].begin) - before;
    const bool far = gap > 4 * kSpan;
    place[i] = place[i - 1] + (far ? gap : count_code_points(text.substr(before, gap)));
  }
  return place;
}

// The run of marks within kSpan that shows the most rows; the first of equals.
std::pair<std::size_t, std::size_t> best_run(std::string_view text, const std::vector<Mark>& marks,
                                             std::size_t rows) {
  const std::vector<std::size_t> place = places(text, marks);
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
  while (at < text.size() && count-- > 0) {
    do {
      ++at;
    } while (at < text.size() && is_continuation(text[at]));
  }
  return at;
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

}  // namespace

std::string snippet_around(std::string_view text, MarkFinder& finder) {
  if (finder.rows() == 0) return "";
  const std::string_view seen = window(text);
  const std::vector<Mark> marks = finder.marks(seen, kSpan, 4 * kLength);
  if (marks.empty()) return "";
  const auto [from, to] = best_run(seen, marks, finder.rows());
  Slice slice = slice_around(seen, marks[from], marks[to - 1]);
  // A mark is at most a few words; one that is longer than a snippet is cut.
  const std::size_t least = std::min(marks[to - 1].end, forward(seen, slice.begin, 2 * kLength));
  slice.end = tidy_end(seen, std::max(slice.end, least), least);
  return render(seen, slice, marks, seen.size() < text.size());
}

std::string snippet_of_start(std::string_view text, MarkFinder& finder) {
  const bool goes_on = text.size() > 8 * kLength;
  const std::string_view start = trim(text.substr(0, floor_to_character(text, 8 * kLength)));
  const Slice slice{0, tidy_end(start, forward(start, 0, kLength), 0)};
  std::vector<Mark> marks;
  if (finder.rows() != 0) marks = finder.marks(start.substr(0, slice.end), kSpan, 4 * kLength);
  return render(start, slice, marks, goes_on);
}

}  // namespace octavo
