// SPDX-License-Identifier: GPL-3.0-or-later
//
// A path → what stands there. Knows every URL of DESIGN.md's table and its one right spelling.
//
// Thread safety: pure functions of immutable values.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_APP_ROUTE_H_
#define OCTAVO_APP_ROUTE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "content/site.h"
#include "http/target.h"

namespace octavo {

enum class Resource {
  home,
  list,  // all, a tag's or a year's
  post,
  markdown,
  pdf,  // these two: made by the press
  card_png,
  page,
  card,
  search,
  live,  // the JSON answer while somebody types
  atom,  // of the site or of `tag`
  rss,
  json_feed,
  opensearch,
  llms,
  sitemap,  // page: the part, 0 for /sitemap.xml
  robots,
  favicon,
  theme,      // /theme.css, when something is configured
  elsewhere,  // 301 to `location`
};

struct Route {
  Resource resource = Resource::home;
  std::string path;  // canonical, percent-encoded; a 301 leads there when it was spelt otherwise
  std::uint32_t number = 0;      // post, markdown, page, card, pdf, card_png
  const Tag* tag = nullptr;      // list, atom
  const Year* year = nullptr;    // list
  unsigned page = 1, pages = 1;  // list
  std::string base_path;         // list: its first page
  std::string location;          // elsewhere: a path or an absolute URL
};

// nullopt: nothing there.
std::optional<Route> find_route(const Site& site, const Target& target, unsigned page_size);

}  // namespace octavo

#endif  // OCTAVO_APP_ROUTE_H_
