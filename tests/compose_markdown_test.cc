// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "compose/markdown.h"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/escape.h"
#include "compose/heading_ids.h"
#include "compose/html_comments.h"
#include "compose/markdown_limits.h"
#include "compose/plain_text.h"

namespace {

using namespace octavo;

std::optional<ImageInfo> all_but_gone(const std::string& path) {
  if (path.find("gone") != std::string::npos) return std::nullopt;
  if (path.find("sizeless") != std::string::npos) return ImageInfo{};
  return ImageInfo{8, 6};
}

Rendered rendered(std::string_view body, const MarkdownOptions& options = {}) {
  return render_markdown(body, 1, options, all_but_gone);
}

std::string html_of(std::string_view body) {
  return rendered(body).html;
}

std::string rich(const std::string& html) {
  return "<div class=\"block-rich-text\">" + html + "</div>\n";
}

// Of one word, which is its id.
std::string heading(const std::string& level, const std::string& word) {
  return rich("<h" + level + " id=\"" + word + "\">" + word + "<a class=\"anchor\" href=\"#" +
              word + "\" aria-hidden=\"true\" tabindex=\"-1\"></a></h" + level + ">");
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

std::string img(const std::string& name, const std::string& alt, const std::string& more = "") {
  return "<img src=\"/content/images/" + name + "\" alt=\"" + alt + "\"" + more +
         " loading=\"lazy\" decoding=\"async\" width=\"8\" height=\"6\">";
}

// Bodies without raw HTML: rendered from cmark's tree, and (with some raw HTML behind them) by
// the sanitiser, they must be the same.
const std::vector<std::pair<std::string, std::string>>& plain_bodies() {
  static const std::vector<std::pair<std::string, std::string>> table = {
      {"a *b* **c** `d` ~~e~~ \"f\" <https://x.example/?a=1&b=2>",
       rich("<p>a <em>b</em> <strong>c</strong> <code>d</code> <del>e</del> &quot;f&quot; "
            "<a href=\"https://x.example/?a=1&amp;b=2\">https://x.example/?a=1&amp;b=2</a></p>")},
      {"see www.x.example now", rich("<p>see <a href=\"http://www.x.example\">www.x.example</a> "
                                     "now</p>")},
      {"a  \nb\nc", rich("<p>a<br>\nb\nc</p>")},
      {"> q\n\n---", rich("<blockquote>\n<p>q</p>\n</blockquote>") + rich("<hr>")},
      {"- a\n- b\n  - c", rich("<ul>\n<li>a</li>\n<li>b\n<ul>\n<li>c</li>\n</ul>\n</li>\n</ul>")},
      {"3. a\n\n4. b", rich("<ol start=\"3\">\n<li><p>a</p>\n</li>\n<li><p>b</p>\n</li>\n</ol>")},
      {"- [x] a\n- [ ] b",
       rich("<ul class=\"contains-task-list\">\n<li class=\"task-list-item\"><input "
            "type=\"checkbox\" disabled checked aria-label=\"Done\"> a</li>\n<li "
            "class=\"task-list-item\"><input type=\"checkbox\" disabled aria-label=\"To do\"> b"
            "</li>\n</ul>")},
      {"```c++ x\na < b\n\n```",
       "<div class=\"block-code\"><pre tabindex=\"0\"><code "
       "class=\"language-c++\">a &lt; b\n\n</code></pre></div>\n"},
      {"~~~{.python}\n\n~~~",
       "<div class=\"block-code\"><pre tabindex=\"0\"><code "
       "class=\"language-python\">\n</code></pre></div>\n"},
      {"```rust,ignore\nx\n```",
       "<div class=\"block-code\"><pre tabindex=\"0\"><code "
       "class=\"language-rust\">x\n</code></pre></div>\n"},
      {"```\"><script>\nx\n```",
       "<div class=\"block-code\"><pre tabindex=\"0\"><code>x\n</code></pre></div>\n"},
      {"    code",
       "<div class=\"block-code\"><pre tabindex=\"0\"><code>code\n</code></pre></div>"
       "\n"},
      {"|a|b|c|d|\n|-|:-|:-:|-:|\n|1|2|3|`|`|",
       rich("<div class=\"table-wrap\" tabindex=\"0\"><table>\n<thead>\n<tr>\n<th>a</th>\n<th "
            "class=\"align-left\">b</th>\n<th class=\"align-center\">c</th>\n<th "
            "class=\"align-right\">d</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>1</td>\n<td "
            "class=\"align-left\">2</td>\n<td class=\"align-center\">3</td>\n<td "
            "class=\"align-right\">`</td>\n</tr>\n</tbody>\n</table></div>")},
      {"||a|\n|-|-|", rich("<div class=\"table-wrap\" tabindex=\"0\"><table>\n<thead>\n<tr>\n"
                           "<td></td>\n<th>a</th>\n</tr>\n</thead>\n</table></div>")},
      {"[x](javascript:alert(1)) [y](JAVA&#115;cript:z) [z](/a \"t\")",
       rich("<p><a>x</a> <a>y</a> <a href=\"/a\" title=\"t\">z</a></p>")},
      {"![x](javascript:alert(1)) y",
       rich("<p><img alt=\"x\" loading=\"lazy\" decoding=\"async\"> y</p>")},
      {"[ä](/ä?q=\"x\")", rich("<p><a href=\"/%C3%A4?q=%22x%22\">ä</a></p>")},
      {"![an *a*](images/a.png)",
       "<div class=\"block-image\"><figure>" + img("a.png", "an a") + "</figure></div>\n"},
      {"[![a](../images/a.png)](/x)", "<div class=\"block-image\"><figure><a href=\"/x\">" +
                                          img("a.png", "a") + "</a></figure></div>\n"},
      {"![a](/content/images/a.png \"A \\\"t\\\"\")",
       "<div class=\"block-image\"><figure>" + img("a.png", "a") +
           "<figcaption>A &quot;t&quot;</figcaption></figure></div>\n"},
      {"b ![a](images/a.png \"T\")", rich("<p>b " + img("a.png", "a", " title=\"T\"") + "</p>")},
      {"![a](images/sizeless.png)",
       "<div class=\"block-image\"><figure><img src=\"/content/images/sizeless.png\" alt=\"a\" "
       "loading=\"lazy\" decoding=\"async\"></figure></div>\n"},
      {"![a](<images/ä b.svg#v>)",
       "<div class=\"block-image\"><figure>" + img("%C3%A4%20b.svg#v", "a") + "</figure></div>\n"},
      {"![a](https://x.example/a.png)",
       "<div class=\"block-image\"><figure><img src=\"https://x.example/a.png\" alt=\"a\" "
       "loading=\"lazy\" decoding=\"async\"></figure></div>\n"},
      {"## A\n\n## A\n\n#\n\nB\n---", rich("<h2 id=\"a\">A</h2>") + rich("<h2 id=\"a-1\">A</h2>") +
                                          rich("<h1></h1>") + rich("<h2 id=\"b\">B</h2>")},
      {"x[^n] y[^n]\n\n[^n]: N *m*",
       rich("<p>x<sup class=\"footnote-ref\"><a href=\"#fn-1\" id=\"fnref-1\" role=\"doc-noteref\">"
            "1</a></sup> y<sup class=\"footnote-ref\"><a href=\"#fn-1\" id=\"fnref-1-2\" "
            "role=\"doc-noteref\">1</a></sup></p>") +
           rich("<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"Footnotes\">\n"
                "<ol>\n<li id=\"fn-1\"><p>N <em>m</em> <a href=\"#fnref-1\" "
                "class=\"footnote-backref\" role=\"doc-backlink\" aria-label=\"Back to reference "
                "1\">↩\xef\xb8\x8e</a> <a href=\"#fnref-1-2\" class=\"footnote-backref\" "
                "role=\"doc-backlink\" aria-label=\"Back to reference 1-2\">↩\xef\xb8\x8e<sup>2"
                "</sup></a></p>\n</li>\n</ol>\n</section>")},
      {"a\r\nb\r\n\r\nc", rich("<p>a\nb</p>") + rich("<p>c</p>")},
      {"", ""},
  };
  return table;
}

// Marks every "if" of the language "x", every character of "o".
std::optional<std::string> toy(std::string_view code, std::string_view language) {
  std::string html;
  if (language == "o") {
    for (const char c : code) {
      html += c == '\n' ? "\n" : std::string("<span class=\"o\">") + c + "</span>";
    }
    return html;
  }
  if (language != "x") return std::nullopt;
  html = html_escape(code);
  for (std::size_t at = 0; (at = html.find("if", at)) != std::string::npos; at += 26) {
    html.replace(at, 2, "<span class=\"k\">if</span>");
  }
  return html;
}

MarkdownOptions all_on() {
  MarkdownOptions options;
  options.typography = true;
  options.eager_image = true;
  options.own_host = "own.example";
  options.highlight = toy;
  return options;
}

// Bodies without raw HTML, for which both ways through the composer must agree.
const std::vector<std::string>& nice_bodies() {
  static const std::vector<std::string> bodies = {
      "\"a\" -- 'b' it's 'twas the '90s... 5'10\"",
      "\"*a*\" *\"b\"* **'c'**\"d\" [\"e\"](/x) \"[f](/y)\"",
      "\"`a`\" `\"b\"`'s ``c`` -- `--`",
      "\"a\n\"b\"  \n\"c\"\\\n'd'",
      "say \"![alt \"x\"](images/a.png)\" 'n'",
      "<https://x.example/a--b'c> \"https://x.example/'a'\" me--x@x.example 'www.x.example'",
      "\"x[^1]\" 'y'[^1]'s\n\n[^1]: \"n\"\n\n    'm' -- o",
      "- \"a\"\n- [ ] 'b'\n- c\n\n  \"d\"\n  - \"e",
      "|\"a\"|'b'|\n|-|-|\n|\"c|d\"|",
      "## \"A\" `'b'` *it's*\n\n### ![\"i\"](images/a.png) -- [x](https://y.example/)\n\n\"p\"",
      "![a](images/a.png \"The \\\"title\\\" -- it's\")",
      "![a](images/a.png 'The \"title\" -- its')\n\n![b](images/a.png)",
      "> [!NOTE]\n> \"a\" -- b\n>\n> - c\n>\n> ```x {1}\n> if\n> ```\n\n\"d\"",
      "> [!TIP]\n>\n> > \"q\"\n>\n> ## H",
      "- > [!NOTE]\n  > a",
      "```x title=\"a 'b'.x\" {2-3}\n\"a\"\nif\n\n<b>\n```\n\n\"c\"",
      "- a\n\n  ```x\n  if\n  ```\n\n  \"b\"",
      "1. x[^1]\n\n[^1]: a\n\n    ```x\n    if\n    ```",
      "[a](https://y.example/ \"t\") [b](//own.example/) [![i](images/a.png)](https://y.example) "
      "[![i](images/a.png) w](https://y.example)",
      "a <!-- c --> \"b\"<!-- d -->\"",
      "\"one\" -- two\n\n<!--more-->\n\nthree",
      "## \"h\"\n\n> [!NOTE]\n> [n](https://y.example/)\n\n```x\nif\n```\n\n<!--more-->\n\nthree",
      "~~\"a\"~~'s \"~~b~~\"",
      "&quot;a&quot; \\\"b\\\" \\-- &mdash;",
      "\"a \" b\" c '' \"\" ---- --- ....",
      "\"\"\"\"\"'''''\"",
      repeated("word ", 130) + "\n\n![a](images/a.png)",
  };
  return bodies;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(compose_markdown_test)

BOOST_AUTO_TEST_CASE(markdown_becomes_blocks) {
  for (const auto& [body, html] : plain_bodies()) {
    if (body.starts_with("## A")) continue;  // an h1: see below
    BOOST_TEST(html_of(body) == html, body);
    BOOST_TEST(rendered(body).faults.empty(), body);
  }
}

// With raw HTML in its last paragraph a body takes the other way through the composer, past the
// allow-list: nothing else may become of it.
void agrees_beside_raw_html(const std::string& body, const MarkdownOptions& options) {
  const Rendered plain = rendered(body + "\n\nlast", options);
  const Rendered raw = rendered(body + "\n\nlast<wbr>", options);
  std::string expected = plain.html;
  const std::size_t last = expected.find("<p>last</p>");
  if (last == std::string::npos) return;  // it became part of the code, say
  expected.insert(last + 7, "<wbr>");
  BOOST_TEST(raw.html == expected, body);
  BOOST_TEST(raw.text == plain.text, body);
  BOOST_TEST((raw.headings == plain.headings), body);
  BOOST_TEST(raw.words == plain.words, body);
  BOOST_TEST(raw.summary == plain.summary, body);
  std::string summary = raw.summary_html;
  if (summary.find("<wbr>") != std::string::npos) summary.erase(summary.find("<wbr>"), 5);
  BOOST_TEST(summary == plain.summary_html, body);
  BOOST_TEST((raw.images == plain.images), body);
}

BOOST_AUTO_TEST_CASE(raw_html_elsewhere_changes_no_block) {
  for (const auto& [body, html] : plain_bodies()) agrees_beside_raw_html(body, {});
}

BOOST_AUTO_TEST_CASE(both_ways_agree_with_all_niceties_on) {
  MarkdownOptions options = all_on();
  for (const char* lang : {"en", "de", "fr", "ar"}) {
    options.lang = lang;
    for (const std::string& body : nice_bodies()) agrees_beside_raw_html(body, options);
    for (const auto& [body, html] : plain_bodies()) agrees_beside_raw_html(body, options);
  }
}

BOOST_AUTO_TEST_CASE(words_are_set_and_nothing_else_is) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"\"a\" -- it's", "<p>“a” – it’s</p>"},
      {"\"*a*\" **\"b\"**", "<p>“<em>a</em>” <strong>“b”</strong></p>"},
      {"*\"a* b\"", "<p><em>“a</em> b”</p>"},
      {"`\"a\"`'s \"`b`\"", "<p><code>&quot;a&quot;</code>’s “<code>b</code>”</p>"},
      {"\"a\n\"b\" c\"", "<p>“a\n‘b’ c”</p>"},
      {"[\"a\"](/x \"'t'\")", "<p><a href=\"/x\" title=\"&#39;t&#39;\">“a”</a></p>"},
      {"<https://x.example/a--b'c>",
       "<p><a href=\"https://x.example/a--b&#39;c\">https://x.example/a--b&#39;c</a></p>"},
      {"<kbd>\"</kbd> \"x\"", "<p><kbd>&quot;</kbd> “x”</p>"},
      {"<pre>\n\"a\"\n</pre>\n\n\"b\"", "<p>“b”</p>"},
      {"<p>\"raw\" <code>\"</code></p>", "<p>“raw” <code>&quot;</code></p>"},
      {"<q lang=\"de\">\"a\"</q> \"b\"", "<p><q lang=\"de\">„a“</q> “b”</p>"},
      {"\\\"a\"", "<p>“a”</p>"},
  };
  MarkdownOptions options;
  options.typography = true;
  for (const auto& [body, html] : table) {
    BOOST_TEST(rendered(body, options).html.find(html) != std::string::npos,
               body << " became " << rendered(body, options).html);
  }
  const Rendered one = rendered("## It's \"x\" `--`\n\n\"y\"...", options);
  BOOST_REQUIRE(one.headings.size() == 1u);
  BOOST_TEST(one.headings[0].text == "It’s “x” --");
  BOOST_TEST(one.headings[0].id == "its-x---");
  BOOST_TEST(one.text == "It's \"x\" --\n\"y\"...");
  BOOST_TEST(one.summary == "“y”…");
  BOOST_TEST(one.summary_html == "<p>“y”…</p>");
  options.typography = false;
  BOOST_TEST(rendered("\"a\"", options).html == rich("<p>&quot;a&quot;</p>"));
}

