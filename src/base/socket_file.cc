// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/socket_file.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/error.h"

namespace octavo {

namespace {

constexpr int kBacklog = 16;

bool is_answered(const sockaddr_un& address) {
  const Fd probe(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!probe) return true;
  if (::connect(probe.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
    return true;
  return errno != ECONNREFUSED && errno != ENOENT;
}

[[noreturn]] void fail(const std::string& what, int error, const char* to_do) {
  throw Error(what + ": " + errno_text(error) + "; " + to_do);
}

Reach reach_v4(std::uint32_t address) {
  const auto in = [&](std::uint32_t net, unsigned bits) {
    return address >> (32 - bits) == net >> (32 - bits);
  };
  if (in(0x7f000000, 8)) return Reach::machine;
  if (in(0x0a000000, 8) || in(0xac100000, 12) || in(0xc0a80000, 16) || in(0xa9fe0000, 16) ||
      in(0x64400000, 10))
    return Reach::network;
  return Reach::world;
}

Reach reach_of(const sockaddr* address) {
  if (address->sa_family == AF_INET)
    return reach_v4(ntohl(reinterpret_cast<const sockaddr_in*>(address)->sin_addr.s_addr));
  const auto& v6 = reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
  if (IN6_IS_ADDR_LOOPBACK(&v6)) return Reach::machine;
  if (IN6_IS_ADDR_V4MAPPED(&v6)) {
    std::uint32_t v4 = 0;
    std::memcpy(&v4, v6.s6_addr + 12, sizeof v4);
    return reach_v4(ntohl(v4));
  }
  const bool local = IN6_IS_ADDR_LINKLOCAL(&v6) || (v6.s6_addr[0] & 0xfe) == 0xfc;
  return local ? Reach::network : Reach::world;
}

}  // namespace

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string::npos ? "." : path.substr(0, std::max<std::size_t>(slash, 1));
}

SocketFile::SocketFile(std::string path, unsigned mode, int backlog) : path_(std::move(path)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path_.size() >= sizeof address.sun_path) {
    throw Error(path_ + " is longer than a socket's path may be (" +
                std::to_string(sizeof address.sun_path - 1) + " bytes); choose a shorter one");
  }
  std::memcpy(address.sun_path, path_.data(), path_.size());
  // Two that start at once must not each find the other's socket dead: the folder is locked.
  const Fd lock(::open(folder_of(path_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!lock) fail("cannot open the folder of " + path_, errno, "make it, or choose another path");
  if (::flock(lock.number(), LOCK_EX) != 0)
    fail("cannot lock the folder of " + path_, errno, "choose another path");
  struct stat status {};
  if (::lstat(path_.c_str(), &status) == 0) {
    if (!S_ISSOCK(status.st_mode))
      throw Error(path_ + " is there and is no socket; remove it, or choose another path");
    if (is_answered(address))
      throw Error("another process answers at " + path_ +
                  "; choose another path, or stop that one");
    ::unlink(path_.c_str());
  }
  socket_ = Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket_) fail("cannot make a socket for " + path_, errno, "see the limits of open files");
  const mode_t mask = ::umask(0777 & ~mode);  // nobody else may connect, not even for a moment
  const int bound =
      ::bind(socket_.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
  const int error = errno;
  ::umask(mask);
  if (bound != 0)
    fail("cannot make " + path_, error, "let octavo's user write to its folder, or choose another");
  if (::lstat(path_.c_str(), &status) == 0) {
    inode_ = status.st_ino;
    device_ = status.st_dev;
  }
  if (::listen(socket_.number(), backlog) != 0) {
    const int why = errno;
    ::unlink(path_.c_str());
    fail("cannot listen at " + path_, why, "choose another path");
  }
}

SocketFile::~SocketFile() {
  struct stat status {};
  if (path_.empty() || ::lstat(path_.c_str(), &status) != 0) return;
  if (status.st_ino == inode_ && status.st_dev == device_) ::unlink(path_.c_str());
}

BoundPort listen_on_port(std::string_view host_and_port) {
  const std::string text(host_and_port);
  const std::size_t colon = text.rfind(':');
  if (colon == std::string::npos) throw Error(text + " has no port; write it as in 127.0.0.1:9187");
  std::string host = text.substr(0, colon);
  if (host.size() > 1 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  addrinfo wanted{}, *found = nullptr;
  wanted.ai_family = AF_UNSPEC;
  wanted.ai_socktype = SOCK_STREAM;
  wanted.ai_flags = AI_PASSIVE | AI_NUMERICSERV;
  if (::getaddrinfo(host.empty() || host == "*" ? nullptr : host.c_str(),
                    text.substr(colon + 1).c_str(), &wanted, &found) != 0)
    throw Error("cannot find the address of " + text + "; write it in numbers");
  BoundPort port;
  int error = EADDRNOTAVAIL;
  for (const addrinfo* at = found; at != nullptr && !port.socket; at = at->ai_next) {
    Fd fd(::socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const int one = 1;
    if (fd) ::setsockopt(fd.number(), SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
    if (fd && ::bind(fd.number(), at->ai_addr, at->ai_addrlen) == 0 &&
        ::listen(fd.number(), kBacklog) == 0) {
      port.socket = std::move(fd);
      port.reach = reach_of(at->ai_addr);
    } else {
      error = errno;
    }
  }
  ::freeaddrinfo(found);
  if (!port.socket)
    fail("cannot listen on " + text, error, "stop what holds it, or choose another port");
  return port;
}

}  // namespace octavo
