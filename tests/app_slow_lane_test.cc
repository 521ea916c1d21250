// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "app/slow_lane.h"

#include <pthread.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace octavo {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPatience{20000};  // a sanitizer on a busy machine is slow

// Counts what has come by, and holds back who is to wait.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  bool reached_by(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return arrived_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int arrived_ = 0;
  bool open_ = false;
};

int threads_of_lanes() {
  int count = 0;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
    std::ifstream file(task.path() / "comm");
    std::string name;
    if (std::getline(file, name) && name == "octavo-search") ++count;
  }
  return count;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(app_slow_lane_test)

BOOST_AUTO_TEST_CASE(one_thread_works_in_order) {
  std::vector<int> done;
  Gate gate;
  Gate last;
  last.open();
  SlowLane lane(1, 100);
  BOOST_TEST(lane.submit([&] { gate.pass(); }));
  for (int i = 0; i < 100; ++i) {
    BOOST_TEST(lane.submit([&done, i] { done.push_back(i); }));
  }
  BOOST_TEST(!lane.submit([] {}));
  gate.open();
  while (!lane.submit([&] { last.pass(); })) std::this_thread::yield();
  BOOST_REQUIRE(last.reached_by(1));
  BOOST_REQUIRE(done.size() == 100u);
  for (int i = 0; i < 100; ++i) BOOST_TEST(done[static_cast<std::size_t>(i)] == i);
}

BOOST_AUTO_TEST_CASE(it_takes_what_its_threads_and_its_queue_hold_and_no_more) {
  for (const unsigned threads : {1u, 3u}) {
    for (const std::size_t queue : {std::size_t{0}, std::size_t{1}, std::size_t{5}}) {
      Gate gate;
      SlowLane lane(threads, queue);
      for (std::size_t i = 0; i < threads + queue; ++i) {
        BOOST_TEST(lane.submit([&] { gate.pass(); }));
      }
      BOOST_TEST(!lane.submit([&] { gate.pass(); }));
      BOOST_TEST(gate.reached_by(static_cast<int>(threads)));
      BOOST_TEST(!lane.submit([&] { gate.pass(); }));
      gate.open();
      BOOST_TEST(gate.reached_by(static_cast<int>(threads + queue)));
    }
  }
}

BOOST_AUTO_TEST_CASE(work_that_is_refused_is_let_go_of) {
  const auto held = std::make_shared<int>(1);
  Gate gate;
  SlowLane lane(1, 0);
  BOOST_TEST(lane.submit([&] { gate.pass(); }));
  BOOST_TEST(!lane.submit([held] {}));
  BOOST_TEST(held.use_count() == 1);
  gate.open();
}

BOOST_AUTO_TEST_CASE(threads_start_one_by_one_as_they_are_needed) {
  // Of other cases: the kernel counts a thread a little longer than a join waits for it.
  while (threads_of_lanes() > 0) std::this_thread::yield();
  Gate gate;
  SlowLane lane(4, 10);
  BOOST_TEST(threads_of_lanes() == 0);
  for (int i = 1; i <= 6; ++i) {
    BOOST_TEST(lane.submit([&] { gate.pass(); }));
    BOOST_TEST(gate.reached_by(std::min(i, 4)));
    BOOST_TEST(threads_of_lanes() == std::min(i, 4));
  }
  gate.open();
}

BOOST_AUTO_TEST_CASE(its_threads_are_named_nice_and_without_signals) {
  std::array<char, 32> name{};
  int nice = 0;
  sigset_t mask;
  ::sigemptyset(&mask);
  {
    Gate gate;
    gate.open();
    SlowLane lane(1, 1);
    BOOST_TEST(lane.submit([&] {
      ::pthread_getname_np(::pthread_self(), name.data(), name.size());
      nice = ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()));
      ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
      gate.pass();
    }));
    BOOST_TEST(gate.reached_by(1));
  }
  BOOST_TEST(std::string(name.data()) == "octavo-search");
  BOOST_TEST(nice >= 5);
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGPIPE}) {
    BOOST_TEST(::sigismember(&mask, number) == 1);
  }
  ::pthread_sigmask(SIG_SETMASK, nullptr, &mask);
  BOOST_TEST(::sigismember(&mask, SIGTERM) == 0);
}

