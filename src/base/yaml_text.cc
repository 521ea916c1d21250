// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/yaml_text.h"

#include <algorithm>
#include <iterator>

#include "base/yaml.h"

namespace octavo {
namespace {

bool forbidden(char32_t c) {
  return (is_control(c) && c != '\t' && c != '\n' && c != '\r') || c == 0xFFFE || c == 0xFFFF;
}

bool separator(char32_t c) {
  return c == 0x2028 || c == 0x2029;
}

// Two neighbours of the private plane that the text does not use: a front matter of 64 KiB cannot
// use them all.
char32_t unused(std::string_view text) {
  for (char32_t c = 0xF0000; c < 0xFFFF0; c += 2) {
    std::string first, second;
    append_utf8(first, c);
    append_utf8(second, c + 1);
    if (text.find(first) == std::string_view::npos && text.find(second) == std::string_view::npos) {
      return c;
    }
  }
  return 0xFFFF0;
}

Diagnostic forbidden_fault(std::string_view text, std::size_t at, char32_t c,
                           std::uint32_t first_line) {
  const LineColumn place = line_column(text, at);
  Diagnostic result;
  result.line = first_line + place.line - 1;
  result.column = place.column;
  if (c == 0) {
    result.code = "nul_byte";
    result.message = "a NUL byte; remove it, or save the file as UTF-8 text";
    return result;
  }
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string name = "U+";
  for (int shift = 12; shift >= 0; shift -= 4) name += kDigits[(c >> shift) & 15];
  result.code = "control_character";
  result.message = "a control character (" + name + "); remove it";
  return result;
}

}  // namespace

// libyaml's mark.line would also count U+0085, U+2028 and U+2029 as line ends.
YamlPlaces::YamlPlaces(std::string_view text, std::uint32_t first_line)
    : text_(text), first_line_(first_line) {
  std::uint32_t index = 0;
  starts_.push_back({0, 0});
  for (std::size_t at = 0; at < text.size(); ++index) {
    const char c = text[at];
    if (static_cast<unsigned char>(c) < 0x80) {
      ++at;
    } else {
      next_code_point(text, at);
    }
    const bool ends = c == '\n' || (c == '\r' && (at == text.size() || text[at] != '\n'));
    if (ends) starts_.push_back({index + 1, at});
  }
}

const YamlPlaces::Start& YamlPlaces::line_of(std::size_t index) const {
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), index,
                                      [](std::size_t i, const Start& s) { return i < s.index; });
  return *std::prev(after);
}

LineColumn YamlPlaces::at(std::size_t index) const {
  const Start& start = line_of(index);
  return {first_line_ + static_cast<std::uint32_t>(&start - starts_.data()),
          static_cast<std::uint32_t>(index) - start.index + 1};
}

std::size_t YamlPlaces::line_start(std::size_t index) const {
  return line_of(index).index;
}

std::string_view YamlPlaces::line(std::size_t index) const {
  const std::string_view rest = text_.substr(line_of(index).offset);
  return rest.substr(0, rest.find_first_of("\r\n"));
}

std::string_view YamlPlaces::before(std::size_t index) const {
  const std::string_view whole = line(index);
  std::size_t at = 0;
  for (std::size_t left = index - line_of(index).index; left > 0 && at < whole.size(); --left) {
    next_code_point(whole, at);
  }
  return whole.substr(0, at);
}

std::string_view YamlPlaces::behind(std::size_t index) const {
  return line(index).substr(before(index).size());
}

YamlText::YamlText(std::string_view text, std::uint32_t first_line,
                   std::vector<Diagnostic>& faults) {
  bool clean = true, separated = false;
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] >= 0x20 && text[at] < 0x7F) {  // most of a text
      ++at;
      continue;
    }
    const char32_t c = next_code_point(text, at);
    clean = clean && !forbidden(c);
    separated = separated || separator(c);
  }
  if (clean && !separated) {
    text_ = text;
    return;
  }
  if (separated) placeholder_ = unused(text);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t start = at;
    const char32_t c = next_code_point(text, at);
    if (forbidden(c)) {
      if (faults.size() < kMaxFaults) faults.push_back(forbidden_fault(text, start, c, first_line));
      append_utf8(text_, 0xFFFD);
    } else if (separator(c)) {
      append_utf8(text_, placeholder_ + (c - 0x2028));
    } else {
      text_.append(text.substr(start, at - start));
    }
  }
}

std::string YamlText::restored(std::string_view scalar) const {
  if (placeholder_ == 0) return std::string(scalar);
  std::string result;
  for (std::size_t at = 0; at < scalar.size();) {
    const std::size_t start = at;
    const char32_t c = next_code_point(scalar, at);
    if (c == placeholder_ || c == placeholder_ + 1) {
      append_utf8(result, c - placeholder_ + 0x2028);
    } else {
      result.append(scalar.substr(start, at - start));
    }
  }
  return result;
}

}  // namespace octavo
