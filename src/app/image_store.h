// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where site images live: one file in the cache folder, or sealed memfds.
//
// Thread safety: one thread.
// Throws: SystemError.
#ifndef OCTAVO_APP_IMAGE_STORE_H_
#define OCTAVO_APP_IMAGE_STORE_H_

#include <memory>
#include <string>

#include "base/file.h"
#include "content/image.h"

namespace octavo {

class ImageStore {
 public:
  explicit ImageStore(std::string cache_folder);  // empty: memfds only; made when it is missing

  // A descriptor for a new image: a file beside the last one, or a memfd.
  Fd begin(bool in_memory);
  // Opens what was written, and puts it in the place of the last one. Throws ImageError.
  std::shared_ptr<const Image> commit(Fd fd);
  void abandon() noexcept;
  // The last good image on disk; null when there is none that is sound.
  std::shared_ptr<const Image> open_last();
  int last_fd() const noexcept { return last_.number(); }  // −1: none
  bool on_disk() const noexcept { return !folder_.empty(); }

 private:
  std::string path() const { return folder_ + "/site.image"; }
  std::string folder_, beside_;
  Fd last_;
};

}  // namespace octavo

#endif  // OCTAVO_APP_IMAGE_STORE_H_
