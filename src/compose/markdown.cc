// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/markdown.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <memory>
#include <utility>

#include "base/escape.h"
#include "base/text.h"
#include "compose/alerts.h"
#include "compose/arena.h"
#include "compose/code_block.h"
#include "compose/heading_ids.h"
#include "compose/html_comments.h"
#include "compose/html_writer.h"
#include "compose/image_uses.h"
#include "compose/markdown_limits.h"
#include "compose/phrases.h"
#include "compose/plain_text.h"
#include "compose/prose.h"
#include "compose/sanitize.h"

namespace octavo {

namespace {

constexpr std::size_t kParseBudget = std::size_t{160} << 20;
constexpr std::size_t kSummaryCharacters = 300;
constexpr std::size_t kLongestKey = 8;
constexpr std::size_t kLongestId = 256;

std::string_view view(const char* text) {
  return text == nullptr ? std::string_view() : text;
}

// cmark's allocator has no context, and cmark-gfm of Debian 12 serves one thread anyway.
Arena& cmark_arena() {
  static Arena arena(kParseBudget);
  return arena;
}

void* arena_calloc(std::size_t count, std::size_t size) {
  if (size != 0 && count > kParseBudget / size) count = kParseBudget;  // which ends the parse
  void* block = cmark_arena().allocate(count * size);
  return std::memset(block, 0, count * size);
}
void* arena_realloc(void* block, std::size_t size) {
  return cmark_arena().reallocate(block, size);
}
void arena_free(void*) {}
cmark_mem kArenaMemory{arena_calloc, arena_realloc, arena_free};

const std::array<cmark_syntax_extension*, 4>& extensions() {
  static const auto found = [] {
    cmark_gfm_core_extensions_ensure_registered();
    return std::array{
        cmark_find_syntax_extension("table"), cmark_find_syntax_extension("strikethrough"),
        cmark_find_syntax_extension("autolink"), cmark_find_syntax_extension("tasklist")};
  }();
  return found;
}

struct Parse {
  std::string_view body;
  cmark_node* document = nullptr;
};

void parse_now(void* context) {
  auto* parse = static_cast<Parse*>(context);
  cmark_parser* parser =
      cmark_parser_new_with_mem(CMARK_OPT_FOOTNOTES | CMARK_OPT_UNSAFE, &kArenaMemory);
  for (cmark_syntax_extension* extension : extensions()) {
    cmark_parser_attach_syntax_extension(parser, extension);
  }
  cmark_parser_feed(parser, parse->body.data(), parse->body.size());
  parse->document = cmark_parser_finish(parser);
}

// What has to be known of a tree before the first byte of HTML.
struct Survey {
  bool raw = false;  // HTML that is more than comments
  bool heading_one = false;
  cmark_node* cut = nullptr;         // <!--more-->, of the top level or in a paragraph there
  cmark_node* cut_block = nullptr;   // the child of the document that it is or is in
  std::uint32_t too_deep_line = 0;   // 0: it is not
  std::vector<std::uint32_t> notes;  // references by footnote
};

// The author's own ids, which no heading may get: id="x" and the name="x" of old anchors.
// Bounded looks ahead and back: markup full of "=" must not cost its length squared.
void reserve_ids(std::string_view html, HeadingIds& ids) {
  std::size_t at = 0;
  while ((at = html.find('=', at)) != std::string_view::npos) {
    std::string_view before = trim(html.substr(0, at));
    before.remove_prefix(before.size() > kLongestKey ? before.size() - kLongestKey : 0);
    ++at;
    const std::size_t blank = before.find_last_of(" \t\r\n\"'");
    const std::string_view key =
        blank == std::string_view::npos ? before : before.substr(blank + 1);
    if (!ascii_iequals(key, "id") && !ascii_iequals(key, "name")) continue;
    std::string_view value = html.substr(at, kLongestId);
    value.remove_prefix(std::min(value.find_first_not_of(" \t\r\n"), value.size()));
    if (value.empty()) continue;
    if (value.front() == '"' || value.front() == '\'') {
      const char quote = value.front();
      value.remove_prefix(1);
      value = value.substr(0, value.find(quote));
    } else {
      value = value.substr(0, value.find_first_of(" \t\r\n>"));
    }
    ids.reserve(value);
  }
}

void survey_html(cmark_node* node, std::size_t depth, Survey& survey, HeadingIds& ids) {
  const std::string_view html = view(cmark_node_get_literal(node));
  if (!is_only_comments(html)) {
    survey.raw = true;
    reserve_ids(html, ids);
  }
  if (survey.cut != nullptr || !begins_with_more(html)) return;
  cmark_node* parent = cmark_node_parent(node);
  if (depth == 1) {
    survey.cut = survey.cut_block = node;
  } else if (depth == 2 && cmark_node_get_type(parent) == CMARK_NODE_PARAGRAPH) {
    survey.cut = node;
    survey.cut_block = parent;
  }
}

Survey survey_tree(cmark_node* document, HeadingIds& ids) {
  Survey survey;
  const std::unique_ptr<cmark_iter, decltype(&cmark_iter_free)> iter(cmark_iter_new(document),
                                                                     cmark_iter_free);
  std::size_t depth = 0;
  cmark_event_type event;
  while ((event = cmark_iter_next(iter.get())) != CMARK_EVENT_DONE) {
    cmark_node* node = cmark_iter_get_node(iter.get());
    if (event == CMARK_EVENT_EXIT) {
      --depth;
      continue;
    }
    switch (cmark_node_get_type(node)) {
      case CMARK_NODE_TEXT:
      case CMARK_NODE_SOFTBREAK:
      case CMARK_NODE_LINEBREAK:
      case CMARK_NODE_CODE:
      case CMARK_NODE_CODE_BLOCK:
      case CMARK_NODE_THEMATIC_BREAK:
        continue;  // leaves have no exit
      case CMARK_NODE_HTML_BLOCK:
      case CMARK_NODE_HTML_INLINE:
        survey_html(node, depth, survey, ids);
        continue;
      case CMARK_NODE_HEADING:
        if (cmark_node_get_heading_level(node) == 1) survey.heading_one = true;
        break;
      case CMARK_NODE_FOOTNOTE_REFERENCE: {
        const char* label = cmark_node_get_literal(node);
        const std::size_t note = label == nullptr ? 0 : std::strtoul(label, nullptr, 10);
        if (note >= survey.notes.size()) survey.notes.resize(note + 1);
        ++survey.notes[note];
        break;
      }
      default:
        break;
    }
    if (++depth > kMaxNesting) {
      cmark_node* placed = node;
      while (placed != nullptr && cmark_node_get_start_line(placed) <= 0) {
        placed = cmark_node_parent(placed);
      }
      survey.too_deep_line =
          placed == nullptr ? 1u : static_cast<std::uint32_t>(cmark_node_get_start_line(placed));
      return survey;
    }
  }
  return survey;
}

// Whether a paragraph has words of its own, beside images.
bool has_words(cmark_node* paragraph) {
  const std::unique_ptr<cmark_iter, decltype(&cmark_iter_free)> iter(cmark_iter_new(paragraph),
                                                                     cmark_iter_free);
  cmark_event_type event;
  while ((event = cmark_iter_next(iter.get())) != CMARK_EVENT_DONE) {
    cmark_node* node = cmark_iter_get_node(iter.get());
    if (event != CMARK_EVENT_ENTER) continue;
    const auto type = cmark_node_get_type(node);
    if (type == CMARK_NODE_IMAGE) {
      cmark_iter_reset(iter.get(), node, CMARK_EVENT_EXIT);
    } else if ((type == CMARK_NODE_TEXT || type == CMARK_NODE_CODE) &&
               !trim(view(cmark_node_get_literal(node))).empty()) {
      return true;
    }
  }
  return false;
}

class Renderer {
 public:
  Renderer(std::string_view body, std::uint32_t first_line, const MarkdownOptions& options,
           const ImageLookup& images)
      : body_(body),
        first_line_(first_line),
        options_(options),
        uses_(body, first_line, options, images),
        code_(options.highlight, is_right_to_left(options.lang)) {}

