// SPDX-License-Identifier: GPL-3.0-or-later
//
// Bodies that cmark-gfm would answer with gigabytes, told by their source.
//
// Thread safety: pure function.
// Throws: nothing.
#ifndef OCTAVO_COMPOSE_MARKDOWN_LIMITS_H_
#define OCTAVO_COMPOSE_MARKDOWN_LIMITS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace octavo {

// cmark-gfm fills each row of a table up to its number of columns: 17 KB can ask for 9 million.
inline constexpr std::size_t kMaxTableCells = 100'000;

// The line (from 1) of the first delimiter row of a table with more cells than that.
std::optional<std::uint32_t> oversized_table(std::string_view body);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_MARKDOWN_LIMITS_H_
