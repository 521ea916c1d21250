// SPDX-License-Identifier: GPL-3.0-or-later
//
// What each page fills its template with. pages.h makes documents of it; tests read it.
//
// Thread safety: pure functions of immutable values.
// Throws: as render/pages.h.
#ifndef OCTAVO_RENDER_VIEWS_H_
#define OCTAVO_RENDER_VIEWS_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "render/pages.h"
#include "render/values.h"

namespace octavo {

struct SearchPage;
struct Sheet;

inline constexpr std::string_view kSearchPath = "/search/";
inline constexpr std::string_view kThemeStylesheet = "/theme.css";

// What a card shows: an absolute URL of a raster image.
struct CardImage {
  std::string url, type, alt;
  std::uint32_t width = 0, height = 0;  // 0: unknown
};
CardImage default_image(const SiteInfo& info);

// The frame of a page, base.html.
struct Frame {
  std::string title;  // of this page alone; empty: the site's name stands alone
  std::string description;
  std::string path;       // the canonical one; empty: a message, without canonical and cards
  std::string canonical;  // another canonical URL than the path's, or empty
  std::string part;       // the menu entry that the page belongs to, when not its own
  std::string og_type = "website";
  CardImage image;  // without URL: the default
  bool noindex = false;
};
Values frame_values(const RenderContext& context, const Frame& frame);

Values home_values(const RenderContext& context);
Values list_values(const RenderContext& context, const ListPage& list);
Values post_values(const RenderContext& context, std::uint32_t number);
Values page_values(const RenderContext& context, std::uint32_t number);
Values not_found_values(const RenderContext& context, std::string_view path);
Values search_values(const RenderContext& context, const SearchPage& page);  // render/search.h
Values message_values(const RenderContext& context, int status, std::string_view heading,
                      std::string_view sentence, const MessageLink& post = {});
// print.html, a document of its own; `sheet`: all but its html.
Values print_values(const RenderContext& context, std::uint32_t number, Sheet& sheet);

// URL, WIDTH, HEIGHT of a picture of the configuration.
Values site_image_values(const SiteImage& image);
// COVER: the picture at `url` with what the post says of it.
Values cover_values(const PostView& post, std::string url);
// item.html
Values item_values(const RenderContext& context, std::uint32_t number, bool under_h1);
// TITLE, URL, DATE, DATETIME of a post in a short list. The dates of a page are empty.
Values link_values(const PostView& post);
// lines.html into `section` of `to`, which gets it only if there are any.
void add_lines(const RenderContext& context, std::span<const std::uint32_t> posts,
               std::string_view section, Values& to);
// tags.html into `section` of `to`, which gets it only if there are any.
void add_tags(std::vector<Values> tags, std::string_view label, std::string_view section,
              Values& to);
// The same with the site's tags that most posts have, and how many.
void add_most_used_tags(const RenderContext& context, Values& to);
// NAME and URL.
Values tag_values(const RenderContext& context, std::string_view tag);
// The language where it differs from the site's, else empty.
std::string own_lang(const RenderContext& context, const PostView& post);
// description, else the summary; 160 characters at most.
std::string meta_description(const PostView& post);

}  // namespace octavo

#endif  // OCTAVO_RENDER_VIEWS_H_
