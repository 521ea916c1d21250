// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/css_value.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <numbers>
#include <utility>

#include "base/text.h"

namespace octavo {
namespace {

// CSS Color 4, 6.1: names and their RGB.
constexpr std::string_view kNamed =
    "aliceblue f0f8ff antiquewhite faebd7 aqua 00ffff aquamarine 7fffd4 azure f0ffff "
    "beige f5f5dc bisque ffe4c4 black 000000 blanchedalmond ffebcd blue 0000ff "
    "blueviolet 8a2be2 brown a52a2a burlywood deb887 cadetblue 5f9ea0 chartreuse 7fff00 "
    "chocolate d2691e coral ff7f50 cornflowerblue 6495ed cornsilk fff8dc crimson dc143c "
    "cyan 00ffff darkblue 00008b darkcyan 008b8b darkgoldenrod b8860b darkgray a9a9a9 "
    "darkgreen 006400 darkgrey a9a9a9 darkkhaki bdb76b darkmagenta 8b008b "
    "darkolivegreen 556b2f darkorange ff8c00 darkorchid 9932cc darkred 8b0000 "
    "darksalmon e9967a darkseagreen 8fbc8f darkslateblue 483d8b darkslategray 2f4f4f "
    "darkslategrey 2f4f4f darkturquoise 00ced1 darkviolet 9400d3 deeppink ff1493 "
    "deepskyblue 00bfff dimgray 696969 dimgrey 696969 dodgerblue 1e90ff firebrick b22222 "
    "floralwhite fffaf0 forestgreen 228b22 fuchsia ff00ff gainsboro dcdcdc "
    "ghostwhite f8f8ff gold ffd700 goldenrod daa520 gray 808080 green 008000 "
    "greenyellow adff2f grey 808080 honeydew f0fff0 hotpink ff69b4 indianred cd5c5c "
    "indigo 4b0082 ivory fffff0 khaki f0e68c lavender e6e6fa lavenderblush fff0f5 "
    "lawngreen 7cfc00 lemonchiffon fffacd lightblue add8e6 lightcoral f08080 "
    "lightcyan e0ffff lightgoldenrodyellow fafad2 lightgray d3d3d3 lightgreen 90ee90 "
    "lightgrey d3d3d3 lightpink ffb6c1 lightsalmon ffa07a lightseagreen 20b2aa "
    "lightskyblue 87cefa lightslategray 778899 lightslategrey 778899 lightsteelblue b0c4de "
    "lightyellow ffffe0 lime 00ff00 limegreen 32cd32 linen faf0e6 magenta ff00ff "
    "maroon 800000 mediumaquamarine 66cdaa mediumblue 0000cd mediumorchid ba55d3 "
    "mediumpurple 9370db mediumseagreen 3cb371 mediumslateblue 7b68ee "
    "mediumspringgreen 00fa9a mediumturquoise 48d1cc mediumvioletred c71585 "
    "midnightblue 191970 mintcream f5fffa mistyrose ffe4e1 moccasin ffe4b5 "
    "navajowhite ffdead navy 000080 oldlace fdf5e6 olive 808000 olivedrab 6b8e23 "
    "orange ffa500 orangered ff4500 orchid da70d6 palegoldenrod eee8aa palegreen 98fb98 "
    "paleturquoise afeeee palevioletred db7093 papayawhip ffefd5 peachpuff ffdab9 "
    "peru cd853f pink ffc0cb plum dda0dd powderblue b0e0e6 purple 800080 "
    "rebeccapurple 663399 red ff0000 rosybrown bc8f8f royalblue 4169e1 saddlebrown 8b4513 "
    "salmon fa8072 sandybrown f4a460 seagreen 2e8b57 seashell fff5ee sienna a0522d "
    "silver c0c0c0 skyblue 87ceeb slateblue 6a5acd slategray 708090 slategrey 708090 "
    "snow fffafa springgreen 00ff7f steelblue 4682b4 tan d2b48c teal 008080 thistle d8bfd8 "
    "tomato ff6347 turquoise 40e0d0 violet ee82ee wheat f5deb3 white ffffff "
    "whitesmoke f5f5f5 yellow ffff00 yellowgreen 9acd32";

struct NamedColour {
  std::string_view name;
  std::uint32_t rgb = 0;
};

const std::vector<NamedColour>& named_colours() {
  static const std::vector<NamedColour> colours = [] {
    std::vector<NamedColour> all;
    const std::vector<std::string_view> words = split(kNamed, ' ');
    for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
      NamedColour& colour = all.emplace_back();
      colour.name = words[i];
      const std::string_view digits = words[i + 1];
      std::from_chars(digits.data(), digits.data() + digits.size(), colour.rgb, 16);
    }
    return all;
  }();
  return colours;
}

constexpr std::string_view kGenerics[] = {
    "serif",     "sans-serif", "monospace",     "cursive",       "fantasy",
    "system-ui", "ui-serif",   "ui-sans-serif", "ui-monospace",  "ui-rounded",
    "math",      "emoji",      "fangsong",      "-apple-system", "BlinkMacSystemFont"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

Colour of_rgb(std::uint32_t rgb) {
  const auto part = [&](unsigned shift) {
    return static_cast<double>((rgb >> shift) & 0xFF) / 255;
  };
  return {part(16), part(8), part(0), 1};
}

std::optional<Colour> hex_colour(std::string_view digits) {
  if (digits.size() != 3 && digits.size() != 4 && digits.size() != 6 && digits.size() != 8) {
    return std::nullopt;
  }
  const std::size_t width = digits.size() < 6 ? 1 : 2;
  std::array<double, 4> parts = {0, 0, 0, 1};
  for (std::size_t i = 0; i * width < digits.size(); ++i) {
    const std::string_view text = digits.substr(i * width, width);
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + width, value, 16);
    if (error != std::errc() || end != text.data() + width) return std::nullopt;
    parts[i] = (width == 1 ? value * 17 : value) / 255.0;
  }
  return Colour{parts[0], parts[1], parts[2], parts[3]};
}

enum class Unit { none, percent, degrees };
struct Component {
  double number = 0;
  Unit unit = Unit::none;
};

// [+-]digits[.digits] and perhaps % or deg; taken off `text`.
std::optional<Component> take_component(std::string_view& text) {
  std::size_t at = 0;
  if (at < text.size() && (text[at] == '-' || text[at] == '+')) ++at;
  const std::size_t from = at;
  while (at < text.size() && is_digit(text[at])) ++at;
  if (at + 1 < text.size() && text[at] == '.' && is_digit(text[at + 1])) {
    ++at;
    while (at < text.size() && is_digit(text[at])) ++at;
  }
  if (at == from || at > 16) return std::nullopt;
  Component found;
  const std::size_t sign = text.front() == '+' ? 1 : 0;
  const auto [end, error] = std::from_chars(text.data() + sign, text.data() + at, found.number);
  if (error != std::errc() || end != text.data() + at) return std::nullopt;
  text.remove_prefix(at);
  if (text.starts_with('%')) {
    found.unit = Unit::percent;
    text.remove_prefix(1);
  } else if (text.starts_with("deg")) {
    found.unit = Unit::degrees;
    text.remove_prefix(3);
  }
  return found;
}

std::size_t skip_blanks(std::string_view& text) {
  const std::size_t count = std::min(text.find_first_not_of(' '), text.size());
  text.remove_prefix(count);
  return count;
}

// "1, 2, 3, .5" or "1 2 3 / 50%": three components and perhaps the alpha.
std::optional<std::vector<Component>> take_components(std::string_view text) {
  std::vector<Component> parts;
  bool commas = false;
  skip_blanks(text);
  for (;;) {
    const auto part = take_component(text);
    if (!part) return std::nullopt;
    parts.push_back(*part);
    const bool blank = skip_blanks(text) > 0;
    if (text.empty()) break;
    if (parts.size() == 4) return std::nullopt;
    const char separator = text.front();
    if (parts.size() == 1) commas = separator == ',';
    if (commas || (parts.size() == 3 && separator == '/')) {
      if (separator != (commas ? ',' : '/')) return std::nullopt;
      text.remove_prefix(1);
      skip_blanks(text);
    } else if (!blank || parts.size() == 3) {
      return std::nullopt;
    }
  }
  if (parts.size() < 3) return std::nullopt;
  return parts;
}

// `part` as a share of `whole`; a percentage stands for itself.
std::optional<double> share(const Component& part, double whole, double most_percent = 100) {
  if (part.unit == Unit::degrees) return std::nullopt;
  const double most = part.unit == Unit::percent ? most_percent : whole;
  if (part.number < 0 || part.number > most) return std::nullopt;
  return part.number / (part.unit == Unit::percent ? 100 : whole);
}

std::optional<double> degrees(const Component& part) {
  if (part.unit == Unit::percent || std::abs(part.number) > 360) return std::nullopt;
  return part.number < 0 ? part.number + 360 : part.number;
}

Colour of_hsl(double hue, double saturation, double lightness) {
  const auto channel = [&](double n) {
    const double k = std::fmod(n + hue / 30, 12);
    const double a = saturation * std::min(lightness, 1 - lightness);
    return lightness - a * std::max(-1.0, std::min({k - 3, 9 - k, 1.0}));
  };
  return {channel(0), channel(8), channel(4), 1};
}

double encode_gamma(double linear) {
  const double value = std::clamp(linear, 0.0, 1.0);
  return value <= 0.0031308 ? 12.92 * value : 1.055 * std::pow(value, 1 / 2.4) - 0.055;
}

// CSS Color 4, 18: oklch → oklab → LMS → linear sRGB.
Colour of_oklch(double lightness, double chroma, double hue) {
  const double angle = hue * std::numbers::pi / 180;
  const double a = chroma * std::cos(angle), b = chroma * std::sin(angle);
  const auto cube = [](double x) { return x * x * x; };
  const double l = cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
  const double m = cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
  const double s = cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
  return {encode_gamma(4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s),
          encode_gamma(-1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s),
          encode_gamma(-0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s), 1};
}

std::optional<Colour> function_colour(std::string_view name, std::string_view inside) {
  const auto parts = take_components(inside);
  if (!parts) return std::nullopt;
  const std::vector<Component>& p = *parts;
  std::optional<Colour> made;
  if (name == "rgb" || name == "rgba") {
    const auto red = share(p[0], 255), green = share(p[1], 255), blue = share(p[2], 255);
    if (p[0].unit == p[1].unit && p[1].unit == p[2].unit && red && green && blue) {
      made = Colour{*red, *green, *blue, 1};
    }
  } else if (name == "hsl" || name == "hsla") {
    const auto hue = degrees(p[0]);
    if (hue && p[1].unit == Unit::percent && p[2].unit == Unit::percent) {
      const auto saturation = share(p[1], 1), lightness = share(p[2], 1);
      if (saturation && lightness) made = of_hsl(*hue, *saturation, *lightness);
    }
  } else if (name == "oklch" && inside.find(',') == std::string_view::npos) {
    constexpr double kMostChroma = 0.4;  // which 100% stands for
    const auto lightness = share(p[0], 1), chroma = share(p[1], kMostChroma);
    const auto hue = degrees(p[2]);
    if (lightness && chroma && hue) made = of_oklch(*lightness, *chroma * kMostChroma, *hue);
  }
  if (!made || p.size() == 3) return made;
  const auto alpha = share(p[3], 1);
  if (!alpha) return std::nullopt;
  made->alpha = *alpha;
  return made;
}

double luminance(const Colour& colour) {
  const auto linear = [](double value) {
    return value <= 0.04045 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * linear(colour.red) + 0.7152 * linear(colour.green) + 0.0722 * linear(colour.blue);
}

// A family's name, without quotes around it: words of letters and digits.
bool is_family(std::string_view name, bool quoted) {
  if (name.empty() || name.size() > 64 || name.front() == ' ' || name.back() == ' ') return false;
  for (std::size_t at = 0; at < name.size();) {
    const bool begins = at == 0 || name[at - 1] == ' ';
    const char32_t c = next_code_point(name, at);
    if (c >= 0x80 ? is_letter_mark_number(c) : c < 0x80 && is_letter(static_cast<char>(c)))
      continue;
    if (c >= 0x80) return false;
    const char ascii = static_cast<char>(c);
    if (ascii == ' ' || ascii == '-' || ascii == '_') {
      if (!quoted && begins) return false;
    } else if (is_digit(ascii)) {
      if (!quoted && begins) return false;
    } else if (!quoted || (ascii != '.' && ascii != '+' && ascii != '&')) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<CssColour> css_colour(std::string_view text) {
  if (text.size() > 64) return std::nullopt;
  CssColour made{ascii_lower(text), {}};
  const std::string_view lower = made.text;
  std::optional<Colour> colour;
  if (lower.starts_with('#')) {
    colour = hex_colour(lower.substr(1));
  } else if (const std::size_t open = lower.find('('); open != std::string_view::npos) {
    if (!lower.ends_with(')')) return std::nullopt;
    colour =
        function_colour(lower.substr(0, open), lower.substr(open + 1, lower.size() - open - 2));
  } else {
    const auto at = std::ranges::find(named_colours(), lower, &NamedColour::name);
    if (at != named_colours().end()) colour = of_rgb(at->rgb);
  }
  if (!colour) return std::nullopt;
  made.colour = *colour;
  return made;
}

const std::vector<std::string_view>& css_colour_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    for (const NamedColour& colour : named_colours()) all.push_back(colour.name);
    return all;
  }();
  return names;
}

double contrast(const Colour& above, const Colour& below) {
  const auto mix = [&](double top, double bottom) {
    return top * above.alpha + bottom * (1 - above.alpha);
  };
  const double a = luminance(
      {mix(above.red, below.red), mix(above.green, below.green), mix(above.blue, below.blue), 1});
  const double b = luminance(below);
  return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

std::optional<std::string> css_font_stack(std::string_view text) {
  constexpr std::size_t kMostFamilies = 16;
  std::string stack;
  bool generic = false;
  std::size_t count = 0;
  for (std::string_view name : split(text, ',')) {
    name = trim(name);
    if (++count > kMostFamilies) return std::nullopt;
    if (!stack.empty()) stack += ", ";
    generic = std::ranges::find(kGenerics, name) != std::end(kGenerics);
    if (generic) {
      stack += name;
      continue;
    }
    const bool quoted = name.size() >= 2 && (name.front() == '"' || name.front() == '\'') &&
                        name.back() == name.front();
    if (quoted) name = name.substr(1, name.size() - 2);
    if (!is_family(name, quoted)) return std::nullopt;
    stack += '"' + std::string(name) + '"';
  }
  if (!generic) return std::nullopt;
  return stack;
}

std::optional<CssLength> css_length(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && is_digit(text[at])) ++at;
  if (at + 1 < text.size() && text[at] == '.' && is_digit(text[at + 1])) {
    ++at;
    while (at < text.size() && is_digit(text[at])) ++at;
  }
  CssLength made;
  const auto [end, error] = std::from_chars(text.data(), text.data() + at, made.number);
  if (at == 0 || at > 16 || error != std::errc() || end != text.data() + at) return std::nullopt;
  made.unit = ascii_lower(text.substr(at));
  return made;
}

std::string css_number(double number) {
  char text[32];
  std::snprintf(text, sizeof text, "%.4f", number);  // as in the C locale, which nothing changes
  std::string made = text;
  made.erase(made.find_last_not_of('0') + 1);
  if (made.ends_with('.')) made.pop_back();
  return made;
}

}  // namespace octavo
