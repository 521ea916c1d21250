// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is not a page: sitemap, robots, llms.txt, favicon.
//
// Thread safety: pure functions of immutable values.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_RENDER_MACHINE_H_
#define OCTAVO_RENDER_MACHINE_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "render/pages.h"

namespace octavo {

// What one file may hold (sitemaps.org).
struct SitemapLimits {
  std::size_t urls = 50'000;
  std::size_t bytes = 50u << 20;  // unpacked
};
// How many files the URLs fill. 1: no index is needed, /sitemap.xml has all.
unsigned sitemap_parts(const RenderContext& context, const SitemapLimits& limits = {});
// Part 0 stands at /sitemap.xml: all URLs, or the index of the parts, /sitemap-N.xml.
// REQUIRES: part 0, or 1 … sitemap_parts() where those are several.
std::string render_sitemap(const RenderContext& context, unsigned part,
                           const SitemapLimits& limits = {});
std::string render_robots(const SiteInfo& info);
// https://llmstxt.org: the site in Markdown, with links to the newest posts' Markdown.
std::string render_llms(const RenderContext& context);
std::string_view favicon();  // an ICO

}  // namespace octavo

#endif  // OCTAVO_RENDER_MACHINE_H_
