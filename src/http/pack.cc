// SPDX-License-Identifier: GPL-3.0-or-later
#include <brotli/encode.h>
#include <libdeflate.h>
#include <zstd.h>

#include <algorithm>
#include <bit>
#include <memory>
#include <new>

#include "http/encoding.h"

namespace octavo {

namespace {

// Measured on the pages of the guide and of the 18F corpus (6 KB each): more costs the first
// reader more than all later ones save. gzip 9: 75 µs, 32.8 % (12: 540 µs, 32.3 %); br 6: 130 µs,
// 29.4 % (11: 6.1 ms, 25.8 %); zstd 6: 77 µs, 33.2 % (19: 1.1 ms, 32.7 %). One level each, since
// the bytes of a representation must be the same on every node and at every time.
struct Levels {
  int gzip, brotli, zstd;
};
constexpr Levels kForMany = {9, 6, 6};
// Half the work for a sixth more bytes.
constexpr Levels kForOne = {5, 1, 3};

std::size_t pack_gzip(int level, std::string_view bytes, std::string& out) {
  struct Free {
    void operator()(libdeflate_compressor* c) const { ::libdeflate_free_compressor(c); }
  };
  const std::unique_ptr<libdeflate_compressor, Free> compressor(
      ::libdeflate_alloc_compressor(level));
  if (!compressor) throw std::bad_alloc();
  return ::libdeflate_gzip_compress(compressor.get(), bytes.data(), bytes.size(), out.data(),
                                    out.size());
}

std::size_t pack_br(int level, std::string_view bytes, std::string& out) {
  std::size_t size = out.size();
  const auto* in = reinterpret_cast<const std::uint8_t*>(bytes.data());
  auto* to = reinterpret_cast<std::uint8_t*>(out.data());
  // A window larger than the text only costs memory.
  const int window = std::clamp(static_cast<int>(std::bit_width(bytes.size())),
                                BROTLI_MIN_WINDOW_BITS + 6, BROTLI_DEFAULT_WINDOW);
  const bool fits = ::BrotliEncoderCompress(level, window, BROTLI_MODE_TEXT, bytes.size(), in,
                                            &size, to) == BROTLI_TRUE;
  return fits ? size : 0;
}

std::size_t pack_zstd(int level, std::string_view bytes, std::string& out) {
  const std::size_t size =
      ::ZSTD_compress(out.data(), out.size(), bytes.data(), bytes.size(), level);
  return ::ZSTD_isError(size) ? 0 : size;
}

}  // namespace

std::optional<std::string> pack_content(Encoding encoding, std::string_view bytes,
                                        Readers readers) {
  const Levels& levels = readers == Readers::many ? kForMany : kForOne;
  // No more room than makes it worth while: a coding that needs more has failed.
  std::string out(bytes.size(), '\0');
  std::size_t size = 0;
  switch (encoding) {
    case Encoding::gzip:
      size = pack_gzip(levels.gzip, bytes, out);
      break;
    case Encoding::br:
      size = pack_br(levels.brotli, bytes, out);
      break;
    case Encoding::zstd:
      size = pack_zstd(levels.zstd, bytes, out);
      break;
    case Encoding::identity:
      break;
  }
  if (size == 0 || size >= bytes.size()) return std::nullopt;
  out.resize(size);
  out.shrink_to_fit();
  return out;
}

}  // namespace octavo
