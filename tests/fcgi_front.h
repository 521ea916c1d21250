// SPDX-License-Identifier: GPL-3.0-or-later
//
// A server's socket and the front that talks to it, for the tests of the room fcgi.
#ifndef OCTAVO_TESTS_FCGI_FRONT_H_
#define OCTAVO_TESTS_FCGI_FRONT_H_

#include <arpa/inet.h>
#include <dirent.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>
#include <thread>

#include "base/file.h"
#include "fcgi/record.h"

namespace octavo::test {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

inline constexpr milliseconds kPatience{20000};  // a sanitizer on a busy machine is slow

// Where a server listens: a unix socket without a name in any folder, or a TCP port.
struct Listener {
  Fd socket;
  sockaddr_storage address{};
  socklen_t size = 0;
};

inline Listener listen_on(int family) {
  Listener listener;
  listener.socket = Fd(::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  auto* const address = reinterpret_cast<sockaddr*>(&listener.address);
  if (family == AF_UNIX) {
    listener.address.ss_family = AF_UNIX;
    listener.size = sizeof(sa_family_t);  // autobind: an abstract name of the kernel's choice
  } else if (family == AF_INET) {
    auto* const v4 = reinterpret_cast<sockaddr_in*>(address);
    v4->sin_family = AF_INET;
    v4->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    listener.size = sizeof *v4;
  } else {
    auto* const v6 = reinterpret_cast<sockaddr_in6*>(address);
    v6->sin6_family = AF_INET6;
    v6->sin6_addr = in6addr_loopback;
    listener.size = sizeof *v6;
  }
  if (::bind(listener.socket.number(), address, listener.size) != 0 ||
      ::listen(listener.socket.number(), 4096) != 0) {
    listener.socket.reset();
    return listener;
  }
  listener.size = sizeof listener.address;
  ::getsockname(listener.socket.number(), address, &listener.size);
  return listener;
}

inline std::string pair(std::string_view name, std::string_view value) {
  std::string out;
  append_pair(out, name, value);
  return out;
}

inline std::string record(unsigned type, unsigned id, std::string_view content = {}) {
  std::string out;
  append_record(out, type, id, content);
  return out;
}

inline std::string request(std::string_view target, unsigned id = 1, bool keep = true,
                           std::string_view more = {}, std::string_view body = {}) {
  std::string out;
  append_begin_request(out, id, kResponder, keep ? kKeepConn : 0);
  const std::string parameters = pair("REQUEST_METHOD", body.empty() ? "GET" : "POST") +
                                 pair("REQUEST_URI", target) + std::string(more);
  for (std::string_view left = parameters; !left.empty();) {
    out += record(kParams, id, left.substr(0, 65535));
    left.remove_prefix(std::min<std::size_t>(left.size(), 65535));
  }
  out += record(kParams, id);
  for (; !body.empty(); body.remove_prefix(std::min<std::size_t>(body.size(), 65535))) {
    out += record(kStdin, id, body.substr(0, 65535));
  }
  return out + record(kStdin, id);
}

struct Answer {
  bool whole = false;
  unsigned id = 0;
  unsigned protocol_status = 0;
  std::string text;
};

// A front, as blocking as can be.
class Front {
 public:
  explicit Front(const Listener& server)
      : socket_(::socket(server.address.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    connected_ = ::connect(socket_.number(), reinterpret_cast<const sockaddr*>(&server.address),
                           server.size) == 0;
  }
  bool connected() const { return connected_; }
  int number() const { return socket_.number(); }
  void shut_writing() { ::shutdown(socket_.number(), SHUT_WR); }
  void close() { socket_.reset(); }

  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

  bool readable(milliseconds patience = kPatience) {
    pollfd one{socket_.number(), POLLIN, 0};
    return ::poll(&one, 1, static_cast<int>(patience.count())) > 0;
  }

  // Whether the server has closed.
  bool ended(milliseconds patience = kPatience) {
    const auto until = steady_clock::now() + patience;
    while (steady_clock::now() < until) {
      if (!readable(patience)) return false;
      if (!fill()) return true;
    }
    return false;
  }

  bool next(RecordHeader& header, std::string& content) {
    while (buffer_.size() < kRecordHeader) {
      if (!readable() || !fill()) return false;
    }
    header = read_header(buffer_.data());
    const std::size_t size = kRecordHeader + header.content + header.padding;
    while (buffer_.size() < size) {
      if (!readable() || !fill()) return false;
    }
    content = buffer_.substr(kRecordHeader, header.content);
    buffer_.erase(0, size);
    return true;
  }

  Answer answer() {
    Answer result;
    RecordHeader header;
    std::string content;
    while (next(header, content)) {
      if (result.id != 0 && header.id != result.id) return result;
      result.id = header.id;
      if (header.type == kStdout) result.text += content;
      if (header.type == kEndRequest) {
        result.protocol_status = static_cast<unsigned char>(content[4]);
        result.whole = true;
        return result;
      }
    }
    return result;
  }

  Answer ask(std::string_view bytes) {
    send(bytes);
    return answer();
  }

 private:
  bool fill() {
    std::array<char, 65536> bytes;
    const ssize_t count = ::recv(socket_.number(), bytes.data(), bytes.size(), 0);
    if (count <= 0) return false;
    buffer_.append(bytes.data(), static_cast<std::size_t>(count));
    return true;
  }

  Fd socket_;
  bool connected_ = false;
  std::string buffer_;
};

inline milliseconds cpu_time() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto ms = [](const timeval& time) { return time.tv_sec * 1000 + time.tv_usec / 1000; };
  return milliseconds(ms(usage.ru_utime) + ms(usage.ru_stime));
}

inline std::size_t open_descriptors() {
  std::size_t count = 0;
  DIR* const folder = ::opendir("/proc/self/fd");
  while (::readdir(folder) != nullptr) ++count;
  ::closedir(folder);
  return count;
}

// Waits until `condition` holds; the answer is whether it came to hold.
template <class Condition>
bool eventually(Condition condition) {
  const auto until = steady_clock::now() + kPatience;
  while (!condition()) {
    if (steady_clock::now() > until) return false;
    std::this_thread::sleep_for(milliseconds(2));
  }
  return true;
}

// An answer whose text begins with the method, the target and a bar.
inline bool is_answer_to(const Answer& answer, std::string_view target, unsigned id = 1) {
  return answer.whole && answer.id == id &&
         answer.text.find("\r\n\r\nGET " + std::string(target) + "|") != std::string::npos;
}

}  // namespace octavo::test

#endif  // OCTAVO_TESTS_FCGI_FRONT_H_
