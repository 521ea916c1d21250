// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/heading_ids.h"

#include <cstddef>

#include "base/text.h"
#include "compose/safe_url.h"

namespace octavo {

namespace {

// fold_case() turns ß into ss and the like, which lower case does not.
void append_lower(std::string& out, std::string_view one) {
  const std::string folded = fold_case(one);
  out += count_code_points(folded) == 1 && one != "ς" ? std::string_view(folded) : one;
}

std::string slug_of(std::string_view text) {
  const std::string normal = nfc(trim(text));
  std::string slug;
  slug.reserve(normal.size());
  for (std::size_t at = 0; at < normal.size();) {
    const std::size_t start = at;
    const char32_t code = next_code_point(normal, at);
    if (code < 0x80) {
      const char c = static_cast<char>(code);
      if (c >= 'A' && c <= 'Z') {
        slug += static_cast<char>(c + ('a' - 'A'));
      } else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_') {
        slug += c;
      } else if (c == ' ' || c == '\t' || c == '\n') {
        slug += '-';
      }
    } else if (code == 0xa0 || code == 0x3000) {
      slug += '-';
    } else if (is_letter_mark_number(code)) {
      append_lower(slug, std::string_view(normal).substr(start, at - start));
    }
  }
  if (slug.empty()) slug = "section";
  // The footnotes' own, and the templates'.
  if (slug.starts_with("fn-") || slug.starts_with("fnref-")) slug.insert(0, "section-");
  if (slug.starts_with('_')) slug.insert(0, "section");
  return slug;
}

}  // namespace

void HeadingIds::reserve(std::string_view id) {
  used_.try_emplace(std::string(id), 0);
}

std::string HeadingIds::make(std::string_view text) {
  std::string slug = slug_of(text);
  const auto [entry, fresh] = used_.try_emplace(slug, 0);
  if (fresh) return slug;
  // Elements of an unordered_map stay where they are when others come.
  std::uint32_t& number = entry->second;
  for (;;) {
    std::string numbered = slug + '-' + std::to_string(++number);
    if (used_.try_emplace(numbered, 0).second) return numbered;
  }
}

void heading_anchor_to(std::string& html, std::string_view id) {
  html += "<a class=\"anchor\" href=\"#";
  href_escape_to(html, id);
  html += "\" aria-hidden=\"true\" tabindex=\"-1\"></a>";
}

}  // namespace octavo
