// SPDX-License-Identifier: GPL-3.0-or-later
//
// libfcgi, kept where it can do no harm: it reads requests from a file in memory that holds
// nothing else, never from a peer. So it can neither block, nor swallow the head of the next
// request, nor close or drain a connection. Bytes are received straight into that file's mapping.
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
  // `largest`: of a request given to parse().
  explicit Parser(std::size_t largest);
  ~Parser();

  // Where to receive bytes that parse_received() shall find.
  char* inbox() noexcept;
  static constexpr std::size_t kInbox = 16u << 10;

  // Parse the request that lies at the start of inbox(), or `bytes`, which the guard has passed.
  // nullptr when libfcgi does not take it for a request. The views live until release().
  const Request* parse_received();
  const Request* parse(std::string_view bytes);
  void release() noexcept;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace octavo

#endif  // OCTAVO_FCGI_PARSE_H_
