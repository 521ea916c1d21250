// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/press_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <utility>
#include <vector>

#include "base/text.h"

namespace octavo {

namespace {

using namespace std::string_view_literals;

constexpr std::string_view kUnfinished = ".unfinished.";  // and six letters
constexpr std::string_view kWorker = "worker";
constexpr std::size_t kKey = 32;
constexpr std::size_t kPiece = 1u << 20;
constexpr std::size_t kTrailer = 1024;
constexpr std::int64_t kTouch = 20;  // seconds between two marks: a mark is a write to the disk

std::string read_at(int fd, std::size_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t got = 0;
  while (got < size) {
    const ssize_t count =
        ::pread(fd, bytes.data() + got, size - got, static_cast<off_t>(offset + got));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    got += static_cast<std::size_t>(count);
  }
  bytes.resize(got);
  return bytes;
}

// A file that was cut short, or is another kind of file, does not pass.
bool is_whole(int fd, std::size_t size, Product product) {
  const std::string head = read_at(fd, 0, std::min<std::size_t>(size, 24));
  if (product == Product::card) {
    constexpr auto kHead =
        "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x04\xb0\0\0\x02\x76"sv;  // 1200 × 630
    constexpr auto kEnd = "\0\0\0\0IEND\xae\x42\x60\x82"sv;
    return size >= kHead.size() + kEnd.size() && head == kHead &&
           read_at(fd, size - kEnd.size(), kEnd.size()) == kEnd;
  }
  const std::size_t tail = std::min(size, kTrailer);
  return (head.starts_with("%PDF-1.") || head.starts_with("%PDF-2.")) &&
         read_at(fd, size - tail, tail).find("%%EOF") != std::string::npos;
}

Product product_of(std::string_view name) {
  return name.ends_with(".png") ? Product::card : Product::pdf;
}

void mark_asked(int fd, const struct stat& status) {
  if (status.st_atim.tv_sec + kTouch > ::time(nullptr)) return;
  // The time of its last change stays: fronts make Last-Modified of it. A file of another user
  // cannot be marked, and may be swept a little early.
  const timespec times[2] = {{0, UTIME_NOW}, {0, UTIME_OMIT}};
  ::futimens(fd, times);
}

struct Closer {
  void operator()(DIR* dir) const noexcept { ::closedir(dir); }
};

// Calls `each` with every name in the folder.
template <typename Each>
void for_names(const std::string& folder, Each each) {
  const std::unique_ptr<DIR, Closer> dir(::opendir(folder.c_str()));
  if (!dir) throw SystemError("cannot read the folder " + folder, errno);
  while (const dirent* entry = ::readdir(dir.get())) each(std::string(entry->d_name));
}

// Written by a process that lives: it holds a lock on it.
bool is_abandoned(const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  return fd && ::flock(fd.number(), LOCK_EX | LOCK_NB) == 0;
}

}  // namespace

std::string press_file_name(const std::string& key, Product product) {
  return key + (product == Product::pdf ? ".pdf" : ".png");
}

bool is_press_file_name(std::string_view name) {
  return name.size() == kKey + 4 && (name.ends_with(".pdf") || name.ends_with(".png")) &&
         name.find_first_not_of("0123456789abcdef") == kKey;
}

void PressStore::open() {
  if (::mkdir(folder_.c_str(), 0711) == 0) {
    ::chmod(folder_.c_str(), 0711);  // whatever the umask says
  } else if (errno != EEXIST) {
    throw SystemError("cannot make the folder " + folder_, errno);
  }
  bytes_ = files_ = 0;
  for_names(folder_, [&](const std::string& name) {
    struct stat status {};
    if (name.starts_with(kUnfinished) && is_abandoned(path(name))) {
      ::unlink(path(name).c_str());
    } else if (is_press_file_name(name) && ::lstat(path(name).c_str(), &status) == 0) {
      bytes_ += static_cast<std::size_t>(status.st_size);
      ++files_;
    }
  });
}

std::string PressStore::trouble_for_fronts() const {
  const std::string cache = folder_.substr(0, folder_.rfind('/'));
  for (const std::string& place : {cache, folder_}) {
    struct stat status {};
    if (::stat(place.c_str(), &status) != 0) continue;
    // A group of its own is taken for the web server's.
    const bool by_group = (status.st_mode & S_IXGRP) != 0 && status.st_gid != ::getegid();
    if ((status.st_mode & S_IXOTH) == 0 && !by_group)
      return "the web server may not enter " + place +
             ", and finished PDFs lie below it; chmod o+x " + place;
  }
  return {};
}

bool PressStore::has(const std::string& name) {
  const Fd fd(::open(path(name).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (!fd) {
    if (errno == ENOENT || errno == ENOTDIR) return false;
    throw SystemError("cannot open " + path(name), errno);
  }
  struct stat status {};
  if (::fstat(fd.number(), &status) != 0) throw SystemError("cannot stat " + path(name), errno);
  const bool whole =
      S_ISREG(status.st_mode) &&
      is_whole(fd.number(), static_cast<std::size_t>(status.st_size), product_of(name));
  if (!whole) {
    ::unlink(path(name).c_str());
    return false;
  }
  mark_asked(fd.number(), status);
  return true;
}

bool PressStore::still_there(const std::string& name) {
  const Fd fd(::open(path(name).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  struct stat status {};
  if (!fd || ::fstat(fd.number(), &status) != 0 || status.st_size == 0) return false;
  mark_asked(fd.number(), status);
  return true;
}

void PressStore::put(const std::string& name, Product product, const Fd& bulk, std::size_t size) {
  if (!is_whole(bulk.number(), size, product)) {
    throw PressFileError(product == Product::pdf ? "what it sent is not a whole PDF"
                                                 : "what it sent is not a PNG of 1200 × 630");
  }
  replace(name, [&](int fd) {
    for (std::size_t at = 0; at < size; at += kPiece)
      write_all(fd, read_bulk(bulk, at, std::min(kPiece, size - at)));
  });
  bytes_ += size;
  ++files_;
}

void PressStore::replace(std::string_view name, const std::function<void(int fd)>& write) {
  std::string beside = path(kUnfinished) + "XXXXXX";
  const Fd fd(::mkostemp(beside.data(), O_CLOEXEC));
  if (!fd) throw SystemError("cannot create a file in " + folder_, errno);
  try {
    ::flock(fd.number(), LOCK_EX | LOCK_NB);
    write(fd.number());
    if (::fchmod(fd.number(), 0644) != 0) throw SystemError("cannot set the mode of a file", errno);
    // Not synced: what a power cut tears is seen by has(), and made again.
    if (std::rename(beside.c_str(), path(name).c_str()) != 0)
      throw SystemError("cannot rename a file in " + folder_, errno);
  } catch (const SystemError& error) {
    ::unlink(beside.c_str());
    throw SystemError("cannot write " + path(name), error.error_number());
  } catch (...) {
    ::unlink(beside.c_str());
    throw;
  }
}

void PressStore::sweep(std::size_t most,
                       const std::function<bool(const std::string& name)>& may_remove) {
  struct File {
    std::string name;
    std::size_t size;
    timespec asked;
  };
  std::vector<File> found;
  bytes_ = files_ = 0;
  for_names(folder_, [&](const std::string& name) {
    struct stat status {};
    if (!is_press_file_name(name) || ::lstat(path(name).c_str(), &status) != 0) return;
    const auto size = static_cast<std::size_t>(status.st_size);
    found.push_back({name, size, status.st_atim});
    bytes_ += size;
    ++files_;
  });
  if (bytes_ <= most) return;
  std::ranges::sort(found, [](const File& a, const File& b) {
    return std::pair(a.asked.tv_sec, a.asked.tv_nsec) < std::pair(b.asked.tv_sec, b.asked.tv_nsec);
  });
  const std::int64_t now = ::time(nullptr);
  for (const File& file : found) {
    if (bytes_ <= most / 10 * 9) break;
    // The mark may be older than the asking, by the time between two marks.
    if (file.asked.tv_sec + kSpared + kTouch > now) break;
    if (!may_remove(file.name)) continue;
    if (::unlink(path(file.name).c_str()) != 0 && errno != ENOENT)
      throw SystemError("cannot remove " + path(file.name), errno);
    bytes_ -= file.size;
    --files_;
  }
}

std::optional<Hello> PressStore::remembered() const {
  try {
    const std::string text = read_file(path(kWorker), 4096);
    const std::vector<std::string_view> lines = split(text, '\n');
    if (lines.size() < 2 || lines[0].empty() || lines[1].empty()) return std::nullopt;
    Hello hello;
    hello.worker = lines[0];
    hello.browser = lines[1];
    return hello;
  } catch (const Error&) {
    return std::nullopt;
  }
}

void PressStore::remember(const Hello& hello) {
  const std::string text = hello.worker + '\n' + hello.browser + '\n';
  if (std::ranges::count(text, '\n') != 2) return;
  replace(kWorker, [&](int fd) { write_all(fd, text); });
}

}  // namespace octavo
