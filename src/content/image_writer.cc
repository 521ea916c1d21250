// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <cstring>
#include <unordered_map>

#include "content/codec.h"
#include "content/image.h"
#include "content/layout.h"

namespace octavo {

using layout::Ref;

namespace {

// The heap under construction. Equal texts lie there once: authors, tags and languages repeat.
class Heap {
 public:
  Ref text(const std::string& value) {
    if (value.empty()) return {};
    const auto [at, fresh] = seen_.try_emplace(value);
    if (fresh) at->second = bytes(value);
    return at->second;
  }
  template <typename Item>
  Ref items(const std::vector<Item>& list) {
    if (list.empty()) return {};
    return bytes({reinterpret_cast<const char*>(list.data()), list.size() * sizeof(Item)});
  }
  Ref texts(const std::vector<std::string>& list) {
    std::vector<Ref> refs;
    for (const std::string& value : list) refs.push_back(text(value));
    return items(refs);
  }
  const std::string& all() const { return bytes_; }

 private:
  Ref bytes(std::string_view value) {
    if (bytes_.size() + value.size() > 0xffff'ffffu)
      throw ImageError("the site is too large for one image");
    const Ref ref{static_cast<std::uint32_t>(bytes_.size()),
                  static_cast<std::uint32_t>(value.size())};
    bytes_ += value;
    return ref;
  }
  std::string bytes_;
  std::unordered_map<std::string, Ref> seen_;
};

layout::Time time_of(ZonedTime time) {
  return {time.at, time.offset, 0};
}

layout::Record record_of(const ComposedPost& composed, Heap& heap) {
  const Post& p = composed.post;
  layout::Record r;
  r.date = time_of(p.date);
  r.updated = time_of(p.updated);
  r.publish_date = time_of(p.publish_date);
  r.expiry_date = time_of(p.expiry_date);
  r.series_order = p.series_order;
  for (unsigned i = 0; i < kParts; ++i) {
    const Blob& blob = composed.parts[i];
    r.blobs[i] = {0, blob.checksum, static_cast<std::uint32_t>(blob.bytes().size()), blob.size};
  }
  r.hash_high = composed.file_hash.high;
  r.hash_low = composed.file_hash.low;
  r.file = heap.text(p.file);
  r.slug = heap.text(p.slug);
  r.title = heap.text(p.title);
  r.link_title = heap.text(p.link_title);
  r.tags = heap.texts(p.tags);
  r.categories = heap.texts(p.categories);
  r.authors = heap.texts(p.authors);
  r.series = heap.text(p.series);
  r.description = heap.text(p.description);
  r.summary = heap.text(p.summary);
  r.summary_html = heap.text(p.summary_html);
  r.cover_image = heap.text(p.cover_image);
  r.cover_alt = heap.text(p.cover_alt);
  r.cover_caption = heap.text(p.cover_caption);
  std::vector<layout::AliasItem> aliases;
  for (const Alias& alias : p.aliases)
    aliases.push_back({heap.text(alias.path), alias.line, alias.column});
  r.aliases = heap.items(aliases);
  r.redirect_to = heap.text(p.redirect_to);
  r.canonical_url = heap.text(p.canonical_url);
  r.lang = heap.text(p.lang);
  r.extra = heap.text(p.extra);
  std::vector<layout::HeadingItem> headings;
  for (const Heading& h : p.headings)
    headings.push_back({heap.text(h.id), heap.text(h.text), h.level});
  r.headings = heap.items(headings);
  std::vector<layout::ImageItem> images;
  for (const ImageUse& use : p.images) {
    images.push_back(
        {heap.text(use.path), use.line, use.column, use.width, use.height, use.found ? 1u : 0u});
  }
  r.images = heap.items(images);
  r.used_keys = heap.texts(p.used_keys);
  r.cover_width = p.cover_width;
  r.cover_height = p.cover_height;
  r.words = p.words;
  r.minutes = p.minutes;
  r.slug_line = p.slug_line;
  r.slug_column = p.slug_column;
  r.flags = (p.page ? layout::kIsPage : 0u) | (p.draft ? layout::kDraft : 0u) |
            (p.noindex ? layout::kNoindex : 0u) | (p.toc ? layout::kToc : 0u);
  return r;
}

std::string encode_listing(const Listing& listing) {
  ByteWriter out;
  auto files = listing.files;
  out.list(files, visit_listed_file<ByteWriter>);
  return out.take();
}

// Gathers small pieces, so that ten thousand blobs are not ten thousand system calls.
class Output {
 public:
  explicit Output(int fd) : fd_(fd) { buffer_.reserve(kSize); }
  void put(std::string_view bytes) {
    written_ += bytes.size();
    if (buffer_.size() + bytes.size() > kSize) flush();
    if (bytes.size() >= kSize) {
      write_all(fd_, bytes);
    } else {
      buffer_ += bytes;
    }
  }
  void pad_to(std::uint64_t offset) { put(std::string(offset - written_, '\0')); }
  void flush() {
    write_all(fd_, buffer_);
    buffer_.clear();
  }

