// SPDX-License-Identifier: GPL-3.0-or-later
//
// One thread's share of the connections. Readiness is level-triggered and all that lies ready is
// read, so that waiting on silent, trickling or non-reading peers costs no CPU; no call waits for
// a peer. A connection stays with one loop for its life. Who is let in, and where to, is in
// accept.cc; the rest in loop.cc.
//
// Thread safety: run() in the loop's own thread; take_over(), nudge(), load(), answered() from any.
// Throws: SystemError from the constructor; run() nothing.
#ifndef OCTAVO_FCGI_LOOP_H_
#define OCTAVO_FCGI_LOOP_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <exception>
#include <list>
#include <memory>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/file.h"
#include "fcgi/connection.h"
#include "fcgi/guard.h"
#include "fcgi/mailbox.h"
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
  std::atomic<std::uint64_t> roll{0};  // how often it was called
};

class Loop {
 public:
  // `listener` is closed when the last loop lets go of it.
  Loop(Fleet& fleet, std::shared_ptr<const Fd> listener);
  void run() noexcept;

  // False when the loop is at its end: the connection stays with the caller.
  bool take_over(Fd& socket);
  // Look around: the server is stopping, or (`accept`) another loop has no room for who waits.
  void nudge(bool accept) noexcept { mailbox_->nudge(accept); }
  unsigned load() const noexcept { return load_.load(std::memory_order_relaxed); }
  std::uint64_t answered() const noexcept { return answered_.load(); }  // the last roll

 private:
  using List = std::list<Connection>;

  static SteadyTime now() noexcept { return SteadyTime::clock::now(); }
  void round();
  void empty_mailbox();
  void sweep(SteadyTime now);
  void schedule(SteadyTime at) { next_sweep_ = std::min(next_sweep_, at); }
  int timeout() const;
  void begin_stop();
  bool finished();

  void arm();
  void disarm();
  void accept_some(bool asked);
  void accept_queue();
  bool accept_one(bool asked);
  bool someone_waits() const;
  bool make_room();
  void no_room(const char* reason, bool asked);
  Loop& least_loaded();
  void open(Fd socket, bool placed);
  bool give_away(Connection& connection);

  // `events`: what epoll says, where it matters.
  void attend(Connection& connection, unsigned events = 0) noexcept;
  void on_readable(Connection& connection);
  void on_writable(Connection& connection);
  void on_drain(Connection& connection);
  void on_waiting(Connection& connection, unsigned events);
  void wait(Connection& connection, Due due);
  void deliver_late(Mailbox::Letter& letter) noexcept;
  void end_waiting(Connection& connection, Framed answer) noexcept;
  void look_behind(Connection& connection);
  bool consume(Connection& connection, std::string_view bytes);
  bool deliver(Connection& connection, Due due);
  bool flush(Connection& connection);
  void settle(Connection& connection);
  void await_first(Connection& connection);
  void drain(Connection& connection);
  void drop(Connection& connection) noexcept;
  void drop(Connection& connection, const std::exception& error) noexcept;
  void watch(Connection& connection, unsigned events);

  Fleet& fleet_;
  std::shared_ptr<const Fd> listener_;
  Fd epoll_;
  std::shared_ptr<Mailbox> mailbox_;
  Responder responder_;
  List idle_;  // the longest idle first
  List busy_;  // each with a deadline
  List gone_;  // closed in this round
  // Of the busy ones, by ticket. A ticket is given once, so that a letter that comes too late
  // finds nobody.
  std::unordered_map<std::uint64_t, Connection*> waiting_;
  SteadyTime next_sweep_ = SteadyTime::max();
  SteadyTime rearm_at_{};
  SteadyTime next_complaint_{};
  bool armed_ = false;
  unsigned spare_accepts_ = 0;  // wake-ups that take one connection and do not ask for a second
  bool stopping_ = false;
  std::atomic<unsigned> load_{0};
  std::atomic<std::uint64_t> answered_{0};
};

}  // namespace octavo

#endif  // OCTAVO_FCGI_LOOP_H_
