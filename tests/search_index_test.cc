// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "search/index.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xapian.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>

#include "base/process.h"
#include "search/terms.h"
#include "tests/search_folder.h"

#ifdef __SANITIZE_ADDRESS__
// Xapian's check deletes its tables by a base that is smaller than they are.
extern "C" const char* __asan_default_options() {
  return "new_delete_type_mismatch=0";
}
#endif

using namespace octavo;
using octavo::test::StateFolder;

namespace {

namespace files = std::filesystem;

constexpr Moment kNow = 1'800'000'000;
constexpr Moment kDay = 86400;

struct Draft {  // of a post, as the tests make it
  std::string slug, title, text, lang = "en";
  std::vector<std::string> tags = {}, headings = {};
  std::string description = "";
  Moment at = kNow - kDay, until = kNever;
  bool draft = false, noindex = false, page = false;
  std::string redirect_to = "";
};

Site site_of(const std::vector<Draft>& drafts, Moment moment = kNow) {
  std::vector<ComposedPost> posts;
  for (const Draft& draft : drafts) {
    ComposedPost one;
    Post& post = one.post;
    post.file = (draft.page ? "pages/" : "posts/") + draft.slug + ".md";
    post.slug = draft.slug;
    post.title = draft.title;
    post.lang = draft.lang;
    post.tags = draft.tags;
    for (const std::string& text : draft.headings) post.headings.push_back({2, text, text});
    post.description = draft.description;
    post.date = post.publish_date = {draft.at, 3600};
    post.expiry_date = {draft.until, 0};
    post.draft = draft.draft;
    post.noindex = draft.noindex;
    post.page = draft.page;
    post.redirect_to = draft.redirect_to;
    one.parts[0] = one.parts[1] = pack("");
    one.parts[2] = pack(draft.text);
    posts.push_back(std::move(one));
  }
  const Fd fd = open_memfd("octavo-index-test");
  ImageWriter(1, 1).write(fd.number(), std::move(posts), {});
  return Site(Image::open(fd.number()), moment);
}

std::vector<Draft> some(std::size_t count, const std::string& word = "word") {
  std::vector<Draft> drafts;
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = "p" + std::to_string(i);
    drafts.push_back({name, "Title " + name, word + " of the body, " + name + " by number"});
  }
  return drafts;
}

Xapian::Database open(const StateFolder& folder) {
  return Xapian::Database(folder.index(), Xapian::DB_BACKEND_GLASS);
}

// Everything that an index says, but for document numbers.
std::map<std::string, std::string> contents(const Xapian::Database& db) {
  std::map<std::string, std::string> all;
  for (auto id = db.postlist_begin(""); id != db.postlist_end(""); ++id) {
    const Xapian::Document document = db.get_document(*id);
    std::string text;
    for (auto term = document.termlist_begin(); term != document.termlist_end(); ++term) {
      text += *term + " x" + std::to_string(term.get_wdf());
      for (auto at = term.positionlist_begin(); at != term.positionlist_end(); ++at)
        text += " " + std::to_string(*at);
      text += '\n';
    }
    for (auto value = document.values_begin(); value != document.values_end(); ++value)
      text += std::to_string(value.get_valueno()) + "=" + *value + "\n";
    all["document " + document.get_value(terms::kSlotSlug)] = text;
  }
  for (auto word = db.spellings_begin(); word != db.spellings_end(); ++word)
    all["spelling " + *word] = std::to_string(word.get_termfreq());
  for (auto key = db.metadata_keys_begin(); key != db.metadata_keys_end(); ++key)
    all["metadata " + *key] = db.get_metadata(*key);
  return all;
}

std::set<std::string> slugs(const StateFolder& folder) {
  const Xapian::Database db = open(folder);
  std::set<std::string> all;
  for (auto slug = db.valuestream_begin(terms::kSlotSlug);
       slug != db.valuestream_end(terms::kSlotSlug); ++slug)
    all.insert(*slug);
  return all;
}

bool equals_a_fresh_one(const StateFolder& folder, const Site& site) {
  const StateFolder fresh;
  update_index(site, "en", fresh.index());
  return contents(open(folder)) == contents(open(fresh)) &&
         Xapian::Database::check(folder.index()) == 0;
}

std::string hits(const Xapian::Database& db, const Xapian::Query& query) {
  Xapian::Enquire enquire(db);
  enquire.set_query(query);
  std::set<std::string> found;
  const Xapian::MSet set = enquire.get_mset(0, 100);
  for (auto at = set.begin(); at != set.end(); ++at)
    found.insert(at.get_document().get_value(terms::kSlotSlug));
  std::string line;
  for (const std::string& slug : found) line += (line.empty() ? "" : " ") + slug;
  return line;
}

