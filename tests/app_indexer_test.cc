// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "app/indexer.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>

#include "base/file.h"
#include "base/time.h"

using namespace octavo;

namespace {

// A state folder with a shell script in the place of octavo: $2 is the folder, descriptor 3 the
// image. It goes away with all that is in it.
class Stage {
 public:
  explicit Stage(const std::string& script) {
    std::string pattern = "/tmp/octavo-indexer-XXXXXX";
    BOOST_REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    folder = pattern;
    program = folder + "/program";
    write("program", "#!/bin/sh\n" + script);
    ::chmod(program.c_str(), 0700);
  }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  ~Stage() { std::filesystem::remove_all(folder); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder + '/' + name) << text;
  }
  std::string read(const std::string& name) const {
    std::stringstream text;
    text << std::ifstream(folder + '/' + name).rdbuf();
    return text.str();
  }
  bool has(const std::string& name) const { return std::filesystem::exists(folder + '/' + name); }
  Fd image(const std::string& text) const {
    write("image", text);
    Fd fd(::open((folder + "/image").c_str(), O_RDONLY | O_CLOEXEC));
    std::filesystem::remove(folder + "/image");
    return fd;
  }

  std::string folder, program;
};

constexpr IndexerPace kQuick{std::chrono::milliseconds(1), std::chrono::milliseconds(64),
                             std::chrono::milliseconds(200), std::chrono::minutes(10)};

struct Indexing {
  explicit Indexing(const Stage& stage, IndexerPace pace = kQuick)
      : indexer(
            stage.program, stage.folder, "en", [this] { ++done; }, pace) {}

  // As the daemon's main thread does it; false when it took too long.
  bool drive(const std::function<bool()>& until) {
    const std::int64_t end = monotonic_ms() + 60'000;
    while (!until()) {
      if (monotonic_ms() > end) return false;
      std::vector<pollfd> fds;
      indexer.add_descriptors(fds);
      const int timeout = indexer.timeout_ms();
      ::poll(fds.data(), fds.size(), timeout < 0 ? 10 : std::min(timeout, 10));
      indexer.step();
    }
    return true;
  }
  bool runs() const {
    std::vector<pollfd> fds;
    indexer.add_descriptors(fds);
    return !fds.empty();
  }
  // A run begins, and comes to its end.
  bool one_run() {
    return drive([this] { return runs(); }) && drive([this] { return !runs(); });
  }

  int done = 0;
  Indexer indexer;
};

// What is said on standard error in the meantime, by us and by children.
class Said {
 public:
  explicit Said(const Stage& stage)
      : path_(stage.folder + "/said"), before_(::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)) {
    const Fd file(::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
    ::dup2(file.number(), STDERR_FILENO);
  }
  ~Said() { ::dup2(before_.number(), STDERR_FILENO); }
  std::string text() const {
    std::stringstream text;
    text << std::ifstream(path_).rdbuf();
    return text.str();
  }
  bool has(const std::string& part) const { return text().find(part) != std::string::npos; }

 private:
  std::string path_;
  Fd before_;
};

unsigned descriptors_of_removed_files_in(const std::string& folder) {
  unsigned count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const std::string target = std::filesystem::read_symlink(entry, gone).string();
    count += target.starts_with(folder) && target.ends_with(" (deleted)");
  }
  return count;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(app_indexer_test)

BOOST_AUTO_TEST_CASE(without_a_state_folder_nothing_is_ever_done) {
  const Stage stage("touch \"$0.ran\"\n");
  int done = 0;
  Indexer indexer(
      stage.program, "", "en", [&done] { ++done; }, kQuick);
  indexer.want(stage.image("one").number(), 1);
  indexer.step();
  std::vector<pollfd> fds;
  indexer.add_descriptors(fds);
  BOOST_TEST(fds.empty());
  BOOST_TEST(indexer.timeout_ms() == -1);
  BOOST_TEST(done == 0);
  BOOST_TEST(!stage.has("program.ran"));
}

