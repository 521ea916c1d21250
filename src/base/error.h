// SPDX-License-Identifier: GPL-3.0-or-later
//
// The exceptions of the house and the exit codes that they end in.
//
// Thread safety: values; const members may be used from any thread.
// Throws: nothing by itself.
#ifndef OCTAVO_BASE_ERROR_H_
#define OCTAVO_BASE_ERROR_H_

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

#include "base/diagnostic.h"

namespace octavo {

// sysexits(3) where it has a number; the systemd unit lists the same.
inline constexpr int kExitContent = 1;  // posts, pages or templates are in error
inline constexpr int kExitUsage = 64;   // EX_USAGE: the command line
inline constexpr int kExitConfig = 78;  // EX_CONFIG: octavo.yaml, or a value given as an option

// The root of all that the house throws.
class Error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

// A wrong command line; ends in kExitUsage.
class UsageError : public Error {
 public:
  using Error::Error;
};

// A wrong configuration; ends in kExitConfig. Carries each fault with its place.
class ConfigError : public Error {
 public:
  explicit ConfigError(std::vector<Diagnostic> faults);
  explicit ConfigError(std::string message);  // one fault without a place (an option, say)
  const std::vector<Diagnostic>& faults() const noexcept { return faults_; }

 private:
  std::vector<Diagnostic> faults_;
};

// A failed system call: what was tried, on what, and strerror.
class SystemError : public Error {
 public:
  SystemError(const std::string& what, int error_number);
  int error_number() const noexcept { return error_number_; }

 private:
  int error_number_;
};

}  // namespace octavo

#endif  // OCTAVO_BASE_ERROR_H_
