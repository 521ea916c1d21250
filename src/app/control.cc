// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/control.h"

#include <unistd.h>

#include <string_view>
#include <utility>

#include "base/log.h"
#include "base/text.h"

namespace octavo {

namespace {

std::string count_of(std::size_t count, const char* one, const char* many) {
  return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

}  // namespace

std::string outcome_line(const Attempt& attempt) {
  if (attempt.failed()) return "failed: " + attempt.failure + "; the running site stays";
  std::string line = "ok: ";
  line += attempt.composed
              ? std::to_string(attempt.parsed) + " of " +
                    count_of(attempt.posts, "post and page", "posts and pages") + " parsed in "
              : "read in ";
  line += std::to_string(attempt.took_ms) + " ms";
  if (attempt.warnings != 0) line += ", " + count_of(attempt.warnings, "warning", "warnings");
  return line;
}

Control::Control(int listener, ControlSetup setup)
    : setup_(std::move(setup)),
      talks_(listener, [this](Talk& talk, bool end) { hear(talk, end); }) {}

void Control::hear(Talk& talk, bool end) {
  const std::size_t line_end = talk.in.find('\n');
  if (line_end == std::string::npos && !end) return;
  talk.whole = true;
  if (talk.uid != 0 && talk.uid != ::geteuid()) {
    talk.out = "failed: only root and the daemon's own user may ask\n";
    log_warning("control: user " + std::to_string(talk.uid) + " was refused",
                {{"EVENT", "control_refused"}});
    return;
  }
  const std::string_view asked = trim(std::string_view(talk.in).substr(0, line_end));
  if (asked == "status" || asked == "status json") {
    talk.out = setup_.status(asked != "status");
  } else if (asked == "reload") {
    log_info("reload: asked for over the control socket", {{"EVENT", "reload_asked"}});
    talk.ticket = setup_.reload();
    talk.out = "# reading the configuration and the content\n";
    talk.heard = talk.patient = true;
    talk.whole = false;
  } else {
    talk.out = "failed: reload, status and status json are understood\n";
  }
}

void Control::step() {
  const std::uint64_t done = setup_.reloads_done();
  talks_.each_waiting([&](Talk& talk) {
    if (talk.ticket > done) return;
    const Attempt& attempt = setup_.last();
    for (const std::string& line : attempt.lines) talk.out += line + '\n';
    const std::size_t all = attempt.errors + attempt.warnings;
    if (all > attempt.lines.size())
      talk.out += std::to_string(all - attempt.lines.size()) + " more; octavo check shows all\n";
    talk.out += outcome_line(attempt) + '\n';
    talk.whole = true;
  });
}

}  // namespace octavo
