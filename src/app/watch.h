// SPDX-License-Identifier: GPL-3.0-or-later
//
// Folders watched for changes (inotify), with all folders below them.
//
// Thread safety: one thread.
// Throws: SystemError when the kernel gives no inotify instance.
#ifndef OCTAVO_APP_WATCH_H_
#define OCTAVO_APP_WATCH_H_

#include <string>
#include <vector>

#include "base/file.h"

namespace octavo {

class Watch {
 public:
  // Folders that are not there are passed over: their parents are watched for their coming.
  explicit Watch(const std::vector<std::string>& folders);
  int fd() const noexcept { return fd_.number(); }
  // Whether something worth a reload happened since the last call (dot files and *~ are not).
  bool drain();
  bool complete() const noexcept { return complete_; }  // false: out of watches; look yourself

 private:
  void add(const std::string& folder, unsigned depth);
  Fd fd_;
  bool complete_ = true;
};

}  // namespace octavo

#endif  // OCTAVO_APP_WATCH_H_
