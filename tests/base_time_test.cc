// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "base/time.h"

#include <boost/test/unit_test.hpp>
#include <ctime>

using namespace octavo;

BOOST_AUTO_TEST_SUITE(base_time_test)

BOOST_AUTO_TEST_CASE(every_tenth_day_of_four_centuries_agrees_with_the_c_library) {
  for (std::int64_t day = -60000; day < 86000; day += 10) {
    const Moment at = day * 86400 + 12345;
    const std::time_t clock = at;
    std::tm expected{};
    ::gmtime_r(&clock, &expected);
    const Civil c = civil({at, 0});
    BOOST_REQUIRE_EQUAL(c.year, expected.tm_year + 1900);
    BOOST_REQUIRE_EQUAL(c.month, static_cast<unsigned>(expected.tm_mon + 1));
    BOOST_REQUIRE_EQUAL(c.day, static_cast<unsigned>(expected.tm_mday));
    BOOST_REQUIRE_EQUAL(c.weekday, static_cast<unsigned>(expected.tm_wday));
    BOOST_REQUIRE_EQUAL(days_from_civil(c.year, c.month, c.day), day);
  }
}

BOOST_AUTO_TEST_CASE(dates_that_are_none_are_told) {
  BOOST_TEST(is_date(2024, 2, 29));
  BOOST_TEST(is_date(2000, 2, 29));
  BOOST_TEST(!is_date(1900, 2, 29));
  BOOST_TEST(!is_date(2023, 2, 29));
  BOOST_TEST(!is_date(2023, 13, 1));
  BOOST_TEST(!is_date(2023, 0, 1));
  BOOST_TEST(!is_date(2023, 4, 31));
}

BOOST_AUTO_TEST_CASE(moments_are_written_as_each_standard_wants) {
  const ZonedTime vienna{1795532400, 3600};
  BOOST_TEST(format_rfc3339(vienna) == "2026-11-24T16:00:00+01:00");
  BOOST_TEST(format_rfc3339({1795532400, 0}) == "2026-11-24T15:00:00Z");
  BOOST_TEST(format_rfc3339({1795532400, -12600}) == "2026-11-24T11:30:00-03:30");
  BOOST_TEST(format_http_date(784111777) == "Sun, 06 Nov 1994 08:49:37 GMT");
  BOOST_TEST(format_rfc822(vienna) == "Tue, 24 Nov 2026 16:00:00 +0100");
  BOOST_TEST(format_date(vienna) == "2026-11-24");
}

BOOST_AUTO_TEST_CASE(the_monotonic_clock_never_goes_back) {
  std::int64_t before = monotonic_ms();
  const std::int64_t end = before + 3;
  while (before < end) {  // three ticks, so that it is seen to go on, too
    const std::int64_t now = monotonic_ms();
    BOOST_REQUIRE_GE(now, before);
    before = now;
  }
}

BOOST_AUTO_TEST_SUITE_END()
