// SPDX-License-Identifier: GPL-3.0-or-later
//
// A browser that cannot outlive us. A keeper, forked from octavo-print and with nothing else to do,
// starts the browser in a process group of its own and holds one end of a pipe, the leash. When
// the leash's other end closes (let go, or because octavo-print was killed) or the browser ends, it
// kills the whole group, waits for every process of it, removes the profile folder if there was
// one, and ends. So when the keeper has ended, nothing is left. When the keeper itself is killed,
// the kernel kills the browser (PDEATHSIG), and sweep() does the rest.
//
// Chromium brings its own sandbox, which stays on. Around it: no new privileges, limits of memory,
// of CPU time and of files a process, no core dumps, no environment but what is listed here, and
// where the kernel lets us (it does unless namespaces are forbidden) a network without a way out.
//
// Thread safety: REQUIRES a process with one thread: the keeper is a fork that goes on.
// Throws: SystemError.
#ifndef OCTAVO_PRINT_KEEPER_H_
#define OCTAVO_PRINT_KEEPER_H_

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/process.h"

namespace octavo {

struct BrowserOrder {
  std::string path;
  std::vector<std::string> arguments;
  std::uint64_t memory = 0;  // RLIMIT_DATA of each process
  unsigned cpu_seconds = 0;
  std::uint64_t file_size = 0;
  bool profile = false;  // it writes a profile whatever it is told: give it a folder for that
};

struct KeptBrowser {
  Child keeper;           // its status: the browser's exit status, or 128 and the signal
  pid_t group = 0;        // of processes
  Fd leash;               // closing it ends them all
  Fd commands, messages;  // the DevTools protocol
  Fd words;               // what it prints
};

KeptBrowser start_browser(const BrowserOrder& order);

// After the end of the keeper: kills and reaps what it may have left.
void sweep(pid_t group) noexcept;

}  // namespace octavo

#endif  // OCTAVO_PRINT_KEEPER_H_
