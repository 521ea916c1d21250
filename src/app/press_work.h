// SPDX-License-Identifier: GPL-3.0-or-later
//
// From a post in a snapshot to a job for octavo-print, and to the name under which its outcome is
// kept: a hash of all that goes into it (the sheet, the bytes of its images, its metadata, the
// paper, the versions of worker and browser).
//
// Images are read here, as files below the content folder and nowhere else. One that cannot be read
// is left out, and the page shows its alternative text. A post that is larger than a job may be
// (print/wire.h) is refused whole: half of its pictures would be no edition of it.
//
// Thread safety: pure functions of immutable values and of the content folder; an ImageHashes has
// one owner.
// Throws: PressRefused when the post is too large; ImageError when its text is damaged;
// SystemError.
#ifndef OCTAVO_APP_PRESS_WORK_H_
#define OCTAVO_APP_PRESS_WORK_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "app/handle.h"
#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"
#include "content/walk.h"
#include "print/wire.h"
#include "render/print.h"

namespace octavo {

class PressRefused : public Error {
 public:
  using Error::Error;
};

// Hashes of image files, so that a site that was read again need not read all its images again.
class ImageHashes {
 public:
  // A file that changed within the clock's last tick is hashed each time.
  const Hash128* find(const std::string& path, const FileStat& stat) const;
  void keep(const std::string& path, const FileStat& stat, Hash128 hash);

 private:
  static constexpr std::size_t kMost = 4096;
  struct Entry {
    FileStat stat;
    Hash128 hash;
  };
  std::unordered_map<std::string, Entry> entries_;
};

// A sheet and what its images are, before it is known who will print it.
struct PressWork {
  struct Image {
    std::string path;  // below content/images/
    std::string type;
    Hash128 hash;
  };
  Product product = Product::pdf;
  Paper paper = Paper::a4;
  Sheet sheet;
  std::vector<Image> images;  // those that can be read
};
PressWork make_work(const Snapshot& snapshot, Product product, std::uint32_t number,
                    ImageHashes& hashes);

std::string press_key(const PressWork& work, const Hello& hello);

// The job, with its bulk. The images are read now; `work` is brought to what was read.
struct PressJob {
  Job job;
  Fd bulk;
};
PressJob make_job(PressWork& work, const std::string& content, std::string_view base_url);

}  // namespace octavo

#endif  // OCTAVO_APP_PRESS_WORK_H_
