// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/target.h"

#include "base/escape.h"
#include "base/text.h"

namespace octavo {

namespace {

// "http://host/path" (RFC 9112, 3.2.2): what a proxy is sent, and what some fronts pass on.
std::string_view origin_form(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (target.size() < scheme.size() || !ascii_iequals(target.substr(0, scheme.size()), scheme))
      continue;
    const std::size_t path = target.find_first_of("/?", scheme.size());
    return path == std::string_view::npos || target[path] == '?' ? "/" : target.substr(path);
  }
  return target;
}

bool has_control(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (is_control(next_code_point(text, at))) return true;
  }
  return false;
}

}  // namespace

std::optional<Target> parse_target(std::string_view target) {
  target = origin_form(target);
  target = target.substr(0, target.find('#'));
  if (target.empty() || target.front() != '/') return std::nullopt;
  Target out;
  const std::size_t question = target.find('?');
  out.raw_path = target.substr(0, question);
  if (question != std::string_view::npos) out.query = target.substr(question + 1);
  bool last_is_folder = true;
  for (const std::string_view part : split(out.raw_path.substr(1), '/')) {
    const auto decoded = percent_decode(part);
    if (!decoded || find_bad_utf8(*decoded) != std::string::npos || has_control(*decoded))
      return std::nullopt;
    last_is_folder = false;
    if (decoded->empty() || *decoded == ".") {
      last_is_folder = true;
    } else if (*decoded == "..") {
      if (out.segments.empty()) return std::nullopt;
      out.segments.pop_back();
      last_is_folder = true;
    } else {
      out.segments.push_back(nfc(*decoded));
    }
  }
  out.slash = last_is_folder;
  out.canonical = out.raw_path == canonical_path(out.segments, out.slash);
  return out;
}

std::string canonical_path(const std::vector<std::string>& segments, bool slash) {
  std::string path = "/";
  for (std::size_t i = 0; i < segments.size(); ++i) {
    path += percent_encode_segment(segments[i]);
    if (i + 1 < segments.size() || slash) path += '/';
  }
  return path;
}

std::optional<std::string> query_value(std::string_view query, std::string_view name) {
  for (const std::string_view pair : split(query, '&')) {
    const std::size_t equals = pair.find('=');
    if (pair.substr(0, equals) != name) continue;
    std::string value(equals == std::string_view::npos ? "" : pair.substr(equals + 1));
    for (char& c : value) {
      if (c == '+') c = ' ';
    }
    if (const auto decoded = percent_decode(value)) value = *decoded;
    for (std::size_t bad; (bad = find_bad_utf8(value)) != std::string::npos;) {
      value.replace(bad, 1, "\xef\xbf\xbd");
    }
    return value;
  }
  return std::nullopt;
}

}  // namespace octavo
