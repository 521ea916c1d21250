// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/query.h"

#include <algorithm>

#include "base/text.h"
#include "search/words.h"

namespace octavo {

namespace {

using Kind = QueryPiece::Kind;

constexpr std::size_t kMostCharacters = 256, kMostPieces = 16, kLongestWord = 64;

bool is_blank(char32_t c) {
  return c == ' ' || is_control(c) || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) ||
         c == 0x2028 || c == 0x2029 || c == 0x202f || c == 0x205f || c == 0x3000 || c == 0xfeff;
}

// " and what keyboards make of it; they open and close a phrase alike.
bool is_quote(char32_t c) {
  return c == '"' || (c >= 0x201c && c <= 0x201f) || c == 0xab || c == 0xbb;
}

bool closes(char32_t open, char32_t c) {
  if (open == '"') return c == '"';
  if (open == 0xab || open == 0xbb) return c == 0xab || c == 0xbb;
  return c >= 0x201c && c <= 0x201f;
}

bool is_bracket(char32_t c) {
  return c == '(' || c == '[' || c == '{';
}

bool has_word(std::string_view text) {
  return next_word(text, 0).has_value();
}

std::string utf8(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) append_utf8(out, c);
  return out;
}

std::u32string code_points(std::string_view text, std::size_t most) {
  std::u32string out;
  for (std::size_t at = 0; at < text.size() && out.size() < most;) out += next_code_point(text, at);
  return out;
}

// The beginning of what was typed, in NFC. Bytes that are no UTF-8 are blanks.
std::u32string beginning(std::string_view text, bool& shortened) {
  while (!text.empty() && trim(text.substr(0, 1)).empty()) text.remove_prefix(1);
  std::string head(text.substr(0, 4 * kMostCharacters + 4));
  for (std::size_t bad = 0;;) {
    const std::size_t more = find_bad_utf8(std::string_view(head).substr(bad));
    if (more == std::string_view::npos) break;
    bad += more;
    head[bad] = ' ';
  }
  std::size_t end = 0;
  for (std::size_t count = 0; end < head.size() && count < kMostCharacters; ++count)
    next_code_point(head, end);
  bool cut = !trim(text.substr(end)).empty();
  std::u32string out = code_points(nfc(std::string_view(head).substr(0, end)), kMostCharacters + 1);
  if (out.size() > kMostCharacters) {  // a few letters grow by normalising
    out.pop_back();
    cut = true;
  }
  if (cut) {
    shortened = true;
    // Half a word would be another word.
    const auto blank = std::find_if(out.rbegin(), out.rend(), is_blank);
    if (blank != out.rend()) out.erase(blank.base(), out.end());
  }
  return out;
}

class Splitter {
 public:
  Splitter(std::u32string_view text, Query& out) : text_(text), out_(out) {}

  void run() {
    while (at_ < text_.size()) {
      if (is_blank(text_[at_])) {
        ++at_;
      } else {
        piece();
      }
    }
    if (out_.pieces.size() > kMostPieces) {
      out_.pieces.resize(kMostPieces);
      out_.shortened = true;
    }
    out_.open_end = open_end_ && !out_.shortened;
  }

 private:
  void piece() {
    const bool first = at_ == 0 || is_blank(text_[at_ - 1]);
    const bool after_quote = !first && is_quote(text_[at_ - 1]);
    std::size_t at = at_;
    bool negated = false;
    if (text_[at] == '-' && after_quote) {  // 12"-vinyl: no word's start, so nothing is negated
      while (at_ < text_.size() && text_[at_] == '-') ++at_;
      return;
    }
    if (first && text_[at] == '-' && at + 1 < text_.size() && may_be_negated(at + 1)) {
      negated = true;
      ++at;
    }
    if (is_quote(text_[at])) {
      std::u32string inner;
      std::size_t end = 0;
      const bool may_open = first || is_bracket(text_[at_ - 1]);
      if (may_open && quoted(at, inner, end)) {
        add(Kind::phrase, negated, words_in(inner), false);
        at_ = end;
      } else {
        at_ = at + 1;  // a stray one
      }
      return;
    }
    if (operation(at, negated)) return;
    std::size_t end = at;
    while (end < text_.size() && !is_blank(text_[end]) && !is_quote(text_[end])) ++end;
    add(Kind::words, negated, bounded(text_.substr(at, end - at)), end == text_.size());
    at_ = end;
  }

  bool may_be_negated(std::size_t at) const {
    std::u32string inner;
    std::size_t end = 0;
    if (is_quote(text_[at])) return quoted(at, inner, end);
    const std::string next = utf8(text_.substr(at, 1));
    return text_[at] == '_' || has_word(next);
  }

  // Between quotation marks; "" inside "…" is one of them. False when none closes.
  bool quoted(std::size_t at, std::u32string& inner, std::size_t& end) const {
    const char32_t open = text_[at];
    for (std::size_t i = at + 1; i < text_.size(); ++i) {
      if (!closes(open, text_[i])) {
        inner += text_[i];
      } else if (open == '"' && i + 1 < text_.size() && text_[i + 1] == '"') {
        inner += text_[i++];
      } else {
        end = i + 1;
        return true;
      }
    }
    return false;
  }

