// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/title_page.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "render/clusters.h"

namespace octavo {
namespace {

// Sizes of the title, and how many lines of it make a good page.
struct Step {
  int size;
  std::size_t lines;
};
constexpr std::array<Step, 10> kSteps = {
    {{144, 1}, {124, 2}, {112, 2}, {100, 2}, {84, 3}, {78, 3}, {72, 4}, {64, 4}, {57, 4}, {50, 4}}};
// What a smaller size costs, as break_costs.h counts: sense may be worth one or two.
constexpr std::int64_t kSmaller = 2600;

constexpr Leading kLatin{70, 23, 113}, kWide{86, 14, 124}, kTall{96, 46, 142};

Leading leading_of(const std::vector<Cluster>& clusters) {
  const auto any = [&](auto&& test) { return std::ranges::any_of(clusters, test); };
  if (any([](const Cluster& one) { return one.tall; })) return kTall;
  const bool wide =
      any([](const Cluster& one) { return one.kind >= Kind::han && one.kind != Kind::thai; });
  return wide ? kWide : kLatin;
}

bool fits_height(const Step& step, const Leading& leading) {
  const int lines = static_cast<int>(step.lines) - 1;
  return (lines * leading.line + leading.above + leading.below) * step.size <=
         (kTitleBottom - kTitleTop) * 100;
}

}  // namespace

std::int32_t ems(int pixels, int size) {
  return static_cast<std::int32_t>(static_cast<std::int64_t>(pixels) * kEm / size);
}
int pixels(std::int32_t width, int size) {
  return static_cast<int>((static_cast<std::int64_t>(width) * size + kEm / 2) / kEm);
}

Title title_of(std::string_view text) {
  const Paragraph whole(clusters_of(text, Face::roman));
  Title out;
  out.leading = leading_of(whole.clusters());
  // A large size that breaks well and tears no word; else one that tears few; else what fits.
  for (const Breaks breaks : {Breaks::words, Breaks::anywhere}) {
    std::int64_t cheapest = 0, smaller = 0;
    for (Step step : kSteps) {
      // Not even breaks after a colon would bring a smaller one to the front.
      if (!out.lines.empty() && smaller - 9000 > cheapest) break;
      while (step.lines > 1 && !fits_height(step, out.leading)) --step.lines;
      auto set = whole.broken(ems(kCardMeasure, step.size), step.lines, breaks);
      if (!set) continue;
      if (out.lines.empty() || set->cost + smaller < cheapest) {
        cheapest = set->cost + smaller;
        out.lines = std::move(set->lines);
        out.size = step.size;
      }
      smaller += kSmaller;
    }
    if (!out.lines.empty()) return out;
  }
  Step step = kSteps.back();
  while (step.lines > 1 && !fits_height(step, out.leading)) --step.lines;
  out.size = step.size;
  const std::int32_t measure = ems(kCardMeasure, step.size);
  const Paragraph some(whole.beginning(measure, step.lines));
  auto set = some.broken(measure, step.lines, Breaks::words);
  if (!set) set = some.broken(measure, step.lines, Breaks::anywhere);
  if (set) out.lines = std::move(set->lines);
  return out;
}

Line one_line(std::string_view text, Face face, int size, int most) {
  const Paragraph whole(clusters_of(text, face));
  const std::int32_t measure = ems(most, size);
  if (text.empty()) return {};
  if (auto set = whole.broken(measure, 1, Breaks::anywhere)) return set->lines.front();
  const Paragraph some(whole.beginning(measure, 1));
  if (auto set = some.broken(measure, 1, Breaks::anywhere)) return set->lines.front();
  return {};
}

bool is_western(std::string_view text) {
  return !has_right_to_left(text) &&
         std::ranges::all_of(clusters_of(text, Face::italic),
                             [](const Cluster& one) { return one.exact; });
}

std::string card_fonts(std::string_view text, std::string_view lang) {
  struct Script {
    char32_t first, last;
    std::string_view family;
  };
  static constexpr std::array<Script, 8> kScripts = {{{0x600, 0x77f, "'Noto Naskh Arabic',"},
                                                      {0x900, 0x97f, "'Noto Serif Devanagari',"},
                                                      {0x980, 0x9ff, "'Noto Serif Bengali',"},
                                                      {0xb80, 0xbff, "'Noto Serif Tamil',"},
                                                      {0xc00, 0xc7f, "'Noto Serif Telugu',"},
                                                      {0xe00, 0xe7f, "'Noto Serif Thai',"},
                                                      {0x10a0, 0x10ff, "'Noto Serif Georgian',"},
                                                      {0x530, 0x58f, "'Noto Serif Armenian',"}}};
  bool han = false, kana = false, hangul = false;
  std::string out = "'Liberation Serif','Times New Roman',Tinos,'Nimbus Roman',";
  for (const Cluster& one : clusters_of(text, Face::roman)) {
    for (const Script& script : kScripts) {
      const bool here = one.first >= script.first && one.first <= script.last;
      if (here && out.find(script.family) == out.npos) out += script.family;
    }
    han |= one.kind == Kind::han;
    kana |= one.kind == Kind::hiragana || one.kind == Kind::katakana;
    hangul |= one.first >= 0xac00 && one.first <= 0xd7a3;
  }
  if (kana || (han && lang.starts_with("ja"))) {
    out += "'Noto Serif CJK JP','Hiragino Mincho ProN','Yu Mincho',";
  } else if (hangul || (han && lang.starts_with("ko"))) {
    out += "'Noto Serif CJK KR',AppleMyungjo,Batang,";
  } else if (han &&
             (lang.find("Hant") != lang.npos || lang.ends_with("TW") || lang.ends_with("HK"))) {
    out += "'Noto Serif CJK TC','Songti TC',PMingLiU,";
  } else if (han) {
    out += "'Noto Serif CJK SC','Songti SC',SimSun,";
  }
  return out + "'DejaVu Serif Condensed','DejaVu Serif',serif";
}

}  // namespace octavo
