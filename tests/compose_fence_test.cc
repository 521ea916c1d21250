// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "compose/fence.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "base/text.h"

namespace {

using namespace octavo;

std::string shown(const Fence& fence) {
  std::string out = fence.language + '|' + fence.title + '|';
  for (const LineRange& range : fence.marked) {
    if (out.back() != '|') out += ',';
    out += std::to_string(range.first);
    if (range.last != range.first) out += '-' + std::to_string(range.last);
  }
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(compose_fence_test)

BOOST_AUTO_TEST_CASE(many_spellings_are_understood) {
  const std::vector<std::pair<std::string, std::string>> table = {
      // Languages, as before
      {"", "||"},
      {"yaml", "yaml||"},
      {"c++ x", "c++||"},
      {"rust,ignore", "rust||"},
      {"rust,should_panic,edition2021", "rust||"},
      {"{.python}", "python||"},
      {"{python}", "python||"},
      {"{r label, echo=FALSE}", "r||"},
      {"{.python .numberLines startFrom=\"100\"}", "python||"},
      {"\"><script>", "||"},
      {"js?line_numbers=1", "js||"},
      // Names
      {"yaml title=\"octavo.yaml\"", "yaml|octavo.yaml|"},
      {"yaml title='a b.yaml'", "yaml|a b.yaml|"},
      {"yaml title=octavo.yaml {2,4-6}", "yaml|octavo.yaml|2,4-6"},
      {"yaml:octavo.yaml", "yaml|octavo.yaml|"},
      {"docker:Dockerfile {1}", "docker|Dockerfile|1"},
      {"js:title=src/a.js", "js|src/a.js|"},
      {"ts:line-numbers {2}", "ts||2"},
      {"ts:no-line-numbers", "ts||"},
      {"js file=a.js", "js|a.js|"},
      {"js filename=\"a.js\"", "js|a.js|"},
      {"js fileName=\"a.js\"", "js|a.js|"},
      {"js [a.js]", "js|a.js|"},
      {"js{1} [a.js]", "js|a.js|1"},
      {"rust,hl_lines=1 3-5 9,linenos,name=mod.rs", "rust|mod.rs|1,3-5,9"},
      {"js caption=\"A listing\"", "js|A listing|"},
      {"js caption=\"A listing\" title=\"a.js\"", "js|a.js|"},
      {"title=\"notes.txt\"", "|notes.txt|"},
      {"{title=\"notes.txt\"}", "|notes.txt|"},
      {"{.python filename=\"a.py\" hl_lines=\"2 4-6\"}", "python|a.py|2,4-6"},
      {"js title=\"a}b\" {1}", "js|a}b|1"},
      {"js title=\"unclosed {1}", "js|unclosed {1}|"},
      {"js title=\"\" file=b.js", "js|b.js|"},
      {"js title=\"<b>&\"", "js|<b>&|"},
      {"js title = \"a.js\"", "js||"},
      // Lines
      {"{1,3}", "||1,3"},
      {"js{1,3-5}", "js||1,3-5"},
      {"js { 1 , 3-5 }", "js||1,3-5"},
      {"py hl_lines=\"2 4-6\"", "py||2,4-6"},
      {"py hl_lines=[1,\"3-5\"]", "py||1,3-5"},
      {"go {hl_lines=[2,\"4-5\"],linenostart=199,linenos=table}", "go||2,4-5"},
      {"go {linenos=inline hl_lines=2 style=emacs}", "go||2"},
      {"js highlight=\"2\"", "js||2"},
      {"js mark={2} ins={3} del={4}", "js||2"},
      {"js mark:1,4-7,10", "js||1,4-7,10"},
      {"js data-line=\"2-3\"", "js||2-3"},
      {"js {1,3} showLineNumbers {5}", "js||1,3,5"},
      {"js {numberLines: true}", "js||"},
      {"js /word/ \"text {2}\"", "js||"},
      {"js {5-2,0,1}", "js||1"},
      {"js {3,1-2,2-4,9}", "js||1-4,9"},
      {"js {}{{{{", "js||"},
      {"js {-}", "js||"},
      {"js {1--2}", "js||1-2"},
      {"js =}{]:,", "js||"},
  };
  for (const auto& [info, expected] : table) BOOST_TEST(shown(read_fence(info)) == expected, info);
}

BOOST_AUTO_TEST_CASE(nothing_in_it_grows_without_bounds) {
  BOOST_TEST(shown(read_fence("js {1-999999999}")).starts_with("js||1-"));
  BOOST_TEST(read_fence("js {1-99999999999999999999999}").marked.size() == 1u);
  std::string many = "js {1";
  for (int i = 3; i < 20'000; i += 2) many += ',' + std::to_string(i);
  BOOST_TEST(read_fence(many + '}').marked.size() <= 200u);
  const Fence wide = read_fence("js title=\"" + std::string(10'000, 'x') + "\" {3}");
  BOOST_TEST(count_code_points(wide.title) <= 201u);
  std::string umlauts = "js title=\"x";
  for (int i = 0; i < 5000; ++i) umlauts += "ü";
  BOOST_TEST(find_bad_utf8(read_fence(umlauts).title) == std::string::npos);
  for (const char* part : {"{", "[", "\"", "=", "a=", "{1", "a={[\"", ","}) {
    std::string odd = "js ";
    while (odd.size() < 10'000) odd += part;
    BOOST_TEST(read_fence(odd).language == "js");
  }
}

BOOST_AUTO_TEST_SUITE_END()
