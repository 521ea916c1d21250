// SPDX-License-Identifier: GPL-3.0-or-later
//
// A sheet folded into a book, drawn by arithmetic: no binary file to carry, no decoder to trust.
#include <cstdint>
#include <string>

#include "render/machine.h"

namespace octavo {
namespace {

constexpr int kSize = 32, kSamples = 4;

struct Colour {
  unsigned red, green, blue;
};
constexpr Colour kCover = {138, 42, 18}, kLeaf = {253, 252, 249};

// At a point of the unit square: nothing, cover or leaf.
const Colour* colour_at(double x, double y) {
  const bool book = x > 0.06 && x < 0.94 && y > 0.14 && y < 0.92;
  if (!book) return nullptr;
  // Two leaves that sag towards the fold.
  const double from_fold = x < 0.5 ? 0.5 - x : x - 0.5;
  const double sag = 0.10 * (1 - 4 * (from_fold - 0.25) * (from_fold - 0.25) * 4);
  const bool leaf = from_fold > 0.035 && from_fold < 0.36 && y > 0.22 - sag * 0.4 + 0.04 &&
                    y < 0.80 - sag * 0.4 + 0.02;
  return leaf ? &kLeaf : &kCover;
}

void put(std::string& out, std::uint32_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

std::string draw() {
  std::string pixels;
  for (int row = kSize - 1; row >= 0; --row) {  // bitmaps stand on their heads
    for (int column = 0; column < kSize; ++column) {
      unsigned red = 0, green = 0, blue = 0, hits = 0;
      for (int sample = 0; sample < kSamples * kSamples; ++sample) {
        const double x = (column + (sample % kSamples + 0.5) / kSamples) / kSize;
        const double y = (row + (sample / kSamples + 0.5) / kSamples) / kSize;
        if (const Colour* colour = colour_at(x, y)) {
          red += colour->red;
          green += colour->green;
          blue += colour->blue;
          ++hits;
        }
      }
      const unsigned share = hits == 0 ? 1 : hits;
      put(pixels, blue / share, 1);
      put(pixels, green / share, 1);
      put(pixels, red / share, 1);
      put(pixels, 255 * hits / (kSamples * kSamples), 1);
    }
  }
  const std::string mask(kSize * kSize / 8, '\0');  // the alpha channel says it all
  std::string bitmap;
  put(bitmap, 40, 4);  // BITMAPINFOHEADER
  put(bitmap, kSize, 4);
  put(bitmap, 2 * kSize, 4);  // picture and mask
  put(bitmap, 1, 2);
  put(bitmap, 32, 2);
  for (int i = 0; i < 6; ++i) put(bitmap, 0, 4);
  bitmap += pixels + mask;
  std::string ico;
  put(ico, 0, 2);
  put(ico, 1, 2);  // an icon
  put(ico, 1, 2);  // one picture
  put(ico, kSize, 1);
  put(ico, kSize, 1);
  put(ico, 0, 2);
  put(ico, 1, 2);
  put(ico, 32, 2);
  put(ico, static_cast<std::uint32_t>(bitmap.size()), 4);
  put(ico, 22, 4);  // where it begins
  return ico + bitmap;
}

}  // namespace

std::string_view favicon() {
  static const std::string ico = draw();
  return ico;
}

}  // namespace octavo
