// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/plain_text.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "base/text.h"

namespace octavo {

namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\n' || c == '\t' || c == '\r' || c == '\f';
}

using Kind = std::uint8_t;
constexpr Kind kWord = 1, kJoiner = 2, kBeyondAscii = 4;

constexpr std::array<Kind, 256> kKinds = [] {
  std::array<Kind, 256> kinds{};
  for (unsigned c = '0'; c <= '9'; ++c) kinds[c] = kWord;
  for (unsigned c = 'a'; c <= 'z'; ++c) kinds[c] = kinds[c - 'a' + 'A'] = kWord;
  kinds['\''] = kJoiner;
  for (unsigned c = 0x80; c < 0x100; ++c) kinds[c] = kBeyondAscii;
  return kinds;
}();

// Written without blanks between words: Han, Hiragana, Katakana.
bool is_cjk(char32_t code) {
  return (code >= 0x3041 && code <= 0x30ff) || (code >= 0x31f0 && code <= 0x31ff) ||
         (code >= 0x3400 && code <= 0x4dbf) || (code >= 0x4e00 && code <= 0x9fff) ||
         (code >= 0xf900 && code <= 0xfaff) || (code >= 0x20000 && code <= 0x3ffff);
}

constexpr std::uint64_t kWordsPerMinute = 220;
constexpr std::uint64_t kCharactersPerMinute = 500;

}  // namespace

// Most blanks are single spaces and stay where they are: text is copied in long pieces.
void PlainText::add_collapsed(std::string_view text) {
  std::size_t start = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (static_cast<unsigned char>(text[i]) > ' ' || !is_blank(text[i])) continue;
    const bool single =
        text[i] == ' ' && i > start && i + 1 < text.size() && !is_blank(text[i + 1]);
    if (single) continue;
    text_.append(text, start, i - start);
    space();
    start = i + 1;
  }
  text_.append(text, start);
}

void PlainText::space() {
  if (!text_.empty() && !is_blank(text_.back())) text_ += ' ';
}

void PlainText::line() {
  while (!text_.empty() && text_.back() == ' ') text_.pop_back();
  if (!text_.empty() && text_.back() != '\n') text_ += '\n';
}

std::string PlainText::take() {
  while (!text_.empty() && is_blank(text_.back())) text_.pop_back();
  return std::exchange(text_, {});
}

ReadingTime reading_time(std::string_view text) {
  std::uint64_t words = 0, characters = 0;
  unsigned inside = 0;  // 1: a word goes on
  for (std::size_t at = 0; at < text.size();) {
    const unsigned kind = kKinds[static_cast<unsigned char>(text[at])];
    if ((kind & kBeyondAscii) == 0) {
      ++at;
      const unsigned word = kind & kWord, joiner = kind / kJoiner;  // without a branch: prose
      words += word & ~inside;                                      // is not predictable
      inside = word | (joiner & inside);
      continue;
    }
    const char32_t code = next_code_point(text, at);
    if (is_cjk(code)) {
      ++characters;
      inside = 0;
    } else if (is_letter_mark_number(code)) {
      words += 1 - inside;
      inside = 1;
    } else if (code != 0x2019 && code != 0xad) {  // apostrophe, soft hyphen
      inside = 0;
    }
  }
  const std::uint64_t scaled = words * kCharactersPerMinute + characters * kWordsPerMinute;
  const std::uint64_t minute = kWordsPerMinute * kCharactersPerMinute;
  ReadingTime result;
  result.words = static_cast<std::uint32_t>(words + characters);
  result.minutes =
      static_cast<std::uint32_t>(std::max<std::uint64_t>(1, (scaled + minute - 1) / minute));
  return result;
}

}  // namespace octavo
