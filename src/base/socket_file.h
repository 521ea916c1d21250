// SPDX-License-Identifier: GPL-3.0-or-later
//
// A listening stream socket of our own beside the one that serves: at a path (what a process that
// was killed has left there is taken away, what another one answers at is not), or at host:port.
//
// Thread safety: values with one owner. SocketFile sets the process's umask for a moment.
// Throws: Error; its message names the path or address and says what to do.
#ifndef OCTAVO_BASE_SOCKET_FILE_H_
#define OCTAVO_BASE_SOCKET_FILE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "base/file.h"

namespace octavo {

// The folder that a path of a socket lies in.
std::string folder_of(const std::string& path);

class SocketFile {
 public:
  SocketFile() = default;
  SocketFile(std::string path, unsigned mode, int backlog = 16);
  SocketFile(SocketFile&& other) noexcept
      : path_(std::exchange(other.path_, {})),
        socket_(std::move(other.socket_)),
        inode_(other.inode_),
        device_(other.device_) {}
  SocketFile& operator=(SocketFile&& other) = delete;
  ~SocketFile();  // removes the file, unless another process has put its own there since
  const std::string& path() const noexcept { return path_; }
  int fd() const noexcept { return socket_.number(); }
  Fd take_socket() noexcept { return std::move(socket_); }  // the file stays ours

 private:
  std::string path_;
  Fd socket_;
  std::uint64_t inode_ = 0, device_ = 0;
};

// Whom a bound address is for.
enum class Reach { machine, network, world };
struct BoundPort {
  Fd socket;
  Reach reach = Reach::machine;  // loopback; private addresses; all others, and "any"
};
BoundPort listen_on_port(std::string_view host_and_port);

}  // namespace octavo

#endif  // OCTAVO_BASE_SOCKET_FILE_H_
