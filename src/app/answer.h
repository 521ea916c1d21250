// SPDX-License-Identifier: GPL-3.0-or-later
//
// handle() with the page cache before it. How a response becomes bytes is given from outside, so
// that the app knows no FastCGI. Every answer says in X-Octavo, for the log of the front web
// server, whether its bytes were kept and how many milliseconds making them took ("hit;
// made=0.84"); the ETag knows nothing of it, and the fronts keep it from readers.
//
// Thread safety: pure function of immutable values and of the cache in the snapshot.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_APP_ANSWER_H_
#define OCTAVO_APP_ANSWER_H_

#include <memory>
#include <string>

#include "app/handle.h"
#include "app/press.h"
#include "app/tally.h"

namespace octavo {

using Framer = std::shared_ptr<const std::string> (*)(const Response&);

std::shared_ptr<const std::string> answer(const Request& request, const Snapshot& snapshot,
                                          Moment now, Framer framer, Account* account = nullptr);

// The same, but null when making it would take longer than a thread that serves pages may stand
// still: a search that is not kept belongs into the slow lane, and what the press is not known to
// have finished (press_wish()) is asked of the press.
std::shared_ptr<const std::string> answer_at_once(const Request& request, const Snapshot& snapshot,
                                                  Moment now, Framer framer,
                                                  Account* account = nullptr);

// What the press has to say to a request. `snapshot`: what readers see now.
std::shared_ptr<const std::string> answer_pressed(const Request& request, const Snapshot& snapshot,
                                                  Moment now, Framer framer, const PressWish& wish,
                                                  const Pressed& pressed,
                                                  Account* account = nullptr);

// A request's texts, for when it outlives the front's parameters.
class OwnRequest {
 public:
  explicit OwnRequest(const Request& request);
  Request view() const noexcept;

 private:
  std::string method_, target_, if_none_match_, accept_encoding_, accept_;
};

// Makes what readers asked `old` for, before they ask `fresh`: for `budget_ms` at most.
void warm(const Snapshot& fresh, const Snapshot& old, Moment now, Framer framer, long budget_ms);

}  // namespace octavo

#endif  // OCTAVO_APP_ANSWER_H_
