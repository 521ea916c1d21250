// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tells by its first two characters whether a word may be among those that are sought, so that most
// of a text is passed over sixteen bytes at a time.
//
// Thread safety: a value; has() and skip() from any thread.
// Throws: std::bad_alloc.
#ifndef OCTAVO_SEARCH_BEGINNINGS_H_
#define OCTAVO_SEARCH_BEGINNINGS_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace octavo {

class Beginnings {
 public:
  // All words that begin so, in either case; "": all words. Only ASCII tells words apart: those
  // that begin with anything else are always among them. REQUIRES: folded.
  void add(std::string_view prefix);

  // Whether such a word may begin at `at`. REQUIRES: at < text.size().
  bool has(std::string_view text, std::size_t at) const noexcept {
    const auto first = static_cast<unsigned char>(text[at]);
    if (first >= 0x80) return true;
    const Row& row = rows_[first];
    const auto second = at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) : kForeign;
    if (second >= kForeign) return (row[0] | row[1]) != 0;
    return (row[second / 64] >> second % 64 & 1) != 0;
  }

  struct Skipped {
    std::size_t at = 0;     // where to go on: no such word begins before; never inside of a word
    std::size_t until = 0;  // before this it is of no use to ask again
  };
  // REQUIRES: no word goes on at `at`.
  Skipped skip(std::string_view text, std::size_t at) const noexcept;

 private:
  static constexpr unsigned char kForeign = 0x80;
  using Row = std::array<std::uint64_t, 2>;  // a bit for each second character
  struct Pair {                              // each sixteen times, as it is compared
    std::array<unsigned char, 16> first{}, second{};
    bool any_second = false;
    bool operator==(const Pair&) const = default;
  };

  std::array<Row, 128> rows_{};  // by the first character
  std::vector<Pair> pairs_;
  bool all_ = false;  // or so many that nothing would be skipped
};

}  // namespace octavo

#endif  // OCTAVO_SEARCH_BEGINNINGS_H_
