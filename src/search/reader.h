// SPDX-License-Identifier: GPL-3.0-or-later
//
// One open handle on the index (Xapian): what matches a query and may be shown, how a misspelt
// query was meant, which words have the same stem.
//
// Thread safety: one thread at a time.
// Throws: IndexModified: open another and ask again. IndexDamaged: it is of no use.
#ifndef OCTAVO_SEARCH_READER_H_
#define OCTAVO_SEARCH_READER_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "content/site.h"
#include "search/marks.h"
#include "search/query.h"

namespace octavo {

class IndexModified : public Error {  // a writer has let go of what this handle shows
  using Error::Error;
};
class IndexDamaged : public Error {
  using Error::Error;
};

class IndexReader {
 public:
  using Deadline = std::chrono::steady_clock::time_point;

  // Throws IndexDamaged also when there is none, or one of another layout.
  explicit IndexReader(const std::string& folder);
  ~IndexReader();
  IndexReader(const IndexReader&) = delete;
  IndexReader& operator=(const IndexReader&) = delete;

  // Names what it shows: two handles with the same find the same.
  const std::string& fingerprint() const noexcept;
  std::size_t documents() const noexcept;

  struct Found {
    std::vector<std::uint32_t> numbers;  // visible posts of the site, best first
    std::size_t total = 0;
    bool exact = true;      // total; else at least so many
    bool any_word = false;  // none has all words: these have some
    bool cut_short = false;
    bool askable = true;  // false: the index has nothing of the kind that was asked for (emoji)
    std::size_t with_all_words = 0;
  };
  // The best `count`. `as_typed`: the last word is a prefix, and the total may be too low.
  Found find(const Site& site, const Query& query, bool as_typed, std::size_t count,
             Deadline deadline);
  // A query spelt alike that finds a visible post by all its words; else empty.
  std::string suggest(const Site& site, const Query& query, Deadline deadline);

  // For texts in `lang`; REQUIRES: the reader outlives it.
  Stemmer stemmer(std::string_view lang) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace octavo

#endif  // OCTAVO_SEARCH_READER_H_
