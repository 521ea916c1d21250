// SPDX-License-Identifier: GPL-3.0-or-later
//
// What base/yaml.cc hands to libyaml and how it finds back from libyaml's indexes to the author's
// text. Kept apart from it so that libyaml itself stays in one unit.
//
// Thread safety: const after construction.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_BASE_YAML_TEXT_H_
#define OCTAVO_BASE_YAML_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/text.h"

namespace octavo {

// Lines and columns of code point indexes, as editors count them. `text` must outlive it.
class YamlPlaces {
 public:
  YamlPlaces(std::string_view text, std::uint32_t first_line);

  LineColumn at(std::size_t index) const;
  std::size_t line_start(std::size_t index) const;   // the index at which that line begins
  std::string_view line(std::size_t index) const;    // the line that holds `index`, without its end
  std::string_view before(std::size_t index) const;  // of that line, what stands before `index`
  std::string_view behind(std::size_t index) const;  // of that line, from `index` on

 private:
  struct Start {
    std::uint32_t index;  // in code points
    std::size_t offset;   // in bytes
  };
  const Start& line_of(std::size_t index) const;

  std::string_view text_;
  std::uint32_t first_line_;
  std::vector<Start> starts_;
};

// A text that libyaml cannot stumble over: control characters (each a fault) become U+FFFD, and
// U+2028 and U+2029, which libyaml takes for line ends, a private character that restored() turns
// back. Each stands for one character, so that indexes stay true.
class YamlText {
 public:
  // REQUIRES: text is well-formed UTF-8.
  YamlText(std::string_view text, std::uint32_t first_line, std::vector<Diagnostic>& faults);

  const std::string& text() const { return text_; }
  std::string restored(std::string_view scalar) const;

 private:
  std::string text_;
  char32_t placeholder_ = 0;  // for U+2028, the next one for U+2029; 0: neither occurs
};

}  // namespace octavo

#endif  // OCTAVO_BASE_YAML_TEXT_H_
