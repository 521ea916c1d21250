// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/theme_config.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <optional>
#include <utility>

#include "base/text.h"

namespace octavo {
namespace {

constexpr double kLargeParts = 3, kText = 4.5, kBodyText = 7;  // WCAG 2.2: 1.4.11, 1.4.3, 1.4.6
constexpr double kBrowserSize = 16;                            // pixels that 100% stands for

Diagnostic fault(std::string code, const YamlNode& at, const std::string& key,
                 std::string message) {
  Diagnostic made;
  made.code = std::move(code);
  made.line = at.line;
  made.column = at.column;
  made.key = key;
  made.message = std::move(message);
  return made;
}

std::string quoted(std::string_view text) {
  return "“" + shorten(text, 80) + "”";
}

bool is_word(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  });
}

void read_colour(const YamlNode::Member& member, const std::string& key,
                 std::vector<ThemeConfig::Token>& into, const Complain& complain) {
  const YamlNode& value = member.value;
  if (value.kind != YamlNode::Kind::scalar) {
    return complain(fault("wrong_type", value, key,
                          "`" + key + "` is no text; write a colour, as in \"#fdfcf9\""));
  }
  if (value.is_null() || trim(value.text).empty()) {
    return complain(fault("wrong_type", value, key,
                          "`" + key +
                              "` has no colour; an unquoted # begins a comment in YAML: write "
                              "it in quotes, as in \"#fdfcf9\""));
  }
  const std::string text = collapse_blanks(value.text);
  auto colour = css_colour(text);
  if (!colour) {
    std::string near = is_word(text) ? nearest_name(text, css_colour_names()) : std::string();
    Diagnostic made =
        fault("wrong_type", value, key,
              "`" + key + "`: " + quoted(text) + " is no CSS colour; " +
                  (near.empty() ? "write it as in \"#fdfcf9\", rgb(253 252 249), hsl(45 50% 98%), "
                                  "oklch(0.99 0.01 90) or ivory"
                                : "did you mean `" + near + "`?"));
    made.near = std::move(near);
    return complain(std::move(made));
  }
  if (member.key == "paper" && colour->colour.alpha < 1) {
    return complain(fault("wrong_type", value, key,
                          "`" + key +
                              "` is translucent, and nothing lies below the paper; write "
                              "a colour without alpha"));
  }
  into.push_back({member.key, std::move(*colour), value.line, value.column});
}

void read_image_size(const YamlNode::Member& member, const std::string& key, unsigned& into,
                     const Complain& complain) {
  constexpr unsigned kMost = 4096;
  const auto length = css_length(trim(member.value.text));
  if (member.value.kind != YamlNode::Kind::scalar || !length || !length->unit.empty() ||
      length->number < 1 || length->number > kMost ||
      length->number != std::floor(length->number)) {
    return complain(
        fault("wrong_type", member.value, key,
              "`" + key + "` is no number of pixels from 1 to " + std::to_string(kMost)));
  }
  into = static_cast<unsigned>(length->number);
}

void read_image_src(const YamlNode& value, const std::string& key, SiteImage& into,
                    const Complain& complain) {
  std::string text = collapse_blanks(value.text);
  if (text.starts_with("images/")) text = "/content/" + text;
  const bool strange = std::ranges::any_of(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F || c == '\\'; });
  if (!text.starts_with('/') || text.starts_with("//") || strange ||
      text.find("/../") != std::string::npos) {
    // A picture from elsewhere would tell that site of every reader.
    return complain(fault("bad_url", value, key,
                          "`" + key + "`: " + quoted(text) +
                              " is no path on this site; put the picture into content/images/ and "
                              "write /content/images/NAME"));
  }
  into.src = std::move(text);
  into.line = value.line;
  into.column = value.column;
}

std::optional<CssColour> find_colour(const std::vector<ThemeConfig::Token>& tokens,
                                     std::string_view name, const ThemeConfig::Token** where) {
  const auto at = std::ranges::find(tokens, name, &ThemeConfig::Token::name);
  *where = at == tokens.end() ? nullptr : &*at;
  if (*where == nullptr) return std::nullopt;
  return at->value;
}

struct Pair {
  std::string_view above, below;
  double least;
};

std::vector<Pair> contrast_pairs() {
  std::vector<Pair> pairs = {
      {"ink", "paper", kBodyText},    {"soft", "paper", kText}, {"link", "paper", kText},
      {"ring", "paper", kLargeParts}, {"ink", "tint", kText},   {"ink", "mark", kText},
  };
  for (const ColourToken& token : colour_tokens()) {
    if (token.name.starts_with("hl-")) pairs.push_back({token.name, "tint", kText});
  }
  return pairs;
}

std::string ratio_text(double ratio) {
  char text[32];
  // Rounded down: 4.497 is not 4.5.
  std::snprintf(text, sizeof text, "%.2f", std::floor(ratio * 100) / 100);
  return text;
}