  Rendered render();

 private:
  void render_plain(cmark_node* document, const Survey& survey);
  void render_raw(cmark_node* document, const Survey& survey);
  void summarise_plain(cmark_node* document, const Survey& survey);
  void summarise_raw(cmark_node* document, const Survey& survey, const std::string& paragraph);
  void summarise_by_text();
  void refuse(const char* code, std::uint32_t line, std::string message);
  void collect_images();
  WriterOptions writer_options(const Survey& survey);
  SanitizeOptions sanitize_options(const HtmlWriter& writer) const;

  const std::string_view body_;
  const std::uint32_t first_line_;
  const MarkdownOptions& options_;
  ImageUses uses_;
  HeadingIds ids_;
  CodeWriter code_;
  Rendered result_;
};

void Renderer::refuse(const char* code, std::uint32_t line, std::string message) {
  Rendered nothing;
  nothing.minutes = 1;
  Diagnostic fault;
  fault.code = code;
  fault.line = first_line_ + line - 1;
  fault.column = 1;
  fault.message = std::move(message);
  nothing.faults.push_back(std::move(fault));
  result_ = std::move(nothing);
}

void Renderer::collect_images() {
  result_.images = std::move(uses_.images);
  result_.faults.insert(result_.faults.begin(), std::make_move_iterator(uses_.faults.begin()),
                        std::make_move_iterator(uses_.faults.end()));
}

Rendered Renderer::render() {
  result_.minutes = 1;
  if (const auto line = oversized_table(body_)) {
    refuse("too_large", *line,
           "a table of more than " + std::to_string(kMaxTableCells) + " cells; divide it");
    return std::move(result_);
  }
  Arena& arena = cmark_arena();
  arena.reset();
  Parse parse{body_};
  if (!arena.run(parse_now, &parse) || parse.document == nullptr) {
    refuse("too_large", 1, "its Markdown unfolds to more than the composer may hold; divide it");
    return std::move(result_);
  }
  mark_alerts(parse.document, body_);
  const Survey survey = survey_tree(parse.document, ids_);
  if (survey.too_deep_line != 0) {
    refuse("too_deep", survey.too_deep_line,
           "nested more than " + std::to_string(kMaxNesting) + " deep; make it flatter");
    return std::move(result_);
  }
  if (survey.raw) {
    render_raw(parse.document, survey);
  } else {
    render_plain(parse.document, survey);
  }
  collect_images();
  const ReadingTime time = reading_time(result_.text);
  result_.words = time.words;
  result_.minutes = time.minutes;
  return std::move(result_);
}

// What all that is written of this body has in common.
WriterOptions Renderer::writer_options(const Survey& survey) {
  WriterOptions options;
  options.shift_headings = survey.heading_one;
  options.typography = options_.typography;
  options.lang = options_.lang;
  options.own_host = options_.own_host;
  options.code = &code_;
  return options;
}

SanitizeOptions Renderer::sanitize_options(const HtmlWriter& writer) const {
  SanitizeOptions rules;
  rules.shift_headings = std::nullopt;
  rules.typography = options_.typography;
  rules.lang = options_.lang;
  rules.own_host = options_.own_host;
  rules.made = &writer.made;
  return rules;
}

void Renderer::render_plain(cmark_node* document, const Survey& survey) {
  WriterOptions options = writer_options(survey);
  options.eager_image = options_.eager_image;
  options.ids = &ids_;
  options.notes = &survey.notes;
  options.image = [this](MediaUse& use, std::uint32_t line, std::uint32_t column) {
    uses_.resolve(use, line, column);
  };
  HtmlWriter writer(options);
  writer.html.reserve(body_.size() + body_.size() / 4 + 256);
  for (cmark_node* block = cmark_node_first_child(document); block != nullptr;
       block = cmark_node_next(block)) {
    if (!writer.write_block(block)) {
      refuse("too_large", 1, "its HTML is larger than 16 MiB; divide it");
      return;
    }
  }
  writer.finish();
  result_.html = std::move(writer.html);
  result_.text = writer.text.take();
  result_.headings = std::move(writer.headings);
  summarise_plain(document, survey);
}

void Renderer::summarise_plain(cmark_node* document, const Survey& survey) {
  WriterOptions options = writer_options(survey);
  options.summary = true;
  const auto finish = [&](HtmlWriter& writer) {
    result_.summary = collapse_blanks(writer.text.text());
    if (result_.summary.empty()) return false;
    while (writer.html.ends_with('\n')) writer.html.pop_back();
    result_.summary_html = std::move(writer.html);
    return true;
  };
  if (survey.cut != nullptr) {
    HtmlWriter writer(options);
    for (cmark_node* block = cmark_node_first_child(document); block != nullptr;
         block = cmark_node_next(block)) {
      if (block == survey.cut) break;
      writer.write_block(block, survey.cut);
      if (block == survey.cut_block) break;
    }
    if (finish(writer)) return;
  }
  for (cmark_node* block = cmark_node_first_child(document); block != nullptr;
       block = cmark_node_next(block)) {
    if (cmark_node_get_type(block) != CMARK_NODE_PARAGRAPH || !has_words(block)) continue;
    HtmlWriter writer(options);
    writer.write_block(block);
    if (finish(writer)) return;
  }
  summarise_by_text();
}

// A body of lists or tables alone.
void Renderer::summarise_by_text() {
  const std::string_view first = std::string_view(result_.text).substr(0, 16 * kSummaryCharacters);
  std::string words = collapse_blanks(first);
  while (find_bad_utf8(words) != std::string::npos) words.resize(find_bad_utf8(words));
  result_.summary =
      Prose(options_.typography, options_.lang).set(shorten(words, kSummaryCharacters));
  if (!result_.summary.empty()) {
    result_.summary_html = "<p>" + html_escape(result_.summary) + "</p>";
  }
}

void Renderer::render_raw(cmark_node* document, const Survey& survey) {
  WriterOptions options = writer_options(survey);
  options.raw = true;
  options.shift_headings = false;
  options.ids = &ids_;
  options.notes = &survey.notes;
  HtmlWriter writer(options);
  writer.html.reserve(body_.size() + body_.size() / 4 + 256);
  bool fits = true;
  for (cmark_node* block = cmark_node_first_child(document); block != nullptr && fits;
       block = cmark_node_next(block)) {
    fits = writer.write_block(block);
  }
  writer.finish();
  SanitizeOptions rules = sanitize_options(writer);
  rules.trusted = options_.html_trusted;
  rules.ids = &ids_;
  rules.eager_image = options_.eager_image;
  rules.image = [&](MediaUse& use) {
    const auto next = std::upper_bound(
        writer.marks.begin(), writer.marks.end(), use.offset,
        [](std::size_t offset, const SourceMark& mark) { return offset < mark.offset; });
    const SourceMark mark = next == writer.marks.begin() ? SourceMark{} : *std::prev(next);
    uses_.resolve(use, mark.line, mark.column);
  };
  Sanitized clean;
  if (fits) clean = sanitize(writer.html, rules);
  if (!fits || clean.fault == SanitizeFault::too_large) {
    refuse("too_large", 1, "its HTML unfolds to more than 16 MiB; divide it");
    return;
  }
  if (clean.fault == SanitizeFault::too_deep) {
    const std::uint32_t line = writer.marks.empty() ? 1 : std::max(writer.marks.front().line, 1u);
    refuse("too_deep", line,
           "HTML nested more than " + std::to_string(kMaxNesting) +
               " deep; make it flatter, or close the elements that it opens");
    return;
  }
  result_.html = std::move(clean.html);
  result_.text = std::move(clean.text);
  result_.headings = std::move(clean.headings);
  summarise_raw(document, survey, clean.first_paragraph);
}

void Renderer::summarise_raw(cmark_node* document, const Survey& survey,
                             const std::string& paragraph) {
  const auto finish = [&](std::string_view html, SanitizeOptions rules) {
    rules.wrap = false;
    rules.summary = true;
    Sanitized clean = sanitize(html, rules);
    result_.summary = collapse_blanks(clean.text);
    if (result_.summary.empty()) return false;
    result_.summary_html = std::string(trim(clean.html));
    return true;
  };
  if (survey.cut != nullptr) {
    WriterOptions options = writer_options(survey);
    options.raw = true;
    options.summary = true;
    options.shift_headings = false;
    HtmlWriter writer(options);
    for (cmark_node* block = cmark_node_first_child(document); block != nullptr;
         block = cmark_node_next(block)) {
      if (block == survey.cut) break;
      writer.write_block(block, survey.cut);
      if (block == survey.cut_block) break;
    }
    if (finish(writer.html, sanitize_options(writer))) return;
  }
  // Its words are set and its links are marked.
  if (!paragraph.empty() && finish(paragraph, SanitizeOptions{})) return;
  summarise_by_text();
}

}  // namespace

Rendered render_markdown(std::string_view body, std::uint32_t first_line,
                         const MarkdownOptions& options, const ImageLookup& images) {
  if (find_bad_utf8(body) == std::string_view::npos) {
    return Renderer(body, first_line, options, images).render();
  }
  // The front matter's reader refuses such files; whoever calls without it gets U+FFFD.
  std::string mended;
  for (std::string_view rest = body; !rest.empty();) {
    const std::size_t bad = find_bad_utf8(rest);
    mended += rest.substr(0, bad);
    if (bad == std::string_view::npos) break;
    mended += "\xef\xbf\xbd";
    rest.remove_prefix(bad + 1);
  }
  return Renderer(mended, first_line, options, images).render();
}

}  // namespace octavo
