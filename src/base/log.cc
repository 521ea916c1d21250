// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/log.h"

#include <unistd.h>

#include <string>

namespace octavo {

void log(Priority priority, std::string_view message) {
  static const bool terminal = ::isatty(STDERR_FILENO) == 1;
  static constexpr char kHex[] = "0123456789abcdef";
  std::string line;
  if (!terminal)
    line = std::string("<") + static_cast<char>('0' + static_cast<int>(priority)) + '>';
  for (const char c : message) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      line += "\\x";
      line += kHex[byte >> 4];
      line += kHex[byte & 15];
    } else {
      line += c;
    }
  }
  line += '\n';
  // One write: lines of several threads do not mix. Nobody is left to tell when it fails.
  [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace octavo
