// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/font_widths.h"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <span>

#include "render/font_table.h"

namespace octavo {
namespace {

using namespace font_table;

std::optional<std::size_t> place(std::span<const Range> ranges, char32_t c) noexcept {
  for (const Range& range : ranges) {
    if (c >= range.first && c <= range.last) return range.at + (c - range.first);
  }
  return std::nullopt;
}

}  // namespace

std::optional<int> exact_width(Face face, char32_t code_point) noexcept {
  const std::optional<std::size_t> at = place(kExactRanges, code_point);
  if (!at || kRoman[*at] == 0xffff) return std::nullopt;
  if (face == Face::italic) {
    const auto* found = std::ranges::lower_bound(kItalic, *at, {}, &Differs::at);
    if (found != std::end(kItalic) && found->at == *at) return found->width;
  }
  return kRoman[*at];
}

std::optional<int> rough_width(char32_t code_point) noexcept {
  const std::optional<std::size_t> at = place(kCoarseRanges, code_point);
  if (!at || kCoarse[*at] == 0xff) return std::nullopt;
  return kCoarse[*at] * (kEm / 32);
}

}  // namespace octavo
