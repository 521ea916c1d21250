// SPDX-License-Identifier: GPL-3.0-or-later
//
// From what cmark says of a node's place to where a URL stands in the file.
//
// Thread safety: one thread at a time.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_COMPOSE_SOURCE_PLACES_H_
#define OCTAVO_COMPOSE_SOURCE_PLACES_H_

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace octavo {

class SourcePlaces {
 public:
  // REQUIRES: `body` outlives it.
  SourcePlaces(std::string_view body, std::uint32_t first_line)
      : body_(body), first_line_(first_line) {}

  // Of a node: `line` from 1 in the body, `column` from 1 in bytes. In the file, in characters.
  LineColumn place(std::uint32_t line, std::uint32_t column);
  // Of `url`, which the node there names: at or behind it, else (a reference's definition)
  // anywhere, else the node's own place.
  LineColumn find(std::string_view url, std::uint32_t line, std::uint32_t column);

 private:
  std::size_t offset(std::uint32_t line, std::uint32_t column);
  LineColumn at(std::size_t offset);

  const std::string_view body_;
  const std::uint32_t first_line_;
  std::vector<std::size_t> starts_;  // of lines; empty until needed
  unsigned searches_ = 0;            // of the whole body
  std::size_t last_offset_ = 0;      // of the place found last, and
  std::size_t last_characters_ = 0;  // how many characters of its line stand before it
};

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_SOURCE_PLACES_H_
