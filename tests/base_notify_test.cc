// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "base/notify.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/file.h"

using namespace octavo;

namespace {

// What a service manager is: a datagram socket with a name.
class Manager {
 public:
  explicit Manager(std::string name) : name_(std::move(name)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, name_.data(), name_.size());
    const bool abstract = name_.starts_with('@');
    if (abstract) address.sun_path[0] = '\0';
    fd_ = Fd(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
    const auto size =
        static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name_.size() + (abstract ? 0 : 1));
    BOOST_REQUIRE_EQUAL(::bind(fd_.number(), reinterpret_cast<const sockaddr*>(&address), size), 0);
  }
  std::string heard() const {
    char buffer[4096];
    const ssize_t count = ::recv(fd_.number(), buffer, sizeof buffer, 0);
    return count < 0 ? "" : std::string(buffer, static_cast<std::size_t>(count));
  }
  const std::string& name() const { return name_; }

 private:
  std::string name_;
  Fd fd_;
};

struct Folder {
  Folder() {
    char pattern[] = "/tmp/octavo-notify-XXXXXX";
    path = ::mkdtemp(pattern);
  }
  ~Folder() { std::filesystem::remove_all(path); }
  std::string path;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(base_notify_test)

BOOST_AUTO_TEST_CASE(a_state_arrives_whole_at_a_path) {
  const Folder folder;
  const Manager manager(folder.path + "/notify");
  BOOST_TEST(notify_to(manager.name(), "READY=1\nSTATUS=serving"));
  BOOST_TEST(manager.heard() == "READY=1\nSTATUS=serving");
}

BOOST_AUTO_TEST_CASE(and_at_an_abstract_name) {
  const Manager manager("@octavo-notify-test-" + std::to_string(::getpid()));
  BOOST_TEST(notify_to(manager.name(), "WATCHDOG=1"));
  BOOST_TEST(manager.heard() == "WATCHDOG=1");
}

BOOST_AUTO_TEST_CASE(the_environment_names_the_manager) {
  ::unsetenv("NOTIFY_SOCKET");
  BOOST_TEST(!notify("READY=1"));
  const Folder folder;
  const Manager manager(folder.path + "/notify");
  ::setenv("NOTIFY_SOCKET", manager.name().c_str(), 1);
  BOOST_TEST(notify("READY=1"));
  ::unsetenv("NOTIFY_SOCKET");
  BOOST_TEST(manager.heard() == "READY=1");
}

BOOST_AUTO_TEST_CASE(what_is_no_socket_is_no_error) {
  for (const std::string& name :
       {std::string(), std::string("/"), std::string("@"), std::string("notify"),
        std::string("vsock:2:1234"), std::string("/nowhere/notify"), '/' + std::string(200, 'x')}) {
    BOOST_TEST(!notify_to(name, "READY=1"), name);
  }
}

BOOST_AUTO_TEST_CASE(nobody_waits_for_a_manager_that_does_not_listen) {
  const Folder folder;
  const Manager manager(folder.path + "/notify");
  const auto start = std::chrono::steady_clock::now();
  bool sent = true;
  for (int i = 0; i < 10'000 && sent; ++i) sent = notify_to(manager.name(), "STATUS=again");
  BOOST_TEST(!sent);  // the queue was full, and that was said
  BOOST_TEST((std::chrono::steady_clock::now() - start < std::chrono::seconds(5)));
  BOOST_TEST(manager.heard() == "STATUS=again");
}

BOOST_AUTO_TEST_CASE(a_status_is_one_line) {
  BOOST_TEST(notify_status("a\nREADY=1\rb\x7f") == "STATUS=a READY=1 b ");
}

BOOST_AUTO_TEST_CASE(a_reload_says_when_it_began) {
  const std::string state = notify_reloading();
  BOOST_TEST(state.starts_with("RELOADING=1\nMONOTONIC_USEC="));
  BOOST_TEST(std::stoll(state.substr(state.rfind('=') + 1)) > 0);
}

BOOST_AUTO_TEST_CASE(more_time_is_asked_for_in_microseconds) {
  BOOST_TEST(notify_extend(std::chrono::seconds(2)) == "EXTEND_TIMEOUT_USEC=2000000");
}

BOOST_AUTO_TEST_CASE(the_watchdog_is_ours_only_if_it_names_us) {
  const auto period = [](const char* usec, const std::string& pid) {
    ::setenv("WATCHDOG_USEC", usec, 1);
    if (pid.empty()) {
      ::unsetenv("WATCHDOG_PID");
    } else {
      ::setenv("WATCHDOG_PID", pid.c_str(), 1);
    }
    const auto found = watchdog_period();
    ::unsetenv("WATCHDOG_USEC");
    ::unsetenv("WATCHDOG_PID");
    return found ? found->count() : -1;
  };
  BOOST_TEST(period("3000000", "") == 3'000'000);
  BOOST_TEST(period("3000000", std::to_string(::getpid())) == 3'000'000);
  BOOST_TEST(period("3000000", "1") == -1);
  BOOST_TEST(period("0", "") == -1);
  BOOST_TEST(period("3s", "") == -1);
  BOOST_TEST(period("99999999999999999999", "") == -1);
  BOOST_TEST((watchdog_period() == std::nullopt));
}

BOOST_AUTO_TEST_SUITE_END()
