// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/talks.h"

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <utility>

#include "base/log.h"
#include "base/time.h"

namespace octavo {

namespace {

constexpr int kAccepts = 16, kReads = 8;  // a round
constexpr std::int64_t kGoodbyeMs = 500;  // for the peer's last bytes, so that ours arrive

bool would_block(int error) {
  return error == EAGAIN || error == EWOULDBLOCK || error == EINTR;
}

}  // namespace

struct Talks::Line {
  Fd socket;
  Talk talk;
  std::size_t sent = 0;  // of talk.out
  bool ended = false;    // the peer says no more, but may listen
  bool closing = false;  // shut for writing; what still comes is thrown away
  bool gone = false;
  std::int64_t deadline_ms = 0;
};

Talks::Talks(int listener, Hear hear, TalkLimits limits)
    : listener_(listener), hear_(std::move(hear)), limits_(limits) {}
Talks::~Talks() = default;

void Talks::add_descriptors(std::vector<pollfd>& fds) const {
  if (!full_) fds.push_back({listener_, POLLIN, 0});
  for (const Line& line : lines_) {
    short events = line.ended ? 0 : POLLIN;
    if (line.sent < line.talk.out.size()) events |= POLLOUT;
    fds.push_back({line.socket.number(), events, 0});
  }
}

int Talks::timeout_ms() const {
  std::int64_t until = INT64_MAX;
  for (const Line& line : lines_) until = std::min(until, line.deadline_ms);
  if (until == INT64_MAX) return -1;
  return static_cast<int>(std::clamp<std::int64_t>(until - monotonic_ms(), 0, 60'000));
}

void Talks::step() {
  accept_some();
  const std::int64_t now = monotonic_ms();
  for (Line& line : lines_) {
    try {
      if (!line.gone) take_in(line);
      if (!line.gone) send_out(line);
    } catch (const std::exception& error) {
      log_error(std::string("a question was left without its answer: ") + error.what());
      line.gone = true;
    }
    if (now >= line.deadline_ms) line.gone = true;
  }
  lines_.remove_if([](const Line& line) { return line.gone; });
  full_ = lines_.size() >= limits_.at_once &&
          std::all_of(lines_.begin(), lines_.end(), [](const Line& l) { return l.talk.patient; });
}

void Talks::each_waiting(const std::function<void(Talk&)>& say) {
  for (Line& line : lines_) {
    if (!line.talk.heard || line.talk.whole || line.gone) continue;
    say(line.talk);
    if (line.talk.whole) line.deadline_ms = monotonic_ms() + limits_.answering_ms;
    send_out(line);
  }
  lines_.remove_if([](const Line& line) { return line.gone; });
}

void Talks::finish(std::int64_t most_ms) {
  const std::int64_t end = monotonic_ms() + most_ms;
  for (Line& line : lines_) line.talk.heard = line.talk.whole = true;
  for (;;) {
    for (Line& line : lines_) {
      if (!line.closing) send_out(line);
    }
    lines_.remove_if([](const Line& l) { return l.gone || l.closing; });
    const std::int64_t left = end - monotonic_ms();
    if (lines_.empty() || left <= 0) break;
    std::vector<pollfd> fds;
    for (const Line& line : lines_) fds.push_back({line.socket.number(), POLLOUT, 0});
    ::poll(fds.data(), fds.size(), static_cast<int>(left));
  }
  lines_.clear();
}

void Talks::accept_some() {
  for (int i = 0; i < kAccepts; ++i) {
    if (lines_.size() >= limits_.at_once) {
      pollfd waits{listener_, POLLIN, 0};
      if (::poll(&waits, 1, 0) <= 0 || !make_room()) return;
    }
    Fd socket(::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (!socket) return;
    Line line;
    ucred peer{};
    socklen_t size = sizeof peer;
    // On a TCP socket the kernel knows nobody, and says so by −1.
    if (::getsockopt(socket.number(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0)
      line.talk.uid = peer.uid;
    line.socket = std::move(socket);
    line.deadline_ms = monotonic_ms() + limits_.asking_ms;
    lines_.push_back(std::move(line));
  }
}

// The one who has been here longest, but nobody who waits for a reload.
bool Talks::make_room() {
  const auto oldest = std::find_if(lines_.begin(), lines_.end(),
                                   [](const Line& line) { return !line.talk.patient; });
  if (oldest == lines_.end()) return false;
  lines_.erase(oldest);
  return true;
}

void Talks::take_in(Line& line) {
  if (line.ended) {
    pollfd peer{line.socket.number(), 0, 0};
    line.gone = ::poll(&peer, 1, 0) > 0 && (peer.revents & (POLLHUP | POLLERR)) != 0;
    return;
  }
  char buffer[1024];
  for (int i = 0; i < kReads; ++i) {
    const ssize_t count = ::recv(line.socket.number(), buffer, sizeof buffer, MSG_DONTWAIT);
    if (count < 0) {
      line.gone = !would_block(errno);
      return;
    }
    line.ended = count == 0;
    if (!line.talk.heard) listen_to(line, {buffer, static_cast<std::size_t>(count)});
    if (!line.ended) continue;
    line.gone = line.closing;
    return;
  }
}

void Talks::listen_to(Line& line, std::string_view bytes) {
  Talk& talk = line.talk;
  talk.in += bytes;
  const bool end = line.ended || talk.in.size() >= limits_.question;
  hear_(talk, end);
  talk.heard |= end || talk.whole;
  if (!talk.heard) return;
  line.deadline_ms = talk.patient ? INT64_MAX : monotonic_ms() + limits_.answering_ms;
}

void Talks::send_out(Line& line) {
  while (line.sent < line.talk.out.size()) {
    const ssize_t count = ::send(line.socket.number(), line.talk.out.data() + line.sent,
                                 line.talk.out.size() - line.sent, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count < 0) {
      if (!would_block(errno)) line.gone = true;
      return;
    }
    line.sent += static_cast<std::size_t>(count);
  }
  if (line.talk.whole && !line.closing) let_go(line);
}

// Closing with bytes unread would reset the connection under the peer that reads our answer.
void Talks::let_go(Line& line) {
  line.closing = true;
  line.gone = line.ended;
  line.deadline_ms = monotonic_ms() + kGoodbyeMs;
  ::shutdown(line.socket.number(), SHUT_WR);
}

}  // namespace octavo
