// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "compose/pool.h"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <cstdlib>
#include <map>
#include <new>

using namespace octavo;

namespace {

struct Outcome {
  std::map<std::uint32_t, std::string> results, deaths;
};

Outcome run(std::uint32_t count, const std::function<std::string(std::uint32_t)>& work,
            PoolLimits limits = {}) {
  Outcome outcome;
  PoolCallbacks callbacks;
  callbacks.work = [&](std::uint32_t job, unsigned) { return work(job); };
  callbacks.result = [&](std::uint32_t job, std::string_view frame) {
    outcome.results[job] = frame;
  };
  callbacks.died = [&](std::uint32_t job, const std::string& reason) {
    outcome.deaths[job] = reason;
  };
  callbacks.slow = [](std::uint32_t) {};
  run_pool(count, limits, callbacks);
  return outcome;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(compose_pool_test)

BOOST_AUTO_TEST_CASE(every_job_is_answered_once) {
  for (const std::uint32_t count : {0u, 1u, 7u, 500u}) {
    const Outcome outcome = run(count, [](std::uint32_t job) {
      return std::to_string(job) + std::string(job * 31 % 5000, 'x');
    });
    BOOST_TEST(outcome.results.size() == count);
    BOOST_TEST(outcome.deaths.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_job_that_ends_its_parser_is_named_and_the_rest_goes_on) {
  const Outcome outcome = run(300, [](std::uint32_t job) -> std::string {
    if (job % 50 == 10) std::abort();
    if (job == 33) ::raise(SIGKILL);
    if (job == 34) throw std::bad_alloc();
    return "fine";
  });
  BOOST_TEST(outcome.results.size() == 300u - 8u);
  BOOST_REQUIRE_EQUAL(outcome.deaths.size(), 8u);
  BOOST_TEST(outcome.deaths.at(10).find("abort") != std::string::npos);
  BOOST_TEST(outcome.deaths.at(33).find("Killed") != std::string::npos);
  BOOST_TEST(outcome.deaths.at(34).find("memory") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_job_that_loops_is_stopped_by_its_cpu_budget) {
  PoolLimits limits;
  limits.cpu_ms = 200;
  const Outcome outcome = run(
      20,
      [](std::uint32_t job) -> std::string {
        volatile bool forever = job == 4;
        while (forever) {
        }
        return "fine";
      },
      limits);
  BOOST_TEST(outcome.results.size() == 19u);
  BOOST_REQUIRE_EQUAL(outcome.deaths.count(4), 1u);
  BOOST_TEST(outcome.deaths.at(4).find("CPU") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_job_that_hangs_is_stopped_by_the_wall_clock) {
  PoolLimits limits;
  limits.wall_ms = 300;
  const Outcome outcome = run(
      20,
      [](std::uint32_t job) -> std::string {
        if (job == 4) {
          for (;;) ::pause();
        }
        return "fine";
      },
      limits);
  BOOST_TEST(outcome.results.size() == 19u);
  BOOST_TEST(outcome.deaths.count(4) == 1u);
}

BOOST_AUTO_TEST_CASE(no_process_is_left_behind) {
  run(50, [](std::uint32_t) { return std::string("fine"); });
  BOOST_TEST(::waitpid(-1, nullptr, WNOHANG) == -1);
  BOOST_TEST(errno == ECHILD);
}

BOOST_AUTO_TEST_SUITE_END()
