// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/html_nesting.h"

#include <algorithm>
#include <array>
#include <string>
#include <unordered_map>

#include "base/text.h"

namespace octavo {

namespace {

// Void elements, and those whose end tag HTML lets authors leave out.
constexpr auto kUncounted = std::to_array<std::string_view>({
    "area",  "base",     "br",     "caption", "col",   "colgroup", "dd",    "dt",
    "embed", "hr",       "image",  "img",     "input", "keygen",   "li",    "link",
    "meta",  "optgroup", "option", "p",       "param", "rp",       "rt",    "source",
    "tbody", "td",       "tfoot",  "th",      "thead", "tr",       "track", "wbr",
});

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool ends_name(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '/' || c == '>';
}

// The end of a tag that began before `at`: behind its ">", quotes respected.
std::size_t tag_end(std::string_view html, std::size_t at) {
  while (at < html.size() && html[at] != '>') {
    if (html[at] == '=') {
      ++at;
      while (at < html.size() && (html[at] == ' ' || html[at] == '\n' || html[at] == '\t')) ++at;
      if (at < html.size() && (html[at] == '"' || html[at] == '\'')) {
        at = std::min(html.find(html[at], at + 1), html.size());
        if (at < html.size()) ++at;
      }
    } else {
      ++at;
    }
  }
  return std::min(at + 1, html.size());
}

// Behind the raw text of a <script> or <style>.
std::size_t skip_raw_text(std::string_view html, std::size_t at, std::string_view name) {
  while ((at = html.find("</", at)) != std::string_view::npos) {
    at += 2;
    if (ascii_iequals(html.substr(at, name.size()), name)) return at - 2;
  }
  return html.size();
}

}  // namespace

std::size_t html_nesting(std::string_view html) {
  // Counted by name: an end tag closes nothing but its own kind.
  std::unordered_map<std::string, std::size_t> open;
  std::size_t depth = 0, most = 0, foreign = 0;
  std::size_t at = 0;
  while ((at = html.find('<', at)) != std::string_view::npos) {
    ++at;
    if (html.substr(at).starts_with("!--")) {
      at = html.find("-->", at + 1);  // "<!-->" is whole
      if (at == std::string_view::npos) break;
      continue;
    }
    const bool end = at < html.size() && html[at] == '/';
    if (end) ++at;
    if (at >= html.size() || !is_letter(html[at])) continue;
    const std::size_t start = at;
    while (at < html.size() && !ends_name(html[at])) ++at;
    const std::string name = ascii_lower(html.substr(start, at - start));
    const std::size_t tail = tag_end(html, at);
    const bool self_closed = foreign > 0 && tail - at >= 2 && html[tail - 2] == '/';
    at = tail;
    if (std::binary_search(kUncounted.begin(), kUncounted.end(), name)) continue;
    const bool is_foreign = name == "svg" || name == "math";
    if (end) {
      const auto found = open.find(name);
      if (found == open.end() || found->second == 0) continue;
      --found->second;
      --depth;
      if (is_foreign) --foreign;
    } else if (!self_closed) {
      ++open[name];
      most = std::max(most, ++depth);
      if (is_foreign) ++foreign;
      if (name == "script" || name == "style") at = skip_raw_text(html, at, name);
    }
  }
  return most;
}

}  // namespace octavo
