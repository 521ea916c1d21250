// SPDX-License-Identifier: GPL-3.0-or-later
//
// Socket activation: the listening socket that systemd passes (sd_listen_fds(3)).
//
// Thread safety: for the start of a process with one thread; it reads and clears the environment.
// Throws: ConfigError when there is not exactly one that listens.
#ifndef OCTAVO_BASE_ACTIVATION_H_
#define OCTAVO_BASE_ACTIVATION_H_

#include <string>

#include "base/file.h"

namespace octavo {

// Non-blocking; empty when there is none for us. `unit`: the one that passes it, for messages.
Fd socket_from_systemd(const std::string& unit);
bool is_listening(int fd);
void set_nonblocking(int fd);  // and not inherited

}  // namespace octavo

#endif  // OCTAVO_BASE_ACTIVATION_H_
