// SPDX-License-Identifier: GPL-3.0-or-later
//
// The site image: one file with all parsed posts.
//
//   Header   magic, version, sizes, checksums            (page 0)
//   Index    fixed-size records and a heap of bytes      deterministic
//   Bulk     text, HTML, Markdown of each post, packed   deterministic
//   Local    the listing it was made from, stat by stat  this machine's
//
// Index and bulk are the content part: the same bytes for the same content and settings on any
// machine; content_hash() names them. Every offset is checked before it is believed. The index
// and local parts have a checksum each, checked at opening; each blob has its own, checked at
// use, so that opening reads no page of the bulk.
//
// Thread safety: Image is immutable; any thread may read.
// Throws: ImageError from opening and from unpack(); SystemError from the file system.
#ifndef OCTAVO_CONTENT_IMAGE_H_
#define OCTAVO_CONTENT_IMAGE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "content/blob.h"
#include "content/post.h"
#include "content/walk.h"

namespace octavo {

class ImageError : public Error {
 public:
  using Error::Error;
};

// Markdown and HTML are packed on the basis of the text.
enum class Part : unsigned { html = 0, markdown = 1, text = 2 };
inline constexpr unsigned kParts = 3;

struct ComposedPost {
  Post post;
  Blob parts[kParts];
  Hash128 file_hash;
};

// What an image was composed under. Images of other settings are not taken over from.
std::uint64_t settings_key(std::string_view canonical_settings);

class Image;

// One record of an image. Cheap to copy; REQUIRES: the Image outlives it.
class PostView {
 public:
  PostView() = default;
  PostView(const Image* image, std::uint32_t number) : image_(image), number_(number) {}
  std::uint32_t number() const noexcept { return number_; }
  std::string_view file() const, slug() const, title() const, link_title() const;
  bool page() const, draft() const, noindex() const, toc() const;
  ZonedTime date() const, updated() const, publish_date() const, expiry_date() const;
  std::vector<std::string_view> tags() const, categories() const, authors() const;
  std::string_view series() const;
  std::int64_t series_order() const;
  std::string_view description() const, summary() const, summary_html() const;
  std::string_view cover_image() const, cover_alt() const, cover_caption() const;
  std::uint32_t cover_width() const, cover_height() const;
  std::vector<std::string_view> alias_paths() const;
  std::string_view redirect_to() const, canonical_url() const, lang() const, extra() const;
  std::uint32_t words() const, minutes() const;
  std::vector<Heading> headings() const;
  std::vector<std::string_view> image_paths() const;
  Hash128 file_hash() const;  // of the file that it was made from
  // A bulky text, unpacked. Throws ImageError when its checksum is wrong.
  std::string unpack(Part part) const;
  Post to_post() const;          // all of it, owned
  Blob packed(Part part) const;  // a view of what lies there, for taking it over

 private:
  const Image* image_ = nullptr;
  std::uint32_t number_ = 0;
};

class Image {
 public:
  // Throws ImageError when it is not a whole, sound image of this version.
  static std::shared_ptr<const Image> open(int fd);
  std::uint32_t size() const noexcept { return count_; }  // posts and pages
  PostView post(std::uint32_t number) const { return {this, number}; }
  Hash128 content_hash() const noexcept { return content_hash_; }
  std::uint64_t settings() const noexcept { return settings_; }
  std::int64_t composed_ns() const noexcept { return composed_ns_; }
  // The files it was made from; parsed on demand.
  std::vector<ListedFile> listing() const;
  // Whether `now` is the listing it was made from, stat by stat, none of them racily young.
  bool unchanged(const Listing& now) const;
  std::vector<std::string> used_keys() const;

 private:
  friend class PostView;
  struct Record;
  explicit Image(Mapping mapping);
  const Record& record(std::uint32_t number) const;
  std::string_view text(std::uint32_t offset, std::uint32_t length) const;
  void let_go(std::string_view bytes) const;
  Mapping mapping_;
  std::string_view index_, heap_, bulk_, local_;
  std::uint32_t count_ = 0;
  Hash128 content_hash_;
  std::uint64_t settings_ = 0;
  std::int64_t composed_ns_ = 0;
};

// Writes an image into an open, empty descriptor (file or memfd). Posts in the order of their
// file names, whatever order they are given in.
class ImageWriter {
 public:
  ImageWriter(std::uint64_t settings, std::int64_t composed_ns)
      : settings_(settings), composed_ns_(composed_ns) {}
  void write(int fd, std::vector<ComposedPost>&& posts, const Listing& listing) const;

 private:
  std::uint64_t settings_;
  std::int64_t composed_ns_;
};

// A post with its blobs as bytes, for the pipe between the composer and its parsers.
std::string encode_composed(const ComposedPost& post);
// nullopt when the bytes are not such a post.
std::optional<ComposedPost> decode_composed(std::string_view bytes);

}  // namespace octavo

#endif  // OCTAVO_CONTENT_IMAGE_H_
