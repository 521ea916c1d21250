// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "search/marks.h"

#include <boost/test/unit_test.hpp>
#include <optional>
#include <random>

#include "base/text.h"

using namespace octavo;

namespace {

// Words that join, end and begin in every way that there is, and what stands between them.
std::string random_text(std::mt19937& dice) {
  static constexpr const char* kPieces[] = {
      "harbour", "Harbours",  "HA",    "ha",         "walk", "wal",  "wide", "w",
      "lying",   "lie",       "Äpfel", "élan",       "東",   "京都", "🎉",    "Häfen",
      "don",     "t",         "_",     "__x",        "C++",  "C#",   "3",    "14",
      "AT",      "e\xcc\x81", "naïve", "hafen-walk", "ſharp"};
  static constexpr const char* kBetween[] = {" ", " ",        " ", "\n", "",   "'", "’",
                                             ".", ",",        "&", "+",  "++", "#", "-",
                                             "…", "\xc2\xa0", "_", "/",  "  "};
  std::string text;
  const int count = static_cast<int>(dice() % 120);
  for (int i = 0; i < count; ++i) {
    text += kPieces[dice() % std::size(kPieces)];
    text += kBetween[dice() % std::size(kBetween)];
  }
  return text;
}

std::string word_at(std::string_view text, const Word& word) {
  return std::to_string(word.begin) + ':' +
         std::string(text.substr(word.begin, word.end - word.begin));
}

Beginnings beginnings(const std::vector<std::string>& prefixes) {
  Beginnings made;
  for (const std::string& prefix : prefixes) made.add(prefix);
  return made;
}

std::vector<std::string> marked(std::string_view text, MarkFinder& finder) {
  std::vector<std::string> out;
  for (const Mark& mark : finder.marks(text, 1u << 20, 1u << 20))
    out.push_back(std::string(text.substr(mark.begin, mark.end - mark.begin)));
  return out;
}

// As a stemmer does it, for a few words.
std::string stem(std::string_view word) {
  std::string small = fold_case(word);
  if (small == "lying") return "lie";
  if (small.size() > 4 && small.ends_with("s")) small.pop_back();
  return small;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(search_marks_test)

// What is passed over is just what does not begin so; and of what begins so nothing is.
BOOST_AUTO_TEST_CASE(words_that_are_passed_over_are_those_not_wanted) {
  const std::vector<std::vector<std::string>> kWanted = {{"ha"}, {"ha", "wa"}, {"h"},        {"é"},
                                                         {""},   {"c"},        {"3"},        {"_"},
                                                         {"zz"}, {},           {"hä", "li"}, {"t"}};
  std::mt19937 dice(7);
  for (int round = 0; round < 3000; ++round) {
    const std::string text = random_text(dice);
    const Beginnings wanted = beginnings(kWanted[dice() % kWanted.size()]);
    std::vector<std::string> all, some;
    std::size_t at = 0;
    while (const std::optional<Word> word = next_word(text, at)) {
      at = word->end;
      if (wanted.has(text, word->begin)) all.push_back(word_at(text, *word));
    }
    at = 0;
    while (const std::optional<Word> word = next_word(text, at, wanted)) {
      at = word->end;
      some.push_back(word_at(text, *word));
    }
    BOOST_TEST_CONTEXT(text)
    BOOST_REQUIRE_EQUAL_COLLECTIONS(all.begin(), all.end(), some.begin(), some.end());
  }
}

BOOST_AUTO_TEST_CASE(most_of_a_text_is_not_looked_at) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "nothing of this is meant here, ";
  text += "but harbour is";
  const Beginnings wanted = beginnings({"ha"});
  const Beginnings::Skipped skipped = wanted.skip(text, 1);
  BOOST_TEST(skipped.at + 32 > text.size());
  BOOST_TEST(text.substr(skipped.at).find("harbour") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(marks_are_words_their_forms_and_rows) {
  const struct {
    const char *typed, *text;
    std::vector<std::string> marks;
  } kTable[] = {
      {"harbour", "The Harbour, harbours; harbouring", {"Harbour", "harbours"}},
      {"lie", "lying and lies, a lie, life", {"lying", "lie"}},
      {"lying", "to lie", {"lie"}},
      {"\"the harbour\"", "the harbours, the Harbour", {"the Harbour"}},
      {"e-mail", "E-Mail, mail, e mail", {"E-Mail", "e mail"}},
      {"Äpfel", "äpfel, apfel", {"äpfel"}},
      {"don't", "Don't dont", {"Don't"}},
      {"京都", "東京都の京都", {"京都", "京都"}},
      {"🎉", "a🎉b", {"🎉"}},
      {"s", "ſ S s ss", {"ſ", "S", "s"}},
      {"C++", "c++ C c#", {"c++"}},
  };
  for (const auto& row : kTable) BOOST_TEST_CONTEXT(row.typed) {
      MarkFinder finder(hit_rows(parse_query(row.typed), false), {stem, 2});
      BOOST_TEST(marked(row.text, finder) == row.marks, boost::test_tools::per_element());
      // What it has met before means the same.
      BOOST_TEST(marked(row.text, finder) == row.marks, boost::test_tools::per_element());
    }
}

BOOST_AUTO_TEST_CASE(a_word_that_is_typed_goes_on) {
  MarkFinder finder(hit_rows(parse_query("the harb"), true));
  const std::vector<std::string> marks = {"the", "Harbour", "harb"};
  BOOST_TEST(marked("Then the Harbour; harb, har.", finder) == marks,
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_text_is_looked_through_until_all_stands_together) {
  std::string text = "one two ";
  for (int i = 0; i < 1000; ++i) text += "filler ";
  text += "one two";
  MarkFinder finder(hit_rows(parse_query("one two"), false));
  BOOST_TEST(finder.marks(text, 100, 50).size() == 2u);
  MarkFinder other(hit_rows(parse_query("one three"), false));
  BOOST_TEST(other.marks(text, 100, 50).size() == 2u);  // three never comes
}

BOOST_AUTO_TEST_CASE(no_text_costs_more_than_it_should) {
  std::string words, marks, one(1u << 16, 'a');
  for (int i = 0; i < 20000; ++i) {
    words += "wa" + std::to_string(i) + ' ';  // each is new
    marks += "wa ";
  }
  MarkFinder finder(hit_rows(parse_query("wa wb"), false), {stem, 2});
  BOOST_TEST(finder.marks(words, 1, 1).empty());
  BOOST_TEST(finder.marks(marks, 1, 1).size() == 512u);
  BOOST_TEST(finder.marks(one, 1, 1).empty());
}

BOOST_AUTO_TEST_SUITE_END()
