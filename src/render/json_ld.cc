// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/json_ld.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "render/links.h"

namespace octavo {
namespace {

using Json = nlohmann::ordered_json;  // the same bytes, and so the same ETag, on every node

Json thing(const char* type) {
  Json made = Json::object();
  made["@type"] = type;
  return made;
}

Json named(const char* type, std::string_view name, std::string url = {}) {
  Json made = thing(type);
  made["name"] = std::string(name);
  if (!url.empty()) made["url"] = std::move(url);
  return made;
}

Json breadcrumb(const RenderContext& context, const PostView& post) {
  const SiteInfo& info = context.info;
  Json crumbs = Json::array();
  const auto add = [&](std::string_view name, std::string url) {
    Json crumb = thing("ListItem");
    crumb["position"] = crumbs.size() + 1;
    crumb["name"] = std::string(name);
    if (!url.empty()) crumb["item"] = std::move(url);
    crumbs.push_back(std::move(crumb));
  };
  // The list is called what the menu calls it.
  const auto blog = std::ranges::find(info.menu, "/blog/", &MenuEntry::url);
  add(info.title, info.base_url + "/");
  add(blog == info.menu.end() ? "Blog" : blog->title, info.base_url + "/blog/");
  add(shown_title(post), {});
  Json list = thing("BreadcrumbList");
  list["itemListElement"] = std::move(crumbs);
  return list;
}

Json picture(const CardImage& image) {
  Json made = thing("ImageObject");
  made["url"] = image.url;
  if (image.width != 0 && image.height != 0) {
    made["width"] = image.width;
    made["height"] = image.height;
  }
  return made;
}

// Nothing of it can end a script or begin a comment in one: outside of strings JSON has none of
// these characters, inside they may all be written so.
std::string for_script(const std::string& json) {
  std::string out;
  out.reserve(json.size() + 32);
  for (std::size_t i = 0; i < json.size(); ++i) {
    const std::string_view rest = std::string_view(json).substr(i);
    if (rest[0] == '<') {
      out += "\\u003c";
    } else if (rest[0] == '>') {
      out += "\\u003e";
    } else if (rest[0] == '&') {
      out += "\\u0026";
    } else if (rest.starts_with("\u2028") || rest.starts_with("\u2029")) {
      out += rest.starts_with("\u2028") ? "\\u2028" : "\\u2029";
      i += 2;
    } else {
      out += rest[0];
    }
  }
  return out;
}

}  // namespace

std::string json_ld(const RenderContext& context, const PostView& post, const Article& article) {
  const SiteInfo& info = context.info;
  Json json = Json::object();
  json["@context"] = "https://schema.org";
  json["@type"] = "BlogPosting";
  json["headline"] = std::string(post.title());
  if (std::string text = meta_description(post); !text.empty()) {
    json["description"] = std::move(text);
  }
  json["url"] = article.url;
  Json page = thing("WebPage");
  page["@id"] = article.url;
  // The way to a page of another site is not ours to tell.
  if (!is_foreign(article.url, info.base_url)) page["breadcrumb"] = breadcrumb(context, post);
  json["mainEntityOfPage"] = std::move(page);
  const ZonedTime published = post.publish_date();
  const bool updated = post.updated().given() && post.updated().at > published.at;
  json["datePublished"] = format_rfc3339(published);
  json["dateModified"] = format_rfc3339(updated ? post.updated() : published);
  const Json publisher = named("Organization", info.title, info.base_url + "/");
  Json authors = Json::array();
  for (const std::string_view name : article.authors) authors.push_back(named("Person", name));
  if (authors.empty()) authors.push_back(publisher);
  json["author"] = std::move(authors);
  json["publisher"] = publisher;
  json["image"] = picture(article.image.url.empty() ? default_image(info) : article.image);
  json["inLanguage"] = std::string(post.lang());
  Json keywords = Json::array();
  for (const std::string_view tag : post.tags()) keywords.push_back(std::string(tag));
  if (!keywords.empty()) json["keywords"] = std::move(keywords);
  if (post.words() != 0) json["wordCount"] = post.words();
  json["isPartOf"] = named("Blog", info.title, info.base_url + "/");
  // Text is UTF-8 since the composer; a byte that is not would be no reason to have no page.
  return for_script(json.dump(-1, ' ', false, Json::error_handler_t::replace));
}

}  // namespace octavo
