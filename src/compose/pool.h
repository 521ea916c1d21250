// SPDX-License-Identifier: GPL-3.0-or-later
//
// Parsers: processes that take files from a shared queue and send back what they made of them. A
// file that makes its parser abort, loop or eat memory costs that parser alone: it is named, and
// another parser goes on with the rest.
//
// Thread safety: one thread.
// Throws: SystemError when no process can be started.
#ifndef OCTAVO_COMPOSE_POOL_H_
#define OCTAVO_COMPOSE_POOL_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace octavo {

struct PoolLimits {
  unsigned processes = 2;
  std::size_t memory = 256u << 20;  // RLIMIT_AS, bytes; not under a sanitizer
  std::int64_t cpu_ms = 2000;       // a file
  std::int64_t wall_ms = 20000;     // a file
};

struct PoolCallbacks {
  // In parser `parser` (below limits.processes): the frame for job `number`.
  std::function<std::string(std::uint32_t number, unsigned parser)> work;
  // In the composer, as they come: a frame of job `number`.
  std::function<void(std::uint32_t number, std::string_view frame)> result;
  // The parser was stopped on job `number`; `reason` for people: "used more than 2 s of CPU".
  std::function<void(std::uint32_t number, const std::string& reason)> died;
  // Job `number` takes long.
  std::function<void(std::uint32_t number)> slow;
};

inline constexpr unsigned kMaxParsers = 64;

// Runs jobs 0 … count − 1; returns when each has had its result() or died().
void run_pool(std::uint32_t count, const PoolLimits& limits, const PoolCallbacks& callbacks);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_POOL_H_
