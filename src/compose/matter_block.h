// SPDX-License-Identifier: GPL-3.0-or-later
//
// A post's bytes taken apart: the block between the --- lines, and the Markdown behind it.
//
// Thread safety: pure function.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_COMPOSE_MATTER_BLOCK_H_
#define OCTAVO_COMPOSE_MATTER_BLOCK_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

namespace octavo {

struct MatterBlock {
  bool found = false;     // there is a block that may be read
  std::string_view yaml;  // begins in line 2
  std::string_view body;  // empty when it is not UTF-8
  std::uint32_t body_line = 1;
  std::vector<Diagnostic> faults;  // code, line, column, message; size, encoding and NUL of it all
};

MatterBlock split_matter(std::string_view bytes);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_MATTER_BLOCK_H_
