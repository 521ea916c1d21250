// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "compose/cross_check.h"

#include <boost/test/unit_test.hpp>

using namespace octavo;

namespace {

Post make(const std::string& file, const std::string& slug, std::vector<std::string> aliases = {}) {
  Post post;
  post.file = file;
  post.page = file.starts_with("pages/");
  post.slug = slug;
  for (std::string& path : aliases) post.aliases.push_back({std::move(path), 4, 5});
  return post;
}

std::string codes(const std::vector<Post>& posts) {
  std::vector<const Post*> all;
  for (const Post& post : posts) all.push_back(&post);
  std::string out;
  for (const Diagnostic& fault : cross_check(all)) out += fault.code + '@' + fault.file + ' ';
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(compose_cross_check_test)

BOOST_AUTO_TEST_CASE(slugs_that_differ_in_case_or_normal_form_are_the_same) {
  BOOST_TEST(codes({make("posts/a.md", "x"), make("posts/b.md", "y")}) == "");
  BOOST_TEST(codes({make("posts/a.md", "x"), make("posts/b.md", "X")}) ==
             "duplicate_slug@posts/b.md ");
  BOOST_TEST(codes({make("posts/a.md", "\xc3\xa9"), make("posts/b.md", "\xc3\x89")}) ==
             "duplicate_slug@posts/b.md ");
  BOOST_TEST(codes({make("pages/x.md", "x"), make("posts/x.md", "x")}) == "");
}

BOOST_AUTO_TEST_CASE(aliases_may_be_claimed_once_and_not_be_a_url_in_use) {
  const std::vector<Post> base = {make("pages/about.md", "about"),
                                  make("posts/a.md", "a", {"/old/"})};
  const struct {
    const char* alias;
    const char* code;
  } kTable[] = {
      {"/other/", ""},
      {"/blog/2014/thing/", ""},
      {"/blog/thing/", ""},
      {"/posts/former-name/", ""},
      {"/2014/01/02/thing.html/", ""},
      {"/old/", "duplicate_alias@posts/b.md "},
      {"/posts/a/", "duplicate_alias@posts/b.md "},
      {"/posts/b/", "duplicate_alias@posts/b.md "},
      {"/posts/a/md/", "duplicate_alias@posts/b.md "},
      {"/blog/a/", "duplicate_alias@posts/b.md "},
      {"/about/", "duplicate_alias@posts/b.md "},
      {"/", "reserved_path@posts/b.md "},
      {"/blog/", "reserved_path@posts/b.md "},
      {"/blog/tag/x/", "reserved_path@posts/b.md "},
      {"/blog/page/2/", "reserved_path@posts/b.md "},
      {"/posts/", "reserved_path@posts/b.md "},
      {"/static/x/", "reserved_path@posts/b.md "},
      {"/feed.xml/", "reserved_path@posts/b.md "},
      {"/search/", "reserved_path@posts/b.md "},
  };
  for (const auto& row : kTable) {
    std::vector<Post> posts = base;
    posts.push_back(make("posts/b.md", "b", {row.alias}));
    BOOST_TEST_CONTEXT(row.alias) {
      BOOST_TEST(codes(posts) == row.code);
    }
  }
}

BOOST_AUTO_TEST_CASE(pages_may_not_take_fixed_routes) {
  for (const char* slug : {"blog", "Posts", "static", "search", "feed.xml", "og"}) {
    BOOST_TEST(codes({make("pages/p.md", slug)}) == "reserved_path@pages/p.md ");
  }
}

BOOST_AUTO_TEST_SUITE_END()
