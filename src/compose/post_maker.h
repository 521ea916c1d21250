// SPDX-License-Identifier: GPL-3.0-or-later
//
// One file of the content folder → one composed post or its faults.
//
// Thread safety: one thread a process (compose/markdown.h).
// Throws: SystemError never for a bad post (those are faults); std::bad_alloc.
#ifndef OCTAVO_COMPOSE_POST_MAKER_H_
#define OCTAVO_COMPOSE_POST_MAKER_H_

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/zone.h"
#include "compose/markdown.h"
#include "compose/settings.h"
#include "content/image.h"
#include "content/walk.h"

namespace octavo {

// The bytes of a file, or the fault that keeps them from being read.
struct FileBytes {
  std::string bytes;
  std::optional<Diagnostic> fault;
};

// The content folder as a place that no path leads out of.
class ContentFolder {
 public:
  explicit ContentFolder(const std::string& path);
  // A listed file. Faults: it lies outside by now (a link was changed), is no regular file, is
  // larger than a post may be, cannot be read.
  FileBytes read(const std::string& path) const;
  // At most `most` bytes of its beginning; empty when it lies outside or cannot be read.
  std::string read_head(const std::string& path, std::size_t most) const;

 private:
  bool holds(int fd) const;
  std::string path_;
  std::string root_;  // path_ without symbolic links, with a slash at its end
};

// The files below images/ and their sizes in pixels, read when first asked for.
class ImageCatalogue {
 public:
  ImageCatalogue(const ContentFolder& folder, const Listing& listing);
  std::optional<ImageInfo> find(const std::string& path);  // "2024/a.png"

 private:
  const ContentFolder& folder_;
  std::unordered_map<std::string, std::optional<ImageInfo>>
      known_;  // listed; size once it was read
};

struct MadePost {
  std::optional<ComposedPost> composed;  // absent when a fault is an error
  Post post;                             // what was read, for octavo check
  std::vector<Diagnostic> faults;        // with their file
};

class PostMaker {
 public:
  // `highlight`: empty: code stays plain.
  PostMaker(const ComposeSettings& settings, const Zone& zone, ImageCatalogue& images,
            Highlighter highlight)
      : settings_(settings), zone_(zone), images_(images), highlight_(std::move(highlight)) {}
  MadePost make(const ListedFile& file, std::string_view bytes, bool with_texts) const;

 private:
  void resolve_cover(MadePost& made, std::uint32_t line, std::uint32_t column) const;
  const ComposeSettings& settings_;
  const Zone& zone_;
  ImageCatalogue& images_;
  const Highlighter highlight_;
};

// The fields of a post as `octavo check --format json` shows them.
std::string fields_json(const Post& post);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_POST_MAKER_H_
