// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/highlight.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/escape.h"
#include "base/text.h"
#include "compose/highlight_rules.h"
#include "compose/languages.h"

namespace octavo {

namespace {

constexpr std::size_t kMaxCode = 512 << 10;
constexpr std::size_t kMaxLine = 4000;  // a longer one stays plain: nobody reads it for its colours
// Code that people write takes 5 to 50 steps a byte.
constexpr long kStepsPerByte = 120, kFreeSteps = 50000;

// Ours and the library's names of parts; names that are not here stay plain, `symbol` among them:
// in the library's files that is each comma, which would double the page.
char class_of(std::string_view name) noexcept {
  static constexpr std::pair<std::string_view, char> kClasses[] = {
      {"argument", 'v'},    {"atom", 'v'},       {"attribute", 'a'}, {"classname", 't'},
      {"comment", 'c'},     {"date", 'n'},       {"difflines", 'h'}, {"error", 'd'},
      {"file", 's'},        {"function", 'f'},   {"heading", 'h'},   {"key", 'a'},
      {"keyword", 'k'},     {"label", 'p'},      {"newfile", 'x'},   {"number", 'n'},
      {"oldfile", 'd'},     {"operator", 'o'},   {"path", 's'},      {"predef_func", 'f'},
      {"predef_type", 't'}, {"predef_var", 'v'}, {"preproc", 'p'},   {"property", 'a'},
      {"regexp", 'r'},      {"section", 'h'},    {"selector", 'g'},  {"specialchar", 'r'},
      {"string", 's'},      {"tag", 'g'},        {"time", 'n'},      {"todo", 'c'},
      {"type", 't'},        {"url", 's'},        {"usertype", 't'},  {"value", 's'},
      {"variable", 'v'},
  };
  const auto at =
      std::ranges::lower_bound(kClasses, name, {}, &std::pair<std::string_view, char>::first);
  return at != std::end(kClasses) && at->first == name ? at->second : '\0';
}

struct Part {
  std::size_t end = 0;
  char kind = '\0';
};

bool is_inside_character(std::string_view line, std::size_t at) {
  return at < line.size() && (static_cast<unsigned char>(line[at]) & 0xC0) == 0x80;
}

void write_line(std::string& out, std::string_view line, std::vector<Part>& parts) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const char kind = parts[i].kind;
    std::size_t end = parts[i].end;
    while (i + 1 < parts.size() && parts[i + 1].kind == kind) end = parts[++i].end;
    while (is_inside_character(line, end)) ++end;  // rules know bytes only
    if (end <= at) continue;
    const std::string_view text = line.substr(at, end - at);
    at = end;
    const std::string_view inner = kind ? trim(text) : std::string_view();
    if (inner.empty()) {
      html_escape_to(out, text);
      continue;
    }
    const auto before = static_cast<std::size_t>(inner.data() - text.data());
    html_escape_to(out, text.substr(0, before));
    ((out += "<span class=\"") += kind) += "\">";
    html_escape_to(out, inner);
    out += "</span>";
    html_escape_to(out, text.substr(before + inner.size()));
  }
  html_escape_to(out, line.substr(at));
}

std::string marked(std::string_view code, RuleReader& rules) {
  std::string out;
  out.reserve(code.size() * 3);
  std::vector<Part> parts;
  for (std::size_t at = 0; at < code.size();) {
    const std::size_t end = std::min(code.find('\n', at), code.size());
    const std::string_view line = code.substr(at, end - at);
    parts.clear();
    if (line.size() <= kMaxLine) {
      rules.read_line(
          line.ends_with('\r') ? line.substr(0, line.size() - 1) : line,
          [&](std::string_view text, const std::string& name) {
            parts.push_back({static_cast<std::size_t>(text.data() - line.data()) + text.size(),
                             class_of(name)});
          });
    }
    write_line(out, line, parts);
    if (end < code.size()) out += '\n';
    at = end + 1;
  }
  return out;
}

// What the word of the fence does not say.
std::string_view rules_by_code(std::string_view rules, std::string_view code) {
  if (rules == "bash" && (code.starts_with("$ ") || code.find("\n$ ") != code.npos))
    return "console";
  if (rules == "markdown" && code.starts_with("---\n")) return "front_matter";
  return rules;
}

}  // namespace

std::optional<std::string> highlight(std::string_view code, std::string_view language) {
  if (code.size() > kMaxCode) return std::nullopt;
  const std::string_view name = rules_for(language);
  if (name.empty()) return std::nullopt;
  RuleReader rules(rules_by_code(name, code));
  if (!rules.known()) return std::nullopt;
  allow_steps(kFreeSteps + kStepsPerByte * static_cast<long>(code.size()));
  try {
    return marked(code, rules);
  } catch (const OutOfSteps&) {
    return std::nullopt;
  }
}

}  // namespace octavo
