// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "search/searcher.h"

#include <xapian.h>

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <thread>

#include "base/text.h"
#include "search/index.h"
#include "search/terms.h"
#include "tests/search_folder.h"

using namespace octavo;
using octavo::test::StateFolder;

namespace {

namespace files = std::filesystem;
using Source = SearchResult::Source;
using Status = Searcher::Status;

constexpr Moment kNow = 1'800'000'000;  // January 2027
constexpr Moment kDay = 86400;

struct Draft {
  std::string slug, title, text;
  int age = 1;  // days
  std::vector<std::string> tags = {};
  std::string lang = "en", description = "";
  bool page = false, noindex = false, draft = false;
  std::string redirect_to = "";
  Moment until = kNever;
};

std::shared_ptr<const Image> image_of(const std::vector<Draft>& drafts) {
  std::vector<ComposedPost> composed;
  for (const Draft& draft : drafts) {
    ComposedPost one;
    Post& p = one.post;
    p.file = (draft.page ? "pages/" : "posts/") + draft.slug + ".md";
    p.page = draft.page;
    p.slug = draft.slug;
    p.title = draft.title;
    p.lang = draft.lang;
    p.description = draft.description;
    p.tags = draft.tags;
    p.noindex = draft.noindex;
    p.draft = draft.draft;
    p.redirect_to = draft.redirect_to;
    p.date = p.publish_date = {kNow - draft.age * kDay, 0};
    p.expiry_date = {draft.until, 0};
    one.parts[0] = one.parts[1] = pack("");
    one.parts[2] = pack(draft.text);
    composed.push_back(std::move(one));
  }
  const Fd fd = open_memfd("octavo-search-test");
  ImageWriter(1, 1).write(fd.number(), std::move(composed), {});
  return Image::open(fd.number());
}

// A site, its index, and who searches it.
struct Library {
  explicit Library(const std::vector<Draft>& drafts, Moment moment = kNow)
      : site(image_of(drafts), moment), searcher(folder.index()) {
    update_index(site, "en", folder.index());
    searcher.refresh();
  }
  SearchResult search(std::string_view typed, bool as_typed = false) const {
    SearchRequest request;
    request.query = parse_query(typed);
    request.as_typed = as_typed;
    request.budget = std::chrono::seconds(10);  // the machine may be slow
    return searcher.search(site, request);
  }
  std::string slugs(const SearchResult& result) const {
    std::string out;
    for (const Hit& hit : result.hits)
      out += (out.empty() ? "" : " ") + std::string(site.post(hit.number).slug());
    return out;
  }
  std::string found(std::string_view typed) const { return slugs(search(typed)); }
  std::string live(std::string_view typed) const { return slugs(search(typed, true)); }
  std::string snippet(std::string_view typed) const {
    const SearchResult result = search(typed);
    return result.hits.empty() ? "(nothing)" : result.hits.front().snippet_html;
  }

  StateFolder folder;
  Site site;
  Searcher searcher;
};

std::vector<Draft> shelf() {
  return {
      {"press",
       "Printing with movable type",
       "The press squeezes ink out of the types. The printers of Gutenberg were running out of "
       "lead.",
       10,
       {"Print"}},
      {"paper",
       "On paper",
       "Paper is made of rags. An old printer's son told me so, in Mainz.",
       400,
       {"Print", "Open Source"}},
      {"bread", "Sourdough", "Bread needs time, \"strong\" flour & <patience>.", 20, {"a/b"}},
      {"wald", "Spaziergang", "Die Häuser am Rande des Waldes standen leer.", 30, {}, "de"},
      {"tokyo",
       "東京の図書館",
       "東京の国立国会図書館で本を読みました。とても静かです。",
       40,
       {},
       "ja"},
      {"arabic", "مكتبة", "زرت المكتبة الكبيرة في القاهرة وقرأت كتابا قديما.", 50, {}, "ar"},
      {"party", "🎉🎊", "🎉🎊🥳", 60, {"🎉"}, "en", "🎉 all day"},
      {"about", "About", "The librarian writes here about typography.", 5, {}, "en", "", true},
      {"hidden",
       "Unlisted typography",
       "A noindex page about typography.",
       5,
       {},
       "en",
       "",
       false,
       true},
      {"gone", "Gone typography", "typography", 5, {}, "en", "", false, false, false, "/press/"},
      {"draft", "Draft typography", "typography", 5, {}, "en", "", false, false, true},
  };
}

std::size_t count_of(const std::string& text, std::string_view what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1))
    ++count;
  return count;
}

