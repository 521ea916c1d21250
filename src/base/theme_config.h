// SPDX-License-Identifier: GPL-3.0-or-later
//
// The look of a site as octavo.yaml sets it: colours, fonts, sizes, pictures. Each value is checked
// so strictly that it can stand in a style sheet as it is (base/css_value.h).
//
// Thread safety: values and pure functions.
// Throws: std::bad_alloc alone; what is wrong is told to `complain`.
#ifndef OCTAVO_BASE_THEME_CONFIG_H_
#define OCTAVO_BASE_THEME_CONFIG_H_

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/css_value.h"
#include "base/diagnostic.h"
#include "base/yaml.h"

namespace octavo {

// A picture of the site's own: a path on this site. The daemon reads no pictures, so the size is
// what the configuration says; 0: not said.
struct SiteImage {
  std::string src, alt;
  unsigned width = 0, height = 0;
  std::uint32_t line = 0, column = 0;
};

struct ThemeConfig {
  struct Token {
    std::string name;  // "paper": the custom property --paper
    CssColour value;
    std::uint32_t line = 0, column = 0;
  };
  std::string scheme;                  // light or dark; empty: as the reader's system has it
  std::vector<Token> light, dark;      // colours and dark
  std::string font;                    // the name of a shipped font, or empty
  std::string text_stack, code_stack;  // CSS font stacks, or empty
  std::string size;                    // of the root: a percentage, so that a reader's own counts
  std::string measure;                 // how wide text may run: 66ch, 33rem
  SiteImage logo;
};

// A colour that may be set, and what static/octavo.css has for it (a test holds the two together).
struct ColourToken {
  std::string_view name, light, dark;
};
const std::vector<ColourToken>& colour_tokens();
// Fonts that can be built in: `font: inter`.
struct ShippedFont {
  std::string_view name;     // of its files, and in the configuration
  std::string_view package;  // of Debian
};
const std::vector<ShippedFont>& shipped_fonts();

using Complain = std::function<void(Diagnostic)>;  // code, line, column, key, message, near are set
// A map from tokens to colours. `key`: as it was written, "theme.colours".
void read_colours(const YamlNode& value, const std::string& key,
                  std::vector<ThemeConfig::Token>& into, const Complain& complain);
// A path, or a map of src, alt, width and height.
void read_site_image(const YamlNode& value, const std::string& key, SiteImage& into,
                     const Complain& complain);

// Scalars; each returns what is wrong ("what; what to do"), or nothing.
std::string set_font(ThemeConfig& theme, std::string_view text);
std::string set_code_font(ThemeConfig& theme, std::string_view text);
std::string set_root_size(ThemeConfig& theme, std::string_view text);
std::string set_measure(ThemeConfig& theme, std::string_view text);

// Contrast below WCAG, a logo that makes the page jump: said at start and by check, no error.
std::vector<Diagnostic> theme_warnings(const ThemeConfig& theme);

}  // namespace octavo

#endif  // OCTAVO_BASE_THEME_CONFIG_H_
