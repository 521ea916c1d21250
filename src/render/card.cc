// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/card.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/css_value.h"
#include "base/escape.h"
#include "base/theme_config.h"
#include "render/clusters.h"
#include "render/links.h"
#include "render/title_page.h"

namespace octavo {
namespace {

// Of the picture, in its pixels. Everything stands around the middle, so that a chat that shows a
// square of it shows most.
constexpr int kMiddle = 600;
constexpr int kInside = 1080;  // what lies inside the frame, with air; no line leaves it
constexpr int kSiteBaseline = 108, kFootBaseline = 552;
constexpr std::size_t kMostTitle = 500;  // code points looked at
constexpr std::size_t kMostTags = 4;

// Of the theme, as #rrggbb: not all that draw SVG know newer notations.
struct Colours {
  std::string paper, ink, soft, accent;
};

std::string hex(const Colour& above, const Colour& below) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out = "#";
  const auto add = [&](double top, double ground) {
    const double mixed = std::clamp(top * above.alpha + ground * (1 - above.alpha), 0.0, 1.0);
    const auto byte = static_cast<unsigned>(mixed * 255 + 0.5);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  };
  add(above.red, below.red);
  add(above.green, below.green);
  add(above.blue, below.blue);
  return out;
}

Colours colours_of(const SiteInfo& info) {
  const auto token = [&](std::string_view name) {
    const auto set = std::ranges::find(info.card_colours, name, &ThemeConfig::Token::name);
    if (set != info.card_colours.end()) return set->value.colour;
    const auto shipped = std::ranges::find(colour_tokens(), name, &ColourToken::name);
    return css_colour(info.scheme == "dark" ? shipped->dark : shipped->light)->colour;
  };
  const Colour white{1, 1, 1, 1};
  Colour paper = token("paper");
  Colours out;
  out.paper = hex(paper, white);
  paper = css_colour(out.paper)->colour;
  out.ink = hex(token("ink"), paper);
  out.soft = hex(token("soft"), paper);
  out.accent = hex(token("link"), paper);
  return out;
}

void attribute(std::string& out, std::string_view name, std::string_view value) {
  out.append(" ").append(name).append("=\"").append(xml_escape(value)).append("\"");
}
void attribute(std::string& out, std::string_view name, int value) {
  attribute(out, name, std::to_string(value));
}
// Holds a line at the length that it was counted to have, whatever the font.
void hold(std::string& out, int length) {
  attribute(out, "textLength", length);
  attribute(out, "lengthAdjust", "spacingAndGlyphs");
}

void draw_title(std::string& out, const Title& title, bool leftward) {
  const int lines = static_cast<int>(title.lines.size());
  const int leading = title.size * title.leading.line / 100;
  // The middle of what is seen: capitals or what stands for them.
  const int above = title.size * std::min(title.leading.above, 76) / 100;
  int y = (kTitleTop + kTitleBottom + above - (lines - 1) * leading) / 2;
  out += "<g";
  attribute(out, "font-size", title.size);
  if (leftward) attribute(out, "direction", "rtl");
  out += ">\n";
  // One line held and another free would differ in their letters.
  const bool held = std::ranges::any_of(
      title.lines, [&](const Line& line) { return pixels(line.widest, title.size) > kInside; });
  for (const Line& line : title.lines) {
    out += "<text";
    attribute(out, "x", kMiddle);
    attribute(out, "y", y);
    if (held) hold(out, pixels(line.width, title.size));
    out.append(">").append(xml_escape(line.text)).append("</text>\n");
    y += leading;
  }
  out += "</g>\n";
}

void draw_site(std::string& out, const SiteInfo& info, std::string_view name,
               const Colours& colours) {
  constexpr int kSize = 42, kMost = 900;
  // Letters that join must not be spaced.
  const bool spaced = is_western(name);
  const Line line = one_line(name, Face::roman, kSize, spaced ? kMost - 90 : kMost);
  const int count = static_cast<int>(clusters_of(line.text, Face::roman).size());
  const int length = pixels(line.width, kSize) + (spaced ? count * 3 / 2 : 0);
  out += "<text";
  attribute(out, "x", kMiddle);
  attribute(out, "y", kSiteBaseline);
  attribute(out, "font-size", kSize);
  attribute(out, "fill", colours.accent);
  if (spaced) attribute(out, "letter-spacing", "1.5");
  if (length + pixels(line.widest - line.width, kSize) > kInside) hold(out, length);
  if (runs_left(name, is_right_to_left_language(info.lang))) attribute(out, "direction", "rtl");
  attribute(out, "xml:lang", info.lang);
  out.append(">").append(xml_escape(line.text)).append("</text>\n");
}

// Tags, and the date behind them.
void draw_foot(std::string& out, const SiteInfo& info, const PostView& post,
               const Colours& colours) {
  constexpr int kSize = 37, kGap = 37;
  const std::string date =
      post.publish_date().given() ? shown_date(post.publish_date()) : std::string();
  const Line day = one_line(date, Face::roman, kSize, kCardMeasure);
  const int room = kCardMeasure - (date.empty() ? 0 : pixels(day.width, kSize) + kGap);
  std::string tags;
  std::size_t count = 0;
  for (const std::string_view tag : post.tags()) {
    std::string one = showable(tag, 100);
    if (one.empty()) continue;
    if (has_right_to_left(one)) one = "\u2068" + one + "\u2069";  // orders no neighbour
    const std::string longer = tags.empty() ? one : tags + " · " + one;
    const Paragraph all(clusters_of(longer, Face::italic));
    if (!tags.empty() && !all.broken(ems(room, kSize), 1, Breaks::anywhere)) break;
    tags = longer;
    if (++count == kMostTags) break;
  }
  const Line subjects = one_line(tags, Face::italic, kSize, room);
  if (date.empty() && subjects.text.empty()) return;
  const bool both = !date.empty() && !subjects.text.empty();
  const std::int32_t width = day.width + subjects.width, widest = day.widest + subjects.widest;
  out += "<text";
  attribute(out, "x", kMiddle);
  attribute(out, "y", kFootBaseline);
  attribute(out, "font-size", kSize);
  if (pixels(widest, kSize) + (both ? kGap : 0) > kInside) {
    hold(out, pixels(width, kSize) + (both ? kGap : 0));
  }
  if (is_right_to_left_language(info.lang)) attribute(out, "direction", "rtl");
  attribute(out, "xml:lang", info.lang);
  out += ">";
  if (!subjects.text.empty()) {
    // What has no italic would only be slanted.
    const bool italic = is_western(subjects.text);
    out.append(italic ? "<tspan font-style=\"italic\">" : "<tspan>");
    out.append(xml_escape(subjects.text)).append("</tspan>");
  }
  if (!date.empty()) {
    out += "<tspan";
    if (both) attribute(out, "dx", kGap);
    attribute(out, "fill", colours.soft);
    out.append(">").append(xml_escape(day.text)).append("</tspan>");
  }
  out += "</text>\n";
}

}  // namespace

