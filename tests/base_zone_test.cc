// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "base/zone.h"

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

using octavo::format_rfc3339;
using octavo::is_zone_name;
using octavo::Zone;

BOOST_AUTO_TEST_SUITE(base_zone_test)

BOOST_AUTO_TEST_CASE(names_are_checked_against_zoneinfo) {
  for (const char* name : {"UTC", "Europe/Vienna", "America/Argentina/Buenos_Aires", "Etc/GMT+5",
                           "EST5EDT", "Asia/Kolkata"}) {
    BOOST_TEST(is_zone_name(name), name);
  }
  for (const std::string& name :
       {std::string(), std::string("Europe/Atlantis"), std::string("Europe"),
        std::string("../../../etc/passwd"), std::string("/etc/localtime"), std::string("zone.tab"),
        std::string("tzdata.zi"), std::string(":UTC"), std::string("UTC\n"),
        std::string("Europe/Vienna\0x", 15), std::string("CET-1CEST,M3.5.0,M10.5.0/3"),
        std::string(5000, 'A'), std::string("europe/vienna"), std::string("posixrules2")}) {
    BOOST_TEST(!is_zone_name(name), name);
  }
}

BOOST_AUTO_TEST_CASE(a_wrong_name_throws) {
  BOOST_CHECK_THROW(Zone("Europe/Atlantis"), octavo::ConfigError);
}

BOOST_AUTO_TEST_CASE(local_times_become_moments) {
  struct Row {
    std::string_view zone;
    int year;
    unsigned month, day, hour, minute, second;
    std::string_view wanted;
  };
  const std::vector<Row> rows = {
      {"UTC", 2024, 2, 29, 12, 0, 1, "2024-02-29T12:00:01Z"},
      {"Europe/Vienna", 2024, 1, 15, 8, 30, 0, "2024-01-15T08:30:00+01:00"},
      {"Europe/Vienna", 2024, 7, 15, 8, 30, 0, "2024-07-15T08:30:00+02:00"},
      {"Europe/Vienna", 2024, 3, 31, 1, 59, 59, "2024-03-31T01:59:59+01:00"},
      {"Europe/Vienna", 2024, 3, 31, 2, 30, 0, "2024-03-31T03:30:00+02:00"},
      {"Europe/Vienna", 2024, 3, 31, 3, 0, 0, "2024-03-31T03:00:00+02:00"},
      {"Europe/Vienna", 2024, 10, 27, 2, 30, 0, "2024-10-27T02:30:00+02:00"},
      {"Europe/Vienna", 2024, 10, 27, 3, 0, 0, "2024-10-27T03:00:00+01:00"},
      {"Europe/Vienna", 2055, 7, 1, 0, 0, 0, "2055-07-01T00:00:00+02:00"},
      {"America/New_York", 2024, 3, 10, 2, 30, 0, "2024-03-10T03:30:00-04:00"},
      {"America/New_York", 2024, 11, 3, 1, 30, 0, "2024-11-03T01:30:00-04:00"},
      {"Asia/Kolkata", 2024, 1, 1, 0, 0, 0, "2024-01-01T00:00:00+05:30"},
      // Samoa left out this whole day.
      {"Pacific/Apia", 2011, 12, 30, 12, 0, 0, "2011-12-31T12:00:00+14:00"},
      {"Australia/Lord_Howe", 2024, 10, 6, 2, 15, 0, "2024-10-06T02:45:00+11:00"},
      {"UTC", 1000, 1, 1, 0, 0, 0, "1000-01-01T00:00:00Z"},
      {"UTC", 9999, 12, 31, 23, 59, 59, "9999-12-31T23:59:59Z"},
  };
  for (const Row& row : rows) {
    const Zone zone{std::string(row.zone)};
    BOOST_TEST(format_rfc3339(zone.from_local(row.year, row.month, row.day, row.hour, row.minute,
                                              row.second)) == row.wanted);
  }
}

BOOST_AUTO_TEST_CASE(moments_get_the_offset_of_their_time) {
  const Zone vienna("Europe/Vienna"), utc("UTC"), york("America/New_York");
  BOOST_TEST(vienna.from_moment(1700000000).offset == 3600);
  BOOST_TEST(york.from_moment(1700000000).offset == -18000);
  BOOST_TEST(vienna.from_moment(1720000000).offset == 7200);
  BOOST_TEST(utc.from_moment(1720000000).offset == 0);
  BOOST_TEST(vienna.from_moment(1720000000).at == 1720000000);
}

BOOST_AUTO_TEST_SUITE_END()
