// SPDX-License-Identifier: GPL-3.0-or-later
//
// Bytes and Unicode text: trimming, UTF-8, normal forms (utf8proc).
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_BASE_TEXT_H_
#define OCTAVO_BASE_TEXT_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace octavo {

std::string_view trim(std::string_view text);  // ASCII blanks: space, tab, CR, LF
std::string ascii_lower(std::string_view text);
bool ascii_iequals(std::string_view a, std::string_view b);
std::vector<std::string_view> split(std::string_view text, char separator);
std::string collapse_blanks(
    std::string_view text);  // runs of ASCII blanks become one space; trimmed

// Index of the first byte that is not well-formed UTF-8 (RFC 3629), or npos.
std::size_t find_bad_utf8(std::string_view text);
// The code point at `at` (REQUIRES: well-formed text, at < size); moves `at` behind it.
char32_t next_code_point(std::string_view text, std::size_t& at);
void append_utf8(std::string& out, char32_t code_point);
std::size_t count_code_points(std::string_view text);
// At most `count` code points, cut at a blank where one is near, with "…" when something was cut.
std::string shorten(std::string_view text, std::size_t count);

std::string nfc(std::string_view text);           // REQUIRES: well-formed UTF-8
std::string fold_case(std::string_view text);     // full case folding of the NFC form
bool is_letter_mark_number(char32_t code_point);  // general category L*, M*, N*
bool is_control(char32_t code_point);             // Cc: C0, DEL, C1

struct LineColumn {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
};
// Where byte `offset` of `text` stands as editors count: lines end at LF, CRLF or a lone CR;
// columns count code points from 1.
LineColumn line_column(std::string_view text, std::size_t offset);

}  // namespace octavo

#endif  // OCTAVO_BASE_TEXT_H_
