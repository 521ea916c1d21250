// SPDX-License-Identifier: GPL-3.0-or-later
//
// Short conversations on a listening socket that is not the readers': somebody asks, is answered,
// and the connection is closed. Few at once, each with a bounded question and a deadline, none is
// ever waited for: who is silent, slow or does not read goes when his time is up, or when another
// one wants his place.
//
// Thread safety: one thread drives it, by pollable descriptors.
// Throws: std::bad_alloc; what `hear` throws ends that conversation and is logged.
#ifndef OCTAVO_APP_TALKS_H_
#define OCTAVO_APP_TALKS_H_

#include <poll.h>
#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"

namespace octavo {

struct Talk {
  std::string in;                      // what was asked so far
  std::string out;                     // what is to be sent; more may be added until `whole`
  bool heard = false;                  // the question is whole: `in` grows no more
  bool whole = false;                  // so is the answer
  bool patient = false;                // it may take as long as it takes until then (a reload)
  std::uint64_t ticket = 0;            // for whoever hears it
  uid_t uid = static_cast<uid_t>(-1);  // of the peer, on a unix socket
};

struct TalkLimits {
  unsigned at_once = 8;
  std::size_t question = 4096;  // bytes; more: heard as it is
  std::int64_t asking_ms = 5'000, answering_ms = 10'000;
};

class Talks {
 public:
  // `listener` stays the caller's, and listens without blocking. `hear` is called when `in` has
  // grown, and once more when the peer has said all (`end`) or too much.
  using Hear = std::function<void(Talk& talk, bool end)>;
  Talks(int listener, Hear hear, TalkLimits limits = {});
  ~Talks();

  void add_descriptors(std::vector<pollfd>& fds) const;
  int timeout_ms() const;  // −1: for ever
  void step();
  // For answers that come later: called for each that was heard and is not whole.
  void each_waiting(const std::function<void(Talk&)>& say);
  // Sends what there is, waiting for the peers no longer than this; then all are closed.
  void finish(std::int64_t most_ms);

 private:
  struct Line;
  void accept_some();
  bool make_room();
  void take_in(Line& line);
  void listen_to(Line& line, std::string_view bytes);
  void send_out(Line& line);
  void let_go(Line& line);

  const int listener_;
  const Hear hear_;
  const TalkLimits limits_;
  std::list<Line> lines_;  // the oldest first
  bool full_ = false;      // and all of them are patient
};

}  // namespace octavo

#endif  // OCTAVO_APP_TALKS_H_
