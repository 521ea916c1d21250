// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "base/escape.h"
#include "base/text.h"
#include "render/json_ld.h"
#include "render/links.h"
#include "render/views.h"

namespace octavo {
namespace {

constexpr std::size_t kRelated = 4;
constexpr std::size_t kLookedAt = 200;  // newest posts of a tag that are weighed as related
constexpr std::size_t kParts = 100;     // of a series that are listed

// The media type of a raster image, by its name; empty: it is none.
std::string_view raster_type(std::string_view url) {
  struct Ending {
    std::string_view text, type;
  };
  static constexpr std::array<Ending, 6> kEndings = {{{".png", "image/png"},
                                                      {".jpg", "image/jpeg"},
                                                      {".jpeg", "image/jpeg"},
                                                      {".webp", "image/webp"},
                                                      {".gif", "image/gif"},
                                                      {".avif", "image/avif"}}};
  const std::string path = ascii_lower(url.substr(0, url.find_first_of("?#")));
  const auto* const at = std::ranges::find_if(
      kEndings, [&](const Ending& ending) { return path.ends_with(ending.text); });
  return at == kEndings.end() ? std::string_view() : at->type;
}

std::string cover_url(const PostView& post) {
  const std::string_view cover = post.cover_image();
  return cover.starts_with('/') ? percent_encode_path(cover) : std::string(cover);
}

CardImage cover_card(const SiteInfo& info, const PostView& post) {
  const std::string_view type = raster_type(post.cover_image());
  if (type.empty()) return {};
  return {absolute(info.base_url, cover_url(post)), std::string(type),
          std::string(post.cover_alt()), post.cover_width(), post.cover_height()};
}

// The post's own card, which says what it says in letters, as octavo-print draws it.
CardImage drawn_card(const SiteInfo& info, const PostView& post) {
  std::string alt(post.title().empty() ? std::string_view(info.title) : post.title());
  if (!post.title().empty() && post.title() != info.title) alt += " – " + info.title;
  return {info.base_url + "/og/" + percent_encode_segment(post.slug()) + ".png", "image/png",
          std::move(alt), 1200, 630};
}

std::vector<std::string_view> authors_of(const RenderContext& context, const PostView& post) {
  std::vector<std::string_view> authors = post.authors();
  if (authors.empty() && !context.info.author.empty()) authors.push_back(context.info.author);
  return authors;
}

bool was_updated(const PostView& post) {
  return post.updated().given() && post.updated().at > post.publish_date().at &&
         format_date(post.updated()) != format_date(post.publish_date());
}

// Posts that share most tags, then the newest.
std::vector<std::uint32_t> related(const Site& site, const PostView& post) {
  std::unordered_map<std::uint32_t, unsigned> shared;
  for (const std::string_view name : post.tags()) {
    const Tag* tag = site.find_tag(name);
    if (tag == nullptr) continue;
    const std::size_t count = std::min(tag->posts.size(), kLookedAt);
    for (std::size_t i = 0; i < count; ++i) {
      if (tag->posts[i] != post.number()) ++shared[tag->posts[i]];
    }
  }
  struct Weighed {
    std::uint32_t number;
    unsigned tags;
    std::size_t rank;
  };
  std::vector<Weighed> posts;
  posts.reserve(shared.size());
  for (const auto& [number, tags] : shared) posts.push_back({number, tags, site.rank(number)});
  const std::size_t count = std::min(kRelated, posts.size());
  std::partial_sort(posts.begin(), posts.begin() + static_cast<std::ptrdiff_t>(count), posts.end(),
                    [](const Weighed& a, const Weighed& b) {
                      return a.tags != b.tags ? a.tags > b.tags : a.rank < b.rank;
                    });
  std::vector<std::uint32_t> numbers;
  for (std::size_t i = 0; i < count; ++i) numbers.push_back(posts[i].number);
  return numbers;
}

Values series_values(const Site& site, const PostView& post) {
  std::vector<PostView> parts;
  for (const std::uint32_t number : site.order()) {
    const PostView part = site.post(number);
    if (part.series() == post.series()) parts.push_back(part);
  }
  Values series;
  if (parts.size() < 2) return series;
  std::ranges::sort(parts, [](const PostView& a, const PostView& b) {
    if (a.series_order() != b.series_order()) return a.series_order() < b.series_order();
    if (a.publish_date().at != b.publish_date().at) {
      return a.publish_date().at < b.publish_date().at;
    }
    return a.slug() < b.slug();
  });
  const auto here = std::ranges::find(parts, post.number(), &PostView::number);
  series.set("NAME", std::string(post.series()));
  series.set("NUMBER", std::to_string(here - parts.begin() + 1));
  series.set("COUNT", std::to_string(parts.size()));
  parts.resize(std::min(parts.size(), kParts));
  for (const PostView& part : parts) {
    const bool current = part.number() == post.number();
    Values item;
    item.set("TITLE", std::string(shown_title(part)));
    item.set("URL", current ? std::string() : path_of(part));
    if (current) item.show("THIS");
    series.add("PART", std::move(item));
  }
  return series;
}

Values toc_values(const PostView& post) {
  Values toc;
  if (!post.toc()) return toc;
  const std::vector<Heading> headings = post.headings();
  if (headings.size() < 2) return toc;
  for (const Heading& heading : headings) {
    Values entry;
    entry.set("ANCHOR", "#" + percent_encode_segment(heading.id));
    entry.set("TEXT", heading.text);
    entry.set("LEVEL", std::to_string(heading.level));
    toc.add("ENTRY", std::move(entry));
  }
  return toc;
}

Values neighbour_values(const Site& site, const PostView& post) {
  Values neighbours;
  const std::vector<std::uint32_t>& order = site.order();
  const std::size_t rank = site.rank(post.number());
  const auto add = [&](std::string_view name, std::size_t place) {
    const PostView other = site.post(order[place]);
    Values link;
    link.set("TITLE", std::string(shown_title(other)));
    link.set("URL", path_of(other));
    neighbours.add(name, std::move(link));
  };
  if (rank + 1 < order.size()) add("OLDER", rank + 1);
  if (rank < order.size() && rank > 0) add("NEWER", rank - 1);
  return neighbours;
}

// The box tells of the site's author: below the post of a guest it would be wrong.
void add_author_box(const RenderContext& context, const PostView& post, Values& to) {
  const SiteInfo& info = context.info;
  if (info.author_box.bio.empty()) return;
  const auto authors = authors_of(context, post);
  if (std::ranges::find(authors, std::string_view(info.author)) == authors.end()) return;
  Values box;
  box.set("NAME", info.author);
  box.set("BIO", info.author_box.bio);
  box.set("URL", info.author_box.url);
  if (!info.author_box.image.src.empty()) {
    box.add("IMAGE", site_image_values(info.author_box.image));
  }
  to.add("AUTHOR_BOX", std::move(box));
}

void add_if_filled(Values& to, std::string_view section, Values item) {
  if (!item.groups.empty()) to.add(section, std::move(item));
}

}  // namespace

Values cover_values(const PostView& post, std::string url) {
  Values cover;
  cover.set("URL", std::move(url));
  cover.set("ALT", std::string(post.cover_alt()));
  cover.set("CAPTION", std::string(post.cover_caption()));
  const auto size = [](std::uint32_t pixels) {
    return pixels == 0 ? std::string() : std::to_string(pixels);
  };
  cover.set("WIDTH", size(post.cover_width()));
  cover.set("HEIGHT", size(post.cover_height()));
  return cover;
}

Values post_values(const RenderContext& context, std::uint32_t number) {
  const Site& site = context.site;
  const PostView post = site.post(number);
  Frame frame;
  frame.title = post.title();
  frame.description = meta_description(post);
  frame.path = path_of(post);
  frame.canonical = absolute(context.info.base_url, post.canonical_url());
  frame.part = "/blog/";
  frame.og_type = "article";
  const CardImage cover = cover_card(context.info, post);
  frame.image = context.info.has_press ? drawn_card(context.info, post) : cover;
  frame.noindex = post.noindex();
  Values page = frame_values(context, frame);
  page.set("MARKDOWN_URL", frame.path + "md/");
  page.set("PUBLISHED_TIME", format_rfc3339(post.publish_date()));
  if (post.updated().given()) page.set("MODIFIED_TIME", format_rfc3339(post.updated()));
  page.set("JSON_LD_HTML",
           json_ld(context, post,
                   {page.find_text("CANONICAL")->text, cover.url.empty() ? frame.image : cover,
                    authors_of(context, post)}));

  Values content;
  content.set("TITLE", std::string(post.title()));
  content.set("POST_LANG", own_lang(context, post));
  content.set("DATE", shown_date(post.publish_date()));
  content.set("DATETIME", format_rfc3339(post.publish_date()));
  content.set("MINUTES", std::to_string(std::max(1u, post.minutes())));
  content.set("BODY_HTML", post.unpack(Part::html));
  if (context.info.has_press) content.set("PDF_URL", frame.path + "pdf/");
  Values byline;
  for (const std::string_view name : authors_of(context, post)) {
    Values author;
    author.set("NAME", std::string(name));
    byline.add("AUTHOR", std::move(author));
    Values meta;
    meta.set("AUTHOR", std::string(name));
    page.add("ARTICLE_AUTHOR", std::move(meta));
  }
  add_if_filled(content, "BYLINE", std::move(byline));
  if (was_updated(post)) {
    Values updated;
    updated.set("DATE", shown_date(post.updated()));
    updated.set("DATETIME", format_rfc3339(post.updated()));
    content.add("UPDATED", std::move(updated));
  }
  Values tags;
  for (const std::string_view tag : post.tags()) {
    tags.add("TAG", tag_values(context, tag));
    Values meta;
    meta.set("TAG", std::string(tag));
    page.add("ARTICLE_TAG", std::move(meta));
  }
  add_if_filled(content, "TAGS", std::move(tags));
  add_author_box(context, post, content);
  if (!post.cover_image().empty()) content.add("COVER", cover_values(post, cover_url(post)));
  add_if_filled(content, "TOC", toc_values(post));
  if (!post.series().empty()) add_if_filled(content, "SERIES", series_values(site, post));
  add_lines(context, related(site, post), "RELATED", content);
  add_if_filled(content, "NEIGHBOURS", neighbour_values(site, post));
  page.include("CONTENT", "post.html", std::move(content));
  return page;
}

std::string render_post(const RenderContext& context, std::uint32_t number) {
  return context.theme.expand(post_values(context, number));
}

}  // namespace octavo
