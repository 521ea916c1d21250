// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "base/log.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "base/file.h"
#include "base/process.h"

using namespace octavo;

namespace {

// Standard error goes where the test looks, until the end of the scope.
class Redirected {
 public:
  explicit Redirected(int to) : before_(::dup(STDERR_FILENO)) { ::dup2(to, STDERR_FILENO); }
  ~Redirected() { ::dup2(before_.number(), STDERR_FILENO); }

 private:
  Fd before_;
};

std::string drain(int fd) {
  std::string all;
  char buffer[4096];
  for (;;) {
    const ssize_t count = ::read(fd, buffer, sizeof buffer);
    if (count <= 0) return all;
    all.append(buffer, static_cast<std::size_t>(count));
  }
}

Pipe open_pipe() {
  Pipe pipe = make_pipe();
  ::fcntl(pipe.read.number(), F_SETFL, O_NONBLOCK);
  return pipe;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(base_log_test)

BOOST_AUTO_TEST_CASE(a_line_begins_with_its_priority) {
  const Pipe pipe = open_pipe();
  {
    const Redirected redirected(pipe.write.number());
    log(Priority::error, "one");
    log_warning("two", {{"EVENT", "not_shown_here"}});
    log_info("a\nb");
  }
  BOOST_TEST(drain(pipe.read.number()) == "<3>one\n<4>two\n<6>a\\x0ab\n");
}

BOOST_AUTO_TEST_CASE(nobody_waits_for_a_reader_who_does_not_read) {
  const Pipe pipe = open_pipe();
  const std::string line(1000, 'x');
  const std::uint64_t before = log_counts().dropped;
  const auto start = std::chrono::steady_clock::now();
  {
    const Redirected redirected(pipe.write.number());
    for (int i = 0; i < 200; ++i) log_info(line);
    BOOST_TEST((std::chrono::steady_clock::now() - start < std::chrono::seconds(3)));
    const std::uint64_t dropped = log_counts().dropped - before;
    BOOST_TEST(dropped > 100u);
    drain(pipe.read.number());
    log_info("after");
    const std::string said = drain(pipe.read.number());
    BOOST_TEST(said == "<4>" + std::to_string(dropped) +
                           " lines were dropped: nobody read the log\n<6>after\n");
  }
}

BOOST_AUTO_TEST_CASE(nor_for_a_stream_socket_that_is_full) {
  int ends[2];
  BOOST_REQUIRE_EQUAL(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  const Fd mine(ends[0]), theirs(ends[1]);
  const auto start = std::chrono::steady_clock::now();
  {
    const Redirected redirected(theirs.number());
    for (int i = 0; i < 2000; ++i) log_info(std::string(1000, 'x'));
  }
  BOOST_TEST((std::chrono::steady_clock::now() - start < std::chrono::seconds(3)));
  ::fcntl(mine.number(), F_SETFL, O_NONBLOCK);
  drain(mine.number());
  const Redirected redirected(theirs.number());
  log_info("through");  // and no count is left for other tests
}

BOOST_AUTO_TEST_CASE(lines_are_counted_by_priority) {
  const Pipe pipe = open_pipe();
  const Redirected redirected(pipe.write.number());
  const LogCounts before = log_counts();
  log_error("one");
  log_error("two");
  log_info("three");
  const LogCounts after = log_counts();
  BOOST_TEST(after.lines[3] - before.lines[3] == 2u);
  BOOST_TEST(after.lines[6] - before.lines[6] == 1u);
  BOOST_TEST(after.lines[4] - before.lines[4] == 0u);
}

BOOST_AUTO_TEST_CASE(an_entry_of_the_journal_has_its_fields) {
  const std::string entry = journal_entry(
      Priority::warning, "tab\there", {{"EVENT", "diagnostic"}, {"EMPTY", ""}, {"FILE", "a\nb"}});
  BOOST_TEST(entry == std::string("MESSAGE=tab\\x09here\nPRIORITY=4\nSYSLOG_IDENTIFIER=") +
                          program_invocation_short_name +
                          "\nSYSLOG_FACILITY=3\nOCTAVO_EVENT=diagnostic\nOCTAVO_FILE\n" +
                          std::string("\x03\0\0\0\0\0\0\0", 8) + "a\nb\n");
}

BOOST_AUTO_TEST_SUITE_END()
