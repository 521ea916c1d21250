// SPDX-License-Identifier: GPL-3.0-or-later
//
// A post (or page) as the composer makes it: all owned, all decided. Its three bulky texts
// travel beside it as packed blobs.
//
// Thread safety: values.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_CONTENT_POST_H_
#define OCTAVO_CONTENT_POST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace octavo {

struct Alias {
  std::string path;                    // "/old/place/" as it is claimed: absolute, decoded, NFC
  std::uint32_t line = 0, column = 0;  // where the post claims it
  bool operator==(const Alias&) const = default;
};

struct Heading {
  std::uint32_t level = 2;  // 1 … 6
  std::string id;           // the anchor
  std::string text;         // plain
  bool operator==(const Heading&) const = default;
};

// A file below content/images/ that the post shows.
struct ImageUse {
  std::string path;                     // relative to content/images/: "2024/a.png"
  std::uint32_t line = 0, column = 0;   // where it is named
  std::uint32_t width = 0, height = 0;  // 0: unknown
  bool found = false;
  bool operator==(const ImageUse&) const = default;
};

struct Post {
  std::string file;   // relative to the content folder: "posts/2024/a.md", "pages/about.md"
  bool page = false;  // stands in pages/: /NAME/, not in lists and feeds
  std::string slug, title, link_title;
  std::uint32_t slug_line = 1, slug_column = 1;
  ZonedTime date, updated, publish_date;
  ZonedTime expiry_date{kNever, 0};
  bool draft = false, noindex = false, toc = false;
  std::vector<std::string> tags;  // as shown, categories joined, equal ones once, NFC
  std::vector<std::string> categories, authors;
  std::string series;
  std::int64_t series_order = 0;
  std::string description;   // plain text; empty when not given
  std::string summary;       // plain text, given or taken from the body
  std::string summary_html;  // SafeHtml of the same
  std::string cover_image;   // URL path (/content/images/…) or external URL, or empty
  std::string cover_alt, cover_caption;
  std::uint32_t cover_width = 0, cover_height = 0;
  std::vector<Alias> aliases;
  std::string redirect_to, canonical_url;
  std::string lang;   // never empty
  std::string extra;  // canonical JSON object; weight, math and the like in it
  std::uint32_t words = 0, minutes = 0;
  std::vector<Heading> headings;
  std::vector<ImageUse> images;
  std::vector<std::string> used_keys;  // declared keys of front_matter: that the post uses
  bool operator==(const Post&) const = default;
};

}  // namespace octavo

#endif  // OCTAVO_CONTENT_POST_H_
