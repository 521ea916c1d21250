// SPDX-License-Identifier: GPL-3.0-or-later
//
// Slugs and the names of files that they come from.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_COMPOSE_SLUG_H_
#define OCTAVO_COMPOSE_SLUG_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace octavo {

inline constexpr std::size_t kMaxSlugBytes = 200;

// What is wrong with a slug, as "what; what to do", or empty. REQUIRES: `slug` is in NFC.
std::string slug_complaint(std::string_view slug);

// A slug near to `text`, for advice; empty when nothing of it may stand in one.
std::string slug_from(std::string_view text);

// "2024-05-01-my-post" taken apart.
struct NameParts {
  std::string_view date;  // "2024-05-01", or empty
  std::string_view slug;  // "my-post"; all of the name when it has no date
};
NameParts name_parts(std::string_view stem);

// The file's name without folders and ".md".
std::string_view stem_of(std::string_view file);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_SLUG_H_
