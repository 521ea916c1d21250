// SPDX-License-Identifier: GPL-3.0-or-later
//
// One thread's share of the connections. Readiness is level-triggered and all that lies ready is
// read, so that waiting on silent, trickling or non-reading peers costs no CPU; no call waits for
// a peer. A connection stays with one loop for its life.
//
// Thread safety: run() in the loop's own thread; take_over(), nudge(), load() from any.
// Throws: SystemError from the constructor; run() nothing.
#ifndef OCTAVO_FCGI_LOOP_H_
#define OCTAVO_FCGI_LOOP_H_

#include <algorithm>
#include <atomic>
#include <list>
#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "fcgi/connection.h"
#include "fcgi/guard.h"
#include "fcgi/server.h"

namespace octavo {

class Loop;

// What the loops of one server share.
struct Fleet {
  // Constant once the loops run.
  ServerLimits limits;
  GuardLimits guard;
  HandlerFactory handlers;
  std::vector<std::unique_ptr<Loop>> loops;
  // Written before `stopping` is set.
  SteadyTime stop_at{};

  std::atomic<bool> stopping{false};
  std::atomic<unsigned> connections{0};
};

class Loop {
 public:
  // `listener` is closed when the last loop lets go of it.
  Loop(Fleet& fleet, std::shared_ptr<const Fd> listener);
  void run() noexcept;

  // False when the loop is at its end: the connection stays with the caller.
  bool take_over(Fd& socket);
  // Look around: the server is stopping, or (`accept`) another loop has no room for who waits.
  void nudge(bool accept) noexcept;
  unsigned load() const noexcept { return load_.load(std::memory_order_relaxed); }

 private:
  using List = std::list<Connection>;
  struct Orders {
    std::vector<Fd> sockets;
    bool accept = false;
    bool closed = false;
  };

  void round();
  void obey_orders();
  void sweep(SteadyTime now);
  void schedule(SteadyTime at) { next_sweep_ = std::min(next_sweep_, at); }
  int timeout() const;
  void begin_stop();
  bool finished();

  void arm();
  void disarm();
  void accept_some(bool asked);
  bool accept_one(bool asked);
  bool someone_waits() const;
  bool make_room();
  void no_room(const char* reason, bool asked);
  Loop& least_loaded();
  void open(Fd socket, bool placed);
  bool give_away(Connection& connection);

  void attend(Connection& connection) noexcept;
  void on_readable(Connection& connection);
  void on_writable(Connection& connection);
  void on_drain(Connection& connection);
  bool consume(Connection& connection, std::string_view bytes);
  bool deliver(Connection& connection, Due due);
  bool flush(Connection& connection);
  void settle(Connection& connection);
  void drain(Connection& connection);
  void drop(Connection& connection) noexcept;
  void watch(Connection& connection, unsigned events);

  Fleet& fleet_;
  std::shared_ptr<const Fd> listener_;
  Fd epoll_;
  Fd wake_;
  Responder responder_;
  List idle_;  // the longest idle first
  List busy_;  // each with a deadline
  List gone_;  // closed in this round
  SteadyTime next_sweep_ = SteadyTime::max();
  SteadyTime rearm_at_{};
  SteadyTime next_complaint_{};
  bool armed_ = false;
  unsigned spare_accepts_ = 0;  // wake-ups that take one connection and do not ask for a second
  bool stopping_ = false;
  std::atomic<unsigned> load_{0};
  std::mutex mutex_;
  Orders orders_;  // guarded by mutex_
};

}  // namespace octavo

#endif  // OCTAVO_FCGI_LOOP_H_
