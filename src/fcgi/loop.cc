// SPDX-License-Identifier: GPL-3.0-or-later
#include "fcgi/loop.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <exception>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/log.h"

namespace octavo {
namespace {

using std::chrono::milliseconds;

constexpr int kEvents = 64;                      // a round
constexpr int kReads = 4;                        // of one connection a round
constexpr int kAccepts = 8;                      // a round: the other loops want their share
constexpr unsigned kSpareAccepts = 16;           // wake-ups without asking for a second one
constexpr int kCandidates = 64;                  // looked at to make room
constexpr milliseconds kRearm{100};              // the listener, when there was no room
constexpr milliseconds kTick{20};                // deadlines are kept no finer
constexpr milliseconds kDrain{2000};             // a peer may go on sending after we have shut
constexpr std::chrono::seconds kComplaints{10};  // between two lines about the same trouble

SteadyTime now() {
  return std::chrono::steady_clock::now();
}

bool is_shortage(int error) {
  return error == EMFILE || error == ENFILE || error == ENOBUFS || error == ENOMEM;
}

Fd checked(int fd, const char* what) {
  if (fd < 0) throw SystemError(what, errno);
  return Fd(fd);
}

}  // namespace

Loop::Loop(Fleet& fleet, std::shared_ptr<const Fd> listener)
    : fleet_(fleet),
      listener_(std::move(listener)),
      epoll_(checked(::epoll_create1(EPOLL_CLOEXEC), "cannot make an epoll instance")),
      wake_(checked(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC), "cannot make an eventfd")),
      responder_(fleet.guard, fleet.handlers) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;
  if (::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, wake_.number(), &event) != 0) {
    throw SystemError("cannot watch an eventfd", errno);
  }
  arm();
  if (!armed_) throw SystemError("cannot watch the listening socket", errno);
}

void Loop::run() noexcept {
  responder_.make_handler();
  while (!finished()) {
    try {
      round();
    } catch (const std::exception& error) {
      log_error(std::string("fcgi: ") + error.what());
    }
    gone_.clear();
  }
}

void Loop::round() {
  std::array<epoll_event, kEvents> events;
  const int count = ::epoll_wait(epoll_.number(), events.data(), kEvents, timeout());
  for (int i = 0; i < count; ++i) {
    void* const whom = events[static_cast<std::size_t>(i)].data.ptr;
    if (whom == nullptr) {
      std::uint64_t ignored;
      [[maybe_unused]] const auto read = ::read(wake_.number(), &ignored, sizeof ignored);
      obey_orders();
    } else if (whom == this) {
      if (armed_) accept_some(false);
    } else {
      attend(*static_cast<Connection*>(whom));
    }
  }
  if (next_sweep_ != SteadyTime::max()) sweep(now());
}

void Loop::obey_orders() {
  Orders orders;
  {
    const std::lock_guard lock(mutex_);
    std::swap(orders.sockets, orders_.sockets);
    std::swap(orders.accept, orders_.accept);
  }
  for (Fd& socket : orders.sockets) open(std::move(socket), true);
  if (!stopping_ && fleet_.stopping.load(std::memory_order_acquire)) begin_stop();
  if (orders.accept && !stopping_) accept_some(true);
}

bool Loop::take_over(Fd& socket) {
  {
    const std::lock_guard lock(mutex_);
    if (orders_.closed) return false;
    try {
      orders_.sockets.push_back(std::move(socket));  // when it throws the socket is still ours
    } catch (const std::bad_alloc&) {
      return false;
    }
  }
  load_.fetch_add(1, std::memory_order_relaxed);
  nudge(false);
  return true;
}

void Loop::nudge(bool accept) noexcept {
  if (accept) {
    const std::lock_guard lock(mutex_);
    orders_.accept = true;
  }
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_.number(), &one, sizeof one);
}

int Loop::timeout() const {
  if (next_sweep_ == SteadyTime::max() || (busy_.empty() && armed_ && !stopping_)) return -1;
  const auto left = std::chrono::ceil<milliseconds>(next_sweep_ - now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60000));
}

