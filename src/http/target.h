// SPDX-License-Identifier: GPL-3.0-or-later
//
// A request target taken apart: path segments are split before they are decoded, so that %2F
// stays part of a segment.
//
// Thread safety: pure function.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_HTTP_TARGET_H_
#define OCTAVO_HTTP_TARGET_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace octavo {

struct Target {
  std::string_view raw_path;  // as sent, without query; absolute form is cut to its path
  std::optional<std::string_view> query;  // as sent, without "?"
  std::vector<std::string> segments;      // decoded, NFC; "." and ".." applied, empty ones dropped
  bool slash = false;                     // the path ends in "/"
  bool canonical = false;                 // raw_path is just what canonical_path() gives
};

// nullopt: bad %XX, bad UTF-8, a control character, ".." above the root, or not a path at all.
std::optional<Target> parse_target(std::string_view target);
// "/a/b%2Fc/" from segments.
std::string canonical_path(const std::vector<std::string>& segments, bool slash);
// The value of a query parameter, decoded ("+" is a blank); bad %XX stays as it is, bad UTF-8
// becomes U+FFFD.
std::optional<std::string> query_value(std::string_view query, std::string_view name);

}  // namespace octavo

#endif  // OCTAVO_HTTP_TARGET_H_
