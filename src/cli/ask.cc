// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/ask.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "base/error.h"
#include "base/file.h"
#include "cli/control_path.h"

namespace octavo {

namespace {

std::string sought(const std::string& path, int error) {
  return path + " (" + errno_text(error) + ')';
}

Fd connect_to(const std::string& path, std::string& tried) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  int error = ENAMETOOLONG;
  if (path.size() < sizeof address.sun_path) {
    std::memcpy(address.sun_path, path.data(), path.size());
    Fd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    if (fd &&
        ::connect(fd.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0)
      return fd;
    error = errno;
  }
  tried += (tried.empty() ? "" : ", ") + sought(path, error);
  // A socket that one may not use is there: the next one would be another site's.
  if (error == EACCES || error == EPERM)
    throw Error("the daemon may not be asked by this user: " + sought(path, error) +
                "; ask as root or as the user that octavo serve runs as");
  return Fd();
}

}  // namespace

void ask_daemon(const ConfigSources& sources, std::string_view question,
                const std::function<void(const std::string& line)>& line) {
  const std::vector<std::string> paths = control_paths(sources);
  if (paths.empty())
    throw Error(
        "it is not known where the daemon listens for this; set control: (or listen:, to a "
        "socket's path) in octavo.yaml, or name it with --control SOCKET");
  std::string tried;
  Fd fd;
  for (const std::string& path : paths) {
    fd = connect_to(path, tried);
    if (fd) break;
  }
  if (!fd)
    throw Error("no octavo serve answers at " + tried +
                "; start it, or name its socket with --control SOCKET");
  std::string text = std::string(question) + '\n';
  if (::send(fd.number(), text.data(), text.size(), MSG_NOSIGNAL) < 0)
    throw SystemError("cannot ask the daemon", errno);
  text.clear();
  char buffer[4096];
  for (;;) {
    const ssize_t count = ::recv(fd.number(), buffer, sizeof buffer, 0);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw SystemError("the daemon has gone away", errno);
    if (count == 0) break;
    text.append(buffer, static_cast<std::size_t>(count));
    std::size_t begin = 0;
    for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
      line(text.substr(begin, end - begin));
    text.erase(0, begin);
  }
  if (!text.empty()) line(text);
}

}  // namespace octavo
