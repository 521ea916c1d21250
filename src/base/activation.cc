// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/activation.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>

#include "base/error.h"

namespace octavo {

bool is_listening(int fd) {
  int value = 0;
  socklen_t length = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &value, &length) == 0 && value != 0;
}

void set_nonblocking(int fd) {
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

Fd socket_from_systemd(const std::string& unit) {
  const char* pid = std::getenv("LISTEN_PID");
  const char* fds = std::getenv("LISTEN_FDS");
  if (pid == nullptr || fds == nullptr || std::atol(pid) != ::getpid()) return Fd();
  const int count = std::atoi(fds);
  ::unsetenv("LISTEN_PID");
  ::unsetenv("LISTEN_FDS");
  ::unsetenv("LISTEN_FDNAMES");
  if (count < 1) return Fd();
  if (count > 1)
    throw ConfigError("systemd passes " + std::to_string(count) + " sockets; " + unit +
                      " must have one ListenStream=");
  constexpr int kFirst = 3;  // SD_LISTEN_FDS_START
  if (!is_listening(kFirst))
    throw ConfigError("the socket that systemd passes is not listening; " + unit +
                      " wants Accept=no");
  set_nonblocking(kFirst);
  return Fd(kFirst);
}

}  // namespace octavo
