// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "fcgi/guard.h"

#include <boost/test/unit_test.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fcgi/intake.h"
#include "fcgi/parse.h"
#include "fcgi/record.h"

namespace octavo {
namespace {

std::string pair(std::string_view name, std::string_view value) {
  std::string out;
  append_pair(out, name, value);
  return out;
}

// A pair whose lengths are what is said, not what is there.
std::string lying_pair(std::uint32_t name_length, std::uint32_t value_length,
                       std::string_view bytes) {
  std::string out;
  for (const std::uint32_t length : {name_length, value_length}) {
    for (const unsigned shift : {24u, 16u, 8u, 0u}) {
      out.push_back(static_cast<char>(((length | 0x80000000u) >> shift) & 0xff));
    }
  }
  return out.append(bytes);
}

std::string record(unsigned type, unsigned id, std::string_view content = {}, unsigned padding = 0,
                   unsigned version = 1) {
  std::string out;
  append_header(
      out,
      {.version = version, .type = type, .id = id, .content = content.size(), .padding = padding});
  return out.append(content).append(padding, '#');
}

std::string begin(unsigned id = 1, unsigned flags = 1, unsigned role = 1) {
  std::string out;
  append_begin_request(out, id, role, flags);
  return out;
}

const std::string& usual() {
  static const std::string parameters = pair("REQUEST_METHOD", "GET") + pair("REQUEST_URI", "/");
  return parameters;
}

std::string request(unsigned id = 1, unsigned flags = 1, const std::string& parameters = usual()) {
  return begin(id, flags) + record(kParams, id, parameters) + record(kParams, id) +
         record(kStdin, id);
}

std::string end(unsigned id, ProtocolStatus status) {
  std::string out;
  append_end_request(out, id, status);
  return out;
}

std::string unknown(unsigned type) {
  return record(kUnknownType, 0, std::string(1, static_cast<char>(type)) + std::string(7, '\0'));
}

constexpr GuardLimits kLimits{
    .parameter_bytes = 4096, .parameters = 16, .body_bytes = 100000, .connections = 77};

// What an intake makes of bytes: "request 1", "refusal 1 400 distrust", "broken", answers as text.
std::vector<std::string> steps(std::string_view bytes, std::size_t piece) {
  std::vector<std::string> told;
  std::string answers;
  const auto flush = [&] {
    if (!answers.empty()) told.push_back("answer " + std::exchange(answers, {}));
  };
  Intake intake;
  while (!bytes.empty()) {
    std::string_view part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    for (;;) {
      const Step step = intake.take(part, kLimits);
      if (step.kind == Step::Kind::hungry) break;
      std::string text;
      if (step.kind == Step::Kind::answer) {
        answers += step.answer;
        if (!step.close && !step.distrust) continue;
        flush();
        text = "after that";
      } else {
        flush();
        if (step.kind == Step::Kind::broken) {
          told.push_back("broken");
          return told;
        }
        text =
            (step.kind == Step::Kind::request ? "request " : "refusal ") + std::to_string(step.id);
        if (step.kind == Step::Kind::refusal) text += " " + std::to_string(step.status);
      }
      if (step.close) text += " close";
      if (step.distrust) text += " distrust";
      told.push_back(text);
    }
  }
  flush();
  if (intake.pending()) told.push_back("pending");
  return told;
}

struct Exchange {
  const char* name;
  std::string bytes;
  std::vector<std::string> expected;
};

std::vector<Exchange> exchanges() {
  const std::string params = record(kParams, 1, usual());
  const std::string params_end = record(kParams, 1);
  const std::string stdin_end = record(kStdin, 1);
  const std::string head = begin() + params + params_end;
  const std::string mpxs = pair("FCGI_MPXS_CONNS", "");
  const std::string cut = "answer ";
  const auto values = [](std::string_view result) { return record(kGetValuesResult, 0, result); };
  const std::string closing = begin(1, 0) + params + params_end;
  std::vector<Exchange> list = {
      {"nothing", "", {}},
      {"plain", request(), {"request 1"}},
      {"not kept", request(1, 0), {"request 1 close"}},
      {"unknown flags are read over", request(1, 0xfe), {"request 1 close"}},
      {"unknown flags and keep", request(1, 0xff), {"request 1"}},
      {"id 65535", request(65535), {"request 65535"}},
      {"id 256", request(256), {"request 256"}},
      {"two pipelined", request(1) + request(7), {"request 1", "request 7"}},
      {"the same id again", request(3) + request(3), {"request 3", "request 3"}},
      {"a body", head + record(kStdin, 1, "a=b") + stdin_end, {"request 1"}},
      {"a body in pieces",
       head + record(kStdin, 1, "a") + record(kStdin, 1, "b", 3) + stdin_end,
       {"request 1"}},
      {"a body at the limit",
       head + record(kStdin, 1, std::string(50000, 'x')) +
           record(kStdin, 1, std::string(50000, 'x')) + stdin_end,
       {"request 1"}},
      {"a body beyond the limit",
       head + record(kStdin, 1, std::string(60000, 'x')) +
           record(kStdin, 1, std::string(60000, 'x')),
       {"refusal 1 413 close distrust"}},
      {"what follows a large body is foreign",
       head + record(kStdin, 1, std::string(60000, 'x')) +
           record(kStdin, 1, std::string(60000, 'x')) + record(kStdin, 1, "rest") + stdin_end,
       {"refusal 1 413 close distrust"}},
      {"CONTENT_LENGTH -1", request(1, 1, usual() + pair("CONTENT_LENGTH", "-1")), {"request 1"}},
      {"CONTENT_LENGTH lies",
       begin() + record(kParams, 1, usual() + pair("CONTENT_LENGTH", "5")) + params_end +
           record(kStdin, 1, "much longer than five") + stdin_end,
       {"request 1"}},
      {"padding behind BEGIN",
       record(kBeginRequest, 1, begin().substr(8), 8) + params + params_end + stdin_end,
       {"request 1"}},
      {"padding of 255 everywhere",
       record(kBeginRequest, 1, begin().substr(8), 255) + record(kParams, 1, usual(), 255) +
           record(kParams, 1, "", 255) + record(kStdin, 1, "", 255),
       {"request 1"}},
      {"padding not yet whole",
       begin() + params + params_end + record(kStdin, 1, "", 9).substr(0, 12),
       {"pending"}},
      {"parameters in single bytes",
       [] {
         std::string bytes = begin();
         for (const char byte : usual()) bytes += record(kParams, 1, std::string(1, byte));
         return bytes + record(kParams, 1) + record(kStdin, 1);
       }(),
       {"request 1"}},
      {"an empty foreign record before PARAMS",
       begin() + record(kParams, 9) + params + params_end + stdin_end,
       {"request 1"}},
      {"an empty foreign STDIN",
       begin() + params + record(kStdin, 9) + params_end + stdin_end,
       {"request 1"}},
      {"foreign records with content",
       begin() + record(kParams, 2, "garbage") + params + record(kData, 5, "x", 7) + params_end +
           stdin_end,
       {"request 1"}},
      {"foreign records alone", record(kParams, 2, "x") + record(kStdin, 2), {}},
      {"records of a finished request",
       request() + record(kStdin, 1) + record(kParams, 1, "x"),
       {"request 1"}},
      {"DATA for a responder",
       begin() + params + params_end + record(kData, 1, "x") + stdin_end,
       {"request 1"}},
      {"a record of the wrong direction",
       begin() + record(kStdout, 1, "x") + params + record(kEndRequest, 1, "12345678") +
           params_end + stdin_end,
       {"request 1"}},
      {"a record of an unknown type with an id",
       begin() + record(77, 1, "x") + params + params_end + stdin_end,
       {"request 1"}},

      {"a lone GET_VALUES",
       record(kGetValues, 0, mpxs),
       {cut + values(pair("FCGI_MPXS_CONNS", "0"))}},
      {"GET_VALUES of all",
       record(kGetValues, 0, pair("FCGI_MAX_CONNS", "") + pair("FCGI_MAX_REQS", "") + mpxs),
       {cut + values(pair("FCGI_MAX_CONNS", "77") + pair("FCGI_MAX_REQS", "77") +
                     pair("FCGI_MPXS_CONNS", "0"))}},
      {"GET_VALUES with four repeats",
       record(kGetValues, 0, mpxs + mpxs + mpxs + mpxs),
       {cut + values(pair("FCGI_MPXS_CONNS", "0"))}},
      {"GET_VALUES with 3000 repeats",
       record(kGetValues, 0,
              [&] {
                std::string many;
                for (int i = 0; i < 3000; ++i) many += mpxs;
                return many;
              }()),
       {cut + values(pair("FCGI_MPXS_CONNS", "0"))}},
      {"GET_VALUES with values",
       record(kGetValues, 0, pair("FCGI_MAX_CONNS", "9999999999")),
       {cut + values(pair("FCGI_MAX_CONNS", "77"))}},
      {"GET_VALUES of an unknown name",
       record(kGetValues, 0, pair("FCGI_WHATEVER", "")),
       {cut + values("")}},
      {"GET_VALUES of nothing", record(kGetValues, 0), {cut + values("")}},
      {"GET_VALUES with padding",
       record(kGetValues, 0, mpxs, 255),
       {cut + values(pair("FCGI_MPXS_CONNS", "0"))}},
      {"GET_VALUES that is cut off", record(kGetValues, 0, mpxs.substr(0, 9)), {cut + values("")}},
      {"GET_VALUES with lengths near 2^31",
       record(kGetValues, 0, mpxs + lying_pair(0x7ffffffe, 0x7ffffffe, "x")),
       {cut + values(pair("FCGI_MPXS_CONNS", "0"))}},
      {"GET_VALUES with an id", record(kGetValues, 1, mpxs), {}},
      {"GET_VALUES within a request",
       begin() + record(kGetValues, 0, mpxs) + params + params_end + stdin_end,
       {cut + values(pair("FCGI_MPXS_CONNS", "0")), "request 1"}},
      {"GET_VALUES between BEGIN and its end",
       begin() + params + params_end + record(kGetValues, 0, "") + stdin_end,
       {cut + values(""), "request 1"}},
      {"an unknown management record", record(42, 0, "hello"), {cut + unknown(42)}},
      {"unknown management records, empty and padded",
       record(12, 0) + record(255, 0, "", 255),
       {cut + unknown(12) + unknown(255)}},
      {"type 0", record(0, 0), {cut + unknown(0)}},
      {"application types without an id",
       record(kParams, 0, "x") + record(kStdin, 0),
       {cut + unknown(kParams) + unknown(kStdin)}},
      {"GET_VALUES_RESULT from the peer", record(kGetValuesResult, 0), {cut + unknown(10)}},
      {"an unknown one within a request",
       begin() + params + record(99, 0) + params_end + stdin_end,
       {cut + unknown(99), "request 1"}},

      {"a second BEGIN",
       begin() + begin(2) + params + params_end + stdin_end,
       {cut + end(2, ProtocolStatus::cant_mpx_conn), "request 1"}},
      {"two interleaved",
       begin() + begin(2) + params + record(kParams, 2, usual()) + params_end + record(kParams, 2) +
           record(kStdin, 2) + stdin_end,
       {cut + end(2, ProtocolStatus::cant_mpx_conn), "request 1"}},
      {"a second BEGIN, then a third request",
       begin() + begin(2) + params + params_end + stdin_end + request(2),
       {cut + end(2, ProtocolStatus::cant_mpx_conn), "request 1", "request 2"}},
      {"a second BEGIN of another role",
       begin() + begin(2, 1, 3) + params + params_end + stdin_end,
       {cut + end(2, ProtocolStatus::cant_mpx_conn), "request 1"}},
      {"the same BEGIN twice",
       begin() + begin() + params + params_end + stdin_end,
       {cut + end(1, ProtocolStatus::cant_mpx_conn), "after that close distrust"}},
      {"an authorizer",
       begin(1, 1, 2) + params + params_end + stdin_end,
       {cut + end(1, ProtocolStatus::unknown_role)}},
      {"a filter, not kept",
       begin(4, 0, 3) + record(kParams, 4, usual()),
       {cut + end(4, ProtocolStatus::unknown_role), "after that close distrust"}},
      {"role 0", begin(1, 1, 0), {cut + end(1, ProtocolStatus::unknown_role)}},
      {"role 256 + 1", begin(1, 1, 257), {cut + end(1, ProtocolStatus::unknown_role)}},
      {"an unknown role, then a request",
       begin(1, 1, 9) + params + params_end + stdin_end + request(1),
       {cut + end(1, ProtocolStatus::unknown_role), "request 1"}},
      {"ABORT before PARAMS",
       begin() + record(kAbortRequest, 1),
       {cut + end(1, ProtocolStatus::request_complete)}},
      {"ABORT within PARAMS",
       begin() + params + record(kAbortRequest, 1) + request(1),
       {cut + end(1, ProtocolStatus::request_complete), "request 1"}},
      {"ABORT within the body",
       head + record(kStdin, 1, "x") + record(kAbortRequest, 1) + stdin_end,
       {cut + end(1, ProtocolStatus::request_complete)}},
      {"ABORT, not kept",
       closing + record(kAbortRequest, 1),
       {cut + end(1, ProtocolStatus::request_complete), "after that close"}},
      {"ABORT of nobody", record(kAbortRequest, 3), {}},
      {"ABORT of another",
       begin() + record(kAbortRequest, 3) + params + params_end + stdin_end,
       {"request 1"}},

      {"BEGIN alone", begin(), {"pending"}},
      {"half a header", begin().substr(0, 5), {"pending"}},
      {"PARAMS without their end", begin() + params, {"pending"}},
      {"no STDIN", head, {"pending"}},
      {"STDIN before the end of PARAMS",
       begin() + params + stdin_end,
       {"refusal 1 400 close distrust"}},
      {"a body before the end of PARAMS",
       begin() + record(kStdin, 1, "x"),
       {"refusal 1 400 close distrust"}},
      {"PARAMS after their end", head + params, {"refusal 1 400 close distrust"}},
      {"an empty PARAMS too many", head + params_end, {"refusal 1 400 close distrust"}},
      {"no parameters at all", begin() + params_end + stdin_end, {"request 1"}},

      {"version 0", record(kBeginRequest, 1, begin().substr(8), 0, 0), {"broken"}},
      {"version 2", record(kBeginRequest, 1, begin().substr(8), 0, 2), {"broken"}},
      {"version 2 within PARAMS",
       begin() + params + record(kParams, 1, "", 0, 2) + stdin_end,
       {"broken"}},
      {"version 255 for STDIN", head + record(kStdin, 1, "", 0, 255), {"broken"}},
      {"HTTP", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", {"broken"}},
      {"TLS", std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc", 9), {"broken"}},
      {"zeroes", std::string(64, '\0'), {"broken"}},
      {"BEGIN with id 0", begin(0), {"broken"}},
      {"a short BEGIN", record(kBeginRequest, 1, "1234567"), {"broken"}},
      {"a long BEGIN", record(kBeginRequest, 1, "123456789"), {"broken"}},
      {"an empty BEGIN", record(kBeginRequest, 1), {"broken"}},
      {"an answer, then garbage",
       record(kGetValues, 0) + std::string(8, 'x'),
       {cut + values(""), "broken"}},
  };
  const auto with = [&](const char* name, const std::string& parameters, const char* expected) {
    list.push_back({name, request(1, 1, parameters), {expected}});
  };
  with("both lengths near 2^31", lying_pair(0x7ffffffe, 0x7ffffffe, ""), "refusal 1 400");
  with("both lengths 2^31 - 1", lying_pair(0x7fffffff, 0x7fffffff, "xyz"), "refusal 1 400");
  with("a name of 2 GiB", lying_pair(0x7ffffff0, 0, "x"), "refusal 1 400");
  with("a value of 2 GiB", lying_pair(1, 0x7fffffff, "x"), "refusal 1 400");
  with("a name one too long", usual() + lying_pair(4, 0, "abc"), "refusal 1 400");
  with("a value one too long", usual() + lying_pair(1, 3, "abc"), "refusal 1 400");
  with("long lengths for short texts", usual() + lying_pair(1, 2, "abc"), "request 1");
  with("a lone length", usual() + std::string(1, '\x03'), "refusal 1 400");
  with("three bytes of four", usual() + std::string("\x80\x00\x00", 3), "refusal 1 400");
  with("a name's length without the value's", usual() + std::string("\x80\x00\x00\x01", 4),
       "refusal 1 400");
  with("half a value's length", usual() + std::string("\x01\x80\x00", 3), "refusal 1 400");
  with("an empty name", usual() + pair("", "x"), "refusal 1 400");
  with("an empty pair", usual() + pair("", ""), "refusal 1 400");
  with("an empty value", usual() + pair("A", ""), "request 1");
  with("NUL in a value", usual() + pair("A", std::string_view("x\0y", 3)), "refusal 1 400");
  with("NUL in a name", usual() + pair(std::string_view("A\0", 2), "x"), "refusal 1 400");
  with("NUL at the end of the target", pair("REQUEST_URI", std::string_view("/\0", 2)),
       "refusal 1 400");
  with("= in a name", usual() + pair("A=B", "x"), "request 1");
  with("= in a value", usual() + pair("A", "B=C"), "request 1");
  with("a line end in a value", usual() + pair("A", "x\r\ny"), "request 1");
  with("high bytes", usual() + pair("\xff\xfe", "\x80"), "request 1");
  with("the same name twice", usual() + pair("A", "1") + pair("A", "2"), "request 1");
  with("a value of 127", usual() + pair("A", std::string(127, 'x')), "request 1");
  with("a value of 128", usual() + pair("A", std::string(128, 'x')), "request 1");
  const auto many = [](std::size_t count) {
    std::string all = usual();
    for (std::size_t i = 2; i < count; ++i) all += pair("N" + std::to_string(i), "v");
    return all;
  };
  with("16 parameters", many(16), "request 1");
  with("17 parameters", many(17), "refusal 1 431");
  with("17 parameters and a cut", many(17) + "\x05", "refusal 1 431");
  const auto sized = [](std::size_t size) {
    return usual() + pair("A", std::string(size - usual().size() - 6, 'x'));
  };
  with("4096 bytes of parameters", sized(4096), "request 1");
  with("4097 bytes of parameters", sized(4097), "refusal 1 431");
  with("60000 bytes of parameters", sized(60000), "refusal 1 431");
  list.push_back({"too many, and the connection goes on",
                  request(1, 1, sized(9000)) + request(2),
                  {"refusal 1 431", "request 2"}});
  list.push_back({"too many, not kept", request(1, 0, sized(9000)), {"refusal 1 431 close"}});
  list.push_back({"malformed, and the connection goes on",
                  request(1, 1, "\x05") + request(2),
                  {"refusal 1 400", "request 2"}});
  list.push_back({"malformed with a body",
                  begin() + record(kParams, 1, "\x05") + record(kParams, 1) +
                      record(kStdin, 1, "x") + record(kStdin, 1),
                  {"refusal 1 400"}});
  list.push_back({"PARAMS without end",
                  [] {
                    std::string bytes = begin();
                    for (int i = 0; i < 20; ++i) {
                      bytes += record(kParams, 1, std::string(65535, 'x'));
                    }
                    return bytes;
                  }(),
                  {"refusal 1 431 close distrust"}});
  return list;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fcgi_guard_test)

BOOST_AUTO_TEST_CASE(every_exchange_is_understood_however_it_is_cut) {
  const std::vector<Exchange> list = exchanges();
  BOOST_TEST(list.size() > 100u);
  for (const Exchange& exchange : list) {
    for (const std::size_t piece : {std::size_t{1} << 30, std::size_t{1}, std::size_t{3},
                                    std::size_t{8}, std::size_t{1000}}) {
      BOOST_TEST_CONTEXT(exchange.name << ", in pieces of " << piece) {
        BOOST_TEST(steps(exchange.bytes, piece) == exchange.expected,
                   boost::test_tools::per_element());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(plain_is_what_the_intake_calls_one_request_and_nothing_else) {
  for (const Exchange& exchange : exchanges()) {
    const auto plain = plain_request(exchange.bytes, kLimits);
    if (!plain) continue;
    BOOST_TEST_CONTEXT(exchange.name) {
      BOOST_TEST(exchange.expected.size() == 1u);
      BOOST_TEST(exchange.expected.front() ==
                 "request " + std::to_string(plain->id) + (plain->keep ? "" : " close"));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_fronts_send_is_plain) {
  // nginx and Caddy pad PARAMS to eight bytes.
  const std::string padded =
      begin(1, 1) + record(kParams, 1, usual(), 5) + record(kParams, 1) + record(kStdin, 1);
  const auto kept = plain_request(padded, kLimits);
  BOOST_REQUIRE(kept.has_value());
  BOOST_TEST(kept->id == 1u);
  BOOST_TEST(kept->keep);
  const auto once = plain_request(request(513, 0), kLimits);
  BOOST_REQUIRE(once.has_value());
  BOOST_TEST(once->id == 513u);
  BOOST_TEST(!once->keep);
}

BOOST_AUTO_TEST_CASE(what_libfcgi_stumbles_over_is_not_plain) {
  const std::string params = record(kParams, 1, usual());
  const std::vector<std::pair<const char*, std::string>> list = {
      {"padding behind BEGIN", record(kBeginRequest, 1, begin().substr(8), 8) + params +
                                   record(kParams, 1) + record(kStdin, 1)},
      {"something behind it", request() + request()},
      {"one byte behind it", request() + "x"},
      {"an empty foreign record",
       begin() + record(kParams, 2) + params + record(kParams, 1) + record(kStdin, 1)},
      {"GET_VALUES before it", record(kGetValues, 0) + request()},
      {"a body",
       begin() + params + record(kParams, 1) + record(kStdin, 1, "x") + record(kStdin, 1)},
      {"PARAMS of another id",
       begin(1) + record(kParams, 2, usual()) + record(kParams, 2) + record(kStdin, 2)},
      {"a wrong version at the end",
       begin() + params + record(kParams, 1) + record(kStdin, 1, "", 0, 2)},
      {"lengths near 2^31", request(1, 1, lying_pair(0x7ffffffe, 0x7ffffffe, ""))},
      {"another role", begin(1, 1, 2) + params + record(kParams, 1) + record(kStdin, 1)},
      {"role 257", begin(1, 1, 257) + params + record(kParams, 1) + record(kStdin, 1)},
      {"no parameters", begin() + record(kParams, 1) + record(kStdin, 1)},
  };
  for (const auto& [name, bytes] : list) {
    BOOST_TEST_CONTEXT(name) {
      BOOST_TEST(!plain_request(bytes, kLimits).has_value());
    }
  }
}

BOOST_AUTO_TEST_CASE(no_prefix_of_a_request_is_plain) {
  const std::string whole = request();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    BOOST_TEST(!plain_request(std::string_view(whole).substr(0, size), kLimits).has_value());
  }
  BOOST_TEST(plain_request(whole, kLimits).has_value());
}

BOOST_AUTO_TEST_CASE(parameters_come_through_cuts_and_padding_unchanged) {
  const std::string value(300, 'v');
  const std::string parameters = usual() + pair("LONG", value);
  std::string bytes = begin();
  for (std::size_t at = 0; at < parameters.size(); at += 7) {
    bytes += record(kParams, 1, parameters.substr(at, 7), static_cast<unsigned>(at % 256));
    bytes += record(kParams, 8, "foreign");
  }
  bytes += record(kParams, 1) + record(kStdin, 1);
  Intake intake;
  std::string_view input = bytes;
  const Step step = intake.take(input, kLimits);
  BOOST_REQUIRE(step.kind == Step::Kind::request);
  BOOST_TEST(intake.parameters() == parameters);
  BOOST_TEST(!intake.pending());
}

BOOST_AUTO_TEST_CASE(libfcgi_sees_what_octavo_reads_and_nothing_else) {
  const std::string read = pair("HTTP_ACCEPT", "text/html") + pair("REQUEST_URI", "/a");
  const std::string others = pair("REQUEST_URI=/evil", "") + pair("HTTP_COOKIE", "x") +
                             pair("REQUEST_UR", "/b") + pair("request_uri", "/c");
  std::string clean = "of the last request";
  write_request(others + read + others, clean);
  BOOST_TEST((clean == request(1, 1, read)));
  BOOST_TEST(plain_request(clean, kLimits).has_value());
  write_request(others, clean);
  BOOST_TEST((clean == begin(1, 1) + record(kParams, 1) + record(kStdin, 1)));
}

BOOST_AUTO_TEST_CASE(large_parameters_are_written_as_several_records) {
  const std::string parameters = usual() + pair("HTTP_ACCEPT", std::string(150000, 'x'));
  std::string clean;
  write_request(parameters + pair("HTTP_X", std::string(70000, 'y')), clean);
  Intake intake;
  std::string_view input = clean;
  const Step step = intake.take(input, {.parameter_bytes = 200000});
  BOOST_REQUIRE(step.kind == Step::Kind::request);
  BOOST_TEST((intake.parameters() == parameters));
}

BOOST_AUTO_TEST_CASE(a_request_line_is_a_token_and_a_target) {
  struct Line {
    std::string_view method, target;
    bool fine;
  };
  const std::vector<Line> lines = {
      {"GET", "/", true},
      {"HEAD", "/a?b=c", true},
      {"get", "/", true},
      {"M-SEARCH", "*", true},
      {"GET", "http://example.org/a", true},
      {"GET", "/\xc3\xa9", true},
      {"GET", "//", true},
      {"", "/", false},
      {"GET", "", false},
      {"G T", "/", false},
      {"GET\r\n", "/", false},
      {"GET:", "/", false},
      {"G\xc3\x89T", "/", false},
      {"GET", "a", false},
      {"GET", "?q", false},
      {"GET", "/a b", false},
      {"GET", "/a\n", false},
      {"GET", "/a\x7f", false},
      {"GET", " /", false},
  };
  for (const Line& line : lines) {
    BOOST_TEST_CONTEXT(line.method << " " << line.target) {
      BOOST_TEST(is_request_line(line.method, line.target) == line.fine);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace octavo
