// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compose_job.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/error.h"
#include "base/log.h"
#include "base/time.h"

namespace octavo {

ComposeJob::ComposeJob(const std::string& composer, const ComposeOrder& order, int image_fd,
                       int previous_fd) {
  Pipe pipe = make_pipe();
  ::fcntl(pipe.read.number(), F_SETFL, O_NONBLOCK);
  std::vector<int> descriptors = {pipe.write.number()};
  if (image_fd >= 0 || previous_fd >= 0)
    descriptors.push_back(image_fd >= 0 ? image_fd : previous_fd);
  if (previous_fd >= 0) descriptors.push_back(previous_fd);
  ComposeOrder told = order;
  told.previous = previous_fd >= 0;
  child_ = spawn(composer, to_arguments(told), descriptors);
  reports_ = std::move(pipe.read);
  last_word_ms_ = monotonic_ms();
}

bool ComposeJob::advance() {
  if (done_) return true;
  char bytes[65536];
  for (;;) {
    const ssize_t got = ::read(reports_.number(), bytes, sizeof bytes);
    if (got > 0) {
      last_word_ms_ = monotonic_ms();
      reader_.feed({bytes, static_cast<std::size_t>(got)});
      while (auto report = reader_.next()) take(std::move(*report));
      continue;
    }
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN) return false;
    break;  // its end closed: it has ended, or is about to
  }
  finish();
  return true;
}

void ComposeJob::take(Report report) {
  switch (report.kind) {
    case Report::Kind::fault:
      outcome_.faults.push_back(std::move(report.fault));
      break;
    case Report::Kind::working:
      working_on_ = report.text;
      log(Priority::notice, "composing: " + report.text + " takes long");
      break;
    case Report::Kind::fields:
      outcome_.fields[report.file] = std::move(report.text);
      break;
    case Report::Kind::used:
      outcome_.used_keys.push_back(std::move(report.text));
      break;
    case Report::Kind::failed:
      outcome_.failure = std::move(report.text);
      break;
    case Report::Kind::done:
      outcome_.posts = report.posts;
      outcome_.parsed = report.parsed;
      break;
  }
}

void ComposeJob::finish() {
  done_ = true;
  const int status = *child_.wait(true);
  const bool errors = std::any_of(outcome_.faults.begin(), outcome_.faults.end(),
                                  [](const Diagnostic& fault) { return !fault.warning; });
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    outcome_.kind = ComposeOutcome::Kind::image;
  } else if (WIFEXITED(status) && WEXITSTATUS(status) == kExitContent && errors) {
    outcome_.kind = ComposeOutcome::Kind::refused;
  } else {
    outcome_.kind = ComposeOutcome::Kind::failed;
    if (outcome_.failure.empty()) {
      outcome_.failure = stuck_ ? "the composer was stuck and was ended"
                                : "the composer ended with " + describe_status(status);
      if (!working_on_.empty()) outcome_.failure += " while it worked on " + working_on_;
      // Its own limits end it otherwise.
      if (!stuck_ && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL)
        outcome_.failure +=
            "; was the system out of memory (journalctl -k, MemoryMax= of the unit)?";
    }
  }
}

bool ComposeJob::end_if_stuck(long quiet_ms) {
  if (done_ || stuck_ || monotonic_ms() - last_word_ms_ < quiet_ms) return false;
  stuck_ = true;
  ::kill(child_.pid(), SIGKILL);
  return true;
}

std::vector<Diagnostic> unused_declared_keys(const Config& config,
                                             const std::vector<std::string>& used) {
  std::vector<Diagnostic> faults;
  for (const auto& [name, place] : config.front_matter.places) {
    if (std::find(used.begin(), used.end(), name) != used.end()) continue;
    const std::size_t dot = name.find('.');
    Diagnostic fault;
    fault.warning = true;
    fault.code = "unused_declared_key";
    fault.file = config.file;
    fault.line = place.line;
    fault.column = place.column;
    fault.key = name.substr(dot + 1);
    fault.message = "front_matter." + name.substr(0, dot) + " declares “" + fault.key +
                    "”, which no post uses; remove it";
    faults.push_back(std::move(fault));
  }
  return faults;
}

}  // namespace octavo
