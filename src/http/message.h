// SPDX-License-Identifier: GPL-3.0-or-later
//
// A request as the app sees it and the response that it gives. Both are plain values; a
// response's body is shared, so that it can be sent by many and parked.
//
// Thread safety: values; a Body is immutable.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_HTTP_MESSAGE_H_
#define OCTAVO_HTTP_MESSAGE_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace octavo {

// Views into the front's parameters: they live as long as the request is handled.
struct Request {
  std::string_view method;           // REQUEST_METHOD
  std::string_view target;           // REQUEST_URI: path and query as the reader sent them
  std::string_view if_none_match;    // HTTP_IF_NONE_MATCH
  std::string_view accept_encoding;  // HTTP_ACCEPT_ENCODING
  std::string_view accept;           // HTTP_ACCEPT
};

using Body = std::shared_ptr<const std::string>;

struct Header {
  std::string name, value;
};

struct Response {
  int status = 200;
  std::vector<Header> headers;  // in the order sent; Content-Length is added by whoever frames it
  Body body;                    // may be null: empty
  bool head = false;            // send no body, but its Content-Length
  bool passing = false;         // true of this moment alone: nobody is to keep it
};

std::string_view reason_phrase(int status);  // RFC 9110, 15

// Status line (not for 200: Caddy 2.6 forwards it), headers, blank line, as CGI wants them
// (RFC 3875, 6). CR, LF and NUL in values are dropped: they never reach a header.
std::string cgi_head(const Response& response);

}  // namespace octavo

#endif  // OCTAVO_HTTP_MESSAGE_H_
