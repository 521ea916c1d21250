// SPDX-License-Identifier: GPL-3.0-or-later
//
// Anchors of headings, as GitHub makes them: lower case, letters, digits, "-" and "_" kept,
// blanks become "-", the second of a name gets "-1".
//
// Thread safety: one thread at a time.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_COMPOSE_HEADING_IDS_H_
#define OCTAVO_COMPOSE_HEADING_IDS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>

namespace octavo {

class HeadingIds {
 public:
  // An id that the author wrote: no heading gets it.
  void reserve(std::string_view id);
  // The id for the next heading of this (plain, well-formed) text.
  std::string make(std::string_view text);

 private:
  std::unordered_map<std::string, std::uint32_t> used_;  // id → number of the last duplicate
};

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_HEADING_IDS_H_