BOOST_AUTO_TEST_CASE(alerts_are_githubs) {
  const std::string open =
      "<div class=\"alert alert-note\" role=\"note\" aria-label=\"Note\"><p "
      "class=\"alert-title\">Note</p>\n";
  for (const char* body : {"> [!NOTE]\n> a", "> [!note]\n> a", ">[!Note]  \n>a", "> [!NOTE]\\\n> a",
                           "> [!NOTE]\n>\n> a", "> [!NOTE]\na", "> [!NOTE] \t\n> a"}) {
    BOOST_TEST(html_of(body) == rich(open + "<p>a</p>\n</div>"), body);
    BOOST_TEST(rendered(body).text == "a", body);
  }
  for (const char* body :
       {"> [!NOTE]", "> [!NOTE]\n>", "> [!NOTE] a\n> b", "> a\n> [!NOTE]", "> \\[!NOTE]\n> a",
        "> &#91;!NOTE]\n> a", "> **[!NOTE]**\n> a", "> [!DANGER]\n> a", "> [NOTE]\n> a",
        "> - [!NOTE]\n>   a", "> `[!NOTE]`\n> a", "- > [!NOTE]\n  > a", "> > [!NOTE]\n> > a",
        "> [!NOTE]\n> a\n\n[!NOTE]: /x", "> - > [!NOTE]\n>   > a", "[!NOTE]\na",
        "> # [!NOTE]\n> a"}) {
    BOOST_TEST(html_of(body).find("alert") == std::string::npos, body);
    BOOST_TEST(html_of(body).find(std::string_view(body).find("DANGER") == std::string_view::npos
                                      ? "NOTE"
                                      : "DANGER") != std::string::npos,
               body);
  }
  BOOST_TEST(html_of("> [!WARNING]\n> a\n>\n> - b\n>\n> ```\n> c\n> ```") ==
             rich("<div class=\"alert alert-warning\" role=\"note\" aria-label=\"Warning\"><p "
                  "class=\"alert-title\">Warning</p>\n<p>a</p>\n<ul>\n<li>b</li>\n</ul>\n<pre "
                  "tabindex=\"0\"><code>c\n</code></pre>\n</div>"));
  MarkdownOptions german;
  german.lang = "de-AT";
  BOOST_TEST(rendered("> [!TIP]\n> a", german).html.find("alert-title\">Tipp<") !=
             std::string::npos);
  // It is no first paragraph, and its title no word of the author's; a copy of it is.
  const Rendered raw = rendered("> [!NOTE]\n> a\n\nb<wbr>");
  BOOST_TEST(raw.summary == "b");
  BOOST_TEST(raw.text == "a\nb");
  BOOST_TEST(rendered("<div class=\"alert\"><p class=\"alert-title\">Mine</p></div>").text ==
             "Mine");
}

