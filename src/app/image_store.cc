// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/image_store.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

#include "base/error.h"
#include "base/log.h"

namespace octavo {

namespace {

// A rename over a file makes ext4 write the new one out first (auto_da_alloc): 18 ms for 70 MB, in
// which the core serves nobody. We need no such promise, and an exchange does not make it.
void put_in_place(const std::string& fresh, const std::string& place) {
  if (::renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, place.c_str(), RENAME_EXCHANGE) == 0) {
    ::unlink(fresh.c_str());
  } else if (std::rename(fresh.c_str(), place.c_str()) != 0) {
    throw SystemError("cannot rename an image to " + place, errno);
  }
}

}  // namespace

ImageStore::ImageStore(std::string cache_folder) : folder_(std::move(cache_folder)) {
  if (folder_.empty()) return;
  // The web server passes through to finished PDFs, whose names it is told; it cannot look around.
  if (::mkdir(folder_.c_str(), 0711) == 0) {
    ::chmod(folder_.c_str(), 0711);  // whatever the umask says
  } else if (errno != EEXIST) {
    throw SystemError("cannot make the cache folder " + folder_, errno);
  }
}

Fd ImageStore::begin(bool in_memory) {
  abandon();
  if (folder_.empty() || in_memory) return open_memfd("octavo site image");
  beside_ = path() + ".XXXXXX";
  Fd fd(::mkostemp(beside_.data(), O_CLOEXEC));
  if (!fd) {
    const int error = errno;
    beside_.clear();
    throw SystemError("cannot create an image in " + folder_, error);
  }
  return fd;
}

std::shared_ptr<const Image> ImageStore::commit(Fd fd) {
  // Not synced: an image that a power cut tears fails its checksums and is composed anew, and a
  // sync would make every reload wait for the disk.
  if (beside_.empty()) {
    seal(fd.number());
  } else {
    ::fchmod(fd.number(), 0640);
    // A mapping of a descriptor that can still be written could change under its readers.
    Fd read_only(::open(beside_.c_str(), O_RDONLY | O_CLOEXEC));
    if (!read_only) throw SystemError("cannot open " + beside_, errno);
    fd = std::move(read_only);
  }
  auto image = Image::open(fd.number());
  if (!beside_.empty()) put_in_place(beside_, path());
  beside_.clear();
  last_ = std::move(fd);
  return image;
}

void ImageStore::abandon() noexcept {
  if (!beside_.empty()) ::unlink(beside_.c_str());
  beside_.clear();
}

std::shared_ptr<const Image> ImageStore::open_last() {
  if (folder_.empty()) return nullptr;
  Fd fd(::open(path().c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!fd) return nullptr;
  try {
    auto image = Image::open(fd.number());
    last_ = std::move(fd);
    return image;
  } catch (const Error& error) {
    log_notice(path() + ": " + error.what() + "; composing it anew");
    return nullptr;
  }
}

}  // namespace octavo
