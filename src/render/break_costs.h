// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a break between two clusters of a title costs. The measure is a line's squared difference
// from the common length, in 1/256 of the full width: 1000 are worth an eighth of a line.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_RENDER_BREAK_COSTS_H_
#define OCTAVO_RENDER_BREAK_COSTS_H_

#include <cstdint>
#include <vector>

#include "render/clusters.h"

namespace octavo {

inline constexpr std::int64_t kTear = 20'000;  // from here on a word is torn
inline constexpr std::int64_t kNoBreak = 1'000'000'000;

// One for each cluster: of a break before it. The first is kNoBreak.
std::vector<std::int64_t> break_costs(const std::vector<Cluster>& clusters);

}  // namespace octavo

#endif  // OCTAVO_RENDER_BREAK_COSTS_H_
