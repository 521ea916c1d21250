// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which visible post of a site a document of the index is, and how old: looked up by slug once, as
// long as neither site nor index changes. What each match is asked for lies close together here;
// the site's records are spread over its image.
//
// Thread safety: one thread at a time.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_SEARCH_SHOWN_H_
#define OCTAVO_SEARCH_SHOWN_H_

#include <cstdint>
#include <string_view>
#include <vector>

#include "content/site.h"

namespace octavo {

class ShownPosts {
 public:
  static constexpr std::uint32_t kUnknown = 0xffffffff, kHidden = 0xfffffffe;
  static constexpr std::uint32_t kAgeless = 0xffffffff;

  struct Post {
    std::uint32_t number = kUnknown;   // in the site, kHidden, or kUnknown: look_up() then
    std::uint32_t minutes = kAgeless;  // since it was published, at the site's moment
  };

  // `documents`: the highest document number. REQUIRES: the site outlives the questions.
  void look_at(const Site& site, std::uint32_t documents);
  Post post(std::uint32_t document) const noexcept {
    return document < posts_.size() ? posts_[document] : Post{};
  }
  // `slug` as in terms::kSlotSlug.
  Post look_up(std::uint32_t document, std::string_view slug);

 private:
  Post find(std::string_view slug) const;

  const Site* site_ = nullptr;
  Hash128 content_;
  Moment moment_ = 0;
  std::vector<Post> posts_;  // by document
};

}  // namespace octavo

#endif  // OCTAVO_SEARCH_SHOWN_H_
