// SPDX-License-Identifier: GPL-3.0-or-later
//
// Keeps the full-text index beside the site up to date: after each publication a child process
// (`octavo index`, at nice 10) brings it from what it shows to what the site shows. One at a time;
// what is published meanwhile is indexed next. Failing is no fault of the site: it is logged, tried
// again later (after 1, 2, 4 … at most 60 s), and search answers from titles or from the old index.
//
// A run ends with 0 when the index shows the image, with kExitBusy when another process is at the
// same index (so it is tried again, and nothing said), with anything else when it failed and has
// said why.
//
// Thread safety: one thread drives it, by pollable descriptors.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_APP_INDEXER_H_
#define OCTAVO_APP_INDEXER_H_

#include <poll.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/file.h"
#include "base/time.h"

namespace octavo {

inline constexpr int kExitBusy = 75;  // EX_TEMPFAIL

struct IndexerPace {
  std::chrono::milliseconds quiet{50};          // the readers of what is published come first
  std::chrono::milliseconds first_wait{1'000};  // after a run that failed; then twice as long
  std::chrono::milliseconds longest_wait{60'000};
  std::chrono::milliseconds patience{600'000};  // a run that has not ended by then is ended
};

// For whoever keeps the site.
struct IndexerFigures {
  bool wanted = false;  // there is a folder for it
  bool behind = false;  // a run is at hand or to come
  bool broken = false;  // the last run failed; cleared by one that ends well
  std::uint64_t runs = 0, failures = 0;
  Moment succeeded = kNoTime;  // when a run last ended well
};

class Indexer {
 public:
  // `program`: octavo itself. `state`: the folder; empty: nothing is ever done. `done` is called
  // after a run that ended well, and once by the first want() (there may be an index already).
  Indexer(std::string program, std::string state, std::string lang, std::function<void()> done,
          IndexerPace pace = {});
  ~Indexer();  // ends a run at hand (SIGKILL: the index stays what it was)

  // The image as it is visible at `moment` is to be found, soon, whatever failed before. The
  // descriptor is duplicated, and let go when the image is indexed or a newer one is wanted.
  void want(int image_fd, Moment moment);

  void add_descriptors(std::vector<pollfd>& fds) const;
  int timeout_ms() const;  // −1: for ever
  void step();
  IndexerFigures figures() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace octavo

#endif  // OCTAVO_APP_INDEXER_H_
