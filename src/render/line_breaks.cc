// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/line_breaks.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "render/break_costs.h"

namespace octavo {
namespace {

constexpr std::string_view kEllipsis = "…";
constexpr char32_t kEllipsisCode = 0x2026;
constexpr std::int64_t kInfinite = std::numeric_limits<std::int64_t>::max() / 4;
constexpr std::size_t kNear = 24;  // clusters: so much is given up to end at a word

constexpr std::int64_t kLoneWord = 2500;   // a line of one word
constexpr std::int64_t kMoreLines = 3500;  // a line more than is needed

bool is_unseen_at_end(Kind kind) {
  return kind == Kind::blank || kind == Kind::gap || kind == Kind::soft;
}

std::int32_t hyphen() {
  return *exact_width(Face::roman, '-');
}

}  // namespace

Paragraph::Paragraph(std::vector<Cluster> clusters)
    : clusters_(std::move(clusters)), costs_(break_costs(clusters_)) {
  sums_.push_back(0);
  for (const Cluster& one : clusters_) {
    const bool seen = one.kind != Kind::gap && one.kind != Kind::soft;
    sums_.push_back(sums_.back() + (seen ? one.width : 0));
  }
}

std::int32_t Paragraph::width(std::size_t from, std::size_t to) const {
  const bool hyphenated = to < clusters_.size() && clusters_[to - 1].kind == Kind::soft;
  while (to > from && is_unseen_at_end(clusters_[to - 1].kind)) --to;
  return sums_[to] - sums_[from] + (hyphenated ? hyphen() : 0);
}

// Whether a line is one word in a text of words, and no heading of what follows ("Postscript:").
bool Paragraph::is_lone(std::size_t from, std::size_t to) const {
  while (to > from && is_unseen_at_end(clusters_[to - 1].kind)) --to;
  static constexpr std::u32string_view kComplete = U":!?";
  if (to > from && kComplete.find(clusters_[to - 1].first) != kComplete.npos) return false;
  return std::all_of(clusters_.begin() + static_cast<std::ptrdiff_t>(from),
                     clusters_.begin() + static_cast<std::ptrdiff_t>(to),
                     [](const Cluster& one) { return one.kind == Kind::letter; });
}

Line Paragraph::line(std::size_t from, std::size_t to) const {
  Line out;
  out.width = out.widest = width(from, to);
  const bool hyphenated = to < clusters_.size() && clusters_[to - 1].kind == Kind::soft;
  while (to > from && is_unseen_at_end(clusters_[to - 1].kind)) --to;
  for (std::size_t i = from; i < to; ++i) {
    const Cluster& one = clusters_[i];
    if (one.kind == Kind::gap || one.kind == Kind::soft) continue;
    out.text += one.bytes;
    out.widest += one.widest - one.width;
  }
  if (hyphenated) out.text += '-';
  return out;
}

// How far `most` lines reach when each takes what it can; `count`: lines that were begun.
std::size_t Paragraph::reach(std::int32_t measure, std::size_t most, std::int64_t dearest,
                             std::size_t* count) const {
  std::size_t from = 0, lines = 0;
  while (from < clusters_.size() && lines < most) {
    std::size_t end = from;
    for (std::size_t to = from + 1; to <= clusters_.size(); ++to) {
      if (sums_[to] - sums_[from] > measure + 2 * kEm) break;
      const bool may = to == clusters_.size() || costs_[to] <= dearest;
      if (may && width(from, to) <= measure) end = to;
    }
    if (end == from) break;
    from = end;
    ++lines;
  }
  *count = lines;
  return from;
}

std::optional<Setting> Paragraph::broken(std::int32_t measure, std::size_t most,
                                         Breaks breaks) const {
  const std::size_t size = clusters_.size();
  const std::int64_t dearest = breaks == Breaks::words ? kTear - 1 : kNoBreak - 1;
  std::size_t least = 0;
  if (size == 0 || reach(measure, most, dearest, &least) < size) return std::nullopt;
  // best[k][j]: the least cost of the clusters before j in k lines; from[k][j]: where the last of
  // them begins. Sense may be worth a line more, and torn words several.
  std::int64_t cheapest = kInfinite;
  std::vector<std::size_t> ends;
  const std::size_t tried = breaks == Breaks::words ? std::min(least + 1, most) : most;
  for (std::size_t lines = least; lines <= tried; ++lines) {
    const std::int64_t common = sums_[size] / static_cast<std::int64_t>(lines);
    std::vector<std::vector<std::int64_t>> best(lines + 1,
                                                std::vector<std::int64_t>(size + 1, kInfinite));
    std::vector<std::vector<std::size_t>> from(lines + 1, std::vector<std::size_t>(size + 1, 0));
    best[0][0] = 0;
    for (std::size_t k = 0; k < lines; ++k) {
      for (std::size_t i = 0; i < size; ++i) {
        if (best[k][i] >= kInfinite) continue;
        for (std::size_t j = i + 1; j <= size; ++j) {
          if (sums_[j] - sums_[i] > measure + 2 * kEm) break;
          if (j < size && costs_[j] > dearest) continue;
          const std::int64_t length = width(i, j);
          if (length > measure) continue;
          const std::int64_t off = (length - common) * 256 / measure;
          const std::int64_t total = best[k][i] + off * off + (j < size ? costs_[j] : 0) +
                                     (lines > 1 && is_lone(i, j) ? kLoneWord : 0);
          if (total < best[k + 1][j]) {
            best[k + 1][j] = total;
            from[k + 1][j] = i;
          }
        }
      }
    }
    const std::int64_t total =
        best[lines][size] + static_cast<std::int64_t>(lines - least) * kMoreLines;
    if (best[lines][size] >= kInfinite || total >= cheapest) continue;
    cheapest = total;
    ends.assign(1, size);
    for (std::size_t k = lines; k > 1; --k) ends.push_back(from[k][ends.back()]);
  }
  if (ends.empty()) return std::nullopt;
  std::ranges::reverse(ends);
  Setting out;
  out.cost = cheapest;
  std::size_t begin = 0;
  for (const std::size_t end : ends) {
    out.lines.push_back(line(begin, end));
    begin = end;
  }
  return out;
}

std::vector<Cluster> Paragraph::cut(std::size_t end) const {
  std::vector<Cluster> out(clusters_.begin(), clusters_.begin() + static_cast<std::ptrdiff_t>(end));
  const auto hangs = [](const Cluster& one) {
    static constexpr std::u32string_view kHanging = U",;:.-–—([{«„‚、，。「『（/";
    return is_unseen_at_end(one.kind) || one.kind == Kind::glue ||
           kHanging.find(one.first) != std::u32string_view::npos;
  };
  while (!out.empty() && hangs(out.back())) out.pop_back();
  Cluster dots;
  dots.bytes = kEllipsis;
  dots.first = kEllipsisCode;
  dots.kind = Kind::letter;
  dots.exact = true;
  dots.width = *exact_width(Face::roman, kEllipsisCode);
  dots.widest = dots.width * 7 / 5;
  out.push_back(dots);
  return out;
}

std::vector<Cluster> Paragraph::beginning(std::int32_t measure, std::size_t most) const {
  const auto fits = [&](const std::vector<Cluster>& some, std::int64_t dearest) {
    std::size_t lines = 0;
    return Paragraph(some).reach(measure, most, dearest, &lines) == some.size();
  };
  std::size_t lines = 0;
  const std::size_t whole = reach(measure, most, kTear - 1, &lines);
  const std::size_t torn = reach(measure, most, kNoBreak - 1, &lines);
  // By words, unless a word that is too long would leave too little.
  if (whole + kNear >= torn) {
    for (std::size_t end = whole; end > 0 && end + kNear > whole; --end) {
      if (end < clusters_.size() && costs_[end] >= kTear) continue;
      std::vector<Cluster> some = cut(end);
      if (fits(some, kTear - 1)) return some;
    }
  }
  for (std::size_t end = torn; end > 0; --end) {
    std::vector<Cluster> some = cut(end);
    if (fits(some, kNoBreak - 1)) return some;
  }
  return cut(0);
}

}  // namespace octavo
