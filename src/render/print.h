// SPDX-License-Identifier: GPL-3.0-or-later
//
// A post as the press wants it: one HTML document, complete but for its images, with its style in
// it. Its links lead to the site; nothing in it is fetched from anywhere but the images named here.
//
// Thread safety: pure functions of immutable values.
// Throws: ImageError when a post's text is damaged; std::bad_alloc.
#ifndef OCTAVO_RENDER_PRINT_H_
#define OCTAVO_RENDER_PRINT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "render/pages.h"

namespace octavo {

struct Sheet {
  std::string html;
  std::string address;  // the post's own, absolute
  std::string title, author, subject, lang;
  std::vector<std::string> keywords;
  Moment published = 0, updated = 0;
  std::vector<std::string> images;  // files below content/images/ that it shows, each once
};

// Fit for A4 and Letter alike: the paper's size is the worker's to say. Deterministic: the same
// post of the same site gives the same bytes at any time, on any machine.
Sheet render_sheet(const RenderContext& context, std::uint32_t number);
// By which address the sheet asks for a file below content/images/ (a Part's address).
std::string image_address(std::string_view base_url, std::string_view file);
// The card of a post as a page of 1200 × 630 pixels that holds nothing else.
Sheet render_card_sheet(const RenderContext& context, std::uint32_t number);

}  // namespace octavo

#endif  // OCTAVO_RENDER_PRINT_H_
