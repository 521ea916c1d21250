// SPDX-License-Identifier: GPL-3.0-or-later
//
// octavo press: makes beforehand what readers would have made by asking.
#include <grp.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "app/compose_job.h"
#include "app/image_store.h"
#include "app/press.h"
#include "app/published_info.h"
#include "base/error.h"
#include "base/log.h"
#include "base/time.h"
#include "cli/command.h"
#include "cli/paths.h"
#include "cli/press_trouble.h"
#include "content/walk.h"

namespace octavo {

namespace {

constexpr std::chrono::milliseconds kWhole{120'000};  // the worker may be busy with readers
constexpr int kInterrupted = 130;

// What root writes the daemon could not sweep: the owner of the cache folder does it.
void become_owner(const std::string& folder) {
  struct stat status {};
  if (::geteuid() != 0 || ::stat(folder.c_str(), &status) != 0 || status.st_uid == 0) return;
  gid_t group = status.st_gid;
  const passwd* user = ::getpwuid(status.st_uid);
  if (user != nullptr) group = user->pw_gid;
  const bool groups =
      user != nullptr ? ::initgroups(user->pw_name, group) == 0 : ::setgroups(1, &group) == 0;
  if (!groups || ::setgid(group) != 0 || ::setuid(status.st_uid) != 0)
    throw SystemError("cannot become the owner of " + folder, errno);
}

// As the daemon would publish it; what it composed lately serves, and is left as it is.
std::shared_ptr<const Image> read_site(const Config& config, const Paths& paths) {
  ImageStore store(config.cache);
  const auto last = store.open_last();
  const auto key = settings_key(canonical_settings(compose_settings(config)));
  if (last && last->settings() == key && last->unchanged(walk_content(config.content))) return last;
  Fd fresh = open_memfd("octavo site image");
  ComposeOrder order;
  order.settings = compose_settings(config);
  ComposeJob job(paths.composer, order, fresh.number(), last ? store.last_fd() : -1);
  while (!job.advance()) {
    pollfd fd{job.report_fd(), POLLIN, 0};
    ::poll(&fd, 1, 1000);
    job.end_if_stuck(120'000);
  }
  const ComposeOutcome& outcome = job.outcome();
  for (const Diagnostic& fault : outcome.faults) {
    if (!fault.warning) std::fprintf(stderr, "%s\n", to_line(fault, config.content + '/').c_str());
  }
  if (outcome.kind == ComposeOutcome::Kind::failed) throw Error(outcome.failure);
  if (outcome.kind == ComposeOutcome::Kind::refused)
    throw Error("the content is in error; nothing was printed");
  seal(fresh.number());
  return Image::open(fresh.number());
}

std::vector<PressWish> all_of(const Site& site, bool cards) {
  std::vector<PressWish> wishes;
  for (std::uint32_t number = 0; number < site.image().size(); ++number) {
    const PostView post = site.post(number);
    if (post.page() || !post.redirect_to().empty() || !visible_at(post, site.moment())) continue;
    wishes.push_back({Product::pdf, std::string(post.slug()), number});
    if (cards) wishes.push_back({Product::card, std::string(post.slug()), number});
  }
  return wishes;
}

// One line, written over on a terminal; else one now and then.
class Progress {
 public:
  explicit Progress(std::size_t all) : all_(all) {}
  ~Progress() {
    if (terminal_ && shown_) std::printf("\n");
  }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  std::size_t made = 0, there = 0, failed = 0;

  void show() {
    const std::size_t done = made + there + failed;
    const std::size_t tenth = done * 10 / std::max<std::size_t>(all_, 1);
    if (!terminal_ && done != all_ && tenth == tenth_) return;
    tenth_ = tenth;
    std::printf("%s%zu of %zu: %zu made, %zu were there, %zu failed%s", terminal_ ? "\r" : "", done,
                all_, made, there, failed, terminal_ ? "" : "\n");
    std::fflush(stdout);
    shown_ = true;
  }
  // Before a line of another kind.
  void step_aside() {
    if (terminal_ && shown_) std::printf("\r\x1b[K");
    std::fflush(stdout);
    shown_ = false;
  }

 private:
  const std::size_t all_;
  const bool terminal_ = ::isatty(STDOUT_FILENO) == 1;
  std::size_t tenth_ = 0;
  bool shown_ = false;
};

struct Finished {
  std::size_t which = 0;
  Pressed pressed;
};

// What the press's thread leaves for this one.
class Tray {
 public:
  Tray() : wake_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
    if (!wake_) throw SystemError("cannot make an eventfd", errno);
  }
  int fd() const { return wake_.number(); }
  void leave(Finished finished) {
    {
      const std::lock_guard lock(mutex_);
      all_.push_back(std::move(finished));
    }
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(wake_.number(), &one, sizeof one);
  }
  std::vector<Finished> take() {
    std::uint64_t nothing = 0;
    [[maybe_unused]] const auto got = ::read(wake_.number(), &nothing, sizeof nothing);
    const std::lock_guard lock(mutex_);
    return std::exchange(all_, {});
  }

 private:
  Fd wake_;
  std::mutex mutex_;
  std::vector<Finished> all_;  // guarded by mutex_
};

Fd take_interrupts() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&set, number);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  Fd fd(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!fd) throw SystemError("cannot take signals", errno);
  return fd;
}

bool is_of_the_post(Pressed::Kind kind) {
  return kind == Pressed::Kind::refused || kind == Pressed::Kind::failed ||
         kind == Pressed::Kind::late;
}

int print_all(Press& press, const SnapshotCell& cell, const std::vector<PressWish>& wishes,
              bool force, const std::string& content, const Fd& interrupts, Tray& tray) {
  const std::shared_ptr<const Snapshot> snapshot = cell.copy();
  Progress progress(wishes.size());
  std::size_t next = 0, at_hand = 0;
  progress.show();
  while (at_hand > 0 || next < wishes.size()) {
    for (; at_hand < PressPace{}.at_once && next < wishes.size(); ++next, ++at_hand) {
      press.ask(
          wishes[next], snapshot,
          [&tray, which = next](const Pressed& pressed) {
            tray.leave({which, pressed});
          },
          force);
    }
    pollfd fds[2] = {{tray.fd(), POLLIN, 0}, {interrupts.number(), POLLIN, 0}};
    ::poll(fds, 2, -1);
    if (fds[1].revents != 0) {
      progress.step_aside();
      std::fprintf(stderr, "interrupted; what is made stays, octavo press goes on from there\n");
      return kInterrupted;
    }
    for (const Finished& one : tray.take()) {
      --at_hand;
      const PressWish& wish = wishes[one.which];
      if (one.pressed.kind == Pressed::Kind::ready) {
        ++(one.pressed.made ? progress.made : progress.there);
      } else {
        ++progress.failed;
        progress.step_aside();
        std::fprintf(stderr, "%s/%s: error: its %s was not made: %s\n", content.c_str(),
                     std::string(snapshot->site.post(wish.number).file()).c_str(),
                     wish.product == Product::pdf ? "PDF" : "card", one.pressed.message.c_str());
        // Without a worker, or without room, no other post fares better.
        if (!is_of_the_post(one.pressed.kind)) return kExitContent;
      }
      progress.show();
    }
  }
  return progress.failed == 0 ? 0 : kExitContent;
}

int run(const ParsedOptions& options, bool cards, bool force) {
  const Config config = load_config(options.sources);
  if (config.print.empty()) {
    throw ConfigError(
        "print is not set: there is nobody to make PDFs; set print: to the socket of octavo-print "
        "in octavo.yaml");
  }
  become_owner(config.cache);
  if (const std::string absence = press_absence(config); !absence.empty())
    throw Error(absence +
                "; install octavo-print and start it (systemctl enable --now "
                "octavo-print.socket)");
  if (const std::vector<Diagnostic> trouble = press_trouble(config); !trouble.empty())
    throw Error(trouble.front().message);
  const Fd interrupts = take_interrupts();
  const Paths paths = find_paths();
  const std::shared_ptr<const Image> image = read_site(config, paths);
  Tray tray;
  SnapshotCell cell;
  PressPace pace;
  pace.whole = kWhole;
  pace.failed = pace.refused = std::chrono::milliseconds(0);
  Press press(config.cache, cell, pace, [](Priority, const std::string&, LogFields) {});
  PressSettings settings{config.print, config.content, config.print_letter, config.press_cache};
  cell.publish(std::make_shared<const Snapshot>(
      Snapshot{Site(image, system_now()),
               Theme::load(paths.templates, config.templates),
               published_info(config, paths.assets, paths.fonts),
               {},
               1,
               nullptr,
               nullptr,
               std::make_shared<Searcher>(""),
               &press,
               std::make_shared<const PressSettings>(std::move(settings))}));
  const std::vector<PressWish> wishes = all_of(cell.copy()->site, cards);
  return print_all(press, cell, wishes, force, config.content, interrupts, tray);
}

const std::vector<OwnOption> kOwn = {
    {"cards", "", "the social cards (PNG), too"},
    {"force", "", "also those that are there already"},
};

}  // namespace

int run_press(const std::vector<std::string>& arguments) {
  const ParsedOptions options = parse_options(arguments, kOwn, 0);
  if (options.help) {
    print_help("press", "[options]",
               "Makes the PDFs of all posts that readers may see and that have none yet, so that\n"
               "nobody has to wait for one. The site goes on meanwhile. Run as root, it works as\n"
               "the owner of the cache folder. Exits 0 when all are there, 1 when any failed.",
               kOwn);
    return 0;
  }
  try {
    return run(options, options.own.count("cards") != 0, options.own.count("force") != 0);
  } catch (const TemplateError& error) {
    for (const Diagnostic& fault : error.faults())
      std::fprintf(stderr, "%s\n", to_line(fault).c_str());
    return kExitContent;
  }
}

}  // namespace octavo
