// SPDX-License-Identifier: GPL-3.0-or-later
//
// A try to publish the site, from what made it necessary to how it ended; and what its author is
// to read of it.
//
// Thread safety: values.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_APP_ATTEMPT_H_
#define OCTAVO_APP_ATTEMPT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "app/tally.h"
#include "base/time.h"

namespace octavo {

struct Attempt {
  enum class Why { start, change, asked } why = Why::start;
  bool ended = false;
  std::string failure;   // "2 errors in the content"; empty: it was published
  bool composed = false;  // the composer was run
  bool refused = false;  // by what an author or admin wrote, not for want of memory or disk
  Moment at = kNoTime;   // when it ended
  std::int64_t took_ms = 0;
  Moment image = kNoTime;  // when the image was composed that is served without composing
  std::uint32_t posts = 0, parsed = 0;  // posts and pages; 0, 0: composing did not end well
  std::size_t errors = 0, warnings = 0;
  std::vector<std::string> lines;  // path:line:column: error: …; the first of them
  bool failed() const noexcept { return ended && !failure.empty(); }
};

inline constexpr std::size_t kMostLines = 200;  // of an attempt

struct ComposerFigures {
  std::uint64_t published = 0, refused = 0, failed = 0;  // attempts by their end
  std::uint64_t parsed = 0;
  Moment succeeded = kNoTime;
  Histogram took;  // of those that were published, by kComposeNs
};

}  // namespace octavo

#endif  // OCTAVO_APP_ATTEMPT_H_
