// SPDX-License-Identifier: GPL-3.0-or-later
//
// Answers queries from the index where there is one, else from titles and tags. It never fails: an
// index that is missing, being replaced or damaged is the second case. Hits are visible posts of
// the site that is asked about, whatever the index says.
//
// Thread safety: search(), status(), generation(), documents(), rest() from any thread; each query has a
// database handle to itself, kept for the next one. refresh() from one. Throws: std::bad_alloc;
// ImageError when a post's text is damaged.
#ifndef OCTAVO_SEARCH_SEARCHER_H_
#define OCTAVO_SEARCH_SEARCHER_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "content/site.h"
#include "search/query.h"

namespace octavo {

struct SearchRequest {
  Query query;
  std::size_t first = 0, count = 10;
  bool as_typed = false;  // live: the last word is a prefix, no facets, no suggestion
  std::chrono::milliseconds budget{50};
};

struct Hit {
  std::uint32_t number = 0;  // in the site
  std::string
      snippet_html;  // plain text escaped, hits in <mark>; never empty when the post has text
};

struct Facet {
  std::string name;  // a tag as the site spells it, or a year
  std::uint32_t count = 0;
};

struct SearchResult {
  enum class Source {
    index,   // full text
    titles,  // there is no index (yet): titles and tags alone
  } source = Source::titles;
  std::vector<Hit> hits;
  std::size_t total = 0;
  bool exact = true;               // total; else at least so many
  bool any_word = false;           // no post has all words: these have some
  bool cut_short = false;          // the budget ran out: what was found until then
  std::string suggestion;          // a query that finds something, spelt alike; else empty
  std::vector<Facet> tags, years;  // of the best hits, most frequent first; at most 8 each
};

class Searcher {
 public:
  // `folder`: the index's, or empty: always titles.
  explicit Searcher(std::string folder);
  ~Searcher();

  enum class Status { none, building, ready };
  Status status() const noexcept;
  // Looks at the folder again: after the index was written, or to begin with. Raises generation()
  // when what is found may be different from before.
  void refresh();
  std::uint64_t generation() const noexcept;
  std::size_t documents() const noexcept;  // in the index, while it is ready

  SearchResult search(const Site& site, const SearchRequest& request) const;

  // Closes what is kept open for the next query; that one opens it again.
  void rest() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace octavo

#endif  // OCTAVO_SEARCH_SEARCHER_H_
