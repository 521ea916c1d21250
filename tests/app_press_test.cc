// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "app/press.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <future>

#include "app/answer.h"
#include "app/press_answer.h"
#include "app/press_memory.h"
#include "app/press_store.h"
#include "app/press_work.h"
#include "tests/print_worker.h"
#include "tests/render_site.h"

using namespace octavo;
using namespace std::string_literals;
using octavo::test::FakeWorker;
using octavo::test::kDay;
using octavo::test::kNow;
using octavo::test::Visitor;
using std::chrono::milliseconds;
namespace fs = std::filesystem;

namespace {

using Kind = Pressed::Kind;

constexpr milliseconds kPatience{20000};  // a sanitizer on a busy machine is slow

// Holds back who passes until it is opened.
class Gate {
 public:
  void pass() {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait_for(lock, kPatience, [this] { return open_; });
  }
  void open() {
    const std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  bool reached_by(int count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, kPatience, [&] { return arrived_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  int arrived_ = 0;
  bool open_ = false;
};

// What a press has to say, whenever it does.
class Answers {
 public:
  Press::Done taker() {
    return [this](const Pressed& pressed) {
      const std::lock_guard lock(mutex_);
      all_.push_back(pressed);
      changed_.notify_all();
    };
  }
  std::vector<Pressed> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, kPatience, [&] { return all_.size() >= count; });
    BOOST_TEST(all_.size() == count);
    return all_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<Pressed> all_;
};

// A site with its folders, and whoever prints it.
struct Shop {
  explicit Shop(std::vector<Post> posts = {}, PressPace given = {}) : pace(given) {
    std::string pattern = "/tmp/octavo-press-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    root = pattern;
    fs::create_directories(root + "/content/images");
    fs::create_directory(root + "/cache");
    ::chmod((root + "/cache").c_str(), 0711);
    if (posts.empty()) posts.push_back(test::post("one", "One", 1));
    publish(posts);
    open();
  }
  Shop(const Shop&) = delete;
  Shop& operator=(const Shop&) = delete;
  ~Shop() {
    press.reset();
    fs::remove_all(root);
  }

  void open() {
    press.emplace(root + "/cache", cell, pace,
                  [this](Priority, const std::string& what, LogFields fields) {
                    const std::lock_guard lock(mutex);
                    said.push_back(what);
                    for (const LogField& field : fields)
                      if (field.name == "EVENT") events += field.value + ' ';
                  });
    publish(last, last_moment);
  }
  void publish(const std::vector<Post>& posts, Moment moment = kNow,
               const std::string& body = "<p>Body.</p>") {
    last = posts;
    last_moment = moment;
    auto info = std::make_shared<SiteInfo>(test::info());
    info->has_press = true;
    PressSettings settings;
    settings.socket = root + "/print.sock";
    settings.content = root + "/content";
    settings.letter = letter;
    settings.most_bytes = most_bytes;
    cell.publish(std::make_shared<const Snapshot>(
        Snapshot{Site(test::image_of(posts, body), moment),
                 Theme::load(test::shipped_templates(), ""),
                 info,
                 {},
                 ++generation,
                 nullptr,
                 nullptr,
                 std::make_shared<Searcher>(""),
                 press ? &*press : nullptr,
                 std::make_shared<const PressSettings>(settings)}));
  }
  std::string socket() const { return root + "/print.sock"; }
  std::string file(const std::string& name) const { return root + "/cache/press/" + name; }
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(root + "/cache/press")) {
      const std::string name = entry.path().filename();
      if (name != "worker") names.push_back(name);
    }
    return names;
  }
  PressWish wish(const std::string& slug, Product product = Product::pdf) const {
    return {product, slug, *cell.copy()->site.find_post(slug)};
  }
  Pressed ask(const std::string& slug, Product product = Product::pdf, bool force = false) {
    Answers answers;
    press->ask(wish(slug, product), cell.copy(), answers.taker(), force);
    return answers.wait_for(1).at(0);
  }
  bool was_said(const std::string& part) {
    const std::lock_guard lock(mutex);
    return std::ranges::any_of(
        said, [&](const std::string& line) { return line.find(part) != std::string::npos; });
  }
  std::string said_events() {
    const std::lock_guard lock(mutex);
    return events;
  }
  std::optional<Pressed> find(const std::string& slug) {
    return press->find(Product::pdf, slug, *cell.copy());
  }
  Response get(std::string_view target, std::string_view method = "GET",
               std::string_view match = {}) {
    Request request;
    request.method = method;
    request.target = target;
    request.if_none_match = match;
    return handle(request, *cell.copy(), kNow);
  }