void Loop::sweep(SteadyTime moment) {
  if (moment < next_sweep_) return;
  SteadyTime next = SteadyTime::max();
  for (auto at = busy_.begin(); at != busy_.end();) {
    Connection& connection = *at++;
    if (connection.deadline <= moment) {
      drop(connection);
    } else {
      next = std::min(next, connection.deadline);
    }
  }
  if (!armed_ && !stopping_) {
    if (rearm_at_ <= moment) arm();
    if (!armed_) next = std::min(next, rearm_at_);
  }
  if (stopping_) next = std::min(next, fleet_.stop_at);
  next_sweep_ = next == SteadyTime::max() ? next : std::max(next, moment + kTick);
}

void Loop::begin_stop() {
  stopping_ = true;
  schedule(fleet_.stop_at);
  // Whoever is in the queue already has connected in good faith.
  for (unsigned i = 0; armed_ && i < fleet_.limits.connections && someone_waits(); i += kAccepts) {
    accept_some(true);
  }
  if (armed_) disarm();
  listener_.reset();
  // A request that lies in a kept connection is still answered; settle() closes what is idle.
  while (!idle_.empty()) {
    Connection& connection = idle_.front();
    attend(connection);
    if (connection.state == Connection::State::idle) drop(connection);
  }
}

bool Loop::finished() {
  if (!stopping_) return false;
  if (now() >= fleet_.stop_at) {
    while (!busy_.empty()) drop(busy_.front());
    while (!idle_.empty()) drop(idle_.front());
    gone_.clear();
  }
  if (!busy_.empty() || !idle_.empty()) return false;
  const std::lock_guard lock(mutex_);
  if (!orders_.sockets.empty() && now() < fleet_.stop_at) return false;
  orders_.closed = true;
  orders_.sockets.clear();
  return true;
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
  connection.placed = placed;
  // Often the request is there already; one that is not kept then never costs an epoll_ctl().
  attend(connection);
}

void Loop::attend(Connection& connection) noexcept {
  try {
    switch (connection.state) {
      case Connection::State::idle:
      case Connection::State::receiving:
        on_readable(connection);
        break;
      case Connection::State::sending:
        on_writable(connection);
        break;
      case Connection::State::draining:
        on_drain(connection);
        break;
      case Connection::State::gone:
        break;
    }
  } catch (const std::exception& error) {
    drop(connection);
    try {
      log_error(std::string("fcgi: connection closed: ") + error.what());
    } catch (const std::exception&) {
      // Out of memory even for the line: the connection is closed, which is what matters.
    }
  }
}

void Loop::on_readable(Connection& connection) {
  for (int i = 0; i < kReads || stopping_; ++i) {
    std::size_t count = 0;
    switch (receive(connection, responder_.inbox(), Responder::kInbox, count)) {
      case Transfer::ended:
        return drop(connection);
      case Transfer::later:
        return settle(connection);
      case Transfer::done:
        break;
    }
    if (!consume(connection, {responder_.inbox(), count})) return;
    if (count < Responder::kInbox && !stopping_) break;
    if (stopping_ && now() >= fleet_.stop_at) break;
  }
  settle(connection);
}

void Loop::on_writable(Connection& connection) {
  if (!flush(connection)) return;
  const std::string behind = std::exchange(connection.behind, {});
  if (!behind.empty() && !consume(connection, behind)) return;
  on_readable(connection);
}

void Loop::on_drain(Connection& connection) {
  for (int i = 0; i < kReads; ++i) {
    std::size_t count = 0;
    const Transfer transfer = receive(connection, responder_.inbox(), Responder::kInbox, count);
    if (transfer == Transfer::ended) return drop(connection);
    if (transfer == Transfer::later) return;
  }
}

