// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include <boost/test/unit_test.hpp>

#include <algorithm>

#include "base/text.h"
#include "render/machine.h"
#include "tests/render_site.h"

namespace octavo {
namespace {

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

bool has(std::string_view text, std::string_view part) {
  return count(text, part) > 0;
}

// Enough of XML 1.0 for what we write: elements nest, "&" begins a known entity, no forbidden
// character, UTF-8.
bool is_xml(std::string_view text) {
  if (find_bad_utf8(text) != std::string_view::npos) return false;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if ((c < 0x20 && c != '\n') || c == 0xfffe || c == 0xffff) return false;
  }
  std::vector<std::string_view> open;
  for (std::size_t at = 0; at < text.size();) {
    const char c = text[at];
    if (c == '&') {
      const std::string_view rest = text.substr(at);
      if (!rest.starts_with("&amp;") && !rest.starts_with("&lt;") && !rest.starts_with("&gt;") &&
          !rest.starts_with("&quot;") && !rest.starts_with("&#39;") &&
          !rest.starts_with("&apos;")) {
        return false;
      }
    }
    if (c != '<') {
      ++at;
      continue;
    }
    const std::size_t end = text.find('>', at);
    if (end == std::string_view::npos) return false;
    const std::string_view tag = text.substr(at + 1, end - at - 1);
    at = end + 1;
    if (tag.starts_with('?') || tag.ends_with('/')) continue;
    if (tag.starts_with('/')) {
      if (open.empty() || open.back() != tag.substr(1)) return false;
      open.pop_back();
    } else {
      open.push_back(tag.substr(0, tag.find(' ')));
      if (count(tag, "\"") % 2 != 0) return false;
    }
  }
  return open.empty();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(render_machine_test)

BOOST_AUTO_TEST_CASE(sitemap_lists_what_may_be_found_and_nothing_else) {
  std::vector<Post> posts;
  const auto add = [&](const char* slug) -> Post& {
    posts.push_back(test::post(slug, slug, 1));
    return posts.back();
  };
  add("plain").tags = {"a&b"};
  add("changed").updated = {test::kNow, 3600};
  add("noindex").noindex = true;
  add("elsewhere").canonical_url = "https://other.example/x";
  add("own-canonical").canonical_url = "https://PRESS.example/posts/own-canonical/";
  add("redirect").redirect_to = "/blog/";
  add("draft").draft = true;
  add("later").publish_date = {test::kNow + 10, 0};
  add("gone").expiry_date = {test::kNow - 10, 0};
  posts.push_back(test::page("about", "About"));
  posts.push_back(test::page("secret", "Secret"));
  posts.back().noindex = true;
  const test::Rendering site(posts);
  const std::string map = render_sitemap(site.context(), 0);
  BOOST_TEST(is_xml(map));
  struct Row {
    const char* path;
    bool listed;
  };
  const Row rows[] = {{"/", true},
                      {"/blog/", true},
                      {"/posts/plain/", true},
                      {"/posts/changed/", true},
                      {"/posts/own-canonical/", true},
                      {"/about/", true},
                      {"/blog/tag/a%26b/", true},
                      {"/blog/year/2026/", true},
                      {"/posts/noindex/", false},
                      {"/posts/elsewhere/", false},
                      {"/posts/redirect/", false},
                      {"/posts/draft/", false},
                      {"/posts/later/", false},
                      {"/posts/gone/", false},
                      {"/secret/", false}};
  std::size_t listed = 0;
  for (const Row& row : rows) {
    listed += row.listed;
    BOOST_TEST_CONTEXT(row.path) {
      BOOST_TEST(has(map, "<loc>https://press.example" + std::string(row.path) + "</loc>") ==
                 row.listed);
    }
  }
  BOOST_TEST(count(map, "<url>") == listed);
  BOOST_TEST(has(map, "changed/</loc><lastmod>2026-11-18T12:06:40+01:00</lastmod>"));
}

BOOST_AUTO_TEST_CASE(sitemap_of_an_empty_site_is_sound) {
  const test::Rendering site({});
  BOOST_TEST(sitemap_parts(site.context()) == 1u);
  const std::string map = render_sitemap(site.context(), 0);
  BOOST_TEST(is_xml(map));
  BOOST_TEST(count(map, "<url>") == 2u);
}

BOOST_AUTO_TEST_CASE(sitemap_shows_the_images_of_a_post_once_each) {
  Post post = test::post("a", "A", 1);
  post.cover_image = "/content/images/cover%20one.png";
  for (const char* path : {"cover one.png", "2024/b.png", "100%41.png", "it's & <x>.png"}) {
    post.images.push_back({path, 1, 1, 0, 0, true});
  }
  Post other = test::post("b", "B", 2);
  other.cover_image = "https://cdn.example/x.png?a=1&b=2";
  Post odd = test::post("c", "C", 3);
  odd.cover_image = "nowhere.png";
  const test::Rendering site({post, other, odd});
  const std::string map = render_sitemap(site.context(), 0);
  BOOST_TEST(is_xml(map));
  const auto image = [](const std::string& url) {
    return "<image:image><image:loc>" + url + "</image:loc></image:image>";
  };
  const std::string below = "https://press.example/content/images/";
  BOOST_TEST(has(map, "</lastmod>" + image(below + "cover%20one.png") +
                          image(below + "2024/b.png") + image(below + "100%2541.png") +
                          image(below + "it%27s%20%26%20%3Cx%3E.png") + "</url>"));
  BOOST_TEST(has(map, image("https://cdn.example/x.png?a=1&amp;b=2")));
  BOOST_TEST(count(map, "<image:image>") == 5u);
}

BOOST_AUTO_TEST_CASE(sitemap_shows_a_thousand_images_of_a_post_and_no_more) {
  Post post = test::post("a", "A", 1);
  for (int i = 0; i < 1100; ++i) {
    post.images.push_back({"i" + std::to_string(i) + ".png", 1, 1, 0, 0, true});
  }
  const test::Rendering site({post});
  BOOST_TEST(count(render_sitemap(site.context(), 0), "<image:image>") == 1000u);
}

BOOST_AUTO_TEST_CASE(sitemap_leaves_out_an_address_that_is_too_long) {
  Post post = test::post("a", "A", 1);
  post.tags = {std::string(700, '#'), "fine"};
  const std::string map = render_sitemap(test::Rendering({post}).context(), 0);
  BOOST_TEST(has(map, "/blog/tag/fine/"));
  BOOST_TEST(!has(map, "%23"));
}

BOOST_AUTO_TEST_CASE(a_large_sitemap_is_an_index_of_parts) {
  struct Row {
    SitemapLimits limits;
    unsigned parts;
  };
  std::vector<Post> posts;
  for (int i = 0; i < 10; ++i) {
    posts.push_back(test::post("post-number-" + std::to_string(i), "P", i + 1));
  }
  posts[9].updated = {test::kNow, 0};  // an old one, changed last
  const test::Rendering site(posts);   // 13 URLs: home, list, a year, ten posts
  const std::size_t whole = render_sitemap(site.context(), 0).size();
  const Row rows[] = {{{13, 50u << 20}, 1}, {{12, 50u << 20}, 2}, {{5, 50u << 20}, 3},
                      {{1, 50u << 20}, 13}, {{50'000, whole}, 1}, {{50'000, whole - 1}, 2},
                      {{50'000, 600}, 4},   {{3, 600}, 5}};
  for (const Row& row : rows) {
    BOOST_TEST_CONTEXT(row.limits.urls << " URLs, " << row.limits.bytes << " bytes") {
      const unsigned parts = sitemap_parts(site.context(), row.limits);
      BOOST_TEST(parts == row.parts);
      const std::string top = render_sitemap(site.context(), 0, row.limits);
      BOOST_TEST(is_xml(top));
      if (parts == 1) {
        BOOST_TEST(count(top, "<url>") == 13u);
        continue;
      }
      BOOST_TEST(count(top, "<sitemap>") == parts);
      BOOST_TEST(!has(top, "<url>"));
      std::string all;
      for (unsigned i = 1; i <= parts; ++i) {
        const std::string name = "https://press.example/sitemap-" + std::to_string(i) + ".xml";
        BOOST_TEST(has(top, "<sitemap><loc>" + name + "</loc>"));
        const std::string part = render_sitemap(site.context(), i, row.limits);
        BOOST_TEST(is_xml(part));
        BOOST_TEST(count(part, "<url>") >= 1u);
        BOOST_TEST(count(part, "<url>") <= row.limits.urls);
        BOOST_TEST(part.size() <= row.limits.bytes);
        all += part;
      }
      BOOST_TEST(count(all, "<url>") == 13u);
      for (int i = 0; i < 10; ++i) {
        BOOST_TEST(count(all, "/posts/post-number-" + std::to_string(i) + "/<") == 1u);
      }
    }
  }
  // The time of a part is that of what changed last in it.
  const std::string top = render_sitemap(site.context(), 0, {6, 50u << 20});
  BOOST_TEST(has(top, "/sitemap-1.xml</loc><lastmod>2026-11-17T11:06:40Z</lastmod>"));
  BOOST_TEST(has(top, "/sitemap-2.xml</loc><lastmod>2026-11-18T11:06:40Z</lastmod>"));
}

BOOST_AUTO_TEST_CASE(robots_are_told_what_the_site_allows) {
  struct Row {
    bool index;
    std::vector<std::string> disallow, block;
    std::string text;
  };
  const Row rows[] = {
      {true, {}, {}, "User-agent: *\nDisallow: /search/live/\n"},
      {true,
       {"/drafts/", "/*?x=$", "/größe/"},
       {},
       "User-agent: *\nDisallow: /search/live/\nDisallow: /drafts/\nDisallow: /*?x=$\n"
       "Disallow: /gr%C3%B6%C3%9Fe/\n"},
      {true,
       {},
       {"GPTBot", "CCBot"},
       "User-agent: GPTBot\nUser-agent: CCBot\nDisallow: /\n\n"
       "User-agent: *\nDisallow: /search/live/\n"},
      {false, {"/drafts/"}, {"GPTBot"}, "User-agent: *\nDisallow: /\n"},
  };
  for (const Row& row : rows) {
    SiteInfo info = test::info();
    info.robots_index = row.index;
    info.robots_disallow = row.disallow;
    info.robots_block = row.block;
    BOOST_TEST(render_robots(info) == row.text + "\nSitemap: https://press.example/sitemap.xml\n");
  }
}

BOOST_AUTO_TEST_CASE(llms_has_the_form_of_llmstxt_org) {
  Post first = test::post("first", "A [first] post", 2), second = test::post("ü", "Second", 1);
  second.description = "Two\nlines & *stars*";
  const test::Rendering site({first, second, test::page("about", "About")});
  BOOST_TEST(
      render_llms(site.context()) ==
      "# The Quiet Press\n\n> Notes on print \\& paper\n\n## Posts\n\n"
      "- [Second](https://press.example/posts/%C3%BC/md/): Two lines \\& \\*stars\\*\n"
      "- [A \\[first\\] post](https://press.example/posts/first/md/): What A \\[first\\] post is "
      "about.\n\n## Pages\n\n"
      "- [About](https://press.example/about/): What About is about.\n\n## Optional\n\n"
      "- [Sitemap](https://press.example/sitemap.xml): every address of the site\n"
      "- [Atom feed](https://press.example/feed.xml): the newest posts\n"
      "- [RSS feed](https://press.example/rss.xml): the same\n"
      "- [JSON Feed](https://press.example/feed.json): the same\n");
}

BOOST_AUTO_TEST_CASE(llms_of_an_empty_site_is_sound) {
  SiteInfo info = test::info();
  info.description.clear();
  const std::string text = render_llms(test::Rendering({}, info).context());
  BOOST_TEST(text.starts_with("# The Quiet Press\n\n## Optional\n\n- ["));
}

BOOST_AUTO_TEST_CASE(llms_lists_the_newest_hundred_of_what_may_be_found) {
  std::vector<Post> posts;
  for (int i = 0; i < 103; ++i) posts.push_back(test::post("p" + std::to_string(i), "P", i + 1));
  posts[0].noindex = true;
  posts[1].draft = true;
  posts.push_back(test::post("away", "Away", 1));
  posts.back().redirect_to = "/blog/";
  posts.push_back(test::page("secret", "Secret"));
  posts.back().noindex = true;
  posts.push_back(test::page("moved", "Moved"));
  posts.back().redirect_to = "/blog/";
  const std::string text = render_llms(test::Rendering(posts).context());
  BOOST_TEST(count(text, "/md/)") == 100u);
  BOOST_TEST(has(text, "The newest 100 of 101 posts; the sitemap lists them all.\n\n## Posts"));
  for (const char* hidden :
       {"/p0/", "/p1/", "/p102/", "/away/", "/secret/", "/moved/", "## Pages"}) {
    BOOST_TEST(!has(text, hidden), hidden);
  }
}

BOOST_AUTO_TEST_CASE(no_title_is_markup_in_llms) {
  struct Row {
    const char* text;
    const char* written;
  };
  const Row rows[] = {{"- a", "\\- a"},
                      {"+1 - 2", "\\+1 - 2"},
                      {"1. a", "1\\. a"},
                      {"2024) b 1.5", "2024\\) b 1.5"},
                      {"# a", "\\# a"},
                      {"C# and #b ##", "C# and \\#b \\##"},
                      {"a_b `c` <d> \\e ~f~", "a\\_b \\`c\\` \\<d\\> \\\\e \\~f\\~"},
                      {" a \t\n b ", "a b"},
                      {"漢字 👋", "漢字 👋"}};
  for (const Row& row : rows) {
    SiteInfo info = test::info();
    info.title = info.description = row.text;
    const std::string text = render_llms(test::Rendering({}, info).context());
    const std::string written = row.written;
    BOOST_TEST(text.starts_with("# " + written + "\n\n> " + written + "\n\n"), text);
  }
}

BOOST_AUTO_TEST_CASE(favicon_is_an_icon_of_one_picture) {
  const std::string_view ico = favicon();
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(ico[at]); };
  BOOST_REQUIRE_EQUAL(ico.size(), 22u + 40u + 32u * 32u * 4u + 32u * 32u / 8u);
  BOOST_TEST(byte(2) == 1);
  BOOST_TEST(byte(4) == 1);
  BOOST_TEST(byte(6) == 32);
  BOOST_TEST(byte(14) + 256 * byte(15) + 22u == ico.size());
  BOOST_TEST(byte(18) == 22);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace octavo