std::string with_term(const StateFolder& folder, const std::string& term) {
  return hits(open(folder), Xapian::Query(term));
}

// As a reader would: stemmed, and phrases in quotation marks.
std::string asked(const StateFolder& folder, const std::string& text,
                  const std::string& lang = "en") {
  Xapian::QueryParser parser;
  parser.set_stemmer(Xapian::Stem(lang));
  parser.set_stemming_strategy(Xapian::QueryParser::STEM_SOME);
  parser.set_default_op(Xapian::Query::OP_AND);
  return hits(open(folder), parser.parse_query(text, Xapian::QueryParser::FLAG_PHRASE |
                                                         Xapian::QueryParser::FLAG_CJK_NGRAM));
}

unsigned spelt(const StateFolder& folder, const std::string& word) {
  const Xapian::Database db = open(folder);
  for (auto at = db.spellings_begin(); at != db.spellings_end(); ++at) {
    if (*at == word) return at.get_termfreq();
  }
  return 0;
}

std::string summary(const IndexOutcome& outcome) {
  return "+" + std::to_string(outcome.added) + " ~" + std::to_string(outcome.changed) + " -" +
         std::to_string(outcome.removed) + " =" + std::to_string(outcome.total) +
         (outcome.rebuilt ? " rebuilt" : "");
}

std::string run(const StateFolder& folder, const Site& site) {
  return summary(update_index(site, "en", folder.index()));
}

void overwrite(const std::string& path, std::size_t from, const std::string& bytes) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(from));
  file.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  file.close();
  // Written within one tick of the clock after the index was: the stamps may be the same.
  files::last_write_time(path, files::last_write_time(path) - std::chrono::seconds(1));
}

// In a process of its own; what it returns is its exit code.
template <typename Work>
int in_child(Work work) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    int code = 99;
    try {
      code = work();
    } catch (...) {
    }
    ::_exit(code);
  }
  int status = 0;
  ::waitpid(pid, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

bool has_ended(pid_t pid) {
  siginfo_t info{};
  return ::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED | WNOHANG | WNOWAIT) != 0 ||
         info.si_pid == pid;
}

