// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "app/handle.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "app/answer.h"
#include "tests/render_site.h"

using namespace octavo;
using octavo::test::kDay;
using octavo::test::kNow;

namespace {

struct App {
  explicit App(std::vector<Post> posts, Moment moment = kNow)
      : now(moment),
        snapshot{Site(test::image_of(posts), moment),
                 Theme::load(test::shipped_templates(), ""),
                 std::make_shared<const SiteInfo>(test::info()),
                 {},
                 0,
                 nullptr,
                 nullptr} {}
  Response get(std::string_view target, std::string_view method = "GET",
               std::string_view match = {}) const {
    Request request;
    request.method = method;
    request.target = target;
    request.if_none_match = match;
    return handle(request, snapshot, now);
  }
  Moment now;
  Snapshot snapshot;
};

std::string header(const Response& response, std::string_view name) {
  for (const Header& field : response.headers) {
    if (field.name == name) return field.value;
  }
  return "(none)";
}

// As a front would get it, but without what is for its log alone.
std::shared_ptr<const std::string> framer(const Response& response) {
  Response shown = response;
  std::erase_if(shown.headers, [](const Header& field) { return field.name == "X-Octavo"; });
  return std::make_shared<const std::string>(std::to_string(shown.status) + cgi_head(shown) +
                                             (shown.body ? *shown.body : ""));
}

std::vector<Post> demo() {
  std::vector<Post> posts;
  for (int i = 0; i < 25; ++i)
    posts.push_back(test::post("p" + std::to_string(i), "Post " + std::to_string(i), i + 1));
  posts[0].tags = {"Linux", "a/b", "C++", "grüße"};
  posts[1].tags = {"linux"};
  posts[0].aliases = {{"/2014/old.html/", 1, 1}, {"/blog/2014/x/", 1, 1}};
  Post draft = test::post("draft", "Draft", 1);
  draft.draft = true;
  draft.aliases = {{"/draft-alias/", 1, 1}};
  posts.push_back(draft);
  Post moved = test::post("moved", "Moved", 3);
  moved.redirect_to = "https://elsewhere.example/x?y";
  moved.aliases = {{"/was-moved/", 1, 1}};
  posts.push_back(moved);
  Post local = test::post("local", "Local", 3);
  local.redirect_to = "/about/";
  posts.push_back(local);
  posts.push_back(test::post("Größe", "Umlaut", 400));
  posts.push_back(test::page("about", "About"));
  return posts;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(app_handle_test)

BOOST_AUTO_TEST_CASE(every_url_answers_as_the_table_says) {
  const App app(demo());
  const std::string base = "https://press.example";
  const struct {
    const char* target;
    int status;
    std::string where;  // Content-Type or Location
  } kTable[] = {
      {"/", 200, "text/html; charset=utf-8"},
      {"", 404, ""},
      {"*", 404, ""},
      {"/?utm=1", 200, "text/html; charset=utf-8"},
      {"/blog/", 200, "text/html; charset=utf-8"},
      {"/blog", 301, base + "/blog/"},
      {"/BLOG/", 301, base + "/blog/"},
      {"//blog/", 301, base + "/blog/"},
      {"/./blog/", 301, base + "/blog/"},
      {"/%62log/", 301, base + "/blog/"},
      {"/blog/page/2/", 200, "text/html; charset=utf-8"},
      {"/blog/page/3/", 200, "text/html; charset=utf-8"},
      {"/blog/page/2", 301, base + "/blog/page/2/"},
      {"/blog/page/1/", 301, base + "/blog/"},
      {"/blog/page/1", 301, base + "/blog/"},
      {"/blog/page/0/", 404, ""},
      {"/blog/page/01/", 404, ""},
      {"/blog/page/4/", 404, ""},
      {"/blog/page/99999999999999999999/", 404, ""},
      {"/blog/page/", 404, ""},
      {"/blog/page/2/x/", 404, ""},
      {"/blog/tag/Linux/", 301, base + "/blog/tag/linux/"},
      {"/blog/tag/linux/", 200, "text/html; charset=utf-8"},
      {"/blog/tag/a%2Fb/", 200, "text/html; charset=utf-8"},
      {"/blog/tag/a%2fb/", 301, base + "/blog/tag/a%2Fb/"},
      {"/blog/tag/a/b/", 404, ""},
      {"/blog/tag/C%2B%2B/", 200, "text/html; charset=utf-8"},
      {"/blog/tag/C++/", 301, base + "/blog/tag/C%2B%2B/"},
      {"/blog/tag/GR%C3%9CSSE/", 301, base + "/blog/tag/gr%C3%BC%C3%9Fe/"},
      {"/blog/tag/nothing/", 404, ""},
      {"/blog/tag/", 404, ""},
      {"/blog/year/2026/", 200, "text/html; charset=utf-8"},
      {"/blog/year/2026", 301, base + "/blog/year/2026/"},
      {"/blog/year/1999/", 404, ""},
      {"/blog/year/02026/", 404, ""},
      {"/posts/p3/", 200, "text/html; charset=utf-8"},
      {"/posts/p3", 301, base + "/posts/p3/"},
      {"/posts/p3?a=b&c", 301, base + "/posts/p3/?a=b&c"},
      {"/posts/P3/", 301, base + "/posts/p3/"},
      {"/posts/p3/index.html", 404, ""},
      {"/posts/p3/md/", 200, "text/markdown; charset=utf-8"},
      {"/posts/p3/md", 301, base + "/posts/p3/md/"},
      {"/posts/p3/pdf/", 404, ""},
      {"/posts/", 404, ""},
      {"/posts/none/", 404, ""},
      {"/posts/none", 404, ""},
      {"/posts/draft/", 404, ""},
      {"/posts/Gr%C3%B6%C3%9Fe/", 200, "text/html; charset=utf-8"},
      {"/posts/Gro%CC%88%C3%9Fe/", 301, base + "/posts/Gr%C3%B6%C3%9Fe/"},
      {"/posts/moved/", 301, "https://elsewhere.example/x?y"},
      {"/posts/moved", 301, "https://elsewhere.example/x?y"},
      {"/posts/moved/md/", 404, ""},
      {"/posts/local/", 301, base + "/about/"},
      {"/was-moved/", 301, "https://elsewhere.example/x?y"},
      {"/blog/p3/", 301, base + "/posts/p3/"},
      {"/blog/p3", 301, base + "/posts/p3/"},
      {"/blog/p3/pdf/", 301, base + "/posts/p3/pdf/"},
      {"/blog/p3/md/", 301, base + "/posts/p3/md/"},
      {"/blog/p3/x/", 404, ""},
      {"/blog/none/", 404, ""},
      {"/blog/draft/", 404, ""},
      {"/2014/old.html", 301, base + "/posts/p0/"},
      {"/2014/old.html/", 301, base + "/posts/p0/"},
      {"/blog/2014/x", 301, base + "/posts/p0/"},
      {"/draft-alias/", 404, ""},
      {"/about/", 200, "text/html; charset=utf-8"},
      {"/about", 301, base + "/about/"},
      {"/og/p3.svg", 200, "image/svg+xml"},
      {"/og/p3.SVG", 301, base + "/og/p3.svg"},
      {"/og/p3.svg/", 404, ""},
      {"/og/p3.png", 404, ""},
      {"/og/draft.svg", 404, ""},
      {"/og/.svg", 404, ""},
      {"/sitemap.xml", 200, "application/xml; charset=utf-8"},
      {"/sitemap.xml/", 404, ""},
      {"/robots.txt", 200, "text/plain; charset=utf-8"},
      {"/favicon.ico", 200, "image/x-icon"},
      {"/feed.xml/", 404, ""},
      {"/../etc/passwd", 404, ""},
      {"/%2e%2e/%2e%2e/etc/passwd", 404, ""},
      {"/posts/p3%00/", 404, ""},
      {"/posts/%ff/", 404, ""},
      {"/<script>", 404, ""},
  };
  for (const auto& row : kTable) {
    BOOST_TEST_CONTEXT(row.target) {
      const Response response = app.get(row.target);
      BOOST_TEST(response.status == row.status);
      if (row.status == 200) BOOST_TEST(header(response, "Content-Type") == row.where);
      if (row.status == 301) BOOST_TEST(header(response, "Location") == row.where);
      if (row.status != 200) BOOST_TEST(header(response, "ETag") == "(none)");
      BOOST_TEST(header(response, "X-Content-Type-Options") == "nosniff");
      BOOST_TEST(header(response, "Content-Security-Policy").starts_with("default-src 'none'"));
      if (row.status == 404) BOOST_TEST(header(response, "X-Accel-Expires") == "0");
    }
  }
}

BOOST_AUTO_TEST_CASE(only_get_and_head_are_answered_and_that_before_404) {
  const App app(demo());
  for (const char* method :
       {"POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "get"}) {
    const Response response = app.get("/none/", method);
    BOOST_TEST(response.status == 405);
    BOOST_TEST(header(response, "Allow") == "GET, HEAD");
  }
  const Response head = app.get("/blog/", "HEAD");
  BOOST_TEST(head.status == 200);
  BOOST_TEST(head.head);
  BOOST_TEST(*head.body == *app.get("/blog/").body);
}

BOOST_AUTO_TEST_CASE(an_etag_that_is_known_gives_304_without_a_body) {
  const App app(demo());
  for (const char* target : {"/", "/blog/", "/posts/p3/", "/posts/p3/md/", "/og/p3.svg",
                             "/sitemap.xml", "/robots.txt", "/favicon.ico"}) {
    const Response whole = app.get(target);
    const std::string etag = header(whole, "ETag");
    const Response again = app.get(target, "GET", "\"x\", W/" + etag);
    BOOST_TEST(again.status == 304);
    BOOST_TEST(!again.body);
    BOOST_TEST(header(again, "ETag") == etag);
    BOOST_TEST(header(again, "X-Accel-Expires") == "0");
    BOOST_TEST(header(again, "Cache-Control") == header(whole, "Cache-Control"));
    BOOST_TEST(app.get(target, "GET", "\"other\"").status == 200);
  }
  BOOST_TEST(app.get("/none/", "GET", "*").status == 404);
}

BOOST_AUTO_TEST_CASE(each_coding_is_a_representation_of_its_own) {
  App app(demo());
  app.snapshot.cache = std::make_shared<PageCache>(1u << 20);
  std::vector<std::string> etags;
  for (const char* accept : {"", "gzip", "zstd", "br"}) {
    Request request;
    request.method = "GET";
    request.target = "/posts/p3/";
    request.accept_encoding = accept;
    const Response response = handle(request, app.snapshot, app.now);
    BOOST_TEST(header(response, "Content-Encoding") == (*accept == '\0' ? "(none)" : accept));
    BOOST_TEST(header(response, "Vary") == "Accept, Accept-Encoding");
    etags.push_back(header(response, "ETag"));
    for (int round = 0; round < 2; ++round) {
      BOOST_TEST(*answer(request, app.snapshot, app.now, framer) == *framer(response));
    }
    request.if_none_match = etags.back();
    BOOST_TEST(handle(request, app.snapshot, app.now).status == 304);
    request.if_none_match = etags.front();
    BOOST_TEST(handle(request, app.snapshot, app.now).status == (*accept == '\0' ? 304 : 200));
    request.target = "/favicon.ico";
    BOOST_TEST(header(handle(request, app.snapshot, app.now), "Content-Encoding") == "(none)");
  }
  std::sort(etags.begin(), etags.end());
  BOOST_TEST((std::unique(etags.begin(), etags.end()) == etags.end()));
}

BOOST_AUTO_TEST_CASE(nothing_is_kept_beyond_the_next_change) {
  std::vector<Post> posts = {test::post("a", "A", 1), test::post("b", "B", 0)};
  posts[1].publish_date = {kNow + 61, 0};
  const struct {
    Moment now;
    const char* control;
    const char* accel;
  } kTable[] = {{kNow, "public, max-age=60", "1"},     {kNow + 1, "public, max-age=60", "1"},
                {kNow + 2, "public, max-age=59", "0"}, {kNow + 60, "public, max-age=1", "0"},
                {kNow + 61, "public, max-age=0", "0"}, {kNow + 99, "public, max-age=0", "0"}};
  App app(posts);
  for (const auto& row : kTable) {
    app.now = row.now;
    const Response response = app.get("/blog/");
    BOOST_TEST(header(response, "Cache-Control") == row.control);
    BOOST_TEST(header(response, "X-Accel-Expires") == row.accel);
    BOOST_TEST(response.headers[0].name ==
               "X-Accel-Expires");  // nginx takes the first that it meets
  }
}

BOOST_AUTO_TEST_CASE(a_location_never_outgrows_the_fronts_buffers_or_carries_a_line_break) {
  const App app(demo());
  const Response large = app.get("/posts/p3?" + std::string(7000, 'q'));
  BOOST_TEST(large.status == 301);
  BOOST_TEST(header(large, "Location") == "https://press.example/posts/p3/");
  const Response odd = app.get("/posts/p3?a=%0d%0ax&b=\xc3\xa4 \"<>");
  BOOST_TEST(header(odd, "Location") ==
             "https://press.example/posts/p3/?a=%0d%0ax&b=%C3%A4%20%22%3C%3E");
  BOOST_TEST(app.get("/" + std::string(9000, 'a')).status == 414);
  BOOST_TEST(app.get("/" + std::string(7000, 'a')).status == 404);
}

BOOST_AUTO_TEST_CASE(the_cache_gives_the_same_bytes_and_keeps_no_404) {
  App app(demo());
  app.snapshot.cache = std::make_shared<PageCache>(1u << 20);
  const auto ask = [&](std::string_view target, std::string_view match = {}) {
    Request request;
    request.method = "GET";
    request.target = target;
    request.if_none_match = match;
    return answer(request, app.snapshot, app.now, framer);
  };
  for (const char* target : {"/", "/posts/p3/", "/og/p3.svg"}) {
    BOOST_TEST(*ask(target) == *framer(app.get(target)));
    const auto kept = ask(target);
    BOOST_TEST(*kept == *framer(app.get(target)));
    BOOST_TEST(kept == ask(target));  // the same object: rendered once
    const std::string etag = header(app.get(target), "ETag");
    BOOST_TEST(ask(target, etag)->starts_with("304"));
    BOOST_TEST(ask(target, "\"x\"") == kept);
  }
  const std::size_t before = app.snapshot.cache->bytes();
  for (int i = 0; i < 1000; ++i) {
    BOOST_TEST_REQUIRE(ask("/none/" + std::to_string(i) + "/")->starts_with("404"));
    BOOST_TEST_REQUIRE(ask("/?q=" + std::to_string(i))->starts_with("200"));
  }
  BOOST_TEST(app.snapshot.cache->bytes() == before);
}

BOOST_AUTO_TEST_CASE(a_page_that_a_reload_did_not_change_is_not_packed_again) {
  std::vector<Post> posts = demo();
  App before(posts);
  posts[0].title += " and more";
  App after(posts);
  before.snapshot.cache = after.snapshot.cache = std::make_shared<PageCache>(1u << 20);
  after.snapshot.generation = 1;
  int same = 0, other = 0;
  for (const char* target :
       {"/", "/robots.txt", "/about/", "/posts/p3/", "/og/p3.svg", "/feed.xml"}) {
    Request request;
    request.method = "GET";
    request.target = target;
    request.accept_encoding = "br";
    answer(request, before.snapshot, before.now, framer);
    const auto old = answer(request, before.snapshot, before.now, framer);  // as it is kept
    const auto fresh = answer(request, after.snapshot, after.now, framer);
    BOOST_TEST(*fresh == *framer(handle(request, after.snapshot, after.now)), target);
    BOOST_TEST((old == fresh) == (*old == *fresh), target);  // the same bytes are the same object
    ++(old == fresh ? same : other);
  }
  BOOST_TEST(same >= 2);
  BOOST_TEST(other >= 1);
}

// Else whoever asks the same for as long as it is kept would see no more than that.
BOOST_AUTO_TEST_CASE(a_search_that_was_out_of_time_is_kept_by_nobody) {
  std::vector<Post> posts;
  for (int i = 0; i < 200; ++i) {
    posts.push_back(test::post("p" + std::to_string(i), "Heron " + std::to_string(i), i + 1));
  }
  App app(posts);
  app.snapshot.cache = std::make_shared<PageCache>(1u << 20);
  app.snapshot.searches = std::make_shared<PageCache>(1u << 20);
  for (const char* target : {"/search/?q=heron", "/search/live/?q=heron"}) {
    BOOST_TEST_CONTEXT(target) {
      Request request;
      request.method = "GET";
      request.target = target;
      app.snapshot.search_budget = std::chrono::milliseconds(0);
      const auto hurried = answer(request, app.snapshot, kNow, framer);
      BOOST_TEST(
          hurried->find("X-Accel-Expires: 0\r\nCache-Control: no-cache\r\n") != std::string::npos,
          *hurried);
      BOOST_TEST(app.snapshot.searches->bytes() == 0u);
      app.snapshot.search_budget = std::chrono::seconds(60);
      const auto whole = answer(request, app.snapshot, kNow, framer);
      BOOST_TEST(whole->find("max-age=60") != std::string::npos, *whole);
      const auto kept = answer_at_once(request, app.snapshot, kNow, framer);
      BOOST_REQUIRE(kept != nullptr);
      BOOST_TEST(*kept == *whole);
      app.snapshot.searches = std::make_shared<PageCache>(1u << 20);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
