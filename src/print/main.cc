// SPDX-License-Identifier: GPL-3.0-or-later
//
// octavo-print: makes PDFs and cards with a Chromium, for octavo, at a socket.
#include <getopt.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <cstring>

#include "base/error.h"
#include "base/log.h"
#include "base/signals.h"
#include "print/socket.h"
#include "print/worker.h"

namespace {

using namespace octavo;

constexpr int kNice = 10;

constexpr char kHelp[] =
    "Usage: octavo-print [OPTION]...\n"
    "Makes the PDFs and PNG cards that octavo asks for, with chromium-headless-shell.\n"
    "The socket is the one that systemd passes, else --listen.\n"
    "\n"
    "  --listen PATH        make a socket there, for owner and group\n"
    "  --browser PATH       the browser (default: chromium-headless-shell, else chromium)\n"
    "  --jobs N             replace the browser after so many jobs (100)\n"
    "  --idle SECONDS       end it after so long without a job (60)\n"
    "  --at-once N          jobs at a time (2)\n"
    "  --deadline SECONDS   for a job (10)\n"
    "  --memory MB          for one process of the browser (400)\n"
    "  --version            print the version\n"
    "  --help               print this help\n";

std::uint64_t number(const char* option, const char* text, std::uint64_t least,
                     std::uint64_t most) {
  std::uint64_t value = 0;
  const char* end = text + std::strlen(text);
  const auto got = std::from_chars(text, end, value);
  if (got.ec != std::errc() || got.ptr != end || value < least || value > most) {
    throw UsageError("--" + std::string(option) + ": a number from " + std::to_string(least) +
                     " to " + std::to_string(most) + ", not “" + text + "”");
  }
  return value;
}

// Settings, or nothing when all that was asked for has been printed.
std::optional<WorkerSettings> parse(int argc, char** argv) {
  enum { kListen = 1, kBrowser, kJobs, kIdle, kAtOnce, kDeadline, kMemory, kVersion, kUsage };
  static const option kOptions[] = {
      {"listen", required_argument, nullptr, kListen},
      {"browser", required_argument, nullptr, kBrowser},
      {"jobs", required_argument, nullptr, kJobs},
      {"idle", required_argument, nullptr, kIdle},
      {"at-once", required_argument, nullptr, kAtOnce},
      {"deadline", required_argument, nullptr, kDeadline},
      {"memory", required_argument, nullptr, kMemory},
      {"version", no_argument, nullptr, kVersion},
      {"help", no_argument, nullptr, kUsage},
      {nullptr, 0, nullptr, 0},
  };
  WorkerSettings settings;
  ::opterr = 0;
  for (;;) {
    int at = 0;
    const int found = ::getopt_long(argc, argv, "+", kOptions, &at);
    if (found == -1) break;
    const char* name = kOptions[at].name;
    switch (found) {
      case kListen:
        settings.listen = ::optarg;
        break;
      case kBrowser:
        settings.browser = ::optarg;
        break;
      case kJobs:
        settings.jobs = static_cast<unsigned>(number(name, ::optarg, 1, 1'000'000));
        break;
      case kIdle:
        settings.idle_ms = static_cast<std::int64_t>(number(name, ::optarg, 0, 1'000'000)) * 1000;
        break;
      case kAtOnce:
        settings.at_once = static_cast<unsigned>(number(name, ::optarg, 1, 16));
        break;
      case kDeadline:
        settings.deadline_ms = static_cast<std::int64_t>(number(name, ::optarg, 1, 600)) * 1000;
        break;
      case kMemory:
        settings.memory = number(name, ::optarg, 100, 100'000) << 20;
        break;
      case kVersion:
        std::printf("octavo-print %s\n", PACKAGE_VERSION);
        return std::nullopt;
      case kUsage:
        std::fputs(kHelp, stdout);
        return std::nullopt;
      default:
        throw UsageError(std::string(argv[::optind - 1]) +
                         ": no such option, or its value is missing; see octavo-print --help");
    }
  }
  if (::optind < argc) {
    throw UsageError(std::string(argv[::optind]) + ": no argument is wanted here");
  }
  return settings;
}

int run(int argc, char** argv) {
  const auto settings = parse(argc, argv);
  if (!settings) return 0;
  std::string trouble;
  if (::geteuid() == 0) {
    trouble =
        "octavo-print runs as root, where Chromium's sandbox does not; start it as a user of its "
        "own";
    log_error(trouble);
  }
  const SignalsBlocked blocked;
  ::signal(SIGPIPE, SIG_IGN);
  ::signal(SIGCHLD, SIG_DFL);
  // Readers of pages come first; the browser is as patient as we are.
  ::setpriority(PRIO_PROCESS, 0, kNice);
  // Nobody else of this user may look into jobs.
  ::prctl(PR_SET_DUMPABLE, 0);
  PrintSocket socket = open_print_socket(settings->listen);
  Worker(*settings, std::move(socket.fd), PACKAGE_VERSION, trouble).run();
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const UsageError& error) {
    std::fprintf(stderr, "octavo-print: %s\n", error.what());
    return kExitUsage;
  } catch (const ConfigError& error) {
    std::fprintf(stderr, "octavo-print: %s\n", error.what());
    return kExitConfig;
  } catch (const std::exception& error) {
    log_error(std::string("octavo-print ends: ") + error.what());
    return 1;
  }
}