// Only <mark> is an element, each is closed, nothing else stands unescaped.
bool is_safe(std::string html) {
  if (find_bad_utf8(html) != std::string_view::npos) return false;
  bool open = false;
  for (std::size_t at = 0; (at = html.find_first_of("<>\"'", at)) != std::string::npos;) {
    const std::string_view rest = std::string_view(html).substr(at);
    const std::string_view sought = open ? "</mark>" : "<mark>";
    if (!rest.starts_with(sought)) return false;
    open = !open;
    at += sought.size();
  }
  return !open;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(search_searcher_test)

BOOST_AUTO_TEST_CASE(what_is_sought_is_found) {
  const Library library(shelf());
  BOOST_TEST((library.searcher.status() == Status::ready));
  const struct {
    const char *typed, *slugs;
  } kTable[] = {
      {"gutenberg", "press"},       // in the body alone
      {"squeeze", "press"},         // stems
      {"printing mainz", "paper"},  // of another form
      {"run lead", "press"},        // all words
      {"Häuser", "wald"},           // the post's own language
      {"haus", "wald"},             // Häuser
      {"walds", "wald"},
      {"Wald", "wald"},                   // Waldes
      {"\"movable type\"", "press"},      // a phrase
      {"\"type movable\"", ""},           // order matters
      {"\"out of the types\"", "press"},  //
      {"\"printers\"", "press"},          // quoted: as written
      {"\"printer\"", ""},
      {"print -rags", "press"},                 // negation
      {"print -\"out of lead\"", "paper"},      //
      {"print -tag:\"open source\"", "press"},  //
      {"tag:\"open source\"", "paper"},         // blanks
      {"tag:OPEN tag:source", ""},              //
      {"TAG:\"oPEN sOURCE\" rags", "paper"},    // case
      {"tag:a/b", "bread"},                     // a slash
      {"tag:print year:2025", "paper"},         //
      {"year:2025", "paper"},                   //
      {"year:1999 paper", ""},                  //
      {"title:paper", "paper"},                 //
      {"title:ink", ""},                        //
      {"title:print", "press"},                 // stems there, too
      {"title:\"movable type\"", "press"},      //
      {"図書館", "tokyo"},                      //
      {"国会", "tokyo"},                        //
      {"京", "tokyo"},                          // one character
      {"\"国立国会\"", "tokyo"},                //
      {"\"国会国立\"", ""},                     //
      {"القاهرة", "arabic"},                    //
      {"المكتبة", "arabic"},                    //
      {"🎉", "party"},                           // not in the index; its title is looked at
      {"typography", "about"},                  // a page, and nothing that is hidden
      {"-print", ""},                           //
      {"", ""},                                 //
  };
  for (const auto& row : kTable) {
    BOOST_TEST_CONTEXT(row.typed) {
      const SearchResult result = library.search(row.typed);
      BOOST_TEST(!result.any_word);
      if (*row.slugs != '\0' || !result.any_word) BOOST_TEST(library.slugs(result) == row.slugs);
      BOOST_TEST(result.total == result.hits.size());
      BOOST_TEST(result.exact);
      BOOST_TEST(!result.cut_short);
      BOOST_TEST((result.source == Source::index));
      for (const Hit& hit : result.hits) {
        BOOST_TEST(is_safe(hit.snippet_html));
        BOOST_TEST(!hit.snippet_html.empty());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_last_word_goes_on_as_it_is_typed) {
  const Library library(shelf());
  const struct {
    const char *typed, *slugs;
  } kTable[] = {{"gut", "press"},       {"gu", "press"},       {"g", ""},
                {"gut ", ""},           {"rag ma", "paper"},   {"ma rag", ""},
                {"title:mov", "press"}, {"図", "tokyo"},       {"图", ""},
                {"القا", "arabic"},     {"bread -ti", "bread"}};
  for (const auto& row : kTable) BOOST_TEST_CONTEXT(row.typed) {
      const SearchResult result = library.search(row.typed, true);
      BOOST_TEST((result.any_word ? "" : library.slugs(result)) == row.slugs);
      BOOST_TEST(result.tags.empty());
      BOOST_TEST(result.suggestion.empty());
    }
  BOOST_TEST(library.found("gut") == "");
}

BOOST_AUTO_TEST_CASE(some_of_the_words_are_better_than_nothing) {
  const Library library(shelf());
  const SearchResult result = library.search("sourdough gutenberg");
  BOOST_TEST(result.any_word);
  BOOST_TEST(result.total == 2u);
  BOOST_TEST(library.search("sourdough gutenberg tag:a/b").total == 1u);  // filters stay
  BOOST_TEST(library.search("sourdough gutenberg -flour").total == 1u);   // negations, too
  BOOST_TEST(!library.search("sourdough flour").any_word);
  BOOST_TEST(library.search("国会 gutenberg").any_word);
}

BOOST_AUTO_TEST_CASE(a_typo_is_understood) {
  const Library library(shelf());
  const struct {
    const char *typed, *suggestion;
  } kTable[] = {{"guttenberg", "gutenberg"},
                {"Gutenbrg \"movable tyep\" -x", "gutenberg \"movable type\" -x"},
                {"title:moveable", "title:movable"},
                {"gutenberg", ""},
                {"Gutenberg's", ""},  // nor is this
                {"Gutenberg\u2019s", ""},
                {"squeezed", ""},  // another form is no typo
                {"rgas", "rags"},
                {"rag", ""},                   // three letters
                {"guttenberg sourdough", ""},  // would find nothing
                {"国会図図", ""},
                {"zzzzzzzz", ""}};
  for (const auto& row : kTable) BOOST_TEST_CONTEXT(row.typed) {
      const SearchResult result = library.search(row.typed);
      BOOST_TEST(result.suggestion == row.suggestion);
      if (!result.suggestion.empty()) BOOST_TEST(library.search(result.suggestion).total > 0u);
    }
}

BOOST_AUTO_TEST_CASE(snippets_show_where_it_stands) {
  const Library library(shelf());
  const struct {
    const char *typed, *snippet;
  } kTable[] = {
      {"gutenberg", "printers of <mark>Gutenberg</mark> were"},
      {"printing press", "The <mark>press</mark> squeezes"},
      {"\"running out of lead\"", "were <mark>running out of lead</mark>."},
      {"mainz", "in <mark>Mainz</mark>."},
      {"wald", "des <mark>Waldes</mark> standen"},
      {"patience", "flour &amp; &lt;<mark>patience</mark>&gt;."},
      {"printer mainz", "old <mark>printer&#39;s</mark> son"},
      {"strong", "&quot;<mark>strong</mark>&quot;"},
      {"国会図書館", "国立<mark>国会図書館</mark>で"},
      {"القاهرة", "في <mark>القاهرة</mark> وقرأت"},
      {"tag:a/b", "Bread needs time, &quot;strong&quot;"},
  };
  for (const auto& row : kTable) BOOST_TEST_CONTEXT(row.typed) {
      const std::string snippet = library.snippet(row.typed);
      BOOST_TEST_CONTEXT(snippet) BOOST_TEST(snippet.find(row.snippet) != std::string::npos);
    }
  BOOST_TEST(library.snippet("🎉") == "<mark>🎉</mark> all day");
}

BOOST_AUTO_TEST_CASE(snippets_stay_small_and_whole) {
  std::string long_text, arabic, japanese;
  for (int i = 0; i < 400; ++i) {
    long_text += "lorem ipsum dolor sit \n amet ";
    arabic += "السلام عليكم ورحمة الله ";
    japanese += "日本語の文章がここにあります";
  }
  const Library library({
      {"a", "A", long_text + "needle and pin " + long_text, 1},
      {"b", "B", arabic + "إبرة " + arabic, 2, {}, "ar"},
      {"c", "C", japanese + "針" + japanese, 3, {}, "ja"},
      {"d", "D", "needle " + long_text, 4},
      {"e", "E", long_text + " needle", 5},
      {"f", "F", "pin " + long_text + "needle pin " + long_text, 6},
      {"g", "G", std::string(100'000, 'x') + " late", 7, {}, "en", "Described <here>."},
      {"h", "late", std::string(100'000, 'x'), 8},
      {"i", "I", "joined " + std::string(3000, 'y') + "needle", 9},
  });
  for (const char* typed : {"needle", "pin", "\"needle and pin\"", "إبرة", "針", "日本", "late",
                            "lorem", "joined", "needle pin"}) {
    for (const Hit& hit : library.search(typed).hits)
      BOOST_TEST_CONTEXT(typed << ": " << hit.snippet_html) {
        BOOST_TEST(is_safe(hit.snippet_html));
        BOOST_TEST(count_of(hit.snippet_html, "  ") == 0u);
        BOOST_TEST(count_code_points(hit.snippet_html) <
                   330u + 13 * count_of(hit.snippet_html, "<mark>"));
        BOOST_TEST(count_code_points(hit.snippet_html) > 15u);
      }
  }
  BOOST_TEST(library.search("needle pin").hits.size() == 2u);
  // Where both stand, not where the first does.
  const SearchResult both = library.search("needle pin title:f");
  BOOST_TEST(both.hits.at(0).snippet_html.find("<mark>needle</mark> <mark>pin</mark>") !=
             std::string::npos);
  BOOST_TEST(library.snippet("needle title:d").starts_with("<mark>needle</mark> lorem"));
  BOOST_TEST(library.snippet("needle title:e").ends_with("amet <mark>needle</mark>"));
  BOOST_TEST(library.snippet("needle title:a").starts_with("…"));
  BOOST_TEST(library.snippet("針").find("<mark>針</mark>") != std::string::npos);
  BOOST_TEST(library.snippet("late title:g") == "Described &lt;here&gt;.");  // beyond the window
}

BOOST_AUTO_TEST_CASE(what_is_new_comes_first_among_equals_only) {
  std::vector<Draft> drafts;
  for (int i = 0; i < 30; ++i)
    drafts.push_back(
        {"filler" + std::to_string(i), "Filler", "Other words, all of them.", 100 + i});
  drafts.push_back({"new", "Something", "It mentions heron once among many other words.", 1});
  drafts.push_back({"old", "Something", "It mentions heron once among many other words.", 3000});
  drafts.push_back({"best", "The heron", "The heron: a heron in its herony.", 5000});
  const Library library(drafts);
  BOOST_TEST(library.found("heron") == "best new old");
  // A filter alone: newest first.
  std::vector<Draft> tagged;
  for (int i = 0; i < 5; ++i)
    tagged.push_back({"t" + std::to_string(i), "T", "x", 1000 - 150 * i, {"tag"}});
  BOOST_TEST(Library(tagged).found("tag:tag") == "t4 t3 t2 t1 t0");
}

BOOST_AUTO_TEST_CASE(a_few_posts_are_ranked_as_many_are) {
  const Library library({{"new", "Something", "It mentions heron once among many words.", 1},
                         {"best", "The heron", "The heron: a heron in its herony.", 3000}});
  BOOST_TEST(library.found("heron") == "best new");
}

BOOST_AUTO_TEST_CASE(titles_come_before_bodies) {
  std::string much;
  for (int i = 0; i < 30; ++i)
    much += "Design of systems, the system's designs, designing systems. ";
  std::vector<Draft> drafts = {
      {"body", "Getting prepared", much, 1},
      {"title", "A large-scale design system", "How we made one.", 400},
      {"phrase", "Other things", "Of the design system alone, once.", 1},
  };
  for (int i = 0; i < 20; ++i)
    drafts.push_back({"f" + std::to_string(i), "Filler", "Any design. Some system.", 10});
  const Library library(drafts);
  for (const char* typed : {"design systems", "systems design", "\"design system\"", "system"})
    BOOST_TEST_CONTEXT(typed) BOOST_TEST(library.found(typed).starts_with("title "));
  BOOST_TEST(library.live("design sys").starts_with("title "));
}

BOOST_AUTO_TEST_CASE(apostrophes_are_alike) {
  const Library library(
      {{"a", "A", "The printer\u2019s devil.", 1}, {"b", "B", "A printer's ink.", 2}});
  BOOST_TEST(library.snippet("printer devil") ==
             "The <mark>printer\u2019s</mark> <mark>devil</mark>.");
  BOOST_TEST(library.found("printer\u2019s") == "a b");
}

BOOST_AUTO_TEST_CASE(a_rest_changes_nothing) {
  const Library library(shelf());
  BOOST_TEST(library.found("gutenberg") == "press");
  const std::uint64_t generation = library.searcher.generation();
  library.searcher.rest();
  library.searcher.rest();
  BOOST_TEST(library.found("gutenberg") == "press");
  BOOST_TEST(library.searcher.generation() == generation);
  BOOST_TEST((library.searcher.status() == Status::ready));
}

BOOST_AUTO_TEST_CASE(facets_are_the_sites) {
  const Library library(shelf());
  const SearchResult result = library.search("print");
  BOOST_REQUIRE(result.tags.size() == 2u);
  BOOST_TEST(result.tags[0].name == "Print");
  BOOST_TEST(result.tags[0].count == 2u);
  BOOST_TEST(result.tags[1].name == "Open Source");
  BOOST_REQUIRE(result.years.size() == 2u);
  BOOST_TEST(result.years[0].name == "2027");
  BOOST_TEST(result.years[1].name == "2025");
}

BOOST_AUTO_TEST_CASE(results_come_in_pages) {
  std::vector<Draft> drafts;
  for (int i = 0; i < 37; ++i)
    drafts.push_back({"p" + std::to_string(i), "Post", "The same text everywhere.", i + 1});
  const Library library(drafts);
  std::vector<std::uint32_t> seen;
  for (std::size_t first = 0; first < 50; first += 10) {
    SearchRequest request;
    request.query = parse_query("same text");
    request.first = first;
    const SearchResult result = library.searcher.search(library.site, request);
    BOOST_TEST(result.total == 37u);
    BOOST_TEST(result.exact);
    for (const Hit& hit : result.hits) seen.push_back(hit.number);
  }
  BOOST_TEST(seen.size() == 37u);
  std::sort(seen.begin(), seen.end());
  BOOST_TEST((std::unique(seen.begin(), seen.end()) == seen.end()));
  SearchRequest far;
  far.query = parse_query("same");
  far.first = 1'000'000'000;
  BOOST_TEST(library.searcher.search(library.site, far).hits.empty());
}

BOOST_AUTO_TEST_CASE(nothing_tells_of_a_hidden_post) {
  std::vector<Draft> drafts = shelf();
  drafts.push_back({"secret",
                    "Merger with Hyperborea",
                    "Hyperborea pays well, says gutenberg.",
                    -1,
                    {"Secrets"}});
  Library library(drafts, kNow + 2 * kDay);
  BOOST_TEST(library.found("hyperborea") == "secret");
  BOOST_TEST(library.search("hyperbora").suggestion == "hyperborea");
  // The index knows it; the site of a day before does not show it.
  const Site earlier(image_of(drafts), kNow);
  const auto search = [&](std::string_view typed, bool live = false) {
    SearchRequest request;
    request.query = parse_query(typed);
    request.as_typed = live;
    return library.searcher.search(earlier, request);
  };
  for (const char* typed :
       {"hyperborea", "hyperbora", "merger hyperborea", "tag:secrets", "pays"}) {
    const SearchResult result = search(typed);
    BOOST_TEST_CONTEXT(typed) {
      BOOST_TEST((result.source == Source::index));
      BOOST_TEST(result.total == 0u);
      BOOST_TEST(result.hits.empty());
      BOOST_TEST(result.suggestion.empty());
      BOOST_TEST(result.tags.empty());
      BOOST_TEST(result.years.empty());
    }
  }
  BOOST_TEST(search("hyperb", true).total == 0u);
  BOOST_TEST(search("gutenberg").total == 1u);
  BOOST_TEST(search("gutenberg hyperbora").suggestion.empty());
  // And back: handles remember which document is which post.
  BOOST_TEST(library.found("hyperborea") == "secret");
  BOOST_TEST(search("hyperborea").total == 0u);
}

BOOST_AUTO_TEST_CASE(an_old_index_shows_what_the_site_shows) {
  Library library(shelf());
  std::vector<Draft> now = shelf();
  now[0].slug = "PRESS";     // another slug
  now[1].noindex = true;     // no longer to be found
  now[2].redirect_to = "/";  // moved
  now[3].until = kNow;       // expired
  library.site = Site(image_of(now), kNow);
  for (const char* typed : {"gutenberg", "rags", "sourdough", "waldes"})
    BOOST_TEST(library.found(typed) == "");
  BOOST_TEST(library.found("国会") == "tokyo");
}

BOOST_AUTO_TEST_CASE(without_an_index_titles_answer) {
  Library library(shelf());
  const Searcher none("");
  Searcher missing(library.folder.index() + "/nowhere");
  BOOST_TEST((none.status() == Status::none));
  BOOST_TEST((missing.status() == Status::building));
  missing.refresh();
  BOOST_TEST((missing.status() == Status::building));
  const struct {
    const char* typed;
    bool live;
    const char* slugs;
  } kTable[] = {{"printing", false, "press"},
                {"PRINT", false, "press paper"},
                {"print", false, "press paper"},
                {"prin", false, ""},
                {"prin", true, "press paper"},
                {"prin ", true, ""},
                {"p", true, ""},
                {"gutenberg", false, ""},
                {"movable printing", false, "press"},
                {"\"movable type\"", false, "press"},
                {"\"type movable\"", false, ""},
                {"\"paper print\"", false, ""},  // not from one field into the next
                {"tag:print", false, "press paper"},
                {"tag:\"Open source\" -tag:x", false, "paper"},
                {"tag:print -open", false, "press"},
                {"tag:print year:2025", false, "paper"},
                {"title:print", false, ""},
                {"title:paper", false, "paper"},
                {"title:pap", true, "paper"},
                {"図書館", false, "tokyo"},
                {"🎉", false, "party"},
                {"all day", false, "party"},
                {"about", false, "about"},
                {"typography", false, ""},
                {"-print", false, ""},
                {"b", false, "bread"}};
  for (const Searcher* searcher : {&none, static_cast<const Searcher*>(&missing)}) {
    for (const auto& row : kTable) {
      SearchRequest request;
      request.query = parse_query(row.typed);
      request.as_typed = row.live;
      const SearchResult result = searcher->search(library.site, request);
      BOOST_TEST_CONTEXT(row.typed) {
        BOOST_TEST(library.slugs(result) == row.slugs);
        BOOST_TEST(result.total == result.hits.size());
        BOOST_TEST((result.source == Source::titles));
        for (const Hit& hit : result.hits) BOOST_TEST(!hit.snippet_html.empty());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_index_is_taken_up_when_it_is_there) {
  const StateFolder folder;
  const Site site(image_of(shelf()), kNow);
  Searcher searcher(folder.index());
  searcher.refresh();
  const std::uint64_t before = searcher.generation();
  SearchRequest request;
  request.query = parse_query("gutenberg");
  BOOST_TEST((searcher.search(site, request).source == Source::titles));
  update_index(site, "en", folder.index());
  BOOST_TEST((searcher.search(site, request).source == Source::titles));  // nobody has said so
  searcher.refresh();
  BOOST_TEST((searcher.status() == Status::ready));
  BOOST_TEST(searcher.generation() == before + 1);
  BOOST_TEST(searcher.search(site, request).total == 1u);
  searcher.refresh();  // nothing new
  update_index(site, "en", folder.index());
  searcher.refresh();
  BOOST_TEST(searcher.generation() == before + 1);
  std::vector<Draft> more = shelf();
  more.push_back({"more", "More", "Gutenberg again", 2});
  const Site grown(image_of(more), kNow);
  update_index(grown, "en", folder.index());
  searcher.refresh();
  BOOST_TEST(searcher.generation() == before + 2);
  BOOST_TEST(searcher.search(grown, request).total == 2u);
}

BOOST_AUTO_TEST_CASE(an_index_of_another_layout_is_not_used) {
  Library library(shelf());
  {
    Xapian::WritableDatabase db(library.folder.index(), Xapian::DB_OPEN);
    db.set_metadata(terms::kLayoutKey, "0");
    db.commit();
  }
  library.searcher.refresh();
  BOOST_TEST((library.searcher.status() == Status::building));
  BOOST_TEST((library.search("printing").source == Source::titles));
}

BOOST_AUTO_TEST_CASE(an_index_that_is_damaged_while_open_is_left_alone) {
  std::vector<Draft> drafts = shelf();
  for (int i = 0; i < 300; ++i) {
    const std::string name = "n" + std::to_string(i);
    drafts.push_back({name, name, name + " some text of its own, and gutenberg", i + 1});
  }
  Library library(drafts);
  BOOST_TEST((library.search("press").source == Source::index));
  const std::uint64_t before = library.searcher.generation();
  for (const auto& entry : files::directory_iterator(library.folder.index())) {
    if (entry.path().extension() != ".glass") continue;
    const auto size = files::file_size(entry.path());
    std::fstream file(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
    file << std::string(size, '\x5a');
  }
  for (const char* typed : {"gutenberg", "n7", "\"some text\"", "printing"})
    (void)library.search(typed);
  const SearchResult result = library.search("printing");
  BOOST_TEST((result.source == Source::titles));
  BOOST_TEST(library.slugs(result) == "press");
  BOOST_TEST((library.searcher.status() == Status::building));
  BOOST_TEST(library.searcher.generation() == before + 1);
  library.searcher.refresh();
  BOOST_TEST((library.searcher.status() == Status::building));
  // The next writer mends it.
  update_index(library.site, "en", library.folder.index());
  library.searcher.refresh();
  BOOST_TEST((library.searcher.status() == Status::ready));
  BOOST_TEST(library.found("squeeze") == "press");
}

BOOST_AUTO_TEST_CASE(an_index_that_is_replaced_or_deleted_is_no_failure) {
  Library library(shelf());
  BOOST_TEST(library.found("gutenberg") == "press");
  for (int round = 0; round < 8; ++round) {  // further than the reader's old blocks are kept
    std::vector<Draft> drafts = shelf();
    drafts[0].text += " round" + std::to_string(round);
    library.site = Site(image_of(drafts), kNow);
    update_index(library.site, "en", library.folder.index());
  }
  const SearchResult stale = library.search("gutenberg");
  BOOST_TEST(library.slugs(stale) == "press");
  BOOST_TEST((stale.source == Source::index));
  files::remove_all(library.folder.index());
  (void)library.search("gutenberg");
  library.searcher.refresh();
  BOOST_TEST((library.searcher.status() == Status::building));
  BOOST_TEST(library.found("printing") == "press");
  update_index(library.site, "en", library.folder.index());
  library.searcher.refresh();
  BOOST_TEST(library.found("round7") == "press");
}

BOOST_AUTO_TEST_CASE(readers_do_not_mind_a_writer) {
  std::vector<Draft> drafts = shelf();
  for (int i = 0; i < 100; ++i)
    drafts.push_back(
        {"n" + std::to_string(i), "Number", "some text number" + std::to_string(i), i});
  Library library(drafts);
  std::atomic<bool> done = false;
  std::atomic<unsigned> asked = 0, wrong = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&, i] {
      const char* kTyped[] = {"gutenberg", "text -number5", "\"some text\"", "guttenberg"};
      for (unsigned round = 0; !done || round < 50; ++round) {
        const SearchResult result = library.search(kTyped[(round + i) % 4], round % 3 == 0);
        for (const Hit& hit : result.hits) wrong += hit.number >= library.site.image().size();
        ++asked;
      }
    });
  }
  for (int round = 0; round < 12; ++round) {
    std::vector<Draft> changed = drafts;
    for (Draft& draft : changed) draft.text += " round" + std::to_string(round);
    update_index(Site(image_of(changed), kNow), "en", library.folder.index());
    if (round % 3 == 2) library.searcher.refresh();
  }
  done = true;
  for (std::thread& thread : threads) thread.join();
  BOOST_TEST(asked >= 100u);
  BOOST_TEST(wrong == 0u);
  BOOST_TEST((library.searcher.status() == Status::ready));
  BOOST_TEST(library.found("gutenberg") == "press");
}

BOOST_AUTO_TEST_CASE(no_query_fails_or_takes_long) {
  std::vector<Draft> drafts = shelf();
  for (int i = 0; i < 300; ++i) {
    std::string text;
    for (int k = 0; k < 200; ++k) text += "aa" + std::to_string((i * 7 + k * 13) % 5000) + " a b ";
    drafts.push_back({"n" + std::to_string(i), "Number", text, i});
  }
  const Library library(drafts);
  std::vector<std::string> typed = {std::string(1u << 20, 'a'), std::string(1u << 20, '"')};
  std::string bomb, phrase = "\"";
  while (bomb.size() < 1u << 20) bomb += "a* ";
  for (int i = 0; i < 100; ++i) phrase += "a b ";
  typed.push_back(bomb);
  typed.push_back(phrase + "\"");
  for (const char* one :
       {"aa", "a* b* aa*", "*", "?", "aa1 aa2 aa3 aa4 aa5 aa6 aa7 aa8 aa9 aa", "a b aa", "-a aa",
        "AND OR NOT", "a AND (b", "NEAR/ a ADJ b", "a..b", "tag:* aa", "XTAG:x S Z", "\"a* b*\""})
    typed.push_back(one);
  std::mt19937 random(20261124);
  for (int i = 0; i < 2000; ++i) {
    std::string bytes;
    for (std::size_t k = random() % 60; k > 0; --k) bytes += static_cast<char>(random());
    typed.push_back(std::move(bytes));
  }
  for (std::size_t i = 0; i < typed.size(); ++i) {
    for (const bool live : {false, true}) {
      const SearchResult result = library.search(typed[i], live);
      if ((result.source != Source::index) || result.cut_short)
        BOOST_TEST_CONTEXT(typed[i].substr(0, 80)) {
          BOOST_TEST((result.source == Source::index));
          BOOST_TEST(!result.cut_short);  // ten seconds
        }
      for (const Hit& hit : result.hits) {
        if (!is_safe(hit.snippet_html)) BOOST_TEST(hit.snippet_html == "");
      }
    }
  }
  BOOST_TEST((library.searcher.status() == Status::ready));
}

BOOST_AUTO_TEST_CASE(without_time_there_is_still_an_answer) {
  std::vector<Draft> drafts;
  for (int i = 0; i < 500; ++i)
    drafts.push_back(
        {"n" + std::to_string(i), "Number", "the same text", i, {}, "en", "Described."});
  const Library library(drafts);
  const Searcher none("");
  SearchRequest request;
  request.query = parse_query("number text");
  request.budget = std::chrono::milliseconds(0);
  for (const Searcher* searcher : {&library.searcher, &none}) {
    const SearchResult result = searcher->search(library.site, request);
    BOOST_TEST(result.cut_short);
    BOOST_TEST(!result.exact);
    BOOST_TEST(result.total < 500u);
    BOOST_TEST((result.source == (searcher == &none ? Source::titles : Source::index)));
    BOOST_TEST(result.tags.empty());
    for (const Hit& hit : result.hits) BOOST_TEST(hit.snippet_html == "Described.");
  }
  BOOST_TEST((library.searcher.status() == Status::ready));
}

BOOST_AUTO_TEST_CASE(damaged_text_of_a_post_is_told) {
  // Searched for in an image whose texts are not what their checksums say.
  const Fd fd = open_memfd("octavo-search-test");
  std::vector<ComposedPost> posts(1);
  Post& post = posts[0].post;
  post.file = "posts/a.md";
  post.slug = "a";
  post.title = "Title";
  post.lang = "en";
  post.date = post.publish_date = {kNow - 1, 0};
  for (Blob& part : posts[0].parts) part = pack("text");
  StateFolder folder;
  Searcher searcher(folder.index());
  {
    const Fd sound = open_memfd("octavo-search-test");
    ImageWriter(1, 1).write(sound.number(), std::vector<ComposedPost>(posts), {});
    update_index(Site(Image::open(sound.number()), kNow), "en", folder.index());
    searcher.refresh();
  }
  posts[0].parts[2].checksum ^= 1;
  ImageWriter(1, 1).write(fd.number(), std::move(posts), {});
  const Site site(Image::open(fd.number()), kNow);
  SearchRequest request;
  request.query = parse_query("title");
  request.budget = std::chrono::seconds(10);
  BOOST_CHECK_THROW(searcher.search(site, request), ImageError);
  BOOST_TEST((searcher.status() == Status::ready));  // the index is not to blame
}

BOOST_AUTO_TEST_SUITE_END()
