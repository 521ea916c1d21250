// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sitemap and robots; the card is in card.cc, the favicon in favicon.cc.
#include "render/machine.h"

#include <algorithm>

#include "base/escape.h"
#include "render/links.h"

namespace octavo {
namespace {

constexpr std::size_t kMostUrls = 50'000;  // sitemaps.org

class Sitemap {
 public:
  explicit Sitemap(const std::string& base_url) : base_url_(base_url) {}

  void add(std::string_view path, ZonedTime changed = {}) {
    if (count_ == kMostUrls) return;
    ++count_;
    out_.append("<url><loc>").append(xml_escape(base_url_)).append(xml_escape(path));
    out_.append("</loc>");
    if (changed.given()) out_.append("<lastmod>").append(format_rfc3339(changed) + "</lastmod>");
    out_.append("</url>\n");
  }

  std::string take() && {
    out_.append("</urlset>\n");
    return std::move(out_);
  }

 private:
  const std::string& base_url_;
  std::string out_ =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n";
  std::size_t count_ = 0;
};

ZonedTime changed(const PostView& post) {
  const ZonedTime updated = post.updated();
  return updated.given() && updated.at > post.publish_date().at ? updated : post.publish_date();
}

bool belongs(const PostView& post, const std::string& base_url) {
  return !post.noindex() && post.redirect_to().empty() &&
         !is_foreign(post.canonical_url(), base_url);
}

}  // namespace

std::string render_sitemap(const RenderContext& context) {
  const Site& site = context.site;
  const std::string& base_url = context.info.base_url;
  const auto newest = [&](const std::vector<std::uint32_t>& posts) {
    return posts.empty() ? ZonedTime{} : site.post(posts.front()).publish_date();
  };
  Sitemap map(base_url);
  map.add("/", newest(site.order()));
  map.add("/blog/", newest(site.order()));
  for (const std::uint32_t number : site.order()) {
    const PostView post = site.post(number);
    if (belongs(post, base_url)) map.add(path_of(post), changed(post));
  }
  for (const std::uint32_t number : site.pages()) {
    const PostView page = site.post(number);
    // A page has the date that it was given, if any; none is better than a made-up one.
    if (belongs(page, base_url)) map.add(path_of(page), changed(page));
  }
  for (const Year& year : site.years()) map.add(year_path(year.year), newest(year.posts));
  for (const Tag& tag : site.tags()) map.add(tag_path(tag.name), newest(tag.posts));
  return std::move(map).take();
}

std::string render_robots(const SiteInfo& info) {
  return "User-agent: *\nAllow: /\n\nSitemap: " + info.base_url + "/sitemap.xml\n";
}

}  // namespace octavo
