// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which visible post of a site a document of the index is: looked up by slug once, as long as
// neither site nor index changes.
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

  // `documents`: the highest document number. REQUIRES: the site outlives the questions.
  void look_at(const Site& site, std::uint32_t documents);
  // A number of the site, kHidden, or kUnknown: look_up() then.
  std::uint32_t number(std::uint32_t document) const noexcept {
    return document < numbers_.size() ? numbers_[document] : kUnknown;
  }
  // `slug` as in terms::kSlotSlug.
  std::uint32_t look_up(std::uint32_t document, std::string_view slug);

 private:
  std::uint32_t find(std::string_view slug) const;

  const Site* site_ = nullptr;
  Hash128 content_;
  Moment moment_ = 0;
  std::vector<std::uint32_t> numbers_;  // by document
};

}  // namespace octavo

#endif  // OCTAVO_SEARCH_SHOWN_H_
