// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>
#include <array>
#include <bit>
#include <numeric>

#include "base/escape.h"
#include "base/text.h"
#include "render/links.h"
#include "render/search.h"
#include "render/views.h"

namespace octavo {
namespace {

constexpr std::size_t kShown = 5;
constexpr std::size_t kLatest = 5;
constexpr std::size_t kShownPath = 80;  // code points
constexpr std::size_t kCompared = 64;   // bytes of a slug
// Nobody can keep a 404 from being asked for again and again: the work it does is bounded.
constexpr std::size_t kLookedAt = 1000;  // newest posts
constexpr std::size_t kDistances = 64;   // edit distances

// What was meant to be the slug: the last segment that is not one of our own words.
std::string wanted_slug(std::string_view path) {
  path = path.substr(0, path.find_first_of("?#"));
  const std::vector<std::string_view> segments = split(path, '/');
  for (auto segment = segments.rbegin(); segment != segments.rend(); ++segment) {
    std::string text = percent_decode(*segment).value_or(std::string(*segment));
    if (find_bad_utf8(text) != std::string::npos) continue;
    text = fold_case(text);
    for (const std::string_view ending : {".html", ".htm", ".md", ".php"}) {
      if (text.ends_with(ending)) text.resize(text.size() - ending.size());
    }
    static constexpr std::array<std::string_view, 7> kOwn = {"",     "md",  "pdf",  "page",
                                                             "blog", "tag", "posts"};
    const bool number = text.find_first_not_of("0123456789") == std::string::npos;
    if (number || std::ranges::find(kOwn, text) != kOwn.end() || text == "index") continue;
    return text.substr(0, kCompared);
  }
  return {};
}

// The same as somebody would type it into a search: "how-to-fold" → "how to fold".
std::string wanted_words(std::string_view path) {
  std::string text = wanted_slug(path);
  text.resize(std::min(text.size(), find_bad_utf8(text)));  // a character that the cut went through
  std::string words;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    append_utf8(words, is_letter_mark_number(c) ? c : U' ');
  }
  return collapse_blanks(words);
}

std::uint32_t letters_of(std::string_view text) {
  std::uint32_t mask = 0;
  for (const char c : text) mask |= 1u << (static_cast<unsigned char>(c) % 32);
  return mask;
}

// Insertions, deletions, replacements and swaps of neighbours. REQUIRES: both at most kCompared
// bytes
std::size_t edit_distance(std::string_view a, std::string_view b) {
  using Row = std::array<std::size_t, kCompared + 1>;
  Row rows[3];
  Row *before = &rows[0], *last = &rows[1], *row = &rows[2];
  std::iota(last->begin(), last->end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    (*row)[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = (*last)[j - 1] + (a[i - 1] == b[j - 1] ? 0u : 1u);
      (*row)[j] = std::min({(*last)[j] + 1, (*row)[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        (*row)[j] = std::min((*row)[j], (*before)[j - 2] + 1);
      }
    }
    Row* const free = before;
    before = last;
    last = row;
    row = free;
  }
  return (*last)[b.size()];
}

class Nearness {
 public:
  explicit Nearness(std::string wanted)
      : wanted_(std::move(wanted)), letters_(letters_of(wanted_)) {
    for (const std::string_view word : split(wanted_, '-')) {
      if (word.size() >= 4) words_.push_back(word);
    }
  }
  Nearness(const Nearness&) = delete;
  Nearness& operator=(const Nearness&) = delete;

  // 0: not near.
  std::size_t score(std::string_view slug) {
    const std::string_view text = slug.substr(0, kCompared);
    const auto [mine, its] = std::ranges::mismatch(wanted_, text);
    const auto prefix = static_cast<std::size_t>(mine - wanted_.begin());
    std::size_t score = prefix >= 4 && prefix * 2 >= wanted_.size() ? prefix : 0;
    for (const std::string_view word : words_) {
      if (text.find(word) != std::string_view::npos) score += 2 * word.size();
    }
    const std::size_t longer = std::max(text.size(), wanted_.size());
    const std::size_t shorter = std::min(text.size(), wanted_.size());
    if (longer - shorter <= 3 && std::popcount(letters_ ^ letters_of(text)) <= 4 &&
        distances_ < kDistances) {
      ++distances_;
      const std::size_t distance = edit_distance(wanted_, text);
      if (distance <= 3 && distance * 3 <= longer) score += 40 - 10 * distance;
    }
    return score;
  }

 private:
  std::string wanted_;
  std::uint32_t letters_;
  std::vector<std::string_view> words_;
  std::size_t distances_ = 0;
};

std::vector<std::uint32_t> nearest(const Site& site, std::string_view path) {
  std::string wanted = wanted_slug(path);
  if (wanted.empty()) return {};
  Nearness nearness(std::move(wanted));
  struct Near {
    std::uint32_t number;
    std::size_t score;
  };
  std::vector<Near> found;
  const auto look = [&](const std::vector<std::uint32_t>& numbers) {
    const std::size_t count = std::min(numbers.size(), kLookedAt);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t score = nearness.score(site.post(numbers[i]).slug());
      if (score > 0) found.push_back({numbers[i], score});
    }
  };
  look(site.pages());
  look(site.order());
  std::ranges::stable_sort(found, std::ranges::greater(), &Near::score);
  std::vector<std::uint32_t> numbers;
  for (const Near& near : found) {
    // Beside a very good match a vague one is noise.
    if (numbers.size() == kShown || near.score * 3 < found.front().score) break;
    numbers.push_back(near.number);
  }
  return numbers;
}

std::string shown_path(std::string_view path) {
  std::string text = percent_decode(path).value_or(std::string(path));
  if (find_bad_utf8(text) != std::string::npos) text = path;
  std::string clean;
  if (find_bad_utf8(text) != std::string::npos) return clean;
  std::size_t count = 0;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (is_control(c)) continue;
    if (++count > kShownPath) return clean + "…";
    append_utf8(clean, c);
  }
  return clean;
}

}  // namespace

Values not_found_values(const RenderContext& context, std::string_view path) {
  const Site& site = context.site;
  Frame frame;
  frame.title = "Page not found";
  frame.noindex = true;
  Values page = frame_values(context, frame);
  Values content;
  content.set("PATH", shown_path(path));
  const std::string words = wanted_words(path);
  content.set("WORDS", words);
  content.set("SEARCH_URL", words.empty() ? "" : search_path(words, 1));
  add_lines(context, nearest(site, path), "NEAR", content);
  const std::span<const std::uint32_t> order = site.order();
  add_lines(context, order.first(std::min(kLatest, order.size())), "LATEST", content);
  page.include("CONTENT", "not_found.html", std::move(content));
  return page;
}

std::string render_not_found(const RenderContext& context, std::string_view path) {
  return context.theme.expand(not_found_values(context, path));
}

}  // namespace octavo
