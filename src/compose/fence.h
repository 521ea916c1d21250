// SPDX-License-Identifier: GPL-3.0-or-later
//
// The info string of a code block, as people write it in the wild:
//
//   ```yaml title="octavo.yaml" {2,4-6}      ```yaml:octavo.yaml       ```js{1,3} [main.js]
//   ```rust,hl_lines=1 3-5,name=mod.rs       ~~~{.python filename="a.py" hl_lines="2 4-6"}
//
// What it means besides (line numbers, diffs, themes of other programs) is read over.
//
// Thread safety: pure function.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_COMPOSE_FENCE_H_
#define OCTAVO_COMPOSE_FENCE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace octavo {

struct LineRange {
  std::uint32_t first = 0, last = 0;  // from 1, both inclusive
  bool operator==(const LineRange&) const = default;
};

struct Fence {
  std::string language;           // letters, digits and "_+#.-" alone: fit for a class; or empty
  std::string title;              // a file name or a caption, at most 200 characters; or empty
  std::vector<LineRange> marked;  // sorted, apart from each other
};

// Only the first 2,000 bytes are looked at. REQUIRES: well-formed UTF-8.
Fence read_fence(std::string_view info);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_FENCE_H_
