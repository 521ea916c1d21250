// SPDX-License-Identifier: GPL-3.0-or-later
//
// Child processes: started with given descriptors and nothing else, waited for through a pidfd.
// And what this process has to run them on.
//
// Thread safety: a Child has one owner; the functions from any thread.
// Throws: SystemError.
#ifndef OCTAVO_BASE_PROCESS_H_
#define OCTAVO_BASE_PROCESS_H_

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "base/file.h"

namespace octavo {

class Child {
 public:
  Child() = default;
  Child(pid_t pid, Fd pidfd) : pid_(pid), pidfd_(std::move(pidfd)) {}
  Child(Child&& other) noexcept
      : pid_(std::exchange(other.pid_, -1)), pidfd_(std::move(other.pidfd_)) {}
  Child& operator=(Child&& other) noexcept;
  ~Child() { kill_and_wait(); }
  pid_t pid() const noexcept { return pid_; }
  int pidfd() const noexcept { return pidfd_.number(); }  // readable when it has ended
  explicit operator bool() const noexcept { return pid_ > 0; }
  // The wait(2) status once it has ended; nullopt while it runs (with `block`: waits).
  std::optional<int> wait(bool block);
  void kill_and_wait() noexcept;

 private:
  pid_t pid_ = -1;
  Fd pidfd_;
};

// Starts `path`; descriptor i + 3 of the child is descriptors[i]; standard input is /dev/null.
// The child has no signal blocked and none ignored.
Child spawn(const std::string& path, const std::vector<std::string>& arguments,
            const std::vector<int>& descriptors);
// "exit status 1", "signal 9 (Killed)"
std::string describe_status(int status);

struct Pipe {
  Fd read, write;
};
Pipe make_pipe();

// The processors that the calling thread may run on (taskset, cpuset), at least 1.
unsigned cores();

}  // namespace octavo

#endif  // OCTAVO_BASE_PROCESS_H_
