// SPDX-License-Identifier: GPL-3.0-or-later
#include "print/wire.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

namespace octavo {

namespace {

struct Pair {
  Pair() {
    int ends[2];
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    a.emplace(Fd(ends[0]));
    b.emplace(Fd(ends[1]));
  }
  std::optional<Channel> a, b;
};

Job job_for_tests() {
  Job job;
  job.product = Product::card;
  job.paper = Paper::letter;
  job.address = "https://blog.example.org/posts/a/";
  job.html_size = 5;
  job.parts = {{"https://blog.example.org/a.png", "image/png", 5, 3}};
  job.title = "Ünïcödé “title” \x01";
  job.author = "Ada";
  job.subject = "About";
  job.lang = "de";
  job.keywords = {"one", "two"};
  job.published = -5;
  job.updated = 1764000000;
  return job;
}

std::optional<Message> through(Pair& pair, Message message) {
  bool ended = false;
  std::optional<Message> got;
  pair.a->send(std::move(message));
  while (!got) {
    pair.a->step();
    got = pair.b->receive(ended);
    BOOST_REQUIRE(!ended);
  }
  return got;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(print_wire_test)

BOOST_AUTO_TEST_CASE(a_job_comes_through_whole) {
  Pair pair;
  const Job job = job_for_tests();
  const auto message = through(pair, to_message(job, make_bulk({"<p>x ", "PNG"})));
  const Job got = to_job(*message);
  BOOST_TEST((got.product == job.product && got.paper == job.paper));
  BOOST_TEST(got.address == job.address);
  BOOST_TEST(got.html_size == 5u);
  BOOST_REQUIRE(got.parts.size() == 1u);
  BOOST_TEST(got.parts[0].address == job.parts[0].address);
  BOOST_TEST(got.parts[0].type == "image/png");
  BOOST_TEST(got.title == job.title);
  BOOST_TEST(got.author == job.author);
  BOOST_TEST(got.subject == job.subject);
  BOOST_TEST(got.lang == job.lang);
  BOOST_TEST((got.keywords == job.keywords));
  BOOST_TEST(got.published == -5);
  BOOST_TEST(got.updated == 1764000000);
  BOOST_TEST(read_bulk(message->bulk, 0, 5) == "<p>x ");
  BOOST_TEST(read_bulk(message->bulk, got.parts[0].offset, got.parts[0].size) == "PNG");
  BOOST_CHECK_THROW(read_bulk(message->bulk, 6, 3), WireError);
}

BOOST_AUTO_TEST_CASE(a_hello_and_an_outcome_in_one_read_keep_their_own) {
  Pair pair;
  pair.a->send(to_message(Hello{"1.0", "Chrome/1", ""}));
  Outcome outcome;
  outcome.kind = Outcome::Kind::done;
  outcome.size = 3;
  outcome.pages = 7;
  pair.a->send(to_message(outcome, make_bulk({"PDF"})));
  pair.a->step();
  BOOST_TEST(!pair.a->unsent());
  bool ended = false;
  const auto first = pair.b->receive(ended), second = pair.b->receive(ended);
  BOOST_REQUIRE((first && second));
  BOOST_TEST(!first->bulk);
  BOOST_TEST(to_hello(*first).browser == "Chrome/1");
  BOOST_TEST(to_outcome(*second).pages == 7u);
  BOOST_TEST(read_bulk(second->bulk, 0, 3) == "PDF");
}

BOOST_AUTO_TEST_CASE(what_was_sent_before_the_end_is_received) {
  Pair pair;
  pair.a->send(to_message(Hello{}));
  pair.a->step();
  pair.a.reset();
  bool ended = false;
  BOOST_TEST(pair.b->receive(ended).has_value());
  BOOST_TEST(!ended);
  BOOST_TEST(!pair.b->receive(ended).has_value());
  BOOST_TEST(ended);
  pair.b->send(to_message(Hello{}));
  pair.b->step();  // nobody is there: no signal, no error
  BOOST_TEST(!pair.b->unsent());
}

BOOST_AUTO_TEST_CASE(a_large_message_goes_in_steps) {
  Pair pair;
  Job job = job_for_tests();
  job.parts.assign(700, {"https://blog.example.org/" + std::string(250, 'a'), "image/png", 5, 3});
  const auto message = through(pair, to_message(job, make_bulk({"<p>x PNG"})));
  BOOST_TEST(to_job(*message).parts.size() == 700u);
  job.parts.assign(1000, {"https://blog.example.org/" + std::string(400, 'a'), "image/png", 5, 3});
  BOOST_CHECK_THROW(to_message(job, Fd()), WireError);
}

BOOST_AUTO_TEST_CASE(a_bulk_that_can_change_is_refused) {
  Job job = job_for_tests();
  Fd loose = open_memfd("test");
  write_all(loose.number(), "<p>x PNG");
  BOOST_CHECK_THROW(to_job(to_message(job, std::move(loose))), WireError);
  Fd half = open_memfd("test");
  write_all(half.number(), "<p>x PNG");
  ::fcntl(half.number(), F_ADD_SEALS, F_SEAL_WRITE);
  BOOST_CHECK_THROW(to_job(to_message(job, std::move(half))), WireError);
  BOOST_CHECK_THROW(to_job(to_message(job, Fd(::open("/dev/null", O_RDONLY)))), WireError);
  BOOST_CHECK_THROW(to_job(to_message(job, Fd())), WireError);
  BOOST_CHECK_NO_THROW(to_job(to_message(job, make_bulk({"<p>x PNG"}))));
}

BOOST_AUTO_TEST_CASE(an_outcome_without_its_file_is_refused) {
  Outcome outcome;
  outcome.kind = Outcome::Kind::done;
  outcome.size = 3;
  BOOST_CHECK_THROW(to_outcome(to_message(outcome, Fd())), WireError);
  BOOST_CHECK_THROW(to_outcome(to_message(outcome, make_bulk({"four"}))), WireError);
  BOOST_CHECK_THROW(to_hello(to_message(outcome, Fd())), WireError);
  outcome.size = 0;
  BOOST_CHECK_THROW(to_outcome(to_message(outcome, make_bulk({""}))), WireError);
  outcome.kind = Outcome::Kind::busy;
  BOOST_CHECK_THROW(to_outcome(to_message(outcome, make_bulk({"x"}))), WireError);
  BOOST_TEST((to_outcome(to_message(outcome, Fd())).kind == Outcome::Kind::busy));
}

BOOST_AUTO_TEST_CASE(a_liar_is_found_at_once) {
  const std::pair<const char*, std::string> kLies[] = {
      {"another protocol", "GET / HTTP/1.1\r\n"},
      {"one wrong letter", "OPR2"},
      {"an unknown kind", std::string("OPR1\4\0\0\0\0\0\0\0", 12)},
      {"4 GiB", std::string("OPR1\1\0\0\0\xff\xff\xff\xff", 12)},
      {"a byte too long", std::string("OPR1\1\0\0\0\1\0\4\0", 12)},
  };
  for (const auto& [name, bytes] : kLies) {
    int ends[2];
    BOOST_REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    Fd liar(ends[0]);
    Channel channel{Fd(ends[1])};
    write_all(liar.number(), bytes);
    bool ended = false;
    BOOST_TEST_CONTEXT(name) BOOST_CHECK_THROW(channel.receive(ended), WireError);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace octavo
