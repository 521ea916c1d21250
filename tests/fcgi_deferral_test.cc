// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include <sys/socket.h>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "fcgi/frame.h"
#include "fcgi/record.h"
#include "fcgi/server.h"
#include "tests/fcgi_front.h"

namespace octavo {
namespace {

using namespace test;

Framed page(std::string_view target) {
  Response response;
  response.body = std::make_shared<const std::string>("GET " + std::string(target) + "|");
  return frame(response);
}

Framed large() {
  Response response;
  response.body = std::make_shared<const std::string>(5u << 20, 'L');
  return frame(response);
}

struct Taken {
  std::string target;
  Reply reply;
  void answer() const { reply(page(target)); }
};

// /wait… leaves its reply with the desk; the other names say what the handler does with it.
struct Desk {
  explicit Desk(ServerLimits limits = {}, int family = AF_UNIX) : door(listen_on(family)) {
    server.emplace(limits, [this]() -> Handler {
      return [this](const Request& asked, Deferral& deferral) {
        return handle(std::string(asked.target), deferral);
      };
    });
    if (door.socket) server->start(std::move(door.socket));
  }

  Framed handle(const std::string& target, Deferral& deferral) {
    ++served;
    if (target.starts_with("/wait")) {
      put({target, deferral.take()});
      return nullptr;
    }
    if (target == "/before") {
      std::thread([reply = deferral.take(), &target] { reply(page(target)); }).join();
      return nullptr;
    }
    if (target == "/here") {
      deferral.take()(page(target));
      return nullptr;
    }
    if (target == "/forgotten") {
      deferral.take();
      return nullptr;
    }
    if (target == "/nothing") {
      deferral.take()(nullptr);
      return nullptr;
    }
    if (target == "/throw") {
      put({"/late", deferral.take()});
      throw std::runtime_error("thrown on purpose");
    }
    if (target == "/twice") {
      put({"/late", deferral.take()});
      put({"/late", deferral.take()});
      return nullptr;
    }
    if (target == "/both") put({"/late", deferral.take()});
    if (target == "/refused") deferral.take();
    return page(target);
  }

  void put(Taken one) {
    {
      const std::lock_guard lock(mutex);
      taken.push_back(std::move(one));
    }
    arrived.notify_one();
  }

  // The next one, once it is there.
  Taken next() {
    std::unique_lock lock(mutex);
    if (!arrived.wait_for(lock, kPatience, [this] { return !taken.empty(); })) {
      throw std::runtime_error("no reply was taken");
    }
    Taken one = std::move(taken.front());
    taken.pop_front();
    return one;
  }
  std::vector<Taken> next(std::size_t count) {
    std::vector<Taken> all;
    while (all.size() < count) all.push_back(next());
    return all;
  }