// False when there is to be no reading on: the connection is parked, draining or gone.
bool Loop::consume(Connection& connection, std::string_view bytes) {
  while (std::optional<Due> due = responder_.next(connection.intake, bytes)) {
    if (due->complete) connection.deadline = {};
    if (!due->bytes) {
      drop(connection);
      return false;
    }
    due->drain = due->drain || (due->close && !bytes.empty());
    if (deliver(connection, std::move(*due))) continue;
    if (connection.state == Connection::State::sending && !connection.close_after) {
      connection.behind = bytes;
    }
    return false;
  }
  return true;
}

bool Loop::deliver(Connection& connection, Due due) {
  connection.out = std::move(due.bytes);
  connection.sent = 0;
  connection.close_after = due.close || due.drain;
  connection.drain_after = due.drain;
  return flush(connection);
}

bool Loop::flush(Connection& connection) {
  bool progress = false;
  switch (send_rest(connection, progress)) {
    case Transfer::ended:
      drop(connection);
      return false;
    case Transfer::later:
      if (progress || connection.state != Connection::State::sending) {
        connection.deadline = now() + fleet_.limits.stalled;
        schedule(connection.deadline);
      }
      if (connection.state == Connection::State::idle) {
        busy_.splice(busy_.end(), idle_, connection.self);
      }
      connection.state = Connection::State::sending;
      watch(connection, EPOLLOUT);
      return false;
    case Transfer::done:
      break;
  }
  connection.out.reset();
  if (connection.state == Connection::State::sending) {
    connection.state = Connection::State::receiving;
    connection.deadline = {};
  }
  if (connection.drain_after) {
    drain(connection);
    return false;
  }
  if (connection.close_after) {
    drop(connection);
    return false;
  }
  return true;
}

void Loop::settle(Connection& connection) {
  if (connection.intake.pending()) {
    if (connection.state == Connection::State::idle) {
      busy_.splice(busy_.end(), idle_, connection.self);
      connection.state = Connection::State::receiving;
      connection.deadline = {};
    }
    if (connection.deadline == SteadyTime{}) {
      connection.deadline = now() + fleet_.limits.request;
      schedule(connection.deadline);
    }
  } else {
    if (stopping_) return drop(connection);
    connection.intake.forget();
    List& from = connection.state == Connection::State::idle ? idle_ : busy_;
    idle_.splice(idle_.end(), from, connection.self);
    connection.state = Connection::State::idle;
    if (!std::exchange(connection.placed, true) && give_away(connection)) return;
  }
  watch(connection, EPOLLIN);
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

// Closing with bytes unread would reset the connection under the peer that reads our answer.
void Loop::drain(Connection& connection) {
  if (connection.state == Connection::State::idle) {
    busy_.splice(busy_.end(), idle_, connection.self);
  }
  connection.state = Connection::State::draining;
  connection.behind = std::string();
  connection.intake.forget();
  connection.deadline = now() + kDrain;
  schedule(connection.deadline);
  ::shutdown(connection.socket.number(), SHUT_WR);
  watch(connection, EPOLLIN);
}

void Loop::drop(Connection& connection) noexcept {
  if (connection.state == Connection::State::gone) return;
  // Not left to close(): a child between fork and exec would keep the descriptor's file, and
  // epoll its pointer.
  if (connection.interest != 0) {
    ::epoll_ctl(epoll_.number(), EPOLL_CTL_DEL, connection.socket.number(), nullptr);
  }
  connection.socket.reset();
  connection.out.reset();
  List& from = connection.state == Connection::State::idle ? idle_ : busy_;
  gone_.splice(gone_.end(), from, connection.self);
  connection.state = Connection::State::gone;
  fleet_.connections.fetch_sub(1);
  load_.fetch_sub(1, std::memory_order_relaxed);
  if (!armed_ && !stopping_) arm();
}

void Loop::watch(Connection& connection, unsigned events) {
  if (connection.interest == events) return;
  epoll_event event{};
  event.events = events;
  event.data.ptr = &connection;
  const int action = connection.interest == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  if (::epoll_ctl(epoll_.number(), action, connection.socket.number(), &event) != 0) {
    throw SystemError("cannot watch a connection", errno);
  }
  connection.interest = events;
}

}  // namespace octavo
