// SPDX-License-Identifier: GPL-3.0-or-later
//
// How an image lies on disk: shared by its reader and its writer, and by nobody else.
// Little-endian, as the machines that Debian 12 and Octavo run on.
//
// Thread safety: plain data.
// Throws: nothing.
#ifndef OCTAVO_CONTENT_LAYOUT_H_
#define OCTAVO_CONTENT_LAYOUT_H_

#include <bit>
#include <cstdint>

#include "content/image.h"

namespace octavo::layout {

static_assert(std::endian::native == std::endian::little);

inline constexpr char kMagic[8] = {'O', 'C', 'T', 'A', 'V', 'O', 'I', 'M'};
inline constexpr std::uint32_t kVersion = 2;
inline constexpr std::uint64_t kPage = 4096;

// A run of bytes in the heap; also a run of fixed-size items.
struct Ref {
  std::uint32_t offset = 0, length = 0;  // bytes
};

struct AliasItem {
  Ref path;
  std::uint32_t line = 0, column = 0;
};

struct HeadingItem {
  Ref id, text;
  std::uint32_t level = 0;
};

struct ImageItem {
  Ref path;
  std::uint32_t line = 0, column = 0, width = 0, height = 0, found = 0;
};

struct BlobItem {
  std::uint64_t offset = 0;  // in the bulk part
  std::uint64_t checksum = 0;
  std::uint32_t packed = 0, size = 0;  // bytes
};

enum Flag : std::uint32_t { kIsPage = 1, kDraft = 2, kNoindex = 4, kToc = 8 };

struct Time {
  std::int64_t at = 0;
  std::int32_t offset = 0, reserved = 0;
};

struct Record {
  Time date, updated, publish_date, expiry_date;
  std::int64_t series_order = 0;
  BlobItem blobs[kParts];
  std::uint64_t hash_high = 0, hash_low = 0;
  Ref file, slug, title, link_title, tags, categories, authors, series, description, summary,
      summary_html, cover_image, cover_alt, cover_caption, aliases, redirect_to, canonical_url,
      lang, extra, headings, images, used_keys;
  std::uint32_t cover_width = 0, cover_height = 0, words = 0, minutes = 0, slug_line = 0,
                slug_column = 0, flags = 0, reserved = 0;
};
static_assert(sizeof(Record) % 8 == 0);

struct Header {
  char magic[8] = {};
  std::uint32_t version = 0, header_size = 0;
  std::uint64_t file_size = 0;
  std::uint64_t index_offset = 0, index_size = 0;  // records, then the heap
  std::uint64_t bulk_offset = 0, bulk_size = 0;
  std::uint64_t local_offset = 0, local_size = 0;
  std::uint64_t hash_high = 0, hash_low = 0;  // of the index part, which holds the blobs' checksums
  std::uint64_t local_checksum = 0;
  std::uint64_t settings = 0;
  std::int64_t composed_ns = 0;
  std::uint32_t count = 0, record_size = 0;
  std::uint64_t header_checksum = 0;  // of all before it; last
};

}  // namespace octavo::layout

#endif  // OCTAVO_CONTENT_LAYOUT_H_
