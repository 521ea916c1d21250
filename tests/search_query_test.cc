// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "search/query.h"

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <random>

#include "base/text.h"
#include "search/words.h"

using namespace octavo;

namespace {

// One letter a kind (word, phrase, tag, year, Title), "-" before what is negated.
std::string shape(const Query& query) {
  std::string out;
  for (const QueryPiece& piece : query.pieces) {
    if (!out.empty()) out += ' ';
    if (piece.negated) out += '-';
    out += "wptyT"[static_cast<int>(piece.kind)];
    out += '[' + piece.text + ']';
  }
  return out;
}

std::string again(std::string_view text) {
  return to_text(parse_query(text));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(search_query_test)

BOOST_AUTO_TEST_CASE(what_a_reader_types_is_taken_apart) {
  const struct {
    const char *typed, *shape, *text;
  } kTable[] = {
      {"", "", ""},
      {" \t\n ", "", ""},
      {"linux", "w[linux]", "linux"},
      {"  two   words ", "w[two] w[words]", "two words"},
      {"\"a phrase\" more", "p[a phrase] w[more]", "\"a phrase\" more"},
      {"\"  a \t phrase \"", "p[a phrase]", "\"a phrase\""},
      {"„a phrase“ “another one” «une autre»", "p[a phrase] p[another one] p[une autre]",
       "\"a phrase\" \"another one\" \"une autre\""},
      {"(\"a b\")", "p[a b]", "\"a b\""},
      // negation
      {"-not", "-w[not]", "-not"},
      {"-\"not this\" that", "-p[not this] w[that]", "-\"not this\" that"},
      {"-tag:x", "-t[x]", "-tag:x"},
      {"-year:2024 -title:x", "-y[2024] -T[x]", "-year:2024 -title:x"},
      {"e-mail", "w[e-mail]", "e-mail"},
      {"- not", "w[not]", "not"},
      {"--option", "w[--option]", "--option"},
      {"a -- b", "w[a] w[b]", "a b"},
      {"-", "", ""},
      {"-(a)", "w[-(a)]", "-(a)"},
      {"12\"-vinyl", "w[12] w[vinyl]", "12 vinyl"},
      {"\"a\"-b", "p[a] w[b]", "\"a\" b"},
      // operators
      {"tag:x", "t[x]", "tag:x"},
      {"TAG:x Year:2024 tItLe:y", "t[x] y[2024] T[y]", "tag:x year:2024 title:y"},
      {"tag:\"a b\"", "t[a b]", "tag:\"a b\""},
      {"tag:c++ tag:#", "t[c++] t[#]", "tag:c++ tag:#"},
      {"tag:a/b", "t[a/b]", "tag:a/b"},
      {"tag:12\"", "t[12\"]", "tag:\"12\"\"\""},
      {"tag:\"12\"\" vinyl\"", "t[12\" vinyl]", "tag:\"12\"\" vinyl\""},
      {"tag:\"a", "t[a]", "tag:a"},
      {"tag:", "w[tag:]", "tag:"},
      {"tag: x", "w[tag:] w[x]", "tag: x"},
      {"tag:\"\" x", "w[tag:] w[x]", "tag: x"},
      {"-tag:", "-w[tag:]", "-tag:"},
      {"year:24", "w[year:24]", "year:24"},
      {"year:20245", "w[year:20245]", "year:20245"},
      {"year:\"2024\"", "y[2024]", "year:2024"},
      {"year:2024x", "w[year:2024x]", "year:2024x"},
      {"year:２０２４", "w[year:２０２４]", "year:２０２４"},
      {"title:\"a b\"", "T[a b]", "title:\"a b\""},
      {"title:!!!", "w[title:!!!]", "title:!!!"},
      {"author:x", "w[author:x]", "author:x"},
      {"subtag:x", "w[subtag:x]", "subtag:x"},
      // what is not meant as anything is text
      {"\"", "", ""},
      {"\"\"", "", ""},
      {"\"open end", "w[open] w[end]", "open end"},
      {"foo\"bar baz\"", "w[foo] w[bar] w[baz]", "foo bar baz"},
      {"12\" vinyl 7\" single", "w[12] w[vinyl] w[7] w[single]", "12 vinyl 7 single"},
      {"( ) [ ] * : ; ! ? … — ·", "", ""},
      {"a* b? (c", "w[a*] w[b?] w[(c]", "a* b? (c"},
      {"a AND b OR NOT c NEAR/3 d", "w[a] w[AND] w[b] w[OR] w[NOT] w[c] w[NEAR/3] w[d]",
       "a AND b OR NOT c NEAR/3 d"},
      {"it's AT&T c++", "w[it's] w[AT&T] w[c++]", "it's AT&T c++"},
      {"日本語　検索", "w[日本語] w[検索]", "日本語 検索"},
      {"مرحبا -عالم", "w[مرحبا] -w[عالم]", "مرحبا -عالم"},
      {"🎉 👩‍👩‍👧", "w[🎉] w[👩‍👩‍👧]", "🎉 👩‍👩‍👧"},
      {"cafe\xcc\x81", "w[café]", "café"},
      {"a\xff\xfe"
       "b\x80",
       "w[a] w[b]", "a b"},
      {"a\x01"
       "b\x7f",
       "w[a] w[b]", "a b"},
  };
  for (const auto& row : kTable) {
    const Query query = parse_query(row.typed);
    BOOST_TEST_CONTEXT(row.typed) {
      BOOST_TEST(shape(query) == row.shape);
      BOOST_TEST(to_text(query) == row.text);
      BOOST_TEST(!query.shortened);
      BOOST_TEST(shape(parse_query(row.text)) == row.shape);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_nul_is_a_blank) {
  BOOST_TEST(again(std::string_view("a\0b", 3)) == "a b");
}

BOOST_AUTO_TEST_CASE(negations_alone_find_nothing) {
  for (const char* typed : {"", "\"", "-a", "-tag:x -\"a b\"", "***"})
    BOOST_TEST(parse_query(typed).empty());
  for (const char* typed : {"a", "-a b", "tag:x -a", "year:2024"})
    BOOST_TEST(!parse_query(typed).empty());
}

BOOST_AUTO_TEST_CASE(only_a_last_word_may_be_unfinished) {
  const struct {
    const char* typed;
    bool open;
  } kTable[] = {
      {"lin", true},      {"a lin", true},   {"lin ", false},         {"\"a b\"", false},
      {"\"a b", true},    {"-lin", false},   {"tag:li", false},       {"year:2024", false},
      {"title:li", true}, {"lin -x", false}, {"title:\"li\"", false}, {"lin\"", false},
      {"日本", true},     {"", false},       {"lin *", false}};
  for (const auto& row : kTable) {
    BOOST_TEST_CONTEXT(row.typed) {
      BOOST_TEST(parse_query(row.typed).open_end == row.open);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_query_is_bounded) {
  std::string words;
  for (int i = 0; i < 17; ++i) words += "w" + std::to_string(i) + " ";
  const Query many = parse_query(words);
  BOOST_TEST(many.pieces.size() == 16u);
  BOOST_TEST(many.shortened);
  BOOST_TEST(!parse_query(words.substr(0, words.rfind("w16"))).shortened);

  const Query wide = parse_query(std::string(65, 'x'));
  BOOST_TEST(wide.pieces.at(0).text == std::string(64, 'x'));
  BOOST_TEST(wide.shortened);
  BOOST_TEST(!parse_query(std::string(64, 'x')).shortened);

  std::string japanese;
  for (int i = 0; i < 70; ++i) japanese += "日";
  BOOST_TEST(count_code_points(parse_query(japanese).pieces.at(0).text) == 64u);

  const std::string filler = "tag:" + std::string(200, 't') + ' ';
  const Query cut = parse_query(filler + std::string(48, 'a') + " bbbbbb");
  BOOST_TEST(cut.pieces.size() == 2u);  // no half word at the end
  BOOST_TEST(cut.shortened);
  BOOST_TEST(!parse_query(std::string(300, ' ') + "x" + std::string(300, ' ')).shortened);

  std::string phrase = "\"";
  for (int i = 0; i < 20; ++i) phrase += "w" + std::to_string(i) + " ";
  const Query row = parse_query(phrase + "\"");
  BOOST_REQUIRE(row.pieces.size() == 1u);
  BOOST_TEST(row.pieces[0].text.ends_with(" w15"));
  BOOST_TEST(row.shortened);
}

BOOST_AUTO_TEST_CASE(a_query_of_a_mebibyte_is_as_cheap_as_a_small_one) {
  std::vector<std::string> bombs;
  for (const std::string unit :
       {"a", "a ", "\"", "-\"", "tag:\"", "*", " ", "\xff", "日", "( ", "\"\" "}) {
    std::string bomb;
    while (bomb.size() < 1u << 20) bomb += unit;
    bombs.push_back(std::move(bomb));
  }
  const auto start = std::chrono::steady_clock::now();
  for (const std::string& bomb : bombs) {
    const Query query = parse_query(bomb);
    BOOST_TEST(query.pieces.size() <= 16u);
    BOOST_TEST(count_code_points(to_text(query)) <= 1100u);
  }
  BOOST_TEST((std::chrono::steady_clock::now() - start < std::chrono::seconds(2)));
}

BOOST_AUTO_TEST_CASE(its_text_parses_to_the_same) {
  std::mt19937 random(5);
  const std::vector<std::string> parts = {
      "a",  "word", "\"", "-", "tag:", "year:", "title:", " ",  " ", "2024", "(",  "*",
      "日", "é",    "“",  "”", "«",    "\xff",  "x\"",    "--", ":", "🎉",    "\\", "e\xcc\x81"};
  for (int round = 0; round < 20'000; ++round) {
    std::string typed;
    for (std::size_t i = random() % 12; i > 0; --i) typed += parts[random() % parts.size()];
    const Query query = parse_query(typed);
    const std::string text = to_text(query);
    BOOST_TEST_CONTEXT(typed << " → " << text) {
      BOOST_REQUIRE_EQUAL(shape(parse_query(text)), shape(query));
      BOOST_REQUIRE_EQUAL(again(text), text);
    }
  }
}

BOOST_AUTO_TEST_CASE(no_bytes_are_an_error) {
  std::mt19937 random(7);
  for (int round = 0; round < 5000; ++round) {
    std::string typed;
    for (std::size_t i = random() % 600; i > 0; --i) typed += static_cast<char>(random());
    const std::string text = again(typed);
    BOOST_REQUIRE_EQUAL(find_bad_utf8(text), std::string_view::npos);
    BOOST_REQUIRE_EQUAL(again(text), text);
  }
}

BOOST_AUTO_TEST_CASE(links_narrow_and_widen) {
  using Kind = QueryPiece::Kind;
  const Query query = parse_query("a tag:X year:2023 -tag:y");
  BOOST_TEST(with_piece(query, Kind::tag, "z") == "a tag:X year:2023 -tag:y tag:z");
  BOOST_TEST(with_piece(query, Kind::tag, "x") == "a year:2023 -tag:y tag:x");
  BOOST_TEST(with_piece(query, Kind::tag, "Y") == "a tag:X year:2023 tag:Y");
  BOOST_TEST(with_piece(query, Kind::year, "2024") == "a tag:X -tag:y year:2024");
  BOOST_TEST(without_kind(query, Kind::tag) == "a year:2023 -tag:y");
  BOOST_TEST(without_kind(query, Kind::year) == "a tag:X -tag:y");
  for (const char* tag :
       {"a b", "a/b", "12\" vinyl", "\"", "“so”", "-x", "tag:x", "日本", "#", "a\"b"}) {
    const Query made = parse_query(with_piece(parse_query("w"), Kind::tag, tag));
    BOOST_TEST_CONTEXT(tag) {
      BOOST_REQUIRE(made.pieces.size() == 2u);
      BOOST_TEST((made.pieces[1].kind == Kind::tag));
      BOOST_TEST(made.pieces[1].text == tag);
    }
  }
  std::string full;
  for (int i = 0; i < 16; ++i) full += "longishword" + std::to_string(i) + " ";
  const Query made = parse_query(with_piece(parse_query(full), Kind::tag, std::string(150, 't')));
  BOOST_TEST(made.pieces.back().text == std::string(150, 't'));
  BOOST_TEST(!made.shortened);
}

BOOST_AUTO_TEST_CASE(words_are_cut_as_the_index_cuts_them) {
  const struct {
    const char *text, *row;
  } kTable[] = {{"It's a C++ and C# (or AT&T) thing: 3.14, e-mail!",
                 " it's a c++ and c# or at&t thing 3.14 e mail "},
                {"foo_bar __x__ _ ' &", " foo_bar __x__ "},
                {"日本go語", " 日 本 go 語 "},
                {"🎉❤\xef\xb8\x8f👍🏽", " 🎉 ❤ 👍 🏽 "},
                {"", " "}};
  for (const auto& row : kTable) BOOST_TEST(word_row(row.text) == row.row);
  BOOST_TEST(word_to_complete("foo ba").has_value());
  for (const char* text : {"", "b", "ba ", "ba!", "日本"})
    BOOST_TEST(!word_to_complete(text).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
