// SPDX-License-Identifier: GPL-3.0-or-later
#include "fcgi/server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <exception>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/signals.h"
#include "fcgi/loop.h"
#include "fcgi/parse.h"

namespace octavo {
namespace {

void prepare_listener(int listener) {
  const int flags = ::fcntl(listener, F_GETFL);
  if (flags < 0 || ::fcntl(listener, F_SETFL, flags | O_NONBLOCK) != 0) {
    throw SystemError("cannot make the listening socket non-blocking", errno);
  }
  int domain = 0;
  socklen_t size = sizeof domain;
  if (::getsockopt(listener, SOL_SOCKET, SO_DOMAIN, &domain, &size) != 0) {
    throw SystemError("not a socket to listen on", errno);
  }
  if (domain == AF_INET || domain == AF_INET6) {
    const int on = 1;  // accepted sockets inherit it
    ::setsockopt(listener, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
}

}  // namespace

struct Server::Impl {
  void join() {
    for (std::thread& thread : threads) thread.join();
    threads.clear();
    fleet.loops.clear();
  }

  void stop(std::chrono::milliseconds grace) {
    if (threads.empty()) return;
    fleet.stop_at = std::chrono::steady_clock::now() + grace;
    fleet.stopping.store(true, std::memory_order_release);
    for (const auto& loop : fleet.loops) loop->nudge(false);
    join();
  }

  Fleet fleet;
  std::vector<std::thread> threads;
};

Server::Server(ServerLimits limits, HandlerFactory handlers) : impl_(std::make_unique<Impl>()) {
  limits.threads = std::max(limits.threads, 1u);
  limits.connections = std::max(limits.connections, 1u);
  Fleet& fleet = impl_->fleet;
  fleet.limits = limits;
  fleet.guard = {limits.parameter_bytes, limits.parameters, limits.body_bytes, limits.connections};
  fleet.handlers = std::move(handlers);
}

Server::~Server() {
  impl_->stop(std::chrono::milliseconds(0));
}

void Server::start(Fd listener) {
  init_libfcgi();
  prepare_listener(listener.number());
  Fleet& fleet = impl_->fleet;
  fleet.stopping.store(false);
  fleet.connections.store(0);
  {
    const auto shared = std::make_shared<const Fd>(std::move(listener));
    for (unsigned i = 0; i < fleet.limits.threads; ++i) {
      fleet.loops.push_back(std::make_unique<Loop>(fleet, shared));
    }
  }
  const SignalsBlocked blocked;
  try {
    for (const auto& loop : fleet.loops) {
      impl_->threads.emplace_back([one = loop.get()] { one->run(); });
    }
  } catch (const std::exception& error) {
    const std::string why = error.what();
    if (impl_->threads.empty()) fleet.loops.clear();
    impl_->stop(std::chrono::milliseconds(0));
    throw SystemError("cannot start a thread (" + why + ")", EAGAIN);
  }
}

void Server::stop(std::chrono::milliseconds grace) {
  impl_->stop(grace);
}

void Server::call_roll() noexcept {
  impl_->fleet.roll.fetch_add(1);
  for (const auto& loop : impl_->fleet.loops) loop->nudge(false);
}

bool Server::all_answered() const noexcept {
  const std::uint64_t roll = impl_->fleet.roll.load();
  return std::all_of(impl_->fleet.loops.begin(), impl_->fleet.loops.end(),
                     [&](const auto& loop) { return loop->answered() == roll; });
}

unsigned Server::connections() const noexcept {
  return impl_->fleet.connections.load(std::memory_order_relaxed);
}

}  // namespace octavo
