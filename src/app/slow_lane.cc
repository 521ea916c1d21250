// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/slow_lane.h"

#include <pthread.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "base/log.h"
#include "base/signals.h"

namespace octavo {
namespace {

constexpr int kNice = 5;

void introduce() noexcept {
  ::pthread_setname_np(::pthread_self(), "octavo-search");
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice);
}

void complain(const char* what) noexcept {
  try {
    log_error(std::string("slow lane: ") + what);
  } catch (const std::exception&) {
    // Out of memory even for the line; the thread goes on.
  }
}

void do_work(const std::function<void()>& work) noexcept {
  try {
    work();
  } catch (const std::exception& error) {
    complain(error.what());
  } catch (...) {
    complain("a work failed");
  }
}

}  // namespace

struct SlowLane::Impl {
  using Steady = std::chrono::steady_clock;

  Impl(unsigned threads_given, std::size_t queue, std::function<void()> rest_given,
       std::chrono::milliseconds quiet_given)
      : most(std::max(threads_given, 1u)),
        room(most + queue),
        rest(std::move(rest_given)),
        quiet(quiet_given) {}

  bool start_one() {
    try {
      threads.reserve(most);
      const SignalsBlocked blocked;
      threads.emplace_back([this] { run(); });
      return true;
    } catch (const std::system_error& error) {
      if (!std::exchange(told, true)) complain(error.what());
      return false;
    }
  }

  void run() noexcept {
    introduce();
    std::unique_lock lock(mutex);
    for (;;) {
      wait(lock);
      if (stopping) return;
      {
        std::function<void()> work = std::move(waiting.front());
        waiting.pop_front();
        lock.unlock();
        do_work(work);
        // And what it holds goes before the next is taken.
      }
      lock.lock();
      last = Steady::now();
      if (--at_hand == 0) tired = static_cast<bool>(rest);
    }
  }

  // For work. Nobody wakes up for the rest but who did the last work.
  void wait(std::unique_lock<std::mutex>& lock) noexcept {
    const auto there_is = [this] { return stopping || !waiting.empty(); };
    while (!there_is()) {
      if (!tired || at_hand != 0) {
        wanted.wait(lock);
      } else if (!wanted.wait_until(lock, last + quiet, there_is) && tired && at_hand == 0 &&
                 Steady::now() >= last + quiet) {
        tired = false;
        lock.unlock();
        do_work(rest);
        lock.lock();
      }
    }
  }

  const std::size_t most;  // threads
  const std::size_t room;  // for what runs and what waits
  const std::function<void()> rest;
  const std::chrono::milliseconds quiet;

  std::mutex mutex;
  std::condition_variable wanted;
  // Guarded by mutex.
  std::vector<std::thread> threads;
  std::deque<std::function<void()>> waiting;
  std::size_t at_hand = 0;  // running or waiting
  Steady::time_point last;  // when a work ended
  bool tired = false;       // there was work since the last rest, and none is at hand
  bool stopping = false;
  bool told = false;  // that no thread could be started; a flood says it once
};

SlowLane::SlowLane(unsigned threads, std::size_t queue, std::function<void()> rest,
                   std::chrono::milliseconds quiet)
    : impl_(std::make_unique<Impl>(threads, queue, std::move(rest), quiet)) {}

SlowLane::~SlowLane() {
  std::deque<std::function<void()>> dropped;
  {
    const std::lock_guard lock(impl_->mutex);
    impl_->stopping = true;
    std::swap(dropped, impl_->waiting);
  }
  impl_->wanted.notify_all();
  dropped.clear();  // those who wait for its outcome hear of it before what runs has ended
  for (std::thread& thread : impl_->threads) thread.join();
}

bool SlowLane::submit(std::function<void()> work) {
  Impl& lane = *impl_;
  {
    const std::lock_guard lock(lane.mutex);
    if (lane.stopping || lane.at_hand >= lane.room) return false;
    const std::size_t started = lane.threads.size();
    if (lane.at_hand >= started && started < lane.most && !lane.start_one() && started == 0) {
      return false;
    }
    lane.waiting.push_back(std::move(work));
    ++lane.at_hand;
  }
  lane.wanted.notify_one();
  return true;
}

}  // namespace octavo
