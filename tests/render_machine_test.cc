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

std::string card(const std::string& title, const std::vector<std::string>& tags = {}) {
  Post post = test::post("a", title, 1);
  post.tags = tags;
  const test::Rendering site({post});
  return render_card(site.facts, site.site.post(0));
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
  const std::string map = render_sitemap(site.context());
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
  const std::string map = render_sitemap(site.context());
  BOOST_TEST(is_xml(map));
  BOOST_TEST(count(map, "<url>") == 2u);
}

BOOST_AUTO_TEST_CASE(robots_names_the_sitemap_absolutely) {
  BOOST_TEST(render_robots(test::info()) ==
             "User-agent: *\nAllow: /\n\nSitemap: https://press.example/sitemap.xml\n");
}

BOOST_AUTO_TEST_CASE(every_title_makes_a_sound_card) {
  std::string words, letters, ideographs, emoji, marks;
  for (int i = 0; i < 60; ++i) words += "lorem ";
  for (int i = 0; i < 300; ++i) letters += 'W';
  for (int i = 0; i < 300; ++i) ideographs += "漢";
  for (int i = 0; i < 120; ++i) emoji += "👩‍👩‍👧‍👦";
  for (int i = 0; i < 300; ++i) marks += "\u0301";
  struct Row {
    std::string title;
    std::size_t least, most;  // lines
  };
  const Row rows[] = {{"Short", 1, 1},
                      {words, 4, 4},
                      {letters, 4, 4},
                      {ideographs, 4, 4},
                      {emoji, 4, 4},
                      {marks, 1, 1},
                      {"שלום עולם", 1, 1},
                      {"<script>alert(\"1\") & 'x'</script>", 1, 2},
                      {"a\x01\x02\tb\x1f\x7f \xEF\xBF\xBE", 1, 1},
                      {"👋🏽 Hello", 1, 1},
                      {"", 1, 1},
                      {"   ", 1, 1}};
  for (const Row& row : rows) {
    const std::string svg = card(row.title, {"a<b", "c & d"});
    BOOST_TEST_CONTEXT(svg) {
      BOOST_TEST(is_xml(svg));
      const std::size_t lines = count(svg, "font-weight=\"700\"");
      BOOST_TEST(lines >= row.least);
      BOOST_TEST(lines <= row.most);
      BOOST_TEST(!has(svg, "<script"));
    }
  }
  BOOST_TEST(has(card(words), "…</text>"));
  BOOST_TEST(!has(card("Two words"), "…"));
  BOOST_TEST(has(card("שלום"), "direction=\"rtl\""));
  BOOST_TEST(has(card("Title", {"One"}), "17 November 2026 · One</text>"));
}

BOOST_AUTO_TEST_CASE(card_lines_stay_inside_the_picture) {
  const std::string svg = card(
      "Wenn der Umbruch nicht stimmt, hilft auch kein Blocksatz mehr dem "
      "Donaudampfschifffahrtsgesellschaftskapitän auf die Sprünge");
  for (std::size_t at = svg.find(" y=\""); at != std::string::npos;
       at = svg.find(" y=\"", at + 1)) {
    const int y = std::stoi(svg.substr(at + 4));
    BOOST_TEST(y > 60);
    BOOST_TEST(y < 600);
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
