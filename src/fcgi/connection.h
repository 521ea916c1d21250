// SPDX-License-Identifier: GPL-3.0-or-later
//
// One connection's conversation: what a loop knows about it, what the bytes of its peer make due,
// and the system calls that move bytes. When to make them is the loop's business.
//
// Thread safety: one owner, the loop.
// Throws: std::bad_alloc; Responder what Parser throws.
#ifndef OCTAVO_FCGI_CONNECTION_H_
#define OCTAVO_FCGI_CONNECTION_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/file.h"
#include "fcgi/frame.h"
#include "fcgi/guard.h"
#include "fcgi/intake.h"
#include "fcgi/mailbox.h"
#include "fcgi/offer.h"
#include "fcgi/parse.h"
#include "fcgi/server.h"

namespace octavo {

using SteadyTime = std::chrono::steady_clock::time_point;

struct Connection {
  enum class State : std::uint8_t {
    idle,       // between requests; lives as long as there is room
    receiving,  // a request has begun; until `deadline`
    waiting,    // for the reply that a handler has taken; until `deadline`, and nothing is read
    sending,    // a response is parked until the peer reads; until `deadline`
    draining,   // shut for writing; what the peer still sends is thrown away until `deadline`
    gone,       // closed; forgotten at the end of the round
  };

  explicit Connection(Fd fd) : socket(std::move(fd)) {}

  Fd socket;
  State state = State::idle;
  bool kept = false;           // a request was answered, and the peer wants the connection kept
  bool placed = false;         // it has been decided which loop keeps it
  bool close_after = false;    // `out`
  bool drain_after = false;    // and with manners, for the peer may still be sending
  std::uint32_t interest = 0;  // what epoll was told; 0: nothing yet
  SteadyTime deadline{};
  Intake intake;
  std::string behind;                      // received, but not looked at before `out` is sent
  Framed out;                              // while waiting: what goes before the answer, or null
  std::size_t sent = 0;                    // of `out`
  std::uint64_t ticket = 0;                // while waiting: what the answer bears
  unsigned id = 0;                         // of the request that waits
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

// What is to be done next for a peer.
struct Due {
  Framed bytes;              // to be sent; null: nothing but the close
  bool close = false;        // after that
  bool drain = false;        // and with manners, for the peer may still be sending
  bool complete = false;     // a request has been dealt with
  std::uint64_t ticket = 0;  // not 0: `bytes` (or null) go before the answer that comes with this
  unsigned id = 0;           // of the request that is then answered
};

// Turns what peers send into what is due to them. One a loop.
class Responder {
 public:
  Responder(const GuardLimits& limits, const HandlerFactory& handlers,
            std::weak_ptr<Mailbox> mailbox);

  // Makes the handler, in the thread that will call it. Without one, all requests get 500.
  void make_handler() noexcept;

  // Where to receive.
  char* inbox() noexcept { return inbox_.data(); }
  static constexpr std::size_t kInbox = 16u << 10;

  // Takes bytes off `bytes` up to the next thing that is due; nullopt when they are used up and
  // nothing is. Once it was told to close, the rest of the peer's bytes have no meaning.
  std::optional<Due> next(Intake& intake, std::string_view& bytes);
  // What is to be sent now that the answer to a deferred request is there (null: 500).
  Framed late(const Framed& before, Framed answer, unsigned id) const;
  const Framed& overdue() const noexcept { return overdue_; }

 private:
  // Null: the reply was taken.
  Framed serve(const Request* request);
  Framed call(const Request& request);
  Framed refusal(int status) const;

  const GuardLimits& limits_;
  const HandlerFactory& handlers_;
  Framed bad_request_, too_large_, too_many_, failed_, overdue_;  // 400, 413, 431, 500, 504
  std::vector<char> inbox_;
  Parser parser_;
  Offer offer_;
  Handler handler_;
};

}  // namespace octavo

#endif  // OCTAVO_FCGI_CONNECTION_H_
