// SPDX-License-Identifier: GPL-3.0-or-later
//
// Anchors of headings, as GitHub makes them: lower case, letters, digits, "-" and "_" kept,
// blanks become "-", the second of a name gets "-1". None begins with "_", as our own ids do, or is
// a footnote's.
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

// The link of a heading to itself, to stand behind its words. It is empty, for its sign is the
// style sheet's: text browsers, feeds and what people copy stay free of it. It is for a pointer
// alone: nobody hears the heading twice, nobody has to tab over it.
void heading_anchor_to(std::string& html, std::string_view id);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_HEADING_IDS_H_
