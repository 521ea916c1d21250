// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

#include "render/break_costs.h"
#include "render/clusters.h"
#include "render/line_breaks.h"

namespace octavo {
namespace {

std::string repeated(std::string_view part, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += part;
  return out;
}

// The lines with "|" between them; "-" when there are none.
std::string broken(const std::string& text, int ems, std::size_t most,
                   Breaks breaks = Breaks::words) {
  const std::string shown = showable(text, 1000);
  const auto set = Paragraph(clusters_of(shown, Face::roman)).broken(ems * kEm, most, breaks);
  if (!set) return "-";
  std::string out;
  for (const Line& line : set->lines) {
    BOOST_TEST(line.width <= ems * kEm);
    out += (out.empty() ? "" : "|") + line.text;
  }
  return out;
}

std::size_t count_clusters(const std::string& text) {
  return clusters_of(showable(text, 1000), Face::roman).size();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(render_line_breaks_test)

BOOST_AUTO_TEST_CASE(lines_are_as_few_and_as_even_as_can_be) {
  BOOST_TEST(broken("Hello", 10, 4) == "Hello");
  // First fit would leave "trains" alone.
  BOOST_TEST(broken("Typography for people who read trains", 14, 4) ==
             "Typography for people|who read trains");
  BOOST_TEST(broken("one two six ten one two six ten", 7, 4) == "one two six ten|one two six ten");
  BOOST_TEST(broken("", 10, 4) == "-");
  BOOST_TEST(broken("far too long for a single line", 8, 1) == "-");
}

BOOST_AUTO_TEST_CASE(lines_break_where_the_sense_does) {
  struct Row {
    const char* text;
    int ems;
    const char* lines;
  };
  const Row rows[] = {
      // A short word stays with what it belongs to, a number with what it counts.
      {"Improving the services of the nation", 11, "Improving the services|of the nation"},
      {"What we learned in 10 years online", 9, "What we learned|in 10 years online"},
      {"Talking with people", 7, "Talking|with people"},
      {"C++20: what to do again", 9, "C++20:|what to do again"},
      {"We did it again — and you", 9, "We did it again —|and you"},
      // What closes does not begin a line, nor does what opens end one.
      {"Quoi de neuf aujourd’hui ? Oui", 11, "Quoi de neuf|aujourd’hui ? Oui"},
      {"well-known well-known", 6, "well-known|well-known"},
      {"well-known", 3, "well-|known"},
      {"non\u00a0breaking space", 6, "non\u00a0breaking|space"},
      {"soft\u00adhyphen", 3, "soft-|hyphen"},
      {"soft\u00adhyphen", 9, "softhyphen"},
      {"zero\u200bwidth", 3, "zero|width"},
      {"a -flag is not a break", 5, "a -flag is|not a break"},
  };
  for (const Row& row : rows) BOOST_TEST(broken(row.text, row.ems, 4) == row.lines);
}

BOOST_AUTO_TEST_CASE(east_asian_lines_keep_kinsoku) {
  struct Row {
    const char* text;
    int ems;
    const char* lines;
  };
  const Row rows[] = {
      {"漢字漢字漢字", 3, "漢字漢|字漢字"},
      {"漢字、漢字。", 3, "漢字、|漢字。"},
      {"漢字漢「漢字」", 4, "漢字漢|「漢字」"},
      {"今日の会はコンピューターの話", 9, "今日の会は|コンピューターの話"},
      {"한국어 제목은 길다", 6, "한국어|제목은 길다"},
      {"ภาษาไทยเป็นภาษา", 5, "ภาษาไทย|เป็นภาษา"},
  };
  for (const Row& row : rows) BOOST_TEST(broken(row.text, row.ems, 4) == row.lines);
}

BOOST_AUTO_TEST_CASE(only_a_word_that_must_is_torn) {
  const std::string word = repeated("abcdefghij", 4);  // some 18 em
  BOOST_TEST(broken(word, 10, 4) == "-");
  BOOST_TEST(broken("a " + word, 10, 4, Breaks::anywhere).find("|") != std::string::npos);
  BOOST_TEST(broken("getElementsByClassName", 7, 2, Breaks::anywhere) == "getElements|ByClassName");
  BOOST_TEST(broken("some_very_long_name", 5, 2, Breaks::anywhere) == "some_very_|long_name");
}

BOOST_AUTO_TEST_CASE(a_beginning_ends_at_a_word_and_fits) {
  struct Row {
    std::string text;
    const char* end;
  };
  const Row rows[] = {{repeated("lorem, ", 60), "lorem…"},
                      {repeated("W", 300), "W…"},
                      {repeated("漢", 300), "漢…"},
                      {repeated("🎉", 300), "🎉…"},
                      {"short " + repeated("x", 300), "x…"}};
  for (const Row& row : rows) {
    const std::string shown = showable(row.text, 1000);
    const Paragraph whole(clusters_of(shown, Face::roman));
    const Paragraph some(whole.beginning(12 * kEm, 4));
    std::string text;
    for (const Cluster& one : some.clusters()) text += one.bytes;
    BOOST_TEST(text.ends_with(row.end), text);
    const auto set = some.broken(12 * kEm, 4, Breaks::anywhere);
    BOOST_REQUIRE(set.has_value());
    BOOST_TEST(set->lines.size() == 4u);
  }
}

BOOST_AUTO_TEST_CASE(a_cluster_is_what_a_reader_takes_for_a_letter) {
  BOOST_TEST(count_clusters("e\u0301a\u0308") == 2u);
  BOOST_TEST(count_clusters("👩‍👩‍👧‍👦👍🏽🇩🇪🇯🇵1️⃣") == 5u);
  BOOST_TEST(count_clusters("हिन्दी") <= 3u);
  // More than four joined make new ones: no font has a picture for them.
  BOOST_TEST(count_clusters("👩‍👩‍👩‍👩‍👩‍👩") == 2u);
  // Nothing is wider than five em, whatever Unicode joins.
  for (const Cluster& one : clusters_of(repeated("\u1100", 200), Face::roman)) {
    BOOST_TEST(one.width <= 5 * kEm);
  }
}

BOOST_AUTO_TEST_CASE(what_is_shown_has_nothing_hidden_in_it) {
  struct Row {
    std::string text, shown;
  };
  const Row rows[] = {{" a \t\n b ", "a b"},
                      {"a\x01\x7f\u0085"
                       "b",
                       "a b"},
                      {"\u202egpj.exe\u202c", "gpj.exe"},
                      {"a\u2066b\u2069\ufeff", "ab"},
                      {"a" + repeated("\u0335", 9), "a" + repeated("\u0335", 3)},
                      {"e\u0301", "\u00e9"},
                      {" \u00a0 \u200b\u3164 ", ""},
                      {"\xEF\xBF\xBE", ""},
                      {"", ""}};
  for (const Row& row : rows) BOOST_TEST(showable(row.text, 100) == row.shown);
  BOOST_TEST(showable("abcdef", 3) == "abc…");
  BOOST_TEST(showable("abc", 3) == "abc");
}

BOOST_AUTO_TEST_CASE(widths_are_those_of_the_fonts) {
  BOOST_TEST(*exact_width(Face::roman, 'W') == 1933);
  BOOST_TEST(*exact_width(Face::italic, 'W') == 1706);
  BOOST_TEST(*exact_width(Face::roman, U'é') == *exact_width(Face::roman, 'e'));
  BOOST_TEST(*exact_width(Face::italic, 'a') == 1024);
  BOOST_TEST(!exact_width(Face::roman, U'漢').has_value());
  BOOST_TEST(rough_width(U'ا').has_value());
  BOOST_TEST(!rough_width(U'漢').has_value());
}

BOOST_AUTO_TEST_CASE(the_first_letter_gives_the_direction) {
  BOOST_TEST(runs_left("שלום abc", false));
  BOOST_TEST(!runs_left("abc שלום", true));
  BOOST_TEST(runs_left("2024: مرحبا", false));
  BOOST_TEST(runs_left("2024", true));
  BOOST_TEST(is_right_to_left_language("ar-EG"));
  BOOST_TEST(!is_right_to_left_language("en"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace octavo
