// SPDX-License-Identifier: GPL-3.0-or-later
#include "print/socket.h"

#include <utility>

#include "base/activation.h"
#include "base/error.h"

namespace octavo {

namespace {

constexpr int kBacklog = 128;

}  // namespace

PrintSocket open_print_socket(const std::string& path) {
  PrintSocket socket;
  socket.fd = socket_from_systemd("octavo-print.socket");
  if (socket.fd) return socket;
  if (path.empty())
    throw ConfigError("no socket: start it by octavo-print.socket or with --listen");
  try {
    socket.fd = socket.made.emplace(path, 0660, kBacklog).take_socket();
  } catch (const Error& error) {
    throw ConfigError(std::string("--listen: ") + error.what());
  }
  return socket;
}

}  // namespace octavo
