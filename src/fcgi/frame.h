// SPDX-License-Identifier: GPL-3.0-or-later
//
// A response as FastCGI records (FastCGI 1.0, 3.3 and 5.3): STDOUT records of at most 65,535
// bytes, the empty one, END_REQUEST. Framed for request id 1; any other id is patched into the
// headers when it is sent.
//
// Thread safety: pure functions; Framed is immutable and shared.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_FCGI_FRAME_H_
#define OCTAVO_FCGI_FRAME_H_

#include <memory>
#include <string>
#include <string_view>

#include "http/message.h"

namespace octavo {

using Framed = std::shared_ptr<const std::string>;

Framed frame(const Response& response);
// A copy of `framed` with another request id.
std::string with_request_id(std::string_view framed, unsigned id);
// A short plain answer for what never reaches the app (400, 413, 431), or fails in it (500).
Framed frame_fault(int status);

}  // namespace octavo

#endif  // OCTAVO_FCGI_FRAME_H_
