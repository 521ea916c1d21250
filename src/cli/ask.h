// SPDX-License-Identifier: GPL-3.0-or-later
//
// Asks the daemon that runs over its control socket (app/control.h).
//
// Thread safety: any thread.
// Throws: Error when none answers, with where it was sought and what to do.
#ifndef OCTAVO_CLI_ASK_H_
#define OCTAVO_CLI_ASK_H_

#include <functional>
#include <string>
#include <string_view>

#include "base/config.h"

namespace octavo {

// `line` is called for each line of the answer, as it comes.
void ask_daemon(const ConfigSources& sources, std::string_view question,
                const std::function<void(const std::string& line)>& line);

}  // namespace octavo

#endif  // OCTAVO_CLI_ASK_H_