BOOST_AUTO_TEST_CASE(code_keeps_its_colours_beside_raw_html) {
  const MarkdownOptions options = all_on();
  const std::string code =
      "<div class=\"block-code\"><figure class=\"code\"><figcaption>a.x</figcaption><pre "
      "tabindex=\"0\"><code class=\"language-x\">&lt;i&gt;\n<span class=\"line\"><span "
      "class=\"k\">if</span>\n</span></code></pre></figure></div>\n";
  const std::string body = "```x:a.x {2}\n<i>\nif\n```\n";
  BOOST_TEST(rendered(body, options).html == code);
  BOOST_TEST(rendered(body + "\n<b>x</b>", options).html == code + rich("<p><b>x</b></p>"));
  MarkdownOptions trusted = options;
  trusted.html_trusted = true;
  BOOST_TEST(rendered(body + "\n<b>x</b>", trusted).html == code + rich("<p><b>x</b></p>"));
  BOOST_TEST(rendered(body + "\n<b>x</b>", options).text == "a.x\n<i>\nif\nx");
  // Raw HTML around it decides as it does for any element.
  BOOST_TEST(rendered("<div>\n\n" + body + "\n</div>", options).html.find("language-x") !=
             std::string::npos);
  BOOST_TEST(rendered("<textarea>\n\n" + body + "\n</textarea>", options).html == "");
  // An author's <pre> is his own.
  BOOST_TEST(rendered("<pre></pre>\n\nx\n\n" + body, options)
                 .html.starts_with("<div class=\"block-code\"><pre tabindex=\"0\"></pre></div>"));
}

