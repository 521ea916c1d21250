// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "print/client.h"

#include <boost/test/unit_test.hpp>

#include "tests/print_worker.h"
#include "tests/render_site.h"

using namespace octavo;
using octavo::test::FakeWorker;
using octavo::test::Visitor;

namespace {

struct Desk {
  test::Folder folder;
  std::string socket = folder.path() + "/print.sock";
};

Job a_job(std::size_t html) {
  Job job;
  job.address = "https://press.example/posts/p/";
  job.html_size = html;
  job.title = "Title";
  return job;
}

// Steps until `there` or somebody throws.
template <typename There>
void step_until(PrintClient& client, There there) {
  for (int i = 0; i < 2000 && !there(); ++i) {
    pollfd one{client.fd(), client.events(), 0};
    ::poll(&one, 1, 20);
    client.step();
  }
  BOOST_REQUIRE(there());
}

PrintClient::Result run(PrintClient& client, const std::string& html) {
  step_until(client, [&] { return client.hello().has_value(); });
  client.send(a_job(html.size()), make_bulk({html}));
  std::optional<PrintClient::Result> result;
  step_until(client, [&] {
    if (!result) result = client.take_result();
    return result.has_value();
  });
  return std::move(*result);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(print_client_test)

BOOST_AUTO_TEST_CASE(a_job_goes_out_and_a_file_comes_back) {
  Desk desk;
  FakeWorker worker(desk.socket, [](Visitor& visitor) {
    visitor.hello("1.2", "Chrome/1");
    const auto job = visitor.job();
    BOOST_TEST(job.has_value());
    if (!job) return;
    visitor.answer(Outcome::Kind::done, visitor.bulk(0, job->html_size) + job->title);
  });
  PrintClient client(desk.socket);
  BOOST_TEST(!client.hello());
  const PrintClient::Result result = run(client, "<p>x");
  BOOST_TEST(client.hello()->worker == "1.2");
  BOOST_TEST(client.hello()->browser == "Chrome/1");
  BOOST_TEST((result.outcome.kind == Outcome::Kind::done));
  BOOST_TEST(read_bulk(result.bulk, 0, result.outcome.size) == "<p>xTitle");
  BOOST_TEST(!client.take_result());
}

BOOST_AUTO_TEST_CASE(a_worker_may_decline_before_it_was_asked) {
  Desk desk;
  FakeWorker worker(desk.socket, [](Visitor& visitor) {
    visitor.hello();
    visitor.answer(Outcome::Kind::busy);
    visitor.stay();
  });
  PrintClient client(desk.socket);
  std::optional<PrintClient::Result> result;
  step_until(client, [&] {
    if (!result) result = client.take_result();
    return result.has_value();
  });
  BOOST_TEST((result->outcome.kind == Outcome::Kind::busy));
}

BOOST_AUTO_TEST_CASE(nobody_there_is_an_error_at_once) {
  Desk desk;
  BOOST_CHECK_THROW(PrintClient{desk.socket}, SystemError);
  BOOST_CHECK_THROW(PrintClient(std::string(200, 'x')), SystemError);
  BOOST_CHECK_THROW(PrintClient(""), SystemError);
}

BOOST_AUTO_TEST_CASE(what_breaks_the_protocol_is_an_error) {
  using namespace std::string_literals;
  const FakeWorker::Behaviour liars[] = {
      [](Visitor& visitor) { visitor.raw("HTTP/1.1 400 Bad Request\r\n\r\n"); },
      [](Visitor&) {},
      [](Visitor& visitor) {
        for (int i = 0; i < 100'000; ++i) visitor.hello();
      },
      [](Visitor& visitor) {
        visitor.hello();
        visitor.job();
      },
      [](Visitor& visitor) {  // more than it has
        visitor.hello();
        visitor.job();
        const std::string json = R"({"kind":"done","size":1000000,"pages":1,"took_ms":1})";
        visitor.raw("OPR1\3\0\0\0"s + static_cast<char>(json.size()) + "\0\0\0"s + json);
        visitor.stay();
      },
      [](Visitor& visitor) {  // a message without an end
        visitor.hello();
        visitor.job();
        visitor.raw("OPR1\3\0\0\0\xff\xff\xff\x7f"s + std::string(1 << 20, ' '));
        visitor.stay();
      },
  };
  for (const FakeWorker::Behaviour& liar : liars) {
    Desk desk;
    FakeWorker worker(desk.socket, liar);
    PrintClient client(desk.socket);
    BOOST_CHECK_THROW(run(client, "<p>x"), WireError);
  }
}

BOOST_AUTO_TEST_CASE(a_file_that_nobody_asked_for_is_an_error) {
  Desk desk;
  FakeWorker worker(desk.socket, [](Visitor& visitor) {
    visitor.hello();
    visitor.answer(Outcome::Kind::done, "unasked");
    visitor.stay();
  });
  PrintClient client(desk.socket);
  BOOST_CHECK_THROW(step_until(client, [] { return false; }), WireError);
}

BOOST_AUTO_TEST_SUITE_END()
