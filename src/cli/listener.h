// SPDX-License-Identifier: GPL-3.0-or-later
//
// The listening socket: from systemd (LISTEN_FDS, sd_listen_fds(3)), from descriptor 0
// (spawn-fcgi), or made from `listen`.
//
// Thread safety: at start, from one thread (it reads and clears environment variables).
// Throws: ConfigError when there is no socket to be had, with what to do.
#ifndef OCTAVO_CLI_LISTENER_H_
#define OCTAVO_CLI_LISTENER_H_

#include <cstdint>
#include <string>

#include "base/config.h"
#include "base/file.h"

namespace octavo {

struct Listener {
  Fd socket;
  std::string name;                     // for the log: "/run/octavo/octavo.sock"
  std::string made;                     // the socket file that we made, or empty
  std::uint64_t inode = 0, device = 0;  // of that file
  bool held = false;                    // by systemd: it and its queue outlive us
};
Listener open_listener(const Config& config);

// Removes the socket file that open_listener() made, unless another process has put its own there
// since. Called while the socket still listens: then nobody takes it for a stale one.
void remove_socket_file(const Listener& listener) noexcept;

}  // namespace octavo

#endif  // OCTAVO_CLI_LISTENER_H_
