// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/source_places.h"

#include <algorithm>
#include <optional>
#include <string>

#include "base/escape.h"

namespace octavo {

namespace {

// How far behind its node's beginning a URL is looked for first: alt text and title stand between.
constexpr std::size_t kNear = 4096;
// A body may name 50,000 images whose URLs stand nowhere as they are (escaped, say).
constexpr unsigned kMostSearches = 500;

}  // namespace

std::size_t SourcePlaces::offset(std::uint32_t line, std::uint32_t column) {
  if (starts_.empty()) {
    starts_.push_back(0);
    for (std::size_t i = 0; i < body_.size(); ++i) {
      const bool pair = body_[i] == '\r' && i + 1 < body_.size() && body_[i + 1] == '\n';
      if (body_[i] == '\n' || (body_[i] == '\r' && !pair)) starts_.push_back(i + 1);
    }
  }
  if (line == 0 || line > starts_.size()) return body_.size();
  const std::size_t start = starts_[line - 1];
  const std::size_t end = line < starts_.size() ? starts_[line] : body_.size();
  return std::min(start + (column == 0 ? 0 : column - 1), end);
}

// Counts on from the last place when it can: a line may hold a megabyte of images.
LineColumn SourcePlaces::at(std::size_t offset) {
  const auto next = std::upper_bound(starts_.begin(), starts_.end(), offset);
  const auto line = static_cast<std::uint32_t>(next - starts_.begin());
  const std::size_t start = starts_[line - 1];
  if (last_offset_ < start || last_offset_ > offset) {
    last_offset_ = start;
    last_characters_ = 0;
  }
  last_characters_ += count_code_points(body_.substr(last_offset_, offset - last_offset_));
  last_offset_ = offset;
  return {first_line_ + line - 1, static_cast<std::uint32_t>(last_characters_) + 1};
}

LineColumn SourcePlaces::place(std::uint32_t line, std::uint32_t column) {
  const std::size_t where = offset(std::max(line, 1u), column);
  return at(where);
}

LineColumn SourcePlaces::find(std::string_view url, std::uint32_t line, std::uint32_t column) {
  line = std::max(line, 1u);
  std::optional<std::string> decoded = percent_decode(url);
  if (decoded && *decoded == url) decoded.reset();
  for (const std::size_t from : {offset(line, column), offset(line, 1)}) {
    const std::string_view near = body_.substr(from, kNear + url.size());
    std::size_t found = near.find(url);
    if (found == std::string_view::npos && decoded) found = near.find(*decoded);
    if (found != std::string_view::npos) return at(from + found);
  }
  if (searches_ < kMostSearches) {
    ++searches_;
    const std::size_t found = body_.find(url);
    if (found != std::string_view::npos) return at(found);
  }
  return place(line, column);
}

}  // namespace octavo
