// SPDX-License-Identifier: GPL-3.0-or-later
#include "content/image.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstring>

#include "content/codec.h"
#include "content/layout.h"

namespace octavo {

using layout::Record;
using layout::Ref;

namespace {

constexpr std::size_t kMaxUnpacked = 64u << 20;

ImageError damaged(const char* what) {
  return ImageError(std::string("damaged image: ") + what);
}

template <typename Item>
Item item_at(std::string_view bytes, std::size_t number) {
  Item item;
  std::memcpy(&item, bytes.data() + number * sizeof(Item), sizeof(Item));
  return item;
}

}  // namespace

std::uint64_t settings_key(std::string_view canonical_settings) {
  return hash64(canonical_settings) ^ layout::kVersion;
}

struct Image::Record : layout::Record {};

Image::Image(Mapping mapping) : mapping_(std::move(mapping)) {
  const std::string_view bytes = mapping_.bytes();
  layout::Header header;
  if (bytes.size() < sizeof header) throw damaged("too short");
  std::memcpy(&header, bytes.data(), sizeof header);
  if (std::memcmp(header.magic, layout::kMagic, sizeof header.magic) != 0) {
    throw ImageError("not a site image");
  }
  if (header.version != layout::kVersion || header.header_size != sizeof header ||
      header.record_size != sizeof(layout::Record)) {
    throw ImageError("an image of another version");
  }
  if (header.header_checksum !=
      hash64(bytes.substr(0, offsetof(layout::Header, header_checksum)))) {
    throw damaged("header");
  }
  if (header.file_size != bytes.size()) throw damaged("truncated");
  const auto part = [&](std::uint64_t offset, std::uint64_t size) {
    if (offset > bytes.size() || size > bytes.size() - offset) throw damaged("sizes");
    return bytes.substr(offset, size);
  };
  if (header.index_offset % 8 != 0) throw damaged("alignment");
  index_ = part(header.index_offset, header.index_size);
  bulk_ = part(header.bulk_offset, header.bulk_size);
  local_ = part(header.local_offset, header.local_size);
  count_ = header.count;
  const std::uint64_t records = std::uint64_t{count_} * sizeof(layout::Record);
  if (records > index_.size()) throw damaged("records");
  heap_ = index_.substr(records);
  content_hash_ = {header.hash_high, header.hash_low};
  if (hash128(index_) != content_hash_) throw damaged("index");
  if (hash64(local_) != header.local_checksum) throw damaged("listing");
  settings_ = header.settings;
  composed_ns_ = header.composed_ns;
}

std::shared_ptr<const Image> Image::open(int fd) {
  return std::shared_ptr<const Image>(new Image(Mapping(fd)));
}

const Image::Record& Image::record(std::uint32_t number) const {
  if (number >= count_) throw damaged("record number");
  return *reinterpret_cast<const Record*>(index_.data() +
                                          std::size_t{number} * sizeof(layout::Record));
}

std::string_view Image::text(std::uint32_t offset, std::uint32_t length) const {
  if (offset > heap_.size() || length > heap_.size() - offset) throw damaged("offset");
  return heap_.substr(offset, length);
}

std::vector<ListedFile> Image::listing() const {
  ByteReader in(local_);
  std::vector<ListedFile> files;
  in.list(files, visit_listed_file<ByteReader>);
  if (!in.at_end()) throw damaged("listing");
  return files;
}

bool Image::unchanged(const Listing& now) const {
  const std::vector<ListedFile> then = listing();
  if (!now.faults.empty() || then.size() != now.files.size()) return false;
  for (std::size_t i = 0; i < then.size(); ++i) {
    const ListedFile& old = then[i];
    const ListedFile& file = now.files[i];
    if (old.path != file.path || old.kind != file.kind || old.stat != file.stat) return false;
    if (!settled(file.stat, composed_ns_)) return false;
  }
  return true;
}

std::vector<std::string> Image::used_keys() const {
  std::vector<std::string> keys;
  for (std::uint32_t i = 0; i < count_; ++i) {
    for (std::string& key : post(i).to_post().used_keys) keys.push_back(std::move(key));
  }
  return keys;
}

// ---- PostView ----

#define OCTAVO_TEXT(name)                          \
  std::string_view PostView::name() const {        \
    const Ref& ref = image_->record(number_).name; \
    return image_->text(ref.offset, ref.length);   \
  }
OCTAVO_TEXT(file)
OCTAVO_TEXT(slug)
OCTAVO_TEXT(title)
OCTAVO_TEXT(link_title)
OCTAVO_TEXT(series)
OCTAVO_TEXT(description)
OCTAVO_TEXT(summary)
OCTAVO_TEXT(summary_html)
OCTAVO_TEXT(cover_image)
OCTAVO_TEXT(cover_alt)
OCTAVO_TEXT(cover_caption)
OCTAVO_TEXT(redirect_to)
OCTAVO_TEXT(canonical_url)
OCTAVO_TEXT(lang)
OCTAVO_TEXT(extra)
#undef OCTAVO_TEXT

namespace {

ZonedTime zoned(const layout::Time& time) {
  return {time.at, time.offset};
}

}  // namespace

bool PostView::page() const {
  return (image_->record(number_).flags & layout::kIsPage) != 0;
}
bool PostView::draft() const {
  return (image_->record(number_).flags & layout::kDraft) != 0;
}
bool PostView::noindex() const {
  return (image_->record(number_).flags & layout::kNoindex) != 0;
}
bool PostView::toc() const {
  return (image_->record(number_).flags & layout::kToc) != 0;
}
ZonedTime PostView::date() const {
  return zoned(image_->record(number_).date);
}
ZonedTime PostView::updated() const {
  return zoned(image_->record(number_).updated);
}
ZonedTime PostView::publish_date() const {
  return zoned(image_->record(number_).publish_date);
}
ZonedTime PostView::expiry_date() const {
  return zoned(image_->record(number_).expiry_date);
}
Hash128 PostView::file_hash() const {
  return {image_->record(number_).hash_high, image_->record(number_).hash_low};
}
std::int64_t PostView::series_order() const {
  return image_->record(number_).series_order;
}
std::uint32_t PostView::cover_width() const {
  return image_->record(number_).cover_width;
}
std::uint32_t PostView::cover_height() const {
  return image_->record(number_).cover_height;
}
std::uint32_t PostView::words() const {
  return image_->record(number_).words;
}
std::uint32_t PostView::minutes() const {
  return image_->record(number_).minutes;
}

#define OCTAVO_TEXTS(name)                                                 \
  std::vector<std::string_view> PostView::name() const {                   \
    const Ref& list = image_->record(number_).name;                        \
    const std::string_view bytes = image_->text(list.offset, list.length); \
    std::vector<std::string_view> out;                                     \
    out.reserve(bytes.size() / sizeof(Ref));                               \
    for (std::size_t i = 0; i < bytes.size() / sizeof(Ref); ++i) {         \
      const Ref ref = item_at<Ref>(bytes, i);                              \
      out.push_back(image_->text(ref.offset, ref.length));                 \
    }                                                                      \
    return out;                                                            \
  }
OCTAVO_TEXTS(tags)
OCTAVO_TEXTS(categories)
OCTAVO_TEXTS(authors)
#undef OCTAVO_TEXTS

std::vector<std::string_view> PostView::alias_paths() const {
  const Ref& list = image_->record(number_).aliases;
  const std::string_view bytes = image_->text(list.offset, list.length);
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < bytes.size() / sizeof(layout::AliasItem); ++i) {
    const Ref ref = item_at<layout::AliasItem>(bytes, i).path;
    out.push_back(image_->text(ref.offset, ref.length));
  }
  return out;
}