BOOST_AUTO_TEST_CASE(work_that_throws_costs_no_thread) {
  SlowLane lane(1, 10);
  Gate gate;
  gate.open();
  BOOST_TEST(lane.submit([] { throw std::runtime_error("thrown on purpose"); }));
  BOOST_TEST(lane.submit([] { throw 1; }));
  BOOST_TEST(lane.submit([&] { gate.pass(); }));
  BOOST_TEST(gate.reached_by(1));
}

BOOST_AUTO_TEST_CASE(its_end_finishes_what_runs_and_drops_what_waits) {
  Gate gate;
  std::atomic<bool> finished{false};
  std::atomic<int> ran{0};
  const auto held = std::make_shared<int>(1);
  std::optional<SlowLane> lane;
  lane.emplace(1, 10);
  BOOST_TEST(lane->submit([&] {
    gate.pass();
    finished = true;
  }));
  BOOST_REQUIRE(gate.reached_by(1));
  for (int i = 0; i < 10; ++i) BOOST_TEST(lane->submit([&ran, held] { ++ran; }));
  std::thread opener([&] {
    // What waits is dropped before what runs has ended.
    while (held.use_count() > 1) std::this_thread::yield();
    BOOST_TEST(!finished);
    gate.open();
  });
  lane.reset();
  BOOST_TEST(finished);
  BOOST_TEST(ran == 0);
  opener.join();
}

BOOST_AUTO_TEST_CASE(many_submit_at_once) {
  std::atomic<int> ran{0};
  std::atomic<int> taken{0};
  {
    SlowLane lane(2, 16);
    std::vector<std::thread> crowd;
    for (int i = 0; i < 4; ++i) {
      crowd.emplace_back([&] {
        for (int n = 0; n < 2000; ++n) {
          if (lane.submit([&] { ++ran; })) ++taken;
        }
      });
    }
    for (std::thread& one : crowd) one.join();
    Gate gate;
    gate.open();
    while (!lane.submit([&] { gate.pass(); })) std::this_thread::yield();
    BOOST_TEST(gate.reached_by(1));
  }
  // The last may have overtaken the one before it on the other thread; that one was running.
  BOOST_TEST(ran == taken);
  BOOST_TEST(taken > 0);
}

BOOST_AUTO_TEST_CASE(rests_once_when_it_has_been_quiet) {
  std::atomic<int> rested{0};
  Gate held;
  Gate at_rest;
  at_rest.open();
  const auto rest = [&] {
    ++rested;
    at_rest.pass();
  };
  SlowLane lane(2, 16, rest, milliseconds(30));
  // While one works the other is idle, and that is no rest.
  Gate other;
  other.open();
  BOOST_TEST(lane.submit([&] { held.pass(); }));
  BOOST_TEST(lane.submit([&] { other.pass(); }));
  BOOST_TEST(held.reached_by(1));
  BOOST_TEST(other.reached_by(1));
  std::this_thread::sleep_for(milliseconds(120));
  BOOST_TEST(rested == 0);
  held.open();
  BOOST_TEST(at_rest.reached_by(1));
  std::this_thread::sleep_for(milliseconds(120));
  BOOST_TEST(rested == 1);  // once
  BOOST_TEST(lane.submit([] { throw std::runtime_error("thrown on purpose"); }));
  BOOST_TEST(at_rest.reached_by(2));
}

BOOST_AUTO_TEST_CASE(what_the_rest_throws_is_survived) {
  Gate at_rest;
  at_rest.open();
  const auto rest = [&] {
    at_rest.pass();
    throw std::runtime_error("thrown on purpose");
  };
  SlowLane lane(1, 16, rest, milliseconds(1));
  BOOST_TEST(lane.submit([] {}));
  BOOST_TEST(at_rest.reached_by(1));
  Gate gate;
  gate.open();
  BOOST_TEST(lane.submit([&] { gate.pass(); }));
  BOOST_TEST(gate.reached_by(1));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace octavo