void warn_of_contrast(const std::vector<ThemeConfig::Token>& tokens, bool dark,
                      std::vector<Diagnostic>& warnings) {
  const auto shipped = [&](std::string_view name) {
    const auto at = std::ranges::find(colour_tokens(), name, &ColourToken::name);
    return *css_colour(dark ? at->dark : at->light);
  };
  for (const Pair& pair : contrast_pairs()) {
    const ThemeConfig::Token *above_at = nullptr, *below_at = nullptr;
    const auto above = find_colour(tokens, pair.above, &above_at);
    const auto below = find_colour(tokens, pair.below, &below_at);
    if (!above && !below) continue;
    const CssColour top = above ? *above : shipped(pair.above);
    const CssColour ground = below ? *below : shipped(pair.below);
    const double ratio = contrast(top.colour, ground.colour);
    if (ratio >= pair.least) continue;
    const ThemeConfig::Token& place = above_at != nullptr ? *above_at : *below_at;
    Diagnostic made;
    made.warning = true;
    made.code = "low_contrast";
    made.line = place.line;
    made.column = place.column;
    made.key = place.name;
    made.message = std::string(dark ? "dark" : "light") + " scheme: `" + std::string(pair.above) +
                   "` (" + top.text + ") on `" + std::string(pair.below) + "` (" + ground.text +
                   ") has a contrast of " + ratio_text(ratio) + ":1, and " +
                   (pair.least == kBodyText     ? "text that is read at length wants 7:1 (WCAG AAA)"
                    : pair.least == kLargeParts ? "WCAG AA wants 3:1"
                                                : "WCAG AA wants 4.5:1") +
                   "; move the two further apart";
    warnings.push_back(std::move(made));
  }
}

}  // namespace

const std::vector<ColourToken>& colour_tokens() {
  static const std::vector<ColourToken> tokens = {
      {"paper", "#fdfcf8", "#191816"}, {"ink", "#23201b", "#e8e4db"},
      {"soft", "#5a554c", "#aea89d"},  {"rule", "#dad4c7", "#403c36"},
      {"tint", "#f4f1e9", "#24221f"},  {"link", "#8a2b10", "#f2a585"},
      {"ring", "#1d5fa8", "#7db4f0"},  {"mark", "#fbe9ae", "#4b3d10"},
      {"hl-k", "#8b1e4b", "#f0a0bd"},  {"hl-t", "#16606a", "#82cdd0"},
      {"hl-f", "#1f4f96", "#9dc1f5"},  {"hl-s", "#3f5f12", "#b5cf86"},
      {"hl-r", "#8a4306", "#eeb37c"},  {"hl-n", "#8a4306", "#eeb37c"},
      {"hl-c", "#676257", "#a69f93"},  {"hl-p", "#6a418e", "#cdb0ec"},
      {"hl-v", "#3d4a63", "#c6cfe2"},  {"hl-a", "#1f4f96", "#9dc1f5"},
      {"hl-g", "#8b1e4b", "#f0a0bd"},  {"hl-o", "#5a554c", "#aea89d"},
      {"hl-x", "#2b6414", "#9ed27f"},  {"hl-d", "#a32020", "#f6a39b"},
  };
  return tokens;
}

const std::vector<ShippedFont>& shipped_fonts() {
  static const std::vector<ShippedFont> fonts = {{"inter", "fonts-inter-variable"}};
  return fonts;
}

void read_colours(const YamlNode& value, const std::string& key,
                  std::vector<ThemeConfig::Token>& into, const Complain& complain) {
  if (value.is_null()) return;
  if (value.kind != YamlNode::Kind::map) {
    return complain(fault("wrong_type", value, key,
                          "`" + key +
                              "` is no map; write it as in {paper: \"#fdfcf9\", ink: "
                              "\"#22201c\"}"));
  }
  std::vector<std::string_view> names;
  for (const ColourToken& token : colour_tokens()) names.push_back(token.name);
  for (const YamlNode::Member& member : value.members) {
    Diagnostic made;
    made.line = member.line;
    made.column = member.column;
    made.key = member.key;
    if (std::ranges::find(names, member.key) == names.end()) {
      made.code = "unknown_key";
      made.near = nearest_name(member.key, names);
      made.message = "unknown colour `" + member.key + "` in `" + key + "`";
      if (made.near.empty()) {
        made.message += "; known are";
        for (const std::string_view name : names) made.message += " " + std::string(name);
      } else {
        made.message += "; did you mean `" + made.near + "`?";
      }
      complain(std::move(made));
    } else if (std::ranges::find(into, member.key, &ThemeConfig::Token::name) != into.end()) {
      made.code = "duplicate_key";
      made.message = "`" + member.key + "` is set already; keep one of the two";
      complain(std::move(made));
    } else {
      read_colour(member, key + '.' + member.key, into, complain);
    }
  }
}

