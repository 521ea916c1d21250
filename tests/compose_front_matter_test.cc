// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "compose/front_matter.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "compose/keys.h"
#include "compose/slug.h"

using namespace octavo;

namespace {

const Zone& utc() {
  static const Zone zone("UTC");
  return zone;
}

ComposeSettings site() {
  ComposeSettings settings;
  settings.lang = "de";
  settings.front_matter.aliases = {{"by", "authors"}, {"category", "series"}};
  settings.front_matter.ignore = {"layout", "thumbnail"};
  settings.front_matter.extra = {"translator", "youtube"};
  return settings;
}

FrontMatter read(const std::string& bytes, const std::string& file = "posts/a-post.md",
                 const ComposeSettings& settings = site()) {
  return read_front_matter(bytes, file, file.starts_with("pages/"), settings, utc());
}
FrontMatter read_block(const std::string& block) {
  return read("---\n" + block + "---\nBody\n");
}
// A post that has all it needs, and `block`, which begins in line 4.
FrontMatter read_with(const std::string& block) {
  return read_block("title: T\ndate: 2024-05-31\n" + block);
}

std::string faults_of(const FrontMatter& matter) {
  std::string text;
  for (const Diagnostic& fault : matter.faults) {
    text += (text.empty() ? "" : " ") + fault.code + "@" + std::to_string(fault.line) + ":" +
            std::to_string(fault.column);
  }
  return text;
}

std::string joined(const std::vector<std::string>& texts) {
  std::string result;
  for (const std::string& text : texts) result += (result.empty() ? "" : "|") + text;
  return result;
}

std::string joined(const std::vector<Alias>& aliases) {
  std::string result;
  for (const Alias& alias : aliases) {
    result += (result.empty() ? "" : "|") + alias.path + "@" + std::to_string(alias.line) + ":" +
              std::to_string(alias.column);
  }
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(compose_front_matter_test)

BOOST_AUTO_TEST_CASE(fields_are_read_as_the_contract_says) {
  using Show = std::function<std::string(const Post&)>;
  const Show title = [](const Post& p) { return p.title; };
  const Show tags = [](const Post& p) { return joined(p.tags); };
  const Show extra = [](const Post& p) { return p.extra; };
  const Show aliases = [](const Post& p) { return joined(p.aliases); };
  const Show draft = [](const Post& p) { return p.draft ? "yes" : "no"; };
  const Show updated = [](const Post& p) { return format_rfc3339(p.updated); };
  const Show published = [](const Post& p) { return format_rfc3339(p.publish_date); };
  const Show expiry = [](const Post& p) { return format_rfc3339(p.expiry_date); };
  const Show authors = [](const Post& p) { return joined(p.authors); };
  const Show summary = [](const Post& p) { return p.summary_html; };
  const Show cover = [](const Post& p) { return p.cover_image; };
  const Show lang = [](const Post& p) { return p.lang; };
  const Show slug = [](const Post& p) { return p.slug; };
  const Show series = [](const Post& p) { return p.series + "#" + std::to_string(p.series_order); };
  struct Row {
    std::string block;
    Show show;
    std::string wanted;
  };
  const std::vector<Row> rows = {
      {"slug: Ünï-2.0_~x\n", slug, "Ünï-2.0_~x"},
      {"slug: u\xCC\x88\n", slug, "\xC3\xBC"},
      {"slug: 2024\n", slug, "2024"},
      {"", slug, "a-post"},
      {"link_title: Short\n", [](const Post& p) { return p.link_title; }, "Short"},
      {"linkTitle: Short\n", [](const Post& p) { return p.link_title; }, "Short"},
      {"", [](const Post& p) { return p.link_title; }, "T"},
      {"tags: a, b ,,c\n", tags, "a|b|c"},
      {"tags: [no, 1.10, 2024]\n", tags, "no|1.10|2024"},
      {"tags: [C++, c++, C++]\n", tags, "C++"},
      {"tags:\n- a\n-\n- ~\n- b\n", tags, "a|b"},
      {"tags: []\n", tags, ""},
      {"tags:\n", tags, ""},
      {"tag: e\xCC\x81t\xC3\xA9\n", tags, "\xC3\xA9t\xC3\xA9"},
      {"tags: [a, b]\ncategories: [B, In Production]\n", tags, "a|b|In Production"},
      {"categories: In Production, too\n", tags, "In Production, too"},
      {"category: S\n", series, "S#0"},  // the site's word comes before the built-in one
      {"series: S\nseries_order: -3\n", series, "S#-3"},
      {"series_order: +7\n", series, "#7"},
      {"authors: Ada, Countess\n", authors, "Ada, Countess"},
      {"author: Ada\n", authors, "Ada"},
      {"by: [Ada, Grace]\n", authors, "Ada|Grace"},
      {"author_name: Ada\n", authors, "Ada"},
      {"draft: true\n", draft, "yes"},
      {"draft: Off\n", draft, "no"},
      {"draft: \"YES\"\n", draft, "yes"},
      {"draft:\n", draft, "no"},
      {"published: true\n", draft, "no"},
      {"published: False\n", draft, "yes"},
      {"published: 2024-06-01\n", published, "2024-06-01T00:00:00Z"},
      {"published: 2024-06-01\n", draft, "no"},
      {"", published, "2024-05-31T00:00:00Z"},
      {"publishDate: 2024-06-01 8:00\n", published, "2024-06-01T08:00:00Z"},
      {"published_at: 2024-06-01\n", published, "2024-06-01T00:00:00Z"},
      {"expiryDate: 2030-01-01\n", expiry, "2030-01-01T00:00:00Z"},
      {"unpublish_date: 2030-01-01\n", expiry, "2030-01-01T00:00:00Z"},
      {"lastmod: 2024-06-01\n", updated, "2024-06-01T00:00:00Z"},
      {"last_modified_at: 2024-06-01\n", updated, "2024-06-01T00:00:00Z"},
      {"updatedDate: 2024-06-01\n", updated, "2024-06-01T00:00:00Z"},
      {"updated_at: 2024-06-01\n", updated, "2024-06-01T00:00:00Z"},
      {"modified: 2024-06-01\n", updated, "2024-06-01T00:00:00Z"},
      {"excerpt: \"a <b> c\"\n", summary, "<p>a &lt;b&gt; c</p>"},
      {"custom_excerpt: >\n  two\n  lines\n", summary, "<p>two lines</p>"},
      {"summary: |\n  two\n\n  lines\n", summary, "<p>two lines</p>"},
      {"summary: \"\"\nexcerpt: x\n", summary, "<p>x</p>"},
      {"image: images/a.png\n", cover, "images/a.png"},
      {"heroImage: https://e.example/a.png\n", cover, "https://e.example/a.png"},
      {"thumbnail: javascript:x\n", cover, ""},  // the site drops it
      {"cover_alt: A\n", [](const Post& p) { return p.cover_alt; }, "A"},
      {"image_alt: A\n", [](const Post& p) { return p.cover_alt; }, "A"},
      {"cover_caption: C\n", [](const Post& p) { return p.cover_caption; }, "C"},
      {"description: D\n", [](const Post& p) { return p.description; }, "D"},
      {"lang: pt-BR\n", lang, "pt-BR"},
      {"locale: en\n", lang, "en"},
      {"lang: ~\n", lang, "de"},
      {"aliases: /old\n", aliases, "/old/@4:10"},
      {"redirect_from:\n  - /old/\n  - /old\n  - /%C3%BC\n", aliases, "/old/@5:5|/\xC3\xBC/@7:5"},
      {"aliases: [/2014/05/a.html]\n", aliases, "/2014/05/a.html/@4:11"},
      {"redirect_to: /x/?y=1\n", [](const Post& p) { return p.redirect_to; }, "/x/?y=1"},
      {"canonical: https://e.example/a\n", [](const Post& p) { return p.canonical_url; },
       "https://e.example/a"},
      {"toc: on\nnoindex: yes\n",
       [](const Post& p) { return std::string(p.toc && p.noindex ? "both" : ""); }, "both"},
      {"weight: 5\nmath: yes\n", extra, "{\"math\":true,\"weight\":5}"},
      {"translator: Ada\nextra: {b: 1, a: [x, {z: 1, y: ~}]}\n", extra,
       "{\"a\":[\"x\",{\"z\":\"1\"}],\"b\":\"1\",\"translator\":\"Ada\"}"},
      {"params:\n  weight: 5\n", extra, "{\"weight\":\"5\"}"},
      {"youtube:\n", extra, "{}"},
      {"", extra, "{}"},
  };
  for (const Row& row : rows) {
    const FrontMatter matter = read_with(row.block);
    BOOST_TEST_CONTEXT(row.block) {
      BOOST_TEST(faults_of(matter) == "");
      BOOST_TEST(row.show(matter.post) == row.wanted);
    }
  }
  BOOST_TEST(title(read_block("title: 2024\ndate: 2024-01-01\n").post) == "2024");
  BOOST_TEST(title(read_block("title: \"null\"\ndate: 2024-01-01\n").post) == "null");
  BOOST_TEST(title(read_block("title: ! 'Rails 0.9: x'\ndate: 2024-01-01\n").post) ==
             "Rails 0.9: x");
  BOOST_TEST(title(read_block("title:\ttab\npubDate: 2024-01-01\n").post) == "tab");
}

BOOST_AUTO_TEST_CASE(each_fault_has_its_code_and_place) {
  struct Row {
    std::string block, faults;  // the block begins in line 4
  };
  const std::vector<Row> rows = {
      {"titel: x\n", "unknown_key@4:1"},
      {"Tags: x\n", "unknown_key@4:1"},
      {"permalink: /x/\nurl: /y/\n", "unknown_key@4:1 unknown_key@5:1"},
      {"link_title: [a]\n", "wrong_type@4:13"},
      {"tags: {a: b}\n", "wrong_type@4:7"},
      {"tags: [a, [b], {c: d}, \"\"]\n", "wrong_type@4:11 wrong_type@4:16 wrong_type@4:24"},
      {"tags: [., .., a]\n", "bad_path@4:8 bad_path@4:11"},
      {"tags: [\"a\\x07b\"]\n", "control_character@4:8"},
      {"tags: [" + std::string(101, 'x') + "]\n", "too_long@4:8"},
      {"categories: [..]\n", "bad_path@4:14"},
      {"authors: {name: Ada}\n", "wrong_type@4:10"},
      {"authors: [{name: Ada}]\n", "wrong_type@4:11"},
      {"draft: maybe\n", "wrong_type@4:8"},
      {"draft: 1\n", "wrong_type@4:8"},
      {"draft: [true]\n", "wrong_type@4:8"},
      {"published: maybe\n", "wrong_type@4:12"},
      {"published: 2024-13-01\n", "impossible_date@4:12"},
      {"updated: yesterday\n", "bad_date@4:10"},
      {"updated: 2023-02-30\n", "impossible_date@4:10"},
      {"updated: [2023-02-03]\n", "wrong_type@4:10"},
      {"publish_date: 2017-02-10 00:10::00\n", "bad_date@4:15"},
      {"expiry_date: 2023-01-01 25:00\n", "impossible_date@4:14"},
      {"series_order: 1.5\n", "wrong_type@4:15"},
      {"series_order: 99999999999\n", "wrong_type@4:15"},
      {"weight: heavy\n", "wrong_type@4:9"},
      {"weight: -2147483649\nseries_order: 2147483647\n", "wrong_type@4:9"},
      {"math: 2\ntoc: x\nnoindex: y\n", "wrong_type@4:7 wrong_type@5:6 wrong_type@6:10"},
      {"extra: x\n", "wrong_type@4:8"},
      {"extra: [x]\n", "wrong_type@4:8"},
      {"translator: \"\\x01\"\n", "control_character@4:13"},
      {"lang: en_US\n", "wrong_type@4:7"},
      {"lang: e\n", "wrong_type@4:7"},
      {"slug: a b\n", "bad_slug@4:7"},
      {"slug: .hidden\n", "bad_slug@4:7"},
      {"slug: a/b\n", "bad_slug@4:7"},
      {"slug: [a]\n", "wrong_type@4:7"},
      {"slug: " + std::string(201, 'x') + "\n", "bad_slug@4:7"},
      {"aliases: old\n", "bad_path@4:10"},
      {"aliases: [/a?b, /a#b, /a/../b, /%zz, /a%2Fb, //a, https://e.example/a]\n",
       "bad_path@4:11 bad_path@4:17 bad_path@4:23 bad_path@4:32 bad_path@4:38 bad_path@4:46 "
       "bad_path@4:51"},
      {"aliases: [{a: /b}]\n", "wrong_type@4:11"},
      {"aliases: {a: /b}\n", "wrong_type@4:10"},
      {"redirect_to: javascript:alert(1)\n", "bad_url@4:14"},
      {"redirect_to: //e.example/\n", "bad_url@4:14"},
      {"redirect_to: /a/../b\n", "bad_path@4:14"},
      {"redirect_to: http://\n", "bad_url@4:14"},
      {"canonical_url: /a/\n", "bad_url@4:16"},
      {"canonical_url: https://u:p@e.example/\n", "bad_url@4:16"},
      {"canonical_url: \"https://e.example/a b\"\n", "bad_url@4:16"},
      {"image: javascript:alert(1)\n", "bad_url@4:8"},
      {"image: {src: a}\n", "wrong_type@4:8"},
      {"updated: 2024-01-01\nlastmod: 2024-01-01\n", "two_spellings@5:1"},
      {"tag: a\ntags: b\n", "two_spellings@5:1"},
      {"draft: true\npublished: true\n", "two_spellings@5:1"},
      {"publish_date: 2024-01-01\npublished: 2024-01-01\n", "two_spellings@5:1"},
      {"by: a\nauthor: b\nauthors: c\n", "two_spellings@5:1 two_spellings@6:1"},
      {"translator: a\nextra: {translator: b}\n", "two_spellings@5:9"},
      {"weight: 1\nparams: {weight: 2}\n", "two_spellings@5:10"},
      {"pubDate: 2024-01-01\n", "two_spellings@4:1"},
      {"title: again\n", "duplicate_key@4:1"},
      {"extra:\n  a: 1\n  a: 2\n", "duplicate_key@6:3"},
      {"tags: &x [a]\ncategories: *x\n", "anchor@4:7 alias@5:13"},
      {"<<: {a: b}\n", "merge_key@4:1"},
      {"[a]: b\n", "bad_key@4:1"},
      {"summary: !!int 5\n", "yaml_tag@4:10"},
      {"summary: a: b\nbogus: x\n", "yaml_syntax@4:11"},
      {"%YAML 1.1\n", "yaml_syntax@4:1"},
      {"tags:\n\t- a\n", "yaml_syntax@5:1"},
      {"tags: " + std::string(5000, '[') + "\n", "too_deep@4:38"},
      {"summary: a\x07\n", "control_character@4:11"},
      {"summary: \"a\\r\\nb\"\n", "control_character@4:10"},
      {"bogus: \"\xE2\x80\xA8\"\nbogus2: 1\n", "unknown_key@4:1 unknown_key@5:1"},
      {"link_title: " + std::string(1001, 'x') + "\n", "too_long@4:13"},
      {"bogus: 1\ndraft: maybe\nupdated: 2023-02-30\nslug: a b\n",
       "unknown_key@4:1 wrong_type@5:8 impossible_date@6:10 bad_slug@7:7"},
  };
  for (const Row& row : rows) {
    const FrontMatter matter = read_with(row.block);
    BOOST_TEST_CONTEXT(row.block) {
      BOOST_TEST(faults_of(matter) == row.faults);
      for (const Diagnostic& fault : matter.faults) {
        BOOST_TEST(fault.file == "posts/a-post.md");
        BOOST_TEST(!fault.message.empty());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(files_as_a_whole) {
  const std::string good = "---\ntitle: T\ndate: 2024-05-31\n---\n";
  struct Row {
    std::string bytes, faults;
  };
  const std::vector<Row> rows = {
      {good, ""},
      {good + "Body", ""},
      {"\xEF\xBB\xBF" + good, ""},
      {"---\r\ntitle: T\r\ndate: 2024-05-31\r\n---\r\nBody\r\n", ""},
      {"---\rtitle: T\rdate: 2024-05-31\r---\rBody\r", ""},
      {"---  \ntitle: T\ndate: 2024-05-31\n--- \t\nBody\n", ""},
      {"---\ntitle: T\ndate: 2024-05-31\n...\nBody\n", ""},
      {"---\ntitle: T\ndate: 2024-05-31\n---", ""},
      {"", "empty_file@1:1"},
      {"\xEF\xBB\xBF", "empty_file@1:1"},
      {" \n\t\n", "empty_file@1:1"},
      {"Hello\n", "no_front_matter@1:1"},
      {"\n\n" + good, "no_front_matter@1:1"},
      {" ---\ntitle: T\n---\n", "no_front_matter@1:1"},
      {"----\ntitle: T\n----\n", "no_front_matter@1:1"},
      {"+++\ntitle = \"T\"\n+++\n", "toml@1:1"},
      {"---\ntitle: T\n", "unterminated@1:1"},
      {"---", "unterminated@1:1"},
      {"---\ntitle: T\n ---\n", "unterminated@1:1"},
      {"---\n---\n", "missing_title@1:1 missing_date@1:1"},
      {"---\n# nothing\n---\n", "missing_title@1:1 missing_date@1:1"},
      {"---\ntitle: null\ndate: ~\n---\n", "missing_title@1:1 missing_date@1:1"},
      {"---\ntitle: \"\"\ndate: 2024-01-01\n---\n", "missing_title@1:1"},
      {"---\ntitle: [a]\ndate: never\n---\n", "wrong_type@2:8 bad_date@3:7"},
      {"---\n- a\n---\n", "not_a_mapping@2:1"},
      {"---\ntitle: a: b\n---\n", "yaml_syntax@2:9"},
      {good + std::string("a\nb\0c", 5), "nul_byte@6:2"},
      {std::string("---\ntitle: \0T\ndate: 2024-05-31\n---\n", 35), "nul_byte@2:8"},
      {good + "caf\xE9\n", "bad_encoding@5:4"},
      {"---\ntitle: caf\xE9\n---\n", "bad_encoding@2:11"},
      {"---\nbogus: 1\ntitle: T\ndate: 2024-05-31\n---\n\xFF", "unknown_key@2:1 bad_encoding@6:1"},
      {std::string("\xFF\xFE-\0-\0-\0\n\0", 10), "bad_encoding@1:1"},
      {std::string("-\0-\0-\0\n\0", 8), "bad_encoding@1:1"},
      {std::string("\xFE\xFF\0-\0-\0-\0\n", 10), "bad_encoding@1:1"},
      {"---\n" + std::string(kMaxFrontMatterBytes + 1, '#') + "\n---\n",
       "front_matter_too_large@1:1"},
      {good + std::string(kMaxPostBytes - good.size(), 'x'), ""},
      {good + std::string(kMaxPostBytes - good.size() + 1, 'x'), "too_large@1:1"},
  };
  for (const Row& row : rows) {
    BOOST_TEST_CONTEXT(row.bytes.substr(0, 60)) {
      BOOST_TEST(faults_of(read(row.bytes)) == row.faults);
    }
  }
}

BOOST_AUTO_TEST_CASE(the_body_begins_behind_the_block) {
  struct Row {
    std::string bytes, body;
    std::uint32_t line;
  };
  const std::vector<Row> rows = {
      {"---\r\ntitle: T\r\ndate: 2024-05-31\r\n---\r\n\r\nBody\r\n", "\r\nBody\r\n", 5},
      {"---\ntitle: T\ndate: 2024-05-31\n---", "", 5},
      // A rule in the body does not matter, nor does --- that is indented within the block.
      {"---\ntitle: |\n  T\n  ---\ndate: 2024-05-31\n---\na\n---\nb\n", "a\n---\nb\n", 7},
  };
  for (const Row& row : rows) {
    const FrontMatter matter = read(row.bytes);  // its body is a view into the row's bytes
    BOOST_TEST(matter.body == row.body);
    BOOST_TEST(matter.body_line == row.line);
  }
}

BOOST_AUTO_TEST_CASE(file_names_give_date_and_slug) {
  struct Row {
    std::string file, block, slug, date, faults;
  };
  const std::vector<Row> rows = {
      {"posts/2024-05-31-my-post.md", "title: T\n", "my-post", "2024-05-31", ""},
      {"posts/sub/2024-05-31-my-post.md", "title: T\n", "my-post", "2024-05-31", ""},
      {"posts/2024-05-31-my-post.md", "title: T\ndate: 2020-01-01\n", "my-post", "2020-01-01", ""},
      {"posts/2024-05-31-my-post.md", "title: T\nslug: other\n", "other", "2024-05-31", ""},
      {"posts/2024-05-31-caf\x65\xCC\x81.md", "title: T\n", "caf\xC3\xA9", "2024-05-31", ""},
      {"posts/2024-05-31-18F.guide_2.0.md", "title: T\n", "18F.guide_2.0", "2024-05-31", ""},
      {"posts/2024-02-30-x.md", "title: T\n", "x", "", "impossible_date@1:1"},
      {"posts/2024-5-1-x.md", "title: T\n", "2024-5-1-x", "", "missing_date@1:1"},
      {"posts/2024-05-31.md", "title: T\n", "2024-05-31", "", "missing_date@1:1"},
      {"posts/2024-05-31-a b.md", "title: T\n", "a b", "2024-05-31", "bad_slug@1:1"},
      {"posts/a b.md", "title: T\ndate: 2024-01-01\nslug: a-b\n", "a-b", "2024-01-01", ""},
      {"posts/\xFF.md", "title: T\ndate: 2024-01-01\n", "", "2024-01-01", "bad_slug@1:1"},
      {"posts/x/index.md", "title: T\ndate: 2024-01-01\n", "", "2024-01-01", "bad_path@1:1"},
      {"posts/2024-05-31-x/index.md", "title: T\ndate: 2024-01-01\n", "", "2024-01-01",
       "bad_path@1:1"},
      {"pages/about.md", "title: T\n", "about", "", ""},
      {"pages/about.md", "title: T\nupdated: nonsense\n", "about", "", "bad_date@3:10"},
      {"pages/2024-05-31-x.md", "title: T\n", "2024-05-31-x", "", ""},
      {"pages/about.md", "toc: yes\n", "about", "", "missing_title@1:1"},
  };
  for (const Row& row : rows) {
    const FrontMatter matter = read("---\n" + row.block + "---\n", row.file);
    BOOST_TEST_CONTEXT(row.file) {
      BOOST_TEST(faults_of(matter) == row.faults);
      BOOST_TEST(matter.post.slug == row.slug);
      BOOST_TEST((matter.post.date.given() ? format_date(matter.post.date) : "") == row.date);
    }
  }
  ComposeSettings dated;
  dated.front_matter.date_in_slug = true;
  BOOST_TEST(read("---\ntitle: T\n---\n", "posts/2024-05-31-x.md", dated).post.slug ==
             "2024-05-31-x");
}

BOOST_AUTO_TEST_CASE(tags_are_split_at_the_sites_separator) {
  ComposeSettings spaced;
  spaced.front_matter.tags_separator = ' ';
  const FrontMatter matter =
      read("---\ntitle: T\ndate: 2024-05-31\ntags: a  b, c\n---\n", "posts/x.md", spaced);
  BOOST_TEST(joined(matter.post.tags) == "a|b,|c");
}

BOOST_AUTO_TEST_CASE(declared_keys_that_are_used_are_told) {
  const FrontMatter matter = read_with("translator: A\nby: B\nlayout: C\n");
  BOOST_TEST(faults_of(matter) == "");
  BOOST_TEST(joined(matter.post.used_keys) == "aliases.by|extra.translator|ignore.layout");
}

BOOST_AUTO_TEST_CASE(an_unknown_key_names_its_neighbour_and_the_line_that_allows_it) {
  struct Row {
    std::string key, near, allow, part;
  };
  const std::vector<Row> rows = {
      {"titel", "title", "front_matter: {extra: [titel]}", "did you mean `title`?"},
      {"Lastmod", "lastmod", "front_matter: {extra: [Lastmod]}", "lastmod"},
      {"layuot", "layout", "front_matter: {extra: [layuot]}", "layout"},
      {"comments", "", "front_matter: {ignore: [comments]}", "extra: [comments]"},
      {"translated_by", "", "front_matter: {extra: [translated_by]}", "ignore: [translated_by]"},
      {"\"cSpell:ignore\"", "", "front_matter: {extra: ['cSpell:ignore']}", "unknown key"},
      {"permalink", "", "front_matter: {ignore: [permalink]}", "aliases: [/old/path/]"},
      {"url", "", "front_matter: {ignore: [url]}", "aliases: [/old/path/]"},
  };
  for (const Row& row : rows) {
    const FrontMatter matter = read_with(row.key + ": x\n");
    BOOST_TEST_CONTEXT(row.key) {
      BOOST_TEST_REQUIRE(matter.faults.size() == 1u);
      BOOST_TEST(matter.faults[0].near == row.near);
      BOOST_TEST(matter.faults[0].allow == row.allow);
      BOOST_TEST(matter.faults[0].message.find(row.part) != std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(two_spellings_name_both_places) {
  const FrontMatter matter = read_with("updated: 2024-01-01\nlastmod: 2024-01-02\n");
  BOOST_TEST_REQUIRE(matter.faults.size() == 1u);
  BOOST_TEST(matter.faults[0].message ==
             "`lastmod` in line 5, column 1 and `updated` in line 4, column 1 are the same field; "
             "keep one of the two");
}

BOOST_AUTO_TEST_CASE(places_of_slug_and_cover_are_kept) {
  const FrontMatter matter = read_with("slug: s\nimage: images/a.png\n");
  BOOST_TEST(matter.post.slug_line == 4u);
  BOOST_TEST(matter.post.slug_column == 7u);
  BOOST_TEST(matter.cover_line == 5u);
  BOOST_TEST(matter.cover_column == 8u);
}

BOOST_AUTO_TEST_CASE(every_known_key_has_a_field) {
  BOOST_TEST(known_keys().size() == 27u);
  for (const std::string_view key : known_keys()) BOOST_TEST(field_of(key).has_value(), key);
}

BOOST_AUTO_TEST_CASE(advice_for_a_slug_is_a_slug) {
  for (const char* text : {"a b", "..x", "a/b?c", "\xF0\x9F\x98\x80", "", "  x  "}) {
    const std::string slug = slug_from(text);
    BOOST_TEST((slug.empty() || slug_complaint(slug).empty()), text << " gives " << slug);
  }
  BOOST_TEST(slug_from("My first post!") == "My-first-post");
}

BOOST_AUTO_TEST_CASE(long_lists_are_read_quickly) {
  std::string tags, aliases;
  for (int i = 0; i < 6000; ++i) {
    tags += "t" + std::to_string(i) + ", ";
    aliases += "/" + std::to_string(i) + ", ";
  }
  const auto start = std::chrono::steady_clock::now();
  BOOST_TEST(read_with("tags: [" + tags + "]\n").post.tags.size() == 6000u);
  BOOST_TEST(read_with("aliases: [" + aliases + "]\n").post.aliases.size() == 6000u);
  const auto took = std::chrono::steady_clock::now() - start;
  BOOST_TEST(std::chrono::duration_cast<std::chrono::milliseconds>(took).count() < 1000);
}

BOOST_AUTO_TEST_CASE(mutations_never_crash) {
  const std::string seed =
      "---\ntitle: \"A: b\"\ndate: 2024-05-31 14:30:00 +02:00\ntags: [a, 'b', \"c\\x41\"]\n"
      "extra: {a: {b: [c, d]}}\nsummary: >\n  two\n  lines\naliases:\n  - /old/\n  - /%C3%BC\n"
      "redirect_to: https://e.example/x\nlang: pt-BR\ndraft: no\nweight: 5\n---\nBody\n";
  const std::vector<std::string> pieces = {"---\n",
                                           "...\n",
                                           "\t",
                                           "\r",
                                           "\n",
                                           ": ",
                                           "- ",
                                           "[",
                                           "{",
                                           "}",
                                           "\"",
                                           "'",
                                           "&a ",
                                           "*a ",
                                           "!x ",
                                           "<<: ",
                                           "| ",
                                           "> ",
                                           "? ",
                                           "%",
                                           "#",
                                           "\\",
                                           "\xFF",
                                           "\xC3",
                                           "\xE2\x80\xA8",
                                           "\xF4\x8F\xBF\xBF",
                                           "\xEF\xBB\xBF",
                                           std::string(1, '\0'),
                                           "title: x\n",
                                           "2024-02-30",
                                           "~",
                                           "~\n",
                                           "0999-1-1"};
  std::mt19937 random(20240531);
  const auto below = [&](std::size_t limit) { return static_cast<std::size_t>(random() % limit); };
  for (int round = 0; round < 2000; ++round) {
    std::string text = seed;
    for (std::size_t count = 1 + below(6); count > 0; --count) {
      const std::size_t at = below(text.size() + 1);
      switch (below(4)) {
        case 0:
          text.insert(at, pieces[below(pieces.size())]);
          break;
        case 1:
          text.erase(at, 1 + below(8));
          break;
        case 2:
          if (at < text.size()) text[at] = static_cast<char>(random());
          break;
        default:
          text.insert(at, text.substr(below(text.size()), below(40)));
      }
      if (text.empty()) text = seed;
    }
    const FrontMatter matter = read(text);
    const auto lines = static_cast<std::uint32_t>(
        2 + std::count_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }));
    for (const Diagnostic& fault : matter.faults) {
      if (fault.code.empty() || fault.message.empty() || fault.line == 0 || fault.line > lines ||
          fault.column == 0) {
        BOOST_ERROR("a fault without a place: " + to_line(fault) + "\n" + text);
      }
    }
    if (matter.faults.empty() &&
        (matter.post.title.empty() || matter.post.slug.empty() || !matter.post.date.given())) {
      BOOST_ERROR("accepted without title, slug or date:\n" + text);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
