// SPDX-License-Identifier: GPL-3.0-or-later
#include "print/client.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace octavo {

namespace {

// A stream socket of this family connects at once or not at all.
Fd connect_to(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path)
    throw SystemError("cannot connect to " + path, ENAMETOOLONG);
  std::memcpy(address.sun_path, path.data(), path.size());
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) throw SystemError("cannot make a socket", errno);
  if (::connect(fd.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    throw SystemError("cannot connect to " + path, errno);
  return fd;
}

}  // namespace

PrintClient::PrintClient(const std::string& socket) : channel_(connect_to(socket)) {}

short PrintClient::events() const noexcept {
  return static_cast<short>(POLLIN | (channel_.unsent() ? POLLOUT : 0));
}

void PrintClient::step() {
  channel_.step();
  bool ended = false;
  // What comes behind the answer is nobody's.
  while (!answered_) {
    auto message = channel_.receive(ended);
    if (!message) break;
    take(std::move(*message));
  }
  if (ended && !answered_) throw WireError("octavo-print ended before it had answered");
}

void PrintClient::take(Message message) {
  if (!hello_) {
    hello_ = to_hello(message);
    return;
  }
  Result result;
  result.outcome = to_outcome(message);
  if (!sent_ && result.outcome.kind == Outcome::Kind::done)
    throw WireError("octavo-print answers what it was not asked");
  result.bulk = std::move(message.bulk);
  result_ = std::move(result);
  answered_ = true;
}

void PrintClient::send(const Job& job, Fd bulk) {
  assert(hello_ && !sent_);
  sent_ = true;
  channel_.send(to_message(job, std::move(bulk)));
  channel_.step();
}

std::optional<PrintClient::Result> PrintClient::take_result() {
  return std::exchange(result_, std::nullopt);
}

}  // namespace octavo
