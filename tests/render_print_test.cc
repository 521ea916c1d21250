// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "render/print.h"

#include <boost/test/unit_test.hpp>

#include "render/card.h"
#include "tests/render_site.h"

namespace {

using namespace octavo;

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

Post lamp() {
  Post made = test::post("lamp", "The lamp & its keeper", 3);
  made.description = "What a\nkeeper does.";
  made.authors = {"Ada", "Inès"};
  made.tags = {"light", "pier"};
  made.cover_image = "/content/images/a b.png";
  made.cover_alt = "A lamp";
  return made;
}

Sheet sheet_of(const Post& post, const std::string& body = "<p>Body.</p>",
               SiteInfo info = test::info()) {
  const test::Rendering site({post}, std::move(info), body);
  return render_sheet(site.context(), site.number(post.slug));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(render_print_test)

BOOST_AUTO_TEST_CASE(a_sheet_says_what_its_file_is_to_say) {
  const Sheet sheet = sheet_of(lamp());
  BOOST_TEST(sheet.address == "https://press.example/posts/lamp/");
  BOOST_TEST(sheet.title == "The lamp & its keeper");
  BOOST_TEST(sheet.author == "Ada, Inès");
  BOOST_TEST(sheet.subject == "What a keeper does.");
  BOOST_TEST(sheet.lang == "en");
  BOOST_TEST(sheet.keywords.size() == 2u);
  BOOST_TEST(sheet.published == test::kNow - 3 * test::kDay);
  BOOST_TEST(sheet.updated == 0);
  BOOST_TEST(sheet.images == std::vector<std::string>{"a b.png"}, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(the_document_is_an_article) {
  const std::string html = sheet_of(lamp(), "<p><a href=\"https://a.example/\">A</a></p>").html;
  BOOST_TEST(html.starts_with("<!doctype html>\n<html lang=\"en\">"));
  for (const char* part :
       {"<title>The lamp &amp; its keeper</title>", "<h1>The lamp &amp; its keeper</h1>",
        "<p class=\"standfirst\">What a keeper does.</p>", "Ada, Inès</p>",
        "src=\"https://press.example/content/images/a%20b.png\" alt=\"A lamp\"",
        "<li id=\"_l1\"><a dir=\"ltr\" href=\"https://a.example/\">a.example</a></li>",
        "light · pier",
        "<a href=\"https://press.example/posts/lamp/\">press.example/posts/lamp</a>"}) {
    BOOST_TEST_CONTEXT(part) {
      BOOST_TEST(has(html, part));
    }
  }
  BOOST_TEST(!has(html, "{{"));
}

BOOST_AUTO_TEST_CASE(nothing_is_fetched_but_images_of_the_site) {
  const std::string html = sheet_of(lamp()).html;
  for (const char* part :
       {"<link", "<script", "@import", "url(", "@font-face", "<iframe", "<base"}) {
    BOOST_TEST_CONTEXT(part) {
      BOOST_TEST(!has(html, part));
    }
  }
  Post post = lamp();
  post.cover_image = "https://elsewhere.example/a.png";
  BOOST_TEST(!has(sheet_of(post).html, "<img"));
}

BOOST_AUTO_TEST_CASE(a_hostile_title_ends_nothing) {
  Post post = test::post("bad", "</style></title><script>x</script>\"}*/\\ {{TITLE}}", 1);
  const std::string html = sheet_of(post).html;
  BOOST_TEST(!has(html, "<script"));
  // In the style sheet every sign is a number.
  BOOST_TEST(has(html, "--running:\"\\00003c \\00002f style\\00003e "));
  BOOST_TEST(has(html, "<title>&lt;/style&gt;&lt;/title&gt;"));
}

BOOST_AUTO_TEST_CASE(languages_and_directions_are_said) {
  Post post = test::post("rtl", "منارة", 1);
  post.lang = "ar";
  const std::string html = sheet_of(post).html;
  BOOST_TEST(has(html, "<html lang=\"ar\" dir=\"rtl\">"));
  BOOST_TEST(has(html, "<div class=\"masthead\" lang=\"en\">"));
}

BOOST_AUTO_TEST_CASE(a_theme_gives_fonts_and_a_colour_that_can_be_read) {
  ThemeConfig theme;
  theme.text_stack = "\"Charis SIL\", serif";
  theme.light = {{"link", *css_colour("#0b5c7a")}, {"paper", *css_colour("#000")}};
  BOOST_TEST(print_tokens(theme, {}) == "--text:\"Charis SIL\", serif;--accent:#0b5c7a;");
  theme.light = {{"link", *css_colour("yellow")}};
  theme.text_stack.clear();
  BOOST_TEST(print_tokens(theme, {}) == "");
}

BOOST_AUTO_TEST_CASE(the_same_post_gives_the_same_bytes) {
  const std::string body = "<p><a href=\"https://a.example/\">A</a></p>";
  BOOST_TEST(sheet_of(lamp(), body).html == sheet_of(lamp(), body).html);
}

BOOST_AUTO_TEST_CASE(a_card_is_its_drawing_alone) {
  const test::Rendering site({lamp()});
  const Sheet sheet = render_card_sheet(site.context(), site.number("lamp"));
  BOOST_TEST(has(sheet.html, render_card(site.facts, site.site.post(site.number("lamp")))));
  BOOST_TEST(has(sheet.html, "@page{size:1200px 630px;margin:0}"));
  BOOST_TEST(sheet.images.empty());
  BOOST_TEST(!has(sheet.html, "url("));
}

BOOST_AUTO_TEST_SUITE_END()
