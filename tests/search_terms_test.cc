// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "search/terms.h"

#include <xapian.h>

#include <boost/test/unit_test.hpp>

#include "base/text.h"

using namespace octavo;

namespace {

bool xapian_has(const std::string& name) {
  try {
    const Xapian::Stem stem(name);
    return true;
  } catch (const Xapian::InvalidArgumentError&) {
    return false;
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(search_terms_test)

BOOST_AUTO_TEST_CASE(languages_have_the_stemmers_that_xapian_has) {
  for (char a = 'a'; a <= 'z'; ++a) {
    for (char b = 'a'; b <= 'z'; ++b) {
      const std::string code{a, b};
      BOOST_TEST(terms::stemmer_of(code) == (xapian_has(code) ? code : "none"));
    }
  }
  BOOST_TEST(xapian_has("none"));
}

BOOST_AUTO_TEST_CASE(regions_scripts_and_case_do_not_matter) {
  const struct {
    const char *lang, *stemmer;
  } kTable[] = {{"pt-BR", "pt"},     {"en_US", "en"},  {"DE", "de"},  {"ja", "none"},
                {"zh-Hant", "none"}, {"", "none"},     {"-", "none"}, {"porter", "none"},
                {"english", "none"}, {"none", "none"}, {"e", "none"}, {"\xff\xfe", "none"}};
  for (const auto& row : kTable) BOOST_TEST(terms::stemmer_of(row.lang) == row.stemmer);
}

BOOST_AUTO_TEST_CASE(terms_are_never_too_long_and_stay_apart) {
  const std::string short_one(245, 'x');
  BOOST_TEST(terms::bounded(short_one) == short_one);
  for (const std::string unit : {"x", "é", "語", "😀"}) {
    std::string tag;
    while (tag.size() < 300) tag += unit;
    const std::string a = terms::tag_term(tag), b = terms::tag_term(tag + "b");
    BOOST_TEST(a.size() <= 245u);
    BOOST_TEST(a.size() > 200u);
    BOOST_TEST(a != b);
    BOOST_TEST(find_bad_utf8(a) == std::string::npos);
    BOOST_TEST(a == terms::tag_term(tag));
  }
}

BOOST_AUTO_TEST_CASE(tags_are_folded_and_slugs_are_not) {
  BOOST_TEST(terms::tag_term("C++ \"Tips\"/Tricks") == "XTAG:c++ \"tips\"/tricks");
  BOOST_TEST(terms::tag_term("E\xCC\x81t\xC3\x89") == terms::tag_term("\xC3\xA9t\xC3\xA9"));
  BOOST_TEST(terms::slug_term("Über-uns") == "QÜber-uns");
  BOOST_TEST(terms::slug_term("about") != terms::slug_term("/about"));
}

BOOST_AUTO_TEST_SUITE_END()
