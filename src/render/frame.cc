// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <string>

#include "base/escape.h"
#include "base/text.h"
#include "render/links.h"
#include "render/views.h"

namespace octavo {
namespace {

constexpr unsigned kLogoHeight = 40;       // pixels; what the head of the page has room for
constexpr std::size_t kDescription = 160;  // code points; what search engines show
constexpr std::size_t kShortMenu = 6;      // entries that fit into a line or two of a phone
constexpr std::size_t kTags = 20;

std::string current_mark(std::string_view url, const Frame& frame) {
  if (frame.path.empty() || !url.starts_with('/')) return {};
  if (url == frame.path) return "page";
  if (url == "/") return {};
  const std::string_view part = frame.part.empty() ? frame.path : frame.part;
  return part.starts_with(url) ? "true" : "";
}

std::string size_text(std::uint32_t pixels) {
  return pixels == 0 ? std::string() : std::to_string(pixels);
}

// At most so many, most posts first.
std::vector<const Tag*> most_used_tags(const Site& site, std::size_t count) {
  std::vector<const Tag*> tags;
  for (const Tag& tag : site.tags()) tags.push_back(&tag);
  // tags() is sorted by name, which settles ties.
  const auto more_posts = [](const Tag* a, const Tag* b) {
    return a->posts.size() != b->posts.size() ? a->posts.size() > b->posts.size() : a < b;
  };
  count = std::min(count, tags.size());
  std::partial_sort(tags.begin(), tags.begin() + static_cast<std::ptrdiff_t>(count), tags.end(),
                    more_posts);
  tags.resize(count);
  return tags;
}

}  // namespace

CardImage default_image(const SiteInfo& info) {
  return {info.base_url + "/static/og-default.png", "image/png", "An open book", 1200, 630};
}

Values frame_values(const RenderContext& context, const Frame& frame) {
  const SiteInfo& info = context.info;
  Values page;
  page.set("LANG", info.lang);
  page.set("SITE_TITLE", info.title);
  page.set("SITE_DESCRIPTION", info.description);
  page.set("STYLESHEET", info.stylesheet);
  page.set("SCRIPT", info.script);
  page.set("THEME_STYLESHEET", info.theme_css.empty() ? "" : std::string(kThemeStylesheet));
  page.set("SCHEME", info.scheme);
  page.set("FONT_URL", info.font_url);
  page.set("HEAD_TITLE", frame.title.empty() ? info.title : frame.title + " – " + info.title);
  page.set("DESCRIPTION", shorten(frame.description, kDescription));
  std::string canonical = frame.canonical;
  if (canonical.empty() && !frame.path.empty()) canonical = absolute(info.base_url, frame.path);
  page.set("CANONICAL", std::move(canonical));
  if (frame.noindex || !info.robots_index) page.show("NOINDEX");
  page.set("OG_TITLE", frame.title.empty() ? info.title : frame.title);
  page.set("OG_TYPE", frame.og_type);
  const CardImage image = frame.image.url.empty() ? default_image(info) : frame.image;
  page.set("OG_IMAGE", image.url);
  page.set("OG_IMAGE_TYPE", image.type);
  page.set("OG_IMAGE_ALT", image.alt);
  page.set("OG_IMAGE_WIDTH", size_text(image.width));
  page.set("OG_IMAGE_HEIGHT", size_text(image.height));
  // The search page has a larger one: two of them on a page would be one too many.
  if (frame.path != kSearchPath) page.show("SEARCH_FORM");
  if (info.menu.size() > kShortMenu) page.show("LONG_MENU");
  for (const MenuEntry& entry : info.menu) {
    Values item;
    item.set("TITLE", entry.title);
    item.set("URL", entry.url);
    item.set("CURRENT", current_mark(entry.url, frame));
    page.add("MENU", std::move(item));
  }
  page.set("SITE_NAME", info.logo.alt.empty() ? info.title : std::string());
  if (!info.logo.src.empty()) {
    // Its size stands in the page, not in the style sheet: so it has it before it is there.
    SiteImage small = info.logo;
    if (small.height > kLogoHeight) {
      small.width = std::max(1u, small.width * kLogoHeight / small.height);
      small.height = kLogoHeight;
    }
    Values logo = site_image_values(small);
    logo.set("ALT", info.logo.alt);
    page.add("LOGO", std::move(logo));
  }
  if (!info.footer.text.empty() || !info.footer.links.empty()) {
    Values footer;
    footer.set("TEXT", info.footer.text);
    for (const MenuEntry& entry : info.footer.links) {
      Values link;
      link.set("TITLE", entry.title);
      link.set("URL", entry.url);
      footer.add("LINK", std::move(link));
    }
    page.add("FOOTER", std::move(footer));
  }
  return page;
}

Values site_image_values(const SiteImage& image) {
  Values values;
  values.set("URL", percent_encode_path(image.src));
  values.set("WIDTH", size_text(image.width));
  values.set("HEIGHT", size_text(image.height));
  return values;
}

Values item_values(const RenderContext& context, std::uint32_t number, bool under_h1) {
  const PostView post = context.site.post(number);
  Values item = link_values(post);
  item.set("MINUTES", std::to_string(std::max(1u, post.minutes())));
  item.set("SUMMARY", std::string(post.summary()));
  item.set("POST_LANG", own_lang(context, post));
  item.show(under_h1 ? "UNDER_H1" : "UNDER_H2");
  std::vector<Values> tags;
  for (const std::string_view tag : post.tags()) tags.push_back(tag_values(context, tag));
  add_tags(std::move(tags), "Tags", "TAGS", item);
  return item;
}

Values link_values(const PostView& post) {
  Values link;
  link.set("TITLE", std::string(shown_title(post)));
  link.set("URL", path_of(post));
  link.set("DATE", post.page() ? std::string() : shown_date(post.publish_date()));
  link.set("DATETIME", post.page() ? std::string() : format_rfc3339(post.publish_date()));
  return link;
}

void add_lines(const RenderContext& context, std::span<const std::uint32_t> posts,
               std::string_view section, Values& to) {
  Values lines;
  for (const std::uint32_t number : posts) {
    lines.add("LINE", link_values(context.site.post(number)));
  }
  if (lines.groups.empty()) return;
  Values box;
  box.include("LINES", "lines.html", std::move(lines));
  to.add(section, std::move(box));
}

void add_tags(std::vector<Values> tags, std::string_view label, std::string_view section,
              Values& to) {
  if (tags.empty()) return;
  Values list;
  list.set("LABEL", std::string(label));
  for (Values& tag : tags) list.add("TAG", std::move(tag));
  Values box;
  box.include("TAG_LIST", "tags.html", std::move(list));
  to.add(section, std::move(box));
}

void add_most_used_tags(const RenderContext& context, Values& to) {
  std::vector<Values> tags;
  for (const Tag* tag : most_used_tags(context.site, kTags)) {
    Values item = tag_values(context, tag->name);
    item.set("COUNT", std::to_string(tag->posts.size()));
    tags.push_back(std::move(item));
  }
  add_tags(std::move(tags), "", "TAGS", to);
}

Values tag_values(const RenderContext& context, std::string_view tag) {
  // The list's own spelling, so that the link is not one that redirects.
  const Tag* known = context.site.find_tag(tag);
  const std::string_view name = known == nullptr ? tag : std::string_view(known->name);
  Values item;
  item.set("NAME", std::string(name));
  item.set("URL", tag_path(name));
  return item;
}

std::string own_lang(const RenderContext& context, const PostView& post) {
  return post.lang() == context.info.lang ? std::string() : std::string(post.lang());
}

std::string meta_description(const PostView& post) {
  const std::string_view given = post.description();
  return shorten(given.empty() ? post.summary() : given, kDescription);
}

}  // namespace octavo
