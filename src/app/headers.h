// SPDX-License-Identifier: GPL-3.0-or-later
//
// The header fields that answers have in common.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_APP_HEADERS_H_
#define OCTAVO_APP_HEADERS_H_

#include <string>

#include "app/handle.h"

namespace octavo {

inline constexpr const char* kHtmlType = "text/html; charset=utf-8";
inline constexpr const char* kPagePolicy =
    "default-src 'none'; img-src 'self' https: data:; media-src 'self' https:; style-src 'self'; "
    "script-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'";

Body body_of(std::string text);
// `policy`: the Content-Security-Policy; null: none, as for what is not a document.
void add_safety(Response& response, const char* policy);
// Seconds that a front or reader may keep an answer: less when a post appears or expires before.
Moment seconds_fresh(const Snapshot& snapshot, Moment now);
void add_freshness(Response& response, const Snapshot& snapshot, Moment now);
void add_no_cache(Response& response);

}  // namespace octavo

#endif  // OCTAVO_APP_HEADERS_H_
