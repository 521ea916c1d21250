// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "app/metrics.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <filesystem>
#include <thread>

#include "app/control.h"
#include "base/socket_file.h"

using namespace octavo;
using namespace std::chrono_literals;

namespace {

Standing some_standing() {
  Standing my;
  my.version = "1.0";
  my.title = "Notes";
  my.now = 1'795'775'460;  // 2026-11-27T10:31:00Z
  my.started = my.now - 90'000;
  my.serving = true;
  my.posts = 509;
  my.generation = 2;
  my.published = my.now;
  my.last.ended = true;
  my.last.at = my.now;
  return my;
}

bool has(const std::string& text, std::string_view line) {
  return ('\n' + text).find('\n' + std::string(line) + '\n') != std::string::npos;
}

std::string asked(std::string_view request, bool end = false) {
  Talk talk;
  talk.in = request;
  hear_scraper(talk, end, [] { return std::string("figures\n"); });
  return talk.whole ? talk.out : "(waits)";
}

struct Folder {
  Folder() {
    char pattern[] = "/tmp/octavo-keepers-XXXXXX";
    path = ::mkdtemp(pattern);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

Fd dial(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  BOOST_REQUIRE_EQUAL(
      ::connect(fd.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  return fd;
}

void say(const Fd& fd, std::string_view text) {
  BOOST_REQUIRE_EQUAL(::send(fd.number(), text.data(), text.size(), MSG_NOSIGNAL),
                      static_cast<ssize_t>(text.size()));
}

// What has come, until there is nothing more for the moment.
std::string heard(const Fd& fd, bool* closed = nullptr) {
  std::string all;
  char buffer[4096];
  for (;;) {
    const ssize_t count = ::recv(fd.number(), buffer, sizeof buffer, MSG_DONTWAIT);
    if (closed != nullptr) *closed = count == 0;
    if (count <= 0) return all;
    all.append(buffer, static_cast<std::size_t>(count));
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(app_metrics_test)

BOOST_AUTO_TEST_CASE(an_address_is_of_a_class_by_its_form) {
  const struct {
    std::string_view target;
    RouteClass route;
  } kTable[] = {
      {"/", RouteClass::home},
      {"/?utm=x", RouteClass::home},
      {"", RouteClass::home},
      {"/blog/", RouteClass::list},
      {"/blog/tag/a/", RouteClass::list},
      {"/blog/tag/a/feed.xml", RouteClass::feed},
      {"/posts/a/", RouteClass::post},
      {"/posts/a/md/", RouteClass::markdown},
      {"/posts/a/pdf/", RouteClass::pdf},
      {"/og/a.svg", RouteClass::card},
      {"/search/?q=/posts/a/pdf/", RouteClass::search},
      {"/search/live/?q=a", RouteClass::live},
      {"/feed.json", RouteClass::feed},
      {"/rss.xml", RouteClass::feed},
      {"/sitemap.xml", RouteClass::machine},
      {"/robots.txt", RouteClass::machine},
      {"/favicon.ico", RouteClass::machine},
      {"/opensearch.xml", RouteClass::machine},
      {"/llms.txt", RouteClass::machine},
      {"/theme.css", RouteClass::machine},
      {"/about/", RouteClass::other},
      {"/wp-login.php", RouteClass::other},
      {"*", RouteClass::home},
  };
  for (const auto& row : kTable)
    BOOST_TEST(route_name(route_class(row.target)) == route_name(row.route), row.target);
}

BOOST_AUTO_TEST_CASE(threads_count_without_losing_anything) {
  Tallies tallies;
  {
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&tallies] {
        Tally& own = tallies.make();
        for (int n = 0; n < 10'000; ++n) {
          own.count(RouteClass::post, {200, FromCache::hit}, 1us);
          if (n % 10 == 0) tallies.count(RouteClass::search, {503, FromCache::bypass}, 1ms);
          if (n % 100 == 0) tallies.sums();
        }
      });
    }
    for (std::thread& thread : threads) thread.join();
  }
  const Requests sums = tallies.sums();
  BOOST_TEST(sums.all() == 44'000u);
  BOOST_TEST(sums.of_class(2) == 40'000u);
  BOOST_TEST(sums.of_class(5) == 4'000u);
  BOOST_TEST(sums.by_cache[static_cast<std::size_t>(FromCache::hit)] == 40'000u);
  BOOST_TEST(sums.took_all().count() == 44'000u);
}

BOOST_AUTO_TEST_CASE(a_bucket_holds_what_is_no_longer_than_its_end) {
  Tally tally;
  for (const auto took : {0ns, 2'000ns, 2'001ns, 10'000'000'000ns})
    tally.count(RouteClass::home, {200, FromCache::hit}, took);
  Requests sums;
  tally.add_to(sums);
  const Histogram& home = sums.took[0];
  BOOST_TEST(home.counts.front() == 2u);
  BOOST_TEST(home.counts[1] == 1u);
  BOOST_TEST(home.counts.back() == 1u);
  Standing my = some_standing();
  my.requests = sums;
  const std::string text = metrics_text(my);
  const std::string name = "octavo_request_duration_seconds";
  BOOST_TEST(has(text, name + "_bucket{route=\"home\",le=\"2e-06\"} 2"));
  BOOST_TEST(has(text, name + "_bucket{route=\"home\",le=\"1e-05\"} 3"));
  BOOST_TEST(has(text, name + "_bucket{route=\"home\",le=\"2.5\"} 3"));
  BOOST_TEST(has(text, name + "_bucket{route=\"home\",le=\"+Inf\"} 4"));
  BOOST_TEST(has(text, name + "_count{route=\"home\"} 4"));
}

BOOST_AUTO_TEST_CASE(the_managers_line_says_what_matters) {
  Standing my = some_standing();
  BOOST_TEST(status_line(my) == "serving 509 posts, reloaded 10:31");
  my.last.failure = "2 errors in the content";
  my.last.errors = 2;
  BOOST_TEST(status_line(my) == "serving 509 posts, reloaded 10:31, 2 errors in the last try");
  my.last.errors = 0;
  my.last.failure = "signal 9 (Killed)";
  BOOST_TEST(status_line(my) ==
             "serving 509 posts, reloaded 10:31, the last try failed: signal 9 (Killed)");
  my.last.failure.clear();
  my.now += 86'400;  // the next day the time alone would not say which
  BOOST_TEST(status_line(my) == "serving 509 posts, reloaded 2026-11-27 10:31");
  my.generation = 1;
  my.posts = 1;
  my.local = [](Moment at) { return ZonedTime{at, 3600}; };
  BOOST_TEST(status_line(my) == "serving 1 post since 2026-11-27 11:31");
  my.serving = false;
  BOOST_TEST(status_line(my) == "making the site");
}

BOOST_AUTO_TEST_CASE(an_alarm_stands_in_the_line_the_text_and_the_figures) {
  Standing my = some_standing();
  BOOST_TEST(alarms(my).empty());
  BOOST_TEST(has(metrics_text(my), "octavo_reload_failed 0"));
  my.last.failure = "1 error in the content";
  my.last.errors = 1;
  my.indexer.wanted = my.indexer.broken = true;
  my.press = PressFigures();
  my.press->trouble = "octavo-print does not answer";
  my.press->worker_gone = true;
  my.threads_answer = false;
  std::string events;
  for (const Alarm& alarm : alarms(my)) events += alarm.event + ' ';
  BOOST_TEST(events == "reload_failed index_broken worker_gone threads_stuck ");
  const std::string text = metrics_text(my);
  for (const char* gauge : {"octavo_reload_failed 1", "octavo_index_broken 1",
                            "octavo_print_worker_gone 1", "octavo_threads_stuck 1"})
    BOOST_TEST(has(text, gauge), gauge);
  for (const char* event : {"reload_failed", "index_broken", "worker_gone", "threads_stuck"}) {
    BOOST_TEST(status_text(my).find(event) != std::string::npos, event);
    BOOST_TEST(status_json(my).find(event) != std::string::npos, event);
  }
  const std::string line = status_line(my);
  BOOST_TEST(line.find("search index broken") != std::string::npos);
  BOOST_TEST(line.find("no PDFs: the print worker is gone") != std::string::npos);
  my.press->worker_gone = false;
  my.press->trouble = "the disk is full";
  BOOST_TEST(alarms(my).at(2).event == "print_trouble");
  BOOST_TEST(has(metrics_text(my), "octavo_print_trouble 1"));
  BOOST_TEST(has(metrics_text(my), "octavo_print_worker_gone 0"));
  BOOST_TEST(status_text(my).find("print_trouble: the disk is full") != std::string::npos);
  BOOST_TEST(status_line(my).find("trouble with PDFs") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(an_image_that_is_served_without_composing_has_its_date) {
  Standing my = some_standing();
  my.last = Attempt();
  my.last.ended = true;
  my.last.at = my.now;
  my.last.image = my.now - 86400;
  BOOST_TEST(status_text(my).find(": nothing to compose: from the image of 2026-11-26 ") !=
             std::string::npos);
  my.last.failure = "1 error in the content";
  BOOST_TEST(status_text(my).find("1 error in the content; the last good site, of 2026-11-26 ") !=
             std::string::npos);
  my.last.image = kNoTime;
  BOOST_TEST(status_text(my).find("; the site of before stays") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_clock_that_was_set_back_is_no_puzzle) {
  Standing my = some_standing();
  my.published = my.now + 3600;
  BOOST_TEST(status_text(my).find("by a clock that was set back since") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(values_of_labels_are_escaped) {
  Standing my = some_standing();
  my.version = "a\"b\\c\nd";
  BOOST_TEST(metrics_text(my).find("{version=\"a\\\"b\\\\c\\nd\",") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_scraper_is_answered_and_nobody_else) {
  const auto begins = [](const std::string& text, std::string_view with) {
    return text.starts_with(with);
  };
  const std::string whole = asked("GET /metrics HTTP/1.1\r\nHost: a\r\n\r\n");
  BOOST_TEST(begins(whole, "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4"), whole);
  BOOST_TEST(whole.ends_with("\r\n\r\nfigures\n"));
  BOOST_TEST(whole.find("Content-Length: 8\r\n") != std::string::npos);
  const std::string head = asked("HEAD /metrics HTTP/1.0\r\n\r\n");
  BOOST_TEST(begins(head, "HTTP/1.1 200 "));
  BOOST_TEST(head.ends_with("\r\n\r\n"));
  BOOST_TEST(head.find("Content-Length: 8\r\n") != std::string::npos);
  BOOST_TEST(begins(asked("GET /metrics?x HTTP/1.1\n\n"), "HTTP/1.1 200 "));
  BOOST_TEST(begins(asked("GET / HTTP/1.1\r\n\r\n"), "HTTP/1.1 404 "));
  BOOST_TEST(begins(asked("GET /metrics/ HTTP/1.1\r\n\r\n"), "HTTP/1.1 404 "));
  const std::string post = asked("POST /metrics HTTP/1.1\r\n\r\n");
  BOOST_TEST(begins(post, "HTTP/1.1 405 "));
  BOOST_TEST(post.find("\r\nAllow: GET, HEAD\r\n") != std::string::npos);
  BOOST_TEST(begins(asked("GET\r\n\r\n"), "HTTP/1.1 400 "));
  BOOST_TEST(begins(asked("GET /metrics SPDY\r\n\r\n"), "HTTP/1.1 400 "));
  BOOST_TEST(begins(asked(std::string("\0\0\r\n\r\n", 6)), "HTTP/1.1 400 "));
  BOOST_TEST(asked("GET /metrics HTTP/1.1\r\nHost:") == "(waits)");
  BOOST_TEST(begins(asked(std::string(4096, 'a'), true), "HTTP/1.1 431 "));
  BOOST_TEST(asked("", true).empty());
}

BOOST_AUTO_TEST_CASE(who_is_silent_makes_room_and_goes) {
  const Folder folder;
  const SocketFile file(folder.path + "/s", 0600);
  TalkLimits limits;
  limits.at_once = 2;
  limits.asking_ms = 50;
  Talks talks(
      file.fd(),
      [](Talk& talk, bool) {
        if (talk.in.find('\n') == std::string::npos) return;
        talk.out = "yes\n";
        talk.whole = true;
      },
      limits);
  const Fd first = dial(file.path()), second = dial(file.path()), third = dial(file.path());
  say(third, "a");
  talks.step();
  bool closed = false;
  heard(first, &closed);
  BOOST_TEST(closed);  // its place was wanted
  heard(second, &closed);
  BOOST_TEST(!closed);
  say(third, "b\n");
  talks.step();
  BOOST_TEST(heard(third) == "yes\n");
  BOOST_TEST(talks.timeout_ms() <= 50);
  std::this_thread::sleep_for(60ms);  // its time, not luck
  talks.step();
  heard(second, &closed);
  BOOST_TEST(closed);
}

BOOST_AUTO_TEST_CASE(who_does_not_read_costs_a_place_and_no_more) {
  const Folder folder;
  const SocketFile file(folder.path + "/s", 0600);
  TalkLimits limits;
  limits.answering_ms = 50;
  const std::string large(4 << 20, 'x');
  Talks talks(
      file.fd(),
      [&](Talk& talk, bool) {
        talk.out = large;
        talk.whole = true;
      },
      limits);
  const Fd peer = dial(file.path());
  say(peer, "a");
  ::shutdown(peer.number(), SHUT_WR);
  talks.step();
  std::vector<pollfd> fds;
  talks.add_descriptors(fds);
  BOOST_TEST(fds.size() == 2u);
  BOOST_TEST(::poll(fds.data(), fds.size(), 0) == 0);  // no going round and round meanwhile
  std::this_thread::sleep_for(60ms);
  talks.step();
  fds.clear();
  talks.add_descriptors(fds);
  BOOST_TEST(fds.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_reload_is_waited_for_and_its_errors_are_told) {
  const Folder folder;
  const SocketFile file(folder.path + "/s", 0600);
  std::uint64_t asked_for = 0, done = 0;
  Attempt last;
  Control control(file.fd(), {[](bool json) { return std::string(json ? "{}\n" : "fine\n"); },
                              [&] { return ++asked_for; }, [&] { return done; },
                              [&]() -> const Attempt& { return last; }});
  const auto step = [&] {
    control.talks().step();
    control.step();
  };
  const Fd waits = dial(file.path()), looks = dial(file.path()), wrong = dial(file.path());
  say(waits, "reload\n");
  say(looks, "status json\n");
  say(wrong, "restart\n");
  step();
  BOOST_TEST(asked_for == 1u);
  BOOST_TEST(heard(looks) == "{}\n");  // while the reload runs
  BOOST_TEST(heard(wrong).starts_with("failed: "));
  bool closed = false;
  BOOST_TEST(heard(waits, &closed).starts_with("# "));
  BOOST_TEST(!closed);
  last.ended = true;
  last.failure = "1 error in the content";
  last.errors = 1;
  last.lines = {"posts/a.md:1:2: error: no"};
  done = 1;
  step();
  BOOST_TEST(heard(waits, &closed) ==
             "posts/a.md:1:2: error: no\nfailed: 1 error in the content; the running site stays\n");
}

BOOST_AUTO_TEST_CASE(a_socket_left_behind_is_replaced_a_living_one_is_not) {
  const Folder folder;
  const std::string path = folder.path + "/s";
  {
    // As a killed daemon leaves it.
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    const Fd dead(::socket(AF_UNIX, SOCK_STREAM, 0));
    BOOST_REQUIRE_EQUAL(
        ::bind(dead.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  }
  {
    const SocketFile file(path, 0600);
    BOOST_CHECK_THROW(SocketFile(path, 0600), Error);
    BOOST_TEST(std::filesystem::exists(path));  // and it is still the first one's
    const auto mode = std::filesystem::status(path).permissions();
    BOOST_TEST(static_cast<unsigned>(mode) == 0600u);
  }
  BOOST_TEST(!std::filesystem::exists(path));
  BOOST_CHECK_THROW(SocketFile(folder.path + '/' + std::string(200, 'x'), 0600), Error);
  BOOST_CHECK_THROW(SocketFile(folder.path + "/none/s", 0600), Error);
  std::filesystem::create_directory(folder.path + "/folder");
  BOOST_CHECK_THROW(SocketFile(folder.path + "/folder", 0600), Error);
}

BOOST_AUTO_TEST_CASE(a_port_knows_whom_it_reaches) {
  BOOST_TEST((listen_on_port("127.0.0.1:0").reach == Reach::machine));
  BOOST_TEST((listen_on_port("0.0.0.0:0").reach == Reach::world));
  BOOST_CHECK_THROW(listen_on_port("nowhere"), Error);
}

BOOST_AUTO_TEST_SUITE_END()