  std::string root;
  PressPace pace;
  bool letter = false;
  std::size_t most_bytes = 512u << 20;
  SnapshotCell cell;
  std::mutex mutex;
  std::vector<std::string> said;  // guarded by mutex
  std::string events;             // guarded by mutex
  std::uint64_t generation = 0;
  std::vector<Post> last;
  Moment last_moment = kNow;
  std::optional<Press> press;
};

std::vector<Post> some(int count) {
  std::vector<Post> posts;
  for (int i = 0; i < count; ++i)
    posts.push_back(test::post("p" + std::to_string(i), "Post " + std::to_string(i), i + 1));
  return posts;
}

std::string header(const Response& response, std::string_view name) {
  const Header* found = find_header(response, name);
  return found == nullptr ? "(none)" : found->value;
}

void write(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

std::string read(const std::string& path) {
  return read_file(path, 1u << 20);
}

bool wait_until(const std::function<bool()>& there) {
  for (int i = 0; i < 4000; ++i) {
    if (there()) return true;
    std::this_thread::sleep_for(milliseconds(5));
  }
  return false;
}

// Last asked for so many seconds ago.
void age(const std::string& path, int seconds) {
  const timespec times[2] = {{::time(nullptr) - seconds, 0}, {0, UTIME_OMIT}};
  BOOST_REQUIRE(::utimensat(AT_FDCWD, path.c_str(), times, 0) == 0);
}

constexpr const char* kKeyA = "0123456789abcdef0123456789abcde";  // and one digit

}  // namespace

BOOST_AUTO_TEST_SUITE(app_press_test)

BOOST_AUTO_TEST_CASE(a_pdf_is_made_once_however_many_ask) {
  Shop shop;
  Gate gate;
  FakeWorker worker(shop.socket(), [&](Visitor& visitor) {
    visitor.hello();
    if (!visitor.job()) return;
    ++worker.jobs;
    gate.pass();
    visitor.answer(Outcome::Kind::done, test::small_pdf("x"));
  });
  BOOST_TEST(!shop.find("one"));
  Answers answers;
  for (int i = 0; i < 50; ++i) shop.press->ask(shop.wish("one"), shop.cell.copy(), answers.taker());
  BOOST_TEST(gate.reached_by(1));
  for (int i = 0; i < 50; ++i) shop.press->ask(shop.wish("one"), shop.cell.copy(), answers.taker());
  gate.open();
  for (const Pressed& pressed : answers.wait_for(100)) {
    BOOST_TEST((pressed.kind == Kind::ready));
    BOOST_TEST(is_press_file_name(pressed.file));
  }
  BOOST_TEST(worker.jobs == 1);
  const auto known = shop.find("one");
  BOOST_REQUIRE(known.has_value());
  BOOST_TEST(read(shop.file(known->file)) == test::small_pdf("x"));
  BOOST_TEST(shop.files().size() == 1u);
  struct stat status {};
  BOOST_TEST(::stat(shop.file(known->file).c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 07777) == 0644u);
  BOOST_TEST(::stat((shop.root + "/cache/press").c_str(), &status) == 0);
  BOOST_TEST((status.st_mode & 07777) == 0711u);
  const PressFigures figures = shop.press->figures();
  BOOST_TEST(figures.made == 1u);
  BOOST_TEST(figures.handed_out == 101u);
  BOOST_TEST(figures.files == 1u);
  BOOST_TEST(figures.bytes == test::small_pdf("x").size());
  BOOST_TEST(figures.worker == "1.0");
  BOOST_TEST(figures.browser == "Chrome/156");
}

BOOST_AUTO_TEST_CASE(two_are_at_hand_sixteen_wait_the_rest_is_turned_away) {
  Shop shop(some(50));
  Gate gate;
  FakeWorker worker(shop.socket(), [&](Visitor& visitor) {
    visitor.hello();
    const auto job = visitor.job();
    if (!job) return;
    ++worker.jobs;
    gate.pass();
    visitor.answer(Outcome::Kind::done, test::small_pdf(job->title));
  });
  Answers answers;
  for (int i = 0; i < 50; ++i)
    shop.press->ask(shop.wish("p" + std::to_string(i)), shop.cell.copy(), answers.taker());
  const std::vector<Pressed> away = answers.wait_for(32);
  for (const Pressed& pressed : away) {
    BOOST_TEST((pressed.kind == Kind::turned_away));
    BOOST_TEST(pressed.retry_after > 0u);
  }
  BOOST_TEST(gate.reached_by(2));
  BOOST_TEST(worker.jobs == 2);
  BOOST_TEST(shop.press->figures().at_hand == 2u);
  BOOST_TEST(wait_until([&] { return shop.press->figures().waiting == 16u; }));
  gate.open();
  answers.wait_for(50);
  BOOST_TEST(worker.jobs == 18);
  BOOST_TEST(shop.files().size() == 18u);
  BOOST_TEST(shop.press->figures().turned_away == 32u);
  // What is finished is handed out to however many ask for however many.
  shop.publish(shop.last);
  Answers again;
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < 18; ++i)
      shop.press->ask(shop.wish("p" + std::to_string(i)), shop.cell.copy(), again.taker());
  }
  for (const Pressed& pressed : again.wait_for(180)) BOOST_TEST((pressed.kind == Kind::ready));
  BOOST_TEST(worker.jobs == 18);
}

BOOST_AUTO_TEST_CASE(a_finished_file_is_handed_out_while_nobody_works) {
  Shop shop;
  {
    FakeWorker worker(shop.socket(), {});
    worker.behave(worker.good());
    BOOST_TEST((shop.ask("one").kind == Kind::ready));
  }
  BOOST_TEST(shop.find("one").has_value());
  shop.press.reset();
  shop.open();
  const Pressed pressed = shop.ask("one");
  BOOST_TEST((pressed.kind == Kind::ready));
  BOOST_TEST(!pressed.made);
  BOOST_TEST((shop.ask("one", Product::card).kind == Kind::no_worker));
  BOOST_TEST(shop.was_said("no octavo-print answers"));
}

BOOST_AUTO_TEST_CASE(a_worker_that_is_gone_is_said_once_and_so_is_its_coming_back) {
  PressPace pace;
  pace.greet = milliseconds(0);  // each asker has it greeted
  Shop shop({}, pace);
  shop.press->start();
  for (int i = 0; i < 20; ++i) BOOST_TEST((shop.ask("one").kind == Kind::no_worker));
  BOOST_TEST(shop.said_events() == "worker_gone ");
  {
    FakeWorker worker(shop.socket(), {});
    worker.behave(worker.good());
    BOOST_TEST((shop.ask("one").kind == Kind::ready));
    BOOST_TEST(shop.said_events() == "worker_gone worker_back ");
  }
  BOOST_TEST((shop.ask("one", Product::card).kind == Kind::no_worker));
  BOOST_TEST(shop.said_events() == "worker_gone worker_back worker_gone ");
}

BOOST_AUTO_TEST_CASE(without_a_worker_or_a_browser_one_is_to_ask_later) {
  Shop shop;
  const Pressed alone = shop.ask("one");
  BOOST_TEST((alone.kind == Kind::no_worker));
  BOOST_TEST(alone.retry_after == 30u);
  BOOST_TEST(!shop.press->figures().trouble.empty());
  {
    FakeWorker worker(shop.socket(), [](Visitor& visitor) {
      visitor.hello("1.0", "", "chromium is not installed; apt install chromium");
      visitor.stay();
    });
    const Pressed blind = shop.ask("one");
    BOOST_TEST((blind.kind == Kind::no_worker));
    BOOST_TEST(shop.was_said("apt install chromium"));
  }
  {
    FakeWorker worker(shop.socket(), [](Visitor& visitor) {
      visitor.hello();
      if (visitor.job()) visitor.answer(Outcome::Kind::no_browser, {}, "it is gone");
    });
    BOOST_TEST((shop.ask("one").kind == Kind::no_worker));
  }
  FakeWorker worker(shop.socket(), {});
  worker.behave(worker.good());
  BOOST_TEST((shop.ask("one").kind == Kind::ready));
  BOOST_TEST(shop.press->figures().trouble.empty());
}

