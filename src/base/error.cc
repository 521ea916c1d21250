// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/error.h"

#include "base/file.h"

namespace octavo {

namespace {

std::string summary(const std::vector<Diagnostic>& faults) {
  std::string text;
  for (const Diagnostic& fault : faults) {
    if (!text.empty()) text += '\n';
    text += to_line(fault);
  }
  return text;
}

std::vector<Diagnostic> one_fault(std::string message) {
  Diagnostic fault;
  fault.code = "configuration";
  fault.message = std::move(message);
  return {std::move(fault)};
}

}  // namespace

ConfigError::ConfigError(std::vector<Diagnostic> faults)
    : Error(summary(faults)), faults_(std::move(faults)) {}

ConfigError::ConfigError(std::string message) : ConfigError(one_fault(std::move(message))) {}

SystemError::SystemError(const std::string& what, int error_number)
    : Error(what + ": " + errno_text(error_number)), error_number_(error_number) {}

}  // namespace octavo
