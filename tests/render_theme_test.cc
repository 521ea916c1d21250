// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include <boost/test/unit_test.hpp>

#include <iostream>
#include <sstream>
#include <thread>

#include "base/file.h"
#include "render/markers.h"
#include "render/scan.h"
#include "render/views.h"
#include "tests/render_site.h"

namespace octavo {
namespace {

const std::string kPragma = "{{%AUTOESCAPE context=\"HTML\"}}";

std::vector<Diagnostic> faults_of(const std::string& name, const std::string& text) {
  test::Folder own;
  own.write(name, text);
  try {
    Theme::load(test::shipped_templates(), own.path());
  } catch (const TemplateError& error) {
    return error.faults();
  }
  return {};
}

// Whatever ctemplate says on stderr during its life.
class Stderr {
 public:
  Stderr() : before_(std::cerr.rdbuf(said_.rdbuf())) {}
  ~Stderr() { std::cerr.rdbuf(before_); }
  std::string said() const { return said_.str(); }

 private:
  std::ostringstream said_;
  std::streambuf* before_;
};

std::string message(const Theme& theme, std::string_view heading) {
  const SiteInfo info = test::info();
  const Site site(test::image_of({}), test::kNow);
  return theme.expand(message_values({theme, info, site}, 404, heading, "A sentence."));
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(render_theme_test)

BOOST_AUTO_TEST_CASE(shipped_templates_are_sound) {
  const Stderr captured;
  BOOST_CHECK_NO_THROW(Theme::load(test::shipped_templates(), ""));
  BOOST_TEST(captured.said() == "");
}

BOOST_AUTO_TEST_CASE(a_faulty_template_is_refused_with_its_place) {
  struct Row {
    const char* what;
    std::string text;
    const char* code;
    unsigned line, column;
    const char* near;
  };
  const Row rows[] = {
      {"misspelt text", kPragma + "\n<p>{{HAEDING}}</p>", "unknown_marker", 2, 4, "HEADING"},
      {"misspelt section", kPragma + "\n{{#MENUE}}x{{/MENUE}}", "unknown_marker", 2, 1, "MENU"},
      {"columns count characters", kPragma + "\nüöä {{NOTHING}}", "unknown_marker", 2, 5, ""},
      {"text of another section", kPragma + "\n{{URL}}", "unknown_marker", 2, 1, nullptr},
      {"text as include", kPragma + "\n{{>HEADING}}", "unknown_include", 2, 1, nullptr},
      {"unknown include", kPragma + "\n{{>SIDEBAR}}", "unknown_include", 2, 1, ""},
      {"the frame's include", kPragma + "\n{{>CONTENT}}", "unknown_include", 2, 1, nullptr},
      {"section as text", kPragma + "\n{{MENU}}", "unknown_marker", 2, 1, ""},
      {"no pragma", "<p>{{HEADING}}</p>", "missing_autoescape", 1, 1, ""},
      {"pragma of another kind", "{{%AUTOESCAPE context=\"CSS\"}}", "missing_autoescape", 1, 1, ""},
      {"pragma too late", "<p></p>" + kPragma, "missing_autoescape", 1, 1, ""},
      {"second pragma", kPragma + "\n{{%AUTOESCAPE context=\"JSON\"}}", "bad_marker", 2, 1, ""},
      {"open section", kPragma + "\n\n  {{#MENU}}x", "unclosed_section", 3, 3, ""},
      {"crossed sections", kPragma + "\n{{#NOINDEX}}{{#MENU}}{{/NOINDEX}}", "unclosed_section", 2,
       13, ""},
      {"closing nothing", kPragma + "\n{{/MENU}}", "unopened_section", 2, 1, ""},
      {"marker without end", kPragma + "\n{{HEADING", "bad_marker", 2, 1, ""},
      {"blanks in a marker", kPragma + "\n{{ HEADING }}", "bad_marker", 2, 1, ""},
      {"three braces", kPragma + "\n{{{HEADING}}}", "bad_marker", 2, 1, ""},
      {"empty marker", kPragma + "\n{{}}", "bad_marker", 2, 1, ""},
      {"other delimiters", kPragma + "\n{{=<% %>=}}", "delimiter_change", 2, 1, ""},
      {"unknown modifier", kPragma + "\n{{HEADING:upper}}", "unknown_modifier", 2, 1, ""},
      {"foreign modifier", kPragma + "\n{{HEADING:x-mine}}", "unknown_modifier", 2, 1, ""},
      {"raw text", kPragma + "\n{{HEADING:none}}", "raw_marker", 2, 1, ""},
      {"raw after escaping", kPragma + "\n{{HEADING:h:none}}", "raw_marker", 2, 1, ""},
      {"HTML that is escaped", kPragma + "\n{{JSON_LD_HTML}}", "raw_marker", 2, 1, ""},
      {"no quotes", kPragma + "\n<a href={{HEADING}}>", "template_syntax", 2, 4, ""},
      {"not HTML", kPragma + "\n<p><a \"b\">{{HEADING}}", "template_syntax", 2, 1, ""},
      {"not UTF-8", kPragma + "\n\xff", "bad_encoding", 2, 1, ""},
      {"a line feed of old", kPragma + "\r{{NOTHING}}", "unknown_marker", 2, 1, ""},
  };
  const Stderr captured;
  for (const Row& row : rows) {
    BOOST_TEST_CONTEXT(row.what) {
      const std::vector<Diagnostic> faults = faults_of("message.html", row.text);
      BOOST_REQUIRE_GE(faults.size(), 1u);
      BOOST_TEST(faults.front().code == row.code);
      BOOST_TEST(faults.front().line == row.line);
      BOOST_TEST(faults.front().column == row.column);
      BOOST_TEST(faults.front().file.ends_with("/message.html"));
      BOOST_TEST(!faults.front().message.empty());
      if (row.near != nullptr) BOOST_TEST(faults.front().near == row.near);
    }
  }
  BOOST_TEST(captured.said() == "");
}

BOOST_AUTO_TEST_CASE(all_faults_are_told_at_once) {
  const auto faults = faults_of("message.html", "{{ONE}}\n{{TWO}}\n{{#MENU}}");
  BOOST_TEST(faults.size() == 4u);
}

BOOST_AUTO_TEST_CASE(a_sound_override_is_accepted) {
  const std::string texts[] = {
      kPragma,
      "\xEF\xBB\xBF" + kPragma + "\r\n{{! a comment with {{ in it }}\r\n<p>{{HEADING:h}}</p>",
      kPragma + "{{#MENU}}{{TITLE}}{{#MENU_separator}}, {{/MENU_separator}}{{/MENU}}",
      kPragma + "{{#SENTENCE}}<a href=\"?{{SENTENCE:u}}\">{{BI_SPACE}}x</a>{{/SENTENCE}}",
      kPragma + "{{#MENU}}{{HEADING}} {{SITE_TITLE}}{{/MENU}}",
  };
  for (const std::string& text : texts) {
    const auto faults = faults_of("message.html", text);
    BOOST_TEST_CONTEXT(text << (faults.empty() ? "" : to_line(faults.front()))) {
      BOOST_TEST(faults.empty());
    }
  }
}

BOOST_AUTO_TEST_CASE(an_override_replaces_one_template_only) {
  test::Folder own;
  own.write("message.html", kPragma + "<h1>Mine: {{HEADING}}</h1>");
  own.write("notes.txt", "{{UNREAD}}");
  own.write("_draft.html", "{{UNREAD}}");
  const auto theme = Theme::load(test::shipped_templates(), own.path());
  const std::string page = message(*theme, "Gone");
  BOOST_TEST(has(page, "<h1>Mine: Gone</h1>"));
  BOOST_TEST(has(page, "<nav aria-label=\"Main\">"));
}

// The shipped sheet is parsed when it is first used; one's own may have faults.
BOOST_AUTO_TEST_CASE(a_sheet_of_ones_own_is_tried_at_loading) {
  const auto faults = faults_of("print.html", kPragma + "<a href={{TITLE}}>");
  BOOST_REQUIRE_EQUAL(faults.size(), 1u);
  BOOST_TEST(faults.front().code == "template_syntax");
  test::Folder own;
  own.write("print.html", kPragma + "<h1>Mine: {{TITLE}}</h1>");
  Values sheet;
  sheet.set("TITLE", "A & B");
  BOOST_TEST(Theme::load(test::shipped_templates(), own.path())->expand_sheet(sheet) ==
             "<h1>Mine: A &amp; B</h1>");
  const std::string shipped = test::theme().expand_sheet(sheet);
  BOOST_TEST(has(shipped, "A &amp; B"));
}

BOOST_AUTO_TEST_CASE(a_template_that_no_page_uses_is_refused) {
  const auto faults = faults_of("pots.html", kPragma);
  BOOST_REQUIRE_EQUAL(faults.size(), 1u);
  BOOST_TEST(faults.front().code == "unknown_template");
  BOOST_TEST(faults.front().near == "post.html");
}

BOOST_AUTO_TEST_CASE(missing_templates_are_told_apart) {
  const test::Folder empty;
  try {
    Theme::load(empty.path(), "");
    BOOST_ERROR("loaded nothing");
  } catch (const TemplateError& error) {
    BOOST_TEST(error.faults().size() == template_files().size());
    BOOST_TEST(error.faults().front().code == "unreadable");
  }
  BOOST_CHECK_THROW(Theme::load(test::shipped_templates(), empty.path() + "/none"), TemplateError);
}

BOOST_AUTO_TEST_CASE(text_is_escaped_for_where_it_stands) {
  test::Folder own;
  own.write("message.html",
            kPragma + "<b title=\"{{HEADING}}\">{{HEADING}}</b>" + "<a href=\"{{HEADING}}\">x</a>");
  const auto theme = Theme::load(test::shipped_templates(), own.path());
  const std::string page = message(*theme, "<i>\"&'");
  BOOST_TEST(has(page, "<b title=\"&lt;i&gt;&quot;&amp;&#39;\">&lt;i&gt;&quot;&amp;&#39;</b>"));
  struct Row {
    const char* url;
    const char* shown;
  };
  const Row rows[] = {
      {"javascript:alert(1)", "href=\"#\""},
      {"/blog/tag/a%2Fb/", "href=\"/blog/tag/a%2Fb/\""},
      {"https://example.org/?a=b&c=%20", "href=\"https://example.org/?a=b&amp;c=%20\""},
  };
  for (const Row& row : rows) {
    BOOST_TEST_CONTEXT(row.url) {
      BOOST_TEST(has(message(*theme, row.url), row.shown));
    }
  }
}

BOOST_AUTO_TEST_CASE(an_include_does_not_see_its_surroundings) {
  Values item;
  item.set("TITLE", "Alone");
  item.show("UNDER_H2");
  Values tag;
  tag.set("NAME", "loud");
  Values home;
  add_tags({tag}, "Tags", "TAGS", home);
  Values latest;
  latest.include("ITEM", "item.html", std::move(item));
  home.add("LATEST", std::move(latest));
  Values page;
  page.include("CONTENT", "home.html", std::move(home));
  const std::string text = test::theme().expand(page);
  BOOST_TEST(text.find("loud") == text.rfind("loud"));
  BOOST_TEST(has(text, "Alone</a></h"));
}

BOOST_AUTO_TEST_CASE(many_threads_render_the_same) {
  const test::Rendering site({test::post("a", "A", 1), test::post("b", "B", 2)});
  const std::string expected = site.post("a");
  std::vector<std::thread> threads;
  std::vector<int> wrong(4, 0);
  for (int& count : wrong) {
    threads.emplace_back([&] {
      for (int i = 0; i < 50; ++i) count += site.post("a") != expected;
      // A reload at the same time.
      for (int i = 0; i < 3; ++i) Theme::load(test::shipped_templates(), "");
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int count : wrong) BOOST_TEST(count == 0);
}

BOOST_AUTO_TEST_CASE(a_menu_is_there_even_when_none_is_given) {
  Config config;
  BOOST_REQUIRE_EQUAL(site_info(config).menu.size(), 2u);
  BOOST_TEST(site_info(config).menu[1].url == "/blog/");
  config.menu = {{"Start", "/"}};
  BOOST_TEST(site_info(config).menu.size() == 1u);
}

BOOST_AUTO_TEST_CASE(feeds_and_robots_are_told_what_the_configuration_says) {
  Config config;
  BOOST_TEST(site_info(config).feed_full);
  BOOST_TEST(site_info(config).feed_posts == 20u);
  BOOST_TEST(site_info(config).robots_index);
  config.feed_full = config.robots_index = false;
  config.feed_posts = 7;
  config.robots_disallow = {"/drafts/"};
  config.robots_block = {"GPTBot"};
  const SiteInfo info = site_info(config);
  BOOST_TEST(!info.feed_full);
  BOOST_TEST(info.feed_posts == 7u);
  BOOST_TEST(!info.robots_index);
  BOOST_TEST(info.robots_disallow.front() == "/drafts/");
  BOOST_TEST(info.robots_block.front() == "GPTBot");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace octavo
