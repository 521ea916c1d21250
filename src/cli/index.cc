// SPDX-License-Identifier: GPL-3.0-or-later
//
// octavo index: started by octavo serve, never by hand (app/indexer.h says when).
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <charconv>

#include "app/indexer.h"
#include "base/error.h"
#include "base/log.h"
#include "base/time.h"
#include "cli/command.h"
#include "search/index.h"

namespace octavo {

namespace {

constexpr int kImageFd = 3;

// Readers come first: the indexer takes the processor when no server thread wants it.
void stand_back() {
  const sched_param none{};
  ::sched_setscheduler(0, SCHED_BATCH, &none);
  ::setpriority(PRIO_PROCESS, 0, 10);
}

std::string report(const IndexOutcome& outcome, std::int64_t took_ms) {
  std::string line = "search: indexed " + std::to_string(outcome.added + outcome.changed) + " of " +
                     std::to_string(outcome.total) + " posts and pages";
  if (outcome.removed != 0) line += ", removed " + std::to_string(outcome.removed) + ',';
  line += " in " + std::to_string(took_ms) + " ms";
  if (!outcome.because.empty()) line += "; rebuilt: " + outcome.because;
  return line;
}

}  // namespace

int run_index(const std::vector<std::string>& arguments) {
  Moment moment = 0;
  bool understood = arguments.size() == 3 && ::fcntl(kImageFd, F_GETFD) >= 0;
  if (understood) {
    const std::string& text = arguments[2];
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), moment);
    understood = error == std::errc() && end == text.data() + text.size();
  }
  if (!understood) throw UsageError("octavo index is started by octavo serve; see octavo(1)");
  // Whoever started us is the only one who wants the outcome; an index survives any end.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  stand_back();
  const std::int64_t start = monotonic_ms();
  const Site site(Image::open(kImageFd), moment);
  try {
    const IndexOutcome outcome = update_index(site, arguments[1], index_folder(arguments[0]));
    if (outcome.rebuilt || outcome.added + outcome.changed + outcome.removed != 0)
      log_info(report(outcome, monotonic_ms() - start));
    return 0;
  } catch (const IndexBusy&) {
    return kExitBusy;
  }
}

}  // namespace octavo
