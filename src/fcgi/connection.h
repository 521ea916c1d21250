// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a loop knows about one connection, and the two system calls that move its bytes.
//
// Thread safety: one owner, the loop.
// Throws: nothing but std::bad_alloc.
#ifndef OCTAVO_FCGI_CONNECTION_H_
#define OCTAVO_FCGI_CONNECTION_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <utility>

#include "base/file.h"
#include "fcgi/frame.h"
#include "fcgi/intake.h"

namespace octavo {

using SteadyTime = std::chrono::steady_clock::time_point;

struct Connection {
  enum class State : std::uint8_t {
    idle,       // between requests; lives as long as there is room
    receiving,  // a request has begun; until `deadline`
    sending,    // a response is parked until the peer reads; until `deadline`
    draining,   // shut for writing; what the peer still sends is thrown away until `deadline`
    gone,       // closed; forgotten at the end of the round
  };

  explicit Connection(Fd fd) : socket(std::move(fd)) {}

  Fd socket;
  State state = State::idle;
  bool close_after = false;  // `out`
  bool drain_after = false;  // and with manners, for the peer may still be sending
  std::uint32_t interest = 0;  // what epoll was told; 0: nothing yet
  SteadyTime deadline{};
  Intake intake;
  std::string behind;  // received, but not looked at before `out` is sent
  Framed out;
  std::size_t sent = 0;  // of `out`
  std::list<Connection>::iterator self{};  // its place in one of the loop's lists
};

enum class Transfer {
  done,   // all is sent; something was received
  later,  // the socket would block
  ended,  // the peer has closed, or there was an error
};

// Sends what is left of `out`. `progress`: something went.
Transfer send_rest(Connection& connection, bool& progress);
// Receives into `buffer`. Descriptors that a peer passes along are closed by the kernel, as no
// room for them is offered (unix(7)).
Transfer receive(Connection& connection, char* buffer, std::size_t size, std::size_t& count);
// Whether something lies in the socket that nobody has seen.
bool has_unread(const Connection& connection);

}  // namespace octavo

#endif  // OCTAVO_FCGI_CONNECTION_H_
