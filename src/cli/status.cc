// SPDX-License-Identifier: GPL-3.0-or-later
#include <cstdio>

#include "base/error.h"
#include "cli/ask.h"
#include "cli/command.h"

namespace octavo {

namespace {

const std::vector<OwnOption> kOwn = {
    {"format", "FORMAT", "text (for people) or json (one object)"}};

}  // namespace

int run_status(const std::vector<std::string>& arguments) {
  ParsedOptions options = parse_options(arguments, kOwn, 0);
  if (options.help) {
    print_help("status", "[options]",
               "Says how the site of the daemon that runs stands: what is served since when, how "
               "the last\ntry to read it again ended, what comes next, and what somebody should "
               "look after. Exits 0\nwhen the daemon answers, else 1.",
               kOwn);
    return 0;
  }
  const std::string format = options.own.count("format") != 0 ? options.own["format"] : "text";
  if (format != "text" && format != "json")
    throw UsageError("--format wants text or json, not “" + format + "”");
  bool refused = false;
  ask_daemon(options.sources, format == "json" ? "status json" : "status",
             [&refused](const std::string& line) {
               refused |= line.starts_with("failed: ");
               std::fprintf(refused ? stderr : stdout, "%s\n", line.c_str());
             });
  return refused ? kExitContent : 0;
}

}  // namespace octavo
