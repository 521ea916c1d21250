// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include "render/feeds.h"

namespace octavo {
namespace {

constexpr const char* kBase = "https://press.example";
constexpr const char* kPost = "https://press.example/posts/a/";

std::string html(std::string_view text) {
  return feed_html(text, kBase, kPost);
}

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(render_feed_html_test)

BOOST_AUTO_TEST_CASE(html_is_made_fit_for_strangers) {
  struct Row {
    const char *in, *out;  // out nullptr: the same
  };
  const Row rows[] = {
      {"", nullptr},
      {"words & more &amp; “quotes”", nullptr},
      {"<p>A <em>b</em> <strong>c</strong><br>\n<code>d</code></p>\n<hr>\n", nullptr},
      // Addresses.
      {"<a href=\"/x?a=1&amp;b=2#c\">x</a>",
       "<a href=\"https://press.example/x?a=1&amp;b=2#c\">x</a>"},
      {"<a href=\"#frag\">x</a>", "<a href=\"https://press.example/posts/a/#frag\">x</a>"},
      {"<a href=\"\">x</a>", "<a href=\"https://press.example/posts/a/\">x</a>"},
      {"<a href=\"?q\">x</a>", "<a href=\"https://press.example/posts/a/?q\">x</a>"},
      {"<a href=\"b/\">x</a>", "<a href=\"https://press.example/posts/a/b/\">x</a>"},
      {"<a href=\"//cdn.example/x\">x</a>", "<a href=\"https://cdn.example/x\">x</a>"},
      {"<a href=\"http://other.example/\" title=\"t &quot;q&quot;\">x</a>", nullptr},
      {"<a href=\"mailto:a@b.example\">x</a>", nullptr},
      {"<a href=\"javascript:alert(1)\">x</a>", "<a>x</a>"},
      {"<a href=\" java\tscript:alert(1)\">x</a>", "<a>x</a>"},
      {"<a href=\"javascript&#58;alert(1)\">x</a>",
       "<a href=\"https://press.example/posts/a/javascript&#58;alert(1)\">x</a>"},
      {"<a href=\"a/b:c\">x</a>", "<a href=\"https://press.example/posts/a/a/b:c\">x</a>"},
      {"<a href=\"/x\" target=\"_blank\" rel=\"noopener\">x</a>",
       "<a href=\"https://press.example/x\">x</a>"},
      {"<blockquote cite=\"/q\"><p>q</p></blockquote>",
       "<blockquote cite=\"https://press.example/q\"><p>q</p></blockquote>"},
      {"<video controls poster=\"/p.png\"><source src=\"/v.webm\" type=\"video/webm\"></video>",
       "<video controls poster=\"https://press.example/p.png\">"
       "<source src=\"https://press.example/v.webm\" type=\"video/webm\"></video>"},
      {"<img src=\"/a.png\" alt=\"A &lt; B\" loading=\"lazy\" decoding=\"async\" width=\"4\" "
       "height=\"3\">",
       "<img src=\"https://press.example/a.png\" alt=\"A &lt; B\" width=\"4\" height=\"3\">"},
      {"<img src=\"data:image/png;base64,AA==\" alt=\"\">", nullptr},
      {"<img srcset=\"/a.png 1x, b.png 2x,//c.example/c.png\" sizes=\"100vw\">",
       "<img srcset=\"https://press.example/a.png 1x, https://press.example/posts/a/b.png 2x, "
       "https://c.example/c.png\" sizes=\"100vw\">"},
      {"<img srcset=\", ,\">", "<img>"},
      // What is our page's alone.
      {"<h2 id=\"one\">One<a class=\"anchor\" href=\"#one\" aria-hidden=\"true\" "
       "tabindex=\"-1\"></a></h2>",
       "<h2>One</h2>"},
      {"<code><span class=\"line\"><span class=\"k\">if</span> x\n</span>y</code>",
       "<code>if x\ny</code>"},
      {"<span lang=\"de\">a <span class=\"k\">b</span></span></span> c",
       "<span lang=\"de\">a b</span> c"},
      {"<div class=\"alert alert-note\" role=\"note\" aria-label=\"Note\"><p "
       "class=\"alert-title\">Note</p>\n"
       "<p>x</p></div>",
       "<div><p><strong>Note</strong></p>\n<p>x</p></div>"},
      {"<h2 id=\"one\">One</h2>", "<h2>One</h2>"},
      {"<div class=\"block-code\"><pre tabindex=\"0\"><code class=\"language-c\">\na &lt; b\n"
       "</code></pre></div>\n",
       "<div><pre><code>\na &lt; b\n</code></pre></div>\n"},
      {"<p id=\"i\" class=\"c\" style=\"x\" data-x=\"1\" role=\"note\" aria-label=\"l\" "
       "onclick=\"x()\" tabindex=\"0\" lang=\"ar\" dir=\"rtl\">p</p>",
       "<p lang=\"ar\" dir=\"rtl\">p</p>"},
      {"<td class=\"align-right\">1</td><th class=\"align-x\">2</th>",
       "<td align=\"right\">1</td><th>2</th>"},
      {"<sup class=\"footnote-ref\"><a href=\"#fn-1\" id=\"fnref-1\" "
       "role=\"doc-noteref\">1</a></sup>",
       "<sup><a href=\"https://press.example/posts/a/#fn-1\">1</a></sup>"},
      {"<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"Footnotes\">\n<ol>\n"
       "<li id=\"fn-1\"><p>n</p></li>\n</ol>\n</section>",
       "<section>\n<ol>\n<li><p>n</p></li>\n</ol>\n</section>"},
      {"<li class=\"task-list-item\"><input type=\"checkbox\" disabled checked "
       "aria-label=\"done\"> a</li>",
       "<li>☑ a</li>"},
      {"<li><input type=\"checkbox\" disabled> b</li>", "<li>☐ b</li>"},
      // What no reader should get.
      {"a<script>if (a < b) '<p>'</script>b", "ab"},
      {"a<SCRIPT src=\"/x\"></SCRIPT >b", "ab"},
      {"a<style>p > a {}</style>b", "ab"},
      {"a<iframe src=\"https://x.example\"></iframe>b", "ab"},
      {"<form action=\"/\"><p>a <input name=\"q\"><button>Go</button></p></form>", "<p>a Go</p>"},
      {"a<svg><svg></svg><title>t</title></svg>b", "ab"},
      {"a<svg/>b", "ab"},
      {"a<select><option>o</select>b", "ab"},
      {"<x-unknown>words</x-unknown><object><embed src=\"x\">words</object>", "wordswords"},
      {"a<!-- <script> -->b<!doctype html>c<?php ?>d<!---->e<!-->f", "abcdef"},
      // Other hands than ours.
      {"<A HREF='/x\"y' TITLE=a&amp;b>x</A>",
       "<a href=\"https://press.example/x&quot;y\" title=\"a&amp;b\">x</a>"},
      {"<br/><img src=/a.png/>", "<br><img src=\"https://press.example/a.png/\">"},
      {"<details open><summary>s</summary></details>", nullptr},
      {"<ol start=\"3\" reversed><li value=\"9\">x</ol>", nullptr},
      {"1 < 2 <", "1 &lt; 2 &lt;"},
      {"</ <1> <>", "&lt;/ &lt;1> &lt;>"},
      {"<<b>script>alert(1)<<b>/script>", "&lt;<b>script>alert(1)&lt;<b>/script>"},
      {"<<iframe></iframe>script>x", "&lt;script>x"},
      {"a<b title=\"never ends", "a&lt;b title=\"never ends"},
      {"a<b", "a&lt;b"},
      {"a<b title=", "a&lt;b title="},
      {"a<!-- never ends <b>c</b>", "a&lt;!-- never ends &lt;b>c&lt;/b>"},
      {"a<svg>b<p>c</p>", "ab<p>c</p>"},
      {"a<script>never ends", "a"},
      {"a</script>b</svg>c", "abc"},
  };
  for (const Row& row : rows) {
    BOOST_TEST_CONTEXT(row.in) {
      BOOST_TEST(html(row.in) == (row.out == nullptr ? row.in : row.out));
      BOOST_TEST(html(html(row.in)) == html(row.in));
    }
  }
}

BOOST_AUTO_TEST_CASE(html_of_any_shape_is_read_within_its_bounds) {
  const std::string whole =
      "<div class=\"block-rich-text\"><p id='x'>A <a href=\"/b?c&amp;d\" rel=x>b</a> &amp; ü</p>"
      "<!-- c --><img src=/a.png srcset=\"/a.png 1x, /b.png 2x\"><script>x</script><svg><g></g>"
      "</svg><input type=checkbox checked></div>";
  const auto sound = [](const std::string& text) {
    const std::string made = html(text);
    BOOST_TEST(html(made) == made);
    for (const char* never : {"<script", "<svg", "<input", "<!"}) {
      BOOST_TEST(!has(made, never));
    }
    return made;
  };
  for (std::size_t i = 0; i <= whole.size(); ++i) {
    BOOST_TEST_CONTEXT("cut at " << i) {
      // Of its own, so that a sanitizer sees a step beyond the end.
      const std::vector<char> exact(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(i));
      const std::string made = feed_html({exact.data(), exact.size()}, kBase, kPost);
      BOOST_TEST(made == html(whole.substr(0, i)));
      sound(whole.substr(0, i));
      sound(whole.substr(i));
      sound(whole.substr(0, i) + whole.substr(std::min(i + 1, whole.size())));
      for (const char* odd : {"<", ">", "\"", "'", "/", "=", "&", "\xff"}) {
        sound(std::string(whole).insert(i, odd));
      }
    }
  }
}

// Each would take hours if a part of it were read anew for every tag.
BOOST_AUTO_TEST_CASE(html_takes_time_by_its_length) {
  for (const char* part : {"<", "<a ", "<a \"", "<a x='", "<!--", "<!", "<svg>", "<script>",
                           "<svg><script>", "</p", "<p><b></p>", "<img srcset=\"a,\">"}) {
    std::string text;
    while (text.size() < 1'000'000) text += part;
    BOOST_TEST(html(text).size() < 8 * text.size());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace octavo
