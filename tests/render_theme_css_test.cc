// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "render/theme_css.h"

#include <boost/test/unit_test.hpp>
#include <map>
#include <string>

#include "base/file.h"
#include "render/views.h"
#include "tests/render_site.h"

namespace octavo {
namespace {

ThemeConfig::Token token(std::string name, std::string_view colour) {
  return {std::move(name), *css_colour(colour)};
}

// --name: value of the rule that begins with `selector`.
std::map<std::string, std::string> properties(const std::string& sheet, std::string_view selector) {
  std::map<std::string, std::string> found;
  std::size_t at = sheet.find(selector);
  BOOST_TEST_REQUIRE(at != std::string::npos);
  const std::size_t end = sheet.find('}', at);
  while ((at = sheet.find("--", at)) < end) {
    const std::size_t colon = sheet.find(':', at), stop = sheet.find(';', colon);
    found[sheet.substr(at + 2, colon - at - 2)] = sheet.substr(colon + 2, stop - colon - 2);
    at = stop;
  }
  return found;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

std::string home(const SiteInfo& info) {
  const auto theme = Theme::load(test::shipped_templates(), "");
  const Site site(test::image_of({}), test::kNow);
  return theme->expand(home_values({*theme, info, site}));
}

// A property that is another one's value, and in dark what light says where dark says nothing.
std::string value_of(const std::string& name, const std::map<std::string, std::string>& scheme,
                     const std::map<std::string, std::string>& below) {
  const auto find = [&](const std::string& one) {
    if (const auto at = scheme.find(one); at != scheme.end()) return at->second;
    const auto at = below.find(one);
    return at == below.end() ? std::string("(none)") : at->second;
  };
  std::string value = find(name);
  if (value.starts_with("var(--")) value = find(value.substr(6, value.size() - 7));
  return value;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(render_theme_css_test)

BOOST_AUTO_TEST_CASE(nothing_configured_is_no_sheet) {
  BOOST_TEST(theme_css({}, {}) == "");
  ThemeConfig scheme;
  scheme.scheme = "dark";  // stands in the page itself
  BOOST_TEST(theme_css(scheme, {}) == "");
  const std::string page = home(site_info({}));
  BOOST_TEST(!has(page, "theme.css"));
  BOOST_TEST(!has(page, "preload"));
  BOOST_TEST(!has(page, "<html lang=\"en\" "));
}

BOOST_AUTO_TEST_CASE(dark_wins_over_light_by_system_and_by_choice_and_paper_has_neither) {
  ThemeConfig theme;
  theme.light = {token("paper", "#FFF"), token("ink", "black")};
  theme.dark = {token("paper", "#111")};
  theme.size = "112.5%";
  theme.measure = "66ch";
  BOOST_TEST(theme_css(theme, {}) ==
             "@media screen{\n"
             ":root{--size:112.5%;--measure:66ch;--paper:#fff;--ink:black}\n"
             "@media (prefers-color-scheme:dark){\n"
             ":root:not([data-theme=\"light\"]){--paper:#111}\n"
             "}\n"
             ":root[data-theme=\"dark\"]{--paper:#111}\n"
             "}\n");
}

BOOST_AUTO_TEST_CASE(font_stacks_are_for_paper_too) {
  ThemeConfig theme;
  theme.text_stack = "\"Georgia\", serif";
  theme.code_stack = "monospace";
  BOOST_TEST(theme_css(theme, {}) == ":root{--text:\"Georgia\", serif;--code:monospace}\n");
}

BOOST_AUTO_TEST_CASE(faces_name_the_files_where_they_are) {
  const FontFaces faces = font_faces(
      "/* stack: \"Inter\", sans-serif */\n@font-face{src:url(a.woff2) "
      "x}\n@font-face{src:url(b.woff2)}\n",
      [](const std::string& file) { return "/static/" + file; });
  BOOST_TEST(faces.stack == "\"Inter\", sans-serif");
  BOOST_TEST(faces.css ==
             "@font-face{src:url(/static/a.woff2) x}\n@font-face{src:url(/static/b.woff2)}\n");
  BOOST_TEST(faces.preload_url == "/static/a.woff2");
  const std::string sheet = theme_css({}, faces);
  BOOST_TEST(has(sheet, faces.css));
  BOOST_TEST(has(sheet, ":root{--text:\"Inter\", sans-serif;--plain:\"Inter\", sans-serif}\n"));
}

BOOST_AUTO_TEST_CASE(what_is_configured_stands_in_the_page) {
  Config config;
  config.title = "A <blog>";
  config.theme.scheme = "dark";
  config.theme.light = {token("ink", "black")};
  config.theme.logo = {"/content/images/ein bild.svg", "", 32, 24};
  config.footer = {"Words & pictures", {{"Imprint", "/imprint/"}}};
  FontFaces faces;
  faces.preload_url = "/static/x.woff2";
  std::string page = home(site_info(config, faces));
  BOOST_TEST(has(page, "<html lang=\"en\" data-theme=\"dark\">"));
  BOOST_TEST(has(page, "<link rel=\"stylesheet\" href=\"/theme.css\">"));
  BOOST_TEST(has(page, "<link rel=\"preload\" href=\"/static/x.woff2\" as=\"font\""));
  BOOST_TEST(has(
      page, "<img src=\"/content/images/ein%20bild.svg\" alt=\"\" width=\"32\" height=\"24\">"));
  BOOST_TEST(has(page, "<span>A &lt;blog&gt;</span></a>"));
  BOOST_TEST(has(page, "Words &amp; pictures"));
  BOOST_TEST(has(page, "<a href=\"/imprint/\">Imprint</a>"));
  config.theme.logo.alt = "A blog";
  page = home(site_info(config, faces));
  BOOST_TEST(has(page, "alt=\"A blog\""));
  BOOST_TEST(!has(page, "<span>A &lt;blog&gt;</span></a>"));
}

BOOST_AUTO_TEST_CASE(the_author_box_is_for_posts_of_the_author) {
  Config config;
  config.author = "Ada";
  config.author_box = {"Writes <much>.", "/about/", {"/content/images/ada.jpg", "", 96, 96}};
  Post mine = test::post("mine", "Mine", 2), guest = test::post("guest", "A guest's", 1);
  mine.authors = {};
  guest.authors = {"Bea"};
  const auto theme = Theme::load(test::shipped_templates(), "");
  const Site site(test::image_of({mine, guest}), test::kNow);
  const SiteInfo info = site_info(config);
  const auto page = [&](const char* slug) {
    return render_post({*theme, info, site}, *site.find_post(slug));
  };
  BOOST_TEST(has(page("mine"), "Writes &lt;much&gt;."));
  BOOST_TEST(has(page("mine"), "href=\"/about/\""));
  BOOST_TEST(has(page("mine"), "src=\"/content/images/ada.jpg\""));
  BOOST_TEST(!has(page("guest"), "Writes &lt;much&gt;."));
  config.author_box.bio.clear();
  const SiteInfo without = site_info(config);
  BOOST_TEST(
      !has(render_post({*theme, without, site}, *site.find_post("mine")), "About the author"));
}

// What contrast is measured against where a configuration sets one colour of two.
BOOST_AUTO_TEST_CASE(known_colours_are_those_of_the_style_sheet) {
  const std::string sheet = read_file(test::source_folder() + "/static/octavo.css", 1u << 20);
  const auto light = properties(sheet, "\n:root {");
  const auto dark = properties(sheet, ":root:not([data-theme=\"light\"]) {");
  const auto chosen = properties(sheet, ":root[data-theme=\"dark\"] {");
  BOOST_TEST(dark == chosen);
  for (const ColourToken& known : colour_tokens()) {
    const std::string name(known.name);
    BOOST_TEST_CONTEXT(name) {
      BOOST_TEST(value_of(name, light, {}) == known.light);
      BOOST_TEST(value_of(name, dark, light) == known.dark);
    }
  }
  for (const auto& [name, value] : dark) {
    BOOST_TEST_CONTEXT(name)
    BOOST_TEST(std::ranges::count(colour_tokens(), name, &ColourToken::name) == 1);
  }
}

BOOST_AUTO_TEST_CASE(octavos_own_colours_call_for_no_warning) {
  ThemeConfig theme;
  for (const ColourToken& known : colour_tokens()) {
    theme.light.push_back(token(std::string(known.name), known.light));
    theme.dark.push_back(token(std::string(known.name), known.dark));
  }
  for (const Diagnostic& warning : theme_warnings(theme)) BOOST_TEST(warning.message == "");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace octavo
