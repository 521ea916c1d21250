// SPDX-License-Identifier: GPL-3.0-or-later
//
// What is said over the control socket. One line is asked, text comes back, the connection is
// closed:
//
//   reload       lines as octavo check prints them, each as the try finds it; before them, lines
//                that begin with "# " and say what is being done. The last line begins with "ok: "
//                or "failed: ".
//   status       how the site stands, for people
//   status json  the same for programs: one object
//
// Whoever is not of our own uid nor root is told so.
//
// Thread safety: one thread, that of its Talks.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_APP_CONTROL_H_
#define OCTAVO_APP_CONTROL_H_

#include <cstdint>
#include <functional>
#include <string>

#include "app/attempt.h"
#include "app/talks.h"

namespace octavo {

struct ControlSetup {
  std::function<std::string(bool json)> status;
  std::function<std::uint64_t()> reload;        // returns the reload's number
  std::function<std::uint64_t()> reloads_done;  // the last that has ended
  std::function<const Attempt&()> last;         // how
};

class Control {
 public:
  Control(int listener, ControlSetup setup);
  Talks& talks() noexcept { return talks_; }
  // Tells those who wait for a reload that has ended.
  void step();

 private:
  void hear(Talk& talk, bool end);

  const ControlSetup setup_;
  Talks talks_;
};

// The last line, and what the log would say of it.
std::string outcome_line(const Attempt& attempt);

}  // namespace octavo

#endif  // OCTAVO_APP_CONTROL_H_
