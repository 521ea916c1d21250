// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

#include "render/markers.h"
#include "render/print.h"
#include "render/search.h"
#include "render/views.h"
#include "tests/render_site.h"

namespace octavo {
namespace {

using test::kDay;
using test::kNow;

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1))
    ++found;
  return found;
}

bool has(std::string_view text, std::string_view part) {
  return count(text, part) > 0;
}

std::string between(std::string_view text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = text.substr(at + from.size());
  return std::string(rest.substr(0, rest.find(to)));
}

// Every marker that can be filled is filled on one page or another of this site.
std::vector<Post> full_site() {
  std::vector<Post> posts;
  for (int i = 0; i < 30; ++i) {
    Post made = test::post("p" + std::to_string(i), "Post " + std::to_string(i), 20 * i + 1);
    made.tags = {i % 2 == 0 ? "even" : "odd", "all"};
    posts.push_back(made);
  }
  Post& rich = posts[5];
  rich.slug = "rich";
  rich.title = "Rich <script>alert(1)</script> & more";
  rich.authors = {"Ada \"A\" L.", "Bo"};
  rich.updated = {kNow - kDay, 3600};
  rich.series = posts[7].series = posts[3].series = "Folding";
  rich.series_order = 2;
  posts[7].series_order = 1;
  posts[3].series_order = 3;
  rich.cover_image = "/content/images/c d.png";
  rich.cover_alt = "A \"cover\"";
  rich.cover_caption = "Below <it>";
  rich.cover_width = 800;
  rich.cover_height = 400;
  rich.toc = true;
  rich.headings = {{2, "one", "One & all"}, {3, "zwei-über", "Zwei"}};
  rich.lang = "de";
  rich.noindex = true;
  rich.description = "Said in a sentence.";
  posts[2].lang = "fr";  // in the list, its item shows the language
  Post about = test::page("about", "About");
  about.lang = "de";
  posts.push_back(about);
  return posts;
}

ListPage whole_list(const test::Rendering& site, unsigned page) {
  const unsigned pages = static_cast<unsigned>((site.site.order().size() + 9) / 10);
  return {ListPage::Kind::all, "", "/blog/", site.site.order(), page, pages};
}

ListPage year_list(const test::Rendering& site) {
  const Year& year = site.site.years().front();
  return {ListPage::Kind::year,
          std::to_string(year.year),
          "/blog/year/" + std::to_string(year.year) + "/",
          year.posts,
          1,
          3};
}

// A search that found something, with all that can be said of it, and one that did not.
SearchPage search_with(const test::Rendering& site) {
  SearchPage page;
  page.typed = "post tag:all year:2026";
  page.query = parse_query(page.typed);
  page.query.shortened = true;
  page.page = 2;
  page.result.hits = {{site.number("p2"), "a <mark>post</mark>"}};
  page.result.total = 30;
  page.result.any_word = page.result.cut_short = true;
  page.result.suggestion = "posts";
  page.result.tags = {{"even", 3}};
  return page;
}
SearchPage search_without(const test::Rendering&) {
  SearchPage page;
  page.typed = "-nothing";
  page.query = parse_query(page.typed);
  return page;
}

void collect(const Values& values, std::string_view file, std::vector<std::string_view>& open,
             std::set<const Marker*>& filled) {
  const auto known = [&](std::string_view name) {
    const Marker* marker = find_marker(file, open, name);
    BOOST_TEST_CONTEXT(file << " " << name) {
      BOOST_TEST(marker != nullptr);
    }
    return marker;
  };
  for (const Values::Text& text : values.texts) {
    const Marker* marker = known(text.name);
    if (marker == nullptr) continue;
    const bool html = marker->kind == MarkerKind::html;
    BOOST_TEST((html || marker->kind == MarkerKind::text));
    BOOST_TEST(html == text.name.ends_with("_HTML"));
    if (!text.text.empty()) filled.insert(marker);
  }
  for (const Values::Group& group : values.groups) {
    const Marker* marker = known(group.name);
    if (marker == nullptr) continue;
    filled.insert(marker);
    const bool include = marker->kind == MarkerKind::include;
    BOOST_TEST((include || marker->kind == MarkerKind::section));
    BOOST_TEST(include == !group.included.empty());
    for (const Values& item : group.items) {
      if (include) {
        std::vector<std::string_view> nothing;
        collect(item, group.included, nothing, filled);
      } else {
        open.push_back(group.name);
        collect(item, file, open, filled);
        open.pop_back();
      }
    }
  }
}

