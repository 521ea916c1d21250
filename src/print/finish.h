// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the browser leaves out of a PDF or gets wrong: the metadata of the job, dates that are the
// post's and not the clock's, its language, how a reader shows it, words for links. Then it is
// written anew, smaller, and for the same pages with the same bytes.
//
// Thread safety: pure functions of their arguments.
// Throws: FinishError when the browser's file is not what it should be; std::bad_alloc.
#ifndef OCTAVO_PRINT_FINISH_H_
#define OCTAVO_PRINT_FINISH_H_

#include <string>

#include "base/error.h"
#include "print/wire.h"

namespace octavo {

class FinishError : public Error {
 public:
  using Error::Error;
};

struct Finished {
  std::string bytes;
  unsigned pages = 0;
  bool has_fonts = false;  // on any page
};

Finished finish_pdf(const std::string& bytes, const Job& job, const std::string& creator);

}  // namespace octavo

#endif  // OCTAVO_PRINT_FINISH_H_
