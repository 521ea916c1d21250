// SPDX-License-Identifier: GPL-3.0-or-later
//
// One thing that is wrong with a file of the author's or the admin's: where, what, what to do.
//
// Thread safety: values.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_BASE_DIAGNOSTIC_H_
#define OCTAVO_BASE_DIAGNOSTIC_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace octavo {

struct Diagnostic {
  bool warning = false;
  std::string code;  // one of DESIGN.md's codes: "unknown_key", "bad_date", …
  std::string file;  // content: relative to the content folder; configuration: as it was opened
  std::uint32_t line = 0;    // from 1, as editors count; 0: no place in the file
  std::uint32_t column = 0;  // from 1, in characters (code points)
  std::string key;           // the front-matter or configuration key, when there is one
  std::string message;       // "what; what to do", without the place
  std::string near;          // nearest known name, or empty
  std::string allow;         // configuration line that would allow it, or empty

  bool operator==(const Diagnostic&) const = default;
};

// "PREFIXfile:line:column: error: message" as compilers print it. near and allow are added when
// the message does not mention them. No line feed at the end; control characters are escaped.
std::string to_line(const Diagnostic& fault, std::string_view prefix = {});

// The JSON object of `octavo check --format json`.
std::string to_json(const Diagnostic& fault);

// The name among `names` nearest to `word` (edit distance at most 2, less for short words;
// case is ignored), or empty.
std::string nearest_name(std::string_view word, const std::vector<std::string_view>& names);

}  // namespace octavo

#endif  // OCTAVO_BASE_DIAGNOSTIC_H_
