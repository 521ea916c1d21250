// SPDX-License-Identifier: GPL-3.0-or-later
#include "fcgi/loop.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/log.h"

namespace octavo {
namespace {

using std::chrono::milliseconds;

constexpr int kEvents = 64;           // a round
constexpr int kReads = 4;             // of one connection a round
constexpr milliseconds kTick{20};     // deadlines are kept no finer
constexpr milliseconds kDrain{2000};  // a peer may go on sending after we have shut
constexpr milliseconds kFirst{1000};  // who stops waits so long for a connection's first request

// Between processes of one machine, a peer that only shuts its side for writing looks different
// from one that is gone; over a network it does not.
bool is_local(const Connection& connection) {
  int domain = 0;
  socklen_t size = sizeof domain;
  return ::getsockopt(connection.socket.number(), SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 &&
         domain == AF_UNIX;
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
      mailbox_(std::make_shared<Mailbox>()),
      responder_(fleet.guard, fleet.handlers, mailbox_) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.ptr = nullptr;
  if (::epoll_ctl(epoll_.number(), EPOLL_CTL_ADD, mailbox_->wake(), &event) != 0) {
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
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    void* const whom = event.data.ptr;
    if (whom == nullptr) {
      empty_mailbox();
    } else if (whom == this) {
      if (armed_) accept_some(false);
    } else {
      attend(*static_cast<Connection*>(whom), event.events);
    }
  }
  if (next_sweep_ != SteadyTime::max()) sweep(now());
}

void Loop::empty_mailbox() {
  answered_.store(fleet_.roll.load());
  Mailbox::Content content = mailbox_->collect();
  for (Mailbox::Letter& letter : content.letters) deliver_late(letter);
  for (Fd& socket : content.sockets) open(std::move(socket), true);
  if (!stopping_ && fleet_.stopping.load(std::memory_order_acquire)) begin_stop();
  if (content.accept && !stopping_) accept_some(true);
}

int Loop::timeout() const {
  if (next_sweep_ == SteadyTime::max() || (busy_.empty() && armed_ && !stopping_)) return -1;
  const auto left = std::chrono::ceil<milliseconds>(next_sweep_ - now()).count();
  return static_cast<int>(std::clamp<std::int64_t>(left, 0, 60000));
}

void Loop::sweep(SteadyTime moment) {
  if (moment < next_sweep_) return;
  next_sweep_ = SteadyTime::max();
  for (auto at = busy_.begin(); at != busy_.end();) {
    Connection& connection = *at++;
    if (connection.deadline > moment) {
      schedule(connection.deadline);
    } else if (connection.state == Connection::State::waiting) {
      end_waiting(connection, responder_.overdue());
    } else {
      drop(connection);
    }
  }
  if (!armed_ && !stopping_) {
    if (rearm_at_ <= moment) arm();
    if (!armed_) schedule(rearm_at_);
  }
  if (stopping_) schedule(fleet_.stop_at);
  if (next_sweep_ != SteadyTime::max()) next_sweep_ = std::max(next_sweep_, moment + kTick);
}

void Loop::begin_stop() {
  stopping_ = true;
  schedule(fleet_.stop_at);
  if (!fleet_.limits.leave_queue) accept_queue();
  if (armed_) disarm();
  listener_.reset();
  // A request that lies in a kept connection is still answered; settle() closes what is idle, but
  // for those that have not yet asked for anything.
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
  return mailbox_->close(now() >= fleet_.stop_at);
}

void Loop::attend(Connection& connection, unsigned events) noexcept {
  try {
    switch (connection.state) {
      case Connection::State::idle:
      case Connection::State::receiving:
        on_readable(connection);
        break;
      case Connection::State::waiting:
        on_waiting(connection, events);
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
    drop(connection, error);
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
  if (flush(connection)) look_behind(connection);
}

void Loop::look_behind(Connection& connection) {
  const std::string behind = std::exchange(connection.behind, {});
  if (!behind.empty() && !consume(connection, behind)) return;
  // epoll tells of what lies in the socket; but who has been told to stop asks it no more.
  if (stopping_) return on_readable(connection);
  settle(connection);
}

void Loop::on_drain(Connection& connection) {
  for (int i = 0; i < kReads; ++i) {
    std::size_t count = 0;
    const Transfer transfer = receive(connection, responder_.inbox(), Responder::kInbox, count);
    if (transfer == Transfer::ended) return drop(connection);
    if (transfer == Transfer::later) return;
  }
}

// What the peer sends meanwhile stays in the socket. That it is of no interest epoll is told only
// when there is something: most send nothing, and then to wait costs no system call.
void Loop::on_waiting(Connection& connection, unsigned events) {
  if ((events & (EPOLLHUP | EPOLLERR)) != 0) return drop(connection);
  if ((events & EPOLLRDHUP) == 0) return watch(connection, EPOLLRDHUP);
  if (!is_local(connection)) return drop(connection);
  watch(connection, EPOLLHUP);
}

void Loop::wait(Connection& connection, Due due) {
  waiting_.emplace(due.ticket, &connection);
  if (connection.state == Connection::State::idle) {
    busy_.splice(busy_.end(), idle_, connection.self);
  }
  connection.state = Connection::State::waiting;
  connection.ticket = due.ticket;
  connection.id = due.id;
  connection.out = std::move(due.bytes);
  connection.sent = 0;
  connection.close_after = due.close || due.drain;
  connection.drain_after = due.drain;
  connection.deadline = now() + fleet_.limits.waiting;
  schedule(connection.deadline);
  if (connection.interest != EPOLLIN) watch(connection, EPOLLRDHUP);
}

void Loop::deliver_late(Mailbox::Letter& letter) noexcept {
  const auto found = waiting_.find(letter.ticket);
  // Its peer or its time is gone, or the handler has answered itself.
  if (found == waiting_.end()) return;
  end_waiting(*found->second, std::move(letter.answer));
}

void Loop::end_waiting(Connection& connection, Framed answer) noexcept {
  try {
    if (!answer) log_error("fcgi: a request was left without its answer");
    if (answer == responder_.overdue()) log_error("fcgi: an answer did not come in time");
    waiting_.erase(connection.ticket);
    connection.state = Connection::State::receiving;
    connection.deadline = {};
    connection.out = responder_.late(connection.out, std::move(answer), connection.id);
    connection.drain_after |= connection.close_after && has_unread(connection);
    if (flush(connection)) look_behind(connection);
  } catch (const std::exception& error) {
    drop(connection, error);
  }
}

// False when there is to be no reading on: the connection waits, is parked, draining or gone.
bool Loop::consume(Connection& connection, std::string_view bytes) {
  while (std::optional<Due> due = responder_.next(connection.intake, bytes)) {
    if (due->complete) connection.deadline = {};
    due->drain = due->drain || (due->close && !bytes.empty());
    if (due->ticket != 0) {
      if (!due->close && !due->drain) connection.behind = bytes;
      wait(connection, std::move(*due));
      return false;
    }
    if (!due->bytes) {
      drop(connection);
      return false;
    }
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
  connection.kept = true;
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
    if (stopping_) return connection.kept ? drop(connection) : await_first(connection);
    connection.intake.forget();
    List& from = connection.state == Connection::State::idle ? idle_ : busy_;
    idle_.splice(idle_.end(), from, connection.self);
    connection.state = Connection::State::idle;
    // Caddy's request often comes a moment after its connection, which is not kept.
    if (connection.kept && !std::exchange(connection.placed, true) && give_away(connection)) return;
  }
  watch(connection, EPOLLIN);
}

// Whoever dialled has a request under way, and nothing else to send it by: nginx tries again only
// what it sent over a kept connection, Caddy nothing.
void Loop::await_first(Connection& connection) {
  if (connection.state == Connection::State::idle) {
    busy_.splice(busy_.end(), idle_, connection.self);
    connection.state = Connection::State::receiving;
    connection.deadline = std::min(now() + kFirst, fleet_.stop_at);
    schedule(connection.deadline);
  }
  watch(connection, EPOLLIN);
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
  if (connection.state == Connection::State::waiting) waiting_.erase(connection.ticket);
  connection.socket.reset();
  connection.out.reset();
  List& from = connection.state == Connection::State::idle ? idle_ : busy_;
  gone_.splice(gone_.end(), from, connection.self);
  connection.state = Connection::State::gone;
  fleet_.connections.fetch_sub(1);
  load_.fetch_sub(1, std::memory_order_relaxed);
  if (!armed_ && !stopping_) arm();
}

void Loop::drop(Connection& connection, const std::exception& error) noexcept {
  drop(connection);
  try {
    log_error(std::string("fcgi: connection closed: ") + error.what());
  } catch (const std::exception&) {
    // Out of memory even for the line: the connection is closed, which is what matters.
  }
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