BOOST_AUTO_TEST_CASE(a_job_that_fails_is_tried_once_more) {
  Shop shop;
  FakeWorker worker(shop.socket(), [&](Visitor& visitor) {
    visitor.hello();
    if (!visitor.job()) return;
    if (++worker.jobs == 1) return visitor.answer(Outcome::Kind::failed, {}, "the browser died");
    visitor.answer(Outcome::Kind::done, test::small_pdf("x"));
  });
  BOOST_TEST((shop.ask("one").kind == Kind::ready));
  BOOST_TEST(worker.jobs == 2);
}

BOOST_AUTO_TEST_CASE(who_lies_is_not_believed) {
  using namespace std::string_literals;
  const std::string cut = test::small_png().substr(0, 40);
  const std::vector<FakeWorker::Behaviour> liars = {
      [](Visitor& visitor) { visitor.answer(Outcome::Kind::done, "<html>no PDF</html>"); },
      [](Visitor& visitor) { visitor.answer(Outcome::Kind::done, "%PDF-1.4 and no end"); },
      [&](Visitor& visitor) { visitor.answer(Outcome::Kind::done, test::small_png()); },
      [](Visitor&) {},
      [](Visitor& visitor) { visitor.raw("garbage"); },
      [](Visitor& visitor) {
        for (int i = 0; i < 1000; ++i) visitor.hello();
        visitor.stay();
      },
      [](Visitor& visitor) {
        const std::string json = R"({"kind":"done","size":5})";
        visitor.raw("OPR1\3\0\0\0"s + static_cast<char>(json.size()) + "\0\0\0"s + json);
        visitor.stay();
      }};
  for (const FakeWorker::Behaviour& liar : liars) {
    Shop shop;
    FakeWorker worker(shop.socket(), [&](Visitor& visitor) {
      visitor.hello();
      if (!visitor.job()) return;
      ++worker.jobs;
      liar(visitor);
    });
    const Pressed pressed = shop.ask("one");
    BOOST_TEST((pressed.kind == Kind::failed));
    BOOST_TEST(worker.jobs == 2);
    BOOST_TEST(shop.files().empty());
    BOOST_TEST(shop.was_said("failed twice"));
    // Remembered for a moment, so that a page at which the browser dies does not kill it again.
    const auto known = shop.find("one");
    BOOST_TEST((known && known->kind == Kind::failed));
  }
  // Before it has said who it is, it is nobody.
  for (const std::string& noise : {"HTTP/1.1 400 Bad\r\n"s, ""s, std::string(100'000, 'x')}) {
    Shop shop;
    FakeWorker worker(shop.socket(), [&](Visitor& visitor) { visitor.raw(noise); });
    BOOST_TEST((shop.ask("one").kind == Kind::no_worker));
  }
  Shop shop;
  FakeWorker worker(shop.socket(), [&](Visitor& visitor) {
    visitor.hello();
    if (visitor.job()) visitor.answer(Outcome::Kind::done, cut);
  });
  BOOST_TEST((shop.ask("one", Product::card).kind == Kind::failed));
}

BOOST_AUTO_TEST_CASE(who_says_nothing_costs_a_bounded_time) {
  PressPace pace;
  pace.hello = milliseconds(100);
  Shop shop(some(3), pace);
  {
    FakeWorker worker(shop.socket(), [](Visitor& visitor) { visitor.stay(); });
    BOOST_TEST((shop.ask("p0").kind == Kind::no_worker));
    BOOST_TEST(shop.was_said("says nothing"));
  }
  shop.press.reset();
  shop.pace.hello = milliseconds(20'000);
  shop.pace.whole = milliseconds(200);
  shop.open();
  FakeWorker worker(shop.socket(), [](Visitor& visitor) {
    visitor.hello();
    visitor.stay();
  });
  Answers answers;
  for (const char* slug : {"p0", "p1", "p2"})
    shop.press->ask(shop.wish(slug), shop.cell.copy(), answers.taker());
  for (const Pressed& pressed : answers.wait_for(3)) {
    BOOST_TEST((pressed.kind == Kind::late));
    BOOST_TEST(pressed.retry_after > 0u);
  }
  BOOST_TEST(wait_until([&] { return shop.press->figures().at_hand == 0u; }));
  worker.behave(worker.good());
  BOOST_TEST((shop.ask("p0").kind == Kind::ready));
}

BOOST_AUTO_TEST_CASE(a_busy_worker_is_asked_again) {
  PressPace pace;
  pace.busy = milliseconds(10);
  Shop shop({}, pace);
  FakeWorker worker(shop.socket(), [&](Visitor& visitor) {
    visitor.hello();
    if (!visitor.job()) return;
    if (++worker.jobs <= 5) return visitor.answer(Outcome::Kind::busy);
    visitor.answer(Outcome::Kind::done, test::small_pdf("x"));
  });
  BOOST_TEST((shop.ask("one").kind == Kind::ready));
  BOOST_TEST(worker.jobs == 6);
}

BOOST_AUTO_TEST_CASE(what_is_refused_is_not_tried_again_for_a_minute) {
  Shop shop;
  FakeWorker worker(shop.socket(), [&](Visitor& visitor) {
    visitor.hello();
    if (!visitor.job()) return;
    ++worker.jobs;
    visitor.answer(Outcome::Kind::refused, {}, "more than 500 pages");
  });
  BOOST_TEST((shop.ask("one").kind == Kind::refused));
  BOOST_TEST(shop.was_said("the PDF of one is not made: more than 500 pages"));
  BOOST_TEST((shop.find("one") && shop.find("one")->kind == Kind::refused));
  shop.publish(shop.last);  // the same post, after a reload
  BOOST_TEST(!shop.find("one"));
  BOOST_TEST((shop.ask("one").kind == Kind::refused));
  BOOST_TEST(worker.jobs == 1);
  shop.publish(shop.last, kNow, "<p>Mended.</p>");
  BOOST_TEST((shop.ask("one").kind == Kind::refused));
  BOOST_TEST(worker.jobs == 2);
  BOOST_TEST(shop.press->figures().refused == 3u);
  BOOST_TEST(shop.press->figures().trouble.empty());
}

BOOST_AUTO_TEST_CASE(a_post_that_was_hidden_meanwhile_is_not_handed_out) {
  Shop shop(some(2));
  FakeWorker worker(shop.socket(), {});
  const std::vector<Post> posts = some(2);
  for (const int how : {0, 1, 2}) {
    Gate gate;
    worker.behave([&gate](Visitor& visitor) {
      visitor.hello();
      if (!visitor.job()) return;
      gate.pass();
      visitor.answer(Outcome::Kind::done, test::small_pdf("x"));
    });
    shop.publish(posts, kNow, "<p>Text " + std::to_string(how) + ".</p>");
    Answers answers;
    shop.press->ask(shop.wish("p0"), shop.cell.copy(), answers.taker());
    BOOST_TEST(gate.reached_by(1));
    std::vector<Post> changed = posts;
    if (how == 0) changed[0].draft = true;
    if (how == 1) changed[0].expiry_date = {kNow - 1, 0};
    if (how == 2) changed.erase(changed.begin());
    shop.publish(changed);
    gate.open();
    BOOST_TEST((answers.wait_for(1)[0].kind == Kind::hidden));
    BOOST_TEST(shop.get("/posts/p0/pdf/").status == 404);
  }
  // The file is there all the same, for when it is shown again.
  BOOST_TEST(shop.files().size() == 3u);
}

BOOST_AUTO_TEST_CASE(an_answer_belongs_to_the_snapshot_in_which_it_was_asked_for) {
  Shop shop;
  Gate gate;
  FakeWorker worker(shop.socket(), [&](Visitor& visitor) {
    visitor.hello();
    const auto job = visitor.job();
    if (!job) return;
    ++worker.jobs;
    gate.pass();
    visitor.answer(Outcome::Kind::done, test::small_pdf(visitor.bulk(0, job->html_size)));
  });
  Answers answers;
  shop.press->ask(shop.wish("one"), shop.cell.copy(), answers.taker());
  BOOST_TEST(gate.reached_by(1));
  shop.publish(shop.last, kNow, "<p>Another text.</p>");
  BOOST_TEST(!shop.find("one"));
  shop.press->ask(shop.wish("one"), shop.cell.copy(), answers.taker());
  BOOST_TEST(gate.reached_by(2));
  gate.open();
  const std::vector<Pressed> both = answers.wait_for(2);
  BOOST_TEST(both[0].file != both[1].file);
  const auto known = shop.find("one");
  BOOST_REQUIRE(known.has_value());
  BOOST_TEST(read(shop.file(known->file)).find("Another text.") != std::string::npos);
  // The same text in two snapshots is one job.
  Gate shut, heard;
  heard.open();
  worker.behave([&](Visitor& visitor) {
    visitor.hello();
    heard.pass();
    if (!visitor.job()) return;
    ++worker.jobs;
    shut.pass();
    visitor.answer(Outcome::Kind::done, test::small_pdf("x"));
  });
  shop.publish(shop.last, kNow, "<p>Third.</p>");
  shop.press->ask(shop.wish("one"), shop.cell.copy(), answers.taker());
  BOOST_TEST(shut.reached_by(1));
  shop.publish(shop.last, kNow, "<p>Third.</p>");
  shop.press->ask(shop.wish("one"), shop.cell.copy(), answers.taker());
  BOOST_TEST(heard.reached_by(2));
  // The second has found the first when it no longer takes a place of its own.
  BOOST_TEST(wait_until([&] { return shop.press->figures().at_hand == 1u; }));
  shut.open();
  answers.wait_for(4);
  BOOST_TEST(worker.jobs == 3);
}

BOOST_AUTO_TEST_CASE(a_file_that_was_removed_is_made_again) {
  PressPace pace;
  pace.look = milliseconds(0);
  Shop shop({}, pace);
  FakeWorker worker(shop.socket(), {});
  worker.behave(worker.good());
  const Pressed first = shop.ask("one");
  BOOST_TEST(fs::remove(shop.file(first.file)));
  // Handed out once more at most, while somebody looks.
  BOOST_TEST(wait_until([&] { return !shop.find("one"); }));
  const Pressed again = shop.ask("one");
  BOOST_TEST((again.kind == Kind::ready && again.made));
  BOOST_TEST(fs::exists(shop.file(again.file)));
  // The whole folder, too.
  fs::remove_all(shop.root + "/cache/press");
  BOOST_TEST(wait_until([&] { return !shop.find("one"); }));
  const Pressed third = shop.ask("one");
  BOOST_TEST((third.kind == Kind::ready));
  BOOST_TEST(fs::exists(shop.file(third.file)));
}

BOOST_AUTO_TEST_CASE(what_was_seen_long_ago_is_looked_at_before_it_is_handed_out) {
  PressPace pace;
  pace.trust = milliseconds(0);
  pace.look = milliseconds(0);
  Shop shop({}, pace);
  FakeWorker worker(shop.socket(), {});
  worker.behave(worker.good());
  const Pressed first = shop.ask("one");
  BOOST_TEST(wait_until([&] { return !shop.find("one"); }));
  BOOST_TEST((shop.ask("one").kind == Kind::ready));
  BOOST_TEST(worker.jobs == 1);
  fs::remove(shop.file(first.file));
  BOOST_TEST(shop.ask("one").made);
  BOOST_TEST(worker.jobs == 2);
}

BOOST_AUTO_TEST_CASE(a_torn_file_is_made_again) {
  Shop shop;
  FakeWorker worker(shop.socket(), {});
  worker.behave(worker.good());
  const std::string name = shop.ask("one").file;
  for (const std::string& torn : {""s, "%PDF-1.4\n"s, std::string(100, '\0')}) {
    write(shop.file(name), torn);
    shop.publish(shop.last);
    const Pressed again = shop.ask("one");
    BOOST_TEST(again.made);
    BOOST_TEST(again.file == name);
    BOOST_TEST(read(shop.file(name)) == test::small_pdf("One"));
  }
}

BOOST_AUTO_TEST_CASE(a_folder_that_takes_nothing_costs_the_pdf_and_heals) {
  Shop shop;
  FakeWorker worker(shop.socket(), {});
  worker.behave(worker.good());
  write(shop.root + "/cache/press", "no folder");
  const Pressed lost = shop.ask("one");
  BOOST_TEST((lost.kind == Kind::not_kept));
  BOOST_TEST(lost.retry_after > 0u);
  BOOST_TEST(shop.was_said("make room there"));
  BOOST_TEST(!shop.press->figures().trouble.empty());
  fs::remove(shop.root + "/cache/press");
  BOOST_TEST(wait_until([&] { return shop.ask("one").kind == Kind::ready; }));
  BOOST_TEST(shop.press->figures().trouble.empty());
  BOOST_TEST(shop.said_events().find("print_trouble ") == 0u);
  BOOST_TEST(shop.said_events().ends_with(" print_mended "));
}

BOOST_AUTO_TEST_CASE(what_was_asked_for_longest_ago_is_swept_first) {
  Shop shop;
  const std::string folder = shop.root + "/cache/press";
  PressStore store(folder);
  store.open();
  const std::string body = test::small_pdf(std::string(1000, 'x'));
  for (int i = 0; i < 10; ++i) {
    const std::string name = press_file_name(kKeyA + std::to_string(i), Product::pdf);
    store.put(name, Product::pdf, make_bulk({body}), body.size());
    age(shop.file(name), 1000 - i * 10);
  }
  write(folder + "/notes.txt", std::string(50'000, 'n'));  // somebody else's
  BOOST_TEST(store.bytes() == 10 * body.size());
  store.sweep(10 * body.size(), [](const std::string&) { return true; });
  BOOST_TEST(store.files() == 10u);
  const std::string held = press_file_name(kKeyA + "0"s, Product::pdf);
  store.has(held);  // asked for: it is the youngest now
  const std::string spared = press_file_name(kKeyA + "1"s, Product::pdf);
  store.sweep(5 * body.size(), [&](const std::string& name) { return name != spared; });
  BOOST_TEST(store.files() == 4u);
  BOOST_TEST(store.bytes() == 4 * body.size());
  for (const char* kept : {"0", "1", "8", "9"})
    BOOST_TEST(fs::exists(shop.file(press_file_name(kKeyA + std::string(kept), Product::pdf))));
  BOOST_TEST(fs::exists(folder + "/notes.txt"));
  // What was asked for in the last minute stays, however little room there is.
  store.sweep(0, [](const std::string&) { return true; });
  BOOST_TEST(store.files() == 1u);
  BOOST_TEST(fs::exists(shop.file(held)));
}

BOOST_AUTO_TEST_CASE(the_folder_stays_within_its_size) {
  Shop shop(some(30));
  shop.most_bytes = 10 * test::small_pdf("Post 10").size();
  shop.publish(shop.last);
  FakeWorker worker(shop.socket(), {});
  worker.behave(worker.good());
  for (int i = 0; i < 30; ++i) {
    const Pressed pressed = shop.ask("p" + std::to_string(i));
    BOOST_TEST((pressed.kind == Kind::ready));
    age(shop.file(pressed.file), 1000 - i);
  }
  BOOST_TEST(shop.files().size() == 30u);  // all handed out in the last minute
  shop.press.reset();
  shop.open();  // another daemon, which did not
  BOOST_TEST((shop.ask("p29").kind == Kind::ready));
  BOOST_TEST(shop.files().size() <= 10u);
  BOOST_TEST(shop.files().size() >= 8u);
  BOOST_TEST(wait_until([&] { return shop.press->figures().files == shop.files().size(); }));
  BOOST_TEST((shop.ask("p0").made));
}

BOOST_AUTO_TEST_CASE(what_the_dead_left_half_written_is_removed_and_what_the_living_write_is_not) {
  Shop shop;
  const std::string folder = shop.root + "/cache/press";
  fs::create_directory(folder);
  write(folder + "/.unfinished.dead00", "%PDF-1.4 half");
  write(folder + "/.unfinished.alive0", "%PDF-1.4 half");
  const Fd alive(::open((folder + "/.unfinished.alive0").c_str(), O_RDONLY | O_CLOEXEC));
  BOOST_REQUIRE(::flock(alive.number(), LOCK_EX) == 0);
  PressStore(folder).open();
  BOOST_TEST(!fs::exists(folder + "/.unfinished.dead00"));
  BOOST_TEST(fs::exists(folder + "/.unfinished.alive0"));
  BOOST_TEST(PressStore(folder).trouble_for_fronts().empty());
  ::chmod((shop.root + "/cache").c_str(), 0700);
  BOOST_TEST(PressStore(folder).trouble_for_fronts().find("chmod o+x") != std::string::npos);
  ::chmod((shop.root + "/cache").c_str(), 0711);
}

BOOST_AUTO_TEST_CASE(two_daemons_share_a_folder) {
  Shop shop(some(6));
  FakeWorker worker(shop.socket(), {});
  worker.behave(worker.good());
  Press other(shop.root + "/cache", shop.cell);
  Answers answers;
  for (int i = 0; i < 6; ++i) {
    for (Press* press : {&*shop.press, &other})
      press->ask(shop.wish("p" + std::to_string(i)), shop.cell.copy(), answers.taker());
  }
  for (const Pressed& pressed : answers.wait_for(12)) BOOST_TEST((pressed.kind == Kind::ready));
  BOOST_TEST(shop.files().size() == 6u);
}

BOOST_AUTO_TEST_CASE(a_name_is_a_hash_of_all_that_goes_in) {
  Shop shop({test::post("one", "One", 1), test::post("two", "Two", 2)});
  write(shop.root + "/content/images/a.png", "picture");
  ImageHashes hashes;
  const Hello hello{"1.0", "Chrome/1", ""};
  const auto key = [&](const char* slug, Product product, const Hello& by) {
    const auto snapshot = shop.cell.copy();
    return press_key(make_work(*snapshot, product, *snapshot->site.find_post(slug), hashes), by);
  };
  Post with_image = test::post("one", "One", 1);
  with_image.images = {{"a.png", 1, 1, 10, 10, true}};
  const std::string body = "<p><img src=\"/content/images/a.png\" alt=\"A\"></p>";
  std::vector<std::string> keys = {key("one", Product::pdf, hello), key("two", Product::pdf, hello),
                                   key("one", Product::card, hello),
                                   key("one", Product::pdf, {"1.1", "Chrome/1", ""}),
                                   key("one", Product::pdf, {"1.0", "Chrome/2", ""})};
  BOOST_TEST(keys[0] == key("one", Product::pdf, hello));
  shop.letter = true;
  shop.publish(shop.last);
  keys.push_back(key("one", Product::pdf, hello));
  shop.letter = false;
  shop.publish({with_image}, kNow, body);
  keys.push_back(key("one", Product::pdf, hello));
  BOOST_TEST(keys.back() == key("one", Product::pdf, hello));
  write(shop.root + "/content/images/a.png", "another");
  keys.push_back(key("one", Product::pdf, hello));
  with_image.tags = {"new"};
  shop.publish({with_image}, kNow, body);
  keys.push_back(key("one", Product::pdf, hello));
  with_image.updated = {kNow, 0};
  shop.publish({with_image}, kNow, body);
  keys.push_back(key("one", Product::pdf, hello));
  for (const std::string& one : keys) {
    BOOST_TEST(one.size() == 32u);
    BOOST_TEST(std::ranges::count(keys, one) == 1);
  }
}

BOOST_AUTO_TEST_CASE(images_travel_with_the_job_and_only_from_the_content_folder) {
  Shop shop;
  write(shop.root + "/content/images/a b.png", "picture A");
  write(shop.root + "/content/posts-are-here", "inside");
  write(shop.root + "/secret.png", "secret");
  fs::create_symlink(shop.root + "/secret.png", shop.root + "/content/images/out.png");
  fs::create_symlink("../posts-are-here", shop.root + "/content/images/in.jpg");
  ::mkfifo((shop.root + "/content/images/pipe.png").c_str(), 0600);
  write(shop.root + "/content/images/x.exe", "program");
  Post post = test::post("one", "One", 1);
  std::string body;
  for (const char* path : {"a b.png", "out.png", "in.jpg", "pipe.png", "gone.png", "x.exe"}) {
    post.images.push_back({path, 1, 1, 10, 10, true});
    std::string url = path;
    if (url == "a b.png") url = "a%20b.png";
    body += "<p><img src=\"/content/images/" + url + "\" alt=\"A\"></p>";
  }
  shop.publish({post}, kNow, body);
  std::promise<Job> taken;
  std::vector<std::string> bytes;
  FakeWorker worker(shop.socket(), [&](Visitor& visitor) {
    visitor.hello();
    const auto job = visitor.job();
    if (!job) return;
    for (const JobPart& part : job->parts) bytes.push_back(visitor.bulk(part.offset, part.size));
    taken.set_value(*job);
    visitor.answer(Outcome::Kind::done, test::small_pdf("x"));
  });
  BOOST_TEST((shop.ask("one").kind == Kind::ready));
  const Job job = taken.get_future().get();
  BOOST_TEST(job.title == "One");
  BOOST_TEST(job.address == "https://press.example/posts/one/");
  BOOST_TEST(job.published == kNow - kDay);
  BOOST_TEST(job.lang == "en");
  BOOST_REQUIRE(job.parts.size() == 2u);
  BOOST_TEST(job.parts[0].address == "https://press.example/content/images/a%20b.png");
  BOOST_TEST(job.parts[0].type == "image/png");
  BOOST_TEST(bytes[0] == "picture A");
  BOOST_TEST(job.parts[1].address == "https://press.example/content/images/in.jpg");
  BOOST_TEST(job.parts[1].type == "image/jpeg");
  BOOST_TEST(bytes[1] == "inside");
}

BOOST_AUTO_TEST_CASE(a_post_that_is_too_much_is_refused_without_a_job) {
  Shop shop;
  FakeWorker worker(shop.socket(), {});
  worker.behave(worker.good());
  Post post = test::post("one", "One", 1);
  std::string body;
  for (int i = 0; i < 300; ++i) {  // 300 images of 5 MB, which take no room on the disk
    const std::string name = "big" + std::to_string(i) + ".png";
    write(shop.root + "/content/images/" + name, "");
    fs::resize_file(shop.root + "/content/images/" + name, 5'000'000);
    post.images.push_back({name, 1, 1, 10, 10, true});
    body += "<img src=\"/content/images/" + name + "\" alt=\"\">";
  }
  shop.publish({post}, kNow, body);
  BOOST_TEST((shop.ask("one").kind == Kind::refused));
  BOOST_TEST(shop.was_said("images are larger than 64 MB"));
  shop.publish({test::post("one", "One", 1)}, kNow, "<p>" + std::string(2 << 20, 'x') + "</p>");
  BOOST_TEST((shop.ask("one").kind == Kind::refused));
  BOOST_TEST(shop.was_said("bytes of HTML"));
  BOOST_TEST(worker.jobs == 0);
  const Response page = shop.get("/posts/one/pdf/");
  BOOST_TEST(page.status == 500);
  BOOST_TEST(page.body->find("href=\"/posts/one/\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(another_worker_makes_other_files) {
  Shop shop;
  std::string version = "1.0";
  FakeWorker worker(shop.socket(), [&](Visitor& visitor) {
    visitor.hello(version);
    if (!visitor.job()) return;
    ++worker.jobs;
    visitor.answer(Outcome::Kind::done, test::small_pdf(version));
  });
  const std::string old = shop.ask("one").file;
  shop.press.reset();
  version = "1.1";
  shop.open();
  shop.press->start();
  BOOST_TEST(wait_until([&] { return shop.press->figures().worker == "1.1"; }));
  const Pressed fresh = shop.ask("one");
  BOOST_TEST(fresh.made);
  BOOST_TEST(fresh.file != old);
  BOOST_TEST(worker.jobs == 2);
}

BOOST_AUTO_TEST_CASE(force_makes_what_is_there_already) {
  Shop shop;
  FakeWorker worker(shop.socket(), {});
  worker.behave(worker.good());
  const Pressed first = shop.ask("one");
  BOOST_TEST(!shop.ask("one").made);
  const Pressed forced = shop.ask("one", Product::pdf, true);
  BOOST_TEST(forced.made);
  BOOST_TEST(forced.file == first.file);
  BOOST_TEST(worker.jobs == 2);
}

BOOST_AUTO_TEST_CASE(those_who_wait_are_told_when_the_press_ends) {
  Shop shop(some(5));
  FakeWorker worker(shop.socket(), [](Visitor& visitor) {
    visitor.hello();
    visitor.stay();
  });
  Answers answers;
  for (int i = 0; i < 3; ++i)
    shop.press->ask(shop.wish("p" + std::to_string(i)), shop.cell.copy(), answers.taker());
  shop.press->wind_down(milliseconds(50));
  for (const Pressed& pressed : answers.wait_for(3)) BOOST_TEST((pressed.kind == Kind::late));
  shop.press.reset();
  shop.open();
  for (int i = 0; i < 3; ++i)
    shop.press->ask(shop.wish("p" + std::to_string(i)), shop.cell.copy(), answers.taker());
  shop.press.reset();
  for (const Pressed& pressed : answers.wait_for(6)) BOOST_TEST((pressed.kind == Kind::late));
}

BOOST_AUTO_TEST_CASE(memory_is_bounded_and_spares_what_was_just_handed_out) {
  PressMemory memory(PressPace{}, 10);
  Pressed ready;
  ready.kind = Kind::ready;
  for (int i = 0; i < 100; ++i) {
    ready.file = "f" + std::to_string(i);
    memory.keep(Product::pdf, "s" + std::to_string(i), 1, ready, 1000);
  }
  int known = 0;
  for (int i = 0; i < 100; ++i)
    known += memory.find(Product::pdf, "s" + std::to_string(i), 1, 1000).pressed ? 1 : 0;
  BOOST_TEST(known == 10);
  BOOST_TEST(memory.find(Product::pdf, "s99", 1, 1000).pressed.has_value());
  BOOST_TEST(!memory.find(Product::pdf, "s99", 2, 1000).pressed);
  BOOST_TEST(!memory.find(Product::card, "s99", 1, 1000).pressed);
  BOOST_TEST(!memory.forget("f99", 900));
  BOOST_TEST(memory.forget("f99", 1001));
  BOOST_TEST(!memory.find(Product::pdf, "s99", 1, 1000).pressed);
  // What an older snapshot was answered does not replace what a newer one was.
  memory.keep(Product::pdf, "s", 5, ready, 1000);
  memory.keep(Product::pdf, "s", 4, ready, 1000);
  BOOST_TEST(memory.find(Product::pdf, "s", 5, 1000).pressed.has_value());
  // Somebody is sent to look once, until he has looked.
  BOOST_TEST(!memory.find(Product::pdf, "s", 5, 3000).look);
  BOOST_TEST(memory.find(Product::pdf, "s", 5, 3001).look);
  BOOST_TEST(!memory.find(Product::pdf, "s", 5, 3002).look);
  memory.seen("f99", 3002);
  BOOST_TEST(!memory.find(Product::pdf, "s", 5, 3003).look);
  BOOST_TEST(!memory.find(Product::pdf, "s", 5, 63003).pressed);
  // A refusal has its time.
  Pressed refused;
  refused.kind = Kind::refused;
  memory.keep(Product::pdf, "r", 5, refused, 1000, 2000);
  BOOST_TEST(memory.find(Product::pdf, "r", 5, 1999).pressed.has_value());
  BOOST_TEST(!memory.find(Product::pdf, "r", 5, 2000).pressed);
}

BOOST_AUTO_TEST_CASE(addresses_of_the_press_answer_as_they_should) {
  std::vector<Post> posts = some(3);
  Post odd = test::post("größe-“x”", "Größe", 1);
  odd.slug = "größe";
  odd.noindex = true;
  posts.push_back(odd);
  Post draft = test::post("draft", "Draft", 1);
  draft.draft = true;
  posts.push_back(draft);
  Post later = test::post("later", "Later", -1);
  posts.push_back(later);
  Post moved = test::post("moved", "Moved", 1);
  moved.redirect_to = "/about/";
  posts.push_back(moved);
  Shop shop(posts);
  FakeWorker worker(shop.socket(), {});
  worker.behave(worker.good());
  const std::string base = "https://press.example";
  const Pressed pdf = shop.ask("p0"), png = shop.ask("p0", Product::card), wide = shop.ask("größe");

  const Response whole = shop.get("/posts/p0/pdf/");
  BOOST_TEST(whole.status == 200);
  BOOST_TEST(header(whole, "X-Accel-Redirect") == "/octavo-press/" + pdf.file);
  BOOST_TEST(header(whole, "X-Accel-Expires") == "0");
  BOOST_TEST(header(whole, "Cache-Control").starts_with("public, max-age="));
  BOOST_TEST(header(whole, "Content-Type") == "application/pdf");
  BOOST_TEST(header(whole, "Content-Disposition") ==
             "inline; filename=\"p0.pdf\"; filename*=UTF-8''p0.pdf");
  BOOST_TEST(header(whole, "Link") == "<" + base + "/posts/p0/>; rel=\"canonical\"");
  BOOST_TEST(header(whole, "ETag") == '"' + pdf.file.substr(0, 32) + '"');
  BOOST_TEST(header(whole, "X-Robots-Tag") == "(none)");
  BOOST_TEST(header(whole, "Content-Encoding") == "(none)");
  BOOST_TEST(header(whole, "Vary") == "(none)");
  BOOST_TEST(whole.body->empty());

  const Response head = shop.get("/posts/p0/pdf/?x=y", "HEAD");
  BOOST_TEST(head.status == 200);
  BOOST_TEST(head.head);
  BOOST_TEST(header(head, "X-Accel-Redirect") == "/octavo-press/" + pdf.file);
  const Response same = shop.get("/posts/p0/pdf/", "GET", header(whole, "ETag"));
  BOOST_TEST(same.status == 304);
  BOOST_TEST(header(same, "X-Accel-Redirect") == "(none)");
  BOOST_TEST(header(same, "ETag") == header(whole, "ETag"));
  BOOST_TEST(shop.get("/posts/p0/pdf/", "GET", "\"other\"").status == 200);
  BOOST_TEST(shop.get("/posts/p0/pdf/", "POST").status == 405);

  const Response card = shop.get("/og/p0.png");
  BOOST_TEST(card.status == 200);
  BOOST_TEST(header(card, "X-Accel-Redirect") == "/octavo-press/" + png.file);
  BOOST_TEST(header(card, "Content-Type") == "image/png");
  BOOST_TEST(header(card, "Content-Disposition") == "(none)");
  BOOST_TEST(header(card, "Link") == "(none)");

  const Response named = shop.get("/posts/gr%C3%B6%C3%9Fe/pdf/");
  BOOST_TEST(header(named, "X-Accel-Redirect") == "/octavo-press/" + wide.file);
  BOOST_TEST(header(named, "Content-Disposition") ==
             "inline; filename=\"gr__e.pdf\"; filename*=UTF-8''gr%C3%B6%C3%9Fe.pdf");
  BOOST_TEST(header(named, "X-Robots-Tag") == "noindex");

  const struct {
    const char* target;
    int status;
    std::string where;
  } kTable[] = {{"/posts/p0/pdf", 301, base + "/posts/p0/pdf/"},
                {"/posts/P0/PDF/", 301, base + "/posts/p0/pdf/"},
                {"//posts/p0/pdf/", 301, base + "/posts/p0/pdf/"},
                {"/blog/p0/pdf/", 301, base + "/posts/p0/pdf/"},
                {"/og/P0.PNG", 301, base + "/og/p0.png"},
                {"/og/p0.png/", 404, ""},
                {"/posts/p0/pdf/x/", 404, ""},
                {"/posts/p0/pdf/index.html", 404, ""},
                {"/posts/none/pdf/", 404, ""},
                {"/posts/draft/pdf/", 404, ""},
                {"/posts/later/pdf/", 404, ""},
                {"/posts/moved/pdf/", 404, ""},
                {"/og/draft.png", 404, ""},
                {"/og/none.png", 404, ""},
                {"/og/p0.svg", 200, ""},
                {"/posts/p1/pdf/", 503, ""}};
  for (const auto& row : kTable) {
    const Response response = shop.get(row.target);
    BOOST_TEST(response.status == row.status, row.target << ": " << response.status);
    if (!row.where.empty()) BOOST_TEST(header(response, "Location") == row.where);
  }
  BOOST_TEST(header(shop.get("/posts/p1/pdf/"), "Retry-After") == "1");
}

BOOST_AUTO_TEST_CASE(a_site_that_prints_nothing_says_so) {
  Shop shop;
  const auto plain = shop.cell.copy();
  Snapshot without = *plain;
  auto info = std::make_shared<SiteInfo>(*plain->info);
  info->has_press = false;
  without.info = info;
  without.press_settings = nullptr;
  for (const char* target : {"/posts/one/pdf/", "/og/one.png"}) {
    Request request;
    request.method = "GET";
    request.target = target;
    BOOST_TEST(!press_wish(request, without));
    const Response response = handle(request, without, kNow);
    BOOST_TEST(response.status == 404);
    BOOST_TEST(header(response, "X-Accel-Expires") == "0");
    BOOST_TEST(response.body->find("on this site") != std::string::npos);
    BOOST_TEST(response.body->find("<a href=\"/posts/one/\">One</a>") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(every_outcome_has_its_answer) {
  Shop shop;
  Request request;
  request.method = "GET";
  request.target = "/posts/one/pdf/";
  const auto wish = press_wish(request, *shop.cell.copy());
  BOOST_REQUIRE(wish.has_value());
  const struct {
    Kind kind;
    int status;
    const char* retry;
  } kTable[] = {{Kind::hidden, 404, "(none)"}, {Kind::refused, 500, "(none)"},
                {Kind::failed, 500, "(none)"}, {Kind::turned_away, 503, "7"},
                {Kind::no_worker, 503, "7"},   {Kind::late, 503, "7"},
                {Kind::not_kept, 503, "7"}};
  for (const auto& row : kTable) {
    Pressed pressed;
    pressed.kind = row.kind;
    pressed.message = "<secret path>";
    pressed.retry_after = 7;
    for (const char* method : {"GET", "HEAD"}) {
      request.method = method;
      const Response response = press_reply(request, *shop.cell.copy(), kNow, *wish, pressed);
      BOOST_TEST(response.status == row.status);
      BOOST_TEST(header(response, "Retry-After") == row.retry);
      BOOST_TEST(header(response, "X-Accel-Expires") == "0");
      BOOST_TEST(header(response, "Cache-Control") == "no-cache");
      BOOST_TEST(header(response, "Content-Type") == "text/html; charset=utf-8");
      BOOST_TEST(response.head == (request.method == "HEAD"));
      BOOST_TEST(response.body->find("secret") == std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_serving_thread_looks_up_or_asks) {
  Shop shop;
  FakeWorker worker(shop.socket(), {});
  worker.behave(worker.good());
  const Framer framer = [](const Response& response) {
    return std::make_shared<const std::string>(cgi_head(response));
  };
  Request request;
  request.method = "GET";
  request.target = "/posts/one/pdf/";
  BOOST_TEST(!answer_at_once(request, *shop.cell.copy(), kNow, framer));
  shop.ask("one");
  const auto ready = answer_at_once(request, *shop.cell.copy(), kNow, framer);
  BOOST_REQUIRE(ready);
  BOOST_TEST(ready->find("X-Accel-Redirect: /octavo-press/") != std::string::npos);
  BOOST_TEST(ready->find("X-Octavo: hit") != std::string::npos);
  request.target = "/posts/none/pdf/";
  BOOST_TEST(answer_at_once(request, *shop.cell.copy(), kNow, framer)->starts_with("Status: 404"));
  // Absolute form, as a proxy sends it.
  request.target = "http://press.example/posts/one/pdf/";
  BOOST_TEST(answer_at_once(request, *shop.cell.copy(), kNow, framer)->find("X-Accel-Redirect") !=
             std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
