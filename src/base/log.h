// SPDX-License-Identifier: GPL-3.0-or-later
//
// One line an event. Where standard error is the journal ($JOURNAL_STREAM, systemd.exec(5)) it goes
// there by the native protocol, with its fields; else to standard error, where each line, unless
// that is a terminal, begins with its priority as sd-daemon(3) has it: <3>error, <4>warning,
// <5>notice, <6>info, <7>debug. A journal that is gone or full: standard error. That full, too: a
// line waits a moment, then it is dropped, and the next one that gets through is preceded by how
// many were. A log that nobody reads never holds the site up.
//
// Thread safety: any thread; a line is one system call.
// Throws: std::bad_alloc alone; a failing write is ignored.
#ifndef OCTAVO_BASE_LOG_H_
#define OCTAVO_BASE_LOG_H_

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

#include "base/diagnostic.h"

namespace octavo {

enum class Priority { error = 3, warning = 4, notice = 5, info = 6, debug = 7 };

// {"EVENT", "reload_failed"} is the journal's field OCTAVO_EVENT=reload_failed; one without a value
// is left out. REQUIRES: a name of capital letters and _.
struct LogField {
  std::string_view name;
  std::string value;
};
using LogFields = std::initializer_list<LogField>;

// Control characters of the message are escaped.
void log(Priority priority, std::string_view message);
void log_event(Priority priority, std::string_view message, LogFields fields);
inline void log_error(std::string_view message, LogFields fields = {}) {
  log_event(Priority::error, message, fields);
}
inline void log_warning(std::string_view message, LogFields fields = {}) {
  log_event(Priority::warning, message, fields);
}
inline void log_notice(std::string_view message, LogFields fields = {}) {
  log_event(Priority::notice, message, fields);
}
inline void log_info(std::string_view message, LogFields fields = {}) {
  log_event(Priority::info, message, fields);
}

// to_line(fault, prefix), with OCTAVO_EVENT=diagnostic and OCTAVO_FILE, _LINE, _COLUMN, _CODE, _KEY
// where the fault has them.
void log_fault(const Diagnostic& fault, std::string_view prefix = {});

// How many lines there were of each priority (by its number), and how many were dropped.
struct LogCounts {
  std::array<std::uint64_t, 8> lines{};
  std::uint64_t dropped = 0;
};
LogCounts log_counts() noexcept;

// A line as a datagram of the journal's native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL).
std::string journal_entry(Priority priority, std::string_view message, LogFields fields);

}  // namespace octavo

#endif  // OCTAVO_BASE_LOG_H_
