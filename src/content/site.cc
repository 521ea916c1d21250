// SPDX-License-Identifier: GPL-3.0-or-later
#include "content/site.h"

#include <algorithm>
#include <thread>

#include "base/text.h"

namespace octavo {

namespace {

std::string alias_key(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  return std::string(path);
}

const std::uint32_t* find(const std::unordered_map<std::string, std::uint32_t>& map,
                          const std::string& key) {
  const auto at = map.find(key);
  return at == map.end() ? nullptr : &at->second;
}

// In sips: a thread that wakes for a reader while this one is at work on its core waits for the
// length of one, not for a slice of the scheduler's (3 ms).
void sip(std::uint32_t number) {
  if (number % 64 == 0) std::this_thread::yield();
}

}  // namespace

bool visible_at(const PostView& post, Moment moment) {
  return !post.draft() && post.publish_date().at <= moment && moment < post.expiry_date().at;
}

Site::Site(std::shared_ptr<const Image> image, Moment moment)
    : image_(std::move(image)), moment_(moment) {
  const std::uint32_t count = image_->size();
  posts_by_slug_.reserve(count);
  order_.reserve(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    sip(i);
    const PostView view = post(i);
    if (!view.draft()) {
      for (const Moment change : {view.publish_date().at, view.expiry_date().at}) {
        if (change > moment_) next_change_ = std::min(next_change_, change);
      }
    }
    if (!visible_at(view, moment_)) continue;
    (view.page() ? pages_by_slug_ : posts_by_slug_).emplace(fold_case(view.slug()), i);
    for (const std::string_view path : view.alias_paths()) aliases_.emplace(alias_key(path), i);
    if (view.page()) {
      pages_.push_back(i);
    } else if (view.redirect_to().empty()) {
      order_.push_back(i);
    }
  }
  // The keys are taken out once: a comparison that decodes records costs more than the sort.
  struct Key {
    Moment at;
    std::string_view slug;
    std::uint32_t number;
  };
  std::vector<Key> keys;
  keys.reserve(order_.size());
  for (const std::uint32_t i : order_)
    keys.push_back({post(i).publish_date().at, post(i).slug(), i});
  std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) {
    return a.at != b.at ? a.at > b.at : a.slug < b.slug;
  });
  std::sort(pages_.begin(), pages_.end(),
            [this](std::uint32_t a, std::uint32_t b) { return post(a).slug() < post(b).slug(); });
  rank_.assign(count, count);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    order_[i] = keys[i].number;
    rank_[keys[i].number] = static_cast<std::uint32_t>(i);
  }
  // From the oldest on, so that the first spelling by date names the tag. Most posts spell a tag as
  // one before did: that is found without folding.
  std::unordered_map<std::string_view, std::uint32_t> spelled;
  for (auto at = order_.rbegin(); at != order_.rend(); ++at) {
    sip(*at);
    const PostView view = post(*at);
    for (const std::string_view name : view.tags()) {
      const auto [known, unknown] = spelled.try_emplace(name, 0);
      if (unknown) {
        const auto [entry, fresh] =
            tags_by_name_.try_emplace(fold_case(name), static_cast<std::uint32_t>(tags_.size()));
        if (fresh) tags_.push_back({std::string(name), {}});
        known->second = entry->second;
      }
      std::vector<std::uint32_t>& posts = tags_[known->second].posts;
      if (posts.empty() || posts.back() != *at) posts.push_back(*at);
    }
    const int year = civil(view.publish_date()).year;
    if (years_.empty() || years_.back().year != year) years_.push_back({year, {}});
    years_.back().posts.push_back(*at);
  }
  for (Tag& tag : tags_) std::reverse(tag.posts.begin(), tag.posts.end());
  for (Year& year : years_) std::reverse(year.posts.begin(), year.posts.end());
  std::reverse(years_.begin(), years_.end());
  std::vector<std::pair<std::string, std::uint32_t>> names(tags_by_name_.begin(),
                                                           tags_by_name_.end());
  std::sort(names.begin(), names.end());
  std::vector<Tag> sorted;
  sorted.reserve(tags_.size());
  for (const auto& [name, number] : names) {
    tags_by_name_[name] = static_cast<std::uint32_t>(sorted.size());
    sorted.push_back(std::move(tags_[number]));
  }
  tags_ = std::move(sorted);
}

const std::uint32_t* Site::find_post(std::string_view slug) const {
  return find(posts_by_slug_, fold_case(slug));
}

const std::uint32_t* Site::find_page(std::string_view slug) const {
  return find(pages_by_slug_, fold_case(slug));
}

const Tag* Site::find_tag(std::string_view name) const {
  const std::uint32_t* number = find(tags_by_name_, fold_case(name));
  return number == nullptr ? nullptr : &tags_[*number];
}

const Year* Site::find_year(int year) const {
  for (const Year& candidate : years_) {
    if (candidate.year == year) return &candidate;
  }
  return nullptr;
}

const std::uint32_t* Site::find_alias(std::string_view path) const {
  return find(aliases_, alias_key(path));
}

std::size_t Site::rank(std::uint32_t number) const {
  return number < rank_.size() && rank_[number] < order_.size() ? rank_[number] : order_.size();
}

}  // namespace octavo
