// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/conditional.h"

#include "base/hash.h"
#include "base/text.h"

namespace octavo {

std::string etag_of(std::string_view bytes) {
  return '"' + to_hex(hash128(bytes)) + '"';
}

bool none_match_hits(std::string_view field, std::string_view etag) {
  field = trim(field);
  if (field == "*") return true;
  // A comma may stand inside an entity tag: walk from quote to quote.
  while (!field.empty()) {
    const std::size_t open = field.find('"');
    if (open == std::string_view::npos) return false;
    const std::size_t close = field.find('"', open + 1);
    if (close == std::string_view::npos) return false;
    if (field.substr(open, close - open + 1) == etag) return true;
    field.remove_prefix(close + 1);
  }
  return false;
}

}  // namespace octavo
