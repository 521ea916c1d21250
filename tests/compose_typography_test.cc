// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/typography.h"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>

using namespace octavo;

namespace {

std::string set(std::string_view lang, std::string_view text) {
  return Typesetter(lang).set(text);
}

struct Case {
  std::string_view lang, typed, set;
};

void check(const Case& one) {
  BOOST_TEST(set(one.lang, one.typed) == one.set);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(compose_typography_test)

BOOST_AUTO_TEST_CASE(quotes_follow_the_language) {
  static constexpr Case kCases[] = {
      {"en", R"("Is the lamp lit?" she asked. "I heard 'yes', I think.")",
       "“Is the lamp lit?” she asked. “I heard ‘yes’, I think.”"},
      {"en-GB", R"('It was "quite" dark,' he said.)", "‘It was “quite” dark,’ he said."},
      {"de", R"("Wo bleibt", fragte er, "das 'Licht' heute?")",
       "„Wo bleibt“, fragte er, „das ‚Licht‘ heute?“"},
      {"de-AT", R"("Servus")", "„Servus“"},
      {"de-CH", R"(Er sagte "Grüezi, 'Herr' Meier".)", "Er sagte «Grüezi, ‹Herr› Meier»."},
      {"fr", R"("Où est l'ami 'fidèle' ?" demanda-t-il.)",
       "«\u202FOù est l’ami “fidèle”\u202F?\u202F» demanda-t-il."},
      {"es", R"(¿"Dónde está 'la luz'", dijo?)", "¿«Dónde está “la luz”», dijo?"},
      {"it", R"(Disse: "L'ho chiamata 'la casa dell'acqua'".)",
       "Disse: «L’ho chiamata “la casa dell’acqua”»."},
      {"pt", R"(Ele disse "olá 'mundo'".)", "Ele disse “olá ‘mundo’”."},
      {"pt-PT", R"(Ele disse "olá".)", "Ele disse «olá»."},
      {"pl", R"(Powiedział: "Czytałem 'Lalkę' dwa razy".)",
       "Powiedział: „Czytałem «Lalkę» dwa razy”."},
      {"nl", R"("Het is 's avonds donker," zei hij.)", "“Het is ’s avonds donker,” zei hij."},
      {"sv", R"("Ljuset är 'tänt'", sade hon.)", "”Ljuset är ’tänt’”, sade hon."},
      {"fi", R"("Valo palaa", hän sanoi.)", "”Valo palaa”, hän sanoi."},
      {"da", R"("Lyset er tændt," sagde hun.)", "“Lyset er tændt,” sagde hun."},
      {"nb", R"("Lyset er tent", sa hun.)", "«Lyset er tent», sa hun."},
      {"cs", R"("Kde je 'světlo'?" zeptal se.)", "„Kde je ‚světlo‘?“ zeptal se."},
      {"ru", R"("Где 'свет'?" - спросил он.)", "«Где „свет“?» - спросил он."},
      {"uk", R"(Він сказав: "п'ять".)", "Він сказав: «п’ять»."},
      {"hu", R"("Ég a 'lámpa'", mondta.)", "„Ég a »lámpa«”, mondta."},
      {"EN_us", R"("x")", "“x”"},
  };
  for (const Case& one : kCases) check(one);
}

BOOST_AUTO_TEST_CASE(some_languages_are_left_alone) {
  for (const std::string_view lang : {"ja", "zh-Hans", "ko", "ar", "he", "fa"})
    check({lang, R"("x" -- 'y'... it's)", R"("x" -- 'y'... it's)"});
  check({"tlh", R"("x" -- 'y'... it's)", R"("x" – 'y'… it’s)"});
}

BOOST_AUTO_TEST_CASE(an_apostrophe_is_no_quote) {
  static constexpr Case kCases[] = {
      {"en", "Don't. The keepers' lamp, Jess's boat, C++'s rules, rock 'n' roll.",
       "Don’t. The keepers’ lamp, Jess’s boat, C++’s rules, rock ’n’ roll."},
      {"en", "'Twas in the '90s, 'til '68; get 'em.", "’Twas in the ’90s, ’til ’68; get ’em."},
      {"en", "The 'em dash' and '42' are quoted.", "The ‘em dash’ and ‘42’ are quoted."},
      {"de", "Hans' Lampe, '90er, wie geht's, 'ne Frage",
       "Hans’ Lampe, ’90er, wie geht’s, ’ne Frage"},
      {"fr", "aujourd'hui, l'eau, jusqu'à", "aujourd’hui, l’eau, jusqu’à"},
      {"nl", "'s Avonds in 't Gooi, foto's", "’s Avonds in ’t Gooi, foto’s"},
      {"it", "un po' d'acqua", "un po’ d’acqua"},
      {"sv", "Anders' båt", "Anders’ båt"},
  };
  for (const Case& one : kCases) check(one);
}

BOOST_AUTO_TEST_CASE(dashes_and_dots) {
  static constexpr Case kCases[] = {
      {"en", "1914--1918, yes -- no, one---two --- three", "1914–1918, yes – no, one—two — three"},
      {"en", "\"But--\"", "“But–”"},
      {"en", "Wait... what....", "Wait… what...."},
      {"en", "Use --verbose, i-- or -->; a ---- b - c-d",
       "Use --verbose, i-- or -->; a ---- b - c-d"},
      {"en", "xn--mnchen-3ya.example, http://x.example/a--b, ./..., a/.../b",
       "xn--mnchen-3ya.example, http://x.example/a--b, ./..., a/.../b"},
  };
  for (const Case& one : kCases) check(one);
}

BOOST_AUTO_TEST_CASE(feet_and_inches_are_primes) {
  check({"en", R"(He is 5'10" tall, on a 27" screen, 6' away.)",
         "He is 5′10″ tall, on a 27″ screen, 6′ away."});
  check({"en", R"("In 1984" and "the '80s".)", "“In 1984” and “the ’80s”."});
}

BOOST_AUTO_TEST_CASE(french_spaces_do_not_break) {
  static constexpr Case kCases[] = {
      {"fr", "Quoi ? Non ! Voici : ceci ; cela.",
       "Quoi\u202F? Non\u202F! Voici\u202F: ceci\u202F; cela."},
      {"fr", "Quoi? Non! Voici: ceci; cela ?!",
       "Quoi\u202F? Non\u202F! Voici\u202F: ceci\u202F; cela\u202F?!"},
      {"fr", "12:30, http://x/?a=b, :sourire: C::D", "12:30, http://x/?a=b, :sourire: C::D"},
      {"fr", "« Bonjour »", "«\u202FBonjour\u202F»"},
      {"fr-CA", "Quoi? Voici: \"ceci\"", "Quoi? Voici\u202F: «\u202Fceci\u202F»"},
      {"en", "What ? Here : this", "What ? Here : this"},
  };
  for (const Case& one : kCases) check(one);
}

BOOST_AUTO_TEST_CASE(code_like_text_is_left) {
  for (const std::string_view text :
       {R"(foo"bar)", R"("")", "''x''", R"( " )", " ' ", "a.b..c", "-", "--", "...x/..."}) {
    if (text == "--") continue;
    BOOST_TEST(set("en", text).find("“”") == std::string::npos);
  }
  check({"en", R"(foo"bar "" ''x'' a " b ' c)", R"(foo"bar "" ''x'' a " b ' c)"});
}

BOOST_AUTO_TEST_CASE(quotes_reach_over_nodes) {
  Typesetter type("de");
  type.begin();
  BOOST_TEST(type.set("Er sagte \"") == "Er sagte „");
  BOOST_TEST(type.set("nein") == "nein");  // emphasised
  BOOST_TEST(type.set("\" und \"") == "“ und „");
  type.saw("ls -l");
  BOOST_TEST(type.set("\".") == "“.");
  type.saw("");
  BOOST_TEST(type.set("'s") == "’s");
  type.begin();  // the next block: what was left open is forgotten
  BOOST_TEST(type.set("\"Ja\"") == "„Ja“");
}

BOOST_AUTO_TEST_CASE(other_text_is_not_changed) {
  const std::string text = "Grüße, 漢字 und – „so“ … a-b. c! <b>&amp; €";
  BOOST_TEST(set("de", text) == text);
  BOOST_TEST(set("en", "").empty());
}

BOOST_AUTO_TEST_SUITE_END()