BOOST_AUTO_TEST_CASE(links_to_others_are_marked) {
  MarkdownOptions options;
  options.own_host = "x.example";
  const std::string marked = " class=\"external\" rel=\"noopener\">";
  BOOST_TEST(rendered("[a](https://y.example/)", options).html ==
             rich("<p><a href=\"https://y.example/\"" + marked + "a</a></p>"));
  for (const char* own :
       {"[a](/b)", "[a](https://x.example/b)", "[a](mailto:a@y.example)", "[a](#b)",
        "[![a](/content/images/a.png)](https://y.example/)", "[a](javascript:b)"}) {
    BOOST_TEST(rendered(own, options).html.find("external") == std::string::npos, own);
    BOOST_TEST(
        rendered(std::string(own) + "<wbr>", options).html.find("external") == std::string::npos,
        own);
  }
  BOOST_TEST(rendered("<a class=\"b\" rel=\"me\" href=\"//y.example\">a</a>", options).html ==
             rich("<p><a class=\"b external\" rel=\"me noopener\" href=\"//y.example\">a</a></p>"));
  BOOST_TEST(rendered("<a target=\"_blank\" href=\"//y.example\">a</a>", options).html ==
             rich("<p><a target=\"_blank\" href=\"//y.example\"" + marked + "a</a></p>"));
  BOOST_TEST(rendered("[a](https://y.example/)").html.find("external") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_first_image_near_the_top_is_not_lazy) {
  MarkdownOptions options;
  options.eager_image = true;
  const std::string image = "![a](images/a.png)";
  for (const char* more : {"", "\n\n<b>x</b>"}) {
    const auto lazy = [&](const std::string& body) {
      const std::string html = rendered(body + more, options).html;
      std::string found;
      for (std::size_t at = 0; (at = html.find("<img", at)) != std::string::npos; ++at) {
        const bool late =
            html.substr(at, html.find('>', at) - at).find("lazy") != std::string::npos;
        found += late ? 'l' : 'e';
      }
      return found;
    };
    BOOST_TEST(lazy(image) == "e");
    BOOST_TEST(lazy("words\n\n" + image + "\n\n" + image + "\n\n" + image) == "ell");
    BOOST_TEST(lazy(repeated("word ", 200) + "\n\n" + image) == "l");
    BOOST_TEST(lazy("a " + image) == "e");
  }
  BOOST_TEST(html_of(image).find("lazy") != std::string::npos);
  BOOST_TEST(rendered("<img src=\"images/a.png\" loading=\"lazy\">", options).html.find("lazy") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(bad_days_are_over_by_evening) {
  const MarkdownOptions options = all_on();
  const std::string lines = repeated("if a then b\n", 5000);
  for (const std::string more : {"", "\n\n<b>x</b>"}) {
    const Rendered code = rendered("```x {1-999999999}\n" + lines + "```" + more, options);
    BOOST_TEST(code.faults.empty());
    std::size_t marked = 0, at = 0;
    while ((at = code.html.find("<span class=\"line\"><span class=\"k\">if", at)) !=
           std::string::npos) {
      ++marked;
      ++at;
    }
    BOOST_TEST(marked == 5000u);
    BOOST_TEST(
        rendered(repeated("![a](images/a.png \"T\")\n\n", 300) + more, options).faults.empty());
    const Rendered braces =
        rendered("```x " + std::string(10'000, '{') + "\nif\n```" + more, options);
    BOOST_TEST(braces.html.find("if") != std::string::npos);
    const Rendered wide = rendered("```" + std::string(10'000, 'x') + "\nif\n```" + more, options);
    BOOST_TEST(wide.html.size() < 5000u);
    BOOST_TEST(rendered(repeated("\"", 100'000) + more, options).faults.empty());
    BOOST_TEST(
        rendered(repeated("> ", 50) + "- " + repeated("> ", 50) + "[!NOTE]\n" + more, options)
            .faults.empty());
    const std::string table = repeated("|a", 40) + "|\n" + repeated("|-", 40) + "|\n";
    BOOST_TEST(rendered(table + more, options).html.find("table-wrap") != std::string::npos);
    // All operators: in colours it would weigh twenty times as much.
    BOOST_TEST(rendered("```o\n" + repeated("++++++++\n", 100'000) + "```" + more, options)
                   .faults.empty());
    BOOST_TEST(
        rendered("```o\n" + repeated("++++++++\n", 50'000) + "```" + more, options).faults.empty());
  }
}

BOOST_AUTO_TEST_CASE(headings_leave_h1_to_the_page) {
  BOOST_TEST(html_of("## a\n### b") == heading("2", "a") + heading("3", "b"));
  BOOST_TEST(html_of("# a\n###### b") == heading("2", "a") + heading("6", "b"));
  BOOST_TEST(html_of("<h1>a</h1>\n\n## b") == heading("2", "a") + heading("3", "b"));
  const Rendered two = rendered("# A *b* `c` ![d](images/d.png)\n## E[^1]\n\n[^1]: x");
  BOOST_REQUIRE(two.headings.size() == 2u);
  BOOST_TEST((two.headings[0] == Heading{2, "a-b-c-d", "A b c d"}));
  BOOST_TEST((two.headings[1] == Heading{3, "e", "E"}));
}

BOOST_AUTO_TEST_CASE(heading_ids_are_githubs) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"Hello World", "hello-world"},
      {"Hello World", "hello-world-1"},
      {"Hello World", "hello-world-2"},
      {"Hello World 1", "hello-world-1-1"},
      {"What's new in C++ 20?", "whats-new-in-c-20"},
      {"a -- b_c", "a----b_c"},
      {"Ünïcode ÄÖ ß", "ünïcode-äö-ß"},
      {"e\xcc\x81te", "éte"},
      {"日本語 テスト", "日本語-テスト"},
      {"Привет, Мир!", "привет-мир"},
      {"!!!", "section"},
      {"???", "section-1"},
      {"fn-1", "section-fn-1"},
      {"fnref 1", "section-fnref-1"},
      {"mine", "mine-1"},
      {"🎉 party", "-party"},
      {"_contents", "section_contents"},
  };
  HeadingIds ids;
  ids.reserve("mine");
  for (const auto& [text, id] : table) BOOST_TEST(ids.make(text) == id);
}

BOOST_AUTO_TEST_CASE(no_heading_takes_an_id_of_the_authors) {
  const Rendered one = rendered(
      "<a name=\"intro\"></a>\n<p id='more words'>x</p><i id=three>\n\n"
      "## Intro\n\n## Three");
  BOOST_REQUIRE(one.headings.size() == 2u);
  BOOST_TEST(one.headings[0].id == "intro-1");
  BOOST_TEST(one.headings[1].id == "three-1");
}

BOOST_AUTO_TEST_CASE(markdown_stands_within_raw_html) {
  BOOST_TEST(html_of("<details><summary>S</summary>\n\n**b**\n\n<details>\n\n- x\n\n</details>\n"
                     "</details>\n\nafter") ==
             rich("<details><summary>S</summary>\n<p><strong>b</strong></p>\n<details>\n<ul>\n"
                  "<li>x</li>\n</ul>\n</details>\n</details>") +
                 rich("<p>after</p>"));
  BOOST_TEST(html_of("<figure>\n\n![a](images/a.png)\n\n</figure>") ==
             "<div class=\"block-image\"><figure>\n<p>" + img("a.png", "a") +
                 "</p>\n</figure></div>\n");
  BOOST_TEST(html_of("a <kbd>K</kbd> <script>x</script><b onclick=x>y</b> c") ==
             rich("<p>a <kbd>K</kbd> <b>y</b> c</p>"));
  BOOST_TEST(html_of("<pre>\na\n</pre>") ==
             "<div class=\"block-code\"><pre tabindex=\"0\">a\n</pre></div>\n");
  BOOST_TEST(html_of("<img src=\"images/a.png\" alt=\"a\">") ==
             "<div class=\"block-image\"><figure>" + img("a.png", "a") + "</figure></div>\n");
}

BOOST_AUTO_TEST_CASE(trusted_html_passes) {
  MarkdownOptions options;
  options.html_trusted = true;
  BOOST_TEST(rendered("<script>a && b</script>\n\nx <i style=\"y\">z</i>", options).html ==
             "<script>a && b</script>\n" + rich("<p>x <i style=\"y\">z</i></p>"));
  BOOST_TEST(rendered("<iframe src=\"https://v.example/\"></iframe>", options).html ==
             rich("<iframe src=\"https://v.example/\"></iframe>"));
  // Links of Markdown are looked at all the same.
  BOOST_TEST(rendered("[x](javascript:y) <i>z</i>", options).html ==
             rich("<p><a>x</a> <i>z</i></p>"));
}

BOOST_AUTO_TEST_CASE(comments_vanish_without_the_parser) {
  BOOST_TEST(html_of("a <!-- x --> b\n\n<!-- y\n\n z -->\n\nc") ==
             rich("<p>a  b</p>") + rich("<p>c</p>"));
  BOOST_TEST(is_only_comments(" <!-- a --> \n<!--b-->"));
  BOOST_TEST(is_only_comments("<!-->"));
  BOOST_TEST(!is_only_comments("<!-- a --><b>"));
  BOOST_TEST(!is_only_comments("<!--><script>x</script>-->"));
  BOOST_TEST(begins_with_more("<!--more-->"));
  BOOST_TEST(begins_with_more(" <!--  MoRe\t--> x"));
  BOOST_TEST(!begins_with_more("<!--more or less-->"));
  BOOST_TEST(!begins_with_more("<!--more"));
}

BOOST_AUTO_TEST_CASE(the_summary_ends_at_more_or_with_the_first_paragraph) {
  struct Row {
    std::string body, html, text;
  };
  const std::vector<Row> table = {
      {"one *a*\n\ntwo", "<p>one <em>a</em></p>", "one a"},
      {"one\n\ntwo\n\n<!--more-->\n\nthree", "<p>one</p>\n<p>two</p>", "one two"},
      {"one\n\n<!-- More -->\n\nthree", "<p>one</p>", "one"},
      {"one\n<!--more-->\nthree", "<p>one</p>", "one"},
      {"one <!--more--> two\n\nthree", "<p>one </p>", "one"},
      {"<!--more-->\n\none", "<p>one</p>", "one"},
      {"> q\n\n## h\n\none\n\n- x", "<p>one</p>", "one"},
      {"![a](images/a.png)\n\none ![b](images/b.png) two[^1]\n\n[^1]: n", "<p>one  two</p>",
       "one two"},
      {"## h\n\n<!--more-->\n\nx", "<h2>h</h2>", "h"},
      {"[a](/x) [b](javascript:y)", "<p><a href=\"/x\">a</a> <a>b</a></p>", "a b"},
      {"- a\n- b", "<p>a b</p>", "a b"},
      {"<p id=\"x\">raw <b>b</b></p>\n\ntwo", "<p>raw <b>b</b></p>", "raw b"},
      {"one <kbd>k</kbd>\n\n<!--more-->\n\ntwo", "<p>one <kbd>k</kbd></p>", "one k"},
      {"<div>\n\none\n\n</div>\n\n<!--more-->\n\ntwo", "<div>\n<p>one</p>\n</div>", "one"},
      {"<div>x</div>", "<p>x</p>", "x"},
      {"a < b & \"c\" <i>d</i>", "<p>a &lt; b &amp; &quot;c&quot; <i>d</i></p>", "a < b & \"c\" d"},
      {"", "", ""},
      {"![a](images/a.png)", "<p>a</p>", "a"},
  };
  for (const Row& row : table) {
    const Rendered one = rendered(row.body);
    BOOST_TEST(one.summary_html == row.html, row.body);
    BOOST_TEST(one.summary == row.text, row.body);
    BOOST_TEST(one.html.find("ore--") == std::string::npos, row.body);
  }
}

BOOST_AUTO_TEST_CASE(text_holds_every_word_once) {
  BOOST_TEST(rendered("# T\n\na *b*\nc `d` ![e](images/e.png)[^1]\n\n- f\n- g\n\n|h|i|\n|-|-|\n"
                      "|j|k|\n\n```\nl\n  m\n```\n\n[^1]: n")
                 .text == "T\na b c d e\nf\ng\nh i\nj k\nl\n  m\nn");
}

BOOST_AUTO_TEST_CASE(words_and_minutes) {
  const auto words = [](std::string_view text) { return reading_time(text).words; };
  BOOST_TEST(words("") == 0u);
  BOOST_TEST(words("Don't stop — it’s 3.14 naïve x_y") == 8u);
  BOOST_TEST(words("日本語 と English") == 5u);
  BOOST_TEST(words("한국어 단어") == 2u);
  BOOST_TEST(words("'quoted'") == 1u);
  BOOST_TEST(reading_time("").minutes == 1u);
  BOOST_TEST(reading_time(repeated("word ", 220)).minutes == 1u);
  BOOST_TEST(reading_time(repeated("word ", 221)).minutes == 2u);
  BOOST_TEST(reading_time(repeated("字", 1000)).minutes == 2u);
  BOOST_TEST(rendered("one two").words == 2u);
  BOOST_TEST(rendered("").minutes == 1u);
}

BOOST_AUTO_TEST_CASE(image_references_have_three_forms) {
  const std::vector<std::pair<std::string, std::string>> ours = {
      {"images/a.png", "a.png"},        {"/content/images/2024/a.png", "2024/a.png"},
      {"../images/a.png", "a.png"},     {"../../../images/a.png", "a.png"},
      {"./images/a.png", "a.png"},      {"images/a%20b.png", "a b.png"},
      {"images/a b.png", "a b.png"},    {"images/x/../a.png", "a.png"},
      {"images/./x//a.png", "x/a.png"}, {"images/a.png?v=2#x", "a.png"},
      {"images%2Fa.png", "a.png"},      {"images/100%.png", "100%.png"},
  };
  for (const auto& [url, path] : ours) {
    const ImageReference reference = image_reference(url);
    BOOST_TEST(reference.path.value_or("none") == path, url);
    BOOST_TEST(!reference.escapes, url);
  }
  for (const char* url :
       {"images/../a.png", "images/../../etc/passwd", "../images/../x", "/content/images/../../x",
        "images/%2e%2e/x", "images/%2E%2E%2Fx", "images/x/../../y", "../../etc/passwd",
        "%2e%2e/../secret.png", "images/a%00.png", "images/%ff.png", "images/a%0a"}) {
    BOOST_TEST(image_reference(url).escapes, url);
    BOOST_TEST(!image_reference(url).path.has_value(), url);
  }
  for (const char* url :
       {"https://x/images/a.png", "//x/images/a.png", "/assets/a.png", "data:x", "#a", "",
        "{{ site.url }}/images/a.png", "{% link a.png %}", "mailto:x", "/images/a.png"}) {
    const ImageReference reference = image_reference(url);
    BOOST_TEST((!reference.path && !reference.escapes && !reference.astray), url);
  }
  for (const char* url : {"a.png", "assets/a.png", "../a.png", "images/", "images"}) {
    BOOST_TEST(image_reference(url).astray, url);
  }
  BOOST_TEST(image_url("a/ä b?.png") == "/content/images/a/%C3%A4%20b%3F.png");
}

BOOST_AUTO_TEST_CASE(faults_of_images_name_their_place) {
  struct Row {
    std::string body, code;
    bool warning;
    std::uint32_t line, column;
  };
  const std::vector<Row> table = {
      {"![a](images/gone.png)", "missing_image", false, 10, 6},
      {"x\n\nüü ![ä](images/gone.png)", "missing_image", false, 12, 9},
      {"a\nb ![c](images/a.png)\nd ![c](images/gone.png)", "missing_image", false, 12, 8},
      {"![a][r]\n\n\n[r]: images/gone.png", "missing_image", false, 13, 6},
      {"|a|\n|-|\n|![a](images/gone.png)|", "missing_image", false, 12, 7},
      {"- x\n\n  > ![a](images/gone.png)", "missing_image", false, 12, 10},
      {"<p>\n<img\n src=\"images/gone.png\">", "missing_image", false, 12, 7},
      {"a <img src=images/gone.png>", "missing_image", false, 10, 12},
      {"b <i>c</i> ![a](images/gone.png)", "missing_image", false, 10, 17},
      {"a\r\n\r\n![a](images/gone.png)\r\n", "missing_image", false, 12, 6},
      {"![a](a.png)", "missing_image", true, 10, 6},
      {"![a](images/../../etc/passwd)", "bad_path", false, 10, 6},
      {"<video poster=\"../images/../x\"></video>", "bad_path", false, 10, 16},
      {"<img src=\"images/a.png\" srcset=\"images/gone.png 2x\">", "missing_image", false, 10, 33},
      {"![a](<images/gone b.png>)<br>", "missing_image", false, 10, 7},
  };
  for (const Row& row : table) {
    const Rendered one = render_markdown(row.body, 10, {}, all_but_gone);
    BOOST_REQUIRE_MESSAGE(one.faults.size() == 1u, row.body << one.faults.size());
    const Diagnostic& fault = one.faults.front();
    BOOST_TEST(fault.code == row.code, row.body);
    BOOST_TEST(fault.warning == row.warning, row.body);
    BOOST_TEST(fault.line == row.line, row.body);
    BOOST_TEST(fault.column == row.column, row.body);
    BOOST_TEST(!fault.message.empty());
    BOOST_TEST(fault.file == "");
  }
  MarkdownOptions lenient;
  lenient.missing_image_is_error = false;
  BOOST_TEST(rendered("![a](images/gone.png)", lenient).faults.at(0).warning);
  BOOST_TEST(rendered("![a](images/gone.png)").faults.at(0).allow ==
             "front_matter: {missing_image: warning}");
}

BOOST_AUTO_TEST_CASE(images_are_listed_once) {
  const Rendered one =
      rendered("![a](images/a.png) ![b](../images/gone.png)\n\n![c](images/a.png)\n");
  BOOST_REQUIRE(one.images.size() == 2u);
  BOOST_TEST((one.images[0] == ImageUse{"a.png", 1, 6, 8, 6, true}));
  BOOST_TEST((one.images[1] == ImageUse{"gone.png", 1, 25, 0, 0, false}));
}

BOOST_AUTO_TEST_CASE(a_file_named_in_another_normal_form_is_found) {
  const auto only_nfc = [](const std::string& path) -> std::optional<ImageInfo> {
    if (path == "\xc3\xa9.png") return ImageInfo{8, 6};
    return std::nullopt;
  };
  const Rendered one = render_markdown("![a](<images/e\xcc\x81.png>)", 1, {}, only_nfc);
  BOOST_TEST(one.faults.empty());
  BOOST_TEST(one.images.at(0).path == "\xc3\xa9.png");
}

BOOST_AUTO_TEST_CASE(faults_of_images_are_not_told_without_end) {
  const Rendered one = rendered(repeated("![](a.png) ![](images/gone.png)\n", 1000));
  BOOST_TEST(one.faults.size() == 200u);
}

BOOST_AUTO_TEST_CASE(our_own_words_are_in_the_posts_language) {
  MarkdownOptions options;
  options.lang = "de-AT";
  const std::string html = rendered("x[^1]\n\n- [x] y\n\n[^1]: z", options).html;
  BOOST_TEST(html.find("aria-label=\"Erledigt\"") != std::string::npos);
  BOOST_TEST(html.find("aria-label=\"Fußnoten\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(ids_are_unique_and_links_within_the_page_lead_somewhere) {
  const std::string html = html_of(
      "## fn 1\n\n## fnref 1\n\na[^x] b[^y] c[^x]\n\n[^x]: X[^y]\n[^y]:\n    ```\n    code\n    "
      "```\n"
      "[^z]: never\n");
  std::set<std::string> ids;
  std::size_t count = 0;
  for (std::size_t at = 0; (at = html.find(" id=\"", at)) != std::string::npos; ++count) {
    at += 5;
    ids.insert(html.substr(at, html.find('"', at) - at));
  }
  BOOST_TEST(ids.size() == count);
  for (std::size_t at = 0; (at = html.find("href=\"#", at)) != std::string::npos;) {
    at += 7;
    const std::string target = html.substr(at, html.find('"', at) - at);
    BOOST_TEST(ids.count(target) == 1u, target);
  }
  BOOST_TEST(html.find("never") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(bodies_that_unfold_are_refused) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {repeated(">", 100'000) + "a", "too_deep"},
      {repeated("*a **b ", 600) + repeated("c** d* ", 600), "too_deep"},
      {"x\n\n" + repeated("<div>", 100'000), "too_deep"},
      {"a " + repeated("<b>", 20'000), "too_deep"},
      {repeated("<table><tr><td>", 5000), "too_deep"},
      {repeated("|a", 3000) + "|\n" + repeated("|-", 3000) + "|\n" + repeated("b\n", 3000),
       "too_large"},
      {"> " + repeated("|a", 3000) + "|\n> " + repeated("|-", 3000) + "|\n" +
           repeated("> b\n", 3000),
       "too_large"},
      {"[a]: /" + repeated("u", 97'000) + "\n\n" + repeated("[a] ", 24'000), "too_large"},
      {"[a]: /" + repeated("u", 8'000) + "\n\n" + repeated("[a] ", 4'000), "too_large"},
  };
  for (const auto& [body, code] : table) {
    const Rendered one = render_markdown(body, 5, {}, all_but_gone);
    BOOST_REQUIRE_MESSAGE(one.faults.size() == 1u, body.substr(0, 30));
    BOOST_TEST(one.faults[0].code == code, body.substr(0, 30));
    BOOST_TEST(!one.faults[0].warning);
    BOOST_TEST(one.faults[0].line >= 5u);
    BOOST_TEST(one.html == "");
    BOOST_TEST(one.minutes == 1u);
  }
  // The next body is none the worse.
  BOOST_TEST(html_of("a ~~b~~ www.x.example") ==
             rich("<p>a <del>b</del> <a href=\"http://www.x.example\">www.x.example</a></p>"));
}

BOOST_AUTO_TEST_CASE(tables_of_honest_size_pass) {
  BOOST_TEST(!oversized_table("|a|b|\n|-|-|\n" + repeated("|c|d|\n", 20'000)).has_value());
  BOOST_TEST(!oversized_table(repeated("|a", 200) + "|\n" + repeated("|-", 200) + "|\n" +
                              repeated("b\n", 100))
                  .has_value());
  BOOST_TEST(!oversized_table(repeated("-", 100'000) + "\n" + repeated("|", 100'000)).has_value());
  BOOST_TEST(oversized_table("x\r\n\r\n" + repeated("|-", 2000) + "\r\n" + repeated("b\r\n", 60))
                 .value_or(0) == 3u);
}

BOOST_AUTO_TEST_CASE(odd_bytes_do_no_harm) {
  BOOST_TEST(html_of("a\xff"
                     "b") == rich("<p>a\xef\xbf\xbd"
                                  "b</p>"));
  BOOST_TEST(html_of(std::string("a\0b", 3)) == rich("<p>a\xef\xbf\xbd"
                                                     "b</p>"));
  BOOST_TEST(html_of(std::string("<i>a\0b</i>", 10)).find("script") == std::string::npos);
  BOOST_TEST(html_of("\xef\xbb\xbf# a") == heading("2", "a"));
  BOOST_TEST(html_of("&lt;script&gt; \\<b> &#60;i&#62;") ==
             rich("<p>&lt;script&gt; &lt;b&gt; &lt;i&gt;</p>"));
}

BOOST_AUTO_TEST_SUITE_END()
