// SPDX-License-Identifier: GPL-3.0-or-later
//
// One line an event to standard error. Unless standard error is a terminal each line begins with
// its priority as sd-daemon(3) has it: <3>error, <4>warning, <5>notice, <6>info, <7>debug.
//
// Thread safety: any thread; a line is one write(2).
// Throws: std::bad_alloc alone; a failing write is ignored.
#ifndef OCTAVO_BASE_LOG_H_
#define OCTAVO_BASE_LOG_H_

#include <string_view>

namespace octavo {

enum class Priority { error = 3, warning = 4, notice = 5, info = 6, debug = 7 };

void log(Priority priority, std::string_view message);  // control characters are escaped
inline void log_error(std::string_view message) {
  log(Priority::error, message);
}
inline void log_warning(std::string_view message) {
  log(Priority::warning, message);
}
inline void log_notice(std::string_view message) {
  log(Priority::notice, message);
}
inline void log_info(std::string_view message) {
  log(Priority::info, message);
}

}  // namespace octavo

#endif  // OCTAVO_BASE_LOG_H_
