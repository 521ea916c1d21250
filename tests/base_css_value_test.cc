// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "base/css_value.h"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

using namespace octavo;

namespace {

std::string hex_of(const Colour& colour) {
  char text[16];
  const auto byte = [](double value) { return static_cast<unsigned>(std::lround(value * 255)); };
  std::snprintf(text, sizeof text, "%02x%02x%02x/%.2f", byte(colour.red), byte(colour.green),
                byte(colour.blue), colour.alpha);
  return text;
}

double ratio(const char* above, const char* below) {
  return contrast(css_colour(above)->colour, css_colour(below)->colour);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(base_css_value_test)

BOOST_AUTO_TEST_CASE(each_notation_is_the_colour_that_browsers_show) {
  const std::vector<std::pair<const char*, const char*>> rows = {
      {"#f80", "ff8800/1.00"},
      {"#F80C", "ff8800/0.80"},
      {"#ff8800", "ff8800/1.00"},
      {"#FF880080", "ff8800/0.50"},
      {"rebeccapurple", "663399/1.00"},
      {"AliceBlue", "f0f8ff/1.00"},
      {"yellowgreen", "9acd32/1.00"},
      {"rgb(255 136 0)", "ff8800/1.00"},
      {"rgb(255,136,0)", "ff8800/1.00"},
      {"rgba(255, 136, 0, .5)", "ff8800/0.50"},
      {"rgba(255, 136, 0, 0.5)", "ff8800/0.50"},
      {"rgb( 100% 0% 50.2% / 25% )", "ff0080/0.25"},
      {"hsl(120 100% 25%)", "008000/1.00"},
      {"hsl(-240deg, 100%, 25%)", "008000/1.00"},
      {"hsl(32 100% 50%)", "ff8800/1.00"},
      {"hsl(0 0% 50%)", "808080/1.00"},
      {"oklch(0.627955 0.257683 29.2339)", "ff0000/1.00"},
      {"oklch(51.975% 0.17686 142.495)", "008000/1.00"},
      {"oklch(100% 0 0 / 0.5)", "ffffff/0.50"},
      {"oklch(70% 100% 150)", "00d600/1.00"},  // clipped
  };
  for (const auto& [text, wanted] : rows) {
    BOOST_TEST_CONTEXT(text) {
      const auto colour = css_colour(text);
      BOOST_TEST_REQUIRE(colour.has_value());
      BOOST_TEST(hex_of(colour->colour) == wanted);
    }
  }
  BOOST_TEST(css_colour_names().size() == 148u);
}

BOOST_AUTO_TEST_CASE(nothing_else_is_a_colour) {
  for (const char* text :
       {"",
        "#",
        "#12",
        "#12345",
        "#1234567",
        "#ggg",
        "#fff;",
        "gren",
        "red;} body{display:none",
        "red}",
        "url(x)",
        "url(http://x/)",
        "@import 'x'",
        "var(--ink)",
        "expression(alert(1))",
        "rgb(255 136 0",
        "rgb(256 0 0)",
        "rgb(-1 0 0)",
        "rgb(1 2)",
        "rgb(1 2 3 4)",
        "rgb(1,2 3)",
        "rgb(1 2 3 / 2)",
        "rgb(1, 2, 3 / 0.5)",
        "rgb(1% 2 3)",
        "rgb(1 2 3))",
        "rgb(1 2 3);x()",
        "rgb(calc(1) 2 3)",
        "rgb(1e2 0 0)",
        "hsl(120 1 1)",
        "hsl(120% 1% 1%)",
        "hsl(400 1% 1%)",
        "oklch(0.5, 0.1, 20)",
        "oklch(2 0 0)",
        "oklch(0.5 0.1 none)",
        "rgb()",
        "red/**/",
        "re\\64",
        "transparent",
        "currentcolor",
        "inherit",
        "rgb(1 2 3)\n",
        "lab(50% 0 0)",
        "rgb(0000000000000000000000000000000000000000000000000000000000000001 2 3)"}) {
    BOOST_TEST_CONTEXT(text) BOOST_TEST(!css_colour(text));
  }
}

BOOST_AUTO_TEST_CASE(contrast_is_what_wcag_says) {
  BOOST_TEST(ratio("black", "white") == 21.0, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(ratio("white", "white") == 1.0, boost::test_tools::tolerance(1e-9));
  // The two greys around 4.5:1, known from every checker.
  BOOST_TEST(ratio("#777", "#fff") == 4.478, boost::test_tools::tolerance(1e-3));
  BOOST_TEST(ratio("#767676", "#fff") == 4.542, boost::test_tools::tolerance(1e-3));
  BOOST_TEST(ratio("#fff", "#777") == ratio("#777", "#fff"));
  BOOST_TEST(ratio("rgb(0 0 0 / 0%)", "white") == 1.0, boost::test_tools::tolerance(1e-9));
  BOOST_TEST(ratio("rgb(0 0 0 / 50%)", "white") == ratio("rgb(127.5 127.5 127.5)", "white"),
             boost::test_tools::tolerance(1e-9));
}

BOOST_AUTO_TEST_CASE(stacks_are_quoted_and_end_in_a_generic_family) {
  const std::vector<std::pair<const char*, const char*>> rows = {
      {"serif", "serif"},
      {"Georgia,serif", "\"Georgia\", serif"},
      {"'Iowan Old Style' , \"Palatino\", ui-serif, serif",
       "\"Iowan Old Style\", \"Palatino\", ui-serif, serif"},
      {"Iowan Old Style, serif", "\"Iowan Old Style\", serif"},
      {"\"Source Serif 4\", serif", "\"Source Serif 4\", serif"},
      {"Noto Sans JP, system-ui", "\"Noto Sans JP\", system-ui"},
      {"\"游明朝\", serif", "\"游明朝\", serif"},
      {"-apple-system, sans-serif", "-apple-system, sans-serif"},
  };
  for (const auto& [text, wanted] : rows) {
    BOOST_TEST_CONTEXT(text) BOOST_TEST(css_font_stack(text).value_or("refused") == wanted);
  }
  for (const char* text : {"",
                           ",",
                           "Georgia",
                           "serif, Georgia",
                           "serif,",
                           ",serif",
                           "Source Serif 4, serif",
                           "\"Georgia, serif",
                           "\"Geor\"gia\", serif",
                           "\"a;b\", serif",
                           "a;b, serif",
                           "a}b, serif",
                           "\"a\\62\", serif",
                           "url(x), serif",
                           "serif; }",
                           "\"\", serif",
                           "'Georgia\", serif",
                           "\" Georgia\", serif",
                           "\"a\u200bb\", serif",
                           "a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,serif"}) {
    BOOST_TEST_CONTEXT(text) BOOST_TEST(!css_font_stack(text));
  }
}

BOOST_AUTO_TEST_CASE(lengths_are_a_number_and_a_unit) {
  BOOST_TEST(css_length("18px")->number == 18.0);
  BOOST_TEST(css_length("1.125REM")->unit == "rem");
  BOOST_TEST(css_length("12")->unit == "");
  for (const char* text : {"", "px", "-1px", ".5em", "1.", "1e3px"}) {
    const auto length = css_length(text);
    BOOST_TEST_CONTEXT(text) BOOST_TEST((!length || (length->unit != "px" && length->unit != "")));
  }
  BOOST_TEST(css_number(112.5) == "112.5");
  BOOST_TEST(css_number(100) == "100");
  BOOST_TEST(css_number(118.75) == "118.75");
  BOOST_TEST(css_number(1.0 / 3) == "0.3333");
}

BOOST_AUTO_TEST_SUITE_END()
