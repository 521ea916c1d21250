// SPDX-License-Identifier: GPL-3.0-or-later
#include "fcgi/connection.h"

#include <sys/socket.h>
#include <sys/types.h>

#include <cerrno>

namespace octavo {
namespace {

bool would_block(int error) { return error == EAGAIN || error == EWOULDBLOCK; }

}  // namespace

Transfer send_rest(Connection& connection, bool& progress) {
  while (connection.sent < connection.out->size()) {
    const ssize_t count =
        ::send(connection.socket.number(), connection.out->data() + connection.sent,
               connection.out->size() - connection.sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0) {
      if (errno == EINTR) continue;
      return would_block(errno) ? Transfer::later : Transfer::ended;
    }
    connection.sent += static_cast<std::size_t>(count);
    progress = true;
  }
  return Transfer::done;
}

Transfer receive(Connection& connection, char* buffer, std::size_t size, std::size_t& count) {
  for (;;) {
    const ssize_t result = ::recv(connection.socket.number(), buffer, size, MSG_DONTWAIT);
    if (result > 0) {
      count = static_cast<std::size_t>(result);
      return Transfer::done;
    }
    if (result == 0) return Transfer::ended;
    if (errno == EINTR) continue;
    return would_block(errno) ? Transfer::later : Transfer::ended;
  }
}

bool has_unread(const Connection& connection) {
  char byte;
  return ::recv(connection.socket.number(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

}  // namespace octavo
