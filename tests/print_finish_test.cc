// SPDX-License-Identifier: GPL-3.0-or-later
#include "print/finish.h"

#include <boost/test/unit_test.hpp>

#include "print/base64.h"
#include "print/find_browser.h"
#include "print/xmp.h"

namespace octavo {

namespace {

// The least that a reader takes for a PDF: one page with one word and a number without a mark.
std::string least_pdf() {
  const std::string content =
      "q /P <</MCID 0>> BDC BT /F1 9 Tf (word) Tj ET EMC Q BT /F1 9 Tf (1) Tj ET 0 0 9 9 re f";
  const std::string objects[] = {
      "<</Type /Catalog /Pages 2 0 R>>",
      "<</Type /Pages /Kids [3 0 R] /Count 1>>",
      "<</Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R /Resources <</Font <</F1 "
      "<</Type /Font /Subtype /Type1 /BaseFont /Courier>> >> >> /Annots [<</Type /Annot /Subtype "
      "/Link /Rect [0 0 9 9] /A <</S /URI /URI (https://example.org/)>> >>] >>",
      "<</Length " + std::to_string(content.size()) + ">>\nstream\n" + content + "\nendstream",
      "<</Creator (Chromium) /Producer (Skia) /CreationDate (D:20200101000000Z)>>",
  };
  std::string pdf = "%PDF-1.4\n", table = "0000000000 65535 f \n";
  int number = 0;
  for (const std::string& object : objects) {
    const std::string at = std::to_string(pdf.size());
    table += std::string(10 - at.size(), '0') + at + " 00000 n \n";
    pdf += std::to_string(++number) + " 0 obj\n" + object + "\nendobj\n";
  }
  const std::string start = std::to_string(pdf.size());
  return pdf + "xref\n0 6\n" + table + "trailer <</Size 6 /Root 1 0 R /Info 5 0 R>>\nstartxref\n" +
         start + "\n%%EOF\n";
}

Job job_for_tests() {
  Job job;
  job.address = "https://blog.example.org/posts/a/";
  job.title = "Tïtle <&>";
  job.author = "Ada";
  job.lang = "en";
  job.keywords = {"one", "two"};
  job.published = 1764000000;
  return job;
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(print_finish_test)

BOOST_AUTO_TEST_CASE(the_same_pages_make_the_same_bytes) {
  const Finished one = finish_pdf(least_pdf(), job_for_tests(), "Octavo 1");
  BOOST_TEST(one.pages == 1u);
  BOOST_TEST(one.has_fonts);
  BOOST_TEST((finish_pdf(least_pdf(), job_for_tests(), "Octavo 1").bytes == one.bytes));
  Job other = job_for_tests();
  other.title += '.';
  BOOST_TEST((finish_pdf(least_pdf(), other, "Octavo 1").bytes != one.bytes));
  BOOST_TEST(contains(one.bytes, "Tïtle &lt;&amp;&gt;</rdf:li>"));
  BOOST_TEST(contains(one.bytes, "<pdf:Producer>Skia</pdf:Producer>"));
}

BOOST_AUTO_TEST_CASE(what_is_finished_can_be_finished_again) {
  const Finished one = finish_pdf(least_pdf(), job_for_tests(), "Octavo 1");
  BOOST_TEST(finish_pdf(one.bytes, job_for_tests(), "Octavo 1").pages == 1u);
}

BOOST_AUTO_TEST_CASE(a_damaged_file_is_refused) {
  const std::string whole = least_pdf();
  for (const std::string& bytes :
       {std::string(), std::string("%PDF-1.4"), std::string(9999, '\0'), whole.substr(0, 200),
        whole.substr(0, whole.size() / 2), "%PDF-1.4\ntrailer <</Root 1 0 R>>\n%%EOF" + whole}) {
    BOOST_CHECK_THROW(finish_pdf(bytes, job_for_tests(), "Octavo 1"), FinishError);
  }
}

BOOST_AUTO_TEST_CASE(dates_are_the_posts) {
  Job job = job_for_tests();
  BOOST_TEST(pdf_date(job.published) == "D:20251124160000Z");
  BOOST_TEST(last_change(job) == job.published);
  job.updated = 1764086400;
  BOOST_TEST(last_change(job) == job.updated);
  const std::string xmp = xmp_packet(job, "Octavo 1", "Skia", true);
  BOOST_TEST(contains(xmp, "<xmp:CreateDate>2025-11-24T16:00:00Z</xmp:CreateDate>"));
  BOOST_TEST(contains(xmp, "<xmp:ModifyDate>2025-11-25T16:00:00Z</xmp:ModifyDate>"));
  BOOST_TEST(contains(xmp, "<pdfuaid:part>1</pdfuaid:part>"));
  const std::string bare = xmp_packet(Job{}, "Octavo 1", "", false);
  BOOST_TEST(!contains(bare, "Date"));
  BOOST_TEST(!contains(bare, "pdfuaid:part"));
}

BOOST_AUTO_TEST_CASE(base64_goes_there_and_back) {
  for (const std::string& bytes : {std::string(), std::string("f"), std::string("fo"),
                                   std::string("foo"), std::string("\0\xff\x80", 3)}) {
    BOOST_TEST((from_base64(to_base64(bytes)) == bytes));
  }
  BOOST_TEST(to_base64("fo") == "Zm8=");
  for (const char* text : {"Zm8", "Zm8*", "=Zm8", "Z===", "Zm=8"}) {
    BOOST_TEST(!from_base64(text).has_value(), text);
  }
}

BOOST_AUTO_TEST_CASE(a_version_is_found_in_what_browsers_say) {
  BOOST_TEST(chrome_version("Chromium 156.0.8078.79 built on Debian 12.5\n") ==
             "Chrome/156.0.8078.79");
  BOOST_TEST(chrome_version("HeadlessChrome/156.0.1") == "Chrome/156.0.1");
  BOOST_TEST(chrome_version("Google Chrome 9") == "Chrome/9");
  BOOST_TEST(chrome_version("true (GNU coreutils) 9.1").empty());
  BOOST_TEST(chrome_version("").empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace octavo
