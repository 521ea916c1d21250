// SPDX-License-Identifier: GPL-3.0-or-later
//
// cmark's tree to HTML: our own ids, images, footnotes, task lists and wrappers, walked without
// recursion, since a tree may be as deep as its source is long.
//
// Thread safety: one thread at a time.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_COMPOSE_HTML_WRITER_H_
#define OCTAVO_COMPOSE_HTML_WRITER_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "compose/code_block.h"
#include "compose/heading_ids.h"
#include "compose/plain_text.h"
#include "compose/prose.h"
#include "compose/sanitize.h"
#include "content/post.h"

struct cmark_node;
struct cmark_iter;

namespace octavo {

struct WriterOptions {
  // For the sanitiser: no wrappers, raw HTML and words as they are, images as written, code set
  // aside. What that leaves to compose/tree_writer.h, it does in the same way.
  bool raw = false;
  bool summary = false;  // no ids, no images, no marks of footnotes, no wrappers
  bool shift_headings = false;
  bool typography = false;
  bool eager_image = false;  // the first one is not lazy, if it stands near the top
  std::string_view lang = "en";
  std::string_view own_host;   // links to others are marked; empty: no link is
  CodeWriter* code = nullptr;  // REQUIRES: not null
  HeadingIds* ids = nullptr;   // REQUIRES: not null unless summary
  const std::vector<std::uint32_t>* notes = nullptr;  // references by footnote; the same
  // For each image, with the line and column of its node. Not called when raw.
  std::function<void(MediaUse& use, std::uint32_t line, std::uint32_t column)> image;
};

// Where in the source a part of raw HTML came from.
struct SourceMark {
  std::size_t offset = 0;
  std::uint32_t line = 0, column = 0;
};

// Text of a node's inlines: alt texts and code included, HTML and footnote references not.
std::string inline_text(cmark_node* node);

class HtmlWriter {
 public:
  explicit HtmlWriter(const WriterOptions& options)
      : options_(options), prose_(options.typography && !options.raw, options.lang) {}

  // One child of the document. Stops before `cut`, a child of it, if there is one.
  // False when the HTML has become larger than kMaxHtmlBytes.
  bool write_block(cmark_node* block, cmark_node* cut = nullptr);
  void finish();  // behind the last block

  std::string html;
  PlainText text;                 // the author's; a summary's as it is set. Not when raw
  std::vector<Heading> headings;  // not when raw
  std::vector<SourceMark> marks;  // when raw, by offset
  std::vector<MadeBlock> made;    // when raw, by offset

 private:
  void write_tree(cmark_node* root, cmark_node* cut);
  void enter(cmark_node* node, cmark_iter* iter);
  void leave(cmark_node* node);
  void enter_extension(cmark_node* node);
  void leave_extension(cmark_node* node);
  void write_code_block(cmark_node* node);
  void write_image(cmark_node* node);
  void write_raw(cmark_node* node, bool block);
  void open_heading(cmark_node* node);
  void close_heading(cmark_node* node);
  void open_quote(cmark_node* node);
  void close_quote(cmark_node* node);
  void open_list(cmark_node* node);
  void open_item(cmark_node* node);
  void open_link(cmark_node* node);
  void open_note(cmark_node* node);
  void close_note(cmark_node* node);
  void write_note_reference(cmark_node* node);
  void write_back_links();
  void write_words();
  void write_caption(std::string_view title);
  void add_text(std::string_view words);
  void line();
  unsigned heading_level(cmark_node* node) const;
  void open_wrapper(const char* name);
  void close_wrapper();

  const WriterOptions options_;
  Prose prose_;
  std::string words_;        // of text and line ends, read but not yet written
  bool in_heading_ = false;  // of `headings`, the last
  PlainText heading_;        // its words as they are written
  std::size_t images_ = 0;
  bool in_notes_ = false;
  std::uint32_t note_ = 0;               // number of the footnote being written
  std::vector<std::uint32_t> referred_;  // references written, by footnote
  bool back_links_due_ = false;
  bool captioned_ = false;  // an image's title is written as its caption
  bool table_head_ = false, table_body_ = false;
  unsigned column_ = 0;
  const std::uint8_t* alignments_ = nullptr;
  unsigned columns_ = 0;
};

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_HTML_WRITER_H_