  // tag:, year:, title: with a value that can be one.
  bool operation(std::size_t at, bool negated) {
    static constexpr struct {
      std::u32string_view name;
      Kind kind;
    } kNames[] = {{U"tag:", Kind::tag}, {U"year:", Kind::year}, {U"title:", Kind::title}};
    for (const auto& row : kNames) {
      if (!starts_with(at, row.name)) continue;
      std::size_t end = at + row.name.size();
      std::u32string value;
      bool open = false;
      if (end >= text_.size() || !is_quote(text_[end]) || !quoted(end, value, end)) {
        value.clear();
        while (end < text_.size() && is_quote(text_[end])) ++end;
        const std::size_t begin = end;
        // Tags may have quotation marks in them.
        while (end < text_.size() && !is_blank(text_[end]) &&
               !(row.kind == Kind::year && is_quote(text_[end])))
          ++end;
        value = text_.substr(begin, end - begin);
        open = end == text_.size();
      }
      std::string text;
      if (row.kind == Kind::title) {
        text = words_in(value);
        if (!has_word(text)) return false;
      } else {
        while (!value.empty() && is_blank(value.back())) value.pop_back();
        value.erase(0, static_cast<std::size_t>(
                           std::find_if_not(value.begin(), value.end(), is_blank) - value.begin()));
        text = utf8(value);
        if (text.empty() || (row.kind == Kind::year && !is_year(text))) return false;
        open = false;
      }
      add(row.kind, negated, std::move(text), open);
      at_ = end;
      return true;
    }
    return false;
  }

  bool starts_with(std::size_t at, std::u32string_view name) const {
    if (text_.size() - at < name.size()) return false;
    for (std::size_t i = 0; i < name.size(); ++i) {
      const char32_t c = text_[at + i];
      if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != name[i]) return false;
    }
    return true;
  }

  static bool is_year(std::string_view text) {
    return text.size() == 4 &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
  }

  std::string bounded(std::u32string_view word) {
    if (word.size() > kLongestWord) out_.shortened = true;
    return utf8(word.substr(0, kLongestWord));
  }

  // The words of a phrase: single blanks, no quotation marks, no more of them than of pieces.
  std::string words_in(const std::u32string& text) {
    std::string out;
    std::size_t count = 0;
    for (std::size_t at = 0; at < text.size();) {
      if (is_blank(text[at]) || is_quote(text[at])) {
        ++at;
        continue;
      }
      std::size_t end = at;
      while (end < text.size() && !is_blank(text[end]) && !is_quote(text[end])) ++end;
      if (count++ == kMostPieces) {
        out_.shortened = true;
        break;
      }
      if (!out.empty()) out += ' ';
      out += bounded(std::u32string_view(text).substr(at, end - at));
      at = end;
    }
    return out;
  }

  void add(Kind kind, bool negated, std::string text, bool open) {
    const bool of_words = kind == Kind::words || kind == Kind::phrase;
    if (of_words && !has_word(text)) return;  // punctuation alone
    open_end_ = open && !negated;
    out_.pieces.push_back({kind, negated, std::move(text)});
  }

  std::u32string_view text_;
  Query& out_;
  std::size_t at_ = 0;
  bool open_end_ = false;
};

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string(2, c) : std::string(1, c);
  return out + '"';
}

bool needs_quotes(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (is_blank(c) || is_quote(c)) return true;
  }
  return false;
}

std::string to_text(const QueryPiece& piece) {
  const std::string sign = piece.negated ? "-" : "";
  const auto value = [&](const char* name) {
    return sign + name + (needs_quotes(piece.text) ? in_quotes(piece.text) : piece.text);
  };
  switch (piece.kind) {
    case Kind::words:
      break;
    case Kind::phrase:
      return sign + in_quotes(piece.text);
    case Kind::tag:
      return value("tag:");
    case Kind::year:
      return value("year:");
    case Kind::title:
      return value("title:");
  }
  return sign + piece.text;
}

}  // namespace

bool Query::empty() const noexcept {
  return std::all_of(pieces.begin(), pieces.end(),
                     [](const QueryPiece& piece) { return piece.negated; });
}

Query parse_query(std::string_view text) {
  Query query;
  const std::u32string head = beginning(text, query.shortened);
  Splitter(head, query).run();
  return query;
}

std::string to_text(const Query& query) {
  std::string out;
  for (const QueryPiece& piece : query.pieces) {
    if (!out.empty()) out += ' ';
    out += to_text(piece);
  }
  return out;
}

std::string with_piece(const Query& query, Kind kind, std::string_view text) {
  Query made = query;
  QueryPiece piece{kind, false, nfc(text)};
  const std::string folded = fold_case(piece.text);
  std::erase_if(made.pieces, [&](const QueryPiece& other) {
    if (other.kind != kind) return false;
    // No post is of two years.
    return (kind == Kind::year && !other.negated) || fold_case(other.text) == folded;
  });
  if (made.pieces.size() >= kMostPieces) made.pieces.resize(kMostPieces - 1);
  made.pieces.push_back(std::move(piece));
  // What would be cut off at the end is what was asked for: rather leave out a word before it.
  while (made.pieces.size() > 1 && count_code_points(to_text(made)) > kMostCharacters)
    made.pieces.erase(made.pieces.end() - 2);
  return to_text(made);
}

std::string without_kind(const Query& query, Kind kind) {
  Query made = query;
  std::erase_if(made.pieces,
                [&](const QueryPiece& piece) { return piece.kind == kind && !piece.negated; });
  return to_text(made);
}

}  // namespace octavo
