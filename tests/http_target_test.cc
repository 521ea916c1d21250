// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "http/target.h"

#include <boost/test/unit_test.hpp>

#include "http/conditional.h"

using namespace octavo;

BOOST_AUTO_TEST_SUITE(http_target_test)

BOOST_AUTO_TEST_CASE(targets_are_taken_apart_before_they_are_decoded) {
  const struct {
    const char* target;
    const char* canonical;  // nullptr: refused
    bool spelt_right;
  } kTable[] = {
      {"/", "/", true},
      {"/blog/", "/blog/", true},
      {"/blog", "/blog", true},
      {"/blog/tag/a%2Fb/", "/blog/tag/a%2Fb/", true},
      {"/blog/tag/a%2fb/", "/blog/tag/a%2Fb/", false},
      {"/%62log/", "/blog/", false},
      {"//blog///x/", "/blog/x/", false},
      {"/./blog/../blog/", "/blog/", false},
      {"/blog/.", "/blog/", false},
      {"/blog/x/..", "/blog/", false},
      {"/..", nullptr, false},
      {"/a/../../etc/passwd", nullptr, false},
      {"/%2e%2e/x", nullptr, false},
      {"/a%00b", nullptr, false},
      {"/a%0d%0ab", nullptr, false},
      {"/a%7f", nullptr, false},
      {"/%c3%28", nullptr, false},
      {"/%", nullptr, false},
      {"/%g0", nullptr, false},
      {"", nullptr, false},
      {"*", nullptr, false},
      {"blog", nullptr, false},
      {"http://evil.example/blog/", "/blog/", true},
      {"HTTPS://evil.example", "/", true},
      {"/e%CC%81/", "/%C3%A9/", false},
      {"/blog/?a=b", "/blog/", true},
      {"/blog/#x", "/blog/", true},
  };
  for (const auto& row : kTable) {
    const auto target = parse_target(row.target);
    BOOST_TEST_CONTEXT(row.target) {
      BOOST_REQUIRE_EQUAL(target.has_value(), row.canonical != nullptr);
      if (!target) continue;
      BOOST_TEST(canonical_path(target->segments, target->slash) == row.canonical);
      BOOST_TEST(target->canonical == row.spelt_right);
    }
  }
}

BOOST_AUTO_TEST_CASE(query_values_are_decoded_leniently) {
  BOOST_TEST(*query_value("q=a+b%26c&x=1", "q") == "a b&c");
  BOOST_TEST(*query_value("x=1&q", "q") == "");
  BOOST_TEST(*query_value("q=%zz", "q") == "%zz");
  BOOST_TEST(*query_value("q=%ff", "q") == "\xef\xbf\xbd");
  BOOST_TEST(!query_value("qq=1", "q"));
}

BOOST_AUTO_TEST_CASE(entity_tags_are_found_in_lists) {
  const std::string etag = etag_of("bytes");
  BOOST_TEST(etag.front() == '"');
  BOOST_TEST(etag == etag_of("bytes"));
  BOOST_TEST(etag != etag_of("other"));
  for (const std::string& field : {etag, "W/" + etag, "\"x\", " + etag, std::string("*"),
                                   std::string(" * "), "\"a,b\"," + etag}) {
    BOOST_TEST(none_match_hits(field, etag));
  }
  for (const std::string& field :
       {std::string(), std::string("\"x\""), etag.substr(1), std::string("\"")}) {
    BOOST_TEST(!none_match_hits(field, etag));
  }
}

BOOST_AUTO_TEST_SUITE_END()
