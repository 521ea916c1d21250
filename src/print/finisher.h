// SPDX-License-Identifier: GPL-3.0-or-later
//
// Finishes a file aside, in a fork with limits: what a page made of the browser's process for it
// could write is no PDF to be believed, and reading it must neither hold up nor hurt the others.
//
// Thread safety: a Finisher has one owner. REQUIRES a process with one thread.
// Throws: SystemError.
#ifndef OCTAVO_PRINT_FINISHER_H_
#define OCTAVO_PRINT_FINISHER_H_

#include <cstdint>
#include <optional>
#include <string>

#include "base/file.h"
#include "base/process.h"
#include "print/wire.h"

namespace octavo {

struct FinishedFile {
  Outcome outcome;  // done, refused or failed; without its time
  Fd bulk;
};

class Finisher {
 public:
  Finisher(const std::string& bytes, const Job& job, const Fd& job_bulk, const std::string& creator,
           std::uint64_t memory);
  int fd() const noexcept { return said_.number(); }  // readable when there is something to do
  std::optional<FinishedFile> step();

 private:
  Child child_;
  Fd said_, bulk_;
  std::string text_;
};

}  // namespace octavo

#endif  // OCTAVO_PRINT_FINISHER_H_
