// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/notify.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "base/file.h"

namespace octavo {

namespace {

constexpr int kPatienceMs = 200;

std::optional<std::uint64_t> number(const char* text) {
  if (text == nullptr) return std::nullopt;
  std::uint64_t value = 0;
  const char* const end = text + std::strlen(text);
  const auto [stopped, error] = std::from_chars(text, end, value);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return value;
}

}  // namespace

bool notify(std::string_view state) {
  const char* const socket = std::getenv("NOTIFY_SOCKET");
  return socket != nullptr && notify_to(socket, state);
}

bool notify_to(std::string_view socket, std::string_view state) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  // An abstract name may fill the field; a path leaves room for its end.
  const bool abstract = socket.starts_with('@');
  const std::size_t room = sizeof address.sun_path - (abstract ? 0 : 1);
  if (state.empty() || socket.size() < 2 || socket.size() > room) return false;
  if (!abstract && !socket.starts_with('/')) return false;  // vsock: for virtual machines
  std::memcpy(address.sun_path, socket.data(), socket.size());
  if (abstract) address.sun_path[0] = '\0';
  // The length tells where an abstract name ends, so it is exact.
  const auto length =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket.size() + (abstract ? 0 : 1));
  const Fd fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  // Connected, so that poll() tells when a full queue has room again.
  if (!fd || ::connect(fd.number(), reinterpret_cast<const sockaddr*>(&address), length) != 0)
    return false;
  for (int attempt = 0; attempt < 2; ++attempt) {
    const ssize_t sent = ::send(fd.number(), state.data(), state.size(), MSG_NOSIGNAL);
    if (sent >= 0) return static_cast<std::size_t>(sent) == state.size();
    if (errno == EINTR) continue;
    if (errno != EAGAIN) return false;
    pollfd full{fd.number(), POLLOUT, 0};
    if (::poll(&full, 1, kPatienceMs) <= 0) return false;
  }
  return false;
}

std::string notify_status(std::string_view text) {
  std::string line = "STATUS=";
  for (const char c : text) line += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  return line;
}

std::string notify_reloading() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return "RELOADING=1\nMONOTONIC_USEC=" +
         std::to_string(std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000);
}

std::string notify_extend(std::chrono::microseconds more) {
  return "EXTEND_TIMEOUT_USEC=" + std::to_string(more.count());
}

std::optional<std::chrono::microseconds> watchdog_period() {
  const std::optional<std::uint64_t> period = number(std::getenv("WATCHDOG_USEC"));
  if (!period || *period == 0 || *period > INT64_MAX) return std::nullopt;
  // Set for another process of the service: not ours to answer.
  if (const char* const pid = std::getenv("WATCHDOG_PID"))
    if (number(pid) != static_cast<std::uint64_t>(::getpid())) return std::nullopt;
  return std::chrono::microseconds(*period);
}

}  // namespace octavo
