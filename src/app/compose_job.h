// SPDX-License-Identifier: GPL-3.0-or-later
//
// One run of octavo-compose, watched from outside.
//
// Thread safety: one thread.
// Throws: SystemError when it cannot be started.
#ifndef OCTAVO_APP_COMPOSE_JOB_H_
#define OCTAVO_APP_COMPOSE_JOB_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "base/config.h"
#include "base/process.h"
#include "content/composer.h"

namespace octavo {

struct ComposeOutcome {
  enum class Kind { image, refused, failed } kind = Kind::failed;
  std::vector<Diagnostic> faults;             // sorted by file and line; warnings among them
  std::map<std::string, std::string> fields;  // with check: file → JSON object
  std::vector<std::string> used_keys;
  std::string failure;  // failed: why
  std::uint32_t posts = 0, parsed = 0;
};

class ComposeJob {
 public:
  // `image_fd`, `previous_fd`: −1 for none. The descriptors stay the caller's.
  ComposeJob(const std::string& composer, const ComposeOrder& order, int image_fd, int previous_fd);
  int report_fd() const noexcept { return reports_.number(); }
  // To be called when report_fd() is readable, or now and then. True once it has ended: then
  // outcome() is whole.
  bool advance();
  const ComposeOutcome& outcome() const noexcept { return outcome_; }
  ComposeOutcome take_outcome() { return std::move(outcome_); }
  // Ends a run that has told nothing for `quiet_ms`; true when it did.
  bool end_if_stuck(long quiet_ms);
  const std::string& working_on() const noexcept { return working_on_; }

 private:
  void take(Report report);
  void finish();
  Child child_;
  Fd reports_;
  ReportReader reader_;
  ComposeOutcome outcome_;
  std::string working_on_;
  bool done_ = false, stuck_ = false;
  std::int64_t last_word_ms_ = 0;
};

// A warning for each key that front_matter: declares and no post uses.
std::vector<Diagnostic> unused_declared_keys(const Config& config,
                                             const std::vector<std::string>& used);

}  // namespace octavo

#endif  // OCTAVO_APP_COMPOSE_JOB_H_
