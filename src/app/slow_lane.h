// SPDX-License-Identifier: GPL-3.0-or-later
//
// A few threads for what would hold up the readers of pages, and a short queue before them. A flood
// fills the queue and is turned away; it never takes a serving thread. When it has been quiet for a
// while, what the work needed can be given back.
//
// Thread safety: any thread.
// Throws: std::bad_alloc.
#ifndef OCTAVO_APP_SLOW_LANE_H_
#define OCTAVO_APP_SLOW_LANE_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

namespace octavo {

class SlowLane {
 public:
  // Threads are started with the first work, one by one as they are needed, at nice 5: readers of
  // pages come first.
  // `rest` is called by one of them when nothing has been at hand for `quiet`, once until there is
  // work again; what it throws is logged. Work that comes meanwhile may wait for it.
  SlowLane(unsigned threads, std::size_t queue, std::function<void()> rest = {},
           std::chrono::milliseconds quiet = std::chrono::seconds(1));
  ~SlowLane();  // drops what waits, finishes what runs

  // False when the queue is full, or no thread could be started: `work` was not taken. What
  // `work` throws is logged.
  bool submit(std::function<void()> work);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace octavo

#endif  // OCTAVO_APP_SLOW_LANE_H_
