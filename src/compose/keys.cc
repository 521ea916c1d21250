// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/keys.h"

#include <algorithm>
#include <iterator>

#include "base/diagnostic.h"
#include "base/text.h"

namespace octavo {
namespace {

struct Spelling {
  std::string_view key;
  Field field;
};

constexpr Spelling kSpellings[] = {
    // the contract's own; front_matter_keys() has the same names
    {"title", Field::title},
    {"link_title", Field::link_title},
    {"slug", Field::slug},
    {"date", Field::date},
    {"updated", Field::updated},
    {"publish_date", Field::publish_date},
    {"expiry_date", Field::expiry_date},
    {"draft", Field::draft},
    {"tags", Field::tags},
    {"categories", Field::categories},
    {"authors", Field::authors},
    {"series", Field::series},
    {"series_order", Field::series_order},
    {"weight", Field::weight},
    {"description", Field::description},
    {"summary", Field::summary},
    {"cover_image", Field::cover_image},
    {"cover_alt", Field::cover_alt},
    {"cover_caption", Field::cover_caption},
    {"aliases", Field::aliases},
    {"redirect_to", Field::redirect_to},
    {"canonical_url", Field::canonical_url},
    {"lang", Field::lang},
    {"toc", Field::toc},
    {"math", Field::math},
    {"noindex", Field::noindex},
    {"extra", Field::extra},
    // Jekyll, Hugo, Astro, Ghost
    {"lastmod", Field::updated},
    {"modified", Field::updated},
    {"last_modified_at", Field::updated},
    {"updatedDate", Field::updated},
    {"updated_at", Field::updated},
    {"pubDate", Field::date},
    {"created_at", Field::date},
    {"publishDate", Field::publish_date},
    {"published_at", Field::publish_date},
    {"published", Field::published},
    {"expiryDate", Field::expiry_date},
    {"unpublish_date", Field::expiry_date},
    {"tag", Field::tags},
    {"category", Field::categories},
    {"author", Field::authors},
    {"author_name", Field::authors},
    {"excerpt", Field::summary},
    {"custom_excerpt", Field::summary},
    {"image", Field::cover_image},
    {"cover", Field::cover_image},
    {"og_image", Field::cover_image},
    {"feature_image", Field::cover_image},
    {"featured_image", Field::cover_image},
    {"heroImage", Field::cover_image},
    {"thumbnail", Field::cover_image},
    {"image_alt", Field::cover_alt},
    {"redirect_from", Field::aliases},
    {"canonical", Field::canonical_url},
    {"locale", Field::lang},
    {"linkTitle", Field::link_title},
    {"params", Field::extra},
};

// Keys of other programs that say how a page looks there: nobody will want them in a template.
constexpr std::string_view kLooks[] = {
    "layout",
    "type",
    "template",
    "kind",
    "excerpt_separator",
    "comments",
    "comment",
    "hero",
    "sidebar",
    "nav_order",
    "parent",
    "render_with_liquid",
    "markup",
    "status",
    "output",
    "toc_sticky",
    "toc_label",
    "pin",
    "share",
    "classes",
    "id",
};

// Longer ones are sentences that stand in the wrong place.
constexpr std::size_t kMaxKey = 60;

bool is_plain_in_flow(std::string_view key) {
  const auto fits = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.' || (static_cast<unsigned char>(c) & 0x80) != 0;
  };
  return key.front() != '-' && key.front() != '.' && std::all_of(key.begin(), key.end(), fits) &&
         key != "null" && key != "Null" && key != "NULL";
}

std::string in_flow(std::string_view key) {
  if (is_plain_in_flow(key)) return std::string(key);
  std::string quoted = "'";
  for (const char c : key) {
    quoted += c;
    if (c == '\'') quoted += c;
  }
  return quoted + "'";
}

}  // namespace

std::optional<Field> field_of(std::string_view key) {
  const auto* at = std::find_if(std::begin(kSpellings), std::end(kSpellings),
                                [&](const Spelling& spelling) { return spelling.key == key; });
  if (at == std::end(kSpellings)) return std::nullopt;
  return at->field;
}

std::optional<Declared> declared(std::string_view key, const FrontMatterConfig& site) {
  const auto lists = [&](const std::vector<std::string>& keys) {
    return std::find(keys.begin(), keys.end(), key) != keys.end();
  };
  const std::string name(key);
  if (lists(site.ignore)) return Declared{Declared::As::ignored, {}, "ignore." + name};
  if (const auto at = site.aliases.find(name); at != site.aliases.end()) {
    // load_config() lets only keys of the contract stand here.
    if (const auto field = field_of(at->second)) {
      return Declared{Declared::As::alias, *field, "aliases." + name};
    }
  }
  if (lists(site.extra)) return Declared{Declared::As::extra, {}, "extra." + name};
  return std::nullopt;
}

UnknownKey explain_unknown(std::string_view key, const FrontMatterConfig& site) {
  std::vector<std::string_view> names;
  for (const Spelling& spelling : kSpellings) names.push_back(spelling.key);
  for (const auto& alias : site.aliases) names.push_back(alias.first);
  names.insert(names.end(), site.ignore.begin(), site.ignore.end());
  names.insert(names.end(), site.extra.begin(), site.extra.end());

  UnknownKey result;
  if (count_code_points(key) > kMaxKey) {
    result.message = "“" + shorten(key, kMaxKey) +
                     "” is read as a key, for a colon follows; put a value in quotes, and text "
                     "below the second ---";
    return result;
  }
  const std::string ignore = "front_matter: {ignore: [" + in_flow(key) + "]}";
  const std::string extra = "front_matter: {extra: [" + in_flow(key) + "]}";
  const bool looks = std::find(std::begin(kLooks), std::end(kLooks), key) != std::end(kLooks);
  const std::string declare =
      "in octavo.yaml `" + ignore + "` drops it, `" + extra + "` keeps it for templates";
  if (key == "permalink" || key == "url") {
    result.allow = ignore;
    result.message = "`" + std::string(key) +
                     "` is not read: a post's URL is made of its slug; name the old URL in "
                     "`aliases: [/old/path/]`, which leads readers to the new one; " +
                     declare;
    return result;
  }
  result.near = nearest_name(key, names);
  result.allow = looks ? ignore : extra;
  result.message = "unknown key `" + std::string(key) + "`; ";
  if (!result.near.empty()) result.message += "did you mean `" + result.near + "`? Otherwise, ";
  result.message += declare;
  return result;
}

}  // namespace octavo
