// SPDX-License-Identifier: GPL-3.0-or-later
//
// How the site stands: one value, from which the status for people, the one for programs, the
// service manager's line and the figures are all written, so that they agree.
//
// Thread safety: values and pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_APP_STANDING_H_
#define OCTAVO_APP_STANDING_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "app/attempt.h"
#include "app/indexer.h"
#include "app/press.h"
#include "app/tally.h"
#include "base/log.h"
#include "base/time.h"
#include "search/searcher.h"

namespace octavo {

struct Standing {
  std::string version, title, base_url;
  Moment now = 0;
  Moment started = 0;  // by the clock of now: not what it said then, if it was set since
  std::int64_t up_s = 0;
  std::string zone = "UTC";  // the site's, and how its times are found
  std::function<ZonedTime(Moment)> local = [](Moment at) { return ZonedTime{at, 0}; };

  bool serving = false;
  std::size_t posts = 0, pages = 0;
  std::uint64_t generation = 0;
  Moment published = kNoTime;
  Moment next_change = kNever;
  bool at_work = false;  // a new site is being made
  Attempt last;
  ComposerFigures composer;

  Requests requests;
  std::size_t cache_bytes = 0, cache_most = 0, searches_bytes = 0, searches_most = 0;
  unsigned connections = 0, connections_most = 0, threads = 0;
  bool threads_answer = true;  // when they were last called
  IndexerFigures indexer;
  Searcher::Status index = Searcher::Status::none;
  std::size_t documents = 0;
  std::optional<PressFigures> press;  // nullopt: no PDFs are made
  LogCounts log;

  std::string listen, control, metrics;  // where; empty: nowhere
  std::string control_trouble, metrics_trouble;

  std::uint64_t resident_bytes = 0, virtual_bytes = 0, open_files = 0, most_files = 0;
  double cpu_seconds = 0;
};

// What somebody should look after: each is a line of the journal, a line of the status and a gauge.
struct Alarm {
  std::string event;  // reload_failed, index_broken, worker_gone, print_trouble, threads_stuck
  std::string text;   // for people
};
std::vector<Alarm> alarms(const Standing& standing);

std::string status_text(const Standing& standing);  // about ten lines
std::string status_json(const Standing& standing);  // one object, one line
// "serving 509 posts, reloaded 10:31, 2 errors in the last try"
std::string status_line(const Standing& standing);

// The process's own figures (memory, files, processor), from /proc.
void look_at_process(Standing& standing);

}  // namespace octavo

#endif  // OCTAVO_APP_STANDING_H_
