// SPDX-License-Identifier: GPL-3.0-or-later
//
// The card of a post. Widths are estimates on the wide side: the picture may be drawn with
// whatever serif face is at hand.
#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/escape.h"
#include "base/text.h"
#include "render/links.h"
#include "render/machine.h"

namespace octavo {
namespace {

constexpr double kWidth = 1200, kMargin = 90, kLine = kWidth - 2 * kMargin;
constexpr std::size_t kMostLines = 4;
constexpr std::size_t kMostTitle = 400;  // code points looked at

struct Glyph {
  std::string_view bytes;
  char32_t code = 0;
};

// Whether a line may not break before it: marks, joiners, variation selectors, skin tones.
bool clings(char32_t c) {
  return (c >= 0x300 && c <= 0x36f) || (c >= 0x591 && c <= 0x5bd) || (c >= 0x610 && c <= 0x61a) ||
         (c >= 0x64b && c <= 0x65f) || (c >= 0x900 && c <= 0x903) || (c >= 0x93a && c <= 0x94f) ||
         (c >= 0xe31 && c <= 0xe3a && c != 0xe32 && c != 0xe33) || (c >= 0x1ab0 && c <= 0x1aff) ||
         (c >= 0x200c && c <= 0x200f) || (c >= 0x20d0 && c <= 0x20ff) ||
         (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0x1f3fb && c <= 0x1f3ff) ||
         (c >= 0xe0020 && c <= 0xe01ef);
}

bool is_wide(char32_t c) {
  return (c >= 0x1100 && c <= 0x115f) || (c >= 0x2600 && c <= 0x27bf) ||
         (c >= 0x2e80 && c <= 0xa4cf) || (c >= 0xac00 && c <= 0xd7a3) ||
         (c >= 0xf900 && c <= 0xfaff) || (c >= 0xfe30 && c <= 0xfe4f) ||
         (c >= 0xff00 && c <= 0xff60) || (c >= 0x1f000 && c <= 0x1faff) ||
         (c >= 0x20000 && c <= 0x3ffff);
}

bool is_rtl(char32_t c) {
  return (c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) ||
         (c >= 0xfe70 && c <= 0xfeff) || (c >= 0x10800 && c <= 0x10fff) ||
         (c >= 0x1e800 && c <= 0x1efff);
}

// In ems of a bold serif face.
double width_of(char32_t c) {
  if (clings(c)) return 0;
  if (is_wide(c)) return 1.1;
  if (c < 0x80) {
    static constexpr std::string_view kNarrow = " !'(),.:;I[]`fijlrt|";
    static constexpr std::string_view kBroad = "%&@MWmw";
    const char letter = static_cast<char>(c);
    if (kNarrow.find(letter) != std::string_view::npos) return 0.4;
    if (kBroad.find(letter) != std::string_view::npos) return 1.05;
    return letter >= 'A' && letter <= 'Z' ? 0.8 : 0.64;
  }
  return c < 0x250 ? 0.75 : 0.9;
}

double width_of(const std::vector<Glyph>& glyphs) {
  double width = 0;
  for (const Glyph& glyph : glyphs) width += width_of(glyph.code);
  return width;
}

// Without what XML cannot say or nobody can see; blanks collapsed.
std::string clean(std::string_view text) {
  std::string out;
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size() && count < kMostTitle; ++count) {
    const char32_t c = next_code_point(text, at);
    const bool blank =
        c == '\t' || c == '\n' || c == '\r' || c == 0xa0 || c == 0x2028 || c == 0x2029;
    if (blank) {
      out += ' ';
    } else if (!is_control(c) && (c & 0xfffe) != 0xfffe) {
      append_utf8(out, c);
    }
  }
  return collapse_blanks(out);
}

std::vector<Glyph> glyphs_of(std::string_view text) {
  std::vector<Glyph> glyphs;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t from = at;
    const char32_t c = next_code_point(text, at);
    glyphs.push_back({text.substr(from, at - from), c});
  }
  return glyphs;
}

std::string joined(const std::vector<Glyph>& glyphs) {
  std::string text;
  for (const Glyph& glyph : glyphs) text += glyph.bytes;
  return text;
}

