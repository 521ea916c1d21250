// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "base/escape.h"

#include <boost/test/unit_test.hpp>

using namespace octavo;

BOOST_AUTO_TEST_SUITE(base_escape_test)

BOOST_AUTO_TEST_CASE(html_and_xml_are_escaped) {
  BOOST_TEST(html_escape("<a href=\"x\" title='y'>&") ==
             "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;");
  BOOST_TEST(xml_escape("a\x01"
                        "b\xef\xbf\xbf<") ==
             "a\xef\xbf\xbd"
             "b\xef\xbf\xbd&lt;");
}

BOOST_AUTO_TEST_CASE(paths_are_percent_encoded) {
  BOOST_TEST(percent_encode_segment("a/b c~\xc3\xa4") == "a%2Fb%20c~%C3%A4");
  BOOST_TEST(percent_encode_path("/a b/%2F/%zz") == "/a%20b/%2F/%25zz");
  BOOST_TEST(percent_encode_path("/a\r\nSet-Cookie: x") == "/a%0D%0ASet-Cookie:%20x");
  BOOST_TEST(*percent_decode("a%2fb%41") == "a/bA");
  for (const char* bad : {"%", "%a", "%zz", "x%4"}) BOOST_TEST(!percent_decode(bad));
}

BOOST_AUTO_TEST_CASE(json_strings_cannot_leave_a_script) {
  BOOST_TEST(json_quote("</script>\"\\\n\x01") == "\"\\u003c/script\\u003e\\\"\\\\\\n\\u0001\"");
}

BOOST_AUTO_TEST_SUITE_END()
