// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "compose/code_block.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "base/escape.h"

namespace {

using namespace octavo;

// Marks every "if"; knows the language "x" alone.
std::optional<std::string> ifs(std::string_view code, std::string_view language) {
  if (language != "x") return std::nullopt;
  std::string html = html_escape(code);
  for (std::size_t at = 0; (at = html.find("if", at)) != std::string::npos; at += 26) {
    html.replace(at, 2, "<span class=\"k\">if</span>");
  }
  return html;
}

std::string written(std::string_view info, std::string_view code) {
  return CodeWriter(ifs, false).write(info, code).html;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(compose_code_block_test)

BOOST_AUTO_TEST_CASE(code_is_in_colours_where_its_language_is_known) {
  BOOST_TEST(written("x", "if <a>\n") ==
             "<pre tabindex=\"0\"><code class=\"language-x\"><span class=\"k\">if</span> "
             "&lt;a&gt;\n</code></pre>");
  BOOST_TEST(written("y", "if\n") ==
             "<pre tabindex=\"0\"><code class=\"language-y\">if\n</code></pre>");
  BOOST_TEST(written("", "if\n") == "<pre tabindex=\"0\"><code>if\n</code></pre>");
  BOOST_TEST(CodeWriter({}, false).write("x", "if\n").html ==
             "<pre tabindex=\"0\"><code class=\"language-x\">if\n</code></pre>");
}

BOOST_AUTO_TEST_CASE(a_name_stands_above_and_marked_lines_are_wrapped_whole) {
  BOOST_TEST(written("x title=\"a<b>\" {2,3}", "a\nif\n\nb\n") ==
             "<figure class=\"code\"><figcaption>a&lt;b&gt;</figcaption><pre tabindex=\"0\"><code "
             "class=\"language-x\">a\n<span class=\"line\"><span class=\"k\">if</span>\n</span>"
             "<span class=\"line\">\n</span>b\n</code></pre></figure>");
  BOOST_TEST(written("{1-999999999}", "a\nb\n") ==
             "<pre tabindex=\"0\"><code><span class=\"line\">a\n</span><span class=\"line\">b\n"
             "</span></code></pre>");
  BOOST_TEST(written("{9}", "a\n") == "<pre tabindex=\"0\"><code>a\n</code></pre>");
  BOOST_TEST(written("{1}", "") == "<pre tabindex=\"0\"><code></code></pre>");
  BOOST_TEST(written("{1}", "a") ==
             "<pre tabindex=\"0\"><code><span class=\"line\">a</span></code></pre>");
  BOOST_TEST(CodeWriter({}, false).write("x:a.x", "b\n").text == "a.x\nb\n");
  BOOST_TEST(CodeWriter({}, true).write("", "b\n").html ==
             "<pre dir=\"ltr\" tabindex=\"0\"><code>b\n</code></pre>");
}

BOOST_AUTO_TEST_CASE(a_highlighter_that_is_wrong_costs_no_code) {
  const std::string plain =
      "<pre tabindex=\"0\"><code class=\"language-x\">a &lt; b\nc\n</code></pre>";
  for (const char* wrong :
       {"", "a &lt; b\n", "a &lt; b\nc\nd", "a < b\nc\n", "<b>a</b> &lt; b\nc\n",
        "<span class=\"k\">a &lt; b\nc</span>\n", "<span class=\"k\">a &lt; b\nc\n",
        "a</span> &lt; b\nc\n", "<span class=\"k\" onclick=\"x\">a</span> &lt; b\nc\n",
        "<span class=\"K\">a</span> &lt; b\nc\n", "a &lt; b\nc\n<span class=\"", "a &foo; b\nc\n",
        "a &lt; b\nc\n<span", "a &lt"}) {
    CodeWriter writer([&](std::string_view, std::string_view) { return std::string(wrong); },
                      false);
    BOOST_TEST(writer.write("x", "a < b\nc\n").html == plain, wrong);
  }
  BOOST_TEST(
      shows_code("<span class=\"k\">a</span> &lt; b\n<span class=\"s\"></span>c\n", "a < b\nc\n"));
  BOOST_TEST(shows_code("&amp;&quot;&#39;&gt;", "&\"'>"));
}

BOOST_AUTO_TEST_CASE(what_is_large_stays_plain) {
  std::size_t calls = 0;
  const Highlighter counted = [&](std::string_view code, std::string_view) {
    ++calls;
    return html_escape(code);
  };
  CodeWriter writer(counted, false);
  std::string lines;  // 5,000 honest ones
  for (int i = 0; i < 5000; ++i) lines += "  const int number = another_number + 12;\n";
  writer.write("x", lines);
  BOOST_TEST(calls == 1u);
  writer.write("x", std::string(kMostHighlighted + 1, 'a'));
  BOOST_TEST(calls == 1u);
  for (int i = 0; i < 10; ++i) writer.write("x", lines);
  BOOST_TEST(calls == kMostHighlightedInAll / lines.size());
  writer.write("x", "small\n");
  BOOST_TEST(calls == kMostHighlightedInAll / lines.size() + 1);
  // Colours that weigh more than they may.
  CodeWriter heavy(
      [](std::string_view code, std::string_view) {
        std::string html;
        for (const char c : code) ((html += "<span class=\"o\">") += c) += "</span>";
        return html;
      },
      false);
  const CodeBlock block = heavy.write("x", std::string(500'000, 'a'));
  BOOST_TEST(block.html.size() < 600'000u);
}

BOOST_AUTO_TEST_SUITE_END()
