// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "render/json_ld.h"

#include <boost/test/unit_test.hpp>
#include <nlohmann/json.hpp>

#include "tests/render_site.h"

namespace octavo {
namespace {

using Json = nlohmann::json;

std::string raw(const Post& post, const SiteInfo& info = test::info()) {
  const std::string page = test::Rendering({post}, info).post(post.slug);
  constexpr std::string_view kOpen = "<script type=\"application/ld+json\">";
  const std::size_t from = page.find(kOpen) + kOpen.size();
  return page.substr(from, page.find("</script>", from) - from);
}

Json data(const Post& post, const SiteInfo& info = test::info()) {
  return Json::parse(raw(post, info));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(render_json_ld_test)

BOOST_AUTO_TEST_CASE(a_post_is_a_whole_blog_posting) {
  Post post = test::post("a", "A title", 2);
  post.description = "In a sentence.";
  post.lang = "de";
  post.tags = {"x", "y/z"};
  post.authors = {"Ada", "Bo"};
  post.updated = {test::kNow, 3600};
  post.cover_image = "/content/images/c%20d.png";
  post.cover_width = 800;
  post.cover_height = 400;
  const Json wanted = Json::parse(R"({
    "@context": "https://schema.org", "@type": "BlogPosting",
    "headline": "A title", "description": "In a sentence.",
    "url": "https://press.example/posts/a/",
    "mainEntityOfPage": {"@type": "WebPage", "@id": "https://press.example/posts/a/",
      "breadcrumb": {"@type": "BreadcrumbList", "itemListElement": [
        {"@type": "ListItem", "position": 1, "name": "The Quiet Press",
         "item": "https://press.example/"},
        {"@type": "ListItem", "position": 2, "name": "Blog",
         "item": "https://press.example/blog/"},
        {"@type": "ListItem", "position": 3, "name": "A title"}]}},
    "datePublished": "2026-11-16T11:06:40Z", "dateModified": "2026-11-18T12:06:40+01:00",
    "author": [{"@type": "Person", "name": "Ada"}, {"@type": "Person", "name": "Bo"}],
    "publisher": {"@type": "Organization", "name": "The Quiet Press",
                  "url": "https://press.example/"},
    "image": {"@type": "ImageObject", "url": "https://press.example/content/images/c%20d.png",
              "width": 800, "height": 400},
    "inLanguage": "de", "keywords": ["x", "y/z"], "wordCount": 400,
    "isPartOf": {"@type": "Blog", "name": "The Quiet Press", "url": "https://press.example/"}
  })");
  BOOST_TEST(data(post).dump(1) == wanted.dump(1));
}

BOOST_AUTO_TEST_CASE(what_a_post_lacks_is_left_out_or_the_sites) {
  Post post = test::post("a", "A", 2);
  post.summary.clear();
  post.words = 0;
  post.updated = {post.publish_date.at - 5, 0};  // an update before the publication is none
  const Json json = data(post);
  for (const char* key : {"description", "keywords", "wordCount"}) {
    BOOST_TEST(!json.contains(key), key);
  }
  BOOST_TEST(json["dateModified"] == json["datePublished"]);
  BOOST_TEST(json["author"] == Json::array({json["publisher"]}));
  BOOST_TEST(json["image"]["url"] == "https://press.example/static/og-default.png");
  SiteInfo info = test::info();
  info.author = "Ada";
  BOOST_TEST(data(post, info)["author"][0]["name"] == "Ada");
}

BOOST_AUTO_TEST_CASE(the_list_is_called_what_the_menu_calls_it) {
  SiteInfo info = test::info();
  info.menu = {{"Notes", "/blog/"}};
  const Json json = data(test::post("a", "A", 1), info);
  const Json crumbs = json["mainEntityOfPage"]["breadcrumb"]["itemListElement"];
  BOOST_TEST(crumbs[1]["name"] == "Notes");
}

BOOST_AUTO_TEST_CASE(a_post_that_belongs_elsewhere_is_named_by_its_address_there) {
  Post post = test::post("a", "A", 1);
  post.canonical_url = "https://other.example/a";
  const Json json = data(post);
  BOOST_TEST(json["url"] == "https://other.example/a");
  BOOST_TEST(json["mainEntityOfPage"]["@id"] == "https://other.example/a");
  BOOST_TEST(!json["mainEntityOfPage"].contains("breadcrumb"));
}

BOOST_AUTO_TEST_CASE(no_text_can_end_the_script) {
  for (const char* text :
       {"</script><script>alert(1)</script>", "<!-- <script>", "]]> &amp; &lt;", "\u2028\u2029",
        "\" \\ \b \x01 \x7f", "漢字 👋🏽 שלום", "\u2027\u202a"}) {
    Post post = test::post("a", text, 1);
    post.tags = post.authors = {text};
    post.description = text;
    const std::string json = raw(post);
    for (const char* part : {"<", ">", "&", "\u2028", "\u2029"}) {
      BOOST_TEST(json.find(part) == std::string::npos, json);
    }
    const Json read = Json::parse(json);
    BOOST_TEST(read["headline"] == text);
    BOOST_TEST(read["keywords"][0] == text);
    BOOST_TEST(read["author"][0]["name"] == text);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace octavo
