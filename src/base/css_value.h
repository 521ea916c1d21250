// SPDX-License-Identifier: GPL-3.0-or-later
//
// The few CSS values that a configuration may hold, each by a grammar so strict that the text can
// stand in a style sheet as it is: no braces, no semicolons, no url(), no escapes.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_BASE_CSS_VALUE_H_
#define OCTAVO_BASE_CSS_VALUE_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace octavo {

// sRGB, each from 0 to 1; what lies outside the gamut is clipped, as screens do.
struct Colour {
  double red = 0, green = 0, blue = 0, alpha = 1;
};
struct CssColour {
  std::string text;  // what to write into the style sheet
  Colour colour;
};
// #rgb, #rgba, #rrggbb, #rrggbbaa, a named colour, rgb(), hsl() and oklch() with numbers.
std::optional<CssColour> css_colour(std::string_view text);
const std::vector<std::string_view>& css_colour_names();
// WCAG 2.2: from 1 to 21. What is translucent lies on `below`, which does not shine through.
double contrast(const Colour& above, const Colour& below);

// Families with commas between them, a generic one (serif, system-ui, …) last. The result has
// every other family in double quotes.
std::optional<std::string> css_font_stack(std::string_view text);

// A number and its unit, lower case: 18px, 1.125rem, 66ch.
struct CssLength {
  double number = 0;
  std::string unit;
};
std::optional<CssLength> css_length(std::string_view text);
// A number as CSS has it: 112.5, at most four digits behind the point.
std::string css_number(double number);

}  // namespace octavo

#endif  // OCTAVO_BASE_CSS_VALUE_H_
