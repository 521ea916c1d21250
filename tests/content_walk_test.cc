// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "content/walk.h"

#include <boost/test/unit_test.hpp>

using namespace octavo;

BOOST_AUTO_TEST_SUITE(content_walk_test)

BOOST_AUTO_TEST_CASE(a_file_is_settled_when_neither_of_its_times_is_young) {
  constexpr std::int64_t kListed = 1'000'000'000'000, kTick = 20'000'000;
  const struct {
    std::int64_t mtime_ns, ctime_ns;
    bool settled;
  } table[] = {
      {0, 0, true},
      {kListed - kTick, kListed - kTick, true},
      {kListed - kTick + 1, 0, false},
      {0, kListed - kTick + 1, false},  // an old file that was moved here, or given an old mtime
      {kListed, kListed, false},
      {kListed + kTick, 0, false},  // from the future: another machine's clock
  };
  for (const auto& row : table) {
    const FileStat stat{1, 2, 3, row.mtime_ns, row.ctime_ns};
    BOOST_TEST(settled(stat, kListed) == row.settled, row.mtime_ns << ' ' << row.ctime_ns);
  }
}

BOOST_AUTO_TEST_SUITE_END()
