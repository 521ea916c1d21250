// SPDX-License-Identifier: GPL-3.0-or-later
//
// The commands of octavo: one table, one file a command.
//
// Thread safety: called once, from main().
// Throws: UsageError, ConfigError, Error; main() turns them into exit codes.
#ifndef OCTAVO_CLI_COMMAND_H_
#define OCTAVO_CLI_COMMAND_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"

namespace octavo {

struct Command {
  std::string_view name, arguments, summary;
  int (*run)(const std::vector<std::string>& arguments);
};
const std::vector<Command>& commands();

int run_serve(const std::vector<std::string>& arguments);
int run_check(const std::vector<std::string>& arguments);
int run_press(const std::vector<std::string>& arguments);
int run_reload(const std::vector<std::string>& arguments);
int run_status(const std::vector<std::string>& arguments);
// STATE LANG MOMENT: brings the full-text index in STATE to the image at descriptor 3 as it is
// visible at MOMENT. Of serve's making alone, so not in the table.
int run_index(const std::vector<std::string>& arguments);

// The options that every command with a site takes (--config and one for each scalar key), and
// the command's own.
struct OwnOption {
  std::string_view name, value, help;  // "format", "FORMAT", "…"; no value: a switch
};
struct ParsedOptions {
  bool help = false;
  ConfigSources sources;
  std::map<std::string, std::string> own;
  std::vector<std::string> folders;  // what stands without an option's name
};
ParsedOptions parse_options(const std::vector<std::string>& arguments,
                            const std::vector<OwnOption>& own, unsigned most_folders);
void print_help(std::string_view command, std::string_view arguments, std::string_view text,
                const std::vector<OwnOption>& own);

}  // namespace octavo

#endif  // OCTAVO_CLI_COMMAND_H_
