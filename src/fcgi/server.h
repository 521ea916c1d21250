// SPDX-License-Identifier: GPL-3.0-or-later
//
// The FastCGI responder: one epoll loop a thread over kept connections, a guard that lets libfcgi
// read only whole, well-formed, bounded requests, responses parked while the peer does not read.
// Facts and reasons: HACKING.md, "FastCGI".
//
// Thread safety: start(), stop() from one thread; the handler is called from all loops.
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
  unsigned connections = 4096;               // over all loops
  std::size_t parameter_bytes = 64u << 10;   // more: 431
  unsigned parameters = 256;                 // more: 431
  std::size_t body_bytes = 1u << 20;         // drained; more: 413 and close
  std::chrono::milliseconds request{10000};  // from a request's first byte to its last
  std::chrono::milliseconds stalled{60000};  // a parked response without progress
};

// One handler a loop is made by calling the factory in that loop's thread, so that it may keep
// state (a snapshot's copy) without locks.
using Handler = std::function<Framed(const Request&)>;
using HandlerFactory = std::function<Handler()>;

class Server {
 public:
  Server(ServerLimits limits, HandlerFactory handlers);
  ~Server();
  void start(Fd listener);  // begins to serve; returns at once
  // Stops accepting, lets requests at hand finish (at most `grace`), closes, joins.
  void stop(std::chrono::milliseconds grace);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace octavo

#endif  // OCTAVO_FCGI_SERVER_H_
