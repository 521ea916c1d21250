// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is not a page: sitemap, robots, card, favicon.
//
// Thread safety: pure functions of immutable values.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_RENDER_MACHINE_H_
#define OCTAVO_RENDER_MACHINE_H_

#include <string>
#include <string_view>

#include "render/pages.h"

namespace octavo {

std::string render_sitemap(const RenderContext& context);
std::string render_robots(const SiteInfo& info);
// 1200 × 630, well-formed for every title.
std::string render_card(const SiteInfo& info, const PostView& post);
std::string_view favicon();  // an ICO

}  // namespace octavo

#endif  // OCTAVO_RENDER_MACHINE_H_
