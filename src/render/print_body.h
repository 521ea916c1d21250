// SPDX-License-Identifier: GPL-3.0-or-later
//
// A post's HTML made fit for paper: what moves, sounds, is filled in or comes from elsewhere
// becomes its address; links lead to the site, those within the post stay within; all that was
// folded is open; headings leave out no level.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_RENDER_PRINT_BODY_H_
#define OCTAVO_RENDER_PRINT_BODY_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace octavo {

struct PrintBody {
  std::string html;
  std::vector<std::string> addresses;  // of links to other sites, as numbered, each once
  std::vector<std::string> images;     // files below content/images/, each once
};
// `post_url`: the post's own, absolute. `images`: the files below content/images/ that are there.
PrintBody print_body(std::string_view html, std::string_view base_url, std::string_view post_url,
                     std::span<const std::string_view> images);

// The file below content/images/ that a path of this site names; empty: none.
std::string image_file(std::string_view path);
// An address as people write it: without https:// and the slash at the end.
std::string_view shown_address(std::string_view url);

}  // namespace octavo

#endif  // OCTAVO_RENDER_PRINT_BODY_H_
