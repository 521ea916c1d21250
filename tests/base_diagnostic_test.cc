// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "base/diagnostic.h"

#include <boost/test/unit_test.hpp>

using namespace octavo;

BOOST_AUTO_TEST_SUITE(base_diagnostic_test)

BOOST_AUTO_TEST_CASE(a_fault_is_printed_as_compilers_print_it) {
  Diagnostic fault{false,
                   "unknown_key",
                   "posts/a.md",
                   3,
                   1,
                   "titel",
                   "unknown key “titel”",
                   "title",
                   "front_matter: {ignore: [titel]}"};
  BOOST_TEST(to_line(fault, "content/") ==
             "content/posts/a.md:3:1: error: unknown key “titel”; did you mean “title”?; to allow "
             "it: front_matter: {ignore: [titel]}");
  fault.warning = true;
  fault.near = fault.allow = "";
  fault.message = "odd\nline \x1b[31m";
  BOOST_TEST(to_line(fault) == "posts/a.md:3:1: warning: odd\\x0aline \\x1b[31m");
}

BOOST_AUTO_TEST_CASE(a_fault_is_a_json_object) {
  const Diagnostic fault{false, "bad_date", "posts/a.md", 3, 7, "date", "“x” is no date", "", ""};
  BOOST_TEST(to_json(fault) ==
             "{\"code\":\"bad_date\",\"line\":3,\"column\":7,\"key\":\"date\",\"message\":\"“x” is "
             "no date\",\"near\":null,\"allow\":null}");
}

BOOST_AUTO_TEST_CASE(near_names_are_offered_and_far_ones_are_not) {
  const std::vector<std::string_view> names = {"title", "tags", "date", "draft"};
  BOOST_TEST(nearest_name("titel", names) == "title");
  BOOST_TEST(nearest_name("Tag", names) == "tags");
  BOOST_TEST(nearest_name("dates", names) == "date");
  BOOST_TEST(nearest_name("layout", names) == "");
  BOOST_TEST(nearest_name("x", names) == "");
}

BOOST_AUTO_TEST_SUITE_END()
