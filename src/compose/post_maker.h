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
#include <vector>

#include "base/zone.h"
#include "compose/markdown.h"
#include "compose/settings.h"
#include "content/image.h"
#include "content/walk.h"

namespace octavo {

// The files below images/ and their sizes in pixels, read when first asked for.
class ImageCatalogue {
 public:
  ImageCatalogue(std::string content, const Listing& listing);
  std::optional<ImageInfo> find(const std::string& path);  // "2024/a.png"

 private:
  std::string content_;
  std::unordered_map<std::string, std::optional<ImageInfo>> known_;  // listed; size once it was read
};

// The bytes of a listed file, or the fault that keeps them from being read: not under the folder
// (a link changed meanwhile), not a regular file, larger than a post may be.
struct FileBytes {
  std::string bytes;
  std::optional<Diagnostic> fault;
};
FileBytes read_listed(const std::string& content, const std::string& path);

struct MadePost {
  std::optional<ComposedPost> composed;  // absent when a fault is an error
  Post post;                             // what was read, for octavo check
  std::vector<Diagnostic> faults;        // with their file
};

class PostMaker {
 public:
  PostMaker(const ComposeSettings& settings, const Zone& zone, ImageCatalogue& images)
      : settings_(settings), zone_(zone), images_(images) {}
  MadePost make(const ListedFile& file, std::string_view bytes, bool with_texts) const;

 private:
  void resolve_cover(MadePost& made, std::uint32_t line, std::uint32_t column) const;
  const ComposeSettings& settings_;
  const Zone& zone_;
  ImageCatalogue& images_;
};

// The fields of a post as `octavo check --format json` shows them.
std::string fields_json(const Post& post);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_POST_MAKER_H_
