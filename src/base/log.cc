// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/log.h"

#include <errno.h>  // program_invocation_short_name
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <cstring>

#include "base/escape.h"

namespace octavo {

namespace {

constexpr const char* kJournal = "/run/systemd/journal/socket";
constexpr int kPatienceMs = 50;  // for a full pipe; after the first time in vain, none

std::array<std::atomic<std::uint64_t>, 8> g_lines;
std::atomic<std::uint64_t> g_dropped{0};  // ever
std::atomic<std::uint64_t> g_untold{0};   // of these, not yet spoken of
std::atomic<bool> g_stuck{false};         // the last line was dropped

// NAME=value, or where the value has a line feed: NAME, its length in 64 bits, the value.
void append_field(std::string& out, std::string_view name, std::string_view value) {
  out += name;
  if (value.find('\n') == std::string_view::npos) {
    out += '=';
  } else {
    out += '\n';
    for (unsigned shift = 0; shift < 64; shift += 8)
      out += static_cast<char>(std::uint64_t{value.size()} >> shift & 0xff);
  }
  out += value;
  out += '\n';
}

// The journal, when standard error is it: then there is a socket and an address to send to.
class Journal {
 public:
  Journal() {
    if (!is_standard_error()) return;
    // Where it listens is compiled into systemd; the tests have one of their own.
    const char* path = std::getenv("OCTAVO_JOURNAL");
    if (path == nullptr || *path == '\0') path = kJournal;
    if (std::strlen(path) >= sizeof address_.sun_path) return;
    address_.sun_family = AF_UNIX;
    std::strcpy(address_.sun_path, path);
    socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  }

  bool send(const std::string& entry) const noexcept {
    // Not connected: a journal that was started anew is found under its name.
    return socket_ >= 0 && ::sendto(socket_, entry.data(), entry.size(), MSG_NOSIGNAL,
                                    reinterpret_cast<const sockaddr*>(&address_),
                                    sizeof address_) == static_cast<ssize_t>(entry.size());
  }
  bool is_there() const noexcept { return socket_ >= 0; }

 private:
  static bool is_standard_error() {
    const char* const stream = std::getenv("JOURNAL_STREAM");
    struct stat status {};
    if (stream == nullptr || ::fstat(STDERR_FILENO, &status) != 0) return false;
    return stream == std::to_string(status.st_dev) + ':' + std::to_string(status.st_ino);
  }

  sockaddr_un address_{};
  int socket_ = -1;  // as long as the process
};

const Journal& journal() {
  static const Journal one;
  return one;
}

// One system call that does not wait: lines of several threads do not mix.
bool write_now(const std::string& line) noexcept {
  pollfd out{STDERR_FILENO, POLLOUT, 0};
  const int ready = ::poll(&out, 1, g_stuck.load(std::memory_order_relaxed) ? 0 : kPatienceMs);
  if (ready == 0) return false;
  ssize_t written = ::send(STDERR_FILENO, line.data(), line.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  if (written < 0 && errno == ENOTSOCK) written = ::write(STDERR_FILENO, line.data(), line.size());
  // Nobody is left to tell when it fails otherwise.
  return written >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

bool say(Priority priority, std::string_view message) {
  static const bool terminal = ::isatty(STDERR_FILENO) == 1;
  std::string line;
  if (!terminal)
    line = std::string("<") + static_cast<char>('0' + static_cast<int>(priority)) + '>';
  append_printable(line, message);
  line += '\n';
  return write_now(line);
}

bool deliver(Priority priority, std::string_view message, LogFields fields) {
  if (journal().is_there() && journal().send(journal_entry(priority, message, fields))) return true;
  return say(priority, message);
}

}  // namespace

std::string journal_entry(Priority priority, std::string_view message, LogFields fields) {
  std::string entry, text;
  append_printable(text, message);
  append_field(entry, "MESSAGE", text);
  append_field(entry, "PRIORITY", std::to_string(static_cast<int>(priority)));
  append_field(entry, "SYSLOG_IDENTIFIER", program_invocation_short_name);
  append_field(entry, "SYSLOG_FACILITY", "3");  // a daemon
  for (const LogField& field : fields) {
    if (!field.value.empty())
      append_field(entry, std::string("OCTAVO_").append(field.name), field.value);
  }
  return entry;
}

void log(Priority priority, std::string_view message) {
  log_event(priority, message, {});
}

void log_event(Priority priority, std::string_view message, LogFields fields) {
  g_lines[static_cast<std::size_t>(priority)].fetch_add(1, std::memory_order_relaxed);
  if (const std::uint64_t lost = g_untold.load(std::memory_order_relaxed); lost != 0) {
    const std::string told = std::to_string(lost) + " lines were dropped: nobody read the log";
    if (deliver(Priority::warning, told, {{"EVENT", "lines_dropped"}})) g_untold.fetch_sub(lost);
  }
  const bool through = deliver(priority, message, fields);
  g_stuck.store(!through, std::memory_order_relaxed);
  if (through) return;
  g_dropped.fetch_add(1, std::memory_order_relaxed);
  g_untold.fetch_add(1, std::memory_order_relaxed);
}

void log_fault(const Diagnostic& fault, std::string_view prefix) {
  const Priority priority = fault.warning ? Priority::warning : Priority::error;
  const std::string line = to_line(fault, prefix);
  const auto place = [](std::uint32_t number) {
    return number == 0 ? std::string() : std::to_string(number);
  };
  log_event(priority, line,
            {{"EVENT", "diagnostic"},
             {"CODE", fault.code},
             {"FILE", fault.file.empty() ? std::string() : std::string(prefix) + fault.file},
             {"LINE", place(fault.line)},
             {"COLUMN", place(fault.column)},
             {"KEY", fault.key}});
}

LogCounts log_counts() noexcept {
  LogCounts counts;
  for (std::size_t i = 0; i < counts.lines.size(); ++i)
    counts.lines[i] = g_lines[i].load(std::memory_order_relaxed);
  counts.dropped = g_dropped.load(std::memory_order_relaxed);
  return counts;
}

}  // namespace octavo