  Listener door;
  std::atomic<int> served{0};
  std::mutex mutex;
  std::condition_variable arrived;
  std::deque<Taken> taken;
  std::optional<Server> server;
};

bool answers(const Listener& door) {
  Front front(door);
  return is_answer_to(front.ask(request("/fine")), "/fine");
}

bool is_fault(const Answer& answer, int status, unsigned id = 1) {
  return answer.whole && answer.id == id &&
         answer.text.starts_with("Status: " + std::to_string(status) + " ");
}

}  // namespace

BOOST_AUTO_TEST_SUITE(fcgi_deferral_test)

BOOST_AUTO_TEST_CASE(a_reply_from_another_thread_reaches_its_peer) {
  for (const int family : {AF_UNIX, AF_INET}) {
    for (const bool keep : {true, false}) {
      for (const unsigned id : {1u, 7u, 65535u}) {
        Desk desk({.threads = 1}, family);
        Front front(desk.door);
        front.send(request("/wait", id, keep));
        std::thread([taken = desk.next()] { taken.answer(); }).join();
        BOOST_TEST(is_answer_to(front.answer(), "/wait", id));
        if (keep) BOOST_TEST(is_answer_to(front.ask(request("/next", id)), "/next", id));
        if (!keep) BOOST_TEST(front.ended());
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(a_reply_may_come_before_the_handler_returns) {
  Desk desk({.threads = 1});
  Front front(desk.door);
  for (const char* target : {"/before", "/here", "/before", "/fine", "/here"}) {
    BOOST_TEST(is_answer_to(front.ask(request(target)), target));
  }
}

BOOST_AUTO_TEST_CASE(a_request_that_comes_in_pieces_may_wait) {
  Desk desk({.threads = 1});
  Front front(desk.door);
  const std::string bytes = request("/wait", 5, true, pair("COOKIE", std::string(30000, 'c')));
  for (std::string_view left = bytes; !left.empty();) {
    front.send(left.substr(0, 4001));
    left.remove_prefix(std::min<std::size_t>(left.size(), 4001));
  }
  desk.next().answer();
  BOOST_TEST(is_answer_to(front.answer(), "/wait", 5));
}

BOOST_AUTO_TEST_CASE(many_at_once_over_few_connections_are_not_mixed_up) {
  constexpr int kFronts = 12;
  constexpr int kRounds = 150;
  Desk desk({.threads = 2});
  std::vector<std::thread> workers;
  std::atomic<int> left{kFronts * kRounds};
  for (int i = 0; i < 4; ++i) {
    workers.emplace_back([&] {
      while (left.fetch_sub(1) > 0) desk.next().answer();
    });
  }
  std::vector<std::unique_ptr<Front>> fronts;
  for (int i = 0; i < kFronts; ++i) fronts.push_back(std::make_unique<Front>(desk.door));
  for (int round = 0; round < kRounds; ++round) {
    const auto target = [round](int i) {
      return "/wait/" + std::to_string(round) + "/" + std::to_string(i);
    };
    for (int i = 0; i < kFronts; ++i) {
      fronts[static_cast<std::size_t>(i)]->send(request(target(i), 1u + unsigned(i % 3)));
    }
    for (int i = 0; i < kFronts; ++i) {
      const Answer answer = fronts[static_cast<std::size_t>(i)]->answer();
      BOOST_TEST(is_answer_to(answer, target(i), 1u + unsigned(i % 3)));
    }
  }
  for (std::thread& worker : workers) worker.join();
}

BOOST_AUTO_TEST_CASE(who_waits_holds_up_nobody_else_and_costs_nothing) {
  Desk desk({.threads = 1, .request = milliseconds(100), .stalled = milliseconds(100)});
  std::vector<std::unique_ptr<Front>> waiting;
  for (int i = 0; i < 50; ++i) {
    waiting.push_back(std::make_unique<Front>(desk.door));
    waiting.back()->send(request("/wait", 1, i % 2 == 0));
    if (i % 5 == 0) waiting.back()->send("more");  // which nobody reads now
  }
  const std::vector<Taken> taken = desk.next(50);
  for (int i = 0; i < 20; ++i) BOOST_TEST(answers(desk.door));
  const milliseconds before = cpu_time();
  std::this_thread::sleep_for(milliseconds(400));  // longer than a request or a reader may take
  BOOST_TEST((cpu_time() - before).count() <= 25);
  for (const Taken& one : taken) one.answer();
  for (auto& front : waiting) BOOST_TEST(is_answer_to(front->answer(), "/wait"));
}

BOOST_AUTO_TEST_CASE(what_was_sent_behind_is_answered_afterwards_in_order) {
  for (const bool at_once : {true, false}) {
    Desk desk({.threads = 1});
    Front front(desk.door);
    std::string bytes;
    for (unsigned i = 2; i <= 300; ++i) {
      bytes += request((i % 100 == 0 ? "/wait" : "/p") + std::to_string(i), i);
    }
    bytes += request("/wait301", 301, false);
    if (at_once) {
      front.send(request("/wait1") + bytes);
    } else {
      front.send(request("/wait1"));
    }
    const Taken first = desk.next();
    if (!at_once) front.send(bytes);
    BOOST_TEST(!front.readable(milliseconds(30)));
    BOOST_TEST(desk.served == 1);
    first.answer();
    BOOST_TEST(is_answer_to(front.answer(), "/wait1"));
    for (unsigned i = 2; i <= 301; ++i) {
      const bool waits = i % 100 == 0 || i == 301;
      if (waits) desk.next().answer();
      const std::string target = (waits ? "/wait" : "/p") + std::to_string(i);
      BOOST_REQUIRE(is_answer_to(front.answer(), target, i));
    }
    BOOST_TEST(front.ended());
  }
}

BOOST_AUTO_TEST_CASE(what_is_due_before_goes_before) {
  Desk desk({.threads = 1, .connections = 123});
  Front front(desk.door);
  for (const unsigned id : {1u, 9u}) {
    front.send(record(kGetValues, 0, pair("FCGI_MAX_CONNS", "")) + request("/wait", id) +
               record(kGetValues, 0, pair("FCGI_MPXS_CONNS", "")));
    desk.next().answer();
    RecordHeader header;
    std::string content;
    BOOST_REQUIRE(front.next(header, content));
    BOOST_TEST((content == pair("FCGI_MAX_CONNS", "123")));
    BOOST_TEST(is_answer_to(front.answer(), "/wait", id));
    BOOST_REQUIRE(front.next(header, content));
    BOOST_TEST((content == pair("FCGI_MPXS_CONNS", "0")));
  }
}

BOOST_AUTO_TEST_CASE(a_late_answer_is_parked_like_any_other) {
  Desk desk({.threads = 1});
  Front front(desk.door);
  std::string bytes = request("/wait", 1);
  for (unsigned i = 2; i <= 20; ++i) bytes += request("/p" + std::to_string(i), i);
  front.send(bytes);
  desk.next().reply(large());
  BOOST_TEST(answers(desk.door));
  BOOST_TEST(front.answer().text.size() > (5u << 20));
  for (unsigned i = 2; i <= 20; ++i) {
    BOOST_TEST(is_answer_to(front.answer(), "/p" + std::to_string(i), i));
  }
}

BOOST_AUTO_TEST_CASE(without_an_answer_it_is_500_and_the_connection_goes_on) {
  Desk desk({.threads = 1});
  Front front(desk.door);
  for (const char* target : {"/forgotten", "/nothing", "/throw", "/twice"}) {
    BOOST_TEST(is_fault(front.ask(request(target, 3)), 500, 3));
    BOOST_TEST(is_answer_to(front.ask(request("/fine")), "/fine"));
  }
  front.send(request("/wait"));
  desk.next(2);  // of /throw and /twice
  desk.next();   // and nobody keeps it
  BOOST_TEST(is_fault(front.answer(), 500));
}

BOOST_AUTO_TEST_CASE(the_first_word_counts) {
  Desk desk({.threads = 1});
  Front front(desk.door);
  BOOST_TEST(is_answer_to(front.ask(request("/both")), "/both"));
  BOOST_TEST(is_answer_to(front.ask(request("/refused")), "/refused"));
  desk.next().answer();
  BOOST_TEST(is_answer_to(front.ask(request("/fine")), "/fine"));

  front.send(request("/wait"));
  {
    const Taken taken = desk.next();
    const Reply copy = taken.reply;
    copy(page("/first"));
    taken.reply(page("/second"));
    copy(page("/third"));
  }
  BOOST_TEST(is_answer_to(front.answer(), "/first"));
  BOOST_TEST(is_answer_to(front.ask(request("/fine")), "/fine"));
}

BOOST_AUTO_TEST_CASE(a_peer_that_hangs_up_frees_its_place_and_the_reply_does_nothing) {
  for (const int family : {AF_UNIX, AF_INET}) {
    for (const bool keep : {true, false}) {
      for (const bool more : {true, false}) {
        Desk desk({.threads = 1, .connections = 1}, family);
        Taken taken;
        {
          Front front(desk.door);
          BOOST_TEST(is_answer_to(front.ask(request("/fine")), "/fine"));
          front.send(request("/wait", 1, keep));
          taken = desk.next();
          if (more) front.send(request("/more"));
        }
        Front other(desk.door);
        BOOST_TEST(is_answer_to(other.ask(request("/other")), "/other"));
        taken.answer();
        BOOST_TEST(is_answer_to(other.ask(request("/again")), "/again"));
        BOOST_TEST(desk.served == 4);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(bytes_that_nobody_reads_do_not_cost_the_answer) {
  for (const int family : {AF_UNIX, AF_INET}) {
    Desk desk({.threads = 1}, family);
    Front front(desk.door);
    front.send(request("/wait", 1, false));
    const Taken taken = desk.next();
    front.send("more");
    taken.reply(large());
    BOOST_TEST(front.answer().text.size() > (5u << 20));
    BOOST_TEST(front.ended());
  }
}

BOOST_AUTO_TEST_CASE(a_peer_that_shuts_its_side_only_still_gets_its_answer) {
  Desk desk({.threads = 1});
  Front front(desk.door);
  front.send(request("/wait") + request("/more"));
  front.shut_writing();
  const Taken taken = desk.next();
  const milliseconds before = cpu_time();
  std::this_thread::sleep_for(milliseconds(200));
  BOOST_TEST((cpu_time() - before).count() <= 20);
  taken.answer();
  BOOST_TEST(is_answer_to(front.answer(), "/wait"));
  BOOST_TEST(is_answer_to(front.answer(), "/more"));
  BOOST_TEST(front.ended());
}

BOOST_AUTO_TEST_CASE(who_waits_does_not_make_room) {
  Desk desk({.threads = 1, .connections = 2});
  Front waiting(desk.door);
  waiting.send(request("/wait"));
  const Taken taken = desk.next();
  Front idle(desk.door);
  BOOST_TEST(is_answer_to(idle.ask(request("/idle")), "/idle"));
  Front third(desk.door);
  third.send(request("/wait"));
  const Taken second = desk.next();
  BOOST_TEST(idle.ended());
  Front late(desk.door);
  late.send(request("/late"));
  BOOST_TEST(!late.readable(milliseconds(50)));
  taken.answer();
  BOOST_TEST(is_answer_to(waiting.answer(), "/wait"));
  BOOST_TEST(is_answer_to(late.answer(), "/late"));  // and then the first, idle now, makes room
  BOOST_TEST(waiting.ended());
  second.answer();
  BOOST_TEST(is_answer_to(third.answer(), "/wait"));
}

BOOST_AUTO_TEST_CASE(who_waits_too_long_gets_504_and_the_reply_does_nothing) {
  Desk desk({.threads = 1, .waiting = milliseconds(100)});
  Front front(desk.door);
  const auto begun = steady_clock::now();
  front.send(request("/wait", 1) + request("/behind", 2) + request("/wait", 3));
  const Taken taken = desk.next();
  BOOST_TEST(is_fault(front.answer(), 504, 1));
  BOOST_TEST((steady_clock::now() - begun >= milliseconds(90)));
  BOOST_TEST(is_answer_to(front.answer(), "/behind", 2));
  taken.answer();
  BOOST_TEST(is_fault(front.answer(), 504, 3));
  BOOST_TEST(is_answer_to(front.ask(request("/fine", 4)), "/fine", 4));
}

BOOST_AUTO_TEST_CASE(a_late_answer_without_progress_is_dropped) {
  Desk desk({.threads = 1, .stalled = milliseconds(100)});
  Front front(desk.door);
  front.send(request("/wait"));
  desk.next().reply(large());
  std::this_thread::sleep_for(milliseconds(400));
  BOOST_TEST(!front.answer().whole);
  BOOST_TEST(answers(desk.door));
}

BOOST_AUTO_TEST_CASE(stop_waits_for_replies) {
  Desk desk({.threads = 2});
  std::vector<std::unique_ptr<Front>> fronts;
  for (int i = 0; i < 8; ++i) {
    fronts.push_back(std::make_unique<Front>(desk.door));
    fronts.back()->send(request("/wait"));
  }
  const std::vector<Taken> taken = desk.next(8);
  fronts[0]->send(request("/more"));
  std::atomic<bool> stopped{false};
  std::thread stopper([&] {
    desk.server->stop(kPatience);
    stopped = true;
  });
  // Nobody listens any more: it has begun to stop.
  BOOST_TEST(eventually([&] { return !Front(desk.door).connected(); }));
  BOOST_TEST(!stopped);
  for (const Taken& one : taken) one.answer();
  for (auto& front : fronts) {
    BOOST_TEST(is_answer_to(front->answer(), "/wait"));
    if (front == fronts[0]) BOOST_TEST(is_answer_to(front->answer(), "/more"));
    BOOST_TEST(front->ended());
  }
  stopper.join();
}

BOOST_AUTO_TEST_CASE(stop_waits_for_replies_no_longer_than_told) {
  Desk desk({.threads = 2});
  std::vector<std::unique_ptr<Front>> fronts;
  for (int i = 0; i < 8; ++i) {
    fronts.push_back(std::make_unique<Front>(desk.door));
    fronts.back()->send(request("/wait"));
  }
  const std::vector<Taken> taken = desk.next(8);
  const auto begun = steady_clock::now();
  desk.server->stop(milliseconds(150));
  const auto took = steady_clock::now() - begun;
  BOOST_TEST((took >= milliseconds(140)));
  BOOST_TEST((took < milliseconds(3000)));
  for (const Taken& one : taken) one.answer();
  for (auto& front : fronts) BOOST_TEST(front->ended());
}

BOOST_AUTO_TEST_CASE(replies_may_outlive_the_server) {
  const std::size_t before = open_descriptors();
  for (int round = 0; round < 10; ++round) {
    Desk desk({.threads = 2});
    std::vector<Taken> taken;
    {
      std::vector<std::unique_ptr<Front>> fronts;
      for (int i = 0; i < 8; ++i) {
        fronts.push_back(std::make_unique<Front>(desk.door));
        fronts.back()->send(request("/wait"));
      }
      taken = desk.next(8);
      // Some speak while the server goes, some afterwards, some never.
      std::thread speaker([&] {
        for (std::size_t i = 0; i < 4; ++i) taken[i].answer();
      });
      desk.server.reset();
      speaker.join();
    }
    taken[4].answer();
    taken[5].answer();
    BOOST_TEST(open_descriptors() <= before);
  }
}

BOOST_AUTO_TEST_CASE(a_server_that_is_started_again_does_not_know_old_replies) {
  Desk desk({.threads = 1});
  Front front(desk.door);
  front.send(request("/wait"));
  const Taken old = desk.next();
  desk.server->stop(milliseconds(0));
  Listener door = listen_on(AF_UNIX);
  desk.server->start(std::move(door.socket));
  Front again(door);
  again.send(request("/wait"));
  const Taken taken = desk.next();
  old.reply(page("/old"));
  BOOST_TEST(!again.readable(milliseconds(30)));
  taken.answer();
  BOOST_TEST(is_answer_to(again.answer(), "/wait"));
}

BOOST_AUTO_TEST_CASE(peers_that_come_and_go_while_replies_are_under_way) {
  Desk desk({.threads = 2, .connections = 16});
  std::atomic<bool> done{false};
  std::thread worker([&] {
    for (;;) {
      std::optional<Taken> one;
      {
        const std::lock_guard lock(desk.mutex);
        if (!desk.taken.empty()) {
          one = std::move(desk.taken.front());
          desk.taken.pop_front();
        } else if (done) {
          return;
        }
      }
      if (one) one->answer();
    }
  });
  for (int i = 0; i < 500; ++i) {
    Front front(desk.door);
    front.send(request("/wait" + std::to_string(i), 1, i % 3 == 0));
    if (i % 4 == 0) BOOST_TEST(is_answer_to(front.answer(), "/wait" + std::to_string(i)));
  }
  done = true;
  worker.join();
  BOOST_TEST(answers(desk.door));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace octavo
