// SPDX-License-Identifier: GPL-3.0-or-later
//
// A block of code to HTML: highlighted where its language is known, with the file name and the
// marked lines of its fence (compose/fence.h).
//
//   <pre tabindex="0"><code class="language-yaml">…<span class="line">a marked line
//   </span>…</code></pre>, in a <figure class="code"> with a <figcaption> when it has a name.
//
// Thread safety: one thread at a time.
// Throws: std::bad_alloc, and what the highlighter throws.
#ifndef OCTAVO_COMPOSE_CODE_BLOCK_H_
#define OCTAVO_COMPOSE_CODE_BLOCK_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace octavo {

// highlight() of compose/highlight.h, or one with its promises.
using Highlighter =
    std::function<std::optional<std::string>(std::string_view code, std::string_view language)>;

// More code than this in one block, or in all blocks of a post, stays plain; so does what is in
// colours more than kMostColoured bytes long. 5,000 lines are about 200 KB.
inline constexpr std::size_t kMostHighlighted = 512u << 10;
inline constexpr std::size_t kMostHighlightedInAll = 768u << 10;
inline constexpr std::size_t kMostColoured = 6u << 20;

struct CodeBlock {
  std::string html;  // no line feed at its end
  std::string text;  // the name, a line; the code
};

// For the blocks of one post.
class CodeWriter {
 public:
  // An empty highlighter: all stays plain. `right_to_left`: the text around it runs so, code not.
  CodeWriter(Highlighter highlighter, bool right_to_left)
      : highlighter_(std::move(highlighter)), right_to_left_(right_to_left) {}
  CodeBlock write(std::string_view info, std::string_view code);

 private:
  std::string coloured(std::string_view code, const std::string& language);

  const Highlighter highlighter_;
  const bool right_to_left_;
  std::size_t highlighted_ = 0, coloured_ = 0;
};

// Whether `html` is `code` and nothing but <span class="…"> around parts of it, all of which end
// before their line does.
bool shows_code(std::string_view html, std::string_view code);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_CODE_BLOCK_H_