BOOST_AUTO_TEST_CASE(a_run_is_told_the_state_the_language_and_the_moment_and_has_the_image) {
  const Stage stage("echo \"$* $(cat /proc/self/fd/3)\" > \"$2/told\"\n");
  Indexing indexing(stage);
  BOOST_TEST(indexing.indexer.timeout_ms() == -1);
  indexing.indexer.want(stage.image("the image").number(), -7);
  BOOST_TEST(indexing.done == 1);  // there may be an index from before
  BOOST_REQUIRE(indexing.drive([&] { return indexing.done == 2; }));
  BOOST_TEST(stage.read("told") == "index " + stage.folder + " en -7 the image\n");
  BOOST_TEST(indexing.indexer.timeout_ms() == -1);
}

BOOST_AUTO_TEST_CASE(one_run_at_a_time_and_then_the_newest_alone) {
  const Stage stage(
      "echo \"begin $4 $(cat /proc/self/fd/3)\" >> \"$2/runs\"\n"
      "while [ ! -e \"$2/go\" ]; do sleep 0.01; done\n"
      "echo \"end $4\" >> \"$2/runs\"\n");
  Indexing indexing(stage);
  indexing.indexer.want(stage.image("one").number(), 1);
  BOOST_REQUIRE(indexing.drive([&] { return stage.read("runs") == "begin 1 one\n"; }));
  indexing.indexer.want(stage.image("two").number(), 2);
  indexing.indexer.want(stage.image("three").number(), 3);
  int rounds = 0;
  indexing.drive([&] { return ++rounds > 20; });
  BOOST_TEST(stage.read("runs") == "begin 1 one\n");
  stage.write("go", "");
  BOOST_REQUIRE(indexing.drive([&] { return indexing.done == 3; }));
  BOOST_TEST(stage.read("runs") == "begin 1 one\nend 1\nbegin 3 three\nend 3\n");
  BOOST_TEST(indexing.indexer.timeout_ms() == -1);
}

BOOST_AUTO_TEST_CASE(the_image_is_let_go_when_it_is_indexed_or_a_newer_one_is_wanted) {
  const Stage stage("exit 0\n");
  Indexing indexing(stage);
  for (int i = 0; i < 5; ++i) indexing.indexer.want(stage.image("x").number(), i);
  BOOST_TEST(descriptors_of_removed_files_in(stage.folder) == 1u);
  BOOST_REQUIRE(indexing.drive([&] { return indexing.done == 2; }));
  BOOST_TEST(descriptors_of_removed_files_in(stage.folder) == 0u);
}

BOOST_AUTO_TEST_CASE(what_fails_is_tried_again_ever_later_until_a_newer_one_is_wanted) {
  const Stage stage("cat /proc/self/fd/3 >> \"$2/seen\"\nexit 1\n");
  Indexing indexing(stage);
  indexing.indexer.want(stage.image("a").number(), 1);
  for (const int wait : {64, 128, 200, 200}) {
    BOOST_REQUIRE(indexing.one_run());
    const int timeout = indexing.indexer.timeout_ms();
    BOOST_TEST(timeout <= wait);
    BOOST_TEST(timeout > wait / 2);
  }
  BOOST_TEST(stage.read("seen") == "aaaa");
  indexing.indexer.want(stage.image("b").number(), 2);
  BOOST_TEST(indexing.indexer.timeout_ms() <= 1);
  BOOST_REQUIRE(indexing.one_run());
  BOOST_TEST(stage.read("seen") == "aaaab");
  BOOST_TEST(indexing.indexer.timeout_ms() <= 64);
  BOOST_TEST(indexing.done == 1);
}

BOOST_AUTO_TEST_CASE(a_busy_index_is_tried_again_and_nothing_is_said) {
  const Stage stage("[ -e \"$2/free\" ] && exit 0\ntouch \"$2/free\"\nexit 75\n");
  const Said said(stage);
  Indexing indexing(stage);
  indexing.indexer.want(stage.image("").number(), 1);
  BOOST_TEST(indexing.drive([&] { return indexing.done == 2; }));
  BOOST_TEST(said.text() == "");
}

