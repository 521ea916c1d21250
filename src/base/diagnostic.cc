// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/diagnostic.h"

#include <algorithm>
#include <numeric>

#include "base/escape.h"
#include "base/text.h"

namespace octavo {

namespace {

std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

}  // namespace

std::string to_line(const Diagnostic& fault, std::string_view prefix) {
  std::string line;
  if (!fault.file.empty()) {
    append_printable(line, prefix);
    append_printable(line, fault.file);
    if (fault.line != 0) {
      line += ':' + std::to_string(fault.line);
      line += ':' + std::to_string(fault.column == 0 ? 1 : fault.column);
    }
    line += ": ";
  }
  line += fault.warning ? "warning: " : "error: ";
  append_printable(line, fault.message);
  if (!fault.near.empty() && fault.message.find(fault.near) == std::string::npos) {
    line += "; did you mean “";
    append_printable(line, fault.near);
    line += "”?";
  }
  if (!fault.allow.empty() && fault.message.find(fault.allow) == std::string::npos) {
    line += "; to allow it: ";
    append_printable(line, fault.allow);
  }
  return line;
}

std::string to_json(const Diagnostic& fault) {
  const auto text = [](std::string_view value) {
    return value.empty() ? std::string("null") : json_quote(value);
  };
  std::string out = "{\"code\":" + json_quote(fault.code);
  out += ",\"line\":" + std::to_string(fault.line == 0 ? 1 : fault.line);
  out += ",\"column\":" + std::to_string(fault.column == 0 ? 1 : fault.column);
  out += ",\"key\":" + text(fault.key);
  out += ",\"message\":" + json_quote(fault.message);
  out += ",\"near\":" + text(fault.near);
  out += ",\"allow\":" + text(fault.allow);
  out += '}';
  return out;
}

std::string nearest_name(std::string_view word, const std::vector<std::string_view>& names) {
  const std::string wanted = ascii_lower(word.substr(0, 64));
  // Two slips in a word of four letters make another word.
  const std::size_t allowed = wanted.size() <= 2 ? 0 : wanted.size() <= 4 ? 1 : 2;
  std::size_t best = allowed + 1;
  std::string_view found;
  for (const std::string_view name : names) {
    if (name.size() > wanted.size() + allowed || wanted.size() > name.size() + allowed) continue;
    const std::size_t d = distance(wanted, ascii_lower(name));
    if (d < best) {
      best = d;
      found = name;
    }
  }
  return std::string(found);
}

}  // namespace octavo
