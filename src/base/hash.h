// SPDX-License-Identifier: GPL-3.0-or-later
//
// XXH3: fast checksums against accidents (torn writes, flipped bits) and names for content.
// Not a defence against somebody who makes collisions on purpose.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_BASE_HASH_H_
#define OCTAVO_BASE_HASH_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace octavo {

struct Hash128 {
  std::uint64_t high = 0, low = 0;
  bool operator==(const Hash128&) const = default;
};

std::uint64_t hash64(std::string_view bytes) noexcept;
Hash128 hash128(std::string_view bytes) noexcept;
std::string to_hex(Hash128 hash);  // 32 digits

}  // namespace octavo

#endif  // OCTAVO_BASE_HASH_H_
