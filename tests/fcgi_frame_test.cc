// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "fcgi/frame.h"

#include <boost/test/unit_test.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "fcgi/record.h"
#include "http/message.h"

namespace octavo {
namespace {

struct Unframed {
  std::string text;  // STDOUT put together
  std::vector<RecordHeader> records;
  bool whole = false;  // well-formed, ending in the empty STDOUT and END_REQUEST
};

Unframed unframe(std::string_view bytes) {
  Unframed result;
  while (bytes.size() >= kRecordHeader) {
    const RecordHeader header = read_header(bytes.data());
    if (bytes.size() < kRecordHeader + header.content + header.padding) return result;
    if (header.type == kStdout) result.text += bytes.substr(kRecordHeader, header.content);
    result.records.push_back(header);
    bytes.remove_prefix(kRecordHeader + header.content + header.padding);
  }
  const std::size_t count = result.records.size();
  result.whole = bytes.empty() && count >= 2 && result.records[count - 1].type == kEndRequest &&
                 result.records[count - 1].content == 8 &&
                 result.records[count - 2].type == kStdout &&
                 result.records[count - 2].content == 0;
  return result;
}

Response response(int status, std::string body) {
  Response made;
  made.status = status;
  made.headers = {{"Content-Type", "text/html"}};
  made.body = std::make_shared<const std::string>(std::move(body));
  return made;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fcgi_frame_test)

BOOST_AUTO_TEST_CASE(bodies_of_any_size_survive_framing) {
  for (const std::size_t size : {0u, 1u, 7u, 8u, 65400u, 65527u, 65528u, 65529u, 65535u, 65536u,
                                 131056u, 131057u, 1000000u}) {
    std::string body(size, 'x');
    for (std::size_t i = 0; i < size; ++i) body[i] = static_cast<char>('a' + i % 23);
    const Framed framed = frame(response(200, body));
    const Unframed back = unframe(*framed);
    BOOST_TEST_CONTEXT("size " << size) {
      BOOST_TEST(back.whole);
      BOOST_TEST((back.text == "Content-Type: text/html\r\nContent-Length: " +
                                   std::to_string(size) + "\r\n\r\n" + body));
      std::size_t empty = 0;
      for (const RecordHeader& record : back.records) {
        BOOST_TEST(record.id == 1u);
        BOOST_TEST(record.version == 1u);
        if (record.type == kStdout && record.content == 0) ++empty;
      }
      BOOST_TEST(empty == 1u);  // an empty STDOUT record ends the stream
    }
  }
}

BOOST_AUTO_TEST_CASE(status_line_is_left_out_for_200_alone) {
  BOOST_TEST(unframe(*frame(response(200, "x"))).text.find("Status:") == std::string::npos);
  BOOST_TEST(unframe(*frame(response(404, "x"))).text.starts_with("Status: 404 Not Found\r\n"));
  BOOST_TEST(
      unframe(*frame(response(301, ""))).text.starts_with("Status: 301 Moved Permanently\r\n"));
}

BOOST_AUTO_TEST_CASE(head_tells_the_length_and_sends_nothing) {
  Response made = response(200, "twelve bytes");
  made.head = true;
  BOOST_TEST(unframe(*frame(made)).text == "Content-Type: text/html\r\nContent-Length: 12\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(not_modified_and_no_content_have_neither_body_nor_length) {
  for (const int status : {204, 304}) {
    const std::string text = unframe(*frame(response(status, "never"))).text;
    BOOST_TEST(text.find("Content-Length") == std::string::npos);
    BOOST_TEST(text.ends_with("\r\n\r\n"));
  }
}

BOOST_AUTO_TEST_CASE(a_null_body_is_an_empty_one) {
  Response made;
  BOOST_TEST(unframe(*frame(made)).text == "Content-Length: 0\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(a_length_that_is_given_is_not_doubled) {
  Response made = response(200, "abc");
  made.headers.push_back({"content-length", "3"});
  const std::string text = unframe(*frame(made)).text;
  BOOST_TEST(text == "Content-Type: text/html\r\ncontent-length: 3\r\n\r\nabc");
}

BOOST_AUTO_TEST_CASE(line_ends_and_nul_never_reach_a_header) {
  Response made;
  made.headers = {{"Location", std::string("/a\r\nSet-Cookie: x=1\n\0b", 22)},
                  {"X\r\n-Y", "\r\n\r\n<script>"}};
  BOOST_TEST(cgi_head(made) == "Location: /aSet-Cookie: x=1b\r\nX-Y: <script>\r\n\r\n");
}

BOOST_AUTO_TEST_CASE(every_record_gets_the_other_id) {
  const Framed framed = frame(response(200, std::string(200000, 'x')));
  for (const unsigned id : {1u, 2u, 255u, 256u, 4660u, 65535u}) {
    const std::string other = with_request_id(*framed, id);
    const Unframed back = unframe(other);
    BOOST_TEST(back.whole);
    for (const RecordHeader& record : back.records) BOOST_TEST(record.id == id);
    BOOST_TEST((with_request_id(other, 1) == *framed));
  }
}

BOOST_AUTO_TEST_CASE(faults_are_whole_answers_that_no_cache_keeps) {
  for (const int status : {400, 413, 431, 500}) {
    const Unframed back = unframe(*frame_fault(status));
    BOOST_TEST(back.whole);
    BOOST_TEST(back.text.starts_with("Status: " + std::to_string(status) + " "));
    BOOST_TEST(back.text.find("X-Accel-Expires: 0\r\nCache-Control: no-store\r\n") !=
               std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(all_statuses_in_use_have_a_phrase) {
  for (const int status : {200, 301, 304, 400, 404, 405, 413, 414, 431, 500, 503}) {
    BOOST_TEST(reason_phrase(status) != "Unknown");
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace octavo
