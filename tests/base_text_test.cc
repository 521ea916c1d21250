// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "base/text.h"

#include <boost/test/unit_test.hpp>

using namespace octavo;

BOOST_AUTO_TEST_SUITE(base_text_test)

BOOST_AUTO_TEST_CASE(bad_utf8_is_found_where_it_begins) {
  const struct {
    std::string_view text;
    std::size_t at;
  } kTable[] = {
      {"", std::string::npos},
      {"plain", std::string::npos},
      {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", std::string::npos},
      {"a\xff", 1},
      {"\xc0\xaf", 0},          // overlong
      {"\xe0\x80\x80", 0},      // overlong
      {"\xed\xa0\x80", 0},      // surrogate
      {"\xf4\x90\x80\x80", 0},  // beyond U+10FFFF
      {"ab\xe2\x82", 2},        // cut off
      {"ab\x80", 2},            // a tail without a head
  };
  for (const auto& row : kTable) BOOST_TEST(find_bad_utf8(row.text) == row.at);
}

BOOST_AUTO_TEST_CASE(normal_forms_and_cases_meet) {
  BOOST_TEST(nfc("e\xcc\x81") == "\xc3\xa9");
  BOOST_TEST(fold_case("STRASSE") == fold_case("Stra\xc3\x9f"
                                               "e"));
  BOOST_TEST(fold_case("\xc3\x89") == fold_case("e\xcc\x81"));
  BOOST_TEST(fold_case("C++") == "c++");
}

BOOST_AUTO_TEST_CASE(lines_end_as_editors_end_them) {
  const std::string_view text =
      "ab\r\nc\xc3\xa4"
      "d\re\xe2\x80\xa8"
      "f\n";
  const auto at = [&](std::size_t offset) {
    const LineColumn place = line_column(text, offset);
    return std::to_string(place.line) + ":" + std::to_string(place.column);
  };
  BOOST_TEST(at(0) == "1:1");
  BOOST_TEST(at(4) == "2:1");
  BOOST_TEST(at(7) == "2:3");  // the d behind one two-byte letter
  BOOST_TEST(at(9) == "3:1");
  BOOST_TEST(at(13) == "3:3");  // U+2028 ends no line
  BOOST_TEST(at(99) == "4:1");
}

BOOST_AUTO_TEST_CASE(shortening_cuts_at_blanks_and_never_inside_a_letter) {
  BOOST_TEST(shorten("short", 10) == "short");
  BOOST_TEST(shorten("one two three four", 15) == "one two three…");
  BOOST_TEST(shorten("日本語日本語", 3) == "日本語…");
}

BOOST_AUTO_TEST_CASE(blanks_collapse_and_words_split) {
  BOOST_TEST(collapse_blanks("  a \t\r\n b ") == "a b");
  BOOST_TEST(split("a,,b", ',').size() == 3u);
  BOOST_TEST(split("", ',').size() == 1u);
  BOOST_TEST(trim("\t x \n") == "x");
}

BOOST_AUTO_TEST_SUITE_END()
