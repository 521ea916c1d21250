// SPDX-License-Identifier: GPL-3.0-or-later
//
// Writes nodes of an HtmlTree as the allow-list has them, without recursion, and reads off text,
// headings and the first paragraph as it goes. Knows nothing of wrappers: see compose/sanitize.h.
//
// Thread safety: one thread at a time.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_COMPOSE_TREE_WRITER_H_
#define OCTAVO_COMPOSE_TREE_WRITER_H_

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "compose/html_rules.h"
#include "compose/html_tree.h"
#include "compose/plain_text.h"
#include "compose/sanitize.h"

namespace octavo {

class TreeWriter {
 public:
  // REQUIRES: both outlive it; `source` is what was parsed.
  TreeWriter(std::string_view source, const SanitizeOptions& options)
      : source_(source), options_(options) {}

  ElementRule rule_of(HtmlNode element) const;
  bool drops(HtmlNode node) const { return node.is_element() && rule_of(node).fate == Fate::drop; }
  void write(HtmlNode node);
  // The attributes of `node` as they may stand on an element `name`.
  void write_attributes(HtmlNode node, std::string_view name);
  // The image's title becomes its caption: it is left out until the next call.
  void caption(HtmlNode img) { captioned_ = img; }

  Sanitized result;
  PlainText text;  // the result's, until it is taken

 private:
  struct Frame {
    HtmlNode node;
    unsigned next = 0;
    ElementRule rule;
    std::string name;        // empty: unwrapped
    bool table_box = false;  // a div.table-wrap of ours is around it
    bool mute = false;       // its text is no text of the author's
    bool first_paragraph = false;
  };

  void enter(HtmlNode node);
  void leave();
  void write_text(HtmlNode node);
  void open_tag(Frame& frame);
  void open_heading(const Frame& frame, unsigned level);
  void write_attribute(HtmlNode node, std::string_view name, const HtmlAttribute& one);
  void write_missing(HtmlNode node, std::string_view name);
  void append_attribute(std::string_view name, std::string_view value);
  bool media_url(HtmlNode node, std::string& url);
  std::string srcset(HtmlNode node, std::string_view value);
  bool may_begin_first_paragraph(HtmlNode node) const;
  std::string text_of(HtmlNode root) const;
  void break_text(const Frame& frame);

  const std::string_view source_;
  const SanitizeOptions& options_;
  std::vector<Frame> frames_;
  HtmlNode captioned_;
  std::string width_, height_;  // of the img being written, from the callback
  unsigned pre_ = 0, tables_ = 0, mute_ = 0;
  std::size_t words_seen_ = 0;  // texts that are not blank
  std::size_t paragraph_at_ = 0, paragraph_words_ = 0;
  bool paragraph_found_ = false;
};

// Where the parser does not decode references, and the writer may not encode.
bool holds_raw_text(HtmlNode node);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_TREE_WRITER_H_
