// SPDX-License-Identifier: GPL-3.0-or-later
//
// The HTML pages. Each takes the snapshot's parts and gives a whole document; none knows HTTP.
// `path` is the page's own canonical path, percent-encoded ("/blog/tag/a%2Fb/").
//
// Thread safety: pure functions of immutable values.
// Throws: ImageError when a post's text is damaged; std::bad_alloc.
#ifndef OCTAVO_RENDER_PAGES_H_
#define OCTAVO_RENDER_PAGES_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "content/site.h"
#include "render/theme.h"

namespace octavo {

struct RenderContext {
  const Theme& theme;
  const SiteInfo& info;
  const Site& site;
};

// Latest posts, and picks from the archive chosen by the content hash.
std::string render_home(const RenderContext& context);

// One page of a list. `posts`: all of the list, newest first; `page` from 1.
struct ListPage {
  enum class Kind { all, tag, year } kind = Kind::all;
  std::string name;       // the tag or the year as shown
  std::string base_path;  // "/blog/", "/blog/tag/T/" encoded
  std::span<const std::uint32_t> posts;
  unsigned page = 1, pages = 1;
};
std::string render_list(const RenderContext& context, const ListPage& list);

std::string render_post(const RenderContext& context, std::uint32_t number);
std::string render_page(const RenderContext& context, std::uint32_t number);  // content/pages
// A 404 that helps: search-like hints (nearest posts by slug), latest posts, the way home.
std::string render_not_found(const RenderContext& context, std::string_view path);
// A page with a status and a sentence, for 4xx and 5xx that readers may see; and the post that it
// is about, if there is one.
struct MessageLink {
  std::string url, title;
};
std::string render_message(const RenderContext& context, int status, std::string_view heading,
                           std::string_view sentence, const MessageLink& post = {});

}  // namespace octavo

#endif  // OCTAVO_RENDER_PAGES_H_
