// SPDX-License-Identifier: GPL-3.0-or-later
//
// The keys of a front matter: the contract's own, the spellings of other blog programs, and what
// the site declares.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_COMPOSE_KEYS_H_
#define OCTAVO_COMPOSE_KEYS_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"

namespace octavo {

enum class Field {
  title,
  link_title,
  slug,
  date,
  updated,
  publish_date,
  expiry_date,
  draft,
  tags,
  categories,
  authors,
  series,
  series_order,
  weight,
  description,
  summary,
  cover_image,
  cover_alt,
  cover_caption,
  aliases,
  redirect_to,
  canonical_url,
  lang,
  toc,
  math,
  noindex,
  extra,
  published,  // a boolean: not draft; a date: publish_date
};

// The field of a key of the contract or a built-in spelling.
std::optional<Field> field_of(std::string_view key);

// What the site makes of a key, if it declares it.
struct Declared {
  enum class As { alias, ignored, extra };
  As as = As::ignored;
  Field field = Field::title;  // alias: what it stands for
  std::string place;           // as in FrontMatterConfig::places
};
std::optional<Declared> declared(std::string_view key, const FrontMatterConfig& site);

// How to allow an unknown key, and a hint for those that other programs use.
struct UnknownKey {
  std::string near;   // nearest known name, or empty
  std::string allow;  // the likelier configuration line
  std::string message;
};
UnknownKey explain_unknown(std::string_view key, const FrontMatterConfig& site);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_KEYS_H_
