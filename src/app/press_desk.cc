// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/press_desk.h"

#include <malloc.h>
#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <iterator>
#include <system_error>

#include "base/error.h"
#include "base/signals.h"

namespace octavo {

namespace {

constexpr int kNice = 10;
constexpr std::int64_t kSayAgain = 60'000;  // ms: the same trouble
constexpr std::int64_t kRest = 1'000;

bool is_visible(const Snapshot& snapshot, const std::string& slug) {
  const std::uint32_t* number = snapshot.site.find_post(slug);
  return number != nullptr && snapshot.site.post(*number).redirect_to().empty();
}

}  // namespace

Pressed press_outcome(Pressed::Kind kind, std::string message, unsigned retry_after) {
  Pressed pressed;
  pressed.kind = kind;
  pressed.message = std::move(message);
  pressed.retry_after = retry_after;
  return pressed;
}

std::string name_of(const PressWish& wish) {
  return std::string("the ") + (wish.product == Product::pdf ? "PDF" : "card") + " of " + wish.slug;
}

PressDesk::PressDesk(std::string cache, SnapshotCell& cell_given, PressPace pace_given,
                     PressSay say_given)
    : cell(cell_given),
      pace(pace_given),
      say(say_given ? std::move(say_given) : log_event),
      memory(pace_given),
      store(std::move(cache) + "/press"),
      wake_fd(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!wake_fd) throw SystemError("cannot make an eventfd", errno);
}

void PressDesk::wake() const noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(wake_fd.number(), &one, sizeof one);
}

