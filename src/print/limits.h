// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a job may cost beyond the sizes of the wire. HACKING.md has the measurements behind them.
//
// Thread safety: constants.
// Throws: nothing.
#ifndef OCTAVO_PRINT_LIMITS_H_
#define OCTAVO_PRINT_LIMITS_H_

#include <cstddef>
#include <cstdint>

#include "print/wire.h"

namespace octavo {

inline constexpr unsigned kMaxPages = 1000;  // of a PDF
inline constexpr unsigned kCardWidth = 1200, kCardHeight = 630;
inline constexpr std::size_t kMaxCardBytes = 200u << 10;

inline constexpr std::size_t kMaxClients = 64;         // connections at a time
inline constexpr std::size_t kMaxQueue = 8;            // jobs that wait for their turn
inline constexpr std::int64_t kQuietMs = 30'000;       // for a client to send its job
inline constexpr std::int64_t kAnswerMs = 10'000;      // for a client to take its answer
inline constexpr std::int64_t kStartMs = 20'000;       // for the browser to start, disk cold
inline constexpr std::int64_t kCloseMs = 3'000;        // for the browser to close a page, or itself
inline constexpr std::size_t kMaxPipe = 4u << 20;      // unsent to the browser before parts wait
inline constexpr unsigned kCpuSeconds = 600;           // of one process of the browser's
inline constexpr std::uint64_t kMaxFile = 512u << 20;  // of any file or shared memory it makes

struct WorkerSettings {
  std::string listen;   // a socket's path; empty: from systemd
  std::string browser;  // empty: looked for
  unsigned jobs = 100;  // that a browser does before another is started
  std::int64_t idle_ms = 60'000;
  unsigned at_once = 2;
  std::int64_t deadline_ms = 10'000;  // of a job, once begun
  std::uint64_t memory = 400u << 20;  // of one process of the browser's
};

}  // namespace octavo

#endif  // OCTAVO_PRINT_LIMITS_H_
