// SPDX-License-Identifier: GPL-3.0-or-later
//
// The press: PDFs and cards of posts, made by octavo-print and kept in CACHE/press. One thread does
// all of it (sheets, images, hashes, sockets, files) at nice 10; a thread that serves readers looks
// up what is known to be finished, or asks and goes on.
//
// What asks for one product of one post in one snapshot is one task, however many ask; it goes on
// when they have gone. First it is looked for among the finished files; then it waits for one of
// few places at the worker, in a short queue, beyond which it is turned away. A worker that is
// dead, slow or lies costs its task a time that is bounded, and nobody else anything.
//
// What is handed out was seen in the folder a moment before: it is looked at again a few seconds
// later while it is asked for, so a file that somebody has removed is made anew.
//
// Thread safety: any thread, but start(), wind_down() and the destructor. `done` is called in the
// press's thread, or at once by ask() and at last by the destructor. Whoever makes a Press keeps it
// longer than any snapshot that names it is asked. Throws: std::bad_alloc, SystemError from the
// constructor; the rest nothing.
#ifndef OCTAVO_APP_PRESS_H_
#define OCTAVO_APP_PRESS_H_

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "app/handle.h"
#include "base/log.h"
#include "print/wire.h"

namespace octavo {

// One product of one post, by the slug's own spelling.
struct PressWish {
  Product product = Product::pdf;
  std::string slug;
  std::uint32_t number = 0;  // of the post, in the snapshot that comes with it
};

// What became of it.
struct Pressed {
  enum class Kind {
    ready,        // `file` lies in the folder
    hidden,       // made or not: readers may no longer see the post
    refused,      // the post is too large, or its page does not end
    failed,       // the browser died of it, twice; or the post's own text is damaged
    turned_away,  // the queue is full
    no_worker,    // nobody answers, or without a browser
    late,         // it took too long
    not_kept,     // the file could not be written
  };
  Kind kind = Kind::failed;
  std::string file;          // ready: its name in the folder
  std::string message;       // else: why, for people who run the site
  bool made = false;         // ready: just now
  unsigned retry_after = 0;  // seconds; turned_away, no_worker, late, not_kept
};

struct PressPace {
  std::size_t at_once = 2;                    // tasks at the worker
  std::size_t queue = 16;                     // that wait for it
  std::size_t tasks = 1024;                   // in all, looked for or waiting
  std::chrono::milliseconds whole{30'000};    // a task's whole time
  std::chrono::milliseconds hello{5'000};     // until the worker has said who it is
  std::chrono::milliseconds busy{100};        // until a busy worker is asked again
  std::chrono::milliseconds refused{60'000};  // remembered
  std::chrono::milliseconds failed{5'000};    // the same
  std::chrono::milliseconds look{2'000};      // handed out: looked at again after
  std::chrono::milliseconds trust{60'000};    // and not handed out unseen any longer than
  std::chrono::milliseconds greet{600'000};   // a worker of which nothing was heard is asked again
};

struct PressFigures {
  std::size_t at_hand = 0, waiting = 0;
  // Since the start: files made, posts at which it failed, were refused, askers turned away or
  // without an answer for another reason, files handed out from the folder.
  std::uint64_t made = 0, failed = 0, refused = 0, turned_away = 0, unanswered = 0, handed_out = 0;
  std::size_t bytes = 0, files = 0;  // in the folder
  std::string worker, browser;       // versions; empty: not known
  std::string trouble;               // the last one, or empty when the last job went well
  bool worker_gone = false;          // it is that nobody answers, or without a browser
};

// What it has to say to people who run the site.
using PressSay = std::function<void(Priority, const std::string& what, LogFields fields)>;

struct PressDesk;

class Press {
 public:
  // `cache`: the folder of the site's caches; the press's own is below it. `cell`: what readers
  // see.
  Press(std::string cache, SnapshotCell& cell, PressPace pace = {},
        PressSay say = {});  // empty: the log
  ~Press();  // gives up what is at hand; those who wait hear that it was late

  // Begins to look around: which worker there is, what lies in the folder.
  void start();
  // From now on nothing takes longer than this: the daemon ends.
  void wind_down(std::chrono::milliseconds left) noexcept;

  // What is known of it: ready, refused or failed. Holds a lock for the time of a look-up.
  std::optional<Pressed> find(Product product, std::string_view slug,
                              const Snapshot& snapshot) noexcept;
  // `force`: made though it is there. `done` is called once.
  using Done = std::function<void(const Pressed&)>;
  void ask(const PressWish& wish, std::shared_ptr<const Snapshot> snapshot, Done done,
           bool force = false);

  PressFigures figures() const;

 private:
  std::unique_ptr<PressDesk> desk_;
};

}  // namespace octavo

#endif  // OCTAVO_APP_PRESS_H_
