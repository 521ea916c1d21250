// SPDX-License-Identifier: GPL-3.0-or-later
//
// What of a site is to be found, and what tells whether it is indexed as it is now.
//
// Thread safety: pure functions of immutable values.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_SEARCH_CATALOG_H_
#define OCTAVO_SEARCH_CATALOG_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "content/site.h"

namespace octavo {

struct CatalogEntry {
  std::uint32_t number = 0;  // in the site
  std::string slug;          // as terms::kSlotSlug has it
  std::string hash;          // of all that is indexed of it: terms::kSlotHash
};

struct Catalog {
  std::vector<CatalogEntry> entries;  // posts by order(), then pages
  std::string site_key;               // of the image's content, and of what is visible in it
  std::string langs;                  // as terms::kLangsKey has them
};

Catalog make_catalog(const Site& site, std::string_view lang);

// What is indexed of a post; `site_lang`: for one that names none.
std::string_view language_of(const PostView& view, std::string_view site_lang);
std::string_view description_of(const PostView& view);  // else the summary
std::string year_of(const PostView& view);              // empty: none

}  // namespace octavo

#endif  // OCTAVO_SEARCH_CATALOG_H_
