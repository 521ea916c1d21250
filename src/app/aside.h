// SPDX-License-Identifier: GPL-3.0-or-later
//
// Work beside the main thread's, which may go on without it.
//
// Thread safety: begin() and wait() from one thread.
// Throws: std::bad_alloc alone; what the work throws is logged.
#ifndef OCTAVO_APP_ASIDE_H_
#define OCTAVO_APP_ASIDE_H_

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace octavo {

// One thread for what nobody waits for: it runs when no other wants its core (SCHED_IDLE), and a
// thread that wakes for a reader need not wait for the end of its slice.
class Aside {
 public:
  ~Aside();  // waits for the work at hand
  // False when it is still at work, or there is no thread to be had: nothing was begun.
  bool begin(std::function<void()> work);
  // Until the work is done, but no longer than this.
  void wait(std::chrono::milliseconds most);

 private:
  std::thread thread_;
  std::mutex mutex_;
  std::condition_variable done_;
  bool busy_ = false;  // guarded by mutex_
};

}  // namespace octavo

#endif  // OCTAVO_APP_ASIDE_H_
