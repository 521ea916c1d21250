// SPDX-License-Identifier: GPL-3.0-or-later
//
// The Chrome DevTools Protocol over --remote-debugging-pipe, as far as a press needs it: JSON
// objects with a NUL behind each, through two pipes that are never waited for.
//
// Thread safety: a Cdp has one owner.
// Throws: CdpError when the browser says what is no such message or too long a one; SystemError.
#ifndef OCTAVO_PRINT_CDP_H_
#define OCTAVO_PRINT_CDP_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/file.h"

namespace octavo {

class CdpError : public Error {
 public:
  using Error::Error;
};

// What the browser says. A member that is not in the message is empty.
struct CdpMessage {
  std::uint64_t reply_to = 0;  // the command that this answers; 0: an event
  std::string error;           // of an answer: the command failed, and why
  std::string method;          // of an event
  std::string session;         // of an event: the session that it belongs to
  std::string context, target, new_session, frame, request, http_method, url, resource, status,
      product, error_text, data;
};

struct CdpAnswer {
  std::string type;    // Content-Type
  std::string policy;  // Content-Security-Policy, if any
  std::string body;
};

class Cdp {
 public:
  Cdp(Fd commands, Fd messages);  // the browser reads the one and writes the other
  int command_fd() const noexcept { return commands_.number(); }
  int message_fd() const noexcept { return messages_.number(); }

  std::size_t unsent() const noexcept { return out_.size() - sent_; }
  void flush();  // sends what the pipe takes
  // The next message if one is whole. `ended` becomes true when the browser has closed its end.
  std::optional<CdpMessage> receive(bool& ended);

  // Each queues a command and returns its number.
  std::uint64_t version();
  std::uint64_t intercept_all();  // every request of every target waits for fulfill() or fail()
  std::uint64_t discover_targets();
  std::uint64_t close_browser();
  std::uint64_t create_context();
  std::uint64_t dispose_context(const std::string& context);
  std::uint64_t create_target(const std::string& context);
  std::uint64_t attach(const std::string& target);
  std::uint64_t enable_page(const std::string& session);
  std::uint64_t enable_inspector(const std::string& session);
  std::uint64_t disable_scripts(const std::string& session);
  std::uint64_t set_size(const std::string& session, unsigned width, unsigned height);
  std::uint64_t navigate(const std::string& session, const std::string& url);
  std::uint64_t print(const std::string& session, double width, double height, unsigned pages);
  std::uint64_t capture(const std::string& session, unsigned width, unsigned height);
  std::uint64_t fulfill(const std::string& request, CdpAnswer answer);
  std::uint64_t fail(const std::string& request);

 private:
  Fd commands_, messages_;
  std::string out_, in_;
  std::size_t sent_ = 0, searched_ = 0;
  std::uint64_t last_ = 0;
};

}  // namespace octavo

#endif  // OCTAVO_PRINT_CDP_H_
