// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/print_layout.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "render/markup.h"

namespace octavo {
namespace {

// A word that cannot be broken leaves holes in a line that is justified.
constexpr std::size_t kLongWord = 24;
constexpr unsigned kShortTable = 12;  // rows that stay on one page
constexpr unsigned kShortCode = 15;   // lines that do

// Sorted. Where a paragraph ends for the eye.
constexpr auto kBreaks =
    std::to_array<std::string_view>({"blockquote", "br", "dd", "div", "dl", "dt", "li", "ol", "p",
                                     "pre", "section", "table", "ul"});
static_assert(std::is_sorted(kBreaks.begin(), kBreaks.end()));

}  // namespace

bool has_long_word(std::string_view rest) {
  MarkupReader reader(rest);
  std::size_t letters = 0;
  for (auto kind = reader.next(); kind != MarkupReader::Kind::end; kind = reader.next()) {
    if (kind == MarkupReader::Kind::tag) {
      if (std::ranges::binary_search(kBreaks, reader.tag().name)) return false;
      continue;
    }
    const std::string_view text = reader.text();
    for (std::size_t at = 0; at < text.size();) {
      const char32_t c = next_code_point(text, at);
      const bool breaks = c <= ' ' || c == '-' || c == U'\u2013' || c == U'\u2014' || c >= 0x2e80;
      letters = breaks ? 0 : letters + 1;
      if (letters >= kLongWord) return true;
    }
  }
  return false;
}

bool has_few_lines(std::string_view rest) {
  rest = rest.substr(0, kShortCode * 400);  // coloured, a line may have that many bytes
  const std::size_t end = rest.find("</pre");
  return end != std::string_view::npos &&
         std::ranges::count(rest.substr(0, end), '\n') <= static_cast<int>(kShortCode);
}

std::string table_class(std::string_view rest) {
  MarkupReader reader(rest);
  unsigned columns = 0, rows = 0;
  for (auto kind = reader.next(); kind != MarkupReader::Kind::end && rows <= kShortTable;
       kind = reader.next()) {
    if (kind != MarkupReader::Kind::tag) continue;
    const TagText& tag = reader.tag();
    if (tag.end && tag.name == "table") break;
    if (tag.end) continue;
    if (tag.name == "tr") ++rows;
    if (rows <= 1 && (tag.name == "td" || tag.name == "th")) ++columns;
  }
  std::string classes = columns > 9 ? "crowded" : columns > 5 ? "wide" : "";
  if (rows <= kShortTable) classes += classes.empty() ? "short" : " short";
  return classes;
}

}  // namespace octavo
