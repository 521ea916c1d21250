// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/safe_url.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/escape.h"

namespace octavo {

namespace {

constexpr std::array<std::string_view, 8> kSchemes = {"ftp",    "geo", "http", "https",
                                                      "mailto", "sms", "tel",  "xmpp"};
constexpr std::array<std::string_view, 5> kDataTypes = {"avif", "gif", "jpeg", "png", "webp"};

bool is_scheme_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
}

// The beginning of a URL as a browser reads it, in lower case: it drops blanks and controls
// before, and tabs and line ends anywhere. We drop all blanks and controls anywhere, which can
// only refuse more. Bounded: no scheme of ours is longer.
std::string clean_head(std::string_view url) {
  std::string head;
  for (const char c : url) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f) continue;
    head += c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
    if (head.size() >= 64) break;
  }
  return head;
}

enum class Scheme { none, allowed, data, refused };

Scheme scheme_of(const std::string& head) {
  const std::size_t end = head.find_first_of("/?");
  const std::string_view first = std::string_view(head).substr(0, end);
  // Character references are decoded before us. One that is left was escaped twice; somebody may
  // decode twice.
  for (const std::string_view reference : {"&#", "&colon", "&tab", "&newline"}) {
    const std::size_t at = first.find(reference);
    if (at != std::string_view::npos && first.find('#') >= at) return Scheme::refused;
  }
  const std::size_t colon = first.find_first_of(":#");
  if (colon == std::string_view::npos || first[colon] == '#') return Scheme::none;
  const std::string_view scheme = first.substr(0, colon);
  if (scheme.empty() || !std::all_of(scheme.begin(), scheme.end(), is_scheme_char)) {
    return Scheme::none;
  }
  if (std::find(kSchemes.begin(), kSchemes.end(), scheme) != kSchemes.end()) {
    return Scheme::allowed;
  }
  return scheme == "data" ? Scheme::data : Scheme::refused;
}

bool is_url_char(unsigned char c) {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return c != 0 && c < 0x80 &&
         std::string_view("-_.+!*(),%#@?=;:/$~&[]'").find(static_cast<char>(c)) !=
             std::string_view::npos;
}

}  // namespace

bool is_safe_url(std::string_view url) {
  const Scheme scheme = scheme_of(clean_head(url));
  return scheme == Scheme::none || scheme == Scheme::allowed;
}

bool is_safe_image_url(std::string_view url) {
  const std::string head = clean_head(url);
  const Scheme scheme = scheme_of(head);
  if (scheme != Scheme::data) return scheme != Scheme::refused;
  constexpr std::string_view prefix = "data:image/";
  if (!head.starts_with(prefix)) return false;
  const std::size_t end = head.find_first_of(";,", prefix.size());
  if (end == std::string::npos) return false;
  const std::string_view type = std::string_view(head).substr(prefix.size(), end - prefix.size());
  return std::find(kDataTypes.begin(), kDataTypes.end(), type) != kDataTypes.end();
}

void href_escape_to(std::string& out, std::string_view url) {
  constexpr char hex[] = "0123456789ABCDEF";
  std::size_t from = 0;
  for (std::size_t i = 0; i < url.size(); ++i) {
    const auto byte = static_cast<unsigned char>(url[i]);
    if (is_url_char(byte)) continue;
    html_escape_to(out, url.substr(from, i - from));
    const char escaped[] = {'%', hex[byte >> 4], hex[byte & 15]};
    out.append(escaped, sizeof escaped);
    from = i + 1;
  }
  html_escape_to(out, url.substr(from));
}

}  // namespace octavo
