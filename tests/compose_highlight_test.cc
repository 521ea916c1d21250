// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/highlight.h"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/escape.h"
#include "base/text.h"
#include "compose/languages.h"

using namespace octavo;

namespace {

// Marks as {k:if}, which read better than spans.
std::string marks(std::string_view code, std::string_view language) {
  std::string html = highlight(code, language).value_or("PLAIN");
  const auto change = [&html](std::string_view from, std::string_view to) {
    for (std::size_t at = 0; (at = html.find(from, at)) != html.npos; at += to.size())
      html.replace(at, from.size(), to);
  };
  change("<span class=\"", "{");
  change("\">", ":");
  change("</span>", "}");
  return html;
}

std::string without_marks(std::string_view html) {
  std::string text;
  for (std::size_t at = 0; at < html.size();) {
    const std::size_t tag = std::min(html.find('<', at), html.size());
    text += html.substr(at, tag - at);
    at = tag == html.size() ? tag : html.find('>', tag) + 1;
  }
  return text;
}

// All of a kind of tag on each line is closed on it.
bool is_closed_by_line(std::string_view html) {
  for (const std::string_view line : split(html, '\n')) {
    int open = 0;
    for (std::size_t at = 0; at < line.size(); ++at) {
      if (line.substr(at).starts_with("<span ")) ++open;
      if (line.substr(at).starts_with("</span>") && --open < 0) return false;
    }
    if (open != 0) return false;
  }
  return true;
}

std::string repeated(std::string_view what, std::size_t size) {
  std::string all;
  while (all.size() < size) all += what;
  return all;
}

constexpr std::string_view kOurs[] = {
    "bash",   "c",   "caddyfile", "console",  "csharp", "css",  "diff",   "dockerfile",
    "go",     "hcl", "html",      "http",     "ini",    "java", "js",     "json",
    "kotlin", "lua", "make",      "markdown", "nginx",  "php",  "python", "ruby",
    "rust",   "sql", "swift",     "toml",     "yaml"};

}  // namespace

BOOST_AUTO_TEST_SUITE(compose_highlight_test)

BOOST_AUTO_TEST_CASE(code_is_escaped_and_marked) {
  BOOST_TEST(highlight("if (a < b) return \"x & y\"; // c\n", "cpp").value() ==
             "<span class=\"k\">if</span> (a &lt; b) <span class=\"k\">return</span> "
             "<span class=\"s\">&quot;x &amp; y&quot;</span>; <span class=\"c\">// c</span>\n");
}

