// SPDX-License-Identifier: GPL-3.0-or-later
//
// A post as schema.org describes it (BlogPosting, JSON-LD 1.1), for search engines.
//
// Thread safety: pure functions of immutable values.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_RENDER_JSON_LD_H_
#define OCTAVO_RENDER_JSON_LD_H_

#include <string>
#include <string_view>
#include <vector>

#include "render/views.h"

namespace octavo {

// What the page shows of the post beside its record.
struct Article {
  std::string url;  // the canonical one, absolute
  CardImage image;
  std::vector<std::string_view> authors;
};
// A JSON object that may stand in <script> as it is.
std::string json_ld(const RenderContext& context, const PostView& post, const Article& article);

}  // namespace octavo

#endif  // OCTAVO_RENDER_JSON_LD_H_