std::vector<Heading> PostView::headings() const {
  const Ref& list = image_->record(number_).headings;
  const std::string_view bytes = image_->text(list.offset, list.length);
  std::vector<Heading> out;
  for (std::size_t i = 0; i < bytes.size() / sizeof(layout::HeadingItem); ++i) {
    const auto item = item_at<layout::HeadingItem>(bytes, i);
    out.push_back({item.level, std::string(image_->text(item.id.offset, item.id.length)),
                   std::string(image_->text(item.text.offset, item.text.length))});
  }
  return out;
}

std::vector<std::string_view> PostView::image_paths() const {
  const Ref& list = image_->record(number_).images;
  const std::string_view bytes = image_->text(list.offset, list.length);
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < bytes.size() / sizeof(layout::ImageItem); ++i) {
    const Ref ref = item_at<layout::ImageItem>(bytes, i).path;
    out.push_back(image_->text(ref.offset, ref.length));
  }
  return out;
}

Blob PostView::packed(Part part) const {
  const layout::BlobItem& blob = image_->record(number_).blobs[static_cast<unsigned>(part)];
  if (blob.offset > image_->bulk_.size() || blob.packed > image_->bulk_.size() - blob.offset ||
      blob.size > kMaxUnpacked) {
    throw damaged("bulk offset");
  }
  return {{}, image_->bulk_.substr(blob.offset, blob.packed), blob.size, blob.checksum};
}