ino_t version_file(const StateFolder& folder) {
  struct stat status {};
  return ::stat(folder.file("iamglass").c_str(), &status) == 0 ? status.st_ino : 0;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(search_index_test)

BOOST_AUTO_TEST_CASE(first_run_makes_the_folder_and_indexes_all) {
  const StateFolder folder;
  const Site site = site_of(some(3));
  BOOST_TEST(run(folder, site) == "+3 ~0 -0 =3 rebuilt");
  struct stat status {};
  BOOST_REQUIRE(::stat(folder.index().c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 0007) == 0u);
  BOOST_TEST((slugs(folder) == std::set<std::string>{"p0", "p1", "p2"}));
  const Xapian::Database db = open(folder);
  BOOST_TEST(db.get_metadata(terms::kLayoutKey) == terms::kLayout);
  BOOST_TEST(db.get_metadata(terms::kLangsKey) == "en");
  BOOST_TEST(!db.get_metadata(terms::kSiteKey).empty());
}

BOOST_AUTO_TEST_CASE(state_folder_is_made_too) {
  const StateFolder folder;
  const std::string index = index_folder(folder.path() + "/state");
  BOOST_TEST(summary(update_index(site_of(some(1)), "en", index)) == "+1 ~0 -0 =1 rebuilt");
}

BOOST_AUTO_TEST_CASE(second_run_on_the_same_site_touches_nothing) {
  const StateFolder folder;
  const Site site = site_of(some(3));
  run(folder, site);
  std::map<std::string, files::file_time_type> before;
  for (const auto& file : files::directory_iterator(folder.index()))
    before[file.path()] = file.last_write_time();
  BOOST_TEST(run(folder, site_of(some(3))) == "+0 ~0 -0 =3");
  std::map<std::string, files::file_time_type> after;
  for (const auto& file : files::directory_iterator(folder.index()))
    after[file.path()] = file.last_write_time();
  BOOST_TEST((before == after));
}

BOOST_AUTO_TEST_CASE(only_what_changed_is_indexed_again) {
  const StateFolder folder;
  std::vector<Draft> drafts = some(5);
  run(folder, site_of(drafts));
  const struct {
    const char* what;
    void (*change)(Draft&);
  } kTable[] = {
      {"title", [](Draft& d) { d.title = "Other"; }},
      {"text", [](Draft& d) { d.text += " more"; }},
      {"tags",
       [](Draft& d) {
         d.tags = {"a", "b"};
       }},
      {"tags joined", [](Draft& d) { d.tags = {"ab"}; }},
      {"headings", [](Draft& d) { d.headings = {"H"}; }},
      {"description", [](Draft& d) { d.description = "D"; }},
      {"language", [](Draft& d) { d.lang = "de"; }},
      {"date", [](Draft& d) { d.at -= 400 * kDay; }},
  };
  for (const auto& row : kTable) {
    BOOST_TEST_CONTEXT(row.what) {
      row.change(drafts[2]);
      const Site site = site_of(drafts);
      BOOST_TEST(run(folder, site) == "+0 ~1 -0 =5");
      BOOST_TEST(equals_a_fresh_one(folder, site));
    }
  }
  drafts[2].until = kNow + 5;  // nothing of this is indexed
  BOOST_TEST(run(folder, site_of(drafts)) == "+0 ~0 -0 =5");
}

BOOST_AUTO_TEST_CASE(after_any_sequence_of_changes_it_equals_a_fresh_one) {
  const StateFolder folder;
  std::mt19937 random(20261124);
  const auto below = [&random](unsigned n) { return static_cast<unsigned>(random() % n); };
  const std::vector<std::string> words = {"alpha",   "Beta's", "übermäßig", "日本語の本", "مدونة",
                                          "running", "42",     "x",         "AT&T",       "😀"};
  const auto text = [&](unsigned count) {
    std::string out;
    for (unsigned i = 0; i < count; ++i) out += words[below(10)] + " ";
    return out;
  };
  std::map<std::string, Draft> drafts;
  for (int round = 0; round < 25; ++round) {
    for (unsigned i = below(6); i > 0; --i) {
      const std::string slug = "s" + std::to_string(below(12));
      if (below(4) == 0) {
        drafts.erase(slug);
        continue;
      }
      Draft draft{slug, text(3), text(below(40))};
      const char* langs[] = {"en", "de", "fr", "ja", "ar"};
      draft.lang = langs[below(5)];
      for (unsigned tag = below(3); tag > 0; --tag) draft.tags.push_back(text(1) + "tag");
      if (below(2) == 0) draft.headings = {text(2)};
      draft.page = below(5) == 0;
      draft.noindex = below(8) == 0;
      draft.at = kNow - kDay * below(2000);
      if (below(6) == 0) draft.at = kNow + kDay * (1 + below(20));
      drafts[slug] = draft;
    }
    std::vector<Draft> all;
    for (const auto& [slug, draft] : drafts) all.push_back(draft);
    const Site site = site_of(all, kNow + kDay * round);
    update_index(site, "en", folder.index());
    BOOST_TEST_CONTEXT("round " << round) {
      BOOST_TEST(equals_a_fresh_one(folder, site));
    }
  }
}

BOOST_AUTO_TEST_CASE(words_are_found_stemmed_and_as_written) {
  const StateFolder folder;
  Draft german{"de", "Übermäßige Häuser", "Sie liefen durch die Gärten.", "de"};
  Draft french{"fr", "Continuellement", "Les chevaux mangeaient.", "fr-CA"};
  run(folder, site_of({{"en", "Running dogs", "The libraries were indexed quickly."},
                       german,
                       french,
                       {"none", "Running", "words", "eo"}}));
  const struct {
    const char *term, *slugs;
  } kTable[] = {{"running", "en none"}, {"Zrun", "en"},      {"Srunning", "en none"},
                {"ZSrun", "en"},        {"libraries", "en"}, {"Zlibrari", "en"},
                {"häuser", "de"},       {"Zhaus", "de"},     {"gärten", "de"},
                {"Zgart", "de"},        {"chevaux", "fr"},   {"Zcheval", "fr"},
                {"Slibraries", ""},     {"library", ""}};
  for (const auto& row : kTable) BOOST_TEST_CONTEXT(row.term) {
      BOOST_TEST(with_term(folder, row.term) == row.slugs);
    }
  BOOST_TEST(asked(folder, "library") == "en");
  BOOST_TEST(asked(folder, "haus", "de") == "de");
  BOOST_TEST(open(folder).get_metadata(terms::kLangsKey) == "de en fr");
}

BOOST_AUTO_TEST_CASE(posts_of_no_language_are_the_sites) {
  const StateFolder folder;
  Draft draft{"p", "Häuser", "", ""};
  update_index(site_of({draft}), "de", folder.index());
  BOOST_TEST(with_term(folder, "Zhaus") == "p");
  BOOST_TEST(summary(update_index(site_of({draft}), "en", folder.index())) == "+0 ~1 -0 =1");
  BOOST_TEST(with_term(folder, "Zhaus") == "");
}

BOOST_AUTO_TEST_CASE(every_script_is_found) {
  const StateFolder folder;
  run(folder, site_of({{"ja", "日本語の題名", "吾輩は猫である。名前はまだ無い。", "ja"},
                       {"ar", "مدونة", "كتبت المكتبات الكثيرة", "ar"},
                       {"ru", "Новости", "Большие города", "ru"},
                       {"emoji", "😀", "🎉🎉 🦊", "en"},
                       {"nfd", "Cafe\xCC\x81",
                        "u\xCC\x88"
                        "ber",
                        "en"}}));
  const struct {
    const char *query, *lang, *slugs;
  } kTable[] = {{"猫", "none", "ja"},      {"日本語", "none", "ja"}, {"本日", "none", ""},
                {"مدونة", "ar", "ar"},     {"كثيرة", "ar", "ar"},    {"город", "ru", "ru"},
                {"НОВОСТИ", "none", "ru"}, {"café", "none", "nfd"},  {"über", "none", "nfd"}};
  for (const auto& row : kTable) BOOST_TEST_CONTEXT(row.query) {
      BOOST_TEST(asked(folder, row.query, row.lang) == row.slugs);
    }
  BOOST_TEST(slugs(folder).count("emoji") == 1u);
}

BOOST_AUTO_TEST_CASE(any_tag_is_a_term_as_a_whole_and_in_words) {
  const StateFolder folder;
  const std::string long_tag(300, 'x');
  Draft draft{"p", "T", ""};
  draft.tags = {"CI/CD", "the \"best\"", "open source", long_tag, "🦊", "C++"};
  run(folder, site_of({draft, {"q", "T", "cd"}}));
  for (const std::string& tag : draft.tags) BOOST_TEST_CONTEXT(tag) {
      BOOST_TEST(with_term(folder, terms::tag_term(tag)) == "p");
    }
  BOOST_TEST(with_term(folder, terms::tag_term("OPEN Source")) == "p");
  BOOST_TEST(with_term(folder, terms::tag_term("open")) == "");
  BOOST_TEST(with_term(folder, "XTsource") == "p");
  BOOST_TEST(with_term(folder, "cd") == "p q");
}

BOOST_AUTO_TEST_CASE(years_are_those_of_the_sites_zone_and_of_posts_alone) {
  const StateFolder folder;
  constexpr Moment kNewYear = 1'735'689'600;  // 2025-01-01T00:00:00Z; the site is an hour ahead
  Draft last{"last", "T", ""}, first{"first", "T", ""}, page{"page", "T", ""};
  last.at = kNewYear - 3601;
  first.at = page.at = kNewYear - 3600;
  page.page = true;
  run(folder, site_of({last, first, page}));
  BOOST_TEST(with_term(folder, "Y2024") == "last");
  BOOST_TEST(with_term(folder, "Y2025") == "first");
  BOOST_TEST(slugs(folder).count("/page") == 1u);
  const Xapian::Database db = open(folder);
  const Xapian::Document document = db.get_document(*db.postlist_begin("Y2025"));
  BOOST_TEST(document.get_value(terms::kSlotYear) == "2025");
  BOOST_TEST(Xapian::sortable_unserialise(document.get_value(terms::kSlotFresh)) == 55.0,
             boost::test_tools::tolerance(0.001));
}

BOOST_AUTO_TEST_CASE(what_readers_may_not_find_is_not_in_it) {
  const StateFolder folder;
  Draft draft{"draft", "secretword", ""}, noindex = draft, redirect = draft, later = draft,
                                          expired = draft, plain{"plain", "T", ""},
                                          hidden_page = draft;
  draft.draft = true;
  noindex.slug = "noindex";
  noindex.noindex = true;
  redirect.slug = "redirect";
  redirect.redirect_to = "/elsewhere/";
  hidden_page.slug = "page";
  hidden_page.page = true;
  hidden_page.redirect_to = "/elsewhere/";
  later.slug = "later";
  later.at = kNow + 10;
  expired.slug = "expired";
  expired.until = kNow;
  const std::vector<Draft> all = {draft, noindex, redirect, hidden_page, later, expired, plain};
  run(folder, site_of(all));
  BOOST_TEST((slugs(folder) == std::set<std::string>{"plain"}));
  BOOST_TEST(open(folder).term_exists("secretword") == false);
  BOOST_TEST(spelt(folder, "secretword") == 0u);
  // The same image, another moment.
  BOOST_TEST(run(folder, site_of(all, kNow + 9)) == "+0 ~0 -0 =1");
  BOOST_TEST(run(folder, site_of(all, kNow + 10)) == "+1 ~0 -0 =2");
  BOOST_TEST(with_term(folder, "secretword") == "later");
  BOOST_TEST(run(folder, site_of(all, kNow - 1)) == "+1 ~0 -1 =2");
  BOOST_TEST(with_term(folder, "secretword") == "expired");
}

BOOST_AUTO_TEST_CASE(words_are_suggested_while_a_post_has_them) {
  const StateFolder folder;
  Draft a{"a", "Zebra", "zebra zebra giraffe"}, b{"b", "T", "Zebra 2024 x don't 日本語 at&t"};
  b.text += " " + std::string(65, 'y') + " übermut";
  run(folder, site_of({a, b}));
  const struct {
    const char* word;
    unsigned count;
  } kTable[] = {{"zebra", 2}, {"giraffe", 1}, {"übermut", 1}, {"2024", 0},
                {"x", 0},     {"日本", 0},    {"日", 0},      {"at&t", 0}};
  for (const auto& row : kTable) BOOST_TEST_CONTEXT(row.word) {
      BOOST_TEST(spelt(folder, row.word) == row.count);
    }
  BOOST_TEST(spelt(folder, std::string(65, 'y')) == 0u);
  BOOST_TEST(open(folder).get_spelling_suggestion("zebar") == "zebra");
  a.text = "giraffe";
  a.title = "T";
  run(folder, site_of({a, b}));
  BOOST_TEST(spelt(folder, "zebra") == 1u);
  BOOST_TEST(spelt(folder, "giraffe") == 1u);
  run(folder, site_of({a}));
  BOOST_TEST(spelt(folder, "zebra") == 0u);
  run(folder, site_of({}));
  const Xapian::Database empty = open(folder);
  BOOST_TEST((empty.spellings_begin() == empty.spellings_end()));
  BOOST_TEST(empty.get_doccount() == 0u);
}

BOOST_AUTO_TEST_CASE(fields_weigh_what_they_are_worth) {
  const StateFolder folder;
  Draft draft{"p", "one", "five"};
  draft.tags = {"two"};
  draft.headings = {"three"};
  draft.description = "four";
  run(folder, site_of({draft}));
  const Xapian::Database db = open(folder);
  const Xapian::Document document = db.get_document(*db.postlist_begin(""));
  const std::map<std::string, unsigned> weights = {
      {"one", 10},  {"Sone", 10},   {"two", 6},  {"XTtwo", 6},  {"XTAG:two", 0},
      {"three", 4}, {"XHthree", 4}, {"four", 3}, {"XDfour", 3}, {"five", 1}};
  for (const auto& [term, weight] : weights) {
    BOOST_TEST_CONTEXT(term) {
      auto at = document.termlist_begin();
      at.skip_to(term);
      BOOST_REQUIRE((at != document.termlist_end() && *at == term));
      BOOST_TEST(at.get_wdf() == weight);
    }
  }
}

BOOST_AUTO_TEST_CASE(phrases_keep_to_one_field) {
  const StateFolder folder;
  Draft draft{"p", "The quiet press", "Ink dries slowly here"};
  draft.tags = {"printing shop"};
  run(folder, site_of({draft}));
  const struct {
    const char *query, *slugs;
  } kTable[] = {{"\"quiet press\"", "p"}, {"\"ink dries slowly\"", "p"}, {"\"press quiet\"", ""},
                {"\"press ink\"", ""},    {"\"press the\"", ""},         {"press ink", "p"},
                {"printing", "p"}};
  for (const auto& row : kTable) BOOST_TEST_CONTEXT(row.query) {
      BOOST_TEST(asked(folder, row.query) == row.slugs);
    }
}

BOOST_AUTO_TEST_CASE(slugs_of_any_kind_are_kept_apart) {
  const StateFolder folder;
  Draft post{"about", "Post", ""}, page{"about", "Page", ""};
  page.page = true;
  const std::string long_slug(200, 's');
  run(folder, site_of({post, page, {long_slug, "L", ""}}));
  BOOST_TEST((slugs(folder) == std::set<std::string>{"about", "/about", long_slug}));
  BOOST_TEST(run(folder, site_of({page, {long_slug, "L", ""}})) == "+0 ~0 -1 =2");
  BOOST_TEST((slugs(folder) == std::set<std::string>{"/about", long_slug}));
}

BOOST_AUTO_TEST_CASE(other_layouts_and_foreign_databases_are_replaced) {
  const Site site = site_of(some(3));
  {
    const StateFolder folder;
    run(folder, site);
    {
      Xapian::WritableDatabase db(folder.index(), Xapian::DB_OPEN);
      db.set_metadata(terms::kLayoutKey, "0");
      db.commit();
    }
    files::remove(folder.file("octavo.seen"));
    const IndexOutcome outcome = update_index(site, "en", folder.index());
    BOOST_TEST(summary(outcome) == "+3 ~0 -0 =3 rebuilt");
    BOOST_TEST(outcome.because.find("layout") != std::string::npos);
    BOOST_TEST(equals_a_fresh_one(folder, site));
  }
  {
    const StateFolder folder;
    {
      Xapian::WritableDatabase db(folder.index(), Xapian::DB_CREATE);
      Xapian::Document stranger;
      stranger.add_term("stranger");
      db.add_document(stranger);
      db.commit();
    }
    const IndexOutcome outcome = update_index(site, "en", folder.index());
    BOOST_TEST(summary(outcome) == "+3 ~0 -0 =3 rebuilt");
    BOOST_TEST(!outcome.because.empty());
    BOOST_TEST(equals_a_fresh_one(folder, site));
  }
  {
    const StateFolder folder;  // ours, and somebody put a document in
    run(folder, site);
    {
      Xapian::WritableDatabase db(folder.index(), Xapian::DB_OPEN);
      Xapian::Document stranger;
      stranger.add_term("stranger");
      db.add_document(stranger);
      db.commit();
    }
    run(folder, site_of(some(4)));
    BOOST_TEST(equals_a_fresh_one(folder, site_of(some(4))));
  }
}

BOOST_AUTO_TEST_CASE(damage_of_any_kind_is_found_and_mended) {
  std::vector<Draft> drafts = some(60, "mended");
  const Site site = site_of(drafts);
  drafts[7].text += " changed";
  const Site other = site_of(drafts);
  std::mt19937 random(7);
  for (const std::string name : {"iamglass", "postlist.glass", "termlist.glass", "position.glass",
                                 "spelling.glass", "docdata.glass"}) {
    for (const std::string how : {"gone", "empty", "half", "noise", "zeros", "text"}) {
      for (const Site* next : {&site, &other}) {
        const StateFolder folder;
        run(folder, site);
        // Where nothing tells that the files were changed, a check has to.
        if (how != "noise" && next == &other) files::remove(folder.file("octavo.seen"));
        const std::string path = folder.file(name);
        if (!files::exists(path)) continue;  // made when it is needed
        const std::size_t size = files::file_size(path);
        std::string noise(size, '\0');
        for (char& c : noise) c = static_cast<char>(random());
        if (how == "gone") files::remove(path);
        if (how == "empty") files::resize_file(path, 0);
        if (how == "half") files::resize_file(path, size / 2);
        if (how == "noise") overwrite(path, 0, noise);
        if (how == "zeros") overwrite(path, 0, std::string(size, '\0'));
        if (how == "text") overwrite(path, size / 3, "This is not a database.");
        BOOST_TEST_CONTEXT(name << " " << how << (next == &site ? "" : ", another site")) {
          // In a process of its own, as it is in use: damage may cost that process.
          const int code = in_child([&] {
            update_index(*next, "en", folder.index());
            return 0;
          });
          BOOST_TEST(code == 0);
          BOOST_TEST(equals_a_fresh_one(folder, *next));
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(rubbish_in_the_folder_is_no_hindrance) {
  const StateFolder folder;
  files::create_directory(folder.index());
  for (const char* name : {"iamglass", "postlist.glass", "v.tmp", "XAPIANDB", "notes.txt"})
    std::ofstream(folder.file(name)) << "remote :ssh rm -rf\n";
  const Site site = site_of(some(3));
  BOOST_TEST(run(folder, site) == "+3 ~0 -0 =3 rebuilt");
  BOOST_TEST(equals_a_fresh_one(folder, site));
  BOOST_TEST(files::exists(folder.file("notes.txt")));
}

BOOST_AUTO_TEST_CASE(what_stands_in_the_way_is_named_and_left_alone) {
  const Site site = site_of(some(1));
  const auto fails = [&site](const std::string& folder) -> std::string {
    try {
      update_index(site, "en", folder);
    } catch (const IndexError& error) {
      return error.what();
    }
    return "";
  };
  {
    const StateFolder folder;
    std::ofstream(folder.index()) << "a file";
    BOOST_TEST(fails(folder.index()).find(folder.index() + ": Not a directory") !=
               std::string::npos);
    BOOST_TEST(files::file_size(folder.index()) == 6u);
  }
  {
    const StateFolder folder;
    std::ofstream(folder.path() + "/x") << "a file";
    BOOST_TEST(!fails(folder.path() + "/x/search").empty());
  }
  {
    const StateFolder folder;
    files::create_directories(folder.file("iamglass/below"));
    files::create_directories(folder.file("postlist.glass"));
    BOOST_TEST(fails(folder.index()).find(folder.index()) != std::string::npos);
    BOOST_TEST(files::exists(folder.file("iamglass/below")));
  }
}

BOOST_AUTO_TEST_CASE(a_link_in_place_of_the_folder_is_followed_but_nothing_is_removed_through_it) {
  const StateFolder folder, elsewhere;
  files::create_directory(elsewhere.index());
  files::create_directory_symlink(elsewhere.index(), folder.index());
  const Site site = site_of(some(2));
  BOOST_TEST(run(folder, site) == "+2 ~0 -0 =2 rebuilt");
  BOOST_TEST(equals_a_fresh_one(elsewhere, site));
}

BOOST_AUTO_TEST_CASE(one_writer_at_a_time) {
  const StateFolder folder;
  run(folder, site_of(some(2)));
  const Pipe ready = make_pipe(), finish = make_pipe();
  const pid_t pid = ::fork();
  if (pid == 0) {
    try {
      Xapian::WritableDatabase db(folder.index(), Xapian::DB_OPEN);
      write_all(ready.write.number(), "x");
      char byte = 0;
      [[maybe_unused]] const auto got = ::read(finish.read.number(), &byte, 1);
      ::_exit(0);
    } catch (...) {
      ::_exit(1);
    }
  }
  char byte = 0;
  BOOST_REQUIRE(::read(ready.read.number(), &byte, 1) == 1);
  BOOST_CHECK_THROW(run(folder, site_of(some(3))), IndexBusy);
  BOOST_TEST(run(folder, site_of(some(2))) == "+0 ~0 -0 =2");  // nothing to write
  write_all(finish.write.number(), "x");
  int status = 0;
  ::waitpid(pid, &status, 0);
  BOOST_TEST(status == 0);
  BOOST_TEST(run(folder, site_of(some(3))) == "+1 ~0 -0 =3");
}

BOOST_AUTO_TEST_CASE(read_only_folder_is_an_error_only_when_there_is_something_to_write) {
  for (const bool copied : {false, true}) {  // without its times
    const StateFolder folder;
    run(folder, site_of(some(2)));
    if (copied)
      files::last_write_time(folder.file("iamglass"), files::file_time_type::clock::now());
    ::chmod(folder.path().c_str(), 0755);
    files::permissions(folder.index(), files::perms(0555));
    for (const auto& file : files::directory_iterator(folder.index()))
      files::permissions(file.path(), files::perms(0444));
    const int code = in_child([&] {
      if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) return 10;
      if (run(folder, site_of(some(2))) != "+0 ~0 -0 =2") return 11;
      try {
        run(folder, site_of(some(3)));
        return 12;
      } catch (const IndexBusy&) {
        return 13;
      } catch (const IndexError& error) {
        const std::string words = error.what();
        return words.find(folder.index() + ": Permission denied") != std::string::npos ? 0 : 14;
      }
    });
    BOOST_TEST(code == 0);
    for (const auto& file : files::directory_iterator(folder.index()))
      files::permissions(file.path(), files::perms(0644));
    files::permissions(folder.index(), files::perms(0755));
    BOOST_TEST(run(folder, site_of(some(3))) == (copied ? "+3 ~0 -0 =3 rebuilt" : "+1 ~0 -0 =3"));
  }
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_written_are_replaced_in_a_folder_of_ours) {
  const StateFolder folder;
  ::chmod(folder.path().c_str(), 0755);
  files::create_directory(folder.index());
  files::permissions(folder.index(), files::perms(0777));
  const int code = in_child([&] {
    if (::geteuid() == 0 && (::setgid(65534) != 0 || ::setuid(65534) != 0)) return 10;
    run(folder, site_of(some(2)));
    for (const auto& file : files::directory_iterator(folder.index())) {
      if (file.path().extension() == ".glass" || file.path().filename() == "iamglass")
        files::permissions(file.path(), files::perms(0444));
    }
    return run(folder, site_of(some(3))) == "+3 ~0 -0 =3 rebuilt" ? 0 : 11;
  });
  BOOST_TEST(code == 0);
}

BOOST_AUTO_TEST_CASE(full_disk_is_an_error_that_leaves_the_index_as_it_was) {
  const StateFolder folder;
  const Site before = site_of(some(20)), after = site_of(some(400));
  run(folder, before);
  const int code = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{32768, 32768};  // the nearest to a full disk that needs no mount
    ::setrlimit(RLIMIT_FSIZE, &limit);
    try {
      run(folder, after);
      return 11;
    } catch (const IndexError& error) {
      const std::string words = error.what();
      return words.find(folder.index() + ": File too large") != std::string::npos ? 0 : 12;
    }
  });
  BOOST_TEST(code == 0);
  BOOST_TEST((slugs(folder).size() == 20u));
  BOOST_TEST(run(folder, before) == "+0 ~0 -0 =20");
  BOOST_TEST(run(folder, after) == "+380 ~0 -0 =400");
  BOOST_TEST(equals_a_fresh_one(folder, after));
}

BOOST_AUTO_TEST_CASE(killed_after_any_commit_it_goes_on) {
  std::vector<Draft> large = some(300, "large");
  for (Draft& draft : large) {  // so that it is committed in several parts
    for (int i = 0; i < 3000; ++i) draft.text += " lorem" + std::to_string(i % 97);
  }
  const Site first = site_of(some(30)), second = site_of(large);
  unsigned between = 0;
  for (const bool from_nothing : {true, false}) {
    for (const unsigned commits : {0, 1, 2, 3}) {
      const StateFolder folder;
      if (!from_nothing) run(folder, first);
      const ino_t before = version_file(folder);
      const pid_t pid = ::fork();
      if (pid == 0) {
        try {
          run(folder, second);
        } catch (...) {
        }
        ::_exit(0);
      }
      // Each commit renames a new file into place.
      ino_t last = before;
      for (unsigned seen = 0; seen < commits && !has_ended(pid);) {
        const ino_t now = version_file(folder);
        seen += now != last ? 1 : 0;
        last = now;
      }
      ::kill(pid, SIGKILL);
      int status = 0;
      ::waitpid(pid, &status, 0);
      BOOST_TEST_CONTEXT(commits << " commits, " << (from_nothing ? "new" : "changed")) {
        if (version_file(folder) != 0) {
          const Xapian::Database db = open(folder);
          const std::size_t count = db.get_doccount();
          BOOST_TEST((count == 300u || db.get_metadata(terms::kSiteKey).size() < 60 ||
                      (!from_nothing && count == 30u)));
          if (count != 0 && count != 30 && count != 300) ++between;
          if (!from_nothing && db.get_metadata(terms::kSiteKey) == "changing") ++between;
        }
        const Site& next = commits % 2 == 0 ? first : second;
        run(folder, next);
        BOOST_TEST(equals_a_fresh_one(folder, next));
      }
    }
  }
  BOOST_TEST(between > 0u);
}

BOOST_AUTO_TEST_CASE(killed_between_two_commits_it_is_brought_back_to_what_it_was) {
  const StateFolder folder;
  const Site site = site_of(some(30));
  run(folder, site);
  {
    // As a run that was killed after its first commit leaves it.
    Xapian::WritableDatabase db(folder.index(), Xapian::DB_OPEN);
    db.set_metadata(terms::kSiteKey, "changing");
    db.delete_document(terms::slug_term("p3"));
    db.commit();
  }
  files::remove(folder.file("octavo.seen"));
  BOOST_TEST(run(folder, site).substr(0, 3) == "+1 ");
  BOOST_TEST(slugs(folder).size() == 30u);
}

BOOST_AUTO_TEST_CASE(damaged_post_is_the_images_fault_and_harms_no_index) {
  const StateFolder folder;
  std::vector<Draft> drafts = some(3);
  run(folder, site_of(drafts));
  drafts[1].text = std::string(5000, 'q');
  std::vector<ComposedPost> posts;
  {
    ComposedPost one;
    one.post.file = "posts/bad.md";
    one.post.slug = "bad";
    one.post.title = "Bad";
    one.post.lang = "en";
    one.post.date = one.post.publish_date = {kNow - 1, 0};
    for (Blob& part : one.parts) part = pack("text");
    one.parts[2].checksum ^= 1;
    posts.push_back(one);
  }
  const Fd fd = open_memfd("octavo-index-test");
  ImageWriter(1, 1).write(fd.number(), std::move(posts), {});
  const Site broken(Image::open(fd.number()), kNow);
  const auto before = contents(open(folder));
  BOOST_CHECK_THROW(update_index(broken, "en", folder.index()), ImageError);
  BOOST_TEST((contents(open(folder)) == before));
  const Site site = site_of(drafts);
  update_index(site, "en", folder.index());
  BOOST_TEST(equals_a_fresh_one(folder, site));
}

BOOST_AUTO_TEST_SUITE_END()
