// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/watch.h"

#include <dirent.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

#include "base/error.h"

namespace octavo {

namespace {

constexpr unsigned kMaxDepth = 64;
constexpr std::uint32_t kEvents = IN_CREATE | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO |
                                  IN_DELETE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB |
                                  IN_ONLYDIR;

}  // namespace

Watch::Watch(const std::vector<std::string>& folders)
    : fd_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC)) {
  if (!fd_) throw SystemError("cannot watch folders", errno);
  for (const std::string& folder : folders) {
    struct stat status {};
    if (::stat(folder.c_str(), &status) == 0) {
      add(folder, 0);
    } else {
      const std::string parent = folder.substr(0, folder.rfind('/'));
      ::inotify_add_watch(fd_.number(), parent.empty() ? "/" : parent.c_str(),
                          IN_CREATE | IN_MOVED_TO | IN_ONLYDIR);
    }
  }
}

void Watch::add(const std::string& folder, unsigned depth) {
  if (::inotify_add_watch(fd_.number(), folder.c_str(), kEvents) < 0) {
    if (errno == ENOSPC || errno == ENOMEM) complete_ = false;
    return;
  }
  std::unique_ptr<DIR, int (*)(DIR*)> dir(::opendir(folder.c_str()), ::closedir);
  if (!dir || depth >= kMaxDepth) return;
  while (const dirent* entry = ::readdir(dir.get())) {
    if (entry->d_name[0] == '.') continue;
    const std::string path = folder + '/' + entry->d_name;
    bool is_folder = entry->d_type == DT_DIR;
    if (entry->d_type == DT_LNK || entry->d_type == DT_UNKNOWN) {
      struct stat status {};
      is_folder = ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
    }
    if (is_folder) add(path, depth + 1);
  }
}

bool Watch::drain() {
  alignas(inotify_event) char buffer[16384];
  bool changed = false;
  for (;;) {
    const ssize_t got = ::read(fd_.number(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return changed;
    for (ssize_t at = 0; at < got;) {
      const auto* event = reinterpret_cast<const inotify_event*>(buffer + at);
      at += static_cast<ssize_t>(sizeof(inotify_event)) + event->len;
      if ((event->mask & IN_IGNORED) != 0) continue;
      const std::string_view name = event->len == 0 ? "" : event->name;
      if (!name.empty() && (name.front() == '.' || name.back() == '~')) continue;
      changed = true;
    }
  }
}

}  // namespace octavo
