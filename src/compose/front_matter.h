// SPDX-License-Identifier: GPL-3.0-or-later
//
// The block between the --- lines at a post's head: typed by our schema, never by YAML.
// The contract is DESIGN.md's "Front matter".
//
// Thread safety: const after construction of its arguments; pure otherwise.
// Throws: std::bad_alloc alone; faults come back in the result.
#ifndef OCTAVO_COMPOSE_FRONT_MATTER_H_
#define OCTAVO_COMPOSE_FRONT_MATTER_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/zone.h"
#include "compose/settings.h"
#include "content/post.h"

namespace octavo {

inline constexpr std::size_t kMaxPostBytes = 1u << 20;
inline constexpr std::size_t kMaxFrontMatterBytes = 64u << 10;

struct FrontMatter {
  // All fields that come from the front matter and the file name, defaults filled in (slug,
  // link_title, publish_date, lang); summary only when given; cover_image as written
  // (the composer resolves it). used_keys too. Pages need no date.
  Post post;
  bool summary_given = false;
  // `math`, `weight` and extra keys are in post.extra already.
  std::string_view body;                           // the Markdown behind the block
  std::uint32_t body_line = 1;                     // number, in the file, of the body's first line
  std::uint32_t cover_line = 0, cover_column = 0;  // where cover_image's value stands
  std::vector<Diagnostic> faults;                  // file is set to post.file; warnings among them
};

// `file`: relative to the content folder; decides page or post, date and slug from the name.
// `bytes`: the whole file, of any content (it checks size, encoding, NUL and control characters).
FrontMatter read_front_matter(std::string_view bytes, const std::string& file, bool page,
                              const ComposeSettings& settings, const Zone& zone);

// The known keys of the contract, for messages and tests.
const std::vector<std::string_view>& known_keys();

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_FRONT_MATTER_H_