bool PressDesk::begin_thread() {
  if (thread.joinable()) return true;
  try {
    const SignalsBlocked blocked;
    thread = std::thread([this] { run(); });
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

void PressDesk::run() noexcept {
  ::pthread_setname_np(::pthread_self(), "octavo-press");
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice);
  for (bool first = true;; first = false) {
    try {
      if (first) {
        open_folder();
        if (const auto current = cell.copy(); current && current->press_settings)
          greet(current->press_settings->socket);
      }
      turn();
      const std::lock_guard lock(mutex);
      if (stopping) return;
    } catch (const std::exception& error) {
      // Memory is short, most likely: what waits has its time, and is told when that is over.
      try {
        complain(Priority::error, error.what());
      } catch (const std::exception&) {
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
      const std::lock_guard lock(mutex);
      if (stopping) return;
    }
  }
}

void PressDesk::open_folder() {
  if (folder_open) return;
  try {
    store.open();
    folder_open = true;
    if (!hello) hello = store.remembered();
    if (const std::string shut = store.trouble_for_fronts(); !shut.empty())
      trouble(Priority::warning, shut);
    if (const auto current = cell.copy(); current && current->press_settings)
      sweep(current->press_settings->most_bytes);
  } catch (const Error& error) {
    trouble(Priority::error, error.what());
  }
  count([this](PressFigures& figures) {
    figures.bytes = store.bytes();
    figures.files = store.files();
    if (hello) std::tie(figures.worker, figures.browser) = std::tie(hello->worker, hello->browser);
  });
}

void PressDesk::turn() {
  std::vector<pollfd> fds = {{wake_fd.number(), POLLIN, 0}};
  for (const PressRun& one : runs) fds.push_back({one.client.fd(), one.client.events(), 0});
  if (::poll(fds.data(), fds.size(), timeout_ms()) < 0 && errno != EINTR)
    throw SystemError("cannot poll", errno);
  std::uint64_t nothing = 0;
  [[maybe_unused]] const auto got = ::read(wake_fd.number(), &nothing, sizeof nothing);
  collect();
  look_after();
  std::size_t at = 1;
  for (PressRun& one : runs) {
    if (fds[at++].revents != 0) step(one);
  }
  expire();
  runs.remove_if([](const PressRun& one) { return one.over; });
  // One at a time: what a worker has to say comes between.
  if (!lookups.empty()) {
    const PressTaskPointer task = std::move(lookups.front());
    lookups.pop_front();
    if (!task->answered) look_up(task);
  }
  begin_runs();
  const bool idle = lookups.empty() && waiting.empty() && runs.empty();
  const std::int64_t now = monotonic_ms();
  if (!idle) {
    worked_ms = now;
  } else if (worked_ms != 0 && now >= worked_ms + kRest) {
    worked_ms = 0;
    ::malloc_trim(0);
  }
  count([this](PressFigures& figures) {
    figures.at_hand = at_hand();
    figures.waiting = lookups.size() + waiting.size();
  });
}

int PressDesk::timeout_ms() const {
  if (!lookups.empty()) return 0;
  const std::int64_t now = monotonic_ms();
  std::int64_t until = kNever;
  for (const PressRun& one : runs) {
    if (!one.greeted) until = std::min(until, one.hello_until_ms);
  }
  const bool place = at_hand() < pace.at_once;
  for (const PressTaskPointer& task : waiting) {
    if (place) until = std::min(until, task->not_before_ms);
  }
  if (worked_ms != 0) until = std::min(until, worked_ms + kRest);
  const std::lock_guard lock(mutex);
  for (const auto& [name, task] : tasks) until = std::min(until, task->until_ms);
  if (!tasks.empty()) until = std::min(until, end_ms.load());
  if (until == kNever) return -1;
  return static_cast<int>(std::clamp<std::int64_t>(until - now, 0, 60'000));
}

std::size_t PressDesk::at_hand() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(runs, [](const PressRun& one) { return one.task && !one.over; }));
}

void PressDesk::collect() {
  const std::lock_guard lock(mutex);
  std::ranges::move(inbox, std::back_inserter(lookups));
  inbox.clear();
}

void PressDesk::look_after() {
  std::vector<std::string> files;
  {
    const std::lock_guard lock(mutex);
    std::swap(files, looks);
  }
  for (const std::string& file : files) {
    if (store.still_there(file)) {
      memory.seen(file, monotonic_ms());
    } else {
      memory.lost(file);
    }
  }
}

void PressDesk::expire() {
  const std::int64_t now = monotonic_ms(), end = end_ms.load();
  for (PressRun& one : runs) {
    if (one.over || one.greeted || now < one.hello_until_ms) continue;
    broke(one, "it accepts connections and says nothing");
  }
  std::vector<PressTaskPointer> late;
  {
    const std::lock_guard lock(mutex);
    for (const auto& [name, task] : tasks) {
      if (now >= std::min(task->until_ms, end)) late.push_back(task);
    }
  }
  for (const PressTaskPointer& task : late) {
    if (now < end) {
      trouble(Priority::warning, name_of(task->wish) + " was not made within " +
                                     std::to_string(pace.whole.count() / 1000) + " s");
    }
    answer(task, press_outcome(Pressed::Kind::late, "it took too long", kPressLater));
  }
  for (PressRun& one : runs) {
    if (one.over || !one.task || !one.task->answered) continue;
    one.over = true;
    for (PressTaskPointer& follower : one.followers) waiting.push_back(std::move(follower));
  }
}

void PressDesk::look_up(const PressTaskPointer& task) {
  open_folder();
  const PressWish& wish = task->wish;
  const std::string what = name_of(wish);
  try {
    const std::int64_t now = monotonic_ms();
    if (now > heard_ms + pace.greet.count()) greet(task->settings().socket);
    const std::string known = memory.file_of(wish.product, wish.slug, task->snapshot->generation);
    if (!known.empty() && !task->force && hand_out(task, known)) return;
    task->work = make_work(*task->snapshot, wish.product, wish.number, hashes);
    if (hello && find_file(task, *hello)) return;
    if (now < unwritable_until_ms) {
      return answer(task, press_outcome(Pressed::Kind::not_kept, unwritable, kPressMuchLater));
    }
    if (at_hand() + waiting.size() >= pace.at_once + pace.queue) {
      return answer(task, press_outcome(Pressed::Kind::turned_away, "too many others are waiting",
                                        kPressSoon));
    }
    waiting.push_back(task);
    return;
  } catch (const PressRefused& refused) {
    complain(Priority::warning, what + " is not made: " + refused.what());
    answer(task, press_outcome(Pressed::Kind::refused, refused.what()));
  } catch (const ImageError& error) {
    complain(Priority::error, what + ": " + error.what() + "; composing the site again");
    if (task->snapshot->damaged) task->snapshot->damaged();
    answer(task, press_outcome(Pressed::Kind::failed, error.what()));
  } catch (const Error& error) {
    complain(Priority::error, what + ": " + error.what());
    answer(task, press_outcome(Pressed::Kind::failed, error.what()));
  }
}

// Whether the task could be answered by what was made before.
bool PressDesk::find_file(const PressTaskPointer& task, const Hello& by) {
  const std::string file = press_file_name(press_key(*task->work, by), task->wish.product);
  if (task->force) return false;
  const auto known = hopeless.find(file);
  if (known != hopeless.end() && monotonic_ms() < known->second.first) {
    answer(task, known->second.second);
    return true;
  }
  return hand_out(task, file);
}

bool PressDesk::hand_out(const PressTaskPointer& task, const std::string& file) {
  try {
    if (!store.has(file)) return false;
  } catch (const SystemError& error) {
    trouble(Priority::error, error.what());
    answer(task, press_outcome(Pressed::Kind::not_kept, error.what(), kPressMuchLater));
    return true;
  }
  Pressed ready;
  ready.kind = Pressed::Kind::ready;
  ready.file = file;
  answer(task, ready);
  return true;
}

void PressDesk::sweep(std::size_t most) {
  made_since_count = 0;
  const std::int64_t since = monotonic_ms() - PressStore::kSpared * 1000;
  try {
    store.sweep(most, [&](const std::string& file) { return memory.forget(file, since); });
  } catch (const SystemError& error) {
    complain(Priority::warning, error.what());
  }
  count([this](PressFigures& figures) {
    figures.bytes = store.bytes();
    figures.files = store.files();
  });
}

void PressDesk::answer(const PressTaskPointer& task, const Pressed& pressed) {
  if (std::exchange(task->answered, true)) return;
  const PressWish& wish = task->wish;
  const std::uint64_t generation = task->snapshot->generation;
  const std::int64_t now = monotonic_ms();
  using Kind = Pressed::Kind;
  Pressed told = pressed;
  if (pressed.kind == Kind::ready) {
    memory.keep(wish.product, wish.slug, generation, pressed, now);
  } else if (pressed.kind == Kind::refused || pressed.kind == Kind::failed) {
    const auto held = pressed.kind == Kind::refused ? pace.refused : pace.failed;
    memory.keep(wish.product, wish.slug, generation, pressed, now, now + held.count());
  }
  // Made for the snapshot in which it was asked for; told to nobody if it was hidden since.
  const std::shared_ptr<const Snapshot> current = cell.copy();
  if (current && current != task->snapshot && !is_visible(*current, wish.slug))
    told = press_outcome(Kind::hidden, "the post is no longer there");
  std::vector<Press::Done> waiters;
  {
    const std::lock_guard lock(mutex);
    waiters = std::move(task->waiters);
    tasks.erase(task->name());
    const std::size_t many = waiters.size();
    if (told.kind == Kind::ready) counted.handed_out += many;
    if (told.kind == Kind::refused) ++counted.refused;
    if (told.kind == Kind::failed) ++counted.failed;
    if (told.kind == Kind::turned_away) counted.turned_away += many;
    if (told.kind == Kind::no_worker || told.kind == Kind::late || told.kind == Kind::not_kept)
      counted.unanswered += many;
  }
  task->work.reset();
  for (const Press::Done& done : waiters) {
    try {
      done(told);
    } catch (const std::exception& error) {
      complain(Priority::error, error.what());
    }
  }
}

void PressDesk::trouble(Priority priority, const std::string& what) {
  count([&](PressFigures& figures) {
    figures.trouble = what;
    figures.worker_gone = false;
  });
  gone_as = Gone::no;
  complain(priority, what, {{"EVENT", "print_trouble"}});
}

void PressDesk::gone(Gone how, const std::string& what) {
  count([&](PressFigures& figures) {
    figures.trouble = what;
    figures.worker_gone = true;
  });
  if (std::exchange(gone_as, how) != how)
    say(Priority::warning, "press: " + what, {{"EVENT", "worker_gone"}});
}

void PressDesk::complain(Priority priority, const std::string& what, LogFields fields) {
  const std::int64_t now = monotonic_ms();
  if (what == said && now < said_ms + kSayAgain) return;
  said = what;
  said_ms = now;
  say(priority, "press: " + what, fields);
}

}  // namespace octavo
