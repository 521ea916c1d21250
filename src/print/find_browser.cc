// SPDX-License-Identifier: GPL-3.0-or-later
#include "print/find_browser.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <vector>

#include "base/text.h"

namespace octavo {

namespace {

constexpr std::size_t kMaxSaid = 4096;

std::optional<BrowserFile> look(const std::string& path) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return std::nullopt;
  if (::access(path.c_str(), X_OK) != 0) return std::nullopt;
  BrowserFile file;
  file.path = path;
  file.device = status.st_dev;
  file.inode = status.st_ino;
  file.size = status.st_size;
  file.changed_ns = std::int64_t{status.st_mtim.tv_sec} * 1'000'000'000 + status.st_mtim.tv_nsec;
  file.is_shell = path.find("headless-shell") != std::string::npos;
  return file;
}

}  // namespace

BrowserFile find_browser(const std::string& wanted) {
  if (!wanted.empty()) return look(wanted).value_or(BrowserFile{});
  const char* value = std::getenv("PATH");
  const std::string folders = value != nullptr ? value : "/usr/bin:/bin";
  for (const char* name : {"chromium-headless-shell", "chromium"}) {
    if (auto file = look(std::string("/usr/lib/chromium/") + name)) return *file;
    for (const std::string_view folder : split(folders, ':')) {
      if (!folder.starts_with('/')) continue;
      if (auto file = look(std::string(folder) + "/" + name)) return *file;
    }
  }
  return {};
}

std::string chrome_version(const std::string& text) {
  const std::size_t name = text.find("Chrom");
  if (name == std::string::npos) return {};
  const std::size_t begin = text.find_first_of("0123456789", name);
  if (begin == std::string::npos) return {};
  const std::size_t end = text.find_first_not_of("0123456789.", begin);
  return "Chrome/" + text.substr(begin, end == std::string::npos ? end : end - begin);
}

VersionProbe::VersionProbe(const BrowserFile& file) {
  Pipe pipe = make_pipe();
  // A shell for what spawn() does not do: descriptor 3 is to be standard output.
  child_ = spawn("/bin/sh", {"-c", "exec \"$0\" --version >&3 2>/dev/null", file.path},
                 {pipe.write.number()});
  output_ = std::move(pipe.read);
  ::fcntl(output_.number(), F_SETFL, O_NONBLOCK);
}

std::optional<std::string> VersionProbe::step() {
  char buffer[512];
  for (;;) {
    const ssize_t count = ::read(output_.number(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return std::nullopt;
    if (count > 0) said_.append(buffer, static_cast<std::size_t>(count));
    if (count <= 0 || said_.size() > kMaxSaid) {
      child_.kill_and_wait();
      return chrome_version(said_);
    }
  }
}

}  // namespace octavo
