// SPDX-License-Identifier: GPL-3.0-or-later
//
// octavo-compose: started by octavo, never by hand (content/composer.h says how).
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdio>
#include <exception>

#include "base/file.h"
#include "compose/composer.h"
#include "compose/highlight.h"

namespace {

using namespace octavo;

std::shared_ptr<const Image> open_previous(const ComposeOrder& order) {
  if (!order.previous) return nullptr;
  try {
    return Image::open(kPreviousFd);
  } catch (const Error&) {
    return nullptr;  // a damaged image costs a full run, no more
  }
}

// Readers come first: the composer takes the processor when no server thread wants it.
void stand_back() {
  const sched_param none{};
  ::sched_setscheduler(0, SCHED_BATCH, &none);
  ::setpriority(PRIO_PROCESS, 0, 10);
}

int run(int argc, char** argv) {
  const ComposeOrder order = parse_arguments({argv + 1, argv + argc});
  if (::fcntl(kReportFd, F_GETFD) < 0)
    throw UsageError("octavo-compose is started by octavo; see octavo(1)");
  ::fcntl(kReportFd, F_SETFD, FD_CLOEXEC);
  if (order.background) stand_back();
  const auto report = [](const Report& r) { write_all(kReportFd, encode_report(r)); };
  try {
    const bool sound =
        compose(order, open_previous(order), order.check ? -1 : kImageFd, report, highlight);
    return sound ? 0 : kExitContent;
  } catch (const std::exception& error) {
    Report failed;
    failed.kind = Report::Kind::failed;
    failed.text = error.what();
    report(failed);
    return 2;
  }
}

}  // namespace

int main(int argc, char** argv) {
  // Whoever started us is the only one who wants the outcome.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  try {
    return run(argc, argv);
  } catch (const UsageError& error) {
    std::fprintf(stderr, "octavo-compose: %s\n", error.what());
    return kExitUsage;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "octavo-compose: %s\n", error.what());
    return 2;
  }
}
