// SPDX-License-Identifier: GPL-3.0-or-later
//
// One escape function a context. Escaping happens at the sink.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_BASE_ESCAPE_H_
#define OCTAVO_BASE_ESCAPE_H_

#include <optional>
#include <string>
#include <string_view>

namespace octavo {

// HTML text and double- or single-quoted attribute values: & < > " '
std::string html_escape(std::string_view text);
void html_escape_to(std::string& out, std::string_view text);
// XML 1.0 text and attributes; characters that XML 1.0 forbids become U+FFFD.
std::string xml_escape(std::string_view text);
// One path segment (RFC 3986): unreserved characters stay, all else is %XX, "/" too.
std::string percent_encode_segment(std::string_view text);
// A path that may hold "/" and "%": escapes only what may not stand in a path, keeps valid %XX.
std::string percent_encode_path(std::string_view path);
// Decodes %XX. nullopt when a % is not followed by two hex digits.
std::optional<std::string> percent_decode(std::string_view text);
// A JSON string with its quotes (RFC 8259); also safe inside <script> ("<" as \u003c).
std::string json_quote(std::string_view text);

// For logs and terminals: control characters could forge a second line or steer a terminal, so they
// become \x1b and the like.
void append_printable(std::string& out, std::string_view text);

}  // namespace octavo

#endif  // OCTAVO_BASE_ESCAPE_H_
