// SPDX-License-Identifier: GPL-3.0-or-later
//
// The images of one body: which files of ours are meant, their sizes, and what is wrong.
//
// Thread safety: one thread at a time.
// Throws: std::bad_alloc alone; faults are gathered.
#ifndef OCTAVO_COMPOSE_IMAGE_USES_H_
#define OCTAVO_COMPOSE_IMAGE_USES_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/diagnostic.h"
#include "compose/markdown.h"
#include "compose/sanitize.h"
#include "compose/source_places.h"
#include "content/post.h"

namespace octavo {

class ImageUses {
 public:
  // REQUIRES: all outlive it.
  ImageUses(std::string_view body, std::uint32_t first_line, const MarkdownOptions& options,
            const ImageLookup& lookup)
      : options_(options), lookup_(lookup), places_(body, first_line) {}

  // Gives `use` the URL and the size to write; `line` and `column` are its node's, in the body.
  void resolve(MediaUse& use, std::uint32_t line, std::uint32_t column);

  std::vector<ImageUse> images;    // each file once
  std::vector<Diagnostic> faults;  // at most 100 errors and 100 warnings

 private:
  bool may_report(bool warning) const;
  void report(const char* code, bool warning, LineColumn place, std::string message);

  const MarkdownOptions& options_;
  const ImageLookup& lookup_;
  SourcePlaces places_;
  std::unordered_set<std::string> known_;  // paths in images
  std::size_t reported_[2] = {};           // errors, warnings
};

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_IMAGE_USES_H_
