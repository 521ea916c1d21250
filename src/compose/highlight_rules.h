// SPDX-License-Identifier: GPL-3.0-or-later
//
// The rules of a language (a .lang file of libsource-highlight), applied line by line. The library
// reads the file; searching is ours: a rule's expression is compiled when it is first needed, a
// match found once is kept until the line has passed it, and every step is counted, so that no
// expression and no code takes for ever, on any machine the same.
//
// Thread safety: one thread at a time; the rules of a language are kept for the process once read.
// Throws: OutOfSteps; std::bad_alloc.
#ifndef OCTAVO_COMPOSE_HIGHLIGHT_RULES_H_
#define OCTAVO_COMPOSE_HIGHLIGHT_RULES_H_

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace octavo {

struct OutOfSteps {};

class RuleReader {
 public:
  // `language`: yaml for yaml.lang, looked for in our folder first, then in the library's own.
  explicit RuleReader(std::string_view language);
  ~RuleReader();
  RuleReader(const RuleReader&) = delete;
  RuleReader& operator=(const RuleReader&) = delete;

  bool known() const noexcept;  // false: no such file, or one with a fault

  // Calls part() for the parts of the line from left to right; together they are the line. `name`
  // is what the .lang file calls such a part: keyword, comment, normal … REQUIRES: known(), no line
  // feed in `line`.
  using Part = std::function<void(std::string_view text, const std::string& name)>;
  void read_line(std::string_view line, const Part& part);

 private:
  struct Impl;
  const std::unique_ptr<Impl> impl_;
};

// What searching may cost from now on, in characters looked at. OutOfSteps when it is used up.
void allow_steps(long steps) noexcept;
long steps_left() noexcept;

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_HIGHLIGHT_RULES_H_
