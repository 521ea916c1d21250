// SPDX-License-Identifier: GPL-3.0-or-later
//
// What an author can do about a syntax fault: libyaml's own words are about tokens.
//
// Thread safety: pure function.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_BASE_YAML_EXPLAIN_H_
#define OCTAVO_BASE_YAML_EXPLAIN_H_

#include <cstddef>
#include <string>
#include <string_view>

#include "base/yaml_text.h"

namespace octavo {

// libyaml's report of what it cannot read.
struct YamlProblem {
  std::string_view problem, context;  // its words
  std::size_t at = 0, from = 0;       // problem_mark.index, context_mark.index
  bool last_quoted = false;           // whether the last scalar before it was quoted
  std::size_t last_start = 0;         // where that scalar began
};
struct YamlExplanation {
  std::string code;
  std::size_t index = 0;
  std::string message;
};
YamlExplanation explain(const YamlProblem& problem, const YamlPlaces& places);

}  // namespace octavo

#endif  // OCTAVO_BASE_YAML_EXPLAIN_H_
