// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the press works with: its tasks, its connections to the worker, its thread. Only app/press
// and its two halves look into it.
//
// Thread safety: as its members say.
// Throws: std::bad_alloc, SystemError from the constructor and from turn().
#ifndef OCTAVO_APP_PRESS_DESK_H_
#define OCTAVO_APP_PRESS_DESK_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "app/press.h"
#include "app/press_memory.h"
#include "app/press_store.h"
#include "app/press_work.h"
#include "base/file.h"
#include "base/time.h"
#include "print/client.h"

namespace octavo {

// Seconds for Retry-After.
inline constexpr unsigned kPressSoon = 5, kPressLater = 30, kPressMuchLater = 60;

Pressed press_outcome(Pressed::Kind kind, std::string message, unsigned retry_after = 0);
// "the PDF of SLUG"
std::string name_of(const PressWish& wish);

// By what askers are known to want the same.
using PressTaskName = std::tuple<Product, std::string, std::uint64_t, bool>;

struct PressTask {
  PressWish wish;
  std::shared_ptr<const Snapshot> snapshot;
  bool force = false;
  std::int64_t until_ms = 0;
  std::vector<Press::Done> waiters;  // guarded by the press's mutex
  // The press thread's own.
  bool answered = false;
  std::optional<PressWork> work;
  unsigned tries = 0;
  std::int64_t not_before_ms = 0;

  PressTaskName name() const { return {wish.product, wish.slug, snapshot->generation, force}; }
  const PressSettings& settings() const { return *snapshot->press_settings; }
};
using PressTaskPointer = std::shared_ptr<PressTask>;

// A connection to the worker: for a task, or only to hear who is there.
struct PressRun {
  PrintClient client;
  std::int64_t hello_until_ms = 0;
  PressTaskPointer task = nullptr;
  bool greeted = false;
  std::string file = {};                         // once the job was sent
  std::vector<PressTaskPointer> followers = {};  // another snapshot's, with the same outcome
  bool over = false;
};

struct PressDesk {
  PressDesk(std::string cache, SnapshotCell& cell_given, PressPace pace_given, PressSay say_given);

  void wake() const noexcept;
  bool begin_thread();  // REQUIRES: mutex is held

  // The rest is the press thread's. In press_desk.cc: tasks, and who asked for them.
  void run() noexcept;
  void open_folder();
  void turn();
  void collect();
  void look_after();
  void expire();
  void look_up(const PressTaskPointer& task);
  bool find_file(const PressTaskPointer& task, const Hello& by);
  bool hand_out(const PressTaskPointer& task, const std::string& file);
  void answer(const PressTaskPointer& task, const Pressed& pressed);
  void sweep(std::size_t most);
  int timeout_ms() const;
  std::size_t at_hand() const;
  template <typename Change>
  void count(Change change) {
    const std::lock_guard lock(mutex);
    change(counted);
  }
  void complain(Priority priority, const std::string& what, LogFields fields = {});
  // Of more than one post: the figures say so until something was made.
  void trouble(Priority priority, const std::string& what);
  // The worker, of which `what` tells; said once, until it is back or gone in another way.
  enum class Gone { no, silent, no_browser };
  void gone(Gone how, const std::string& what);

  // In press_runs.cc: what is said to the worker, and what comes of it.
  void begin_runs();
  void greet(const std::string& socket);
  void step(PressRun& run);
  void take_hello(PressRun& run);
  void send_job(PressRun& run);
  void take_result(PressRun& run, PrintClient::Result result);
  void broke(PressRun& run, const std::string& why);
  void keep(PressRun& run, const PrintClient::Result& result);
  void try_again(PressRun& run, const std::string& why);
  void no_worker(const PressTaskPointer& task, const std::string& why);
  void answer_all(PressRun& run, const Pressed& pressed);
  void heard(const Hello& from);

  SnapshotCell& cell;
  const PressPace pace;
  const PressSay say;
  PressMemory memory;
  PressStore store;
  const Fd wake_fd;
  std::atomic<std::int64_t> end_ms{kNever};  // no task goes on longer

  mutable std::mutex mutex;
  // Guarded by mutex.
  std::thread thread;
  std::map<PressTaskName, PressTaskPointer> tasks;  // not yet answered
  std::deque<PressTaskPointer> inbox;
  std::vector<std::string> looks;
  PressFigures counted;
  bool stopping = false;

  // The press thread's.
  std::deque<PressTaskPointer> lookups, waiting;
  std::list<PressRun> runs;
  ImageHashes hashes;
  std::optional<Hello> hello;
  bool folder_open = false;
  std::map<std::string, std::pair<std::int64_t, Pressed>> hopeless;  // by file: until when
  std::int64_t heard_ms = 0, said_ms = 0, worked_ms = 0;
  std::string said;
  Gone gone_as = Gone::no;
  std::size_t made_since_count = 0;
  std::int64_t unwritable_until_ms = 0;
  std::string unwritable;
};

}  // namespace octavo

#endif  // OCTAVO_APP_PRESS_DESK_H_
