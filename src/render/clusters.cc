// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/clusters.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace octavo {
namespace {

constexpr char32_t kJoiner = 0x200d, kEmojiStyle = 0xfe0f, kKeycap = 0x20e3;
constexpr int kMostMarks = 3, kMostJoined = 4;
constexpr int kEmojiWidth = 2550;  // Noto Color Emoji; others are narrower
constexpr int kWidestCluster = 5 * kEm;

const utf8proc_property_t& property(char32_t c) {
  return *utf8proc_get_property(static_cast<utf8proc_int32_t>(c));
}
bool is_pictograph(char32_t c) {
  return property(c).boundclass == UTF8PROC_BOUNDCLASS_EXTENDED_PICTOGRAPHIC;
}
bool is_flag_letter(char32_t c) {
  return c >= 0x1f1e6 && c <= 0x1f1ff;
}
bool is_skin(char32_t c) {
  return c >= 0x1f3fb && c <= 0x1f3ff;
}
bool is_mark(char32_t c) {
  const auto category = property(c).category;
  return category == UTF8PROC_CATEGORY_MN || category == UTF8PROC_CATEGORY_ME;
}
bool is_wide(char32_t c) {
  return utf8proc_charwidth(static_cast<utf8proc_int32_t>(c)) == 2;
}
bool is_variation(char32_t c) {
  return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef);
}
bool is_hangul(char32_t c) {
  return (c >= 0x1100 && c <= 0x11ff) || (c >= 0x3130 && c <= 0x318f) ||
         (c >= 0xa960 && c <= 0xa97f) || (c >= 0xac00 && c <= 0xd7ff);
}
bool is_glue(char32_t c) {
  return c == 0xa0 || c == 0x2007 || c == 0x202f || c == 0x2060;
}

// Zs but the no-break spaces and the ideographic one, and what ends lines.
bool is_blank(char32_t c) {
  if (c == '\t' || c == '\n' || c == '\v' || c == '\f' || c == '\r' || c == 0x85) return true;
  if (c == 0x2028 || c == 0x2029) return true;
  return property(c).category == UTF8PROC_CATEGORY_ZS && !is_glue(c) && c != 0x3000;
}
bool is_hidden(char32_t c) {
  if (is_control(c) || (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef)) return true;
  if ((c >= 0x202a && c <= 0x202e) || (c >= 0x2061 && c <= 0x206f)) return true;  // directions
  return c == 0xfeff || (c >= 0xfff9 && c <= 0xfffc) || (c >= 0x1d173 && c <= 0x1d17a);
}
bool is_seen(char32_t c) {
  switch (property(c).category) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_CF:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_ME:
      return false;
    default:  // Hangul fillers and the blank of Braille are letters and signs without ink
      return c != 0x115f && c != 0x1160 && c != 0x3164 && c != 0xffa0 && c != 0x2800;
  }
}

Kind kind_of(char32_t c) {
  if (is_glue(c)) return Kind::glue;
  if (c == ' ' || c == 0x3000) return Kind::blank;
  if (c == 0x200b) return Kind::gap;
  if (c == 0xad) return Kind::soft;
  if (c >= 0x3041 && c <= 0x309f) return Kind::hiragana;
  if ((c >= 0x30a1 && c <= 0x30ff) || (c >= 0x31f0 && c <= 0x31ff) || (c >= 0xff66 && c <= 0xff9f))
    return Kind::katakana;
  if (c >= 0xe01 && c <= 0xedf) return Kind::thai;
  if (is_hangul(c)) return Kind::letter;
  return is_wide(c) ? Kind::han : Kind::letter;
}

bool is_tall(char32_t c) {
  return (c >= 0x600 && c <= 0x10ff) || (c >= 0x1200 && c <= 0x1cff) ||
         (c >= 0xfb50 && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfeff);
}

struct Widths {
  int usual = 0, widest = 0;
  bool exact = false;
};
Widths widths_of(Face face, char32_t c) {
  if (is_mark(c) || is_skin(c) || property(c).category == UTF8PROC_CATEGORY_CF) return {0, 0, true};
  if (const auto exact = exact_width(face, c)) return {*exact, *exact * 7 / 5, true};
  if (is_pictograph(c) && (is_wide(c) || c >= 0x1f000)) return {kEmojiWidth, kEmojiWidth};
  if (is_wide(c)) return {kEm, kEm * 11 / 10};
  if (const auto rough = rough_width(c)) return {*rough, *rough * 3 / 2};
  return {kEm * 3 / 4, kEm * 3 / 2};
}

struct Code {
  char32_t c;
  std::size_t from, to;  // bytes
};

