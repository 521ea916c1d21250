// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/matter_value.h"

#include <algorithm>
#include <charconv>
#include <limits>
#include <map>
#include <utility>

#include "base/escape.h"
#include "base/text.h"

namespace octavo {
namespace {

constexpr std::size_t kShown = 40;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool text_has_control(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] >= 0x20 && text[at] < 0x7F) {  // most of a text
      ++at;
      continue;
    }
    const char32_t c = next_code_point(text, at);
    if (is_control(c) && c != '\t' && c != '\n') return true;
  }
  return false;
}

}  // namespace

bool not_given(const YamlNode& value) {
  return value.is_null() || (value.kind == YamlNode::Kind::scalar && trim(value.text).empty());
}

std::optional<bool> boolean_of(std::string_view text) {
  const std::string word = ascii_lower(trim(text));
  if (word == "true" || word == "yes" || word == "on") return true;
  if (word == "false" || word == "no" || word == "off") return false;
  return std::nullopt;
}

std::optional<std::int64_t> integer_of(std::string_view text) {
  text = trim(text);
  if (text.size() > 1 && text.front() == '+' && is_digit(text[1])) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() ||
      value < std::numeric_limits<std::int32_t>::min() ||
      value > std::numeric_limits<std::int32_t>::max()) {
    return std::nullopt;
  }
  return value;
}

std::string on_one_line(std::string_view text) {
  text = trim(text);
  if (text.find('\n') == std::string_view::npos && text.find('\r') == std::string_view::npos) {
    return std::string(text);
  }
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const std::size_t run = std::min(text.find_first_of(" \t\r\n"), text.size());
    result.append(text.substr(0, run));
    text.remove_prefix(run);
    const std::size_t blanks = std::min(text.find_first_not_of(" \t\r\n"), text.size());
    const std::string_view gap = text.substr(0, blanks);
    if (gap.find_first_of("\r\n") != std::string_view::npos) {
      result += ' ';
    } else {
      result.append(gap);
    }
    text.remove_prefix(blanks);
  }
  return result;
}

bool has_control(const YamlNode& value) {
  switch (value.kind) {
    case YamlNode::Kind::scalar:
      return text_has_control(value.text);
    case YamlNode::Kind::list:
      return std::any_of(value.items.begin(), value.items.end(), has_control);
    case YamlNode::Kind::map:
      return std::any_of(value.members.begin(), value.members.end(), [](const auto& member) {
        return text_has_control(member.key) || has_control(member.value);
      });
  }
  return false;
}

std::string json_of(const YamlNode& value) {
  std::string result;
  switch (value.kind) {
    case YamlNode::Kind::scalar:
      return json_quote(value.text);
    case YamlNode::Kind::list:
      for (const YamlNode& item : value.items) {
        if (item.is_null()) continue;
        if (!result.empty()) result += ',';
        result += json_of(item);
      }
      return '[' + result + ']';
    case YamlNode::Kind::map: {
      std::map<std::string_view, const YamlNode*> sorted;
      for (const auto& member : value.members) sorted.emplace(member.key, &member.value);
      for (const auto& [name, inner] : sorted) {
        if (inner->is_null()) continue;
        if (!result.empty()) result += ',';
        result += json_quote(name) + ':' + json_of(*inner);
      }
      return '{' + result + '}';
    }
  }
  return result;
}

std::string shown_kind(const YamlNode& value) {
  switch (value.kind) {
    case YamlNode::Kind::list:
      return "a list";
    case YamlNode::Kind::map:
      return "a map";
    case YamlNode::Kind::scalar:
      break;
  }
  const std::string text = shorten(on_one_line(value.text), kShown);
  return text.empty() ? "an empty text" : "“" + text + "”";
}

}  // namespace octavo
