// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/code_block.h"

#include <algorithm>
#include <utility>

#include "base/escape.h"
#include "compose/fence.h"

namespace octavo {

namespace {

std::string marked_lines(std::string_view html, const std::vector<LineRange>& ranges) {
  std::string out;
  out.reserve(html.size() + 64);
  auto range = ranges.begin();
  for (std::uint32_t number = 1; !html.empty(); ++number) {
    const std::size_t end = std::min(html.find('\n'), html.size() - 1) + 1;
    while (range != ranges.end() && range->last < number) ++range;
    const bool marked = range != ranges.end() && range->first <= number;
    if (marked) out += "<span class=\"line\">";
    out += html.substr(0, end);
    if (marked) out += "</span>";
    html.remove_prefix(end);
  }
  return out;
}

// The character that stands at `at`, and moves behind it; 0: none that may stand there.
char take_character(std::string_view html, std::size_t& at) {
  if (html[at] != '&') return html[at] == '<' || html[at] == '>' ? '\0' : html[at++];
  constexpr std::pair<std::string_view, char> kReferences[] = {
      {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}};
  for (const auto& [reference, character] : kReferences) {
    if (!html.substr(at).starts_with(reference)) continue;
    at += reference.size();
    return character;
  }
  return '\0';
}

}  // namespace

bool shows_code(std::string_view html, std::string_view code) {
  constexpr std::string_view kOpen = "<span class=\"", kClose = "</span>";
  std::size_t at = 0, open = 0, read = 0;
  while (at < html.size()) {
    const std::string_view rest = html.substr(at, kOpen.size());
    if (rest == kOpen) {
      at += kOpen.size();
      while (at < html.size() && html[at] >= 'a' && html[at] <= 'z') ++at;
      if (html.substr(at, 2) != "\">") return false;
      at += 2;
      ++open;
    } else if (rest.starts_with(kClose)) {
      if (open-- == 0) return false;
      at += kClose.size();
    } else {
      if (read == code.size() || take_character(html, at) != code[read]) return false;
      if (code[read++] == '\n' && open != 0) return false;
    }
  }
  return open == 0 && read == code.size();
}

std::string CodeWriter::coloured(std::string_view code, const std::string& language) {
  if (highlighter_ && !language.empty() && code.size() <= kMostHighlighted &&
      highlighted_ + code.size() <= kMostHighlightedInAll) {
    highlighted_ += code.size();
    // A broken rule of a language may cost the colours, never the code.
    std::optional<std::string> html = highlighter_(code, language);
    if (html && coloured_ + html->size() <= kMostColoured && shows_code(*html, code)) {
      coloured_ += html->size();
      return std::move(*html);
    }
  }
  return html_escape(code);
}

CodeBlock CodeWriter::write(std::string_view info, std::string_view code) {
  const Fence fence = read_fence(info);
  CodeBlock block;
  if (!fence.title.empty()) {
    block.html = "<figure class=\"code\"><figcaption>";
    html_escape_to(block.html, fence.title);
    block.html += "</figcaption>";
    (block.text = fence.title) += '\n';
  }
  // It scrolls sideways when it is wide: the keyboard must be able to reach it.
  block.html +=
      right_to_left_ ? "<pre dir=\"ltr\" tabindex=\"0\"><code" : "<pre tabindex=\"0\"><code";
  if (!fence.language.empty()) ((block.html += " class=\"language-") += fence.language) += '"';
  block.html += '>';
  std::string html = coloured(code, fence.language);
  block.html += fence.marked.empty() ? html : marked_lines(html, fence.marked);
  block.html += "</code></pre>";
  if (!fence.title.empty()) block.html += "</figure>";
  block.text += code;
  return block;
}

}  // namespace octavo
