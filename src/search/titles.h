// SPDX-License-Identifier: GPL-3.0-or-later
//
// Search without an index: in titles, tags and descriptions, newest first. Slower by the number of
// posts (some 2 µs each), and without stems.
//
// Thread safety: pure function.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_SEARCH_TITLES_H_
#define OCTAVO_SEARCH_TITLES_H_

#include <chrono>
#include <cstdint>
#include <vector>

#include "content/site.h"
#include "search/query.h"

namespace octavo {

struct TitlesFound {
  std::vector<std::uint32_t> numbers;  // all that were found until the deadline
  bool cut_short = false;
};

TitlesFound find_by_titles(const Site& site, const Query& query, bool as_typed,
                           std::chrono::steady_clock::time_point deadline);

// Whether search may show it at all; REQUIRES: visible.
bool may_be_found(const PostView& view);

}  // namespace octavo

#endif  // OCTAVO_SEARCH_TITLES_H_
