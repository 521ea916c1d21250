// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/beginnings.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace octavo {

namespace {

constexpr std::size_t kMostPairs = 12;
constexpr unsigned char kCase = 0x20;  // the bit between A and a

// Sixteen bytes at once, on any machine that the compiler knows.
using Lanes = unsigned char __attribute__((vector_size(16)));
constexpr std::size_t kLanes = sizeof(Lanes);

Lanes load(const void* from) noexcept {
  Lanes lanes;
  std::memcpy(&lanes, from, kLanes);
  return lanes;
}

bool any(Lanes lanes) noexcept {
  std::uint64_t halves[2];
  std::memcpy(halves, &lanes, kLanes);
  return (halves[0] | halves[1]) != 0;
}

char32_t capital(char32_t c) {
  return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

}  // namespace

void Beginnings::add(std::string_view prefix) {
  constexpr Row kAll = {~std::uint64_t{0}, ~std::uint64_t{0}};
  if (prefix.empty()) {
    rows_.fill(kAll);
    all_ = true;
    return;
  }
  std::size_t at = 0;
  const char32_t first = next_code_point(prefix, at);
  if (first >= kForeign) return;
  const char32_t next = at < prefix.size() ? next_code_point(prefix, at) : kForeign;
  const char32_t second = std::min<char32_t>(next, kForeign);
  for (Row* row : {&rows_[first], &rows_[capital(first)]}) {
    if (second == kForeign) *row = kAll;
    for (const char32_t c : {second, capital(second)}) {
      if (c < kForeign) (*row)[c / 64] |= std::uint64_t{1} << c % 64;
    }
  }
  Pair pair;
  pair.first.fill(static_cast<unsigned char>(first | kCase));
  pair.second.fill(static_cast<unsigned char>(second | kCase));
  pair.any_second = second == kForeign;
  if (std::find(pairs_.begin(), pairs_.end(), pair) == pairs_.end()) pairs_.push_back(pair);
  all_ |= pairs_.size() > kMostPairs;
}

Beginnings::Skipped Beginnings::skip(std::string_view text, std::size_t at) const noexcept {
  if (all_) return {at, text.size()};
  if (at == 0) return {0, 1};  // a look at the byte before is needed
  const auto is_blank = [](char c) { return c == ' ' || c == '\n'; };
  std::size_t here = at;
  for (; here + kLanes < text.size(); here += kLanes) {
    const char* const from = text.data() + here;
    const Lanes before = load(from - 1) | kCase, bare = load(from), bare_next = load(from + 1);
    const Lanes first = bare | kCase, second = bare_next | kCase;
    Lanes hit = {};
    for (const Pair& pair : pairs_) {
      const auto begins = Lanes(first == load(pair.first.data()));
      hit |= pair.any_second ? begins : begins & Lanes(second == load(pair.second.data()));
    }
    // Not behind a letter.
    hit &= Lanes(static_cast<Lanes>(before - 'a') > static_cast<unsigned char>('z' - 'a'));
    hit |= (bare | bare_next) & kForeign;
    if (any(hit)) break;
  }
  const std::size_t until = here + kLanes;
  while (here > at && !is_blank(text[here - 1])) --here;
  return {here, until};
}

}  // namespace octavo
