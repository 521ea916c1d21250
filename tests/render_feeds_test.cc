// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "base/text.h"
#include "render/feeds.h"
#include "tests/render_site.h"

namespace octavo {
namespace {

using Json = nlohmann::ordered_json;

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

// An element as a reader sees it; `path` is "feed/entry/title".
struct Element {
  std::string path, text;
  std::map<std::string, std::string> attributes;
};

std::optional<std::string> decoded(std::string_view text) {
  static const std::map<std::string_view, char> kEntities = {
      {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"#39", '\''}};
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '&') {
      out += text[i];
      continue;
    }
    const std::size_t end = text.find(';', i);
    if (end == std::string_view::npos) return std::nullopt;
    const auto found = kEntities.find(text.substr(i + 1, end - i - 1));
    if (found == kEntities.end()) return std::nullopt;
    out += found->second;
    i = end;
  }
  return out;
}

// Enough of XML 1.0 for what we write; nullopt when it is not well-formed.
std::optional<std::vector<Element>> parse(std::string_view text) {
  if (find_bad_utf8(text) != std::string_view::npos) return std::nullopt;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if ((c < 0x20 && c != '\n' && c != '\t' && c != '\r') || (c & 0xfffe) == 0xfffe) {
      return std::nullopt;
    }
  }
  std::vector<Element> found;
  std::vector<std::size_t> open;
  if (!text.starts_with("<?xml ")) return std::nullopt;
  text.remove_prefix(text.find("?>") + 2);
  while (!text.empty()) {
    const std::size_t tag = std::min(text.find('<'), text.size());
    const auto words = decoded(text.substr(0, tag));
    if (!words || has(text.substr(0, tag), "]]>")) return std::nullopt;
    if (!open.empty()) found[open.back()].text += *words;
    text.remove_prefix(tag);
    if (text.empty()) break;
    const std::size_t end = text.find('>');
    if (end == std::string_view::npos) return std::nullopt;
    std::string_view inside = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    if (inside.starts_with('/')) {
      if (open.empty() || !("/" + found[open.back()].path).ends_with(inside)) return std::nullopt;
      open.pop_back();
      continue;
    }
    const bool empty = inside.ends_with('/');
    if (empty) inside.remove_suffix(1);
    Element one;
    const std::size_t name = std::min(inside.find(' '), inside.size());
    one.path =
        (open.empty() ? "" : found[open.back()].path + "/") + std::string(inside.substr(0, name));
    inside.remove_prefix(name);
    while (!inside.empty()) {
      const std::size_t equals = inside.find("=\"");
      const std::size_t quote = inside.find('"', equals + 2);
      if (inside[0] != ' ' || quote == std::string_view::npos) return std::nullopt;
      const auto value = decoded(inside.substr(equals + 2, quote - equals - 2));
      if (!value || !one.attributes.emplace(inside.substr(1, equals - 1), *value).second) {
        return std::nullopt;
      }
      inside.remove_prefix(quote + 1);
    }
    found.push_back(std::move(one));
    if (!empty) open.push_back(found.size() - 1);
  }
  if (!open.empty()) return std::nullopt;
  return found;
}

std::vector<std::string> texts(const std::vector<Element>& elements, std::string_view path) {
  std::vector<std::string> out;
  for (const Element& one : elements) {
    if (one.path == path) out.push_back(one.text);
  }
  return out;
}

std::string text(const std::vector<Element>& elements, std::string_view path) {
  const auto all = texts(elements, path);
  return all.size() == 1 ? all[0] : "(" + std::to_string(all.size()) + " of them)";
}

std::string link(const std::vector<Element>& elements, std::string_view path,
                 const std::string& rel) {
  for (const Element& one : elements) {
    if (one.path == path && one.attributes.at("rel") == rel) {
      return one.attributes.at("type") + " " + one.attributes.at("href");
    }
  }
  return "(none)";
}

