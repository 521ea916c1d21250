// SPDX-License-Identifier: GPL-3.0-or-later
//
// octavo: all that a person types.
#include <cstdio>
#include <exception>

#include "base/error.h"
#include "base/log.h"
#include "cli/command.h"

namespace octavo {

const std::vector<Command>& commands() {
  static const std::vector<Command> all = {
      {"serve", "[options]", "answer a web server over FastCGI", run_serve},
      {"check", "[options] [FOLDER]", "check a site or a content folder", run_check},
      {"press", "[options]", "make all PDFs that are missing", run_press},
      {"reload", "[options]", "have the daemon read the site again, and wait", run_reload},
      {"status", "[options]", "say how the daemon's site stands", run_status},
  };
  return all;
}

namespace {

void print_usage(std::FILE* out) {
  std::fprintf(out, "usage: octavo COMMAND [options]\n\n");
  for (const Command& command : commands()) {
    std::fprintf(out, "  %-10s %s\n", command.name.data(), command.summary.data());
  }
  std::fprintf(out,
               "\n  --help     print this help (octavo COMMAND --help: a command's)\n"
               "  --version  print the version\n");
}

int run(const std::vector<std::string>& arguments) {
  if (arguments.empty()) {
    print_usage(stderr);
    return kExitUsage;
  }
  const std::string& name = arguments.front();
  if (name == "--help" || name == "-h" || name == "help") {
    print_usage(stdout);
    return 0;
  }
  if (name == "--version" || name == "-V") {
    std::printf("octavo %s\n", PACKAGE_VERSION);
    return 0;
  }
  if (name == "index") return run_index({arguments.begin() + 1, arguments.end()});
  std::vector<std::string_view> names;
  for (const Command& command : commands()) {
    if (command.name == name) return command.run({arguments.begin() + 1, arguments.end()});
    names.push_back(command.name);
  }
  const std::string near = nearest_name(name, names);
  throw UsageError("there is no command “" + name + "”" +
                   (near.empty() ? "" : "; did you mean “" + near + "”?"));
}

// The daemon and what it starts speak to the journal, every other command to a person or an editor.
void complain(int argc, char** argv, const std::string& message) {
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (command == "serve" || command == "index") {
    // The index's fault is the daemon's to say (app/indexer); this is why.
    log_error(message, {{"EVENT", command == "index" ? "index_error" : "start_failed"}});
  } else {
    std::fprintf(stderr, "%s\n", message.c_str());
  }
}

}  // namespace

}  // namespace octavo

int main(int argc, char** argv) {
  using namespace octavo;
  try {
    return run({argv + 1, argv + argc});
  } catch (const UsageError& error) {
    std::fprintf(stderr, "octavo: %s\nTry octavo --help.\n", error.what());
    return kExitUsage;
  } catch (const ConfigError& error) {
    for (const Diagnostic& fault : error.faults()) complain(argc, argv, to_line(fault));
    return kExitConfig;
  } catch (const std::exception& error) {
    complain(argc, argv, error.what());
    return kExitContent;
  }
}
