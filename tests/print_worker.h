// SPDX-License-Identifier: GPL-3.0-or-later
//
// Somebody at the socket of octavo-print who does what a test tells him.
#ifndef OCTAVO_TESTS_PRINT_WORKER_H_
#define OCTAVO_TESTS_PRINT_WORKER_H_

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <list>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "base/file.h"
#include "print/wire.h"

namespace octavo::test {

inline std::string small_pdf(std::string_view about) {
  return "%PDF-1.4\n% " + std::string(about) + "\ntrailer\n%%EOF\n";
}

inline std::string small_png() {
  using namespace std::string_literals;
  return "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x04\xb0\0\0\x02\x76\x08\x02\0\0\0crc!\0\0\0\0IEND\xae\x42\x60\x82"s;
}

// One connection, from the worker's side. Waiting ends when the peer or the test does.
class Visitor {
 public:
  explicit Visitor(Fd socket) : channel_(std::move(socket)) {}
  int fd() const { return channel_.fd(); }
  void hello(std::string worker = "1.0", std::string browser = "Chrome/156",
             std::string trouble = "") {
    send(to_message(Hello{std::move(worker), std::move(browser), std::move(trouble)}));
  }
  std::optional<Job> job() {
    for (bool ended = false; !ended;) {
      if (auto message = channel_.receive(ended)) {
        Job job = to_job(*message);
        bulk_ = std::move(message->bulk);
        return job;
      }
      if (!ended) wait(POLLIN);
    }
    return std::nullopt;
  }
  std::string bulk(std::size_t at, std::size_t size) const { return read_bulk(bulk_, at, size); }
  void answer(Outcome::Kind kind, std::string_view bytes = {}, std::string message = "") {
    Outcome outcome;
    outcome.kind = kind;
    outcome.message = std::move(message);
    outcome.size = bytes.size();
    send(to_message(outcome, bytes.empty() ? Fd() : make_bulk({bytes})));
  }
  void raw(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t count = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count < 0 && errno == EAGAIN) {
        wait(POLLOUT);
      } else if (count <= 0) {
        return;
      } else {
        bytes.remove_prefix(static_cast<std::size_t>(count));
      }
    }
  }
  // Until the peer has gone.
  void stay() {
    char byte;
    while (::recv(fd(), &byte, 1, MSG_DONTWAIT) != 0) wait(POLLIN);
  }

 private:
  void wait(short events) {
    pollfd one{fd(), events, 0};
    ::poll(&one, 1, -1);
  }
  void send(Message message) {
    channel_.send(std::move(message));
    for (channel_.step(); channel_.unsent(); channel_.step()) wait(POLLOUT);
  }
  Channel channel_;
  Fd bulk_;
};

class FakeWorker {
 public:
  using Behaviour = std::function<void(Visitor&)>;
  FakeWorker(std::string path, Behaviour behaviour)
      : path_(std::move(path)), behaviour_(std::move(behaviour)) {
    ::unlink(path_.c_str());
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path_.data(), path_.size());
    listener_ = Fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (::bind(listener_.number(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::listen(listener_.number(), 64) != 0)
      std::abort();
    thread_ = std::thread([this] { run(); });
  }
  FakeWorker(const FakeWorker&) = delete;
  FakeWorker& operator=(const FakeWorker&) = delete;
  ~FakeWorker() {
    ::unlink(path_.c_str());
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
      ::shutdown(listener_.number(), SHUT_RDWR);
      for (const int fd : open_) ::shutdown(fd, SHUT_RDWR);
    }
    thread_.join();
    for (std::thread& one : visits_) one.join();
  }

  std::atomic<int> jobs{0};  // for behaviours to count

  // The usual one.
  Behaviour good() {
    return [this](Visitor& visitor) {
      visitor.hello();
      const auto job = visitor.job();
      if (!job) return;
      ++jobs;
      visitor.answer(Outcome::Kind::done,
                     job->product == Product::pdf ? small_pdf(job->title) : small_png());
    };
  }
  void behave(Behaviour behaviour) {
    const std::lock_guard lock(mutex_);
    behaviour_ = std::move(behaviour);
  }

 private:
  void run() {
    for (;;) {
      Fd socket(::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC));
      const std::lock_guard lock(mutex_);
      if (!socket || ended_) return;
      open_.push_back(socket.number());
      visits_.emplace_back(
          [this, behaviour = behaviour_, held = std::make_shared<Fd>(std::move(socket))]() mutable {
            const int number = held->number();
            {
              Visitor visitor(std::move(*held));
              try {
                behaviour(visitor);
              } catch (const Error&) {
                // The peer has gone, or the test is over.
              }
              const std::lock_guard own(mutex_);
              open_.remove(number);
            }
          });
    }
  }

  const std::string path_;
  Fd listener_;
  std::mutex mutex_;
  Behaviour behaviour_;
  bool ended_ = false;
  std::list<int> open_;
  std::list<std::thread> visits_;
  std::thread thread_;
};

}  // namespace octavo::test

#endif  // OCTAVO_TESTS_PRINT_WORKER_H_
