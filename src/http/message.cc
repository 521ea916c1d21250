// SPDX-License-Identifier: GPL-3.0-or-later
#include "http/message.h"

#include <algorithm>
#include <cstddef>

namespace octavo {
namespace {

void append_field_text(std::string& out, std::string_view text) {
  constexpr std::string_view kForbidden("\r\n\0", 3);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find_first_of(kForbidden, at), text.size());
    out.append(text.substr(at, end - at));
    at = end + 1;
  }
}

}  // namespace

std::string_view reason_phrase(int status) {
  switch (status) {
    case 100:
      return "Continue";
    case 101:
      return "Switching Protocols";
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 203:
      return "Non-Authoritative Information";
    case 204:
      return "No Content";
    case 205:
      return "Reset Content";
    case 206:
      return "Partial Content";
    case 300:
      return "Multiple Choices";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 305:
      return "Use Proxy";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 402:
      return "Payment Required";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 407:
      return "Proxy Authentication Required";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 417:
      return "Expectation Failed";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 426:
      return "Upgrade Required";
    case 429:
      return "Too Many Requests";  // RFC 6585
    case 431:
      return "Request Header Fields Too Large";  // RFC 6585
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

std::string cgi_head(const Response& response) {
  std::string head;
  head.reserve(512);
  if (response.status != 200) {
    head += "Status: " + std::to_string(response.status) + " ";
    head += reason_phrase(response.status);
    head += "\r\n";
  }
  for (const Header& header : response.headers) {
    append_field_text(head, header.name);
    head += ": ";
    append_field_text(head, header.value);
    head += "\r\n";
  }
  head += "\r\n";
  return head;
}

}  // namespace octavo
