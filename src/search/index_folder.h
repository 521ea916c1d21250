// SPDX-License-Identifier: GPL-3.0-or-later
//
// The index's folder as files: what Xapian's library does not see to.
//
// Thread safety: functions of the file system; REQUIRES of remember and forget: the index's lock.
// Throws: IndexError, IndexBusy (search/index.h), std::bad_alloc.
#ifndef OCTAVO_SEARCH_INDEX_FOLDER_H_
#define OCTAVO_SEARCH_INDEX_FOLDER_H_

#include <string>

#include "base/file.h"
#include "search/index.h"

namespace octavo {

IndexError index_error(const std::string& folder, int error_number);
IndexBusy index_busy(const std::string& folder);

void make_index_folder(const std::string& folder);  // when missing, and the one above it: 0750
bool index_exists(const std::string& folder);
std::string lock_file(const std::string& folder);  // Xapian's
// Holds Xapian's lock for as long as it is open; none when the lock file cannot be written. Throws
// IndexBusy when another process holds it.
Fd lock_index(const std::string& folder);

// Whether nobody has touched the files since remember_index(). Xapian notices damage only where it
// happens to read, and may crash there: nobody opens an index that is not as it was left, before it
// has been checked in a process that may die.
bool index_untouched(const std::string& folder);
bool index_remembered(const std::string& folder);  // else: a run was killed, or it is not ours
// That the files are sound as they stand now. Failing costs a check the next time, no more.
void remember_index(const std::string& folder);
void forget_index(const std::string& folder);
// Whether the tables are there that an index with posts has. Xapian takes a table that is missing
// for one that was never needed.
bool index_complete(const std::string& folder);

// Takes away what Xapian cannot even overwrite: regular files alone, by the names that Xapian
// uses, under Xapian's lock, never in a folder that a link leads to.
void remove_index_files(const std::string& folder);

}  // namespace octavo

#endif  // OCTAVO_SEARCH_INDEX_FOLDER_H_
