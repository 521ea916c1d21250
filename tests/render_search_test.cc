// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include <boost/test/unit_test.hpp>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "render/search.h"
#include "tests/render_site.h"

namespace octavo {
namespace {

using Kind = QueryPiece::Kind;
using Source = SearchResult::Source;
using Status = Searcher::Status;

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

std::string between(std::string_view text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = text.substr(at + from.size());
  return std::string(rest.substr(0, rest.find(to)));
}

const test::Rendering& site() {
  static const test::Rendering made = [] {
    std::vector<Post> posts;
    for (int i = 0; i < 8; ++i) {
      posts.push_back(test::post("p" + std::to_string(i), "Post " + std::to_string(i), i + 1));
      posts.back().tags = {"paper"};
    }
    posts[0].title = "A <i>\"bold\"</i> & title";
    posts[0].tags = {"a/b", "it's <b>"};
    posts[0].lang = "de";
    posts.push_back(test::page("about", "About us"));
    return test::Rendering(posts);
  }();
  return made;
}

// What was typed and what was found for it: the first `hits` posts.
SearchPage search(std::string typed, std::size_t hits) {
  SearchPage page;
  page.query = parse_query(typed);
  page.typed = std::move(typed);
  page.status = Status::ready;
  page.result.source = Source::index;
  page.result.total = hits;
  for (std::size_t i = 0; i < std::min<std::size_t>(hits, 5); ++i) {
    page.result.hits.push_back({site().number("p" + std::to_string(i)), "some <mark>words</mark>"});
  }
  return page;
}

std::string render(const SearchPage& page) {
  return render_search(site().context(), page);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(render_search_test)

BOOST_AUTO_TEST_CASE(a_search_has_an_address) {
  BOOST_TEST(search_path("", 1) == "/search/");
  BOOST_TEST(search_path("", 3) == "/search/?page=3");
  BOOST_TEST(search_path("a b+c&d=\"é\"", 1) == "/search/?q=a%20b%2Bc%26d%3D%22%C3%A9%22");
  BOOST_TEST(search_path("x", 2) == "/search/?q=x&page=2");
}

BOOST_AUTO_TEST_CASE(each_outcome_says_what_it_is) {
  struct Row {
    const char* what;
    SearchPage page;
    const char* title;
    const char* says;
    std::vector<const char*> not_said = {};
  };
  SearchPage about = search("words", 5);
  about.result.total = 120;
  about.result.exact = false;
  SearchPage any = search("words more", 2);
  any.result.any_word = true;
  SearchPage cut = search("words", 3);
  cut.result.cut_short = true;
  SearchPage gave_up = search("words", 0);
  gave_up.result.cut_short = true;
  SearchPage building = search("words", 1);
  building.result.source = Source::titles;
  building.status = Status::building;
  SearchPage titles = search("words", 1);
  titles.result.source = Source::titles;
  titles.status = Status::none;
  SearchPage none_yet = search("", 0);
  none_yet.status = Status::building;
  SearchPage suggested = search("wrods", 0);
  suggested.result.suggestion = "words";
  const Row rows[] = {
      {"nothing typed",
       search("", 0),
       "Search",
       "<code>-word</code>",
       {"No post was found", "Latest"}},
      {"only a minus",
       search("-word", 0),
       "Search: -word",
       "without a minus",
       {"No post was found"}},
      {"one", search("words", 1), "Search: words", "<p class=\"meta\">One post</p>", {"pager"}},
      {"several", search("words", 5), "Search: words", "<p class=\"meta\">5 posts</p>", {"about"}},
      {"not counted", about, "Search: words", "<p class=\"meta\">about 120 posts</p>", {" of 12"}},
      {"none",
       search("words", 0),
       "Nothing found: words",
       "No post was found for <q>words</q>.",
       {"given up", "Did you mean", "class=\"hits\""}},
      {"a suggestion", suggested, "Nothing found: wrods",
       "Did you mean <a href=\"/search/?q=words\">words</a>?"},
      {"some words", any, "Search: words more", "No post has all words; these have some."},
      {"cut short", cut, "Search: words", "there may be more"},
      {"given up", gave_up, "Nothing found: words", "was given up"},
      {"building", building, "Search: words", "The full-text index is being built; until then"},
      {"building, nothing typed", none_yet, "Search", "The full-text index is being built"},
      {"titles alone",
       titles,
       "Search: words",
       "Only titles, descriptions and tags are searched",
       {"being built"}},
  };
  for (const Row& row : rows) {
    BOOST_TEST_CONTEXT(row.what) {
      const std::string page = render(row.page);
      BOOST_TEST(between(page, "<title>", "</title>") ==
                 std::string(row.title) + " – The Quiet Press");
      BOOST_TEST(has(page, row.says));
      for (const char* text : row.not_said) {
        BOOST_TEST_CONTEXT(text) {
          BOOST_TEST(!has(between(page, "<main", "</main>"), text));
        }
      }
      BOOST_TEST(count(page, "<h1") == 1u);
      BOOST_TEST(count(page, "role=\"search\"") == 1u);
      BOOST_TEST(has(page, "<meta name=\"robots\" content=\"noindex\">"));
      BOOST_TEST(has(page, "rel=\"canonical\" href=\"https://press.example/search/\""));
      BOOST_TEST(!has(page, "{{"));
    }
  }
}

BOOST_AUTO_TEST_CASE(whoever_finds_nothing_is_led_on) {
  const std::string page = render(search("nothing", 0));
  BOOST_TEST(has(page, "<a href=\"/blog/tag/paper/\">paper <span class=\"count\">7</span></a>"));
  BOOST_TEST(count(between(page, "id=\"_latest\"", "</aside>"), "<li>") == 5u);
  BOOST_TEST(has(render(search("", 0)), "<a href=\"/blog/tag/paper/\">"));
  BOOST_TEST(!has(render(search("words", 1)), "id=\"_latest\""));
}

BOOST_AUTO_TEST_CASE(a_hit_shows_its_post) {
  SearchPage page = search("words", 2);
  page.result.hits.push_back({site().number("about"), "us &amp; <mark>them</mark>"});
  page.result.total = 3;
  const std::string text = render(page);
  for (const char* part : {
           "<h2><a href=\"/posts/p0/\">A &lt;i&gt;&quot;bold&quot;&lt;/i&gt; &amp; title</a></h2>",
           "<article class=\"item\" lang=\"de\">",
           "<time datetime=\"2026-11-17T11:06:40Z\">17 November 2026</time>",
           "<p class=\"summary\">some <mark>words</mark></p>",
           "<a href=\"/blog/tag/a%2Fb/\">a/b</a>",
           "<a href=\"/blog/tag/it%27s%20%3Cb%3E/\">it&#39;s &lt;b&gt;</a>",
           "<h2><a href=\"/about/\">About us</a></h2>\n<p class=\"summary\">us &amp; <mark>them",
       }) {
    BOOST_TEST_CONTEXT(part) {
      BOOST_TEST(has(text, part));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_was_typed_is_shown_and_does_nothing) {
  const char* hostile[] = {"\"><script>alert(1)</script>",
                           "' onfocus='alert(1)",
                           "</title><img src=x onerror=a>",
                           "{{TYPED}} {{#HIT}}",
                           "javascript:alert(1)",
                           "tag:\"><b>\" year:\"<i>\" x",
                           "-<b>",
                           "a\xff\xfe\xc3(b\x01\x7f",
                           "\xe2\x80\xae<u>",
                           "</q></p><form action=//evil>"};
  for (const char* typed : hostile) {
    for (const std::size_t hits : {0, 3}) {
      BOOST_TEST_CONTEXT(typed << " with " << hits) {
        SearchPage page = search(typed, hits);
        page.query.shortened = true;
        page.result.suggestion = typed;
        page.result.tags = {{typed, 1}};
        page.result.years = {{typed, 1}};
        const std::string text = render(page);
        for (const char* part : {"<script>", "<img", "<b>", "<i>", "<u>", " onfocus='",
                                 "href=\"javascript", "\x01", "\x7f", "\xff"}) {
          BOOST_TEST_CONTEXT(part) {
            BOOST_TEST(!has(text, part));
          }
        }
        BOOST_TEST(count(text, "<form") == 1u);
        BOOST_TEST(count(text, "<title>") == 1u);
        BOOST_TEST(find_bad_utf8(text) == std::string::npos);
      }
    }
  }
  BOOST_TEST(has(render(search("a \"b c\" <d>", 1)), "value=\"a &quot;b c&quot; &lt;d&gt;\""));
}

BOOST_AUTO_TEST_CASE(hits_can_be_narrowed_by_tag_and_year) {
  SearchPage page = search("words", 5);
  page.result.tags = {{"a b", 3}, {"all of them", 5}};
  page.result.years = {{"2026", 4}, {"2024", 1}};
  const std::string text = between(render(page), "<details", "</details>");
  const auto link = [](const Query& query, Kind kind, std::string_view name) {
    return "href=\"" + search_path(with_piece(query, kind, name), 1) + "\"";
  };
  BOOST_TEST(has(text, link(page.query, Kind::tag, "a b")));
  BOOST_TEST(has(text, link(page.query, Kind::year, "2024")));
  BOOST_TEST(!has(text, "all of them"));
  BOOST_TEST(has(text, ">a b <span class=\"count\">3</span></a>"));
  page.result.total = 101;
  BOOST_TEST(has(between(render(page), "<details", "</details>"), ">a b</a>"));

  page = search("words tag:\"A B\" year:2026", 4);
  page.result.tags = {{"a b", 3}, {"other", 1}};
  page.result.years = {{"2026", 3}, {"2024", 1}};
  const std::string narrowed = render(page);
  const std::string offered = between(narrowed, "<details", "</details>");
  BOOST_TEST(has(offered, ">other <"));
  BOOST_TEST(!has(offered, ">a b <"));
  BOOST_TEST(!has(offered, "2024"));
  const std::string taken = between(narrowed, "Narrowed to posts", "</ul>");
  BOOST_TEST(has(taken, "tagged “A B”"));
  BOOST_TEST(has(taken, "href=\"" + search_path("words year:2026", 1) + "\""));
  BOOST_TEST(has(taken, "from 2026"));
  BOOST_TEST(has(taken, "href=\"" + search_path("words tag:\"A B\"", 1) + "\""));
  BOOST_TEST(!has(render(search("words", 5)), "<details"));
  BOOST_TEST(has(render(search("tag:paper", 5)), "href=\"/search/\" aria-label=\"remove: tagged"));
}

BOOST_AUTO_TEST_CASE(pages_lead_to_their_neighbours) {
  struct Row {
    std::size_t total;
    unsigned page;
    bool exact;
    const char *before, *after, *says;
  };
  const Row rows[] = {
      {10, 1, true, "", "", ""},
      {11, 1, true, "", "/search/?q=words&amp;page=2", "Page 1 of 2"},
      {25, 2, true, "/search/?q=words", "/search/?q=words&amp;page=3", "Page 2 of 3"},
      {25, 3, true, "/search/?q=words&amp;page=2", "", "Page 3 of 3"},
      {25, 2, false, "/search/?q=words", "/search/?q=words&amp;page=3", "Page 2<"},
      {9999, 100, true, "/search/?q=words&amp;page=99", "", "Page 100 of 100"},
  };
  for (const Row& row : rows) {
    BOOST_TEST_CONTEXT(row.total << " at " << row.page) {
      SearchPage page = search("words", 5);
      page.result.total = row.total;
      page.result.exact = row.exact;
      page.page = row.page;
      const std::string text = render(page);
      BOOST_TEST(between(text, "<a rel=\"prev\" href=\"", "\"") == row.before);
      BOOST_TEST(between(text, "<a rel=\"next\" href=\"", "\"") == row.after);
      BOOST_TEST(between(text, "<link rel=\"prev\" href=\"", "\"") == row.before);
      BOOST_TEST(between(text, "<link rel=\"next\" href=\"", "\"") == row.after);
      BOOST_TEST(has(text, row.says));
      BOOST_TEST(has(text, "class=\"pager\"") == (*row.says != '\0'));
    }
  }
}

BOOST_AUTO_TEST_CASE(every_other_page_has_a_small_form) {
  for (const std::string& page :
       {render_home(site().context()), site().list(), site().post("p1"),
        render_not_found(site().context(), "/x/"),
        render_message(site().context(), 400, "A bad request", "Try again.")}) {
    BOOST_TEST(count(page, "role=\"search\"") == 1u);
    BOOST_TEST(has(page, "<input id=\"_q\" type=\"search\" name=\"q\""));
    BOOST_TEST(has(page, "<script src=\"/static/octavo.js\"></script>"));
    BOOST_TEST(has(page, "<link rel=\"search\" type=\"application/opensearchdescription+xml\""));
  }
  BOOST_TEST(has(render_not_found(site().context(), "/posts/how-to-f%C3%B6ld.html"),
                 "<a href=\"/search/?q=how%20to%20f%C3%B6ld\">search for “how to föld”</a>"));
  BOOST_TEST(!has(render_not_found(site().context(), "/"), "search for “"));
}

BOOST_AUTO_TEST_CASE(pages_name_their_feeds) {
  const std::string home = render_home(site().context());
  for (const char* feed :
       {"application/atom+xml\" href=\"/feed.xml\"", "application/rss+xml\" href=\"/rss.xml\"",
        "application/feed+json\" href=\"/feed.json\""}) {
    BOOST_TEST(has(home, std::string("<link rel=\"alternate\" type=\"") + feed));
    BOOST_TEST(!has(render_not_found(site().context(), "/x/"), feed));
  }
  const Tag* tag = site().site.find_tag("a/b");
  const std::string list = render_list(
      site().context(), {ListPage::Kind::tag, tag->name, "/blog/tag/a%2Fb/", tag->posts, 1, 1});
  BOOST_TEST(has(list, "type=\"application/atom+xml\" href=\"/blog/tag/a%2Fb/feed.xml\""));
  BOOST_TEST(!has(home, "/feed.xml\" title=\"Posts"));
}

BOOST_AUTO_TEST_CASE(the_live_answer_is_json_of_five_at_most) {
  SearchResult result = search("words", 5).result;
  result.hits.push_back({site().number("about"), "sixth"});
  result.hits[1].snippet_html = "\"quoted\" \\ \xff </script> \xe2\x80\xa8 <mark>é</mark>";
  const std::string text = render_live(site().context(), result);
  BOOST_TEST(find_bad_utf8(text) == std::string::npos);
  const auto answer = nlohmann::ordered_json::parse(text);
  BOOST_REQUIRE_EQUAL(answer.size(), 5u);
  for (const auto& post : answer) {
    std::vector<std::string> names;
    for (const auto& [name, value] : post.items()) {
      names.push_back(name);
      BOOST_TEST(value.is_string());
    }
    BOOST_TEST(names == (std::vector<std::string>{"title", "description", "url", "snippet"}),
               boost::test_tools::per_element());
  }
  BOOST_TEST(answer[0]["title"] == "A <i>\"bold\"</i> & title");
  BOOST_TEST(answer[0]["url"] == "/posts/p0/");
  BOOST_TEST(answer[0]["description"] == "What Post 0 is about.");
  BOOST_TEST(answer[1]["snippet"] ==
             "\"quoted\" \\ \xef\xbf\xbd </script> \xe2\x80\xa8 <mark>é</mark>");
  BOOST_TEST(render_live(site().context(), {}) == "[]");
}

BOOST_AUTO_TEST_CASE(browsers_learn_how_to_search) {
  SiteInfo info = test::info();
  info.title = "Notes & <tricks> from a \"quiet\" press";
  const std::string text = render_opensearch(info);
  BOOST_TEST(has(text, "<OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">"));
  BOOST_TEST(has(text, "template=\"https://press.example/search/?q={searchTerms}\""));
  BOOST_TEST(has(text, ">https://press.example/favicon.ico</Image>"));
  BOOST_TEST(has(text, "<Query role=\"example\" searchTerms=\"Notes &amp; &lt;tricks&gt;"));
  BOOST_TEST(!has(text, "<tricks>"));
  const std::string name = between(text, "<ShortName>", "</ShortName>");
  BOOST_TEST(name == "Notes &amp; &lt;tricks…");
  for (const char* title :
       {"Ääääääääääääääääääääääää", "日本語の静かな印刷所についての長い話", "Short"}) {
    info.title = title;
    const std::string shown = between(render_opensearch(info), "<ShortName>", "</ShortName>");
    BOOST_TEST(count_code_points(shown) <= 16u);
    BOOST_TEST(!shown.empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace octavo
