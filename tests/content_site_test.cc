// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "content/site.h"

#include <boost/test/unit_test.hpp>

using namespace octavo;

namespace {

constexpr Moment kNow = 1'800'000'000;

ComposedPost make(const std::string& slug, Moment publish, std::vector<std::string> tags = {}) {
  ComposedPost composed;
  composed.post.file = "posts/" + slug + ".md";
  composed.post.slug = slug;
  composed.post.title = slug;
  composed.post.lang = "en";
  composed.post.date = composed.post.publish_date = {publish, 0};
  composed.post.tags = std::move(tags);
  for (Blob& part : composed.parts) part = pack("");
  return composed;
}

Site site_of(std::vector<ComposedPost> posts, Moment moment = kNow) {
  const Fd fd = open_memfd("test");
  ImageWriter(1, 1).write(fd.number(), std::move(posts), {});
  return Site(Image::open(fd.number()), moment);
}

std::string slugs(const Site& site, const std::vector<std::uint32_t>& numbers) {
  std::string out;
  for (const std::uint32_t number : numbers) out += std::string(site.post(number).slug()) + ' ';
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(content_site_test)

BOOST_AUTO_TEST_CASE(newest_comes_first_and_ties_go_by_slug) {
  const Site site = site_of({make("b", kNow - 5), make("a", kNow - 5), make("c", kNow - 1)});
  BOOST_TEST(slugs(site, site.order()) == "c a b ");
  BOOST_TEST(site.rank(*site.find_post("a")) == 1u);
}

BOOST_AUTO_TEST_CASE(visibility_is_exact_to_the_second) {
  ComposedPost post = make("x", kNow);
  post.post.expiry_date = {kNow + 10, 0};
  const struct {
    Moment moment;
    bool visible;
    Moment next;
  } kTable[] = {{kNow - 1, false, kNow},
                {kNow, true, kNow + 10},
                {kNow + 9, true, kNow + 10},
                {kNow + 10, false, kNever}};
  for (const auto& row : kTable) {
    const Site site = site_of({post}, row.moment);
    BOOST_TEST((site.find_post("x") != nullptr) == row.visible);
    BOOST_TEST((site.order().size() == 1) == row.visible);
    BOOST_TEST(site.next_change() == row.next);
  }
}

BOOST_AUTO_TEST_CASE(hidden_posts_are_in_no_index) {
  ComposedPost draft = make("draft", kNow - 9, {"T"});
  draft.post.draft = true;
  draft.post.aliases = {{"/d/", 1, 1}};
  ComposedPost later = make("later", kNow + 9, {"T"});
  later.post.aliases = {{"/l/", 1, 1}};
  const Site site = site_of({draft, later});
  BOOST_TEST(site.order().empty());
  BOOST_TEST(site.tags().empty());
  BOOST_TEST(site.years().empty());
  for (const char* slug : {"draft", "later"}) BOOST_TEST(site.find_post(slug) == nullptr);
  for (const char* path : {"/d/", "/l/", "/d"}) BOOST_TEST(site.find_alias(path) == nullptr);
  BOOST_TEST(site.next_change() == kNow + 9);  // a draft never appears
}

BOOST_AUTO_TEST_CASE(tags_that_differ_in_case_are_one_named_by_the_first) {
  const Site site =
      site_of({make("new", kNow - 1, {"linux", "Zebra"}), make("old", kNow - 100, {"Linux"})});
  BOOST_REQUIRE_EQUAL(site.tags().size(), 2u);
  BOOST_TEST(site.tags()[0].name == "Linux");
  BOOST_TEST(slugs(site, site.tags()[0].posts) == "new old ");
  BOOST_TEST(site.find_tag("LINUX") == &site.tags()[0]);
  BOOST_TEST(site.find_tag("nothing") == nullptr);
}

BOOST_AUTO_TEST_CASE(years_are_the_sites_own) {
  ComposedPost eve = make("eve", 1704067200 - 1800);  // 2023-12-31 23:30 UTC
  eve.post.publish_date.offset = 3600;                // 2024 in Vienna
  const Site site = site_of({eve, make("older", 1600000000)});
  BOOST_REQUIRE_EQUAL(site.years().size(), 2u);
  BOOST_TEST(site.years()[0].year == 2024);
  BOOST_TEST(site.find_year(2023) == nullptr);
  BOOST_TEST(slugs(site, site.find_year(2020)->posts) == "older ");
}

BOOST_AUTO_TEST_CASE(pages_and_redirects_are_not_listed) {
  ComposedPost page = make("about", kNoTime);
  page.post.page = true;
  page.post.file = "pages/about.md";
  page.post.date = page.post.publish_date = {kNoTime, 0};
  ComposedPost gone = make("gone", kNow - 5, {"T"});
  gone.post.redirect_to = "/elsewhere/";
  const Site site = site_of({page, gone});
  BOOST_TEST(site.order().empty());
  BOOST_TEST(slugs(site, site.pages()) == "about ");
  BOOST_TEST(site.find_page("About") != nullptr);
  BOOST_TEST(site.find_post("about") == nullptr);
  BOOST_TEST(site.find_post("gone") != nullptr);
  BOOST_TEST(site.rank(*site.find_post("gone")) == site.order().size());
}

BOOST_AUTO_TEST_CASE(aliases_match_with_and_without_their_slash) {
  ComposedPost post = make("x", kNow - 5);
  post.post.aliases = {{"/2014/old/", 1, 1}, {"/a.html/", 1, 1}};
  const Site site = site_of({post});
  for (const char* path : {"/2014/old", "/2014/old/", "/a.html", "/a.html/"})
    BOOST_TEST(site.find_alias(path) != nullptr);
  BOOST_TEST(site.find_alias("/2014") == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