struct Feeds {
  std::vector<Element> atom, rss;
  Json json;
};
Feeds feeds(const test::Rendering& site) {
  const auto atom = parse(render_atom(site.context(), nullptr));
  const auto rss = parse(render_rss(site.context()));
  BOOST_REQUIRE(atom.has_value());
  BOOST_REQUIRE(rss.has_value());
  return {*atom, *rss, Json::parse(render_json_feed(site.context()))};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(render_feeds_test)

BOOST_AUTO_TEST_CASE(every_title_arrives_as_it_was_written) {
  struct Row {
    const char *title, *in_xml;  // nullptr: the same
  };
  const Row rows[] = {
      {"Plain", nullptr},
      {"\"Quoted\" & 'quoted'", nullptr},
      {"]]>", nullptr},
      {"<![CDATA[x]]> <!-- --> <?php ?>", nullptr},
      {"<script>alert(1)</script>", nullptr},
      {"&amp; &lt;b&gt; &#39; &nbsp;", nullptr},
      {"{{TITLE}} %s \\n", nullptr},
      {"👩‍👩‍👧‍👦 👋🏽", nullptr},
      {"\u202eשלום\u202c مرحبا", nullptr},
      {"日本語の題", nullptr},
      {"two\tblanks\nand lines", nullptr},
      {"a\x01\x02\x0b\x1f b\x7f", "a b\x7f"},
      {"\xef\xbf\xbe non\xef\xbf\xbf character \xef\xbf\xbd", " non character \xef\xbf\xbd"},
  };
  for (const Row& row : rows) {
    BOOST_TEST_CONTEXT(row.title) {
      SiteInfo about = test::info();
      about.title = about.description = about.author = row.title;
      Post post = test::post("a", row.title, 1);
      post.tags = post.authors = {row.title};
      post.description = row.title;
      const test::Rendering site({post}, about);
      const Feeds all = feeds(site);
      const std::string wanted = row.in_xml == nullptr ? row.title : row.in_xml;
      for (const char* path :
           {"feed/title", "feed/subtitle", "feed/author/name", "feed/entry/title",
            "feed/entry/summary", "feed/entry/author/name"}) {
        BOOST_TEST(text(all.atom, path) == wanted);
      }
      for (const char* path : {"rss/channel/title", "rss/channel/item/title",
                               "rss/channel/item/dc:creator", "rss/channel/item/category"}) {
        BOOST_TEST(text(all.rss, path) == wanted);
      }
      BOOST_TEST(all.json["title"].get<std::string>() == row.title);
      const Json& item = all.json["items"][0];
      BOOST_TEST(item["title"].get<std::string>() == row.title);
      BOOST_TEST(item["authors"][0]["name"].get<std::string>() == row.title);
      BOOST_TEST(item["tags"][0].get<std::string>() == row.title);
      const Tag& tag = site.site.tags().front();
      const auto of_tag = parse(render_atom(site.context(), &tag));
      BOOST_REQUIRE(of_tag.has_value());
      BOOST_TEST(text(*of_tag, "feed/title") == wanted + ": " + wanted);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_post_is_told_whole) {
  SiteInfo about = test::info();
  about.author = "The House";
  Post post = test::post("über-uns", "Title", 2);
  post.publish_date.offset = 3600;
  post.updated = {test::kNow, 3600};
  post.authors = {"Ada", "Grace"};
  post.tags = {"C/C++", "print"};
  post.summary = "A < B";
  post.cover_image = "/content/images/a b.JPG";
  post.lang = "de";
  const test::Rendering site({post}, about, "<p id=\"x\"><a href=\"/b/\">]]&gt;</a></p>");
  const Feeds all = feeds(site);
  const std::string url = "https://press.example/posts/%C3%BCber-uns/";
  const std::string content = "<div><p><a href=\"https://press.example/b/\">]]&gt;</a></p></div>";

  BOOST_TEST(text(all.atom, "feed/id") == "tag:press.example,2026:/feed.xml");
  BOOST_TEST(text(all.atom, "feed/updated") == "2026-11-18T12:06:40+01:00");
  BOOST_TEST(text(all.atom, "feed/generator") == "Octavo");
  BOOST_TEST(text(all.atom, "feed/author/name") == "The House");
  BOOST_TEST(link(all.atom, "feed/link", "self") ==
             "application/atom+xml https://press.example/feed.xml");
  BOOST_TEST(link(all.atom, "feed/link", "alternate") == "text/html https://press.example/");
  BOOST_TEST(all.atom[0].attributes.at("xml:lang") == "en");
  BOOST_TEST(text(all.atom, "feed/entry/id") == "tag:press.example,2026-11-16:%C3%BCber-uns");
  BOOST_TEST(text(all.atom, "feed/entry/published") == "2026-11-16T12:06:40+01:00");
  BOOST_TEST(text(all.atom, "feed/entry/updated") == "2026-11-18T12:06:40+01:00");
  BOOST_TEST(text(all.atom, "feed/entry/summary") == "A < B");
  BOOST_TEST(text(all.atom, "feed/entry/content") == content);
  BOOST_TEST(link(all.atom, "feed/entry/link", "alternate") == "text/html " + url);
  BOOST_TEST(link(all.atom, "feed/entry/link", "enclosure") ==
             "image/jpeg https://press.example/content/images/a%20b.JPG");
  BOOST_TEST(
      (texts(all.atom, "feed/entry/author/name") == std::vector<std::string>{"Ada", "Grace"}));
  for (const Element& one : all.atom) {
    if (one.path == "feed/entry") BOOST_TEST(one.attributes.at("xml:lang") == "de");
    if (one.path == "feed/entry/content") BOOST_TEST(one.attributes.at("type") == "html");
  }

  BOOST_TEST(text(all.rss, "rss/channel/link") == "https://press.example/");
  BOOST_TEST(text(all.rss, "rss/channel/language") == "en");
  BOOST_TEST(text(all.rss, "rss/channel/ttl") == "60");
  BOOST_TEST(text(all.rss, "rss/channel/lastBuildDate") == "Wed, 18 Nov 2026 12:06:40 +0100");
  BOOST_TEST(text(all.rss, "rss/channel/description") == "Notes on print &amp; paper");
  BOOST_TEST(link(all.rss, "rss/channel/atom:link", "self") ==
             "application/rss+xml https://press.example/rss.xml");
  BOOST_TEST(text(all.rss, "rss/channel/item/guid") == text(all.atom, "feed/entry/id"));
  BOOST_TEST(text(all.rss, "rss/channel/item/link") == url);
  BOOST_TEST(text(all.rss, "rss/channel/item/pubDate") == "Mon, 16 Nov 2026 12:06:40 +0100");
  BOOST_TEST(text(all.rss, "rss/channel/item/description") == "A &lt; B");
  BOOST_TEST(text(all.rss, "rss/channel/item/content:encoded") == content);
  BOOST_TEST(text(all.rss, "rss/channel/item/dc:language") == "de");
  BOOST_TEST(
      (texts(all.rss, "rss/channel/item/category") == std::vector<std::string>{"C/C++", "print"}));
  BOOST_TEST(texts(all.rss, "rss/channel/item/enclosure").empty());

  const Json wanted = Json::parse(R"({
    "version": "https://jsonfeed.org/version/1.1",
    "title": "The Quiet Press",
    "home_page_url": "https://press.example/",
    "feed_url": "https://press.example/feed.json",
    "description": "Notes on print & paper",
    "language": "en",
    "authors": [{"name": "The House"}],
    "items": [{
      "id": "tag:press.example,2026-11-16:%C3%BCber-uns",
      "url": "https://press.example/posts/%C3%BCber-uns/",
      "title": "Title",
      "content_html": "<div><p><a href=\"https://press.example/b/\">]]&gt;</a></p></div>",
      "summary": "A < B",
      "image": "https://press.example/content/images/a%20b.JPG",
      "date_published": "2026-11-16T12:06:40+01:00",
      "date_modified": "2026-11-18T12:06:40+01:00",
      "authors": [{"name": "Ada"}, {"name": "Grace"}],
      "tags": ["C/C++", "print"],
      "language": "de"
    }]
  })");
  BOOST_TEST(all.json == wanted);
}

BOOST_AUTO_TEST_CASE(what_is_hidden_or_lives_elsewhere_by_name_is_left_out) {
  std::vector<Post> posts;
  const auto add = [&](const char* slug) -> Post& {
    posts.push_back(test::post(slug, slug, static_cast<int>(posts.size()) + 1));
    posts.back().tags = {"all"};
    return posts.back();
  };
  add("plain");
  add("elsewhere").canonical_url = "https://other.example/x";
  add("noindex").noindex = true;
  add("redirect").redirect_to = "/blog/";
  add("draft").draft = true;
  add("later").publish_date = {test::kNow + 10, 0};
  add("gone").expiry_date = {test::kNow - 10, 0};
  posts.push_back(test::page("about", "About"));
  const test::Rendering site(posts);
  const Feeds all = feeds(site);
  const std::vector<std::string> wanted = {"plain", "elsewhere"};
  BOOST_TEST(texts(all.atom, "feed/entry/title") == wanted);
  BOOST_TEST(texts(all.rss, "rss/channel/item/title") == wanted);
  BOOST_REQUIRE(all.json["items"].size() == 2u);
  BOOST_TEST(!all.json["items"][0].contains("external_url"));
  BOOST_TEST(all.json["items"][1]["external_url"].get<std::string>() == "https://other.example/x");
  const auto of_tag = parse(render_atom(site.context(), site.site.find_tag("all")));
  BOOST_REQUIRE(of_tag.has_value());
  BOOST_TEST(texts(*of_tag, "feed/entry/title") == wanted);
}

BOOST_AUTO_TEST_CASE(the_newest_come_first_and_no_more_than_wanted) {
  std::vector<Post> posts;
  for (int i = 0; i < 30; ++i) {
    posts.push_back(test::post("p" + std::to_string(i), "P" + std::to_string(i), i + 1));
  }
  posts[3].noindex = true;
  posts[25].updated = {test::kNow, 0};  // beyond the end: no business of the feed's
  SiteInfo about = test::info();
  for (const unsigned most : {20u, 3u, 1u, 0u}) {
    about.feed_posts = most;
    const test::Rendering site(posts, about);
    const auto atom = feeds(site).atom;
    const auto titles = texts(atom, "feed/entry/title");
    BOOST_TEST(titles.size() == most);
    if (most == 20) {
      BOOST_TEST(titles.front() == "P0");
      BOOST_TEST(titles[3] == "P4");
      BOOST_TEST(titles.back() == "P20");
      BOOST_TEST(text(atom, "feed/updated") == "2026-11-17T11:06:40Z");
    }
  }
}

BOOST_AUTO_TEST_CASE(ids_survive_what_may_change) {
  const auto ids = [](Post post, SiteInfo about) {
    post.tags = {"Tag", "tag"};
    const test::Rendering site({std::move(post)}, std::move(about));
    const Feeds all = feeds(site);
    std::set<std::string> found = {text(all.atom, "feed/entry/id"),
                                   text(all.rss, "rss/channel/item/guid"),
                                   all.json["items"][0]["id"].get<std::string>()};
    BOOST_TEST(found.size() == 1u);
    found.insert(text(all.atom, "feed/id"));
    const auto of_tag = parse(render_atom(site.context(), site.site.find_tag("tag")));
    found.insert(text(*of_tag, "feed/id"));
    BOOST_TEST(text(*of_tag, "feed/entry/id") == text(all.atom, "feed/entry/id"));
    return found;
  };
  const Post plain = test::post("a", "A title", 1);
  const auto wanted = ids(plain, test::info());
  BOOST_TEST((wanted == std::set<std::string>{"tag:press.example,2026:/feed.xml",
                                              "tag:press.example,2026:/blog/tag/tag/feed.xml",
                                              "tag:press.example,2026-11-17:a"}));
  Post changed = plain;
  changed.title = "Another title";
  changed.updated = {test::kNow, 0};
  changed.authors = {"Somebody"};
  BOOST_TEST(ids(changed, test::info()) == wanted);
  SiteInfo about = test::info();
  about.base_url = "http://press.example:8080";
  about.title = about.lang = about.author = "xx";
  BOOST_TEST(ids(plain, about) == wanted);
  about.base_url = "http://[2001:db8::1]:8080";
  BOOST_TEST(ids(plain, about).contains("tag:%5B2001%3Adb8%3A%3A1%5D,2026-11-17:a"));
}

BOOST_AUTO_TEST_CASE(an_empty_site_has_feeds_all_the_same) {
  SiteInfo about = test::info();
  about.title = about.description = " ";
  about.description.clear();
  const test::Rendering site({}, about);
  const Feeds all = feeds(site);
  BOOST_TEST(text(all.atom, "feed/updated") == "1970-01-01T00:00:00Z");
  BOOST_TEST(text(all.atom, "feed/title") == "Octavo");
  BOOST_TEST(text(all.atom, "feed/author/name") == "Octavo");
  BOOST_TEST(texts(all.atom, "feed/subtitle").empty());
  BOOST_TEST(text(all.rss, "rss/channel/description") == "Octavo");
  BOOST_TEST(texts(all.rss, "rss/channel/lastBuildDate").empty());
  BOOST_TEST(all.json["items"].is_array());
  BOOST_TEST(all.json["items"].empty());
  BOOST_TEST(!feed_changed(site.context(), feed_posts(site.context(), nullptr)).given());
}

BOOST_AUTO_TEST_CASE(summaries_stand_alone_when_configured) {
  SiteInfo about = test::info();
  about.feed_full = false;
  Post with = test::post("with", "With", 1), without = test::post("without", "Without", 2);
  with.description = "Described";
  without.summary.clear();
  const test::Rendering site({with, without}, about);
  const Feeds all = feeds(site);
  BOOST_TEST(texts(all.atom, "feed/entry/content").empty());
  BOOST_TEST(text(all.atom, "feed/entry/summary") == "Described");
  BOOST_TEST(texts(all.rss, "rss/channel/item/content:encoded").empty());
  BOOST_TEST(text(all.rss, "rss/channel/item/description") == "Described");
  BOOST_TEST(!all.json["items"][0].contains("content_html"));
  BOOST_TEST(all.json["items"][0]["content_text"].get<std::string>() == "Described");
  BOOST_TEST(all.json["items"][1]["content_text"].get<std::string>().empty());
}

BOOST_AUTO_TEST_CASE(an_update_before_publication_is_none) {
  Post post = test::post("a", "A", 2);
  post.updated = {test::kNow - 9 * test::kDay, 0};
  const Feeds all = feeds(test::Rendering({post}));
  BOOST_TEST(text(all.atom, "feed/entry/updated") == text(all.atom, "feed/entry/published"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace octavo
