// SPDX-License-Identifier: GPL-3.0-or-later
#include <unistd.h>

#include <cstdio>

#include "base/error.h"
#include "cli/ask.h"
#include "cli/command.h"

namespace octavo {

namespace {

int reload(const ParsedOptions& options) {
  std::string outcome;
  ask_daemon(options.sources, "reload", [&outcome](const std::string& line) {
    if (line.starts_with("# ")) {
      if (::isatty(STDERR_FILENO) == 1) std::fprintf(stderr, "%s...\n", line.c_str() + 2);
    } else if (line.starts_with("ok: ") || line.starts_with("failed: ")) {
      outcome = line;
    } else {
      std::printf("%s\n", line.c_str());
    }
  });
  std::fflush(stdout);
  if (outcome.empty())
    throw Error("the daemon ended before it had read the site again; see its log");
  const bool failed = outcome.starts_with("failed: ");
  std::fprintf(stderr, "reload %s\n", outcome.c_str());
  return failed ? kExitContent : 0;
}

}  // namespace

int run_reload(const std::vector<std::string>& arguments) {
  const ParsedOptions options = parse_options(arguments, {}, 0);
  if (options.help) {
    print_help("reload", "[options]",
               "Has the daemon that runs read configuration and content again, and waits for the "
               "outcome.\n"
               "Prints all errors and warnings as octavo check does. Exits 0 when the new site is "
               "served,\n"
               "1 when it is in error (the old one stays) or no daemon answers.",
               {});
    return 0;
  }
  return reload(options);
}

}  // namespace octavo
