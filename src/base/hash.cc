// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/hash.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace octavo {

std::uint64_t hash64(std::string_view bytes) noexcept {
  return XXH3_64bits(bytes.data(), bytes.size());
}

Hash128 hash128(std::string_view bytes) noexcept {
  const XXH128_hash_t hash = XXH3_128bits(bytes.data(), bytes.size());
  return {hash.high64, hash.low64};
}

std::string to_hex(Hash128 hash) {
  static constexpr char kHex[] = "0123456789abcdef";
  std::string out;
  for (const std::uint64_t part : {hash.high, hash.low}) {
    for (int shift = 60; shift >= 0; shift -= 4) out += kHex[(part >> shift) & 15];
  }
  return out;
}

}  // namespace octavo
