// SPDX-License-Identifier: GPL-3.0-or-later
//
// The FastCGI responder: one epoll loop a thread over kept connections, a guard that lets libfcgi
// read only whole, well-formed, bounded requests, responses parked while the peer does not read.
// Facts and reasons: HACKING.md, "FastCGI".
//
// Thread safety: one thread; the handler is called from all loops.
// Throws: SystemError from start().
#ifndef OCTAVO_FCGI_SERVER_H_
#define OCTAVO_FCGI_SERVER_H_

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>

#include "base/file.h"
#include "fcgi/frame.h"
#include "http/message.h"

namespace octavo {

struct ServerLimits {
  unsigned threads = 2;
  unsigned connections = 4096;                // over all loops
  std::size_t parameter_bytes = 64u << 10;    // more: 431
  unsigned parameters = 256;                  // more: 431
  std::size_t body_bytes = 1u << 20;          // drained; more: 413 and close
  std::chrono::milliseconds request{10000};   // from a request's first byte to its last
  std::chrono::milliseconds stalled{60000};   // a parked response without progress
  std::chrono::milliseconds waiting{120000};  // for a reply that was taken; then 504
  bool leave_queue = false;  // who waits to be accepted at the end is left to the next process
};

// For an answer that takes longer than a loop may stand still. Handed to a handler with each
// request; the handler takes the reply, returns null, and whoever has the reply calls it: once,
// from any thread, at any time (also before the handler has returned, and when the peer or the
// server are gone: then it does nothing). A null answer, or a reply that is destroyed without
// having been called, answers 500. A handler that takes the reply and yet returns an answer, or
// throws, has answered: the reply does nothing. The request's views end when the handler returns:
// copy what is needed. Meanwhile the peer's connection holds no thread, and no more than itself.
using Reply = std::function<void(Framed)>;
class Deferral {
 public:
  virtual ~Deferral() = default;
  virtual Reply take() = 0;  // once
};

// One handler a loop is made by calling the factory in that loop's thread, so that it may keep
// state (a snapshot's copy) without locks. Null without a reply taken: 500.
using Handler = std::function<Framed(const Request&, Deferral&)>;
using HandlerFactory = std::function<Handler()>;

class Server {
 public:
  Server(ServerLimits limits, HandlerFactory handlers);
  ~Server();
  void start(Fd listener);  // begins to serve; returns at once
  // Stops accepting, lets requests at hand finish (at most `grace`), closes, joins.
  void stop(std::chrono::milliseconds grace);

  // Whether the loops still go round: each is called, and answers when it comes to it. REQUIRES:
  // started.
  void call_roll() noexcept;
  bool all_answered() const noexcept;  // the last call
  unsigned connections() const noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace octavo

#endif  // OCTAVO_FCGI_SERVER_H_
