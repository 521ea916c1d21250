// SPDX-License-Identifier: GPL-3.0-or-later
#include "fcgi/mailbox.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <utility>

#include "base/error.h"

namespace octavo {

Mailbox::Mailbox() : wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!wake_) throw SystemError("cannot make an eventfd", errno);
}

Mailbox::Content Mailbox::collect() noexcept {
  // Before looking: who leaves something afterwards wakes the loop again.
  std::uint64_t ignored;
  [[maybe_unused]] const auto read = ::read(wake_.number(), &ignored, sizeof ignored);
  const std::lock_guard lock(mutex_);
  return std::exchange(content_, {});
}

bool Mailbox::leave(Fd& socket) noexcept {
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    try {
      content_.sockets.push_back(std::move(socket));  // when it throws the socket is still theirs
    } catch (const std::bad_alloc&) {
      return false;
    }
  }
  wake_up();
  return true;
}

void Mailbox::leave(std::list<Letter>& letter, Framed answer) noexcept {
  {
    const std::lock_guard lock(mutex_);
    if (closed_ || letter.empty()) return;
    letter.front().answer = std::move(answer);
    content_.letters.splice(content_.letters.end(), letter);
  }
  wake_up();
}

void Mailbox::nudge(bool accept) noexcept {
  if (accept) {
    const std::lock_guard lock(mutex_);
    content_.accept = true;
  }
  wake_up();
}

bool Mailbox::close(bool throw_away) noexcept {
  Content rest;
  const std::lock_guard lock(mutex_);
  if (!content_.sockets.empty() && !throw_away) return false;
  closed_ = true;
  std::swap(rest, content_);
  return true;
}

void Mailbox::wake_up() noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_.number(), &one, sizeof one);
}

}  // namespace octavo
