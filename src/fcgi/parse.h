// SPDX-License-Identifier: GPL-3.0-or-later
//
// libfcgi, kept where it can do no harm: it reads requests from a file in memory that holds
// nothing else, never from a peer. So it can neither block, nor swallow the head of the next
// request, nor close or drain a connection. And it sees no parameter that Octavo does not read.
//
// Thread safety: one owner; init_libfcgi() from any thread.
// Throws: SystemError from the constructor, std::bad_alloc.
#ifndef OCTAVO_FCGI_PARSE_H_
#define OCTAVO_FCGI_PARSE_H_

#include <cstddef>
#include <memory>
#include <string_view>

#include "http/message.h"

namespace octavo {

// Once a process; puts back the signal handlers that FCGX_Init() replaces.
void init_libfcgi();

class Parser {
 public:
  // `most`: bytes of a PARAMS stream given to parse().
  explicit Parser(std::size_t most);
  ~Parser();

  // Parses a PARAMS stream that the guard has found fine. nullptr when libfcgi does not take it
  // for a request. The views live until release().
  const Request* parse(std::string_view parameters);
  void release() noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// What libfcgi gets to read: a whole request with those of the `parameters` (well-formed) that a
// Request has a place for, written into `out`.
void write_request(std::string_view parameters, std::string& out);

}  // namespace octavo

#endif  // OCTAVO_FCGI_PARSE_H_