// The pages of a site by kind.
std::vector<std::pair<std::string, std::string>> all_pages(const test::Rendering& site) {
  const RenderContext context = site.context();
  return {{"home", render_home(context)},
          {"list", site.list(1)},
          {"list 2", site.list(2)},
          {"tag", render_list(context, {ListPage::Kind::tag, "even", "/blog/tag/even/",
                                        site.site.find_tag("even")->posts, 1, 2})},
          {"year", render_list(context, year_list(site))},
          {"post", site.post("rich")},
          {"page", render_page(context, site.number("about"))},
          {"search", render_search(context, search_with(site))},
          {"no search", render_search(context, search_without(site))},
          {"404", render_not_found(context, "/posts/rihc/")},
          {"message", render_message(context, 400, "A bad request", "Try again.")}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(render_pages_test)

BOOST_AUTO_TEST_CASE(the_table_of_markers_is_what_the_code_fills) {
  const test::Rendering site(full_site());
  const test::Rendering single({test::post("only", "Only", 1)});
  const test::Rendering empty({});
  const RenderContext context = site.context();
  std::set<const Marker*> filled;
  const auto note = [&](const Values& values) {
    std::vector<std::string_view> open;
    collect(values, "base.html", open, filled);
  };
  note(home_values(context));
  note(home_values(empty.context()));
  note(list_values(context, whole_list(site, 2)));
  note(list_values(context, year_list(site)));
  note(list_values(single.context(), whole_list(single, 1)));
  note(list_values(empty.context(), {ListPage::Kind::all, "", "/blog/", {}, 1, 1}));
  note(post_values(context, site.number("rich")));
  note(page_values(context, site.number("about")));
  note(list_values(context, {ListPage::Kind::tag, "even", "/blog/tag/even/",
                             site.site.find_tag("even")->posts, 1, 2}));
  SearchPage search = search_with(site);
  note(search_values(context, search));
  search.query = parse_query("post");
  search.result.years = {{"2025", 2}};
  search.result.exact = false;
  search.status = Searcher::Status::building;
  note(search_values(context, search));
  search.result.total = 1;
  note(search_values(context, search));
  search.result.hits.clear();
  note(search_values(context, search));
  note(search_values(context, search_without(site)));
  note(not_found_values(context, "/posts/rihc/"));
  note(message_values(context, 500, "Heading", "Sentence", {"/posts/p/", "P"}));
  SiteInfo themed = test::info();
  themed.author = context.site.post(site.number("rich")).authors().front();
  themed.has_press = true;
  themed.scheme = "dark";
  themed.theme_css = ":root{}";
  themed.font_url = "/static/font.woff2";
  themed.logo = {"/logo.svg", "The Quiet Press", 32, 24};
  themed.menu.resize(9, {"More", "/more/"});
  themed.footer = {"A sentence", {{"Imprint", "/imprint/"}}};
  themed.author_box = {"Writes.", "/about/", {"/ada.jpg", "", 96, 96}};
  const test::Rendering dressed(full_site(), themed);
  note(post_values(dressed.context(), dressed.number("rich")));
  const test::Rendering printed(full_site(), themed, "<a href=\"https://a.example/\">A</a>");
  Post arabic = test::post("arabic", "Arabic", 1);
  arabic.lang = "ar";
  const test::Rendering leftward({arabic});
  for (const auto& [of, slug] : {std::pair(&printed, "rich"), std::pair(&leftward, "arabic")}) {
    Sheet sheet;
    std::vector<std::string_view> open;
    collect(print_values(of->context(), of->number(slug), sheet), "print.html", open, filled);
  }
  for (const Marker& marker : markers()) {
    BOOST_TEST_CONTEXT(marker.file << " " << marker.section << " " << marker.name) {
      BOOST_TEST(filled.contains(&marker));
      BOOST_TEST((marker.kind == MarkerKind::html) == marker.name.ends_with("_HTML"));
    }
  }
}

BOOST_AUTO_TEST_CASE(every_page_has_a_sound_frame) {
  const test::Rendering site(full_site());
  std::set<std::string> titles;
  for (const auto& [kind, page] : all_pages(site)) {
    BOOST_TEST_CONTEXT(kind) {
      BOOST_TEST(page.starts_with("<!doctype html>\n<html lang=\"en\">"));
      BOOST_TEST(count(page, "<h1") == 1u);
      BOOST_TEST(count(page, "<main id=\"_main\"") == 1u);
      BOOST_TEST(has(page, "href=\"#_main\""));
      BOOST_TEST(!has(page, "{{"));
      BOOST_TEST(!has(page, " style="));
      BOOST_TEST(!has(page, "href=\"#\""));
      BOOST_TEST(!has(page, "<script>"));
      BOOST_TEST(count(page, "<section") == count(page, "</section>"));
      BOOST_TEST(count(page, "<div") == count(page, "</div>"));
      BOOST_TEST(count(page, "<ul") == count(page, "</ul>"));
      BOOST_TEST(count(page, "<li") - count(page, "<link") == count(page, "</li>"));
      const std::string title = between(page, "<title>", "</title>");
      BOOST_TEST(!title.empty());
      BOOST_TEST(titles.insert(title).second);
    }
  }
}

BOOST_AUTO_TEST_CASE(messages_have_no_canonical_and_are_not_indexed) {
  const test::Rendering site(full_site());
  for (const auto& [kind, page] : all_pages(site)) {
    const bool told = kind == "404" || kind == "message";
    BOOST_TEST_CONTEXT(kind) {
      BOOST_TEST(has(page, "rel=\"canonical\"") != told);
      BOOST_TEST(has(page, "property=\"og:image\"") != told);
      const bool away = told || kind == "post" || kind.ends_with("search");
      BOOST_TEST(has(page, "content=\"noindex\"") == away);
    }
  }
}

BOOST_AUTO_TEST_CASE(canonical_urls_are_absolute_and_links_are_not) {
  const test::Rendering site(full_site());
  BOOST_TEST(has(site.list(2), "rel=\"canonical\" href=\"https://press.example/blog/page/2/\""));
  BOOST_TEST(has(site.list(2), "<a rel=\"prev\" href=\"/blog/\">"));
  BOOST_TEST(has(site.list(2), "<a rel=\"next\" href=\"/blog/page/3/\">"));
  BOOST_TEST(!has(site.list(1), "rel=\"prev\""));
  BOOST_TEST(!has(site.list(3), "rel=\"next\""));
  BOOST_TEST(has(render_home(site.context()), "rel=\"canonical\" href=\"https://press.example/\""));
}

BOOST_AUTO_TEST_CASE(slugs_and_tags_are_percent_encoded_once) {
  Post post = test::post("grün-50", "Grün", 1);
  post.tags = {"a/b", "50%", "C#"};
  const test::Rendering site({post});
  const std::string page = site.post("grün-50");
  for (const char* part :
       {"\"/blog/tag/a%2Fb/\"", "\"/blog/tag/50%25/\"", "\"/blog/tag/C%23/\"",
        "\"https://press.example/posts/gr%C3%BCn-50/\"", "\"/posts/gr%C3%BCn-50/md/\""}) {
    BOOST_TEST_CONTEXT(part) {
      BOOST_TEST(has(page, part));
    }
  }
}

BOOST_AUTO_TEST_CASE(a_post_shows_all_that_it_has) {
  const test::Rendering site(full_site());
  const std::string page = site.post("rich");
  for (const char* part : {
           "<article class=\"post\" lang=\"de\">",
           "<h1>Rich &lt;script&gt;alert(1)&lt;/script&gt; &amp; more</h1>",
           "By Ada &quot;A&quot; L., Bo</span>",
           "updated <time datetime=\"2026-11-17T12:06:40+01:00\">17 November 2026</time>",
           "2 min read",
           "<img src=\"/content/images/c%20d.png\" alt=\"A &quot;cover&quot;\" width=\"800\" "
           "height=\"400\">",
           "<figcaption>Below &lt;it&gt;</figcaption>",
           "<li class=\"level-2\"><a href=\"#one\">One &amp; all</a></li>",
           "<a href=\"#zwei-%C3%BCber\">Zwei</a>",
           "<div class=\"block-rich-text\"><p>Body.</p></div>",
           "rel=\"alternate\" type=\"text/markdown\" href=\"/posts/rich/md/\"",
           "property=\"og:image\" content=\"https://press.example/content/images/c%20d.png\"",
           "property=\"og:type\" content=\"article\"",
           "property=\"article:published_time\"",
           "name=\"description\" content=\"Said in a sentence.\"",
           "<a href=\"/blog/\" aria-current=\"true\">Blog</a>",
           "<a rel=\"prev\" href=\"/posts/p6/\">",
           "<a rel=\"next\" class=\"newer\" href=\"/posts/p4/\">",
       }) {
    BOOST_TEST_CONTEXT(part) {
      BOOST_TEST(has(page, part));
    }
  }
}

BOOST_AUTO_TEST_CASE(structured_data_cannot_close_its_script) {
  const test::Rendering site(full_site());
  const std::string json =
      between(site.post("rich"), "<script type=\"application/ld+json\">", "</script>");
  BOOST_TEST(json.ends_with("}"));
  BOOST_TEST(!has(json, "<"));
  BOOST_TEST(has(json, "\"@type\":\"BlogPosting\""));
  BOOST_TEST(has(json, R"("author":[{"@type":"Person","name":"Ada \"A\" L."})"));
  BOOST_TEST(has(json, R"("dateModified":"2026-11-17T12:06:40+01:00")"));
}

BOOST_AUTO_TEST_CASE(a_series_is_in_its_order_and_marks_this_post) {
  const test::Rendering site(full_site());
  BOOST_TEST(has(site.post("rich"), "<a href=\"#_series\">Folding</a>, part 2 of 3</p>"));
  const std::string box = between(site.post("rich"), "Series: Folding</h2>", "</ol>");
  const std::size_t first = box.find("/posts/p7/"), here = box.find("aria-current=\"page\""),
                    last = box.find("/posts/p3/");
  BOOST_TEST(first < here);
  BOOST_TEST(here < last);
  BOOST_TEST(last != std::string::npos);
  BOOST_TEST(!has(site.post("p1"), "Series:"));
}

BOOST_AUTO_TEST_CASE(a_series_of_one_visible_post_is_not_shown) {
  Post a = test::post("a", "A", 1), b = test::post("b", "B", 2);
  a.series = b.series = "S";
  b.draft = true;
  BOOST_TEST(!has(test::Rendering({a, b}).post("a"), "Series:"));
}

BOOST_AUTO_TEST_CASE(related_posts_share_most_tags_then_are_newest) {
  std::vector<Post> posts;
  for (int i = 0; i < 8; ++i) {
    posts.push_back(test::post("p" + std::to_string(i), "P", i + 1));
    posts.back().tags = {"x"};
  }
  posts[0].tags = {"x", "Y", "z"};
  posts[6].tags = {"X", "y", "z"};
  posts[4].tags = {"y", "z"};
  posts[1].draft = true;
  const std::string box = between(test::Rendering(posts).post("p0"), "Related posts</h2>", "</ul>");
  std::vector<std::string> order;
  for (std::size_t at = box.find("/posts/"); at != std::string::npos;
       at = box.find("/posts/", at + 1))
    order.push_back(box.substr(at + 7, 2));
  BOOST_TEST(order == (std::vector<std::string>{"p6", "p4", "p2", "p3"}),
             boost::test_tools::per_element());
  BOOST_TEST(!has(test::Rendering({test::post("a", "A", 1)}).post("a"), "Related"));
}

BOOST_AUTO_TEST_CASE(a_contents_needs_two_headings_and_the_wish) {
  Post post = test::post("a", "A", 1);
  post.headings = {{2, "x", "X"}, {2, "y", "Y"}};
  BOOST_TEST(!has(test::Rendering({post}).post("a"), "Contents"));
  post.toc = true;
  BOOST_TEST(has(test::Rendering({post}).post("a"), "Contents"));
  post.headings.pop_back();
  BOOST_TEST(!has(test::Rendering({post}).post("a"), "Contents"));
}

BOOST_AUTO_TEST_CASE(a_card_image_is_always_a_raster) {
  struct Row {
    const char* cover;
    const char* image;
    const char* type;
  };
  const Row rows[] = {
      {"", "https://press.example/static/og-default.png", "image/png"},
      {"/content/images/a.svg", "https://press.example/static/og-default.png", "image/png"},
      {"/content/images/A.JPG", "https://press.example/content/images/A.JPG", "image/jpeg"},
      {"https://cdn.example/a.webp?w=9", "https://cdn.example/a.webp?w=9", "image/webp"},
  };
  for (const Row& row : rows) {
    Post post = test::post("a", "A", 1);
    post.cover_image = row.cover;
    const std::string page = test::Rendering({post}).post("a");
    BOOST_TEST_CONTEXT(row.cover) {
      BOOST_TEST(between(page, "\"og:image\" content=\"", "\"") == row.image);
      BOOST_TEST(between(page, "\"og:image:type\" content=\"", "\"") == row.type);
      BOOST_TEST(between(page, "\"twitter:image\" content=\"", "\"") == row.image);
      BOOST_TEST(between(page, "\"twitter:image:alt\" content=\"", "\"") ==
                 between(page, "\"og:image:alt\" content=\"", "\""));
    }
  }
}

BOOST_AUTO_TEST_CASE(with_a_press_a_post_leads_to_its_pdf_and_shows_its_own_card) {
  SiteInfo with = test::info();
  with.has_press = true;
  Post covered = test::post("grün-1", "A & \"B\"", 1), bare = test::post("b", "B", 2);
  covered.cover_image = "/content/images/a.jpg";
  covered.cover_alt = "A boat";
  const test::Rendering pressed({covered, bare, test::page("about", "About")}, with);
  const std::string page = pressed.post("grün-1");
  for (const char* part :
       {" type=\"application/pdf\" href=\"/posts/gr%C3%BCn-1/pdf/\">This post as PDF</a>",
        "\"og:image\" content=\"https://press.example/og/gr%C3%BCn-1.png\"",
        "\"og:image:type\" content=\"image/png\"", "\"og:image:width\" content=\"1200\"",
        "\"og:image:height\" content=\"630\"",
        "\"og:image:alt\" content=\"A &amp; &quot;B&quot; – The Quiet Press\"",
        "\"twitter:image\" content=\"https://press.example/og/gr%C3%BCn-1.png\"",
        "\"twitter:image:alt\" content=\"A &amp; &quot;B&quot; – The Quiet Press\"",
        // Structured data wants a picture of the matter where there is one.
        "\"url\":\"https://press.example/content/images/a.jpg\""}) {
    BOOST_TEST_CONTEXT(part) {
      BOOST_TEST(has(page, part));
    }
  }
  BOOST_TEST(has(pressed.post("b"), "\"url\":\"https://press.example/og/b.png\""));
  // Pages have neither, nor has a site without a press.
  const std::string about = render_page(pressed.context(), pressed.number("about"));
  const std::string plain = test::Rendering({covered, bare}).post("b");
  for (const std::string& other : {about, plain}) {
    BOOST_TEST(!has(other, "pdf"));
    BOOST_TEST(!has(other, "/og/"));
  }
}

BOOST_AUTO_TEST_CASE(a_given_canonical_url_is_told) {
  Post post = test::post("a", "A", 1);
  post.canonical_url = "https://elsewhere.example/a?b&c";
  BOOST_TEST(has(test::Rendering({post}).post("a"),
                 "rel=\"canonical\" href=\"https://elsewhere.example/a?b&amp;c\""));
  post.canonical_url = "/posts/other/";
  BOOST_TEST(has(test::Rendering({post}).post("a"),
                 "rel=\"canonical\" href=\"https://press.example/posts/other/\""));
}

BOOST_AUTO_TEST_CASE(a_long_summary_is_shortened_for_the_head) {
  Post post = test::post("a", "A", 1);
  post.summary.clear();
  for (int i = 0; i < 60; ++i) post.summary += "wörd ";
  const std::string text =
      between(test::Rendering({post}).post("a"), "name=\"description\" content=\"", "\"");
  BOOST_TEST(text.size() < 220u);
  BOOST_TEST(text.ends_with("…"));
}

BOOST_AUTO_TEST_CASE(home_shows_the_latest_and_the_same_picks_each_time) {
  const test::Rendering site(full_site());
  const std::string page = render_home(site.context());
  BOOST_TEST(count(page, "<article class=\"item\"") == 10u);
  const std::string archive = between(page, "From the archive</h2>", "</ul>");
  BOOST_TEST(count(archive, "<li>") == 4u);
  for (int i = 0; i < 10; ++i) {
    BOOST_TEST(!has(archive, "/posts/p" + std::to_string(i) + "/"));
  }
  BOOST_TEST(page == render_home(test::Rendering(full_site()).context()));
  BOOST_TEST(has(page, "<a href=\"/blog/tag/all/\">all <span class=\"count\">30</span></a>"));
  BOOST_TEST(page.find("/blog/tag/all/\">all <span") < page.find("/blog/tag/even/\">even <span"));
}

BOOST_AUTO_TEST_CASE(a_long_menu_can_be_folded) {
  SiteInfo info = test::info();
  info.menu.assign(6, {"Entry", "/entry/"});
  const auto page = [&] { return render_home(test::Rendering({}, info).context()); };
  BOOST_TEST(!has(page(), "<summary>Menu</summary>"));
  info.menu.push_back({"One too many", "/more/"});
  BOOST_TEST(has(page(), "<summary>Menu</summary>"));
  BOOST_TEST(count(between(page(), "<ul class=\"menu\">", "</ul>"), "<li>") == 7u);
}

BOOST_AUTO_TEST_CASE(a_small_site_has_no_archive) {
  const std::string page = render_home(test::Rendering({test::post("a", "A", 1)}).context());
  BOOST_TEST(!has(page, "archive"));
  BOOST_TEST(!has(page, "All posts"));
}

BOOST_AUTO_TEST_CASE(an_empty_site_says_so) {
  const test::Rendering site({});
  BOOST_TEST(has(render_home(site.context()), "Nothing has been published here yet."));
  BOOST_TEST(has(site.list(), "Nothing has been published here yet."));
  BOOST_TEST(count(render_not_found(site.context(), "/x/"), "<h1") == 1u);
}

BOOST_AUTO_TEST_CASE(lists_of_years_and_tags_name_themselves) {
  const test::Rendering site(full_site());
  const std::string year = render_list(site.context(), year_list(site));
  BOOST_TEST(has(year, "<h1>Posts from 2026</h1>"));
  BOOST_TEST(has(year, "<a href=\"/blog/year/2026/\" aria-current=\"page\">"));
  BOOST_TEST(has(site.tag("even"), "<h1>Posts tagged “even”</h1>"));
  BOOST_TEST(has(site.tag("even"), "15 posts"));
  BOOST_TEST(between(site.list(2), "<title>", "</title>") == "Blog, page 2 – The Quiet Press");
}

BOOST_AUTO_TEST_CASE(not_found_leads_on) {
  std::vector<Post> posts = full_site();
  posts.push_back(test::post("how-to-fold", "How to fold", 400));
  posts.push_back(test::post("hidden-how-to-fold", "Hidden", 400));
  posts.back().draft = true;
  const test::Rendering site(posts);
  struct Row {
    const char* path;
    const char* near;  // nullptr: nothing is near
  };
  const Row rows[] = {
      {"/posts/how-to-fuld/", "/posts/how-to-fold/"},
      {"/blog/how-to-fold-a-sheet/", "/posts/how-to-fold/"},
      {"/2020/05/How-To-Fold.html", "/posts/how-to-fold/"},
      {"/posts/how-to/", "/posts/how-to-fold/"},
      {"/abuot/", "/about/"},
      {"/zzzzzzzz/", nullptr},
      {"/posts/%FF%FE/", nullptr},
      {"/", nullptr},
      {"", nullptr},
  };
  for (const Row& row : rows) {
    BOOST_TEST_CONTEXT(row.path) {
      const std::string page = render_not_found(site.context(), row.path);
      const std::string near = between(page, "Did you mean</h2>", "</ul>");
      BOOST_TEST(near.empty() == (row.near == nullptr));
      if (row.near != nullptr) BOOST_TEST(between(near, "<a href=\"", "\"") == row.near);
      BOOST_TEST(!has(page, "hidden-how"));
      BOOST_TEST(count(between(page, "<aside", "</aside>"), "<li>") == 5u);
    }
  }
}

BOOST_AUTO_TEST_CASE(not_found_shows_any_path_safely) {
  const test::Rendering site(full_site());
  const std::string page =
      render_not_found(site.context(), "/%3Cscript%3Ealert(1)%00%0D%0A%3C/script%3E\"'&/");
  BOOST_TEST(has(page, "<code class=\"path\">/&lt;script&gt;alert(1)&lt;/script&gt;&quot;"));
  const std::string shown = between(
      render_not_found(site.context(), "/" + std::string(100'000, 'a')), "class=\"path\">", "<");
  BOOST_TEST(shown.size() < 100u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace octavo