BOOST_AUTO_TEST_CASE(a_run_that_says_why_it_failed_is_heard_and_when_it_is_tried_again) {
  const Stage stage("[ -e \"$2/well\" ] && exit 0\ntouch \"$2/well\"\necho because >&2\nexit 1\n");
  const Said said(stage);
  Indexing indexing(stage);
  indexing.indexer.want(stage.image("").number(), 1);
  BOOST_TEST(indexing.drive([&] { return indexing.done == 2; }));
  BOOST_TEST(said.text().starts_with("because\n"));
  BOOST_TEST(said.text().find("indexing failed; it is tried again in ") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_run_that_is_killed_is_told_of_and_tried_again) {
  const Stage stage("[ -e \"$2/well\" ] && exit 0\ntouch \"$2/well\"\nkill -9 $$\n");
  const Said said(stage);
  Indexing indexing(stage);
  indexing.indexer.want(stage.image("").number(), 1);
  BOOST_TEST(indexing.drive([&] { return indexing.done == 2; }));
  BOOST_TEST(said.has("indexing ended with signal 9 (Killed)"), said.text());
}

BOOST_AUTO_TEST_CASE(a_run_that_hangs_is_ended_and_tried_again) {
  const Stage stage("[ -e \"$2/well\" ] && exit 0\ntouch \"$2/well\"\nexec sleep 1000\n");
  const Said said(stage);
  IndexerPace pace = kQuick;
  pace.patience = std::chrono::milliseconds(500);
  Indexing indexing(stage, pace);
  indexing.indexer.want(stage.image("").number(), 1);
  BOOST_REQUIRE(indexing.drive([&] { return stage.has("well"); }));
  BOOST_TEST(indexing.indexer.timeout_ms() <= 500);
  BOOST_TEST(indexing.drive([&] { return indexing.done == 2; }));
  BOOST_TEST(said.has("indexing took more than 1 s and was ended"), said.text());
}

BOOST_AUTO_TEST_CASE(a_program_that_cannot_be_started_is_told_of_and_tried_again) {
  const Stage stage("exit 0\n");
  std::filesystem::rename(stage.program, stage.program + ".away");
  const Said said(stage);
  Indexing indexing(stage);
  indexing.indexer.want(stage.image("").number(), 1);
  BOOST_REQUIRE(indexing.drive([&] { return said.has("cannot start " + stage.program); }));
  std::filesystem::rename(stage.program + ".away", stage.program);
  BOOST_TEST(indexing.drive([&] { return indexing.done == 2; }));
}

BOOST_AUTO_TEST_CASE(a_descriptor_that_is_none_is_told_of_and_what_was_wanted_before_stays) {
  const Stage stage("cat /proc/self/fd/3 > \"$2/seen\"\n");
  const Said said(stage);
  Indexing indexing(stage);
  indexing.indexer.want(stage.image("kept").number(), 1);
  indexing.indexer.want(-1, 2);
  BOOST_TEST(said.has("cannot follow the site"), said.text());
  BOOST_REQUIRE(indexing.drive([&] { return indexing.done == 2; }));
  BOOST_TEST(stage.read("seen") == "kept");
}

BOOST_AUTO_TEST_CASE(its_end_is_the_end_of_a_run_and_leaves_no_zombie) {
  const Stage stage("echo $$ > \"$2/pid~\"\nmv \"$2/pid~\" \"$2/pid\"\nexec sleep 1000\n");
  {
    Indexing indexing(stage);
    indexing.indexer.want(stage.image("").number(), 1);
    BOOST_REQUIRE(indexing.drive([&] { return stage.has("pid"); }));
  }
  const int pid = std::atoi(stage.read("pid").c_str());
  BOOST_REQUIRE(pid > 1);
  BOOST_TEST((::kill(pid, 0) != 0 && errno == ESRCH));
  BOOST_TEST((::waitpid(pid, nullptr, WNOHANG) == -1 && errno == ECHILD));
}

BOOST_AUTO_TEST_SUITE_END()
