// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/type_styles.h"

#include <algorithm>
#include <array>
#include <string>

#include "base/text.h"

namespace octavo {

namespace {

// Unicode CLDR 42, delimiters (as ICU 72 gives them), but for: fr, whose inner quotes follow the
// Lexique of the Imprimerie nationale; de-CH and de-LI (Duden: Swiss books use guillemets, pointing
// outwards); nl, where double quotes are as right (Taalunie) and are what was typed; sr inner.
constexpr auto kStyles = std::to_array<TypeStyle>({
    {"en", "“", "”", "‘", "’"},
    {"af", "“", "”", "‘", "’"},
    {"be", "«", "»", "„", "“"},
    {"bg", "„", "“", "„", "“"},
    {"bs", "„", "”", "‘", "’"},
    {"ca", "«", "»", "“", "”"},
    {"cs", "„", "“", "‚", "‘"},
    {"cy", "“", "”", "‘", "’"},
    {"da", "“", "”", "‘", "’"},
    {"de", "„", "“", "‚", "‘"},
    {"de-ch", "«", "»", "‹", "›"},
    {"de-li", "«", "»", "‹", "›"},
    {"el", "«", "»", "“", "”"},
    {"eo", "“", "”", "‘", "’"},
    {"es", "«", "»", "“", "”"},
    {"et", "„", "“", "‚", "‘"},
    {"eu", "«", "»", "“", "”"},
    {"fi", "”", "”", "’", "’"},
    {"fr", "«", "»", "“", "”", TypeStyle::Space::high},
    {"fr-ca", "«", "»", "“", "”", TypeStyle::Space::colon},
    {"fr-ch", "«", "»", "‹", "›", TypeStyle::Space::high},
    {"ga", "“", "”", "‘", "’"},
    {"gl", "“", "”", "‘", "’"},
    {"hr", "„", "“", "‚", "‘"},
    {"hu", "„", "”", "»", "«"},
    {"id", "“", "”", "‘", "’"},
    {"is", "„", "“", "‚", "‘"},
    {"it", "«", "»", "“", "”"},
    {"lb", "„", "“", "‚", "‘"},
    {"lt", "„", "“", "„", "“"},
    {"lv", "“", "”", "‘", "’"},
    {"mk", "„", "“", "‚", "‘"},
    {"ms", "“", "”", "‘", "’"},
    {"nb", "«", "»", "‘", "’"},
    {"nl", "“", "”", "‘", "’"},
    {"nn", "«", "»", "‘", "’"},
    {"no", "«", "»", "‘", "’"},
    {"pl", "„", "”", "«", "»"},
    {"pt", "“", "”", "‘", "’"},
    {"pt-pt", "«", "»", "“", "”"},
    {"ro", "„", "”", "«", "»"},
    {"ru", "«", "»", "„", "“"},
    {"sk", "„", "“", "‚", "‘"},
    {"sl", "„", "“", "‚", "‘"},
    {"sq", "«", "»", "“", "”"},
    {"sr", "„", "“", "‘", "’"},
    {"sv", "”", "”", "’", "’"},
    {"tr", "“", "”", "‘", "’"},
    {"uk", "«", "»", "„", "“"},
    {"vi", "“", "”", "‘", "’"},
});

constexpr TypeStyle kOther{};

// Their writers have keys for the marks that they want, and dashes of their own.
constexpr std::string_view kLeft[] = {"ar", "fa", "he", "hi", "ja", "km",  "ko",
                                      "lo", "my", "th", "ur", "yi", "yue", "zh"};

const TypeStyle* find_style(std::string_view lang) {
  const auto* at = std::ranges::find(kStyles, lang, &TypeStyle::lang);
  return at == kStyles.end() ? nullptr : at;
}

}  // namespace

const TypeStyle* type_style(std::string_view lang) {
  std::string name = ascii_lower(lang);
  std::ranges::replace(name, '_', '-');
  const std::string primary = name.substr(0, name.find('-'));
  if (std::ranges::find(kLeft, primary) != std::end(kLeft)) return nullptr;
  // From de-CH-1996 over de-CH to de.
  for (std::size_t end = name.size(); end != std::string::npos; end = name.rfind('-')) {
    name.resize(end);
    if (const TypeStyle* style = find_style(name)) return style;
  }
  return &kOther;
}

}  // namespace octavo
