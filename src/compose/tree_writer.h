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
#include "compose/prose.h"
#include "compose/sanitize.h"

namespace octavo {

class TreeWriter {
 public:
  // REQUIRES: both outlive it; `source` is what was parsed.
  TreeWriter(std::string_view source, const SanitizeOptions& options)
      : source_(source), options_(options), prose_(options.typography, options.lang) {}

  ElementRule rule_of(HtmlNode element) const;
  bool drops(HtmlNode node) const { return node.is_element() && rule_of(node).fate == Fate::drop; }
  void write(HtmlNode node);
  // The attributes of `node` as they may stand on an element `name`.
  void write_attributes(HtmlNode node, std::string_view name);
  // The image's title becomes its caption: it is left out until the next call.
  void caption(HtmlNode img) { captioned_ = img; }

  // A caption that is written from an image's title.
  void write_caption(std::string_view title);

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
    bool alert = false;     // one of Markdown's, not an author's
    bool verbatim = false;  // code
    bool language = false;  // its words are set as another language has them
    bool heading = false;   // its words are gathered for result.headings[heading_at]
    std::size_t heading_at = 0;
  };

  void enter(HtmlNode node);
  void leave();
  void write_text(HtmlNode node);
  const MadeBlock* made(HtmlNode element) const;
  void write_made(const MadeBlock& block);
  std::string_view saw_image(HtmlNode img);  // its alt text
  void close_heading(const Frame& frame);
  bool leads_away(HtmlNode link) const;
  bool is_within(std::string_view one, std::string_view other) const;
  void open_tag(Frame& frame);
  void open_heading(Frame& frame, unsigned level);
  void write_attribute(HtmlNode node, std::string_view name, const HtmlAttribute& one);
  void write_missing(HtmlNode node, std::string_view name);
  std::string with_mark(std::string_view name, std::string value) const;
  void append_attribute(std::string_view name, std::string_view value);
  bool media_url(HtmlNode node, std::string& url);
  std::string srcset(HtmlNode node, std::string_view value);
  bool may_begin_first_paragraph(HtmlNode node) const;
  std::string text_of(HtmlNode root) const;
  void break_text(const Frame& frame);

  const std::string_view source_;
  const SanitizeOptions& options_;
  std::vector<Frame> frames_;
  Prose prose_;
  PlainText heading_;  // the words of the heading being written, as they are written
  bool in_heading_ = false;
  std::size_t images_ = 0;
  unsigned verbatim_ = 0;
  bool external_ = false;  // the link being written leads away
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
