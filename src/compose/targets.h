// SPDX-License-Identifier: GPL-3.0-or-later
//
// Paths and URLs as authors write them into a front matter.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_COMPOSE_TARGETS_H_
#define OCTAVO_COMPOSE_TARGETS_H_

#include <string>
#include <string_view>

namespace octavo {

struct WrittenTarget {
  std::string text;       // as it will be used
  std::string code;       // empty: it is fine
  std::string complaint;  // "what; what to do"
};

// An old URL of a post: an absolute path without query. `text` is decoded, in NFC, with a slash
// at its end.
WrittenTarget alias_target(std::string_view written);
// Where a post leads instead: http(s), or an absolute path.
WrittenTarget redirect_target(std::string_view written);
// http(s) alone.
WrittenTarget web_target(std::string_view written);
// An image: http(s), or a path of any kind.
WrittenTarget image_target(std::string_view written);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_TARGETS_H_
