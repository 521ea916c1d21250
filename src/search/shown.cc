// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/shown.h"

#include <algorithm>

#include "search/titles.h"

namespace octavo {

namespace {

// A damaged index may claim any number of documents; beyond this they are looked up each time.
constexpr std::uint32_t kMostKept = 1u << 20;

}  // namespace

void ShownPosts::look_at(const Site& site, std::uint32_t documents) {
  site_ = &site;
  const Hash128 content = site.image().content_hash();
  if (!posts_.empty() && content == content_ && site.moment() == moment_) return;
  content_ = content;
  moment_ = site.moment();
  posts_.assign(std::min(documents, kMostKept) + std::size_t{1}, Post{});
}

ShownPosts::Post ShownPosts::look_up(std::uint32_t document, std::string_view slug) {
  const Post post = find(slug);
  if (document < posts_.size()) posts_[document] = post;
  return post;
}

ShownPosts::Post ShownPosts::find(std::string_view slug) const {
  const bool page = slug.starts_with('/');
  if (page) slug.remove_prefix(1);
  const std::uint32_t* found = page ? site_->find_page(slug) : site_->find_post(slug);
  if (found == nullptr) return {kHidden, kAgeless};
  const PostView view = site_->post(*found);
  // Slugs that differ in case are one; the index may know of the other.
  if (view.slug() != slug || !may_be_found(view)) return {kHidden, kAgeless};
  const ZonedTime at = view.publish_date();
  if (!at.given()) return {*found, kAgeless};
  const Moment minutes = std::max<Moment>(moment_ - at.at, 0) / 60;
  return {*found, static_cast<std::uint32_t>(std::min<Moment>(minutes, kAgeless))};
}

}  // namespace octavo
