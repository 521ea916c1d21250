// SPDX-License-Identifier: GPL-3.0-or-later
//
// One connection to octavo-print, and on it at most one job. It never blocks: who has it polls for
// it and calls step(). Destroying it gives the job up.
//
// Thread safety: one owner.
// Throws: SystemError from the constructor when nobody listens at the socket (EAGAIN: more ask
// there than it holds); WireError and SystemError from step() when the worker breaks the
// protocol, or ends before it has answered.
#ifndef OCTAVO_PRINT_CLIENT_H_
#define OCTAVO_PRINT_CLIENT_H_

#include <optional>
#include <string>

#include "base/file.h"
#include "print/wire.h"

namespace octavo {

class PrintClient {
 public:
  explicit PrintClient(const std::string& socket);

  int fd() const noexcept { return channel_.fd(); }
  short events() const noexcept;  // for poll(2)
  // Sends and receives what there is. To be called when poll() says so.
  void step();

  const std::optional<Hello>& hello() const noexcept { return hello_; }
  // REQUIRES: hello() is there, and no job was sent.
  void send(const Job& job, Fd bulk);
  // The answer to the job (or that it is not wanted: busy, no_browser), once.
  struct Result {
    Outcome outcome;
    Fd bulk;
  };
  std::optional<Result> take_result();

 private:
  void take(Message message);

  Channel channel_;
  std::optional<Hello> hello_;
  std::optional<Result> result_;
  bool sent_ = false, answered_ = false;
};

}  // namespace octavo

#endif  // OCTAVO_PRINT_CLIENT_H_
