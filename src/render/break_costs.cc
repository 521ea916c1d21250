// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/break_costs.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/text.h"

namespace octavo {
namespace {

// Only where nothing better is left: even a title of 300 exclamation marks must break.
constexpr std::int64_t kClings = kTear + 60'000;

bool is_one_of(char32_t c, std::u32string_view set) {
  return set.find(c) != std::u32string_view::npos;
}
bool is_digit(char32_t c) {
  return c >= '0' && c <= '9';
}
bool is_small(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 0xdf && c <= 0xff && c != 0xf7) ||
         (c >= 0x430 && c <= 0x45f);
}
bool is_capital(char32_t c) {
  return (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7) ||
         (c >= 0x400 && c <= 0x42f);
}

// Not at the start of a line (JIS X 4051, in the main; and what closes in the West).
constexpr std::u32string_view kClosing =
    U"!%),.:;?]}"
    U"»’”›…‥、。〉》」』】〕〗〙〛〞〟｠！％），．：；？］｝｡｣､･・ー゛゜ヽヾゝゞ々〻〜～‼⁇⁈⁉"
    U"ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿｧｨｩｪｫｬｭｮｯｰ"
    U"ะาำๅๆฯ";
// Not at the end of one.
constexpr std::u32string_view kOpening = U"([{«‘“‹‚„¿¡〈《「『【〔〖〘〚〝｟（［｛｢＄￥￡$£¥€#@";
constexpr std::u32string_view kDashes = U"-‐–—―";
constexpr std::u32string_view kThaiLeading = U"เแโใไເແໂໃໄ";

bool is_ideographic(Kind kind) {
  return kind == Kind::han || kind == Kind::hiragana || kind == Kind::katakana;
}
bool is_word(const Cluster& one) {
  return one.kind == Kind::letter && is_letter_mark_number(one.first);
}

// Words of four letters are too often nouns: these are none. REQUIRES: views into one text.
bool leans(std::string_view first, std::string_view last) {
  static constexpr std::array<std::string_view, 24> kWords = {
      "with", "from", "into", "that", "this", "your", "when", "what",
      "über", "oder", "eine", "nach", "beim", "sind", "pour", "dans",
      "avec", "sans", "para", "como", "pela", "voor", "naar", "över"};
  const std::string word = ascii_lower(
      {first.data(), static_cast<std::size_t>(last.data() + last.size() - first.data())});
  return std::ranges::find(kWords, word) != kWords.end();
}

// The word that ends before cluster `end`: short ones lean on what follows ("the", "of", "zu",
// "à"), and so do numbers ("10 years").
std::int64_t leaning(const std::vector<Cluster>& clusters, std::size_t end) {
  std::size_t from = end;
  while (from > 0 && clusters[from - 1].kind != Kind::blank) --from;
  const std::size_t length = end - from;
  if (length == 0) return 0;
  bool digits = true, small = true;
  for (std::size_t i = from; i < end; ++i) {
    const char32_t c = clusters[i].first;
    digits &= is_digit(c);
    small &= is_small(c) || (i == from && is_capital(c));
  }
  if (digits && length < 4) return 2500;
  if (small && length <= 3) return length == 3 ? 3000 : 4000;
  return small && length == 4 && leans(clusters[from].bytes, clusters[end - 1].bytes) ? 2500 : 0;
}

std::int64_t after_blank(const std::vector<Cluster>& clusters, std::size_t at) {
  const char32_t next = clusters[at].first;
  std::size_t end = at;
  while (end > 0 && clusters[end - 1].kind == Kind::blank) --end;
  if (end == 0) return kNoBreak;
  const char32_t last = clusters[end - 1].first;
  // "Quoi ?" and "« Oui »" have blanks that are none for us.
  const bool lone = at + 1 == clusters.size() || clusters[at + 1].kind == Kind::blank;
  if ((lone && is_one_of(next, U"!?:;»%")) || last == U'«') return kClings;
  if (lone && is_one_of(next, kDashes)) return 9000;  // a dash ends a line
  if (is_one_of(last, U":;?!–—。！？：；")) return -3000;
  if (is_one_of(last, U",)，")) return -1000;
  return leaning(clusters, end);
}

std::int64_t between_ideographs(const Cluster& a, const Cluster& b) {
  if (is_one_of(a.first, U"、。，．！？：；…」』】）〉》・")) return -700;
  if (a.kind == Kind::katakana && b.kind == Kind::katakana) return 14000;
  if (a.kind == Kind::hiragana && b.kind == Kind::hiragana) return 1500;
  if (a.kind == Kind::hiragana) return 0;  // behind a particle
  if (a.kind == Kind::han && b.kind == Kind::hiragana) return 3000;
  if (a.kind == Kind::han && b.kind == Kind::han) return 900;
  return 400;
}

std::int64_t inside_word(const Cluster& a, const Cluster& b) {
  if (is_one_of(a.first, U"_./\\@?&=#+:")) return kTear;
  if (is_small(a.first) && is_capital(b.first)) return kTear + 4000;
  if (a.kind == Kind::thai || a.first >= 0xe80) return kTear;  // scripts without blanks, Hangul
  return kTear + 20'000;
}

std::int64_t cost(const std::vector<Cluster>& clusters, std::size_t at) {
  const Cluster &a = clusters[at - 1], &b = clusters[at];
  if (b.kind == Kind::blank || b.kind == Kind::gap || b.kind == Kind::soft) return kNoBreak;
  if (a.kind == Kind::glue || b.kind == Kind::glue) return kClings;
  if (a.kind == Kind::blank) return after_blank(clusters, at);
  if (a.kind == Kind::gap) return 0;
  if (a.kind == Kind::soft) return 2500;
  if (is_one_of(b.first, kClosing) || is_one_of(a.first, kOpening)) return kClings;
  if (is_ideographic(a.kind) || is_ideographic(b.kind)) return between_ideographs(a, b);
  if (a.kind == Kind::emoji || b.kind == Kind::emoji) return a.kind == b.kind ? 400 : 3000;
  if (is_one_of(a.first, kDashes) && is_word(b) && !is_digit(b.first) && at > 1 &&
      is_word(clusters[at - 2])) {
    return a.first == U'-' || a.first == U'‐' ? 3500 : 300;
  }
  if (a.first == U'/' && is_word(b) && at > 1 && is_word(clusters[at - 2])) return 3000;
  if (a.first == U'\u0f0b') return 0;  // Tibetan syllables end with it
  if (a.kind == Kind::thai && b.kind == Kind::thai && is_one_of(b.first, kThaiLeading) &&
      !is_one_of(a.first, kThaiLeading)) {
    return 900;
  }
  if (is_one_of(a.first, kThaiLeading)) return kClings;
  return inside_word(a, b);
}

}  // namespace

std::vector<std::int64_t> break_costs(const std::vector<Cluster>& clusters) {
  std::vector<std::int64_t> costs(clusters.size(), kNoBreak);
  for (std::size_t at = 1; at < clusters.size(); ++at) costs[at] = cost(clusters, at);
  return costs;
}

}  // namespace octavo