Cluster made(std::string_view text, const std::vector<Code>& codes, Face face) {
  Cluster out;
  out.bytes = text.substr(codes.front().from, codes.back().to - codes.front().from);
  out.first = codes.front().c;
  out.kind = kind_of(out.first);
  out.exact = true;
  int marks = 0, pictures = 0;
  bool emoji = is_flag_letter(out.first) || is_skin(out.first) ||
               (is_pictograph(out.first) && is_wide(out.first));
  for (const Code& code : codes) {
    emoji |= code.c == kEmojiStyle || code.c == kKeycap;
    pictures += is_pictograph(code.c) || is_flag_letter(code.c);
    marks += is_mark(code.c) && !is_variation(code.c);
    const Widths widths = widths_of(face, code.c);
    out.width += widths.usual;
    out.widest += widths.widest;
    out.exact &= widths.exact;
    out.tall |= is_tall(code.c);
  }
  out.tall |= marks > 1;
  if (emoji || (pictures > 0 && !out.exact && out.first >= 0x1f000)) {
    out.kind = Kind::emoji;
    out.width = kEmojiWidth;
    out.widest = kEmojiWidth * std::max(pictures, 1);
    out.exact = false;
  } else if (marks > 0 && out.width == 0) {
    out.width = out.widest = kEm / 2;  // a mark without a letter, often on a dotted circle
  }
  return out;
}

}  // namespace

std::string showable(std::string_view text, std::size_t most) {
  // Cut before the normal form is made, where the cut is cheap.
  std::size_t end = 0;
  for (std::size_t count = 0; end < text.size() && count < most; ++count)
    next_code_point(text, end);
  const std::string whole = nfc(text.substr(0, end));
  std::string out;
  int marks = 0, joined = 0;
  bool gap = false, seen = false;
  char32_t before = 0;
  for (std::size_t at = 0; at < whole.size();) {
    const char32_t c = next_code_point(whole, at);
    if (is_blank(c)) {
      gap = !out.empty();
      continue;
    }
    if (is_hidden(c) || (c == 0x3000 && before == 0x3000)) continue;
    if (is_mark(c) && !is_variation(c)) {
      if (++marks > kMostMarks) continue;
    } else if (!is_variation(c)) {
      marks = 0;
    }
    if (is_pictograph(c)) {
      joined = before == kJoiner ? joined + 1 : 1;
      if (joined > kMostJoined && out.ends_with("\u200d")) {
        out.resize(out.size() - 3);
        joined = 1;
      }
    }
    if (gap) out += ' ';
    gap = false;
    append_utf8(out, c);
    seen |= is_seen(c);
    before = c;
  }
  // Marks alone are something to see, if little.
  if (!seen && std::ranges::none_of(clusters_of(out, Face::roman),
                                    [](const Cluster& one) { return is_mark(one.first); })) {
    out.clear();
  }
  if (end < text.size() && !out.empty()) out += "…";
  return out;
}

std::vector<Cluster> clusters_of(std::string_view text, Face face) {
  std::vector<Cluster> out;
  std::vector<Code> codes;
  utf8proc_int32_t state = 0;
  int width = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t from = at;
    const char32_t c = next_code_point(text, at);
    const int more = widths_of(face, c).usual;
    if (!codes.empty()) {
      // Old Hangul and some vowel signs chain without end in one cluster; a line must break.
      const bool ends =
          utf8proc_grapheme_break_stateful(static_cast<utf8proc_int32_t>(codes.back().c),
                                           static_cast<utf8proc_int32_t>(c), &state) ||
          width + more > kWidestCluster;
      if (ends) {
        out.push_back(made(text, codes, face));
        codes.clear();
        width = 0;
      }
    }
    codes.push_back({c, from, at});
    width += more;
  }
  if (!codes.empty()) out.push_back(made(text, codes, face));
  return out;
}

bool runs_left(std::string_view text, bool otherwise) {
  for (std::size_t at = 0; at < text.size();) {
    const auto bidi = property(next_code_point(text, at)).bidi_class;
    if (bidi == UTF8PROC_BIDI_CLASS_L) return false;
    if (bidi == UTF8PROC_BIDI_CLASS_R || bidi == UTF8PROC_BIDI_CLASS_AL) return true;
  }
  return otherwise;
}

bool has_right_to_left(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto bidi = property(next_code_point(text, at)).bidi_class;
    if (bidi == UTF8PROC_BIDI_CLASS_R || bidi == UTF8PROC_BIDI_CLASS_AL) return true;
  }
  return false;
}

bool is_right_to_left_language(std::string_view lang) {
  static constexpr std::array<std::string_view, 12> kLanguages = {
      "ar", "arc", "ckb", "dv", "fa", "he", "ps", "sd", "syr", "ug", "ur", "yi"};
  const std::string_view primary = lang.substr(0, lang.find('-'));
  return std::ranges::any_of(kLanguages,
                             [&](std::string_view one) { return ascii_iequals(one, primary); });
}

}  // namespace octavo
