// SPDX-License-Identifier: GPL-3.0-or-later
//
// How an image reference in a post is meant.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_COMPOSE_IMAGE_REFERENCE_H_
#define OCTAVO_COMPOSE_IMAGE_REFERENCE_H_

#include <optional>
#include <string>
#include <string_view>

namespace octavo {

// "/content/images/x", "images/x", "../images/x" (any number of ../) → path below images/,
// decoded, without query and fragment. External and other absolute references: nullopt.
// A reference that climbs out of images/ or of the content folder is a fault (bad_path): `escapes`.
struct ImageReference {
  std::optional<std::string> path;
  bool escapes = false;
  // A relative reference of another form ("foo.png"): it leads nowhere from a post's URL.
  bool astray = false;
};
ImageReference image_reference(std::string_view url);
// "/content/images/…", percent-encoded.
std::string image_url(std::string_view path);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_IMAGE_REFERENCE_H_
