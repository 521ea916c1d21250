// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "base/process.h"

#include <sched.h>

#include <boost/test/unit_test.hpp>
#include <thread>

using namespace octavo;

BOOST_AUTO_TEST_SUITE(base_process_test)

BOOST_AUTO_TEST_CASE(cores_counts_those_that_may_be_run_on) {
  BOOST_TEST(cores() >= 1u);
  unsigned bound = 0;
  // In a thread of its own: the mask goes with it, and the other tests keep theirs.
  std::thread([&bound] {
    cpu_set_t here;
    CPU_ZERO(&here);
    CPU_SET(static_cast<unsigned>(::sched_getcpu()), &here);
    if (::sched_setaffinity(0, sizeof here, &here) == 0) bound = cores();
  }).join();
  BOOST_TEST(bound == 1u);
}

BOOST_AUTO_TEST_SUITE_END()
