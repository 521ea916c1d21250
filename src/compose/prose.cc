// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/prose.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/text.h"

namespace octavo {

namespace {

constexpr std::size_t kNone = std::string_view::npos;
constexpr std::size_t kMostHost = 256;
constexpr std::string_view kEnds = " \t\r\n\f\"<>";
constexpr std::string_view kBehind = ".,;:!?'*_~)]}";  // a sentence's, not the address's

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_scheme(char c) {
  return is_word(c) || c == '+' || c == '-' || c == '.';
}

bool is_mailbox(char c) {
  return is_scheme(c) || c == '_' || c == '\'';
}

template <typename Kind>
std::size_t begin_of(std::string_view text, std::size_t from, std::size_t at, Kind kind) {
  while (at > from && kind(text[at - 1])) --at;
  while (at < text.size() && !is_word(text[at])) ++at;
  return at;
}

// It has a dot in it: "@name" alone is no address.
bool is_host(std::string_view text) {
  if (text.empty() || !is_word(text.front())) return false;
  text = text.substr(0, text.find_first_of(kEnds));
  return text.substr(0, text.find_last_not_of(kBehind) + 1).find('.') != kNone;
}

}  // namespace

std::pair<std::size_t, std::size_t> find_address(std::string_view text, std::size_t from) {
  // A table, since find_first_of() makes a call for each character, and all prose passes here.
  static constexpr auto kMayBe = [] {
    std::array<bool, 256> table{};
    for (const char c : {':', '@', 'w', 'W'}) table[static_cast<unsigned char>(c)] = true;
    return table;
  }();
  for (std::size_t at = from; at < text.size(); ++at) {
    if (!kMayBe[static_cast<unsigned char>(text[at])]) continue;
    const std::string_view rest = text.substr(at);
    std::size_t begin = at;
    if (rest.starts_with("://")) {
      begin = begin_of(text, from, at, is_scheme);
      if (begin >= at) continue;
    } else if (rest.front() == '@') {
      begin = begin_of(text, from, at, is_mailbox);
      if (begin >= at || !is_host(rest.substr(1, kMostHost))) continue;
    } else if (rest.size() == 4 || !ascii_iequals(rest.substr(0, 4), "www.") ||
               (at > from && is_word(text[at - 1]))) {
      continue;
    }
    std::size_t end = std::min(text.find_first_of(kEnds, at), text.size());
    while (end > at + 1 && kBehind.find(text[end - 1]) != kNone) --end;
    return {begin, end};
  }
  return {kNone, kNone};
}

void Prose::begin() {
  if (on()) setters_.back().begin();
}

void Prose::saw(std::string_view text) {
  if (on()) setters_.back().saw(text);
}

std::string Prose::set(std::string_view text) {
  if (!on()) return std::string(text);
  Typesetter& setter = setters_.back();
  std::string out;
  std::size_t from = 0;
  for (;;) {
    const auto [begin, end] = find_address(text, from);
    if (begin == kNone) break;
    if (begin > from) out += setter.set(text.substr(from, begin - from));
    const std::string_view address = text.substr(begin, end - begin);
    setter.saw(address);
    out += address;
    from = end;
  }
  if (from == 0) return setter.set(text);
  if (from < text.size()) out += setter.set(text.substr(from));
  return out;
}

}  // namespace octavo
