// SPDX-License-Identifier: GPL-3.0-or-later
//
// Width and height from the head of an image file: PNG, JPEG (turned by its EXIF orientation),
// GIF, WebP, AVIF, SVG. Reads headers only, decodes nothing.
//
// Thread safety: pure function.
// Throws: nothing; what it does not understand has no size.
#ifndef OCTAVO_COMPOSE_IMAGE_SIZE_H_
#define OCTAVO_COMPOSE_IMAGE_SIZE_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace octavo {

struct PixelSize {
  std::uint32_t width = 0, height = 0;
};
// `head`: the first bytes of the file, up to 256 KiB.
std::optional<PixelSize> image_size(std::string_view head) noexcept;

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_IMAGE_SIZE_H_
