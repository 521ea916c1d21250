// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "fcgi/server.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <fstream>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "fcgi/frame.h"
#include "fcgi/parse.h"
#include "fcgi/record.h"
#include "tests/fcgi_front.h"

namespace octavo {
namespace {

using namespace test;
using std::chrono::milliseconds;
using std::chrono::steady_clock;

// /size/N gives N bytes, /throw throws, /null gives nothing, /slow waits for `gate`; else the
// method, the target and the three fields are echoed.
struct House {
  explicit House(ServerLimits limits = {}, int family = AF_UNIX, bool hold = false)
      : door(listen_on(family)), server(limits, [this] { return handler(); }) {
    if (!door.socket) return;
    if (hold) held = Fd(::fcntl(door.socket.number(), F_DUPFD_CLOEXEC, 0));
    server.start(std::move(door.socket));
  }

  Handler handler() {
    return [this](const Request& asked, Deferral&) -> Framed {
      ++served;
      Response response;
      response.headers = {{"Content-Type", "text/plain"}};
      std::string body;
      if (asked.target == "/throw") throw std::runtime_error("thrown on purpose");
      if (asked.target == "/null") return nullptr;
      if (asked.target == "/large") return large;
      if (asked.target == "/slow") {
        slow_begun = true;
        while (!gate) std::this_thread::sleep_for(milliseconds(1));
      }
      body = std::string(asked.method) + " " + std::string(asked.target) + "|" +
             std::string(asked.if_none_match) + "|" + std::string(asked.accept_encoding) + "|" +
             std::string(asked.accept);
      response.body = std::make_shared<const std::string>(std::move(body));
      return frame(response);
    };
  }

  static Framed make_large() {
    Response response;
    response.body = std::make_shared<const std::string>(5u << 20, 'L');
    return frame(response);
  }

