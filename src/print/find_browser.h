// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which browser there is, and which version it is, without starting it for work.
//
// Thread safety: find_browser from any thread; a VersionProbe has one owner.
// Throws: SystemError when no process can be made; std::bad_alloc.
#ifndef OCTAVO_PRINT_FIND_BROWSER_H_
#define OCTAVO_PRINT_FIND_BROWSER_H_

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "base/file.h"
#include "base/process.h"

namespace octavo {

// A file as it was looked at. Another one at the same path is another browser.
struct BrowserFile {
  std::string path;  // empty: there is none
  dev_t device = 0;
  ino_t inode = 0;
  std::int64_t size = 0, changed_ns = 0;
  // The complete browser keeps a profile in a folder; the headless shell, made for this, needs
  // none.
  bool is_shell = false;
  bool operator==(const BrowserFile&) const = default;
};

// `wanted`, else chromium-headless-shell, else chromium: what Debian installs as a program of its
// own before the scripts in PATH that lead there.
BrowserFile find_browser(const std::string& wanted);

// Runs `BROWSER --version`, which does not start it, aside.
class VersionProbe {
 public:
  explicit VersionProbe(const BrowserFile& file);
  int fd() const noexcept { return output_.number(); }
  // "Chrome/156.0.8078.79" once it is known; empty: the program does not say.
  std::optional<std::string> step();

 private:
  Child child_;
  Fd output_;
  std::string said_;
};

// "Chrome/156.0.8078.79" from "Chromium 156.0.8078.79 built on …" or "HeadlessChrome/156.…".
std::string chrome_version(const std::string& text);

}  // namespace octavo

#endif  // OCTAVO_PRINT_FIND_BROWSER_H_
