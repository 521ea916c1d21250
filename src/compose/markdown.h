// SPDX-License-Identifier: GPL-3.0-or-later
//
// A post's body: Markdown (cmark-gfm: tables, strikethrough, autolinks, task lists, footnotes)
// to SafeHtml with the seed's hooks, and all that is read off it.
//
// Thread safety: NOT thread-safe (cmark-gfm of Debian 12 has a global table): one thread a process.
// Throws: std::bad_alloc alone; faults come back in the result. May not come back at all on a
// hostile body: its caller runs it in a process with limits.
#ifndef OCTAVO_COMPOSE_MARKDOWN_H_
#define OCTAVO_COMPOSE_MARKDOWN_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "compose/code_block.h"
#include "compose/image_reference.h"
#include "content/post.h"

namespace octavo {

struct ImageInfo {
  std::uint32_t width = 0, height = 0;  // 0: a file whose size we cannot read
};
// What is known of a file below content/images/ ("2024/a.png"); nullopt: there is none.
using ImageLookup = std::function<std::optional<ImageInfo>(const std::string& path)>;

struct MarkdownOptions {
  bool html_trusted = false;
  bool missing_image_is_error = true;
  std::string lang = "en";
  bool typography = false;   // quotes and dashes as `lang` has them
  bool eager_image = false;  // the first image is not lazy, if it stands near the top
  std::string own_host;      // links to other hosts are marked; empty: no link is
  Highlighter highlight;     // empty: code stays plain
};

struct Rendered {
  // Top-level blocks, each in div.block-rich-text, div.block-code or div.block-image.
  std::string html;
  std::string summary_html;  // up to <!--more-->, else the first paragraph; links kept, no ids
  std::string summary;       // the same as plain text
  std::string text;          // plain text of all, for search and counting
  std::uint32_t words = 0, minutes = 0;
  std::vector<Heading> headings;
  std::vector<ImageUse> images;    // every content image named in the body, found or not
  std::vector<Diagnostic> faults;  // line and column are the file's; file is not set
};

// `first_line`: the number, in its file, of the body's first line.
Rendered render_markdown(std::string_view body, std::uint32_t first_line,
                         const MarkdownOptions& options, const ImageLookup& images);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_MARKDOWN_H_