std::string render_card(const SiteInfo& info, const PostView& post) {
  const std::string site = showable(info.title, kMostTitle);
  std::string text = showable(post.title(), kMostTitle);
  if (text.empty()) text = site;
  const bool leftward = runs_left(text, is_right_to_left_language(post.lang()));
  std::string out =
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"1200\" height=\"630\" "
      "viewBox=\"0 0 1200 630\" role=\"img\"";
  attribute(out, "xml:lang", post.lang());
  out.append(">\n<title>").append(xml_escape(text)).append("</title>\n");
  const Colours colours = colours_of(info);
  out.append("<path fill=\"").append(colours.paper).append("\" d=\"M0 0h1200v630H0z\"/>\n");
  // A thick and a thin rule around the page, and a swelled one below the title.
  out.append("<g fill=\"none\" stroke=\"").append(colours.accent);
  out +=
      "\"><path stroke-width=\"3\" d=\"M30 30h1140v570H30z\"/>"
      "<path d=\"M38.5 38.5h1123v553h-1123z\"/></g>\n";
  out.append("<path fill=\"").append(colours.accent);
  out += "\" d=\"M450 484Q600 476 750 484Q600 492 450 484z\"/>\n";
  out.append("<g fill=\"").append(colours.ink);
  out += "\" text-anchor=\"middle\" text-rendering=\"geometricPrecision\"";
  std::string all = text + " " + site;
  for (const std::string_view tag : post.tags()) all.append(" ").append(tag);
  // Written as it is: xml_escape() would make five characters of each quotation mark.
  out.append(" font-family=\"").append(card_fonts(all, post.lang())).append("\"");
  out += ">\n";
  if (!site.empty() && site != text) draw_site(out, info, site, colours);
  draw_title(out, title_of(text), leftward);
  draw_foot(out, info, post, colours);
  out += "</g>\n</svg>\n";
  return out;
}

}  // namespace octavo
