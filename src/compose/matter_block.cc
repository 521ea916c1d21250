// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/matter_block.h"

#include <string>
#include <utility>

#include "base/text.h"
#include "compose/front_matter.h"

namespace octavo {
namespace {

Diagnostic fault(std::string code, LineColumn place, std::string message) {
  Diagnostic made;
  made.code = std::move(code);
  made.line = place.line;
  made.column = place.column;
  made.message = std::move(message);
  return made;
}

// Takes a line, its end included, off `rest`; returns it without its end.
std::string_view take_line(std::string_view& rest) {
  std::size_t end = 0;
  while (end < rest.size() && rest[end] != '\n' && rest[end] != '\r') ++end;
  const std::string_view line = rest.substr(0, end);
  if (end == rest.size()) {
    rest.remove_prefix(end);
    return line;
  }
  const bool pair = rest[end] == '\r' && end + 1 < rest.size() && rest[end + 1] == '\n';
  rest.remove_prefix(end + (pair ? 2 : 1));
  return line;
}

bool is_marker(std::string_view line, std::string_view marker) {
  return line.starts_with(marker) &&
         line.find_first_not_of(" \t", marker.size()) == std::string_view::npos;
}

// As text editors on Windows save: a byte order mark, or every other byte of the first letters 0.
bool is_utf16(std::string_view bytes) {
  if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) return true;
  if (bytes.size() < 4) return false;
  const auto pattern = [&](std::size_t zero) {
    return bytes[zero] == 0 && bytes[zero + 2] == 0 && bytes[1 - zero] != 0 && bytes[3 - zero] != 0;
  };
  return pattern(0) || pattern(1);
}

Diagnostic no_block(std::string_view bytes, std::string_view first) {
  if (is_marker(first, "+++")) {
    return fault("toml", {}, "a TOML block (+++) is not read; write it as YAML between --- lines");
  }
  if (trim(first).empty() && trim(bytes).starts_with("---")) {
    return fault("no_front_matter", {},
                 "blank lines before the first ---; begin the file with ---");
  }
  if (trim(first).starts_with("---")) {
    return fault("no_front_matter", {}, "the first line must be --- and nothing else");
  }
  return fault("no_front_matter", {},
               "no front matter; begin the file with a line ---, lines as in `title: My post`, and "
               "another line ---");
}

}  // namespace

MatterBlock split_matter(std::string_view bytes) {
  MatterBlock result;
  if (bytes.size() > kMaxPostBytes) {
    result.faults.push_back(fault("too_large", {},
                                  "the file has " + std::to_string(bytes.size()) +
                                      " bytes; a post may have at most 1 MiB; split it"));
    return result;
  }
  if (is_utf16(bytes)) {
    result.faults.push_back(
        fault("bad_encoding", {}, "this is UTF-16, not UTF-8; save the file as UTF-8"));
    return result;
  }
  if (bytes.starts_with("\xEF\xBB\xBF")) bytes.remove_prefix(3);
  if (trim(bytes).empty()) {
    result.faults.push_back(
        fault("empty_file", {}, "the file is empty; write a post or remove the file"));
    return result;
  }
  const std::size_t bad = find_bad_utf8(bytes);
  if (bad != std::string_view::npos) {
    result.faults.push_back(fault("bad_encoding", line_column(bytes, bad),
                                  "this is not UTF-8; save the file as UTF-8"));
  }

  std::string_view rest = bytes;
  const std::string_view first = take_line(rest);
  if (!is_marker(first, "---")) {
    result.faults.push_back(no_block(bytes, first));
    return result;
  }
  const std::size_t start = bytes.size() - rest.size();
  std::size_t end = start;
  std::uint32_t lines = 1;
  bool closed = false;
  while (!closed && !rest.empty()) {
    end = bytes.size() - rest.size();
    const std::string_view line = take_line(rest);
    ++lines;
    closed = is_marker(line, "---") || is_marker(line, "...");
  }
  if (!closed) {
    result.faults.push_back(
        fault("unterminated", {}, "the front matter never ends; close it with a line ---"));
    return result;
  }
  if (end - start > kMaxFrontMatterBytes) {
    result.faults.push_back(fault("front_matter_too_large", {},
                                  "the front matter has " + std::to_string(end - start) +
                                      " bytes; at most 64 KiB are allowed"));
    return result;
  }
  result.yaml = bytes.substr(start, end - start);
  result.found = bad >= end;  // npos too
  result.body_line = lines + 1;
  if (bad == std::string_view::npos) result.body = rest;
  if (const std::size_t nul = result.body.find('\0'); nul != std::string_view::npos) {
    result.faults.push_back(fault("nul_byte", line_column(bytes, bytes.size() - rest.size() + nul),
                                  "a NUL byte; remove it, or save the file as UTF-8 text"));
  }
  return result;
}

}  // namespace octavo
