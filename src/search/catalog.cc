// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/catalog.h"

#include <set>
#include <utility>

#include "search/terms.h"

namespace octavo {

namespace {

// A page and a post may bear one name.
std::string slug_value(const PostView& view) {
  return (view.page() ? "/" : "") + std::string(view.slug());
}

// The body is named by its packed bytes: to see that a post is unchanged none of it is unpacked.
std::string hash_of(const PostView& view, std::string_view stemmer) {
  std::string all;
  const auto add = [&all](std::string_view field) {
    all += std::to_string(field.size());
    all += ':';
    all += field;
  };
  const Blob body = view.packed(Part::text);
  add(terms::kLayout);
  add(stemmer);
  add(view.title());
  add(description_of(view));
  add(year_of(view));
  add(std::to_string(view.publish_date().at));
  add(std::to_string(body.checksum) + '/' + std::to_string(body.size));
  for (const std::string_view tag : view.tags()) add(tag);
  add("");
  for (const Heading& heading : view.headings()) add(heading.text);
  return to_hex(hash128(all));
}

}  // namespace

std::string_view language_of(const PostView& view, std::string_view site_lang) {
  return view.lang().empty() ? site_lang : view.lang();
}

std::string_view description_of(const PostView& view) {
  return view.description().empty() ? view.summary() : view.description();
}

// As Site::years() has it; pages stand in no year's list.
std::string year_of(const PostView& view) {
  const ZonedTime at = view.publish_date();
  return view.page() || !at.given() ? "" : std::to_string(civil(at).year);
}

Catalog make_catalog(const Site& site, std::string_view lang) {
  Catalog catalog;
  std::set<std::string> stemmers;
  std::string visible(lang);
  for (const std::vector<std::uint32_t>* numbers : {&site.order(), &site.pages()}) {
    for (const std::uint32_t number : *numbers) {
      const PostView view = site.post(number);
      if (view.noindex() || !view.redirect_to().empty()) continue;
      std::string stemmer = terms::stemmer_of(language_of(view, lang));
      catalog.entries.push_back({number, slug_value(view), hash_of(view, stemmer)});
      if (stemmer != "none") stemmers.insert(std::move(stemmer));
      visible += ' ';
      visible += std::to_string(number);
    }
  }
  for (const std::string& stemmer : stemmers)
    catalog.langs += (catalog.langs.empty() ? "" : " ") + stemmer;
  catalog.site_key = to_hex(site.image().content_hash()) + '-' + to_hex(hash128(visible));
  return catalog;
}

}  // namespace octavo
