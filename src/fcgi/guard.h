// SPDX-License-Identifier: GPL-3.0-or-later
//
// The guard before libfcgi: looks at bytes and says whether they are a request that may be parsed.
// libfcgi 2.4.2 aborts, hangs, leaks or serves half a request on much of what FastCGI allows and
// on most of what it does not (HACKING.md, "FastCGI"); nothing reaches it that was not seen here.
//
// Thread safety: pure functions.
// Throws: nothing.
#ifndef OCTAVO_FCGI_GUARD_H_
#define OCTAVO_FCGI_GUARD_H_

#include <cstddef>
#include <optional>
#include <string_view>

namespace octavo {

struct GuardLimits {
  std::size_t parameter_bytes = 64u << 10;  // of the PARAMS stream
  unsigned parameters = 256;
  std::size_t body_bytes = 1u << 20;
  unsigned connections = 4096;  // told to who asks by GET_VALUES
};

struct PlainRequest {
  unsigned id = 0;
  bool keep = false;            // the peer wants the connection kept
  std::string_view parameters;  // well-formed, within `bytes`
};

// What nginx and Caddy send: `bytes` are exactly one whole request for a responder (BEGIN_REQUEST
// without padding, one PARAMS record, the empty one, the empty STDIN) whose parameters are fine.
// Anything else, legal or not, is nullopt: Intake takes it record by record.
std::optional<PlainRequest> plain_request(std::string_view bytes, const GuardLimits& limits);

enum class Parameters {
  fine,
  malformed,  // cut off, lengths beyond the end, an empty name, a NUL: 400
  too_many,   // in number or in bytes: 431
};
// Judges a whole PARAMS stream.
Parameters judge_parameters(std::string_view stream, const GuardLimits& limits);

// Whether a request line can be one: a method that is a token, a target in origin, absolute or
// asterisk form without blanks and control characters (RFC 9112, 3).
bool is_request_line(std::string_view method, std::string_view target);

}  // namespace octavo

#endif  // OCTAVO_FCGI_GUARD_H_
