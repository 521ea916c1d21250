// SPDX-License-Identifier: GPL-3.0-or-later
//
// The full-text index on disk (Xapian) and how it is brought up to date from a site: only what
// changed is indexed again. What is hidden at the site's moment is not in it, so that neither
// suggestions nor completions can tell of it; whether a hit may be shown is decided once more when
// a reader asks. Runs in a process of its own (`octavo index`), never in the daemon.
//
// The folder holds one Xapian database. Its metadata say which layout it has ("octavo" → version)
// and which site it shows ("site" → content hash and visible posts); one that is deleted, corrupt,
// foreign or of another version is built anew.
//
// Thread safety: one writer a folder over all processes (Xapian's lock): another gets IndexBusy.
// Throws: IndexBusy, IndexError, ImageError, std::bad_alloc.
#ifndef OCTAVO_SEARCH_INDEX_H_
#define OCTAVO_SEARCH_INDEX_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"
#include "content/site.h"

namespace octavo {

class IndexError : public Error {  // the folder cannot be written, the disk is full
  using Error::Error;
};
class IndexBusy : public IndexError {  // another process is at it
  using IndexError::IndexError;
};

struct IndexOutcome {
  std::uint32_t added = 0, changed = 0, removed = 0, total = 0;
  bool rebuilt = false;  // from nothing, because there was none or it was of no use
  std::string because;   // rebuilt: why, for the log; empty when there was none
};

// Visible posts and pages that are neither noindex nor redirect_to, in the index in `folder`
// (made when missing). `lang`: the site's, for posts that name none.
IndexOutcome update_index(const Site& site, std::string_view lang, const std::string& folder);

// Where the index lies in the state folder.
std::string index_folder(const std::string& state);  // STATE/search

}  // namespace octavo

#endif  // OCTAVO_SEARCH_INDEX_H_
