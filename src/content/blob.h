// SPDX-License-Identifier: GPL-3.0-or-later
//
// Texts packed by zstd (RFC 8878). One may be packed on the basis of another, of which it then
// keeps only what is new: HTML, Markdown and plain text of a post are mostly the same words.
//
// Thread safety: any thread; a Blob is a value with one owner.
// Throws: std::bad_alloc; Error from pack().
#ifndef OCTAVO_CONTENT_BLOB_H_
#define OCTAVO_CONTENT_BLOB_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace octavo {

// Its own bytes, or a view of some that lie elsewhere (in the previous image, in what a parser
// wrote) and outlive it.
struct Blob {
  std::string packed;
  std::string_view elsewhere;
  std::uint32_t size = 0;      // unpacked, bytes
  std::uint64_t checksum = 0;  // of bytes()
  std::string_view bytes() const noexcept {
    return elsewhere.data() != nullptr ? elsewhere : packed;
  }
};

Blob pack(std::string_view text, std::string_view basis = {});
// `basis`: the one that it was packed with. Empty when the bytes are damaged.
std::optional<std::string> unpack(const Blob& blob, std::string_view basis = {});

}  // namespace octavo

#endif  // OCTAVO_CONTENT_BLOB_H_
