// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/alerts.h"

#include <cmark-gfm.h>

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/text.h"

namespace octavo {

namespace {

constexpr std::array<std::string_view, 5> kNames = {"note", "tip", "important", "warning",
                                                    "caution"};
AlertKind kKinds[] = {AlertKind::note, AlertKind::tip, AlertKind::important, AlertKind::warning,
                      AlertKind::caution};

// The kind that the text of a first line names.
AlertKind* kind_of(std::string_view text) {
  text = trim(text);
  if (!text.starts_with("[!") || !text.ends_with(']')) return nullptr;
  text = text.substr(2, text.size() - 3);
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    if (ascii_iequals(text, kNames[i])) return &kKinds[i];
  }
  return nullptr;
}

// The source, line by line as the document's blocks ask for them.
class Lines {
 public:
  explicit Lines(std::string_view body) : rest_(body) {}

  // From `line` and `column` on, both from 1. REQUIRES: never a line before the last one.
  std::string_view at(int line, int column) {
    for (; line_ < line && !rest_.empty(); ++line_) {
      const std::size_t end = rest_.find_first_of("\r\n");
      rest_.remove_prefix(std::min(end, rest_.size()));
      rest_.remove_prefix(rest_.starts_with("\r\n") ? 2 : rest_.empty() ? 0 : 1);
    }
    return column > 0 ? rest_.substr(std::min(static_cast<std::size_t>(column) - 1, rest_.size()))
                      : std::string_view();
  }

 private:
  std::string_view rest_;
  int line_ = 1;
};

void mark(cmark_node* quote, Lines& lines) {
  cmark_node* paragraph = cmark_node_first_child(quote);
  if (paragraph == nullptr || cmark_node_get_type(paragraph) != CMARK_NODE_PARAGRAPH) return;
  cmark_node* first = cmark_node_first_child(paragraph);
  if (first == nullptr || cmark_node_get_type(first) != CMARK_NODE_TEXT) return;
  const char* literal = cmark_node_get_literal(first);
  AlertKind* kind = literal == nullptr ? nullptr : kind_of(literal);
  if (kind == nullptr) return;
  // "\\[!NOTE]" and "&#91;!NOTE]" are how one says that no alert is meant.
  const std::string_view source =
      lines.at(cmark_node_get_start_line(first), cmark_node_get_start_column(first));
  if (!source.starts_with(trim(literal))) return;
  cmark_node* second = cmark_node_next(first);
  if (second == nullptr) {
    if (cmark_node_next(paragraph) == nullptr) return;  // nothing behind it
    cmark_node_unlink(paragraph);
  } else {
    const auto type = cmark_node_get_type(second);
    if (type != CMARK_NODE_SOFTBREAK && type != CMARK_NODE_LINEBREAK) return;
    if (cmark_node_next(second) == nullptr) return;
    cmark_node_unlink(first);
    cmark_node_unlink(second);
  }
  cmark_node_set_user_data(quote, kind);
}

}  // namespace

void mark_alerts(cmark_node* document, std::string_view body) noexcept {
  Lines lines(body);
  for (cmark_node* block = cmark_node_first_child(document); block != nullptr;
       block = cmark_node_next(block)) {
    if (cmark_node_get_type(block) == CMARK_NODE_BLOCK_QUOTE) mark(block, lines);
  }
}

const AlertKind* alert_of(cmark_node* quote) noexcept {
  return static_cast<const AlertKind*>(cmark_node_get_user_data(quote));
}

std::string_view alert_name(AlertKind kind) noexcept {
  return kNames[static_cast<std::size_t>(kind)];
}

}  // namespace octavo
