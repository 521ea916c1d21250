// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where the daemon and those who ask it meet: `control`, else control.sock in the runtime folder
// that systemd has made ($RUNTIME_DIRECTORY), else beside the socket that serves.
//
// Thread safety: any thread; the environment is only read.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_CLI_CONTROL_PATH_H_
#define OCTAVO_CLI_CONTROL_PATH_H_

#include <string>
#include <vector>

#include "base/config.h"

namespace octavo {

// For the daemon; empty: there is no such place.
std::string control_path(const Config& config);

// For who asks: where to try, in order. A configuration that is in error does not keep anybody from
// asking the daemon that runs: then as much of it as can be read. Somebody at a terminal has no
// $RUNTIME_DIRECTORY: /etc/octavo/octavo.yaml then means /run/octavo, /etc/octavo/NAME.yaml
// /run/octavo/sites/NAME, as the units have it.
std::vector<std::string> control_paths(const ConfigSources& sources);

}  // namespace octavo

#endif  // OCTAVO_CLI_CONTROL_PATH_H_
