// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/terms.h"

#include <algorithm>
#include <iterator>

#include "base/hash.h"
#include "base/text.h"

namespace octavo::terms {

namespace {

constexpr std::size_t kLongest = 245;  // what Xapian's tables take

// The codes that Snowball's stemmers go by in Xapian 1.4; a test holds the list against it.
constexpr std::string_view kStemmers[] = {"ar", "ca", "da", "de", "en", "es", "eu", "fi", "fr",
                                          "ga", "hu", "hy", "id", "it", "lt", "nb", "ne", "nl",
                                          "nn", "no", "pt", "ro", "ru", "sv", "ta", "tr"};

}  // namespace

std::string bounded(std::string term) {
  if (term.size() <= kLongest) return term;
  const std::string rest = to_hex(hash128(term));
  std::size_t cut = kLongest - rest.size();
  while (cut > 0 && (static_cast<unsigned char>(term[cut]) & 0xC0) == 0x80) --cut;
  return term.substr(0, cut) + rest;
}

std::string tag_term(std::string_view tag) {
  return bounded(kTag + fold_case(tag));
}

std::string slug_term(std::string_view slug_value) {
  return bounded("Q" + std::string(slug_value));
}

std::string stemmer_of(std::string_view lang) {
  const std::string primary = ascii_lower(lang.substr(0, lang.find_first_of("-_")));
  const auto* found = std::find(std::begin(kStemmers), std::end(kStemmers), primary);
  return found != std::end(kStemmers) ? primary : "none";
}

}  // namespace octavo::terms
