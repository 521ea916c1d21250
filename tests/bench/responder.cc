// SPDX-License-Identifier: GPL-3.0-or-later
//
// A bare FastCGI responder for tests/bench: whatever is asked, it writes the bytes of one file,
// framed once at start. It looks at a request just long enough to see where it ends, and uses
// neither libfcgi nor anything of Octavo's. What a web server reaches in front of it is the most
// that it can reach in front of any FastCGI program.
//
//   responder SOCKET FILE [THREADS]
//
// FILE holds the response as CGI has it (header lines, a blank line, the body). Only request id 1
// is answered: nginx and Caddy use no other.
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace {

constexpr std::size_t kHeader = 8;
constexpr std::size_t kPiece = 65528;  // the largest multiple of eight that fits into a record
constexpr unsigned char kBegin = 1, kEnd = 3, kStdin = 5, kStdout = 6;

void append_header(std::string& out, unsigned char type, std::size_t content) {
  const char header[kHeader] = {1,
                                static_cast<char>(type),
                                0,
                                1,
                                static_cast<char>(content >> 8),
                                static_cast<char>(content),
                                0,
                                0};
  out.append(header, kHeader);
}

std::string framed(const std::string& response) {
  std::string out;
  for (std::size_t at = 0; at < response.size(); at += kPiece) {
    const std::size_t size = std::min(kPiece, response.size() - at);
    append_header(out, kStdout, size);
    out.append(response, at, size);
  }
  append_header(out, kStdout, 0);
  append_header(out, kEnd, 8);
  out.append(8, '\0');
  return out;
}

struct Connection {
  explicit Connection(int number) : fd(number) {}
  ~Connection() { ::close(fd); }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  int fd;
  bool keep = false;
  std::string rest;        // a record that was not whole
  std::size_t unsent = 0;  // of the response
};

class Loop {
 public:
  Loop(int listener, const std::string& response) : listener_(listener), response_(response) {}

  void run() {
    epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
    epoll_event event{};
    event.events = EPOLLIN | EPOLLEXCLUSIVE;
    ::epoll_ctl(epoll_, EPOLL_CTL_ADD, listener_, &event);
    std::vector<epoll_event> events(256);
    for (;;) {
      const int count = ::epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), -1);
      for (int i = 0; i < count; ++i) {
        auto* connection = static_cast<Connection*>(events[static_cast<std::size_t>(i)].data.ptr);
        if (connection == nullptr) {
          take();
        } else if (!serve(*connection)) {
          delete connection;
        }
      }
    }
  }

 private:
  void take() {
    // A few at a time: the other threads want some, too.
    for (int i = 0; i < 8; ++i) {
      const int fd = ::accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
      if (fd < 0) return;
      auto connection = std::make_unique<Connection>(fd);
      // Often the request is there already; then epoll need not hear of the connection at all.
      if (serve(*connection) && watch(*connection)) connection.release();
    }
  }

  bool watch(Connection& connection) {
    epoll_event event{};
    event.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
    event.data.ptr = &connection;
    return ::epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.fd, &event) == 0;
  }

  // Goes on until the socket has no more to give or takes no more. False: close it.
  bool serve(Connection& connection) {
    for (;;) {
      if (connection.unsent != 0) {
        const std::size_t from = response_.size() - connection.unsent;
        const ssize_t sent =
            ::send(connection.fd, response_.data() + from, connection.unsent, MSG_NOSIGNAL);
        if (sent < 0) return errno == EAGAIN;
        connection.unsent -= static_cast<std::size_t>(sent);
        if (connection.unsent != 0) continue;
        if (!connection.keep) return false;
      }
      const ssize_t got = ::recv(connection.fd, buffer_.data(), buffer_.size(), 0);
      if (got < 0) return errno == EAGAIN;
      if (got == 0) return false;
      const auto size = static_cast<std::size_t>(got);
      bool whole = false;
      if (connection.rest.empty()) {
        const std::size_t used = read(connection, buffer_.data(), size, whole);
        connection.rest.assign(buffer_.data() + used, size - used);
      } else {
        connection.rest.append(buffer_.data(), size);
        connection.rest.erase(
            0, read(connection, connection.rest.data(), connection.rest.size(), whole));
      }
      if (whole) connection.unsent = response_.size();
    }
  }

  // Passes over whole records up to the end of a request; how many bytes those are.
  static std::size_t read(Connection& connection, const char* data, std::size_t size, bool& whole) {
    std::size_t at = 0;
    while (!whole && size - at >= kHeader) {
      const auto* header = reinterpret_cast<const unsigned char*>(data + at);
      const std::size_t content = header[4] * 256U + header[5];
      const std::size_t record = kHeader + content + header[6];
      if (size - at < record) break;
      if (header[1] == kBegin && content == 8) connection.keep = (header[kHeader + 2] & 1) != 0;
      whole = header[1] == kStdin && content == 0;
      at += record;
    }
    return at;
  }

  int listener_, epoll_ = -1;
  const std::string& response_;
  std::vector<char> buffer_ = std::vector<char>(65536);
};

int listen_at(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return -1;
  std::memcpy(address.sun_path, path.c_str(), path.size());
  const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  ::unlink(path.c_str());
  if (::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) return -1;
  return ::listen(fd, 4096) == 0 ? fd : -1;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3 && argc != 4) {
    std::fputs("usage: responder SOCKET FILE [THREADS]\n", stderr);
    return 64;
  }
  std::ifstream file(argv[2], std::ios::binary);
  const std::string response = framed({std::istreambuf_iterator<char>(file), {}});
  const int listener = file ? listen_at(argv[1]) : -1;
  if (listener < 0) {
    std::perror("responder");
    return 1;
  }
  const unsigned given =
      argc == 4 ? static_cast<unsigned>(std::atoi(argv[3])) : std::thread::hardware_concurrency();
  std::vector<std::thread> others;
  for (unsigned i = 1; i < given; ++i) others.emplace_back([&] { Loop(listener, response).run(); });
  Loop(listener, response).run();
}
