// SPDX-License-Identifier: GPL-3.0-or-later
//
// The three formats side by side, so that they say the same.
#include "render/feeds.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/escape.h"
#include "base/text.h"
#include "render/links.h"
#include "render/views.h"

namespace octavo {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kGenerator = "Octavo";
// Of a feed's own id (RFC 4151 wants one). A year that came from the posts would change with them.
constexpr std::string_view kYear = "2026";
constexpr std::string_view kMinutesToKeep = "60";

// Without the characters that XML 1.0 cannot carry in any spelling.
std::string xml(std::string_view text) {
  std::string kept;
  kept.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') continue;
    if (byte == 0xef && (text.substr(i, 3) == "\xef\xbf\xbe" ||  // U+FFFE, U+FFFF
                         text.substr(i, 3) == "\xef\xbf\xbf")) {
      i += 2;
      continue;
    }
    kept += text[i];
  }
  return xml_escape(kept);
}

void element(std::string& out, std::string_view name, std::string_view text) {
  out.append("<").append(name).append(">").append(xml(text));
  out.append("</").append(name).append(">\n");
}

void link(std::string& out, std::string_view name, std::string_view rel, std::string_view type,
          std::string_view url) {
  out.append("<").append(name).append(" rel=\"").append(rel).append("\" type=\"").append(type);
  out.append("\" href=\"").append(xml(url)).append("\"/>\n");
}

// RFC 4151. It names the host without its port; brackets of an address are escaped.
std::string tag_uri(const SiteInfo& info, std::string_view date, std::string_view name) {
  std::string_view host = info.base_url;
  host.remove_prefix(std::min(host.find("//"), host.size()));
  host.remove_prefix(std::min<std::size_t>(2, host.size()));
  host = host.substr(0, host.find(':', host.starts_with('[') ? host.find(']') : 0));
  return "tag:" + percent_encode_segment(host) + "," + std::string(date) + ":" + std::string(name);
}

// A feed without a title is not valid; nor is one without an author.
std::string title_of(const SiteInfo& info) {
  return trim(info.title).empty() ? std::string(kGenerator) : info.title;
}

std::string author_of(const SiteInfo& info) {
  return trim(info.author).empty() ? title_of(info) : info.author;
}

ZonedTime changed(const PostView& post) {
  const ZonedTime updated = post.updated();
  return updated.given() && updated.at > post.publish_date().at ? updated : post.publish_date();
}

std::string_view media_type(std::string_view url) {
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kTypes = {{
      {".avif", "image/avif"},
      {".gif", "image/gif"},
      {".jpeg", "image/jpeg"},
      {".jpg", "image/jpeg"},
      {".png", "image/png"},
      {".svg", "image/svg+xml"},
      {".webp", "image/webp"},
  }};
  const std::string path = ascii_lower(url.substr(0, url.find_first_of("?#")));
  for (const auto& [ending, type] : kTypes) {
    if (path.ends_with(ending)) return type;
  }
  return {};
}

// What all three formats say of a post.
struct Item {
  PostView post;
  std::string id, url, summary, image;
  std::string html;  // empty when feeds carry summaries
  std::string lang;  // where it is not the feed's
  ZonedTime changed;
  std::vector<std::string> authors, tags;
};

Item item_of(const RenderContext& context, std::uint32_t number) {
  const SiteInfo& info = context.info;
  Item item;
  const PostView post = item.post = context.site.post(number);
  item.id = tag_uri(info, format_date(post.publish_date()), percent_encode_segment(post.slug()));
  item.url = info.base_url + path_of(post);
  item.summary = post.description().empty() ? post.summary() : post.description();
  const std::string_view cover = post.cover_image();
  item.image = cover.starts_with('/') ? absolute(info.base_url, percent_encode_path(cover))
                                      : std::string(cover);
  if (info.feed_full) item.html = feed_html(post.unpack(Part::html), info.base_url, item.url);
  item.lang = own_lang(context, post);
  item.changed = changed(post);
  for (const std::string_view author : post.authors()) item.authors.emplace_back(author);
  if (item.authors.empty()) item.authors.push_back(author_of(info));
  for (const std::string_view tag : post.tags()) {
    const Tag* known = context.site.find_tag(tag);
    item.tags.emplace_back(known == nullptr ? tag : std::string_view(known->name));
  }
  return item;
}

void add_atom_entry(std::string& out, const Item& item) {
  out += "<entry";
  if (!item.lang.empty()) out.append(" xml:lang=\"").append(xml(item.lang)).append("\"");
  out += ">\n";
  element(out, "id", item.id);
  element(out, "title", item.post.title());
  link(out, "link", "alternate", "text/html", item.url);
  element(out, "published", format_rfc3339(item.post.publish_date()));
  element(out, "updated", format_rfc3339(item.changed));
  for (const std::string& author : item.authors) {
    out.append("<author><name>").append(xml(author)).append("</name></author>\n");
  }
  for (const std::string& tag : item.tags) {
    out.append("<category term=\"").append(xml(tag)).append("\"/>\n");
  }
  if (const std::string_view type = media_type(item.image); !type.empty()) {
    link(out, "link", "enclosure", type, item.image);
  }
  if (!item.summary.empty()) element(out, "summary", item.summary);
  if (!item.html.empty()) {
    out.append("<content type=\"html\">").append(xml(item.html)).append("</content>\n");
  }
  out += "</entry>\n";
}

