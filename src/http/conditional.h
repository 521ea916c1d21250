// SPDX-License-Identifier: GPL-3.0-or-later
//
// Entity tags and conditional requests (RFC 9110, 8.8.3 and 13.1.2).
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_HTTP_CONDITIONAL_H_
#define OCTAVO_HTTP_CONDITIONAL_H_

#include <string>
#include <string_view>

namespace octavo {

// A strong ETag from the bytes: the same on every node.
std::string etag_of(std::string_view bytes);
// Whether an If-None-Match field names `etag` (weak comparison) or is "*".
bool none_match_hits(std::string_view if_none_match, std::string_view etag);

}  // namespace octavo

#endif  // OCTAVO_HTTP_CONDITIONAL_H_
