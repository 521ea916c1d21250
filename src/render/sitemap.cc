// SPDX-License-Identifier: GPL-3.0-or-later
//
// The sitemap (sitemaps.org 0.9, with Google's images), in as many files as it takes.
#include <algorithm>
#include <unordered_set>

#include "base/escape.h"
#include "base/text.h"
#include "render/links.h"
#include "render/machine.h"

namespace octavo {
namespace {

constexpr std::size_t kMostImages = 1000;    // of a URL; Google's limit
constexpr std::size_t kMostUrlBytes = 2047;  // sitemaps.org: less than 2,048 characters
constexpr std::string_view kDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
constexpr std::string_view kHead =
    "<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" "
    "xmlns:image=\"http://www.google.com/schemas/sitemap-image/1.1\">\n";
constexpr std::string_view kTail = "</urlset>\n";

std::string image_path(std::string_view below) {
  std::string path = "/content/images";
  for (const std::string_view part : split(below, '/')) path += '/' + percent_encode_segment(part);
  return path;
}

ZonedTime changed(const PostView& post) {
  const ZonedTime updated = post.updated();
  return updated.given() && updated.at > post.publish_date().at ? updated : post.publish_date();
}

bool belongs(const PostView& post, const std::string& base_url) {
  return !post.noindex() && post.redirect_to().empty() &&
         !is_foreign(post.canonical_url(), base_url);
}

// Takes the URLs one by one and begins a new part when one is full; keeps the text of one part.
class Sitemap {
 public:
  // `kept`: a part's number, from 1; 0: no text.
  Sitemap(const std::string& base_url, const SitemapLimits& limits, unsigned kept)
      : base_url_(base_url), limits_(limits), kept_(kept) {
    begin();
  }

  void add(std::string_view path, ZonedTime time, const PostView* post = nullptr) {
    entry_ = "<url><loc>";
    const std::size_t from = entry_.size();
    entry_.append(base_url_).append(xml_escape(path));
    if (entry_.size() - from > kMostUrlBytes) return;
    entry_ += "</loc>";
    if (time.given()) entry_.append("<lastmod>").append(format_rfc3339(time)).append("</lastmod>");
    if (post != nullptr) add_images(*post);
    entry_ += "</url>\n";
    if (urls_ > 0 &&
        (urls_ == limits_.urls || bytes_ + entry_.size() + kTail.size() > limits_.bytes)) {
      begin();
    }
    ++urls_;
    bytes_ += entry_.size();
    if (!newest_.back().given() || (time.given() && time.at > newest_.back().at)) {
      newest_.back() = time;
    }
    if (newest_.size() == kept_) text_ += entry_;
  }

  // Of what changed last in each part.
  const std::vector<ZonedTime>& newest() const noexcept { return newest_; }
  std::string take() && {
    text_.append(kTail);
    return std::move(text_);
  }

 private:
  void begin() {
    newest_.emplace_back();
    urls_ = 0;
    bytes_ = kDeclaration.size() + kHead.size();
  }

  void add_images(const PostView& post) {
    images_.clear();
    const auto image = [&](std::string path) {
      if (images_.size() == kMostImages) return;
      const auto [url, fresh] = images_.insert(absolute(base_url_, path));
      if (!fresh) return;
      entry_.append("<image:image><image:loc>").append(xml_escape(*url));
      entry_.append("</image:loc></image:image>");
    };
    const std::string_view cover = post.cover_image();
    if (cover.starts_with('/')) {
      image(percent_encode_path(cover));
    } else if (cover.starts_with("https://") || cover.starts_with("http://")) {
      image(std::string(cover));
    }
    for (const std::string_view path : post.image_paths()) image(image_path(path));
  }

  const std::string& base_url_;
  const SitemapLimits& limits_;
  const unsigned kept_;
  std::vector<ZonedTime> newest_;     // one a part
  std::size_t urls_ = 0, bytes_ = 0;  // of the last part
  std::string text_ = std::string(kDeclaration).append(kHead);
  std::string entry_;
  std::unordered_set<std::string> images_;
};

void fill(Sitemap& map, const RenderContext& context) {
  const Site& site = context.site;
  const auto newest = [&](const std::vector<std::uint32_t>& posts) {
    return posts.empty() ? ZonedTime{} : site.post(posts.front()).publish_date();
  };
  map.add("/", newest(site.order()));
  map.add("/blog/", newest(site.order()));
  for (const auto* posts : {&site.order(), &site.pages()}) {
    for (const std::uint32_t number : *posts) {
      const PostView post = site.post(number);
      if (belongs(post, context.info.base_url)) map.add(path_of(post), changed(post), &post);
    }
  }
  for (const Year& year : site.years()) map.add(year_path(year.year), newest(year.posts));
  for (const Tag& tag : site.tags()) map.add(tag_path(tag.name), newest(tag.posts));
}

// Whether one part is certainly enough: an address of a part that is not there has to be answered
// without making a sitemap.
bool surely_one(const RenderContext& context, const SitemapLimits& limits) {
  constexpr std::size_t kAround = 160;  // tags, a time, the beginning of a path
  constexpr std::size_t kGrowth = 6;    // %XX is 3 bytes for one, an XML entity at most 6
  const Site& site = context.site;
  const std::size_t each = kAround + context.info.base_url.size();
  std::size_t urls = 2 + site.years().size() + site.tags().size();
  std::size_t bytes = kDeclaration.size() + kHead.size() + kTail.size() + urls * each;
  for (const Tag& tag : site.tags()) bytes += kGrowth * tag.name.size();
  for (const auto* posts : {&site.order(), &site.pages()}) {
    urls += posts->size();
    for (const std::uint32_t number : *posts) {
      const PostView post = site.post(number);
      bytes += 2 * each + kGrowth * (post.slug().size() + post.cover_image().size());
      for (const std::string_view path : post.image_paths()) bytes += each + kGrowth * path.size();
    }
  }
  return urls <= limits.urls && bytes <= limits.bytes;
}

std::string index_of(const std::string& base_url, const std::vector<ZonedTime>& newest) {
  std::string out(kDeclaration);
  out += "<sitemapindex xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n";
  for (std::size_t i = 0; i < newest.size(); ++i) {
    out.append("<sitemap><loc>").append(xml_escape(base_url));
    out.append("/sitemap-").append(std::to_string(i + 1)).append(".xml</loc>");
    if (newest[i].given()) {
      out.append("<lastmod>").append(format_rfc3339(newest[i])).append("</lastmod>");
    }
    out += "</sitemap>\n";
  }
  return out + "</sitemapindex>\n";
}

}  // namespace

unsigned sitemap_parts(const RenderContext& context, const SitemapLimits& limits) {
  if (surely_one(context, limits)) return 1;
  Sitemap map(context.info.base_url, limits, 0);
  fill(map, context);
  return static_cast<unsigned>(map.newest().size());
}

std::string render_sitemap(const RenderContext& context, unsigned part,
                           const SitemapLimits& limits) {
  Sitemap map(context.info.base_url, limits, std::max(1u, part));
  fill(map, context);
  if (part == 0 && map.newest().size() > 1) return index_of(context.info.base_url, map.newest());
  return std::move(map).take();
}

}  // namespace octavo
