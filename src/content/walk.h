// SPDX-License-Identifier: GPL-3.0-or-later
//
// The content folder as a list of files: posts/ and pages/ (*.md, read recursively), images/.
// Dot files, _* and *~ are skipped. What may not be read (a symlink that leads out of the folder,
// a device, a FIFO) is listed with its fault.
//
// Thread safety: pure function of the file system.
// Throws: SystemError when the content folder itself cannot be read.
#ifndef OCTAVO_CONTENT_WALK_H_
#define OCTAVO_CONTENT_WALK_H_

#include <cstdint>
#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/hash.h"

namespace octavo {

struct FileStat {
  std::uint64_t size = 0, inode = 0, device = 0;
  std::int64_t mtime_ns = 0, ctime_ns = 0;
  bool operator==(const FileStat&) const = default;
};

enum class FileKind : std::uint8_t { post, page, image };

struct ListedFile {
  std::string path;  // relative to the content folder
  FileKind kind = FileKind::post;
  FileStat stat;
  Hash128 hash;  // of the bytes; filled by the composer, zero in a fresh listing
};

struct Listing {
  std::vector<ListedFile> files;              // sorted by path (bytes)
  std::vector<Diagnostic> faults;             // outside, not_a_file, unreadable, bad_path, warnings
  bool has_posts = false, has_pages = false;  // the folders posts/ and pages/ are there
};

// Whether two listings tell of the same files with the same stats.
bool same_files(const Listing& a, const Listing& b);

// Whether a file with this stat, listed at `listed_ns`, would show any later change in its stat.
bool settled(const FileStat& stat, std::int64_t listed_ns);

Listing walk_content(const std::string& folder);

}  // namespace octavo

#endif  // OCTAVO_CONTENT_WALK_H_