  Listener door;
  Fd held;  // the same socket, as systemd has it
  Framed large = make_large();
  std::atomic<int> served{0};
  std::atomic<bool> slow_begun{false};
  std::atomic<bool> gate{false};
  Server server;
};

bool answers(const Listener& door) {
  Front front(door);
  return is_answer_to(front.ask(request("/fine")), "/fine");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fcgi_server_test)

BOOST_AUTO_TEST_CASE(parameters_reach_the_handler_over_every_family) {
  for (const int family : {AF_UNIX, AF_INET, AF_INET6}) {
    House house({}, family);
    if (family == AF_INET6 && !house.door.size) continue;  // no IPv6 on this machine
    Front front(house.door);
    if (family == AF_INET6 && !front.connected()) continue;
    const Answer answer = front.ask(request("/a?b=c", 1, true,
                                            pair("HTTP_IF_NONE_MATCH", "\"x\"") +
                                                pair("HTTP_ACCEPT_ENCODING", "br, gzip") +
                                                pair("HTTP_ACCEPT", "text/html")));
    BOOST_TEST(answer.whole);
    BOOST_TEST(answer.text ==
               "Content-Type: text/plain\r\nContent-Length: 33\r\n\r\n"
               "GET /a?b=c|\"x\"|br, gzip|text/html");
  }
}

BOOST_AUTO_TEST_CASE(a_parser_is_used_again_and_again) {
  init_libfcgi();
  Parser parser(100000);
  const std::size_t before = open_descriptors();
  for (const std::size_t size : {1, 9000, 90000, 2, 65000, 3}) {
    const std::string target = "/" + std::string(size, 'x');
    const Request* const parsed =
        parser.parse(pair("REQUEST_METHOD", "GET") + pair("REQUEST_URI", target));
    BOOST_REQUIRE(parsed != nullptr);
    BOOST_TEST((parsed->target == target));
    BOOST_TEST(parsed->method == "GET");
    BOOST_TEST(parsed->accept.empty());
    if (size % 2 == 1) parser.release();
  }
  const Request* const nothing = parser.parse("");
  BOOST_TEST((nothing == nullptr || nothing->target.empty()));
  BOOST_TEST((parser.parse(pair("HTTP_ACCEPT", std::string(200000, 'x'))) == nullptr));
  BOOST_TEST(open_descriptors() == before);
}

BOOST_AUTO_TEST_CASE(a_request_that_is_remembered_is_the_one_that_was_sent) {
  init_libfcgi();
  Parser parser(100000);
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 200; ++i) {
      const std::string target = "/" + std::to_string(i);
      const std::string coding = i % 3 == 0 ? "br" : std::string(1100, 'x');
      for (int again = 0; again < 2; ++again) {
        const Request* const parsed = parser.parse(
            pair("REQUEST_METHOD", i % 2 == 0 ? "GET" : "HEAD") + pair("REQUEST_URI", target) +
            pair("HTTP_ACCEPT_ENCODING", coding) + pair("REMOTE_ADDR", std::to_string(again)));
        BOOST_TEST_REQUIRE(parsed != nullptr);
        BOOST_TEST_REQUIRE(parsed->method == (i % 2 == 0 ? "GET" : "HEAD"));
        BOOST_TEST_REQUIRE(parsed->target == target);
        BOOST_TEST_REQUIRE((parsed->accept_encoding == coding));
        BOOST_TEST_REQUIRE(parsed->if_none_match.empty());
        parser.release();
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_first_of_two_equal_names_counts) {
  House house;
  Front front(house.door);
  const Answer answer = front.ask(request("/first", 1, true, pair("REQUEST_URI", "/second")));
  BOOST_TEST(is_answer_to(answer, "/first"));
}

BOOST_AUTO_TEST_CASE(tcp_answers_are_not_delayed) {
  for (const int family : {AF_INET, AF_INET6}) {
    House house({.threads = 1}, family);
    Front front(house.door);
    if (!front.connected()) continue;
    BOOST_TEST(is_answer_to(front.ask(request("/x")), "/x"));
    // The server's end lives in this process: it is the socket whose peer is ours.
    sockaddr_storage ours{};
    socklen_t size = sizeof ours;
    ::getsockname(front.number(), reinterpret_cast<sockaddr*>(&ours), &size);
    int found = -1;
    for (int fd = 0; fd < 256; ++fd) {
      sockaddr_storage peer{};
      socklen_t peer_size = sizeof peer;
      if (::getpeername(fd, reinterpret_cast<sockaddr*>(&peer), &peer_size) == 0 &&
          peer_size == size &&
          std::string_view(reinterpret_cast<char*>(&peer), size) ==
              std::string_view(reinterpret_cast<char*>(&ours), size)) {
        found = fd;
      }
    }
    BOOST_REQUIRE(found >= 0);
    int on = 0;
    socklen_t on_size = sizeof on;
    ::getsockopt(found, IPPROTO_TCP, TCP_NODELAY, &on, &on_size);
    BOOST_TEST(on != 0);
  }
}

BOOST_AUTO_TEST_CASE(more_kept_connections_than_threads_are_all_answered) {
  House house({.threads = 2});
  std::vector<std::unique_ptr<Front>> fronts;
  for (int i = 0; i < 100; ++i) fronts.push_back(std::make_unique<Front>(house.door));
  for (int round = 0; round < 5; ++round) {
    for (auto& front : fronts) front->send(request("/kept"));
    for (auto& front : fronts) BOOST_TEST(is_answer_to(front->answer(), "/kept"));
  }
}

BOOST_AUTO_TEST_CASE(a_connection_is_closed_only_when_the_peer_asks) {
  House house;
  Front kept(house.door);
  BOOST_TEST(is_answer_to(kept.ask(request("/1", 1, true)), "/1"));
  BOOST_TEST(!kept.readable(milliseconds(50)));
  BOOST_TEST(is_answer_to(kept.ask(request("/2", 1, false)), "/2"));
  BOOST_TEST(kept.ended());
}

BOOST_AUTO_TEST_CASE(a_peer_that_shuts_its_side_still_gets_its_answer) {
  House house;
  for (const char* target : {"/half", "/large"}) {
    Front front(house.door);
    front.send(request(target));
    front.shut_writing();
    BOOST_TEST(front.answer().whole);
    BOOST_TEST(front.ended());
  }
}

BOOST_AUTO_TEST_CASE(one_byte_at_a_time_is_fast_enough) {
  House house;
  for (const int family : {AF_UNIX, AF_INET}) {
    House other({}, family);
    Front front(other.door);
    const std::string bytes = request("/slowly", 1, true, pair("COOKIE", std::string(600, 'c')));
    for (const char byte : bytes) BOOST_REQUIRE(front.send({&byte, 1}));
    BOOST_TEST(is_answer_to(front.answer(), "/slowly"));
  }
}

BOOST_AUTO_TEST_CASE(requests_of_every_size_share_a_connection) {
  House house;
  Front front(house.door);
  for (std::size_t size = 100; size <= 20000;
       size += (size > 8150 && size < 8250) || (size > 16350 && size < 16450) ? 1 : 97) {
    const std::size_t bare = request("/x", 1, true, pair("A", std::string(200, 'x'))).size() - 200;
    if (size < bare + 200) continue;
    const std::string bytes = request("/x", 1, true, pair("A", std::string(size - bare, 'x')));
    BOOST_REQUIRE(bytes.size() == size);
    BOOST_REQUIRE_MESSAGE(is_answer_to(front.ask(bytes), "/x"), "a request of " << size);
  }
  BOOST_TEST(
      is_answer_to(front.ask(request("/x", 1, true, pair("A", std::string(64000, 'x')))), "/x"));
}

BOOST_AUTO_TEST_CASE(ids_come_back_as_sent) {
  House house;
  Front front(house.door);
  for (unsigned id = 1; id <= 65535; id += id < 300 ? 1 : 911) {
    BOOST_REQUIRE(is_answer_to(front.ask(request("/id", id)), "/id", id));
  }
  BOOST_TEST(is_answer_to(front.ask(request("/id", 65535)), "/id", 65535));
}

BOOST_AUTO_TEST_CASE(pipelined_requests_are_answered_in_order) {
  House house;
  Front front(house.door);
  std::string bytes;
  for (unsigned i = 1; i <= 300; ++i) bytes += request("/p" + std::to_string(i), i);
  std::thread writer([&] { front.send(bytes); });
  for (unsigned i = 1; i <= 300; ++i) {
    BOOST_TEST(is_answer_to(front.answer(), "/p" + std::to_string(i), i));
  }
  writer.join();
}

BOOST_AUTO_TEST_CASE(pipelining_behind_a_parked_answer_loses_nothing) {
  House house({.threads = 1});
  Front front(house.door);
  std::string bytes = request("/large", 1);
  for (unsigned i = 2; i <= 50; ++i) bytes += request("/p" + std::to_string(i), i);
  bytes += request("/large", 51);
  bytes += request("/last", 52, false);
  BOOST_TEST(front.send(bytes));
  BOOST_TEST(front.answer().text.size() > (5u << 20));
  for (unsigned i = 2; i <= 50; ++i) {
    BOOST_TEST(is_answer_to(front.answer(), "/p" + std::to_string(i), i));
  }
  const Answer large = front.answer();
  BOOST_TEST(large.id == 51u);
  BOOST_TEST(large.text.size() > (5u << 20));
  BOOST_TEST(is_answer_to(front.answer(), "/last", 52));
  BOOST_TEST(front.ended());
}

BOOST_AUTO_TEST_CASE(bodies_are_drained_and_the_connection_goes_on) {
  House house({.body_bytes = 200000});
  Front front(house.door);
  for (const std::size_t size : {1u, 3u, 9000u, 65535u, 200000u}) {
    const Answer answer =
        front.ask(request("/post", 1, true, pair("CONTENT_LENGTH", "-1"), std::string(size, 'b')));
    BOOST_TEST(answer.text.find("POST /post|") != std::string::npos);
    BOOST_TEST(is_answer_to(front.ask(request("/after")), "/after"));
  }
}

BOOST_AUTO_TEST_CASE(a_body_too_large_gets_413_and_a_gentle_close) {
  House house({.body_bytes = 10000});
  for (const int family : {AF_UNIX, AF_INET}) {
    House other({.body_bytes = 10000}, family);
    Front front(other.door);
    std::string bytes = request("/post", 1, true, {}, std::string(1000000, 'b'));
    bytes.resize(bytes.size() - 8);  // and the end never comes
    std::thread writer([&] { front.send(bytes); });
    const Answer answer = front.answer();
    writer.join();
    BOOST_TEST(answer.whole);
    BOOST_TEST(answer.text.starts_with("Status: 413 "));
    BOOST_TEST(front.ended());
    BOOST_TEST(other.served == 0);
  }
}

BOOST_AUTO_TEST_CASE(refusals_keep_the_connection_when_it_is_in_step) {
  House house({.parameter_bytes = 8000, .parameters = 50});
  Front front(house.door);
  std::string many;
  for (int i = 0; i < 60; ++i) many += pair("N" + std::to_string(i), "v");
  BOOST_TEST(front.ask(request("/m", 1, true, many)).text.starts_with("Status: 431 "));
  BOOST_TEST(front.ask(request("/m", 2, true, pair("A", std::string(30000, 'x'))))
                 .text.starts_with("Status: 431 "));
  BOOST_TEST(
      front.ask(request("/m", 3, true, std::string("\x09", 1))).text.starts_with("Status: 400 "));
  BOOST_TEST(front.ask(request("no-slash", 4)).text.starts_with("Status: 400 "));
  BOOST_TEST(front.ask(request("", 5)).text.starts_with("Status: 400 "));
  BOOST_TEST(is_answer_to(front.ask(request("/fine", 6)), "/fine", 6));
  BOOST_TEST(house.served == 1);
}

BOOST_AUTO_TEST_CASE(a_lone_get_values_is_answered) {
  House house({.connections = 123});
  Front front(house.door);
  front.send(record(kGetValues, 0, pair("FCGI_MAX_CONNS", "") + pair("FCGI_MPXS_CONNS", "")));
  RecordHeader header;
  std::string content;
  BOOST_REQUIRE(front.next(header, content));
  BOOST_TEST(header.type == unsigned{kGetValuesResult});
  BOOST_TEST((content == pair("FCGI_MAX_CONNS", "123") + pair("FCGI_MPXS_CONNS", "0")));
  BOOST_TEST(is_answer_to(front.ask(request("/x")), "/x"));
}

BOOST_AUTO_TEST_CASE(a_handler_that_fails_costs_one_answer) {
  House house;
  Front front(house.door);
  BOOST_TEST(front.ask(request("/throw")).text.starts_with("Status: 500 "));
  BOOST_TEST(front.ask(request("/null", 9)).text.starts_with("Status: 500 "));
  BOOST_TEST(is_answer_to(front.ask(request("/fine")), "/fine"));
}

BOOST_AUTO_TEST_CASE(a_factory_that_fails_gives_500) {
  Listener door = listen_on(AF_UNIX);
  Server server({.threads = 1}, []() -> Handler { throw std::runtime_error("on purpose"); });
  server.start(std::move(door.socket));
  Front front(door);
  BOOST_TEST(front.ask(request("/")).text.starts_with("Status: 500 "));
}

BOOST_AUTO_TEST_CASE(peers_that_never_read_or_never_speak_hold_nobody_up) {
  House house({.threads = 2});
  std::vector<std::unique_ptr<Front>> peers;
  for (int i = 0; i < 64; ++i) {
    peers.push_back(std::make_unique<Front>(house.door));
    peers.push_back(std::make_unique<Front>(house.door));
    peers.back()->send(request("/large"));
    peers.push_back(std::make_unique<Front>(house.door));
    peers.back()->send(request("/partial").substr(0, 20));
  }
  for (int i = 0; i < 20; ++i) BOOST_TEST(answers(house.door));
  BOOST_TEST(eventually([&] { return house.served >= 84; }));
  const milliseconds before = cpu_time();
  std::this_thread::sleep_for(milliseconds(500));
  BOOST_TEST((cpu_time() - before).count() <= 25);
  // Who reads after all gets all of it.
  BOOST_TEST((peers[1]->answer().text.size() > (5u << 20)));
}

BOOST_AUTO_TEST_CASE(idle_costs_nothing) {
  House house({.threads = 4});
  BOOST_TEST(answers(house.door));
  const milliseconds before = cpu_time();
  std::this_thread::sleep_for(milliseconds(300));
  BOOST_TEST((cpu_time() - before).count() <= 10);
}

BOOST_AUTO_TEST_CASE(a_request_that_does_not_become_whole_is_closed) {
  House house({.threads = 1, .request = milliseconds(150)});
  Front trickle(house.door);
  Front silent(house.door);
  const std::string bytes = request("/never");
  const auto begun = steady_clock::now();
  trickle.send(bytes.substr(0, 30));
  // A byte now and then does not buy time.
  while (steady_clock::now() - begun < kPatience && !trickle.readable(milliseconds(20))) {
    trickle.send("x");
  }
  BOOST_TEST(trickle.ended());
  BOOST_TEST((steady_clock::now() - begun >= milliseconds(140)));
  BOOST_TEST(house.served == 0);
  BOOST_TEST(is_answer_to(silent.ask(request("/patient")), "/patient"));
}

BOOST_AUTO_TEST_CASE(a_slow_pipeliner_gets_a_new_deadline_with_each_request) {
  House house({.threads = 1, .request = milliseconds(400)});
  Front front(house.door);
  const std::string bytes = request("/piece");
  front.send(bytes.substr(0, 20));
  for (int i = 0; i < 4; ++i) {
    std::this_thread::sleep_for(milliseconds(150));
    front.send(bytes.substr(20) + bytes.substr(0, 20));
    BOOST_TEST(is_answer_to(front.answer(), "/piece"));
  }
}

BOOST_AUTO_TEST_CASE(a_parked_answer_without_progress_is_dropped) {
  House house({.threads = 1, .stalled = milliseconds(150)});
  Front front(house.door);
  front.send(request("/large"));
  BOOST_TEST(eventually([&] { return house.served == 1; }));
  std::this_thread::sleep_for(milliseconds(400));
  BOOST_TEST(!front.answer().whole);
  BOOST_TEST(answers(house.door));
}

BOOST_AUTO_TEST_CASE(the_longest_idle_makes_room) {
  House house({.threads = 1, .connections = 8});
  std::vector<std::unique_ptr<Front>> fronts;
  for (int i = 0; i < 8; ++i) {
    fronts.push_back(std::make_unique<Front>(house.door));
    BOOST_TEST(is_answer_to(fronts.back()->ask(request("/k")), "/k"));
  }
  BOOST_TEST(is_answer_to(fronts[0]->ask(request("/k")), "/k"));  // now the second is the oldest
  BOOST_TEST(answers(house.door));
  BOOST_TEST(fronts[1]->ended());
  BOOST_TEST(is_answer_to(fronts[0]->ask(request("/k")), "/k"));
}

BOOST_AUTO_TEST_CASE(without_room_newcomers_wait_until_one_closes) {
  House house({.threads = 2, .connections = 4});
  std::vector<std::unique_ptr<Front>> busy;
  for (int i = 0; i < 4; ++i) {
    busy.push_back(std::make_unique<Front>(house.door));
    busy.back()->send(request("/large"));
  }
  BOOST_TEST(eventually([&] { return house.served == 4; }));
  Front late(house.door);
  late.send(request("/late"));
  BOOST_TEST(!late.readable(milliseconds(300)));
  const milliseconds before = cpu_time();
  std::this_thread::sleep_for(milliseconds(300));
  BOOST_TEST((cpu_time() - before).count() <= 20);
  busy[2]->close();
  BOOST_TEST(is_answer_to(late.answer(), "/late"));
}

BOOST_AUTO_TEST_CASE(descriptors_that_a_peer_passes_are_closed) {
  House house({.threads = 1});
  Front front(house.door);
  BOOST_TEST(is_answer_to(front.ask(request("/x")), "/x"));
  std::array<int, 2> ends{};
  BOOST_REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  Fd reading(ends[0]);
  {
    const Fd writing(ends[1]);
    // In the middle of a request, with more of it behind: the kernel ends a read there.
    std::string bytes = request("/passed");
    const std::string tail = bytes.substr(40);
    bytes.resize(40);
    iovec part{bytes.data(), bytes.size()};
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> control{};
    msghdr message{};
    message.msg_iov = &part;
    message.msg_iovlen = 1;
    message.msg_control = control.data();
    message.msg_controllen = control.size();
    cmsghdr* const header = CMSG_FIRSTHDR(&message);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof(int));
    *reinterpret_cast<int*>(CMSG_DATA(header)) = writing.number();
    BOOST_REQUIRE(::sendmsg(front.number(), &message, MSG_NOSIGNAL) > 0);
    front.send(tail);
    BOOST_TEST(is_answer_to(front.answer(), "/passed"));
  }
  // The pipe ends once nobody holds its other end.
  pollfd one{reading.number(), POLLIN, 0};
  BOOST_REQUIRE(::poll(&one, 1, static_cast<int>(kPatience.count())) == 1);
  BOOST_TEST((one.revents & POLLHUP) != 0);
}

BOOST_AUTO_TEST_CASE(stop_lets_what_runs_finish_and_closes_the_idle) {
  House house({.threads = 2});
  Front idle(house.door);
  BOOST_TEST(is_answer_to(idle.ask(request("/x")), "/x"));
  Front parked(house.door);
  parked.send(request("/large"));
  Front slow(house.door);
  slow.send(request("/slow"));
  BOOST_TEST(eventually([&] { return house.slow_begun.load(); }));
  std::thread stopper([&] { house.server.stop(kPatience); });
  std::this_thread::sleep_for(milliseconds(20));
  house.gate = true;
  BOOST_TEST(is_answer_to(slow.answer(), "/slow"));
  BOOST_TEST(parked.answer().whole);
  BOOST_TEST(idle.ended());
  BOOST_TEST(slow.ended());
  BOOST_TEST(parked.ended());
  stopper.join();
  BOOST_TEST(!Front(house.door).connected());
}

BOOST_AUTO_TEST_CASE(stop_answers_what_lies_in_the_sockets) {
  House house({.threads = 1});
  Front slow(house.door);
  slow.send(request("/slow"));
  BOOST_TEST(eventually([&] { return house.slow_begun.load(); }));
  // The one thread is busy: these lie in their sockets, one of them not even accepted.
  std::vector<std::unique_ptr<Front>> fronts;
  for (int i = 0; i < 20; ++i) {
    fronts.push_back(std::make_unique<Front>(house.door));
    fronts.back()->send(request("/lies"));
  }
  std::thread stopper([&] { house.server.stop(kPatience); });
  std::this_thread::sleep_for(milliseconds(20));
  house.gate = true;
  for (auto& front : fronts) {
    BOOST_TEST(is_answer_to(front->answer(), "/lies"));
    BOOST_TEST(front->ended());
  }
  stopper.join();
}

BOOST_AUTO_TEST_CASE(stop_waits_for_the_first_request_of_who_has_connected) {
  House house({.threads = 2});
  Front kept(house.door);
  BOOST_TEST(is_answer_to(kept.ask(request("/x")), "/x"));
  std::vector<std::unique_ptr<Front>> fronts;
  for (int i = 0; i < 20; ++i) fronts.push_back(std::make_unique<Front>(house.door));
  std::thread stopper([&] { house.server.stop(kPatience); });
  BOOST_TEST(kept.ended());  // the stop has begun
  for (auto& front : fronts) BOOST_TEST(front->send(request("/late")));
  for (auto& front : fronts) {
    BOOST_TEST(is_answer_to(front->answer(), "/late"));
    BOOST_TEST(front->ended());
  }
  stopper.join();
}

BOOST_AUTO_TEST_CASE(stop_does_not_wait_long_for_who_says_nothing) {
  House house({.threads = 2});
  Front silent(house.door);
  const auto begun = steady_clock::now();
  house.server.stop(kPatience);
  BOOST_TEST((steady_clock::now() - begun < kPatience / 2));
  BOOST_TEST(silent.ended());
}

BOOST_AUTO_TEST_CASE(a_queue_that_outlives_the_server_is_left_to_the_next) {
  House house({.threads = 1, .leave_queue = true}, AF_UNIX, true);
  Front kept(house.door);
  BOOST_TEST(is_answer_to(kept.ask(request("/x")), "/x"));
  Front late(house.door);
  std::thread stopper([&] { house.server.stop(kPatience); });
  BOOST_TEST(kept.ended());  // the stop has begun, and waits for `late`
  Front waits(house.door);
  BOOST_TEST(waits.send(request("/waits")));
  BOOST_TEST(late.send(request("/late")));
  BOOST_TEST(is_answer_to(late.answer(), "/late"));
  stopper.join();
  BOOST_TEST(!waits.readable(milliseconds(0)));
  Server next({.threads = 1}, [&] { return house.handler(); });
  next.start(std::move(house.held));
  BOOST_TEST(is_answer_to(waits.answer(), "/waits"));
}

BOOST_AUTO_TEST_CASE(stop_waits_no_longer_than_told) {
  House house({.threads = 2});
  std::vector<std::unique_ptr<Front>> fronts;
  for (int i = 0; i < 20; ++i) {
    fronts.push_back(std::make_unique<Front>(house.door));
    fronts.back()->send(
        request(i % 2 == 0 ? "/large" : "/partial").substr(0, i % 2 == 0 ? 999 : 30));
  }
  BOOST_TEST(eventually([&] { return house.served == 10; }));
  const auto begun = steady_clock::now();
  house.server.stop(milliseconds(200));
  const auto took = steady_clock::now() - begun;
  BOOST_TEST((took >= milliseconds(190)));
  BOOST_TEST((took < milliseconds(3000)));
}

BOOST_AUTO_TEST_CASE(signal_dispositions_are_left_alone) {
  for (const int number : {SIGPIPE, SIGUSR1, SIGTERM}) {
    House house({.threads = 1});
    struct sigaction now {};
    ::sigaction(number, nullptr, &now);
    BOOST_TEST((now.sa_handler == SIG_DFL || now.sa_handler == SIG_IGN));
  }
}

BOOST_AUTO_TEST_CASE(a_peer_that_leaves_early_raises_no_signal) {
  House house({.threads = 1});
  for (int i = 0; i < 50; ++i) {
    Front front(house.door);
    front.send(request("/large"));
    front.close();
  }
  BOOST_TEST(answers(house.door));
}

BOOST_AUTO_TEST_CASE(connections_leave_no_descriptors_behind) {
  House house({.threads = 2});
  BOOST_TEST(answers(house.door));
  const std::size_t before = open_descriptors();
  for (int i = 0; i < 1600; ++i) {
    Front front(house.door);
    if (i % 4 == 0) front.send(request("/x"));
    if (i % 4 == 1) front.send(request("/x").substr(0, 25));
    if (i % 4 == 2) BOOST_TEST(is_answer_to(front.ask(request("/x")), "/x"));
  }
  BOOST_TEST(eventually([&] { return open_descriptors() <= before; }));
}

BOOST_AUTO_TEST_CASE(running_out_of_descriptors_neither_spins_nor_ends_service) {
  Listener door = listen_on(AF_UNIX);
  const pid_t child = ::fork();
  if (child == 0) {
    rlimit limit{40, 40};
    ::setrlimit(RLIMIT_NOFILE, &limit);
    std::atomic<bool> done{false};
    Server server({.threads = 2}, [] {
      return [](const Request& asked, Deferral&) -> Framed {
        static const Framed large = House::make_large();
        if (asked.target == "/large") return large;
        Response response;
        response.body =
            std::make_shared<const std::string>("GET " + std::string(asked.target) + "|");
        return frame(response);
      };
    });
    server.start(std::move(door.socket));
    for (;;) ::pause();
  }
  door.socket.reset();
  const auto cpu = [&] {  // in clock ticks
    std::ifstream file("/proc/" + std::to_string(child) + "/stat");
    std::string word;
    long user = 0;
    long system = 0;
    for (int i = 0; i < 13; ++i) file >> word;
    file >> user >> system;
    return user + system;
  };
  {
    // Kept and idle: the oldest make room.
    std::vector<std::unique_ptr<Front>> idle;
    for (int i = 0; i < 100; ++i) idle.push_back(std::make_unique<Front>(door));
    for (int i = 0; i < 10; ++i) BOOST_TEST(answers(door));
  }
  {
    // All busy: newcomers wait without anybody spinning.
    std::vector<std::unique_ptr<Front>> busy;
    for (int i = 0; i < 60; ++i) {
      busy.push_back(std::make_unique<Front>(door));
      busy.back()->send(request("/large"));
    }
    Front late(door);
    late.send(request("/late"));
    BOOST_TEST(!late.readable(milliseconds(300)));
    const long before = cpu();
    std::this_thread::sleep_for(milliseconds(500));
    BOOST_TEST(cpu() - before <= 3);
    busy.clear();
    BOOST_TEST(is_answer_to(late.answer(), "/late"));
  }
  for (int i = 0; i < 10; ++i) BOOST_TEST(answers(door));
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace octavo
