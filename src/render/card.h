// SPDX-License-Identifier: GPL-3.0-or-later
//
// The card of a post, as an SVG of 1200 × 630: the title page of a book. The press makes a PNG of
// it with the fonts of its machine, a browser draws it with its own: widths are those of Liberation
// Serif (font_widths.h), and where another font could leave the frame, textLength holds each line.
//
// Thread safety: pure functions of immutable values.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_RENDER_CARD_H_
#define OCTAVO_RENDER_CARD_H_

#include <string>

#include "content/image.h"
#include "render/theme.h"

namespace octavo {

// Well-formed for every title; the same bytes on every machine.
std::string render_card(const SiteInfo& info, const PostView& post);

}  // namespace octavo

#endif  // OCTAVO_RENDER_CARD_H_
