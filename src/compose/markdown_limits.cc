// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/markdown_limits.h"

#include <algorithm>

#include "base/text.h"

namespace octavo {

namespace {

// Below that many columns no table within a post's 1 MiB is costly: the rows have to be written.
constexpr std::size_t kFewColumns = 8;

std::string_view next_line(std::string_view& rest) {
  std::size_t end = 0;
  while (end < rest.size() && rest[end] != '\n' && rest[end] != '\r') ++end;
  const std::string_view line = rest.substr(0, end);
  if (end == rest.size()) {
    rest = {};
  } else {
    const bool pair = rest[end] == '\r' && end + 1 < rest.size() && rest[end + 1] == '\n';
    rest.remove_prefix(end + (pair ? 2 : 1));
  }
  return line;
}

// The columns of a delimiter row ("|:-|-:|"), also within quotations and lists; 0 for another
// line.
std::size_t delimiter_columns(std::string_view line) {
  const std::size_t start = line.find_first_not_of("> \t0123456789.)*+");
  if (start == std::string_view::npos) return 0;
  line.remove_prefix(start);
  if (line.find_first_not_of("|-: \t") != std::string_view::npos) return 0;
  const auto bars = static_cast<std::size_t>(std::count(line.begin(), line.end(), '|'));
  const auto dashes = static_cast<std::size_t>(std::count(line.begin(), line.end(), '-'));
  return dashes + 1 < bars ? 0 : bars + 1;  // each column has a dash
}

}  // namespace

std::optional<std::uint32_t> oversized_table(std::string_view body) {
  if (body.find('|') == std::string_view::npos) return std::nullopt;  // most bodies
  std::uint32_t number = 0;
  std::size_t columns = 0, cells = 0;  // of the table that we may be in
  std::uint32_t table_line = 0;
  for (std::string_view rest = body; !rest.empty();) {
    const std::string_view line = next_line(rest);
    ++number;
    if (columns > 0) {
      if (trim(line).empty()) {
        columns = 0;
      } else {
        cells += columns;
        if (cells > kMaxTableCells) return table_line;
        continue;
      }
    }
    const std::size_t found = delimiter_columns(line);
    if (found < kFewColumns) continue;
    columns = found;
    cells = 2 * columns;
    table_line = number;
    if (cells > kMaxTableCells) return table_line;
  }
  return std::nullopt;
}

}  // namespace octavo
