// SPDX-License-Identifier: GPL-3.0-or-later
#include "fcgi/loop.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <utility>

#include "base/log.h"

namespace octavo {
namespace {

constexpr int kAccepts = 8;                       // a round: the other loops want their share
constexpr unsigned kSpareAccepts = 16;            // wake-ups without asking for a second one
constexpr int kCandidates = 64;                   // looked at to make room
constexpr std::chrono::milliseconds kRearm{100};  // the listener, when there was no room
constexpr std::chrono::seconds kComplaints{10};   // between two lines about the same trouble

bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

}  // namespace

bool Loop::take_over(Fd& socket) {
  load_.fetch_add(1, std::memory_order_relaxed);
  if (mailbox_->leave(socket)) return true;
  load_.fetch_sub(1, std::memory_order_relaxed);
  return false;
}

void Loop::arm() {
  epoll_event event{};
  event.events = EPOLLIN | EPOLLEXCLUSIVE;
  event.data.ptr = this;
  armed_ = ::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, listener_->number(), &event) == 0;
  if (!armed_) {
    rearm_at_ = now() + kRearm;
    schedule(rearm_at_);
  }
}

void Loop::disarm() {
  ::epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, listener_->number(), nullptr);
  armed_ = false;
  rearm_at_ = now() + kRearm;
  schedule(rearm_at_);
}

// Under heavy load several wait at each wake-up; else to ask whether there is one more would cost
// each of Caddy's requests a system call in vain, so after such an answer it is not asked for a
// while.
void Loop::accept_some(bool asked) {
  const bool ask_on = asked || spare_accepts_ == 0;
  if (!ask_on) --spare_accepts_;
  for (int i = 0; accept_one(asked); ++i) {
    if (!ask_on || i + 1 == kAccepts) return;
    if (i == 0) spare_accepts_ = kSpareAccepts;
    if (i == 1) spare_accepts_ = 0;
  }
}

// Whoever is in the queue already has connected in good faith.
void Loop::accept_queue() {
  for (unsigned i = 0; armed_ && i < fleet_.limits.connections && someone_waits(); i += kAccepts) {
    accept_some(true);
  }
}

// False when there is no other, or no room for it.
bool Loop::accept_one(bool asked) {
  if (fleet_.connections.fetch_add(1) >= fleet_.limits.connections) {
    fleet_.connections.fetch_sub(1);
    if (!someone_waits()) return false;
    if (make_room()) return true;
    no_room("all connections that `socket: connections` allows are busy", asked);
    return false;
  }
  Fd socket(::accept4(listener_->number(), nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
  if (!socket) {
    const int error = errno;
    fleet_.connections.fetch_sub(1);
    if (error == EAGAIN || error == EWOULDBLOCK) return false;
    // One that went away again, or an error of its network (accept(2)): there may be others.
    if (!is_shortage(error)) return true;
    // EMFILE comes before the kernel looks whether anybody waits at all.
    if (!someone_waits()) return false;
    if (make_room()) return true;
    no_room(("cannot accept: " + errno_text(error)).c_str(), asked);
    return false;
  }
  load_.fetch_add(1, std::memory_order_relaxed);
  open(std::move(socket), false);
  return true;
}

bool Loop::someone_waits() const {
  pollfd listener{listener_->number(), POLLIN, 0};
  return ::poll(&listener, 1, 0) > 0 && (listener.revents & POLLIN) != 0;
}

bool Loop::make_room() {
  int looked = 0;
  for (Connection& connection : idle_) {
    if (!has_unread(connection)) {
      drop(connection);
      return true;
    }
    if (++looked == kCandidates) break;
  }
  return false;
}

void Loop::no_room(const char* reason, bool asked) {
  if (armed_) disarm();
  const SteadyTime moment = now();
  if (moment >= next_complaint_) {
    next_complaint_ = moment + kComplaints;
    log_warning(std::string("fcgi: ") + reason);
  }
  // epoll has woken this loop alone; another may have an idle connection to close.
  if (asked) return;
  for (const auto& loop : fleet_.loops) {
    if (loop.get() != this) loop->nudge(true);
  }
}

// A kept connection stays where it is opened: two of nginx's on one thread are half a machine.
Loop& Loop::least_loaded() {
  Loop* least = this;
  for (const auto& loop : fleet_.loops) {
    if (loop->load() < least->load()) least = loop.get();
  }
  const unsigned own = load();
  return own > least->load() + 1 + own / 8 ? *least : *this;
}

void Loop::open(Fd socket, bool placed) {
  try {
    idle_.emplace_back(std::move(socket));
  } catch (...) {
    fleet_.connections.fetch_sub(1);
    load_.fetch_sub(1, std::memory_order_relaxed);
    throw;
  }
  Connection& connection = idle_.back();
  connection.self = std::prev(idle_.end());
  connection.kept = connection.placed = placed;  // another loop has answered a request of its
  // Often the request is there already; one that is not kept then never costs an epoll_ctl().
  attend(connection);
}

// Only what is kept is worth a move to another thread: Caddy dials for each request and is served
// where it is accepted.
bool Loop::give_away(Connection& connection) {
  Loop& other = least_loaded();
  if (&other == this) return false;
  if (connection.interest != 0) {
    ::epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, connection.socket.number(), nullptr);
    connection.interest = 0;
  }
  if (!other.take_over(connection.socket)) return false;
  gone_.splice(gone_.end(), idle_, connection.self);
  connection.state = Connection::State::gone;
  load_.fetch_sub(1, std::memory_order_relaxed);
  return true;
}

}  // namespace octavo
