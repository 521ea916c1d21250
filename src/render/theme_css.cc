// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/theme_css.h"

#include <vector>

namespace octavo {
namespace {

using Tokens = std::vector<ThemeConfig::Token>;

void add_property(std::string& block, std::string_view name, std::string_view value) {
  block += "--";
  block += name;
  block += ':';
  block += value;
  block += ';';
}

std::string properties(const Tokens& tokens) {
  std::string block;
  for (const ThemeConfig::Token& token : tokens) add_property(block, token.name, token.value.text);
  return block;
}

std::string rule(std::string_view selector, const std::string& block) {
  if (block.empty()) return {};
  return std::string(selector) + '{' + block.substr(0, block.size() - 1) + "}\n";
}

std::string fonts(const ThemeConfig& theme, const FontFaces& faces) {
  std::string fonts;
  if (!faces.stack.empty()) {
    add_property(fonts, "text", faces.stack);
    add_property(fonts, "plain", faces.stack);
  } else if (!theme.text_stack.empty()) {
    add_property(fonts, "text", theme.text_stack);
  }
  if (!theme.code_stack.empty()) add_property(fonts, "code", theme.code_stack);
  return fonts;
}

}  // namespace

FontFaces font_faces(std::string_view css,
                     const std::function<std::string(const std::string& file)>& url_of) {
  constexpr std::string_view kStack = "/* stack: ", kEnd = " */\n", kUrl = "url(";
  FontFaces faces;
  if (css.starts_with(kStack)) {
    const std::size_t end = css.find(kEnd);
    faces.stack = css.substr(kStack.size(), end - kStack.size());
    css.remove_prefix(end + kEnd.size());
  }
  for (std::size_t at; (at = css.find(kUrl)) != std::string_view::npos;) {
    const std::size_t from = at + kUrl.size();
    const std::size_t to = css.find(')', from);
    if (to == std::string_view::npos) break;
    const std::string url = url_of(std::string(css.substr(from, to - from)));
    faces.css += css.substr(0, from);
    faces.css += url;
    if (faces.preload_url.empty()) faces.preload_url = url;
    css.remove_prefix(to);
  }
  faces.css += css;
  return faces;
}

std::string theme_css(const ThemeConfig& theme, const FontFaces& faces) {
  std::string sheet = faces.css;
  sheet += rule(":root", fonts(theme, faces));
  // Paper is white whatever the screen has, and its sizes are points: none of these is for print.
  std::string sizes;
  if (!theme.size.empty()) add_property(sizes, "size", theme.size);
  if (!theme.measure.empty()) add_property(sizes, "measure", theme.measure);
  std::string screen = rule(":root", sizes + properties(theme.light));
  const std::string dark = properties(theme.dark);
  if (!dark.empty()) {
    screen += "@media (prefers-color-scheme:dark){\n" +
              rule(":root:not([data-theme=\"light\"])", dark) + "}\n" +
              rule(":root[data-theme=\"dark\"]", dark);
  }
  if (!screen.empty()) sheet += "@media screen{\n" + screen + "}\n";
  return sheet;
}

std::string print_tokens(const ThemeConfig& theme, const FontFaces& faces) {
  constexpr double kReadable = 4.5;  // WCAG AA
  std::string block = fonts(theme, faces);
  for (const ThemeConfig::Token& token : theme.light) {
    if (token.name != "link") continue;
    const Colour white{1, 1, 1, 1};
    if (contrast(token.value.colour, white) >= kReadable) {
      add_property(block, "accent", token.value.text);
    }
  }
  return block;
}

}  // namespace octavo
