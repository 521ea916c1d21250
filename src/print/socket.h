// SPDX-License-Identifier: GPL-3.0-or-later
//
// The socket at which octavo-print listens.
//
// Thread safety: for the start of a process with one thread: it reads the environment and sets the
// file mode creation mask for a moment.
// Throws: ConfigError.
#ifndef OCTAVO_PRINT_SOCKET_H_
#define OCTAVO_PRINT_SOCKET_H_

#include <optional>
#include <string>

#include "base/file.h"
#include "base/socket_file.h"

namespace octavo {

struct PrintSocket {
  Fd fd;                           // listening, non-blocking
  std::optional<SocketFile> made;  // unless it is systemd's
};

// What systemd passes, else a socket made at `path`, for its owner and group (0660).
PrintSocket open_print_socket(const std::string& path);

}  // namespace octavo

#endif  // OCTAVO_PRINT_SOCKET_H_
