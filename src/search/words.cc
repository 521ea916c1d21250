// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/words.h"

#include <array>

#include "base/text.h"

namespace octavo {

namespace {

enum class Sort { other, letter, mark, joiner, cjk, symbol };

constexpr bool is_ascii_letter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_digit(char32_t c) {
  return c >= '0' && c <= '9';
}

// Marks that must not begin a word: those that follow an emoji, and the common combining ones.
bool is_loose_mark(char32_t c) {
  return (c >= 0x300 && c <= 0x36f) || (c >= 0xfe00 && c <= 0xfe0f) || c == 0x20e3;
}

// Most of what is read is ASCII: one look a byte.
constexpr std::array<Sort, 128> kAscii = [] {
  std::array<Sort, 128> sorts{};
  for (char32_t c = 0; c < 128; ++c)
    sorts[c] = is_ascii_letter(c) ? Sort::letter : c == '_' ? Sort::joiner : Sort::other;
  return sorts;
}();

Sort sort_of(char32_t c) {
  if (c < 0x80) return kAscii[c];
  if (is_loose_mark(c)) return Sort::mark;
  if (is_letter_mark_number(c)) return is_cjk(c) ? Sort::cjk : Sort::letter;
  if ((c >= 0x2190 && c < 0x2c00) || (c >= 0x1f000 && c < 0x1fb00)) return Sort::symbol;
  return Sort::other;
}

bool continues(Sort sort) {
  return sort == Sort::letter || sort == Sort::mark || sort == Sort::joiner;
}

bool begins(std::string_view text, std::size_t at) {
  return at < text.size() && sort_of(next_code_point(text, at)) == Sort::letter;
}

constexpr bool joins_letters(char32_t c) {
  return c == '\'' || c == '&' || c == 0xb7 || c == 0x2019 || c == 0x201b || c == 0x5f4 ||
         c == 0x200c || c == 0x200d;
}

constexpr bool joins_digits(char32_t c) {
  return c == '.' || c == ',' || c == ';';
}

// The end of the run of letters that goes on at `at` behind `before`; `solid` says whether there is
// more than underscores in it.
std::size_t letters_end(std::string_view text, std::size_t at, char32_t before, bool& solid) {
  while (at < text.size()) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80 && kAscii[byte] != Sort::other) {
      solid |= kAscii[byte] == Sort::letter;
      before = byte;
      ++at;
      continue;
    }
    if (byte == ' ') break;
    std::size_t next = at;
    const char32_t c = next_code_point(text, next);
    const Sort sort = sort_of(c);
    if (continues(sort)) {
      solid |= sort == Sort::letter;
    } else if (!(joins_letters(c) && begins(text, next)) &&
               !(joins_digits(c) && is_digit(before) && next < text.size() &&
                 is_digit(static_cast<unsigned char>(text[next])))) {
      break;
    }
    before = c;
    at = next;
  }
  return at;
}

// The same with C++ and C#.
std::size_t run_end(std::string_view text, std::size_t at, bool& solid) {
  at = letters_end(text, at, 0, solid);
  std::size_t behind = at;
  while (behind < text.size() && behind - at < 3 && (text[behind] == '+' || text[behind] == '#')) {
    ++behind;
  }
  return behind > at && begins(text, behind) ? at : behind;
}

// What a byte is to a run of letters that has come to it.
enum class Turn : unsigned char { inside, end, perhaps };
constexpr std::array<Turn, 256> kTurns = [] {
  std::array<Turn, 256> turns{};
  for (char32_t c = 0; c < 256; ++c) {
    const bool joins = c >= 0x80 || joins_letters(c) || joins_digits(c);
    turns[c] = joins ? Turn::perhaps : kAscii[c] == Sort::other ? Turn::end : Turn::inside;
  }
  return turns;
}();

// Behind the run of letters that begins with the ASCII character at `at`.
std::size_t pass_over(std::string_view text, std::size_t at) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* here = begin + at;
  Turn turn = Turn::inside;
  do {
    if (++here == end) return text.size();
    turn = kTurns[static_cast<unsigned char>(*here)];
  } while (turn == Turn::inside);
  at = static_cast<std::size_t>(here - begin);
  if (turn != Turn::perhaps) return at;
  bool solid = false;
  return letters_end(text, at, static_cast<unsigned char>(text[at - 1]), solid);
}

}  // namespace

bool is_cjk(char32_t c) {
  return c >= 0x2e80 &&
         (c <= 0x2eff || (c >= 0x3000 && c <= 0x9fff) || (c >= 0xa700 && c <= 0xa71f) ||
          (c >= 0xac00 && c <= 0xd7af) || (c >= 0xf900 && c <= 0xfaff) ||
          (c >= 0xfe30 && c <= 0xfe4f) || (c >= 0xff00 && c <= 0xffef) ||
          (c >= 0x20000 && c <= 0x2a6df) || (c >= 0x2f800 && c <= 0x2fa1f));
}

std::optional<Word> next_word(std::string_view text, std::size_t at) {
  static const Beginnings kAll = [] {
    Beginnings all;
    all.add("");
    return all;
  }();
  return next_word(text, at, kAll);
}

std::optional<Word> next_word(std::string_view text, std::size_t at, const Beginnings& wanted) {
  for (std::size_t until = 0; at < text.size();) {
    if (at >= until) {
      const Beginnings::Skipped skipped = wanted.skip(text, at);
      at = skipped.at;
      until = skipped.until;
    }
    const std::size_t begin = at;
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80 && kAscii[byte] == Sort::other) {
      ++at;
      continue;
    }
    if (byte < 0x80 && !wanted.has(text, at)) {
      at = pass_over(text, at);
      continue;
    }
    const char32_t c = next_code_point(text, at);
    switch (sort_of(c)) {
      case Sort::cjk:
        return Word{Word::Kind::cjk, begin, at};
      case Sort::symbol:
        return Word{Word::Kind::symbol, begin, at};
      case Sort::letter:
      case Sort::joiner: {
        bool solid = false;
        at = run_end(text, begin, solid);
        if (solid) return Word{Word::Kind::letters, begin, at};
        break;
      }
      case Sort::mark:
      case Sort::other:
        break;
    }
  }
  return std::nullopt;
}

std::optional<Word> word_to_complete(std::string_view text) {
  std::optional<Word> last;
  std::size_t at = 0;
  while (const std::optional<Word> word = next_word(text, at)) {
    last = word;
    at = word->end;
  }
  if (!last || last->end != text.size() || last->kind != Word::Kind::letters) return std::nullopt;
  if (count_code_points(text.substr(last->begin)) < 2) return std::nullopt;
  return last;
}

std::string word_row(std::string_view text) {
  std::string row = " ";
  row.reserve(text.size() + 2);
  std::size_t at = 0;
  while (const std::optional<Word> word = next_word(text, at)) {
    row += fold_case(text.substr(word->begin, word->end - word->begin));
    row += ' ';
    at = word->end;
  }
  return row;
}

}  // namespace octavo
