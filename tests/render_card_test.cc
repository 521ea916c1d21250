// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "render/card.h"
#include "tests/render_site.h"

namespace octavo {
namespace {

struct Drawn {
  std::string title;
  std::vector<std::string> tags = {};
  std::string lang = "en";
};
std::string card(const Drawn& drawn, const SiteInfo& info = test::info()) {
  Post post = test::post("a", drawn.title, 1);
  post.tags = drawn.tags;
  post.lang = drawn.lang;
  const test::Rendering site({post}, info);
  return render_card(site.facts, site.site.post(0));
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}
bool has(std::string_view text, std::string_view part) {
  return count(text, part) > 0;
}
std::string repeated(std::string_view part, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += part;
  return out;
}

std::string_view title_group(std::string_view svg) {
  const std::size_t from = svg.find("<g font-size=");
  return svg.substr(from, svg.find("</g>", from) - from);
}
std::size_t title_lines(std::string_view svg) {
  return count(title_group(svg), "<text");
}
std::vector<int> numbers(std::string_view svg, std::string_view name) {
  const std::string key = " " + std::string(name) + "=\"";
  std::vector<int> out;
  for (std::size_t at = svg.find(key); at != svg.npos; at = svg.find(key, at + 1)) {
    out.push_back(std::atoi(svg.data() + at + key.size()));
  }
  return out;
}

// Elements nest, "&" begins a known entity, attributes are quoted, no character XML forbids.
bool is_xml(std::string_view text) {
  if (find_bad_utf8(text) != text.npos) return false;
  std::vector<std::string_view> open;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t here = at;
    const char32_t c = next_code_point(text, at);
    if ((c < 0x20 && c != '\n') || c == 0xfffe || c == 0xffff) return false;
    const std::string_view rest = text.substr(here);
    if (c == '&' && !rest.starts_with("&amp;") && !rest.starts_with("&lt;") &&
        !rest.starts_with("&gt;") && !rest.starts_with("&quot;") && !rest.starts_with("&#39;")) {
      return false;
    }
    if (c != '<') continue;
    const std::size_t end = rest.find('>');
    if (end == rest.npos) return false;
    const std::string_view tag = rest.substr(1, end - 1);
    at = here + end + 1;
    if (count(tag, "\"") % 2 != 0 || has(tag, "<")) return false;
    if (tag.ends_with('/')) continue;
    if (!tag.starts_with('/')) {
      open.push_back(tag.substr(0, tag.find(' ')));
    } else if (open.empty() || open.back() != tag.substr(1)) {
      return false;
    } else {
      open.pop_back();
    }
  }
  return open.empty();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(render_card_test)

BOOST_AUTO_TEST_CASE(every_title_makes_a_sound_card) {
  struct Row {
    std::string title;
    std::size_t least, most;  // lines
  };
  const Row rows[] = {{"Short", 1, 1},
                      {repeated("lorem ", 60), 4, 4},
                      {repeated("W", 300), 4, 4},
                      {repeated("漢", 300), 4, 4},
                      {repeated("👩‍👩‍👧‍👦", 120), 4, 4},
                      {repeated("\u0301", 300), 1, 1},
                      {repeated("a", 200), 4, 4},
                      {repeated("\u1100", 300), 4, 4},
                      {repeated("! ", 200), 4, 4},
                      {repeated("b\u00a0", 200), 4, 4},
                      {"a" + repeated("\u3000", 200) + "b", 1, 2},
                      {"a" + repeated("\u00ad", 200) + "b", 1, 2},
                      {repeated("\u0e40", 200), 3, 4},
                      {"שלום עולם", 1, 1},
                      {"<script>alert(\"1\") & 'x'</script>", 1, 2},
                      {"a\x01\x02\tb\x1f\x7f \xEF\xBF\xBE", 1, 1},
                      {"👋🏽 Hello", 1, 1},
                      {"]]> <!-- &#0; --> <?x?>", 1, 2},
                      {"", 1, 1},
                      {" \u00a0 \u200b", 1, 1}};
  for (const Row& row : rows) {
    const std::string svg = card({row.title, {"a<b", "c & d", "\"", "\u202e"}});
    BOOST_TEST_CONTEXT(svg) {
      BOOST_TEST(is_xml(svg));
      BOOST_TEST(title_lines(svg) >= row.least);
      BOOST_TEST(title_lines(svg) <= row.most);
      BOOST_TEST(!has(svg, "<script"));
      for (const int y : numbers(svg, "y")) {
        BOOST_TEST(y > 60);
        BOOST_TEST(y < 570);
      }
      for (const int length : numbers(svg, "textLength")) {
        BOOST_TEST(length > 0);
        BOOST_TEST(length <= 1080);
      }
      BOOST_TEST(svg.size() < 16'384u);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_usual_card_is_small_and_has_all_of_it) {
  const std::string svg =
      card({"Typography for people who read on trains", {"Typography", "Trains"}});
  BOOST_TEST(svg.size() < 2048u);
  BOOST_TEST(has(svg, "<title>Typography for people who read on trains</title>"));
  BOOST_TEST(has(svg, ">The Quiet Press</text>"));
  BOOST_TEST(has(svg, ">Typography for people</text>"));
  BOOST_TEST(has(svg, ">who read on trains</text>"));
  BOOST_TEST(has(svg, ">Typography · Trains</tspan>"));
  BOOST_TEST(has(svg, ">17 November 2026</tspan></text>"));
  BOOST_TEST(!has(svg, "…"));
  BOOST_TEST(svg == card({"Typography for people who read on trains", {"Typography", "Trains"}}));
}

BOOST_AUTO_TEST_CASE(a_title_is_as_large_as_it_can_be) {
  const auto size = [](const std::string& title) {
    return numbers(title_group(card({title})), "font-size").front();
  };
  BOOST_TEST(size("Hello") == 144);
  BOOST_TEST(size("Typography for people who read on trains") == 100);
  BOOST_TEST(size(repeated("lorem ipsum dolor sit ", 6)) < 80);
  BOOST_TEST(size(repeated("lorem ipsum dolor sit ", 60)) == 50);
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_ends_in_an_ellipsis) {
  BOOST_TEST(has(card({repeated("lorem ipsum ", 60)}), "…</text>"));
  BOOST_TEST(has(card({repeated("x", 300)}), "…</text>"));
  SiteInfo info = test::info();
  info.title = repeated("A press ", 20);
  BOOST_TEST(has(card({"T"}, info), "…</text>"));
  BOOST_TEST(has(card({"T", {repeated("x", 90)}}), "x…</tspan>"));
}

BOOST_AUTO_TEST_CASE(tags_that_do_not_fit_are_left_out) {
  const std::string many =
      card({"T", {"Typography", "Reading", "Trains", "Infrastructure", "Five"}});
  BOOST_TEST(has(many, ">Typography · Reading · Trains · Infrastructure</tspan>") !=
             has(many, ">Typography · Reading · Trains</tspan>"));
  BOOST_TEST(!has(many, "Five"));
  BOOST_TEST(has(card({"T", {"a", "b", "c", "d", "e"}}), ">a · b · c · d</tspan>"));
  BOOST_TEST(!has(card({"T"}), "font-style"));
}

BOOST_AUTO_TEST_CASE(direction_and_language_are_said) {
  const std::string hebrew = card({"שלום עולם", {"עברית", "English"}, "he"});
  BOOST_TEST(has(hebrew, " xml:lang=\"he\">"));
  BOOST_TEST(has(title_group(hebrew), " direction=\"rtl\""));
  BOOST_TEST(has(hebrew, "\u2068עברית\u2069 · English"));  // neither moves the other
  BOOST_TEST(!has(hebrew, "font-style"));
  BOOST_TEST(!has(card({"English (עברית)"}), "direction"));
  SiteInfo info = test::info();
  info.lang = "ar";
  info.title = "مطبعة هادئة";
  BOOST_TEST(count(card({"عنوان", {}, "ar"}, info), "direction=\"rtl\"") == 3u);
  BOOST_TEST(!has(card({"عنوان", {}, "ar"}, info), "letter-spacing"));  // its letters join
  // Which form an ideograph has is the language's business.
  BOOST_TEST(has(card({"骨", {}, "ja"}), "CJK JP"));
  BOOST_TEST(has(card({"骨", {}, "zh-Hant"}), "CJK TC"));
  BOOST_TEST(has(card({"骨", {}, "zh"}), "CJK SC"));
  BOOST_TEST(has(card({"한국어", {}, "en"}), "CJK KR"));
}

BOOST_AUTO_TEST_CASE(lines_are_held_where_another_font_could_leave_the_frame) {
  BOOST_TEST(!has(card({"Hello"}), "textLength"));
  const std::string_view group = "Typography for people who read on trains";
  const std::string svg = card({std::string(group)});
  BOOST_TEST(count(title_group(svg), "textLength") == title_lines(svg));  // all or none
  // A family of four is four people where the font has no picture of it.
  BOOST_TEST(
      has(card({"👩‍👩‍👧‍👦👩‍👩‍👧‍👦👩‍👩‍👧‍👦"}),
          "textLength"));
}

BOOST_AUTO_TEST_CASE(colours_are_those_of_the_theme) {
  const auto token = [](const char* name, const char* text) {
    ThemeConfig::Token made;
    made.name = name;
    made.value = *css_colour(text);
    return made;
  };
  const std::string usual = card({"T"});
  for (const char* name : {"paper", "ink", "link"}) {
    for (const ColourToken& one : colour_tokens()) {
      if (one.name == name) BOOST_TEST(has(usual, one.light));
    }
  }
  SiteInfo info = test::info();
  info.card_colours = {token("paper", "#123"), token("ink", "hsl(0 100% 50%)"),
                       token("link", "rgb(0 0 255 / 0.5)")};
  const std::string own = card({"T"}, info);
  BOOST_TEST(has(own, "<path fill=\"#112233\""));
  BOOST_TEST(has(own, "<g fill=\"#ff0000\""));
  BOOST_TEST(has(own, "stroke=\"#091199\""));  // translucent: over the paper
  info.card_colours.clear();
  info.scheme = "dark";
  for (const ColourToken& one : colour_tokens()) {
    if (one.name == "paper") BOOST_TEST(has(card({"T"}, info), one.dark));
  }
}

BOOST_AUTO_TEST_CASE(a_title_without_anything_to_see_is_the_sites_name) {
  const std::string svg = card({" \u00a0 "});
  BOOST_TEST(has(title_group(svg), ">The Quiet Press</text>"));
  BOOST_TEST(count(svg, ">The Quiet Press</text>") == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace octavo
