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
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "base/activation.h"
#include "base/error.h"
#include "base/file.h"
#include "base/socket_file.h"

namespace octavo {

namespace {

constexpr int kBacklog = 4096;  // a full one makes nginx answer 502 at once

// Whether somebody answers on the socket file; `who`: its process, where that can be told.
bool is_alive(const sockaddr_un& address, std::string& who) {
  const Fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe) return true;
  if (::connect(probe.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
    return errno != ECONNREFUSED && errno != ENOENT;
  ucred peer{};
  socklen_t length = sizeof peer;
  if (::getsockopt(probe.number(), SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && peer.pid > 0)
    who = " (its number is " + std::to_string(peer.pid) + ")";
  return true;
}

// Why no file can be made beside the socket, with what to do.
ConfigError no_place(const std::string& path, int error) {
  const std::string folder = folder_of(path);
  std::string what = "listen: cannot make " + path + ": ";
  if (error == ENOENT) {
    what += "there is no folder " + folder +
            "; make it, owned by octavo's user (in a unit: RuntimeDirectory=)";
  } else if (error == EACCES || error == EPERM) {
    what += "octavo's user (number " + std::to_string(::geteuid()) + ") may not write to " +
            folder + "; give it that folder, or choose another path";
  } else {
    what += errno_text(error) + "; choose another path";
  }
  return ConfigError(what);
}

// Why there is no listening at a port, with what to do.
std::string port_trouble(int error, const std::string& port) {
  switch (error) {
    case EADDRINUSE:
      return errno_text(error) + "; `ss -ltnp sport = :" + port +
             "` names who has it: stop that, or choose another port";
    case EADDRNOTAVAIL:
      return "that is no address of this machine; `ip address` lists what it has. If the network "
             "was not yet up, start octavo after network-online.target";
    case EACCES:
      return errno_text(error) + "; ports below 1024 are for root: choose one above";
    default:
      return errno_text(error);
  }
}

// In a user namespace (PrivateUsers= of a unit) groups of the system at large have one number, that
// of nobody in particular: overflowgid, which is not to be read there, and nobody changes.
bool tells_of_group(gid_t number) {
  constexpr gid_t kOverflow = 65534;
  if (number != kOverflow) return true;
  unsigned long first = 0, outside = 0, count = 0;
  try {
    const std::string map = read_file("/proc/self/gid_map", 4096);
    return std::sscanf(map.c_str(), "%lu %lu %lu", &first, &outside, &count) == 3 && first == 0 &&
           count > kOverflow;
  } catch (const Error&) {
    return false;
  }
}

// The web server must be in that group: a wrong one shows in its log only, as “Permission denied”.
std::string with_rights(const std::string& path) {
  struct stat status {};
  if (::lstat(path.c_str(), &status) != 0) return path;
  char mode[8];
  std::snprintf(mode, sizeof mode, "%04o", static_cast<unsigned>(status.st_mode & 0777));
  std::string rights = std::string(" (mode ") + mode;
  if (tells_of_group(status.st_gid)) rights += ", group number " + std::to_string(status.st_gid);
  return path + rights + ')';
}

// The path of a unix socket, or nothing.
std::string path_of(int socket) {
  sockaddr_un address{};
  socklen_t length = sizeof address;
  if (::getsockname(socket, reinterpret_cast<sockaddr*>(&address), &length) != 0 ||
      address.sun_family != AF_UNIX)
    return "";
  return address.sun_path;
}

// Group, mode, and only then the queue.
void dress(int socket, const Config& config) {
  const std::string& path = config.listen;
  if (!config.socket_group.empty()) {
    const group* entry = ::getgrnam(config.socket_group.c_str());
    if (entry == nullptr)
      throw ConfigError("socket.group: there is no group “" + config.socket_group +
                        "”; name the group of the web server (often www-data), or make this one");
    if (::chown(path.c_str(), static_cast<uid_t>(-1), entry->gr_gid) != 0) {
      throw ConfigError("socket.group: cannot give " + path + " to group “" + config.socket_group +
                        "”: " + errno_text(errno) +
                        "; make octavo's user a member of it (in a unit: SupplementaryGroups=)");
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
  struct stat status {};
  if (::lstat(path.c_str(), &status) == 0 && !S_ISSOCK(status.st_mode))
    throw ConfigError("listen: " + path +
                      " is there and is no socket; remove it or choose another path");
  // Two daemons that start at once must not each find the other's socket dead: the lock decides.
  const std::string lock_path = path + ".lock";
  const Fd lock(::open(lock_path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (!lock) throw no_place(lock_path, errno);
  if (::flock(lock.number(), LOCK_EX) != 0)
    throw ConfigError("listen: cannot lock " + lock_path + ": " + errno_text(errno));
  if (::lstat(path.c_str(), &status) == 0) {
    std::string who;
    if (is_alive(address, who))
      throw ConfigError("listen: another process listens on " + path + who +
                        "; stop it, or choose another path");
    if (S_ISSOCK(status.st_mode)) ::unlink(path.c_str());  // left behind by one that was killed
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
  if (bound != 0) throw no_place(path, bind_error);
  listener.made = path;
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
  listener.name = with_rights(path);
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
  if (error != 0)
    throw ConfigError("listen: " + text + ": " + ::gai_strerror(error) +
                      "; write an address of this machine instead of a name");
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
    reason = port_trouble(errno, port);
  }
  ::freeaddrinfo(found);
  if (!listener.socket) throw ConfigError("listen: cannot listen on " + text + ": " + reason);
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
  if (Fd fd = socket_from_systemd("octavo.socket")) {
    std::string name = "the socket that systemd passed";
    if (const std::string path = path_of(fd.number()); !path.empty())
      name += ", " + with_rights(path);
    return {std::move(fd), std::move(name), "", 0, 0, true};
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