void read_site_image(const YamlNode& value, const std::string& key, SiteImage& into,
                     const Complain& complain) {
  if (value.is_null()) return;
  if (value.kind == YamlNode::Kind::scalar) return read_image_src(value, key, into, complain);
  if (value.kind != YamlNode::Kind::map) {
    return complain(fault("wrong_type", value, key,
                          "`" + key +
                              "` is a list; write a path, or {src: …, alt: …, width: …, "
                              "height: …}"));
  }
  const std::vector<std::string_view> names = {"src", "alt", "width", "height"};
  for (const YamlNode::Member& member : value.members) {
    const std::string inner = key + '.' + member.key;
    if (std::ranges::find(names, member.key) == names.end()) {
      Diagnostic made = fault(
          "unknown_key", value, member.key,
          "unknown key `" + member.key + "` in `" + key + "`; it has src, alt, width and height");
      made.line = member.line;
      made.column = member.column;
      made.near = nearest_name(member.key, names);
      complain(std::move(made));
    } else if (member.key == "width" || member.key == "height") {
      read_image_size(member, inner, member.key == "width" ? into.width : into.height, complain);
    } else if (member.value.kind != YamlNode::Kind::scalar) {
      complain(fault("wrong_type", member.value, inner, "`" + inner + "` is no text"));
    } else if (member.key == "alt") {
      into.alt = collapse_blanks(member.value.text);
    } else {
      read_image_src(member.value, inner, into, complain);
    }
  }
  if (value.find("src") == nullptr) {
    complain(fault("wrong_type", value, key, "`" + key + "` needs src, the picture's path"));
  }
}

std::string set_font(ThemeConfig& theme, std::string_view text) {
  theme.font.clear();
  theme.text_stack.clear();
  if (ascii_iequals(text, "system")) return {};
  std::string names;
  for (const ShippedFont& font : shipped_fonts()) {
    if (ascii_iequals(text, font.name)) {
      theme.font = font.name;
      return {};
    }
    names += (names.empty() ? "" : ", ") + std::string(font.name);
  }
  const auto stack = css_font_stack(text);
  if (!stack) {
    return quoted(text) + " is neither system, nor a font that comes with Octavo (" + names +
           "), nor a list of fonts that ends with a generic one, as in Georgia, serif";
  }
  theme.text_stack = *stack;
  return {};
}

std::string set_code_font(ThemeConfig& theme, std::string_view text) {
  theme.code_stack.clear();
  if (ascii_iequals(text, "system")) return {};
  const auto stack = css_font_stack(text);
  if (!stack) {
    return quoted(text) +
           " is neither system nor a list of fonts that ends with a generic one, as in "
           "\"Fira Code\", monospace";
  }
  theme.code_stack = *stack;
  return {};
}

std::string set_root_size(ThemeConfig& theme, std::string_view text) {
  const auto length = css_length(text);
  double percent = 0;
  if (length && length->unit == "px") percent = length->number / kBrowserSize * 100;
  if (length && length->unit == "rem") percent = length->number * 100;
  if (length && length->unit == "%") percent = length->number;
  if (percent < 75 || percent > 200) {
    return quoted(text) + " is no size of text; write 12px to 32px, 0.75rem to 2rem or 75% to 200%";
  }
  theme.size = css_number(percent) + '%';
  return {};
}

std::string set_measure(ThemeConfig& theme, std::string_view text) {
  const auto length = css_length(text);
  const bool fits =
      length && ((length->unit == "ch" && length->number >= 40 && length->number <= 100) ||
                 (length->unit == "rem" && length->number >= 20 && length->number <= 60));
  if (!fits) return quoted(text) + " is no width of text; write 40ch to 100ch or 20rem to 60rem";
  theme.measure = css_number(length->number) + length->unit;
  return {};
}

std::vector<Diagnostic> theme_warnings(const ThemeConfig& theme) {
  std::vector<Diagnostic> warnings;
  warn_of_contrast(theme.light, false, warnings);
  warn_of_contrast(theme.dark, true, warnings);
  if (!theme.logo.src.empty() && (theme.logo.width == 0 || theme.logo.height == 0)) {
    Diagnostic made;
    made.warning = true;
    made.code = "unknown_size";
    made.line = theme.logo.line;
    made.column = theme.logo.column;
    made.key = "logo";
    made.message =
        "`theme.logo` says no width and height, so the page moves while the picture loads; write "
        "{src: " +
        theme.logo.src + ", width: …, height: …}";
    warnings.push_back(std::move(made));
  }
  std::ranges::stable_sort(warnings, {}, [](const Diagnostic& warning) {
    return std::pair(warning.line, warning.column);
  });
  return warnings;
}

}  // namespace octavo