BOOST_AUTO_TEST_CASE(languages_are_marked_by_their_grammar) {
  struct Case {
    std::string_view language, code, marks;
  };
  static constexpr Case kCases[] = {
      {"yaml", "# all\ntitle: The light   # c\nn: [1, yes, ~]\n- &a !!str 2026-03-16",
       "{c:# all}\n{a:title}: The light   {c:# c}\n{a:n}: [{n:1}, {k:yes}, {k:~}]\n"
       "{o:-} {v:&amp;a} {t:!!str} {n:2026-03-16}"},
      {"yaml", "url: http://x:80/#y\nlist: [a, 2]",
       "{a:url}: http://x:80/#y\n{a:list}: [a, {n:2}]"},
      {"toml", "[a.b]\nx = 1_000 # c\ny = true",
       "{h:[a.b]}\n{a:x} = {n:1_000} {c:# c}\n{a:y} = {k:true}"},
      {"json", "{\n  \"a\": [1.5e3, null] // c\n}",
       "{\n  {a:&quot;a&quot;}: [{n:1.5e3}, {k:null}] {c:// c}\n}"},
      {"sh", "# c\nfor f in *; do rm -f \"$f\" && ls; done",
       "{c:# c}\n{k:for} f {k:in} *{o:;} {k:do} rm {a:-f} {s:&quot;}{v:$f}{s:&quot;} "
       "{o:&amp;&amp;} ls{o:;} {k:done}"},
      {"sh", "$ make -j2\nCXX a.o\n# root", "{p:$} {f:make} {a:-j2}\nCXX a.o\n{c:# root}"},
      {"console", "ada@host:~$ ls\nfor me", "{p:ada@host:~$} {f:ls}\nfor me"},
      {"sh", "cat <<EOF\nif $x\nEOF\nls", "{f:cat} {s:&lt;&lt;EOF}\n{s:if $x}\n{s:EOF}\n{f:ls}"},
      {"typescript", "const n: Light[] = /a\\/[/]b/g; `x ${n}`",
       "{k:const} {a:n}: {t:Light}[] = {r:/a\\/[/]b/g}; {s:`x} {v:${n}}{s:`}"},
      {"tsx", "return <Foo bar=\"x\">don't</Foo>;",
       "{k:return} &lt;{g:Foo} {a:bar}={s:&quot;x&quot;}&gt;don&#39;t&lt;/{g:Foo}&gt;;"},
      {"js", "x = a / b / 2;", "x = a / b / {n:2};"},
      {"python", "@p\ndef f(self):\n  \"\"\"a\n  b\"\"\"\n  return 0x1F",
       "{p:@p}\n{k:def} {f:f}({v:self}):\n  {s:&quot;&quot;&quot;a}\n  {s:b&quot;&quot;&quot;}\n  "
       "{k:return} {n:0x1F}"},
      {"ruby", "def a?\n  @b = \"#{c}\" if :d",
       "{k:def} {f:a?}\n  {v:@b} = {s:&quot;}{v:#{c}}{s:&quot;} {k:if} {s::d}"},
      {"rust", "fn f<'a>(s: &'a str) { r#\"x\"y\"#; }",
       "{k:fn} f&lt;{v:&#39;a}&gt;(s: &amp;{v:&#39;a} {t:str}) { {s:r#&quot;x&quot;y&quot;#}; }"},
      {"go", "func f() error { return nil }", "{k:func} {f:f}() {t:error} { {k:return} {k:nil} }"},
      {"sql", "select count(*) from t where a = 'it''s' -- c",
       "{k:select} {f:count}(*) {k:from} t {k:where} a = {s:&#39;it&#39;&#39;s&#39;} {c:-- c}"},
      {"diff", "--- a/x\n+++ b/x\n@@ -1 +1 @@ f\n-old\n+new\n same",
       "{h:--- a/x}\n{h:+++ b/x}\n{h:@@ -1 +1 @@} f\n{d:-old}\n{x:+new}\n same"},
      {"nginx", "location ~ \\.x$ { return 404; } # c\nroot $a;",
       "{k:location} {o:~} {r:\\.x$} { {k:return} {n:404}; } {c:# c}\n{k:root} {v:$a};"},
      {"caddyfile", "blog.example {\n\troot * /srv\n\timport {$X}\n}",
       "{h:blog.example} {\n\t{k:root} * /srv\n\t{k:import} {v:{$X}}\n}"},
      {"dockerfile", "FROM debian:12 AS x\nRUN a --b && c\n# d",
       "{k:FROM} {s:debian:12} {k:AS} {v:x}\n{k:RUN} a {a:--b} {o:&amp;&amp;} c\n{c:# d}"},
      {"systemd", "; c\n[Unit]\nAfter=x.target\nRestartSec=100ms",
       "{c:; c}\n{h:[Unit]}\n{a:After}=x.target\n{a:RestartSec}={n:100ms}"},
      {"http", "GET / HTTP/1.1\nHost: x\n\nHTTP/1.1 404 No",
       "{k:GET} {s:/} {p:HTTP/1.1}\n{a:Host}: x\n\n{p:HTTP/1.1} {n:404} No"},
      {"html", "<a href=\"x\">b &amp; {{ c }}</a><!-- d\ne -->",
       "&lt;{g:a} {a:href}={s:&quot;x&quot;}&gt;b {r:&amp;amp;} {v:{{ c "
       "}}}&lt;{g:/a}&gt;{c:&lt;!-- d}\n{c:e --&gt;}"},
      {"html", "<style>p { color: red }</style><script>if (a) f(1)</script>",
       "&lt;{g:style}&gt;{g:p} { {a:color}: red }&lt;/{g:style}&gt;&lt;{g:script}&gt;{k:if} (a) "
       "{f:f}({n:1})&lt;/{g:script}&gt;"},
      {"liquid", "{% if a == \"b\" %}x{% endif %}",
       "{p:{%} {k:if} a == {s:&quot;b&quot;} {p:%}}x{p:{%} {k:endif} {p:%}}"},
      {"scss", "$a: 1px;\n.b:hover { @include c; color: #fff !important; }",
       "{v:$a}: {n:1px};\n{g:.b:hover} { {p:@include} c; {a:color}: {n:#fff} {k:!important}; }"},
      {"markdown", "# T\n- [x] `a` [b](c)", "{h:# T}\n{o:- [x]} {s:`a`} [{a:b}]({s:c})"},
      {"markdown", "---\ntitle: x\n---\n# T", "{h:---}\n{a:title}: x\n{h:---}\n{h:# T}"},
      {"hcl", "a \"b\" {\n  c = \"${d}\"\n}",
       "{k:a} {s:&quot;b&quot;} {\n  {a:c} = {s:&quot;}{v:${d}}{s:&quot;}\n}"},
      {"makefile", "A := $(B)\nall: x\n\t@$(A)", "{a:A} := {v:$(B)}\n{h:all}: x\n\t@{v:$(A)}"},
  };
  for (const Case& one : kCases)
    BOOST_TEST(marks(one.code, one.language) == one.marks,
               one.language << ": " << marks(one.code, one.language));
}

