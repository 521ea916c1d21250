// SPDX-License-Identifier: GPL-3.0-or-later
//
// Raw HTML against an allow-list (compose/html_rules.h), by an HTML5 parser (Gumbo). Also wraps
// top-level nodes, and reads off the tree what a post needs: its text, headings, first paragraph.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_COMPOSE_SANITIZE_H_
#define OCTAVO_COMPOSE_SANITIZE_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "compose/heading_ids.h"
#include "compose/safe_url.h"
#include "content/post.h"

namespace octavo {

// Elements within elements, in a body: browsers stop at 512.
inline constexpr std::size_t kMaxNesting = 500;
inline constexpr std::size_t kMaxHtmlBytes = std::size_t{16} << 20;

// One URL of an image or other medium, as it goes through SanitizeOptions::image.
struct MediaUse {
  std::string url;            // in: as written; out: as it is to be written
  std::string width, height;  // out: for an img that gives neither
  std::size_t offset = 0;     // of its tag, in the HTML that is sanitised
};

// What compose/html_writer.h made of Markdown, and no author can: told by where its tag begins in
// the HTML that is sanitised. A <pre> there is written as `html`, whose words are `text`; a <div>
// is an alert (then both are empty).
struct MadeBlock {
  std::size_t offset = 0;
  std::string html, text;
};

// The first image of a body is seen at once if no more text than this, in bytes, stands before it.
inline constexpr std::size_t kNearTop = 600;
// Stands for a picture among words.
inline constexpr std::string_view kPicture = "\xef\xbf\xbc";

struct SanitizeOptions {
  bool trusted = false;  // everything passes; the tree is only put in order and wrapped
  bool wrap = true;      // top-level nodes into the div.block-* wrappers
  bool summary = false;  // no ids, no images, no marks of footnotes
  // Called for each <img src>, srcset, <source>, poster …. May be empty.
  std::function<void(MediaUse& use)> image;
  // Gives ids to headings that have none. May be null: then they stay without.
  HeadingIds* ids = nullptr;
  // Headings one level down (h6 stays): nullopt: when there is an h1, since the page has its own.
  std::optional<bool> shift_headings = false;
  bool typography = false;
  bool eager_image = false;  // the first one is not lazy, if it stands near the top
  std::string_view lang = "en";
  std::string_view own_host;                     // links to others are marked; empty: no link is
  const std::vector<MadeBlock>* made = nullptr;  // by offset; may be null
};

enum class SanitizeFault { none, too_deep, too_large };
struct Sanitized {
  SanitizeFault fault = SanitizeFault::none;  // unless none, all else is empty
  std::string html;
  std::string text;               // plain, a line a block; the author's, a summary's as it is set
  std::string first_paragraph;    // HTML of the first <p> with words, or empty
  std::vector<Heading> headings;  // in order
  bool shifted = false;
};
Sanitized sanitize(std::string_view html, const SanitizeOptions& options);

// The HTML alone; empty when it is nested too deep or too large.
std::string sanitize_html(std::string_view html, const SanitizeOptions& options);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_SANITIZE_H_
