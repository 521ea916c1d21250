// SPDX-License-Identifier: GPL-3.0-or-later
#include "print/socket.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "base/error.h"

namespace octavo {

namespace {

constexpr int kBacklog = 128;

Fd from_systemd() {
  const char* pid = std::getenv("LISTEN_PID");
  const char* count = std::getenv("LISTEN_FDS");
  if (pid == nullptr || count == nullptr || std::atol(pid) != ::getpid()) return Fd();
  if (std::atoi(count) != 1) throw ConfigError("systemd must pass one socket to octavo-print");
  constexpr int kFirst = 3;  // SD_LISTEN_FDS_START
  int listening = 0;
  socklen_t length = sizeof listening;
  if (::getsockopt(kFirst, SOL_SOCKET, SO_ACCEPTCONN, &listening, &length) != 0 || listening == 0) {
    throw ConfigError("the socket that systemd passes is not listening; it wants Accept=no");
  }
  ::fcntl(kFirst, F_SETFL, ::fcntl(kFirst, F_GETFL) | O_NONBLOCK);
  ::fcntl(kFirst, F_SETFD, FD_CLOEXEC);
  for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) ::unsetenv(name);
  return Fd(kFirst);
}

Fd make_socket() {
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!fd) throw ConfigError("cannot make a socket: " + errno_text(errno));
  return fd;
}

}  // namespace

PrintSocket open_print_socket(const std::string& path) {
  if (Fd passed = from_systemd()) return {std::move(passed), {}};
  if (path.empty())
    throw ConfigError("no socket: start it by octavo-print.socket or with --listen");
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    throw ConfigError("--listen: " + path + " is longer than a socket path may be (" +
                      std::to_string(sizeof address.sun_path - 1) + " bytes)");
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  const auto* name = reinterpret_cast<const sockaddr*>(&address);
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) {
    if (!S_ISSOCK(status.st_mode)) {
      throw ConfigError("--listen: " + path + " is there and is no socket; remove it");
    }
    if (::connect(make_socket().number(), name, sizeof address) == 0 || errno == EAGAIN) {
      throw ConfigError("--listen: another process listens on " + path);
    }
    ::unlink(path.c_str());
  }
  PrintSocket made;
  made.fd = make_socket();
  const mode_t mask = ::umask(0117);
  const int bound = ::bind(made.fd.number(), name, sizeof address);
  const int error = errno;
  ::umask(mask);
  if (bound != 0) throw ConfigError("--listen: cannot bind " + path + ": " + errno_text(error));
  made.made = path;
  if (::listen(made.fd.number(), kBacklog) != 0) {
    throw ConfigError("--listen: " + path + ": " + errno_text(errno));
  }
  return made;
}

}  // namespace octavo