BOOST_AUTO_TEST_CASE(the_librarys_own_languages_are_marked_too) {
  BOOST_TEST(marks("module Main where -- c", "haskell") ==
             "{k:module} {t:Main} {k:where} {c:-- c}");
  BOOST_TEST(marks("$x = 1; # c", "perl") == "{v:$x} = {n:1}; {c:# c}");
}

BOOST_AUTO_TEST_CASE(names_and_aliases_are_found_in_any_case) {
  for (const std::string_view name :
       {"yaml", "YML", "Js", "py", "sh", "shell", "zsh", "rb", "c++", "C", "hcl", "terraform", "ts",
        "jsx", "docker", "jsonc", "md", "xml"})
    BOOST_TEST(!rules_for(name).empty(), name);
  for (const std::string_view name :
       {"", "text", "plain", "plaintext", "none", "txt", "klingon", "../x", "mermaid"})
    BOOST_TEST(rules_for(name).empty(), name);
  BOOST_TEST(!highlight("x", "klingon"));
  BOOST_TEST(!highlight("x", ""));
}

BOOST_AUTO_TEST_CASE(every_language_of_ours_can_be_read) {
  for (const std::string_view language : kOurs)
    BOOST_TEST(highlight("x 1\n", language).has_value(), language);
}

BOOST_AUTO_TEST_CASE(marks_change_no_character_and_end_with_the_line) {
  static constexpr std::string_view kPieces[] = {
      "\"",   "'",      "`",    "/*",    "*/",      "//",       "#",           "<!--", "-->",
      "{{",   "}}",     "{%",   "%}",    "<a b=\"", ">",        "\\",          "\\é",  "é",
      "漢字", "\t",     " ",    "if",    "x",       "$x",       "${",          "}",    "(",
      ")",    "[",      "]",    "<<EOF", "EOF",     "\n",       "\n",          "---",  "1.5",
      ":",    ": ",     "@",    "&",     "=",       "<script>", "</script>",   "R\"(", "r#\"",
      "'''",  "\"\"\"", "\r\n", "|",     "~~~",     "```",      "\xEF\xBF\xBD"};
  std::uint32_t seed = 6;
  const auto random = [&seed] { return (seed = seed * 1664525 + 1013904223) >> 16; };
  for (const std::string_view language : kOurs) {
    for (int round = 0; round < 40; ++round) {
      std::string code;
      for (int i = 0; i < 60; ++i) code += kPieces[random() % std::size(kPieces)];
      const auto html = highlight(code, language);
      BOOST_TEST_REQUIRE(html.has_value(), language << " gave up on: " << code);
      BOOST_TEST_REQUIRE(without_marks(*html) == html_escape(code), language << ": " << code);
      BOOST_TEST_REQUIRE(is_closed_by_line(*html), language << ": " << code);
      BOOST_TEST_REQUIRE(find_bad_utf8(*html) == std::string::npos);
      // Not between the bytes of a character: each tag stands beside whole ones.
      for (std::size_t at = 0; (at = html->find('<', at)) != html->npos; ++at) {
        const std::size_t end = html->find('>', at) + 1;
        BOOST_TEST_REQUIRE((end == html->size() || ((*html)[end] & 0xC0) != 0x80), code);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(nothing_takes_for_ever) {
  const auto start = std::chrono::steady_clock::now();
  for (const std::string_view language : kOurs) {
    for (const std::string_view piece : {"a", "\"", "'", "(", "{", "<", "/", "\\", " ", "[", "*",
                                         "-", "$(", "a ", "a:", "<a ", "`", "#", "a="}) {
      for (const std::string_view end : {"\n", ""}) {
        const std::string line = repeated(piece, 3000) + std::string(end);
        highlight(repeated(line, 30000), language);
      }
    }
  }
  const auto seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  BOOST_TEST(seconds < 600);  // some 10 here; an endless expression takes for ever
}

BOOST_AUTO_TEST_CASE(huge_code_and_long_lines_stay_plain) {
  BOOST_TEST(!highlight(repeated("if\n", 600 << 10), "c"));
  const std::string line = repeated("if ", 5000);
  BOOST_TEST(marks("if\n" + line + "\nif", "c") == "{k:if}\n" + line + "\n{k:if}");
}

BOOST_AUTO_TEST_CASE(a_second_block_starts_afresh) {
  BOOST_TEST(marks("/* a", "c") == "{c:/* a}");
  BOOST_TEST(marks("if", "c") == "{k:if}");
}

BOOST_AUTO_TEST_CASE(empty_code_is_empty) {
  BOOST_TEST(highlight("", "c").value().empty());
}

BOOST_AUTO_TEST_SUITE_END()
