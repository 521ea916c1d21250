// SPDX-License-Identifier: GPL-3.0-or-later
//
// The site at one moment: an image, and indexes over what is visible in it.
//
// Thread safety: immutable after construction; any thread may read.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_CONTENT_SITE_H_
#define OCTAVO_CONTENT_SITE_H_

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "content/image.h"

namespace octavo {

// The one function that decides what readers may see.
bool visible_at(const PostView& post, Moment moment);

struct Tag {
  std::string name;                  // first spelling by date
  std::vector<std::uint32_t> posts;  // numbers, newest first
};
struct Year {
  int year = 0;
  std::vector<std::uint32_t> posts;  // newest first
};

class Site {
 public:
  Site(std::shared_ptr<const Image> image, Moment moment);

  const Image& image() const noexcept { return *image_; }
  Moment moment() const noexcept { return moment_; }
  // The next moment at which something appears or expires; kNever when nothing will.
  Moment next_change() const noexcept { return next_change_; }

  PostView post(std::uint32_t number) const { return image_->post(number); }
  // Listed posts: visible, not pages, not redirect_to; newest first, ties by slug.
  const std::vector<std::uint32_t>& order() const noexcept { return order_; }
  const std::vector<std::uint32_t>& pages() const noexcept { return pages_; }  // visible, by slug
  const std::vector<Tag>& tags() const noexcept { return tags_; }              // by folded name
  const std::vector<Year>& years() const noexcept { return years_; }           // newest first

  // Visible posts (redirect_to ones too) and pages by slug; case and normal form are ignored:
  // compare slug() to see whether the spelling is the canonical one. nullptr: none.
  const std::uint32_t* find_post(std::string_view slug) const;
  const std::uint32_t* find_page(std::string_view slug) const;
  const Tag* find_tag(std::string_view name) const;  // case ignored
  const Year* find_year(int year) const;
  // The visible post or page that claims the path (slash at the end ignored).
  const std::uint32_t* find_alias(std::string_view path) const;
  // Place of a listed post in order(); order().size() when it is not listed.
  std::size_t rank(std::uint32_t number) const;

 private:
  using Map = std::unordered_map<std::string, std::uint32_t>;
  std::shared_ptr<const Image> image_;
  Moment moment_;
  Moment next_change_ = kNever;
  std::vector<std::uint32_t> order_, pages_, rank_;
  std::vector<Tag> tags_;
  std::vector<Year> years_;
  Map posts_by_slug_, pages_by_slug_, aliases_, tags_by_name_;
};

}  // namespace octavo

#endif  // OCTAVO_CONTENT_SITE_H_
