// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "render/print_body.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "render/print.h"

namespace {

using namespace octavo;

constexpr std::string_view kBase = "https://press.example";
constexpr std::string_view kPost = "https://press.example/posts/lamp/";

PrintBody made(std::string_view html, const std::vector<std::string_view>& images = {"a b.png"}) {
  return print_body(html, kBase, kPost, images);
}
std::string html_of(std::string_view html) {
  return made(html).html;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(render_print_body_test)

BOOST_AUTO_TEST_CASE(each_element_becomes_what_paper_can_show) {
  struct Case {
    const char *about, *given, *wanted;
  };
  const std::vector<Case> cases = {
      {"text stays", "<p>a &lt; b</p>", "<p>a &lt; b</p>"},
      {"a stray sign is no tag", "a < b", "a &lt; b"},
      {"what is folded is open", "<details class=\"x\"><summary>s</summary>t</details>",
       "<div class=\"x details\"><div class=\"summary\">s</div>t</div>"},
      {"a figure is no picture", "<figure class=\"code\"><figcaption>c</figcaption></figure>",
       "<div class=\"code figure\"><div class=\"figcaption\">c</div></div>"},
      {"tags that PDF knows", "<em>a</em><strong>b</strong>", "<i>a</i><b>b</b>"},
      {"a box", "<input type=\"checkbox\" disabled checked> <input type=\"checkbox\">",
       "<span class=\"box\">☑</span> <span class=\"box\">☐</span>"},
      {"other controls go",
       "<form><label>l</label><input><select><option>o</option></select>"
       "<button>b</button><textarea><b>t</b></textarea></form>",
       "l"},
      {"scripts and styles go", "a<script>b<b></script>c<style>d</style>e<template>f</template>",
       "ace"},
      {"an attribute that acts goes",
       "<p onclick=\"x()\" style=\"background:url(a)\" id=\"i\" lang=\"de\" background=\"b\">",
       "<p id=\"i\" lang=\"de\">"},
      {"an unknown element keeps its words", "<blink>w</blink>", "w"},
      {"a meter says its words", "<meter value=\"1\">1 %</meter>", "1 %"},
      {"a heading's own link goes", "<h2 id=\"x\">X<a class=\"anchor\" href=\"#x\"></a></h2>",
       "<h2 id=\"x\">X</h2>"},
      {"no level is left out", "<h1>a</h1><h4>b</h4><h2>c</h2><h6>d</h6>",
       "<h2>a</h2><h3>b</h3><h3>c</h3><h4>d</h4>"},
      {"neighbours stay neighbours", "<h2>a</h2><h2>b</h2><h3>c</h3><h3>d</h3>",
       "<h2>a</h2><h2>b</h2><h3>c</h3><h3>d</h3>"},
      {"cells say whom they head",
       "<table><thead><tr><th>a</th></tr></thead><tr><th>b</th></tr></table>",
       "<table class=\"short\"><thead><tr><th scope=\"col\">a</th></tr></thead>"
       "<tr><th scope=\"row\">b</th></tr></table>"},
      {"a link within stays within", "<a href=\"#x\">x</a><a href=\"/posts/lamp/#y\">y</a>",
       "<a href=\"#x\">x</a><a href=\"#y\">y</a>"},
      {"a link of the site is absolute", "<a href=\"/about/\">x</a>",
       "<a href=\"https://press.example/about/\">x</a>"},
      {"a script is no link", "<a href=\"javascript:alert(1)\">x</a><a href=\"data:x,y\">y</a>",
       "<a>x</a><a>y</a>"},
      {"roles of notes go", "<a href=\"#n\" role=\"doc-noteref\">1</a>", "<a href=\"#n\">1</a>"},
      {"a video is its address",
       "<video src=\"/v.mp4\" title=\"T\" controls>no <b>video</b></video>",
       "<span class=\"place\">▶ T <a href=\"https://press.example/v.mp4\">press.example/v.mp4</a>"
       "</span>"},
      {"a sound is its source's", "<audio><source src=\"https://a.example/b.ogg\"></audio>",
       "<span class=\"place\">▶ <a href=\"https://a.example/b.ogg\">a.example/b.ogg</a></span>"},
      {"a frame with a file is the post's address",
       "<iframe src=\"file:///etc/passwd\"><p></iframe>z",
       "<span class=\"place\">↗ <a href=\"https://press.example/posts/lamp/\">"
       "press.example/posts/lamp</a></span>z"},
      {"an image from elsewhere is its words and its address",
       "<img src=\"http://169.254.169.254/x\" srcset=\"http://e.example/2 2x\" alt=\"a &amp; b\">",
       "<span class=\"place\">↗ a &amp; b <a href=\"http://169.254.169.254/x\">169.254.169.254/x"
       "</a></span>"},
      {"a drawing keeps nothing that is elsewhere",
       "<svg viewBox=\"0 0 1 1\" onload=\"x()\"><image href=\"http://e.example/\"/>"
       "<use xlink:href=\"#a\"/><use href=\"http://e.example/#a\"/>"
       "<path fill=\"url(#g)\" stroke=\"URL ( http://e.example/)\" style=\"fill:\\75rl(x)\"/>"
       "<script>x</script><foreignObject><p>y</p></foreignObject></svg><p>z</p>",
       "<svg viewBox=\"0 0 1 1\"><use xlink:href=\"#a\"/><use/><path fill=\"url(#g)\"/></svg>"
       "<p>z</p>"},
  };
  for (const Case& one : cases) {
    BOOST_TEST_CONTEXT(one.about) {
      BOOST_TEST(html_of(one.given) == one.wanted);
    }
  }
}

BOOST_AUTO_TEST_CASE(images_of_the_site_are_asked_for_once_each) {
  const PrintBody body = made(
      "<img src=\"/content/images/a%20b.png?v=1\" alt=\"A\" loading=\"lazy\" width=\"3\">"
      "<img src=\"https://press.example/content/images/a%20b.png\">"
      "<img src=\"/content/images/gone.png\" alt=\"G\"><img src=\"/content/images/..%2fx\">");
  BOOST_TEST(body.images == std::vector<std::string>{"a b.png"}, boost::test_tools::per_element());
  BOOST_TEST(body.html.starts_with(
      "<img src=\"https://press.example/content/images/a%20b.png\" width=\"3\" alt=\"A\">"
      "<img src=\"https://press.example/content/images/a%20b.png\" alt=\"\">"
      "<span class=\"place\">↗ G "));
  BOOST_TEST(image_address(kBase, "ü/a'(b).png") ==
             "https://press.example/content/images/%C3%BC/a%27%28b%29.png");
}

BOOST_AUTO_TEST_CASE(links_out_are_numbered_by_address) {
  const PrintBody body = made(
      "<a href=\"https://a.example/\">A</a> <a href=\"https://b.example/x?y=1&amp;z=2\">B</a> "
      "<a href=\"https://a.example/\">A again</a> "
      "<a href=\"https://c.example/\"><b>https://c.example</b></a> "
      "<a href=\"mailto:x@y.example\">x</a>");
  const std::vector<std::string> wanted = {"https://a.example/", "https://b.example/x?y=1&z=2"};
  BOOST_TEST(body.addresses == wanted, boost::test_tools::per_element());
  BOOST_TEST(body.html.find("A again</a><sup class=\"ref\"><a href=\"#_l1\">[1]</a></sup>") !=
             std::string::npos);
  BOOST_TEST(body.html.find("[3]") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_the_style_cannot_see_is_said_by_a_class) {
  const std::string word(30, 'x');
  BOOST_TEST(html_of("<p>a <b>" + word + "</b></p>").starts_with("<p class=\"ragged\">"));
  BOOST_TEST(html_of("<p>a b c</p><p>" + word + "</p>").starts_with("<p>"));
  std::string cells, rows;
  for (int i = 0; i < 10; ++i) cells += "<td>x</td>";
  for (int i = 0; i < 13; ++i) rows += "<tr><td>x</td></tr>";
  BOOST_TEST(html_of("<table><tr>" + cells + "</tr></table>")
                 .starts_with("<table class=\"crowded short\">"));
  BOOST_TEST(html_of("<table>" + rows + "</table>").starts_with("<table>"));
  BOOST_TEST(html_of("<pre>a\nb\n</pre>").starts_with("<pre class=\"short\">"));
  BOOST_TEST(html_of("<pre>" + std::string(16, '\n') + "</pre>").starts_with("<pre>"));
}

BOOST_AUTO_TEST_CASE(what_never_ends_is_read_once) {
  std::string bomb;
  for (int i = 0; i < 100000; ++i) bomb += "<p><table><tr><video>";
  BOOST_TEST(html_of(bomb).size() < 30 * bomb.size());
}

BOOST_AUTO_TEST_SUITE_END()
