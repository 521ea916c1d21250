// SPDX-License-Identifier: GPL-3.0-or-later
//
// The words of a post without their dress: gathered block by block, and counted.
//
// Thread safety: pure function; PlainText: one thread at a time.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_COMPOSE_PLAIN_TEXT_H_
#define OCTAVO_COMPOSE_PLAIN_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>

namespace octavo {

class PlainText {
 public:
  void add(std::string_view text) { text_ += text; }
  void add_collapsed(std::string_view text);  // HTML's blanks: a run is one space
  void space();                               // unless a blank or a line's beginning stands there
  void line();                                // ends the line, unless it is empty
  const std::string& text() const noexcept { return text_; }
  std::string take();  // without blanks at the end

 private:
  std::string text_;
};

struct ReadingTime {
  std::uint32_t words = 0;    // runs of letters, marks, digits and apostrophes; each CJK character
  std::uint32_t minutes = 1;  // 220 words or 500 CJK characters a minute, rounded up
};
ReadingTime reading_time(std::string_view text);  // REQUIRES: well-formed UTF-8

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_PLAIN_TEXT_H_