// Lines no wider than `width` ems; `cut` is set when the text needs more than `most` of them.
struct Lines {
  std::vector<std::vector<Glyph>> lines;
  bool cut = false;
};
Lines broken(std::string_view text, double width, std::size_t most) {
  Lines out;
  std::vector<Glyph> line;
  std::size_t blank = 0;  // where the line may break: behind this many glyphs; 0: nowhere
  bool joiner = false;
  for (const Glyph& glyph : glyphs_of(text)) {
    const bool breakable = !clings(glyph.code) && !joiner;
    joiner = glyph.code == 0x200d;
    if (width_of(line) + width_of(glyph.code) > width && breakable && !line.empty()) {
      if (out.lines.size() + 1 == most) {
        out.cut = true;
        break;
      }
      std::vector<Glyph> rest;
      if (blank > 0 && glyph.code != ' ') {
        rest.assign(line.begin() + static_cast<std::ptrdiff_t>(blank), line.end());
        line.resize(blank);
      }
      while (!line.empty() && line.back().code == ' ') line.pop_back();
      out.lines.push_back(std::move(line));
      line = std::move(rest);
      blank = 0;
    }
    if (glyph.code == ' ' && line.empty()) continue;
    line.push_back(glyph);
    // Ideographs stand without blanks: a line may break behind each.
    if (glyph.code == ' ' || glyph.code == '-' || (glyph.code >= 0x2e80 && is_wide(glyph.code))) {
      blank = line.size();
    }
  }
  if (out.cut) {
    while (!line.empty() &&
           (width_of(line) + 1 > width || line.back().code == ' ' || clings(line.back().code))) {
      line.pop_back();
    }
    line.push_back({"…", 0x2026});
  }
  if (!line.empty()) out.lines.push_back(std::move(line));
  return out;
}

std::string number(double value) {
  return std::to_string(static_cast<int>(value));
}

void text_element(std::string& out, const std::vector<Glyph>& glyphs, double y, double size,
                  std::string_view style) {
  const auto strong = std::ranges::find_if(glyphs, [](const Glyph& glyph) {
    return is_rtl(glyph.code) || is_letter_mark_number(glyph.code);
  });
  const bool rtl = strong != glyphs.end() && is_rtl(strong->code);
  out.append("<text x=\"").append(number(rtl ? kWidth - kMargin : kMargin));
  out.append("\" y=\"").append(number(y)).append("\" font-size=\"").append(number(size));
  out.append("\" ").append(style);
  if (rtl) out.append(" direction=\"rtl\"");
  out.append(">").append(xml_escape(joined(glyphs))).append("</text>\n");
}

void one_line(std::string& out, std::string_view text, double y, double size,
              std::string_view style) {
  const std::string whole = clean(text);  // glyphs are views into it
  const Lines lines = broken(whole, kLine / size, 1);
  if (!lines.lines.empty()) text_element(out, lines.lines.front(), y, size, style);
}

constexpr std::string_view kTitleStyle =
    "font-family=\"Charter, Georgia, 'DejaVu Serif', serif\" font-weight=\"700\" fill=\"#22201c\"";
constexpr std::string_view kSmallStyle =
    "font-family=\"'Noto Sans', 'DejaVu Sans', Arial, sans-serif\" fill=\"#5d5850\"";

}  // namespace

std::string render_card(const SiteInfo& info, const PostView& post) {
  std::string title = clean(post.title());
  if (title.empty()) title = clean(info.title);
  double size = 84;
  Lines lines;
  for (const double tried : {84.0, 72.0, 60.0}) {
    size = tried;
    lines = broken(title, kLine / size, size > 80 ? kMostLines - 1 : kMostLines);
    if (!lines.cut) break;
  }
  std::string out =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1200\" height=\"630\" "
      "viewBox=\"0 0 1200 630\" role=\"img\">\n<title>" +
      xml_escape(title) +
      "</title>\n<rect width=\"1200\" height=\"630\" fill=\"#fdfcf9\"/>\n"
      "<rect width=\"1200\" height=\"16\" fill=\"#8a2a12\"/>\n";
  one_line(out, info.title, 110, 32, kSmallStyle);
  // The title is set around the middle of what is left between site and date.
  const double leading = size * 1.2;
  double y = 330 - leading * (static_cast<double>(lines.lines.size()) - 1) / 2 + size * 0.35;
  for (const std::vector<Glyph>& line : lines.lines) {
    text_element(out, line, y, size, kTitleStyle);
    y += leading;
  }
  std::string foot = post.publish_date().given() ? shown_date(post.publish_date()) : std::string();
  std::size_t tags = 0;
  for (const std::string_view tag : post.tags()) {
    if (++tags > 4) break;
    foot += foot.empty() ? "" : "  ·  ";
    foot += tag;
  }
  one_line(out, foot, 560, 28, kSmallStyle);
  out += "</svg>\n";
  return out;
}

}  // namespace octavo
