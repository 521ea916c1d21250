// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/titles.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/text.h"
#include "search/words.h"

namespace octavo {

namespace {

using Kind = QueryPiece::Kind;

struct Condition {
  Kind kind = Kind::words;
  bool negated = false;
  std::string sought;  // words: " a b " or, of an unfinished word, " a b"; else folded
};

bool is_cheap(const Condition& condition) {
  return condition.kind == Kind::tag || condition.kind == Kind::year;
}

// Those that cost little to look at come first.
std::vector<Condition> conditions(const Query& query, bool as_typed) {
  std::vector<Condition> made;
  for (const QueryPiece& piece : query.pieces) {
    if (piece.kind == Kind::tag || piece.kind == Kind::year) {
      made.push_back({piece.kind, piece.negated, fold_case(piece.text)});
      continue;
    }
    std::string row = word_row(piece.text);
    if (row.size() < 2) continue;
    const bool last = &piece == &query.pieces.back();
    if (as_typed && query.open_end && last && word_to_complete(piece.text)) row.pop_back();
    made.push_back({piece.kind, piece.negated, std::move(row)});
  }
  std::stable_partition(made.begin(), made.end(), is_cheap);
  return made;
}

struct Texts {
  std::string title, all;  // made when they are asked for
  bool made = false;
};

void make(Texts& texts, const PostView& view) {
  if (std::exchange(texts.made, true)) return;
  texts.title = word_row(view.title());
  // No phrase goes from one field into the next.
  texts.all = texts.title;
  for (const std::string_view tag : view.tags()) texts.all += '\n' + word_row(tag);
  texts.all += '\n' + word_row(view.description().empty() ? view.summary() : view.description());
}

bool holds(const PostView& view, Texts& texts, const Condition& condition) {
  switch (condition.kind) {
    case Kind::words:
    case Kind::phrase:
      make(texts, view);
      return texts.all.find(condition.sought) != std::string::npos;
    case Kind::title:
      make(texts, view);
      return texts.title.find(condition.sought) != std::string::npos;
    case Kind::tag: {
      const std::vector<std::string_view> tags = view.tags();
      return std::any_of(tags.begin(), tags.end(),
                         [&](std::string_view tag) { return fold_case(tag) == condition.sought; });
    }
    case Kind::year: {
      const ZonedTime at = view.publish_date();
      return !view.page() && at.given() && std::to_string(civil(at).year) == condition.sought;
    }
  }
  return false;
}

}  // namespace

bool may_be_found(const PostView& view) {
  return !view.noindex() && view.redirect_to().empty();
}

TitlesFound find_by_titles(const Site& site, const Query& query, bool as_typed,
                           std::chrono::steady_clock::time_point deadline) {
  TitlesFound found;
  const std::vector<Condition> sought = conditions(query, as_typed);
  if (std::all_of(sought.begin(), sought.end(), [](const Condition& c) { return c.negated; }))
    return found;
  std::size_t seen = 0;
  for (const std::vector<std::uint32_t>* numbers : {&site.order(), &site.pages()}) {
    for (const std::uint32_t number : *numbers) {
      if (++seen % 64 == 0 && std::chrono::steady_clock::now() >= deadline) {
        found.cut_short = true;
        return found;
      }
      const PostView view = site.post(number);
      if (!may_be_found(view)) continue;
      Texts texts;
      if (std::all_of(sought.begin(), sought.end(), [&](const Condition& condition) {
            return holds(view, texts, condition) != condition.negated;
          }))
        found.numbers.push_back(number);
    }
  }
  return found;
}

}  // namespace octavo
