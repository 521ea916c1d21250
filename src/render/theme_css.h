// SPDX-License-Identifier: GPL-3.0-or-later
//
// /theme.css: the site's colours, fonts and sizes as custom properties, over those that
// static/octavo.css has. A small sheet; none when nothing is configured.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_RENDER_THEME_CSS_H_
#define OCTAVO_RENDER_THEME_CSS_H_

#include <functional>
#include <string>
#include <string_view>

#include "base/theme_config.h"

namespace octavo {

// A font that is built in.
struct FontFaces {
  std::string stack;        // "Inter", "Inter fallback", …
  std::string css;          // its @font-face rules
  std::string preload_url;  // of the file that most pages need
};
// `css`: the file NAME.css that fonts/make-font made: @font-face rules, whose files stand beside
// it; `url_of`: a file's URL.
FontFaces font_faces(std::string_view css,
                     const std::function<std::string(const std::string& file)>& url_of);

std::string theme_css(const ThemeConfig& theme, const FontFaces& faces);
// For the sheet that is printed, as custom properties without their rule: fonts, and the colour of
// links where it can be read on white. Paper is white, and its sizes are points.
std::string print_tokens(const ThemeConfig& theme, const FontFaces& faces);

}  // namespace octavo

#endif  // OCTAVO_RENDER_THEME_CSS_H_
