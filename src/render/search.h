// SPDX-License-Identifier: GPL-3.0-or-later
//
// The search page, the live answer, and how browsers learn of both.
//
// Thread safety: pure functions of immutable values.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_RENDER_SEARCH_H_
#define OCTAVO_RENDER_SEARCH_H_

#include <string>
#include <string_view>

#include "render/pages.h"
#include "search/searcher.h"

namespace octavo {

inline constexpr std::size_t kHitsOnPage = 10;
inline constexpr unsigned kMostSearchPages = 100;

// "/search/?q=…&page=…", percent-encoded; page 1 is not written.
std::string search_path(std::string_view query, unsigned page);

struct SearchPage {
  std::string typed;  // as the reader typed it, at most 256 characters
  Query query;
  SearchResult result;
  unsigned page = 1;
  Searcher::Status status = Searcher::Status::none;
};
std::string render_search(const RenderContext& context, const SearchPage& page);

// [{"title", "description", "url", "snippet"}], at most five. `url` is a path; `snippet` is HTML in
// which nothing but <mark> is an element; the rest is plain text.
std::string render_live(const RenderContext& context, const SearchResult& result);

std::string render_opensearch(const SiteInfo& info);  // OpenSearch description document 1.1

}  // namespace octavo

#endif  // OCTAVO_RENDER_SEARCH_H_