// The mapping forgets the pages of a text that was unpacked: they stay in the system's page cache,
// but do not count as ours, and what is read often is kept finished anyway. A file's mapping
// loses nothing by it.
void Image::let_go(std::string_view bytes) const {
  // The kernel maps what lies around a fault with it, 64 KiB at a time. Never beyond the part:
  // what lies behind the mapping is somebody else's memory.
  constexpr std::uintptr_t kAround = 64u << 10;
  const auto address = [](const char* at) { return reinterpret_cast<std::uintptr_t>(at); };
  const std::uintptr_t least = address(bulk_.data()) / layout::kPage * layout::kPage;
  const std::uintptr_t most =
      (address(bulk_.data() + bulk_.size()) + layout::kPage - 1) / layout::kPage * layout::kPage;
  const std::uintptr_t from = std::max(least, address(bytes.data()) / kAround * kAround);
  const std::uintptr_t to =
      std::min(most, (address(bytes.data() + bytes.size()) + kAround - 1) / kAround * kAround);
  if (from < to) ::madvise(reinterpret_cast<void*>(from), to - from, MADV_DONTNEED);
}

std::string PostView::unpack(Part part) const {
  const std::string basis = part == Part::text ? std::string() : unpack(Part::text);
  const Blob blob = packed(part);
  std::optional<std::string> text = octavo::unpack(blob, basis);
  if (!text) throw damaged("a post's text");
  image_->let_go(blob.bytes());
  return std::move(*text);
}

Post PostView::to_post() const {
  const Record& r = image_->record(number_);
  const auto own = [&](const Ref& ref) {
    return std::string(image_->text(ref.offset, ref.length));
  };
  const auto own_all = [](const std::vector<std::string_view>& views) {
    return std::vector<std::string>(views.begin(), views.end());
  };
  Post p;
  p.file = own(r.file);
  p.page = page();
  p.slug = own(r.slug);
  p.title = own(r.title);
  p.link_title = own(r.link_title);
  p.slug_line = r.slug_line;
  p.slug_column = r.slug_column;
  p.date = date();
  p.updated = updated();
  p.publish_date = publish_date();
  p.expiry_date = expiry_date();
  p.draft = draft();
  p.noindex = noindex();
  p.toc = toc();
  p.tags = own_all(tags());
  p.categories = own_all(categories());
  p.authors = own_all(authors());
  p.series = own(r.series);
  p.series_order = r.series_order;
  p.description = own(r.description);
  p.summary = own(r.summary);
  p.summary_html = own(r.summary_html);
  p.cover_image = own(r.cover_image);
  p.cover_alt = own(r.cover_alt);
  p.cover_caption = own(r.cover_caption);
  p.cover_width = r.cover_width;
  p.cover_height = r.cover_height;
  const std::string_view alias_bytes = image_->text(r.aliases.offset, r.aliases.length);
  for (std::size_t i = 0; i < alias_bytes.size() / sizeof(layout::AliasItem); ++i) {
    const auto item = item_at<layout::AliasItem>(alias_bytes, i);
    p.aliases.push_back({own(item.path), item.line, item.column});
  }
  p.redirect_to = own(r.redirect_to);
  p.canonical_url = own(r.canonical_url);
  p.lang = own(r.lang);
  p.extra = own(r.extra);
  p.words = r.words;
  p.minutes = r.minutes;
  p.headings = headings();
  const std::string_view image_bytes = image_->text(r.images.offset, r.images.length);
  for (std::size_t i = 0; i < image_bytes.size() / sizeof(layout::ImageItem); ++i) {
    const auto item = item_at<layout::ImageItem>(image_bytes, i);
    p.images.push_back(
        {own(item.path), item.line, item.column, item.width, item.height, item.found != 0});
  }
  const std::string_view key_bytes = image_->text(r.used_keys.offset, r.used_keys.length);
  for (std::size_t i = 0; i < key_bytes.size() / sizeof(Ref); ++i) {
    p.used_keys.push_back(own(item_at<Ref>(key_bytes, i)));
  }
  return p;
}

}  // namespace octavo
