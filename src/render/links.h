// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where things live (percent-encoded paths from the root) and how a date is shown.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_RENDER_LINKS_H_
#define OCTAVO_RENDER_LINKS_H_

#include <string>
#include <string_view>

#include "base/time.h"
#include "content/image.h"

namespace octavo {

std::string post_path(std::string_view slug);                      // "/posts/S/"
std::string page_path(std::string_view slug);                      // "/NAME/"
std::string tag_path(std::string_view name);                       // "/blog/tag/T/"
std::string year_path(int year);                                   // "/blog/year/2026/"
std::string list_path(std::string_view base_path, unsigned page);  // page 1 is the base itself
std::string path_of(const PostView& post);                         // of a post or a page

// Whether the URL is http(s) with another host than base_url's.
bool is_foreign(std::string_view url, std::string_view base_url);
// "/a" becomes absolute; what is absolute stays.
std::string absolute(std::string_view base_url, std::string_view url);

std::string shown_date(ZonedTime time);              // "24 November 2026"
std::string_view shown_title(const PostView& post);  // link_title, else title

}  // namespace octavo

#endif  // OCTAVO_RENDER_LINKS_H_
