// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/external_link.h"

#include <algorithm>
#include <cstddef>

#include "base/text.h"

namespace octavo {

std::string host_of(std::string_view url) {
  url = trim(url);
  const std::size_t slashes = url.find("//");
  if (slashes == std::string_view::npos) return {};
  const std::string_view scheme = url.substr(0, slashes);
  if (!scheme.empty() && !ascii_iequals(scheme, "http:") && !ascii_iequals(scheme, "https:")) {
    return {};
  }
  std::string_view host = url.substr(slashes + 2);
  host = host.substr(0, host.find_first_of("/?#\\"));
  host.remove_prefix(host.rfind('@') + 1);  // npos + 1 is 0
  if (host.starts_with('[')) {
    host = host.substr(0, host.find(']') + 1);
  } else {
    host = host.substr(0, host.find(':'));
  }
  while (host.ends_with('.')) host.remove_suffix(1);
  std::string lower = ascii_lower(host);
  if (lower.starts_with("www.")) lower.erase(0, 4);
  return lower;
}

bool leads_away(std::string_view url, std::string_view own_host) {
  const std::string host = host_of(url);
  return !host.empty() && host != own_host;
}

}  // namespace octavo