 private:
  static constexpr std::size_t kSize = 1u << 20;
  int fd_;
  std::string buffer_;
  std::uint64_t written_ = 0;
};

std::uint64_t page_up(std::uint64_t offset) {
  return (offset + layout::kPage - 1) / layout::kPage * layout::kPage;
}

}  // namespace

void ImageWriter::write(int fd, std::vector<ComposedPost>&& posts, const Listing& listing) const {
  std::sort(posts.begin(), posts.end(),
            [](const ComposedPost& a, const ComposedPost& b) { return a.post.file < b.post.file; });
  Heap heap;
  std::vector<layout::Record> records;
  records.reserve(posts.size());
  for (const ComposedPost& post : posts) records.push_back(record_of(post, heap));
  // The texts of a kind lie together: who reads pages maps no Markdown and no text for search.
  std::uint64_t bulk = 0;
  for (unsigned part = 0; part < kParts; ++part) {
    for (std::size_t i = 0; i < posts.size(); ++i) {
      records[i].blobs[part].offset = bulk;
      bulk += posts[i].parts[part].bytes().size();
    }
  }
  std::string index(reinterpret_cast<const char*>(records.data()),
                    records.size() * sizeof(layout::Record));
  index += heap.all();
  const std::string local = encode_listing(listing);

  layout::Header header;
  std::memcpy(header.magic, layout::kMagic, sizeof header.magic);
  header.version = layout::kVersion;
  header.header_size = sizeof header;
  header.record_size = sizeof(layout::Record);
  header.count = static_cast<std::uint32_t>(records.size());
  header.index_offset = layout::kPage;
  header.index_size = index.size();
  header.bulk_offset = page_up(header.index_offset + index.size());
  header.bulk_size = bulk;
  header.local_offset = page_up(header.bulk_offset + bulk);
  header.local_size = local.size();
  header.file_size = header.local_offset + local.size();
  const Hash128 hash = hash128(index);
  header.hash_high = hash.high;
  header.hash_low = hash.low;
  header.local_checksum = hash64(local);
  header.settings = settings_;
  header.composed_ns = composed_ns_;
  const auto* bytes = reinterpret_cast<const char*>(&header);
  header.header_checksum = hash64({bytes, offsetof(layout::Header, header_checksum)});

  Output out(fd);
  out.put({bytes, sizeof header});
  out.pad_to(header.index_offset);
  out.put(index);
  out.pad_to(header.bulk_offset);
  for (unsigned part = 0; part < kParts; ++part) {
    for (const ComposedPost& post : posts) out.put(post.parts[part].bytes());
  }
  out.pad_to(header.local_offset);
  out.put(local);
  out.flush();
}

}  // namespace octavo