void add_rss_item(std::string& out, const Item& item) {
  out += "<item>\n";
  element(out, "title", item.post.title());
  element(out, "link", item.url);
  out.append("<guid isPermaLink=\"false\">").append(xml(item.id)).append("</guid>\n");
  element(out, "pubDate", format_rfc822(item.post.publish_date()));
  for (const std::string& author : item.authors) element(out, "dc:creator", author);
  if (!item.lang.empty()) element(out, "dc:language", item.lang);
  for (const std::string& tag : item.tags) element(out, "category", tag);
  // Its description is HTML, that of JSON Feed and Atom's summary are not.
  if (!item.summary.empty()) element(out, "description", html_escape(item.summary));
  if (!item.html.empty()) element(out, "content:encoded", item.html);
  out += "</item>\n";
}

Json authors_json(const std::vector<std::string>& names) {
  Json authors = Json::array();
  for (const std::string& name : names) authors.push_back(Json::object({{"name", name}}));
  return authors;
}

Json json_item(const SiteInfo& info, const Item& item) {
  const PostView& post = item.post;
  Json json = {{"id", item.id}, {"url", item.url}};
  if (is_foreign(post.canonical_url(), info.base_url)) json["external_url"] = post.canonical_url();
  json["title"] = post.title();
  if (item.html.empty()) {
    json["content_text"] = item.summary;
  } else {
    json["content_html"] = item.html;
  }
  if (!item.summary.empty()) json["summary"] = item.summary;
  if (!item.image.empty()) json["image"] = item.image;
  json["date_published"] = format_rfc3339(post.publish_date());
  json["date_modified"] = format_rfc3339(item.changed);
  json["authors"] = authors_json(item.authors);
  if (!item.tags.empty()) json["tags"] = item.tags;
  if (!item.lang.empty()) json["language"] = item.lang;
  return json;
}

}  // namespace

std::vector<std::uint32_t> feed_posts(const RenderContext& context, const Tag* tag) {
  std::vector<std::uint32_t> posts;
  for (const std::uint32_t number : tag == nullptr ? context.site.order() : tag->posts) {
    if (posts.size() == context.info.feed_posts) break;
    if (!context.site.post(number).noindex()) posts.push_back(number);
  }
  return posts;
}

ZonedTime feed_changed(const RenderContext& context, const std::vector<std::uint32_t>& posts) {
  ZonedTime newest{kNever, 0};
  for (const std::uint32_t number : posts) {
    const ZonedTime time = changed(context.site.post(number));
    if (!newest.given() || time.at > newest.at) newest = time;
  }
  return newest;
}

std::string render_atom(const RenderContext& context, const Tag* tag) {
  const SiteInfo& info = context.info;
  const std::vector<std::uint32_t> posts = feed_posts(context, tag);
  const ZonedTime newest = feed_changed(context, posts);
  const std::string page = tag == nullptr ? "/" : tag_path(tag->name);
  // Of the folded name: which spelling is shown depends on the posts.
  const std::string named = tag == nullptr ? "/" : tag_path(fold_case(tag->name));
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"" +
      xml(info.lang) + "\">\n";
  element(out, "id", tag_uri(info, kYear, named + "feed.xml"));
  element(out, "title", tag == nullptr ? title_of(info) : title_of(info) + ": " + tag->name);
  if (!info.description.empty()) element(out, "subtitle", info.description);
  link(out, "link", "self", "application/atom+xml", info.base_url + page + "feed.xml");
  link(out, "link", "alternate", "text/html", info.base_url + page);
  // Atom wants a date where there is none: one that is the same on every node.
  element(out, "updated", format_rfc3339(newest.given() ? newest : ZonedTime{0, 0}));
  out.append("<author><name>").append(xml(author_of(info))).append("</name></author>\n");
  element(out, "generator", kGenerator);
  for (const std::uint32_t number : posts) add_atom_entry(out, item_of(context, number));
  return out + "</feed>\n";
}

std::string render_rss(const RenderContext& context) {
  const SiteInfo& info = context.info;
  const std::vector<std::uint32_t> posts = feed_posts(context, nullptr);
  const ZonedTime newest = feed_changed(context, posts);
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\""
      " xmlns:content=\"http://purl.org/rss/1.0/modules/content/\""
      " xmlns:dc=\"http://purl.org/dc/elements/1.1/\">\n<channel>\n";
  element(out, "title", title_of(info));
  element(out, "link", info.base_url + "/");
  element(out, "description",
          html_escape(info.description.empty() ? title_of(info) : info.description));
  link(out, "atom:link", "self", "application/rss+xml", info.base_url + "/rss.xml");
  element(out, "language", info.lang);
  element(out, "generator", kGenerator);
  if (newest.given()) element(out, "lastBuildDate", format_rfc822(newest));
  element(out, "ttl", kMinutesToKeep);
  for (const std::uint32_t number : posts) add_rss_item(out, item_of(context, number));
  return out + "</channel>\n</rss>\n";
}

std::string render_json_feed(const RenderContext& context) {
  const SiteInfo& info = context.info;
  Json feed = {{"version", "https://jsonfeed.org/version/1.1"},
               {"title", title_of(info)},
               {"home_page_url", info.base_url + "/"},
               {"feed_url", info.base_url + "/feed.json"}};
  if (!info.description.empty()) feed["description"] = info.description;
  feed["language"] = info.lang;
  feed["authors"] = authors_json({author_of(info)});
  Json& items = feed["items"] = Json::array();
  for (const std::uint32_t number : feed_posts(context, nullptr)) {
    items.push_back(json_item(info, item_of(context, number)));
  }
  return feed.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace octavo
