// SPDX-License-Identifier: GPL-3.0-or-later
//
// What other threads leave for a loop: connections to take over, answers that come late, a nudge.
// It is shared, and may outlive its loop: once closed it takes nothing.
//
// Thread safety: any thread.
// Throws: SystemError from the constructor, the rest nothing.
#ifndef OCTAVO_FCGI_MAILBOX_H_
#define OCTAVO_FCGI_MAILBOX_H_

#include <cstdint>
#include <list>
#include <mutex>
#include <vector>

#include "base/file.h"
#include "fcgi/frame.h"

namespace octavo {

class Mailbox {
 public:
  struct Letter {
    std::uint64_t ticket = 0;  // the loop's word for the request that waits
    Framed answer;             // null: there will be none
  };
  struct Content {
    std::vector<Fd> sockets;
    std::list<Letter> letters;
    bool accept = false;
  };

  Mailbox();

  // Readable while something may lie in it.
  int wake() const noexcept { return wake_.number(); }
  Content collect() noexcept;

  // False when it is closed, or memory is short: the connection stays with the caller.
  bool leave(Fd& socket) noexcept;
  // `letter` is one, made beforehand so that its answer cannot fail to be sent, or none any more.
  void leave(std::list<Letter>& letter, Framed answer) noexcept;
  void nudge(bool accept) noexcept;

  // False when connections lie in it that are not to be thrown away.
  bool close(bool throw_away) noexcept;

 private:
  void wake_up() noexcept;

  Fd wake_;
  std::mutex mutex_;
  Content content_;      // guarded by mutex_
  bool closed_ = false;  // guarded by mutex_
};

}  // namespace octavo

#endif  // OCTAVO_FCGI_MAILBOX_H_
