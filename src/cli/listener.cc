// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/listener.h"

#include <fcntl.h>
#include <grp.h>
#include <netdb.h>
#include <sys/file.h>
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

constexpr int kBacklog = 4096;  // a full one makes nginx answer 502 at once

bool is_listening(int fd) {
  int value = 0;
  socklen_t length = sizeof value;
  return ::getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &value, &length) == 0 && value != 0;
}

void set_nonblocking(int fd) {
  ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK);
  ::fcntl(fd, F_SETFD, FD_CLOEXEC);
}

Fd from_systemd() {
  const char* pid = std::getenv("LISTEN_PID");
  const char* fds = std::getenv("LISTEN_FDS");
  if (pid == nullptr || fds == nullptr || std::atol(pid) != ::getpid()) return Fd();
  const int count = std::atoi(fds);
  ::unsetenv("LISTEN_PID");
  ::unsetenv("LISTEN_FDS");
  ::unsetenv("LISTEN_FDNAMES");
  if (count < 1) return Fd();
  if (count > 1)
    throw ConfigError("systemd passes " + std::to_string(count) +
                      " sockets; octavo.socket must have one ListenStream=");
  constexpr int kFirst = 3;  // SD_LISTEN_FDS_START
  if (!is_listening(kFirst))
    throw ConfigError(
        "the socket that systemd passes is not listening; octavo.socket wants Accept=no");
  return Fd(kFirst);
}

// Whether somebody answers on the socket file.
bool is_alive(const sockaddr_un& address) {
  const Fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe) return true;
  if (::connect(probe.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return true;
  return errno != ECONNREFUSED && errno != ENOENT;
}

// Group, mode, and only then the queue.
void dress(int socket, const Config& config) {
  const std::string& path = config.listen;
  if (!config.socket_group.empty()) {
    const group* entry = ::getgrnam(config.socket_group.c_str());
    if (entry == nullptr)
      throw ConfigError("socket.group: there is no group “" + config.socket_group + "”");
    if (::chown(path.c_str(), static_cast<uid_t>(-1), entry->gr_gid) != 0) {
      throw ConfigError("socket.group: cannot give " + path + " to group “" + config.socket_group +
                        "”: " + errno_text(errno) + "; octavo's user must be a member of it");
    }
  }
  if (::listen(socket, kBacklog) != 0)
    throw ConfigError("listen: " + path + ": " + errno_text(errno));
  if (::chmod(path.c_str(), config.socket_mode) != 0)
    throw ConfigError("socket.mode: " + path + ": " + errno_text(errno));
}

Listener on_path(const Config& config) {
  const std::string& path = config.listen;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    throw ConfigError("listen: " + path + " is longer than a socket path may be (" +
                      std::to_string(sizeof address.sun_path - 1) + " bytes)");
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  // Two daemons that start at once must not each find the other's socket dead: the lock decides.
  const std::string lock_path = path + ".lock";
  const Fd lock(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock)
    throw ConfigError("listen: cannot make " + lock_path + ": " + errno_text(errno) +
                      "; make its folder, owned by the user that octavo runs as");
  if (::flock(lock.number(), LOCK_EX) != 0)
    throw ConfigError("listen: cannot lock " + lock_path + ": " + errno_text(errno));
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0) {
    if (!S_ISSOCK(status.st_mode))
      throw ConfigError("listen: " + path +
                        " is there and is no socket; remove it or choose another path");
    if (is_alive(address))
      throw ConfigError("listen: another process listens on " + path +
                        "; stop it, or choose another path");
    ::unlink(path.c_str());
  }
  Listener listener;
  listener.socket = Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!listener.socket) throw ConfigError("listen: cannot make a socket: " + errno_text(errno));
  // Nobody may connect before mode and group are what they should be.
  const mode_t mask = ::umask(0777);
  const int bound =
      ::bind(listener.socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int bind_error = errno;
  ::umask(mask);
  if (bound != 0) throw ConfigError("listen: cannot bind " + path + ": " + errno_text(bind_error));
  listener.made = listener.name = path;
  if (::lstat(path.c_str(), &status) == 0) {
    listener.inode = status.st_ino;
    listener.device = status.st_dev;
  }
  try {
    dress(listener.socket.number(), config);
  } catch (...) {
    ::unlink(path.c_str());  // nobody may find a socket that nobody serves
    ::unlink(lock_path.c_str());
    throw;
  }
  return listener;
}

Listener on_port(const Config& config) {
  const std::string& text = config.listen;
  const std::size_t colon = text.rfind(':');
  std::string host = text.substr(0, colon);
  const std::string port = text.substr(colon + 1);
  if (host.size() > 1 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  addrinfo wanted{}, *found = nullptr;
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  const int error = ::getaddrinfo(host.empty() || host == "*" ? nullptr : host.c_str(),
                                  port.c_str(), &wanted, &found);
  if (error != 0) throw ConfigError("listen: " + text + ": " + ::gai_strerror(error));
  Listener listener;
  std::string reason = "no address";
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    Fd fd(::socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int one = 1;
    if (fd) ::setsockopt(fd.number(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (fd && ::bind(fd.number(), at->ai_addr, at->ai_addrlen) == 0 &&
        ::listen(fd.number(), kBacklog) == 0) {
      listener.socket = std::move(fd);
      break;
    }
    reason = errno_text(errno);
  }
  ::freeaddrinfo(found);
  if (!listener.socket)
    throw ConfigError("listen: cannot listen on " + text + ": " + reason +
                      "; stop what holds it, or choose another port");
  listener.name = text;
  return listener;
}

}  // namespace

void remove_socket_file(const Listener& listener) noexcept {
  struct stat status {};
  if (listener.made.empty() || ::lstat(listener.made.c_str(), &status) != 0) return;
  if (status.st_ino != listener.inode || status.st_dev != listener.device) return;
  ::unlink(listener.made.c_str());
  ::unlink((listener.made + ".lock").c_str());
}

Listener open_listener(const Config& config) {
  if (Fd fd = from_systemd()) {
    set_nonblocking(fd.number());
    return {std::move(fd), "the socket that systemd passed", ""};
  }
  if (!config.listen.empty()) {
    return config.listen.front() == '/' ? on_path(config) : on_port(config);
  }
  if (is_listening(STDIN_FILENO)) {
    Fd fd(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
    set_nonblocking(fd.number());
    return {std::move(fd), "the socket on descriptor 0", ""};
  }
  throw ConfigError(
      "there is no socket to serve on: set listen: in octavo.yaml (--listen PATH or HOST:PORT), or "
      "start octavo from octavo.socket or spawn-fcgi");
}

}  // namespace octavo
