// SPDX-License-Identifier: GPL-3.0-or-later
#include "content/walk.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <memory>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace octavo {

namespace {

constexpr unsigned kMaxFolders = 64;  // nested

bool is_skipped(std::string_view name) {
  return name.front() == '.' || name.front() == '_' || name.back() == '~';
}

bool ends_with_md(std::string_view name) {
  return name.size() > 3 && name.ends_with(".md");
}

class Walker {
 public:
  explicit Walker(const std::string& folder) : folder_(folder) {
    char* resolved = ::realpath(folder.c_str(), nullptr);
    if (resolved == nullptr) throw SystemError("cannot read the content folder " + folder, errno);
    root_ = resolved;
    std::free(resolved);
  }

  Listing run() {
    const Fd root(::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!root) throw SystemError("cannot read the content folder " + folder_, errno);
    struct stat status {};
    listing_.has_posts = ::fstatat(root.number(), "posts", &status, 0) == 0;
    listing_.has_pages = ::fstatat(root.number(), "pages", &status, 0) == 0;
    folder(root.number(), "posts", "posts", FileKind::post, 0);
    folder(root.number(), "pages", "pages", FileKind::page, 0);
    folder(root.number(), "images", "images", FileKind::image, 0);
    std::sort(listing_.files.begin(), listing_.files.end(),
              [](const ListedFile& a, const ListedFile& b) { return a.path < b.path; });
    return std::move(listing_);
  }

 private:
  void fault(const std::string& path, const char* code, std::string message, FileKind kind) {
    Diagnostic d;
    d.code = code;
    d.file = path;
    d.line = d.column = 1;
    d.message = std::move(message);
    // What is wrong with a picture is an error only where a post shows it.
    d.warning = kind == FileKind::image;
    listing_.faults.push_back(std::move(d));
  }

  void folder(int parent, const char* name, const std::string& path, FileKind kind,
              unsigned depth) {
    int fd = ::openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) {
      if (depth == 0 && errno == ENOENT) return;
      fault(path, errno == ENOTDIR ? "not_a_file" : "unreadable",
            "cannot read this folder: " + errno_text(errno) +
                "; give the daemon's user the right to read it",
            kind);
      return;
    }
    std::unique_ptr<DIR, int (*)(DIR*)> dir(::fdopendir(fd), ::closedir);
    if (!dir) {
      ::close(fd);
      throw SystemError("cannot read the folder " + path, errno);
    }
    for (;;) {
      errno = 0;
      const dirent* entry = ::readdir(dir.get());
      if (entry == nullptr) {
        if (errno != 0) throw SystemError("cannot read the folder " + path, errno);
        return;
      }
      if (!is_skipped(entry->d_name))
        one(fd, entry->d_name, path + '/' + entry->d_name, kind, depth);
    }
  }

  void one(int parent, const char* name, const std::string& path, FileKind kind, unsigned depth) {
    struct stat status {};
    if (::fstatat(parent, name, &status, AT_SYMLINK_NOFOLLOW) != 0) {
      if (errno != ENOENT) fault(path, "unreadable", "cannot stat: " + errno_text(errno), kind);
      return;  // gone since the folder was read
    }
    if (S_ISLNK(status.st_mode)) {
      if (kind != FileKind::image && !ends_with_md(name) && !leads_to_folder(parent, name)) return;
      if (!resolve_link(parent, name, path, kind, status)) return;
    }
    if (S_ISDIR(status.st_mode)) {
      if (depth + 1 >= kMaxFolders) {
        return fault(path, "outside",
                     "folders are nested too deeply (a symbolic link in a circle?)", kind);
      }
      return folder(parent, name, path, kind, depth + 1);
    }
    if (kind != FileKind::image && !ends_with_md(name)) return;
    if (!S_ISREG(status.st_mode)) {
      return fault(
          path, "not_a_file",
          "not a regular file (a device, socket or pipe); only regular files are read; remove it",
          kind);
    }
    if (find_bad_utf8(path) != std::string::npos ||
        std::any_of(path.begin(), path.end(),
                    [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; })) {
      return fault(printable(path), "bad_path",
                   "the file's name is not UTF-8 or holds control characters; rename it", kind);
    }
    ListedFile file;
    file.path = path;
    file.kind = kind;
    file.stat.size = static_cast<std::uint64_t>(status.st_size);
    file.stat.inode = status.st_ino;
    file.stat.device = status.st_dev;
    file.stat.mtime_ns = status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec;
    file.stat.ctime_ns = status.st_ctim.tv_sec * 1'000'000'000LL + status.st_ctim.tv_nsec;
    listing_.files.push_back(std::move(file));
  }

  static std::string printable(const std::string& path) {
    std::string out;
    for (const char c : path)
      out +=
          static_cast<unsigned char>(c) >= 0x80 || static_cast<unsigned char>(c) < 0x20 ? '?' : c;
    return out;
  }

  bool leads_to_folder(int parent, const char* name) {
    struct stat status {};
    return ::fstatat(parent, name, &status, 0) == 0 && S_ISDIR(status.st_mode);
  }

  // Where a symbolic link leads; false (and a fault) when that is nowhere or outside.
  bool resolve_link(int parent, const char* name, const std::string& path, FileKind kind,
                    struct stat& status) {
    const std::string link = "/proc/self/fd/" + std::to_string(parent) + '/' + name;
    char* resolved = ::realpath(link.c_str(), nullptr);
    if (resolved == nullptr) {
      fault(path, "unreadable",
            "a symbolic link that leads nowhere: " + errno_text(errno) + "; remove it or mend it",
            kind);
      return false;
    }
    const std::string target = resolved;
    std::free(resolved);
    if (target != root_ && !target.starts_with(root_ == "/" ? root_ : root_ + '/')) {
      fault(path, "outside",
            "a symbolic link that leads out of the content folder; copy the file into it", kind);
      return false;
    }
    if (::fstatat(parent, name, &status, 0) != 0) {
      fault(path, "unreadable", "cannot stat: " + errno_text(errno), kind);
      return false;
    }
    return true;
  }

  std::string folder_, root_;
  Listing listing_;
};

}  // namespace

bool same_files(const Listing& a, const Listing& b) {
  return a.has_posts == b.has_posts && a.has_pages == b.has_pages &&
         std::equal(a.files.begin(), a.files.end(), b.files.begin(), b.files.end(),
                    [](const ListedFile& x, const ListedFile& y) {
                      return x.path == y.path && x.kind == y.kind && x.stat == y.stat;
                    });
}

bool settled(const FileStat& stat, std::int64_t listed_ns) {
  // A file whose time stamp is this close to the moment it was listed may have been written again
  // within the same tick of the kernel's clock without a trace in its stat (git: "racily clean").
  constexpr std::int64_t kRacyNs = 20'000'000;
  return std::max(stat.mtime_ns, stat.ctime_ns) + kRacyNs <= listed_ns;
}

Listing walk_content(const std::string& folder) {
  return Walker(folder).run();
}

}  // namespace octavo
