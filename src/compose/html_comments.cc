// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/html_comments.h"

#include <cstddef>

#include "base/text.h"

namespace octavo {

bool is_only_comments(std::string_view html) {
  for (html = trim(html); !html.empty(); html = trim(html)) {
    if (!html.starts_with("<!--")) return false;
    const std::size_t end = html.find("-->", 2);  // "<!-->" is whole
    if (end == std::string_view::npos) return true;
    html.remove_prefix(end + 3);
  }
  return true;
}

bool begins_with_more(std::string_view html) {
  html = trim(html);
  if (!html.starts_with("<!--")) return false;
  html.remove_prefix(4);
  const std::size_t end = html.find("-->");
  return end != std::string_view::npos && ascii_iequals(trim(html.substr(0, end)), "more");
}

}  // namespace octavo
