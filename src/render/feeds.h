// SPDX-License-Identifier: GPL-3.0-or-later
//
// Feeds: Atom (RFC 4287), RSS 2.0 with content:encoded and atom:link, JSON Feed 1.1.
//
// Thread safety: pure functions of immutable values.
// Throws: ImageError when a post's text is damaged; std::bad_alloc.
#ifndef OCTAVO_RENDER_FEEDS_H_
#define OCTAVO_RENDER_FEEDS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "content/site.h"
#include "render/pages.h"

namespace octavo {

// The newest posts of a feed: listed, not noindex; of the tag, when there is one.
std::vector<std::uint32_t> feed_posts(const RenderContext& context, const Tag* tag);
// When the newest of them was published or updated; kNever for an empty feed.
ZonedTime feed_changed(const RenderContext& context, const std::vector<std::uint32_t>& posts);

std::string render_atom(const RenderContext& context, const Tag* tag);
std::string render_rss(const RenderContext& context);
std::string render_json_feed(const RenderContext& context);

// A post's HTML for a reader that knows neither our pages nor our host: absolute URLs (href, cite,
// src, srcset, poster; links within the post lead to its page), without ids, classes, styles,
// scripts and forms; the boxes of task lists become characters. Text stays as it is. Linear; any
// bytes may come in.
std::string feed_html(std::string_view html, std::string_view base_url, std::string_view post_url);

}  // namespace octavo

#endif  // OCTAVO_RENDER_FEEDS_H_
