// SPDX-License-Identifier: GPL-3.0-or-later
//
// Longer than a unit should be: one short function for each kind of node of one grammar, which
// are easier to hold together than apart.
#include "compose/html_writer.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "base/escape.h"
#include "base/text.h"
#include "compose/alerts.h"
#include "compose/external_link.h"
#include "compose/html_comments.h"
#include "compose/phrases.h"
#include "compose/safe_url.h"

namespace octavo {

namespace {

using Iter = std::unique_ptr<cmark_iter, decltype(&cmark_iter_free)>;

Iter walk(cmark_node* root) {
  return {cmark_iter_new(root), cmark_iter_free};
}

std::string_view view(const char* text) {
  return text == nullptr ? std::string_view() : text;
}

std::uint32_t number(int value) {
  return value > 0 ? static_cast<std::uint32_t>(value) : 0;
}

// Extensions' node types are numbers that cmark-gfm gives out at run time: their names tell.
enum class Extension { none, table, row, cell, strikethrough };

Extension extension_of(cmark_node* node) {
  const std::string_view name = view(cmark_node_get_type_string(node));
  if (name == "table_cell") return Extension::cell;
  if (name == "table_row" || name == "table_header") return Extension::row;
  if (name == "strikethrough") return Extension::strikethrough;
  return name == "table" ? Extension::table : Extension::none;
}

bool is_task(cmark_node* item) {
  return cmark_node_get_syntax_extension(item) != nullptr &&
         view(cmark_node_get_type_string(item)) == "tasklist";
}

// The image of a paragraph that shows nothing else; it may be a link.
cmark_node* sole_image(cmark_node* paragraph) {
  cmark_node* only = cmark_node_first_child(paragraph);
  if (only == nullptr || cmark_node_next(only) != nullptr) return nullptr;
  if (cmark_node_get_type(only) == CMARK_NODE_LINK) {
    only = cmark_node_first_child(only);
    if (only == nullptr || cmark_node_next(only) != nullptr) return nullptr;
  }
  return cmark_node_get_type(only) == CMARK_NODE_IMAGE ? only : nullptr;
}

// A paragraph of a tight list's item has no <p>.
bool is_tight(cmark_node* paragraph) {
  cmark_node* item = cmark_node_parent(paragraph);
  cmark_node* list = item == nullptr ? nullptr : cmark_node_parent(item);
  return list != nullptr && cmark_node_get_type(list) == CMARK_NODE_LIST &&
         cmark_node_get_list_tight(list) != 0;
}

bool is_note(cmark_node* node) {
  return node != nullptr && cmark_node_get_type(node) == CMARK_NODE_FOOTNOTE_DEFINITION;
}

// Words, not a picture alone: that a link leads away is said behind them.
bool has_words(cmark_node* link) {
  const Iter iter = walk(link);
  cmark_event_type event;
  while ((event = cmark_iter_next(iter.get())) != CMARK_EVENT_DONE) {
    cmark_node* node = cmark_iter_get_node(iter.get());
    const auto type = cmark_node_get_type(node);
    if (event == CMARK_EVENT_ENTER && type == CMARK_NODE_IMAGE) {
      cmark_iter_reset(iter.get(), node, CMARK_EVENT_EXIT);
    } else if ((type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE) &&
               !trim(view(cmark_node_get_literal(node))).empty()) {
      return true;
    }
  }
  return false;
}

bool is_blank(std::string_view text) {
  return trim(text).empty();
}

}  // namespace

std::string inline_text(cmark_node* node) {
  std::string text;
  const Iter iter = walk(node);
  cmark_event_type event;
  while ((event = cmark_iter_next(iter.get())) != CMARK_EVENT_DONE) {
    if (event != CMARK_EVENT_ENTER) continue;
    cmark_node* one = cmark_iter_get_node(iter.get());
    switch (cmark_node_get_type(one)) {
      case CMARK_NODE_TEXT:
      case CMARK_NODE_CODE:
        text += view(cmark_node_get_literal(one));
        break;
      case CMARK_NODE_SOFTBREAK:
      case CMARK_NODE_LINEBREAK:
        text += ' ';
        break;
      default:
        break;
    }
  }
  return text;
}

void HtmlWriter::open_wrapper(const char* name) {
  ((html += "<div class=\"") += name) += "\">";
}

void HtmlWriter::close_wrapper() {
  while (!html.empty() && html.back() == '\n') html.pop_back();
  html += "</div>\n";
}

bool HtmlWriter::write_block(cmark_node* block, cmark_node* cut) {
  const auto type = cmark_node_get_type(block);
  const bool plain = options_.raw || options_.summary;
  if (type == CMARK_NODE_HTML_BLOCK && !options_.raw) return true;  // comments
  if (is_note(block)) {
    if (options_.summary) return true;
    if (!in_notes_) {
      in_notes_ = true;
      if (!plain) open_wrapper("block-rich-text");
      html += "<section class=\"footnotes\" role=\"doc-endnotes\" aria-label=\"";
      html_escape_to(html, phrases(options_.lang).footnotes);
      html += "\">\n<ol>\n";
    }
    write_tree(block, cut);
    return html.size() <= kMaxHtmlBytes;
  }
  if (plain) {
    write_tree(block, cut);
    return html.size() <= kMaxHtmlBytes;
  }
  cmark_node* image = type == CMARK_NODE_PARAGRAPH ? sole_image(block) : nullptr;
  if (image != nullptr) {
    const std::string_view title = view(cmark_node_get_title(image));
    captioned_ = !is_blank(title);
    open_wrapper("block-image");
    html += "<figure>";
    write_tree(cmark_node_first_child(block), cut);
    if (captioned_) write_caption(title);
    captioned_ = false;
    html += "</figure>";
    line();
  } else {
    open_wrapper(type == CMARK_NODE_CODE_BLOCK ? "block-code" : "block-rich-text");
    write_tree(block, cut);
  }
  close_wrapper();
  return html.size() <= kMaxHtmlBytes;
}

void HtmlWriter::write_caption(std::string_view title) {
  html += "<figcaption>";
  prose_.begin();
  html_escape_to(html, prose_.set(title));
  html += "</figcaption>";
  line();
  add_text(title);
}

void HtmlWriter::finish() {
  if (!in_notes_) return;
  html += "</ol>\n</section>\n";
  if (!options_.raw) close_wrapper();
}

void HtmlWriter::write_tree(cmark_node* root, cmark_node* cut) {
  const Iter iter = walk(root);
  cmark_event_type event;
  while ((event = cmark_iter_next(iter.get())) != CMARK_EVENT_DONE) {
    cmark_node* node = cmark_iter_get_node(iter.get());
    if (event == CMARK_EVENT_ENTER) {
      if (node == cut) {
        write_words();
        html += "</p>\n";  // a mark inside a paragraph of the top level
        line();
        return;
      }
      enter(node, iter.get());
    } else {
      leave(node);
    }
    if (html.size() > kMaxHtmlBytes) return;
  }
}

// Text and line ends that follow each other are one node to a browser, and to those who set it.
void HtmlWriter::write_words() {
  if (words_.empty()) return;
  if (prose_.on()) words_ = prose_.set(words_);
  html_escape_to(html, words_);
  if (in_heading_) heading_.add_collapsed(words_);
  if (options_.summary) add_text(words_);
  words_.clear();
}

void HtmlWriter::add_text(std::string_view words) {
  if (!options_.raw) text.add_collapsed(words);
}

void HtmlWriter::line() {
  if (!options_.raw) text.line();
}

void HtmlWriter::enter(cmark_node* node, cmark_iter* iter) {
  const auto type = cmark_node_get_type(node);
  if (type == CMARK_NODE_TEXT) {
    const std::string_view words = view(cmark_node_get_literal(node));
    words_ += words;
    if (!options_.summary) add_text(words);
    return;
  }
  if (type == CMARK_NODE_SOFTBREAK) {
    words_ += '\n';
    if (!options_.summary) add_text(" ");
    return;
  }
  // A comment is not seen by a browser either.
  if (type != CMARK_NODE_HTML_INLINE || options_.raw) write_words();
  switch (type) {
    case CMARK_NODE_LINEBREAK:
      html += "<br>";
      words_ = "\n";
      if (in_heading_) heading_.space();
      line();
      break;
    case CMARK_NODE_CODE: {
      const std::string_view words = view(cmark_node_get_literal(node));
      html += "<code>";
      html_escape_to(html, words);
      html += "</code>";
      prose_.saw(words);
      if (in_heading_) heading_.add_collapsed(words);
      add_text(words);
      break;
    }
    case CMARK_NODE_PARAGRAPH:
      line();
      prose_.begin();
      if (!is_tight(node)) html += "<p>";
      break;
    case CMARK_NODE_EMPH:
      html += "<em>";
      break;
    case CMARK_NODE_STRONG:
      html += "<strong>";
      break;
    case CMARK_NODE_LINK:
      open_link(node);
      break;
    case CMARK_NODE_IMAGE:
      write_image(node);
      cmark_iter_reset(iter, node, CMARK_EVENT_EXIT);
      break;
    case CMARK_NODE_HEADING:
      open_heading(node);
      break;
    case CMARK_NODE_LIST:
      open_list(node);
      break;
    case CMARK_NODE_ITEM:
      open_item(node);
      break;
    case CMARK_NODE_BLOCK_QUOTE:
      open_quote(node);
      break;
    case CMARK_NODE_CODE_BLOCK:
      write_code_block(node);
      break;
    case CMARK_NODE_THEMATIC_BREAK:
      line();
      html += "<hr>\n";
      break;
    case CMARK_NODE_HTML_BLOCK:
      write_raw(node, true);
      break;
    case CMARK_NODE_HTML_INLINE:
      write_raw(node, false);
      break;
    case CMARK_NODE_FOOTNOTE_DEFINITION:
      open_note(node);
      break;
    case CMARK_NODE_FOOTNOTE_REFERENCE:
      write_note_reference(node);
      break;
    default:
      enter_extension(node);
      break;
  }
}

void HtmlWriter::leave(cmark_node* node) {
  write_words();
  switch (cmark_node_get_type(node)) {
    case CMARK_NODE_PARAGRAPH:
      if (is_note(cmark_node_parent(node)) && cmark_node_next(node) == nullptr) write_back_links();
      if (!is_tight(node)) {
        html += "</p>\n";
      } else if (cmark_node_next(node) != nullptr) {
        html += '\n';
      }
      line();
      break;
    case CMARK_NODE_EMPH:
      html += "</em>";
      break;
    case CMARK_NODE_STRONG:
      html += "</strong>";
      break;
    case CMARK_NODE_LINK:
      html += "</a>";
      break;
    case CMARK_NODE_HEADING:
      close_heading(node);
      break;
    case CMARK_NODE_LIST:
      html += cmark_node_get_list_type(node) == CMARK_BULLET_LIST ? "</ul>\n" : "</ol>\n";
      line();
      break;
    case CMARK_NODE_ITEM:
      html += "</li>\n";
      line();
      break;
    case CMARK_NODE_BLOCK_QUOTE:
      close_quote(node);
      break;
    case CMARK_NODE_FOOTNOTE_DEFINITION:
      close_note(node);
      break;
    case CMARK_NODE_IMAGE:
      break;
    default:
      leave_extension(node);
      break;
  }
}

unsigned HtmlWriter::heading_level(cmark_node* node) const {
  const unsigned level = number(cmark_node_get_heading_level(node));
  return std::min(level + (options_.shift_headings ? 1u : 0u), 6u);
}

void HtmlWriter::open_heading(cmark_node* node) {
  line();
  const unsigned level = heading_level(node);
  (html += "<h") += static_cast<char>('0' + level);
  if (!options_.summary) {
    std::string words = collapse_blanks(inline_text(node));
    if (!words.empty()) {
      std::string id = options_.ids->make(words);
      html += " id=\"";
      html_escape_to(html, id);
      html += '"';
      if (!options_.raw) {
        headings.push_back({level, std::move(id), std::move(words)});
        in_heading_ = true;
      }
    }
  }
  html += '>';
  prose_.begin();
}

void HtmlWriter::close_heading(cmark_node* node) {
  if (in_heading_) {
    in_heading_ = false;
    headings.back().text = trim(heading_.take());
    heading_anchor_to(html, headings.back().id);
  }
  ((html += "</h") += static_cast<char>('0' + heading_level(node))) += ">\n";
  line();
}

void HtmlWriter::open_quote(cmark_node* node) {
  line();
  const AlertKind* alert = alert_of(node);
  if (alert == nullptr) {
    html += "<blockquote>\n";
    return;
  }
  const std::string title =
      html_escape(phrases(options_.lang).alerts[static_cast<std::size_t>(*alert)]);
  if (options_.raw) made.push_back({html.size(), {}, {}});
  ((html += "<div class=\"alert alert-") += alert_name(*alert)) += "\" role=\"note\" aria-label=\"";
  ((html += title) += "\"><p class=\"alert-title\">") += title;
  html += "</p>\n";
}

void HtmlWriter::close_quote(cmark_node* node) {
  html += alert_of(node) == nullptr ? "</blockquote>\n" : "</div>\n";
  line();
}

void HtmlWriter::open_list(cmark_node* node) {
  line();
  const bool bullets = cmark_node_get_list_type(node) == CMARK_BULLET_LIST;
  html += bullets ? "<ul" : "<ol";
  const int start = cmark_node_get_list_start(node);
  if (!bullets && start != 1) ((html += " start=\"") += std::to_string(start)) += '"';
  cmark_node* first = cmark_node_first_child(node);
  if (first != nullptr && is_task(first)) html += " class=\"contains-task-list\"";
  html += ">\n";
}

void HtmlWriter::open_item(cmark_node* node) {
  line();
  if (!is_task(node)) {
    html += "<li>";
    return;
  }
  const bool done = cmark_gfm_extensions_get_tasklist_item_checked(node);
  const Phrases& words = phrases(options_.lang);
  html += "<li class=\"task-list-item\"><input type=\"checkbox\" disabled";
  if (done) html += " checked";
  html += " aria-label=\"";
  html_escape_to(html, done ? words.done : words.open);
  html += "\"> ";
}

void HtmlWriter::open_link(cmark_node* node) {
  html += "<a";
  const std::string_view url = view(cmark_node_get_url(node));
  if (is_safe_url(url)) {
    html += " href=\"";
    href_escape_to(html, url);
    html += '"';
  }
  const std::string_view title = view(cmark_node_get_title(node));
  if (!title.empty()) {
    html += " title=\"";
    html_escape_to(html, title);
    html += '"';
  }
  if (!options_.raw && !options_.own_host.empty() && is_safe_url(url) &&
      leads_away(url, options_.own_host) && has_words(node)) {
    html += " class=\"external\" rel=\"noopener\"";
  }
  html += '>';
}

void HtmlWriter::write_image(cmark_node* node) {
  const std::string alt = inline_text(node);
  prose_.saw(alt.empty() ? kPicture : alt);
  if (options_.summary) return;
  const std::uint32_t row = number(cmark_node_get_start_line(node));
  const std::uint32_t column = number(cmark_node_get_start_column(node));
  if (options_.raw) marks.push_back({html.size(), row, column});
  MediaUse use;
  use.url = view(cmark_node_get_url(node));
  html += "<img";
  if (!use.url.empty() && is_safe_image_url(use.url)) {
    if (options_.image && !options_.raw) options_.image(use, row, column);
    html += " src=\"";
    href_escape_to(html, use.url);
    html += '"';
  }
  html += " alt=\"";
  html_escape_to(html, alt);
  html += '"';
  const bool lazy = images_++ > 0 || !options_.eager_image || text.text().size() > kNearTop;
  if (in_heading_) heading_.add_collapsed(alt);
  add_text(alt);
  const std::string_view title = view(cmark_node_get_title(node));
  if (!title.empty() && !captioned_) {
    html += " title=\"";
    html_escape_to(html, title);
    html += '"';
  }
  if (options_.raw) {
    html += '>';
    return;
  }
  if (lazy) html += " loading=\"lazy\"";
  html += " decoding=\"async\"";
  if (!use.width.empty()) {
    ((html += " width=\"") += use.width) += "\" height=\"";
    (html += use.height) += '"';
  }
  html += '>';
}

void HtmlWriter::write_code_block(cmark_node* node) {
  line();
  CodeBlock block = options_.code->write(view(cmark_node_get_fence_info(node)),
                                         view(cmark_node_get_literal(node)));
  if (options_.raw) {
    // A parser of HTML has no business with thousands of marks that are ours.
    made.push_back({html.size(), std::move(block.html), std::move(block.text)});
    html += "<pre></pre>\n";
    return;
  }
  (html += block.html) += '\n';
  text.add(block.text);
  line();
}

void HtmlWriter::write_raw(cmark_node* node, bool block) {
  const std::string_view literal = view(cmark_node_get_literal(node));
  if (!options_.raw || is_only_comments(literal)) return;
  marks.push_back({html.size(), number(cmark_node_get_start_line(node)),
                   number(cmark_node_get_start_column(node))});
  html += literal;
  if (block && !html.ends_with('\n')) html += '\n';
}

void HtmlWriter::open_note(cmark_node*) {
  line();
  ++note_;
  back_links_due_ = true;
  ((html += "<li id=\"fn-") += std::to_string(note_)) += "\">";
}

void HtmlWriter::close_note(cmark_node*) {
  if (back_links_due_) {  // the last block is no paragraph
    html += "<p>";
    write_back_links();
    html += "</p>\n";
  }
  html += "</li>\n";
  line();
}

void HtmlWriter::write_back_links() {
  back_links_due_ = false;
  const std::uint32_t count = note_ < options_.notes->size() ? (*options_.notes)[note_] : 1;
  for (std::uint32_t i = 1; i <= count; ++i) {
    std::string name = std::to_string(note_);
    if (i > 1) (name += '-') += std::to_string(i);
    html += " <a href=\"#fnref-";
    html += name;
    html += "\" class=\"footnote-backref\" role=\"doc-backlink\" aria-label=\"";
    html_escape_to(html, phrases(options_.lang).back);
    ((html += ' ') += name) += "\">↩\xef\xb8\x8e";  // as text, not as emoji
    if (i > 1) ((html += "<sup>") += std::to_string(i)) += "</sup>";
    html += "</a>";
  }
}

void HtmlWriter::write_note_reference(cmark_node* node) {
  if (options_.summary) return;
  const std::string_view label = view(cmark_node_get_literal(node));
  const auto note = static_cast<std::size_t>(std::strtoul(std::string(label).c_str(), nullptr, 10));
  if (note >= referred_.size()) referred_.resize(note + 1);
  const std::uint32_t time = ++referred_[note];
  const std::string name = std::to_string(note);
  ((html += "<sup class=\"footnote-ref\"><a href=\"#fn-") += name) += "\" id=\"fnref-";
  html += name;
  if (time > 1) (html += '-') += std::to_string(time);
  ((html += "\" role=\"doc-noteref\">") += name) += "</a></sup>";
}

void HtmlWriter::enter_extension(cmark_node* node) {
  switch (extension_of(node)) {
    case Extension::strikethrough:
      html += "<del>";
      break;
    case Extension::table:
      line();
      html += options_.summary ? "<table>\n" : "<div class=\"table-wrap\" tabindex=\"0\"><table>\n";
      table_body_ = false;
      columns_ = cmark_gfm_extensions_get_table_columns(node);
      alignments_ = cmark_gfm_extensions_get_table_alignments(node);
      break;
    case Extension::row:
      line();
      table_head_ = cmark_gfm_extensions_get_table_row_is_header(node) != 0;
      column_ = 0;
      if (table_head_) {
        html += "<thead>\n";
      } else if (!table_body_) {
        table_body_ = true;
        html += "<tbody>\n";
      }
      html += "<tr>\n";
      break;
    case Extension::cell:
      if (!options_.raw) text.space();
      prose_.begin();
      // A header without words heads nothing.
      html += table_head_ && cmark_node_first_child(node) != nullptr ? "<th" : "<td";
      if (alignments_ != nullptr && column_ < columns_) {
        switch (alignments_[column_]) {
          case 'l':
            html += " class=\"align-left\"";
            break;
          case 'c':
            html += " class=\"align-center\"";
            break;
          case 'r':
            html += " class=\"align-right\"";
            break;
          default:
            break;
        }
      }
      ++column_;
      html += '>';
      break;
    case Extension::none:
      break;
  }
}

void HtmlWriter::leave_extension(cmark_node* node) {
  switch (extension_of(node)) {
    case Extension::strikethrough:
      html += "</del>";
      break;
    case Extension::table:
      if (table_body_) html += "</tbody>\n";
      html += options_.summary ? "</table>\n" : "</table></div>\n";
      line();
      break;
    case Extension::row:
      html += table_head_ ? "</tr>\n</thead>\n" : "</tr>\n";
      line();
      break;
    case Extension::cell:
      html += table_head_ && cmark_node_first_child(node) != nullptr ? "</th>\n" : "</td>\n";
      if (!options_.raw) text.space();
      break;
    case Extension::none:
      break;
  }
}

}  // namespace octavo
