// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a reader typed, taken apart: words, "phrases", -not, tag:x, year:2024, title:x; a value
// with blanks in quotation marks: tag:"a b" ("" within them is one). Whatever is none of these (a
// stray quote, a bracket, a star, a colon after another word) is text. Nothing is an error.
// Bounded: 256 characters, 16 pieces, 64 characters a word, 16 words a phrase; what is beyond is
// left out and `shortened` says so.
//
// Thread safety: pure function, a value.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_SEARCH_QUERY_H_
#define OCTAVO_SEARCH_QUERY_H_

#include <string>
#include <string_view>
#include <vector>

namespace octavo {

struct QueryPiece {
  enum class Kind { words, phrase, tag, year, title } kind = Kind::words;
  bool negated = false;
  std::string text;  // NFC, without quotation marks
};

struct Query {
  std::vector<QueryPiece> pieces;
  bool shortened = false;
  // The last word may be unfinished: it is text (or a title's) and nothing stands behind it.
  bool open_end = false;
  bool empty() const noexcept;  // nothing that could be found by: no piece that is not negated
};

Query parse_query(std::string_view text);
// The same query as text that parses to the same: with single blanks and what was left out gone.
std::string to_text(const Query& query);
// With a tag or a year added, or taken out; for the links that narrow and widen.
std::string with_piece(const Query& query, QueryPiece::Kind kind, std::string_view text);
std::string without_kind(const Query& query, QueryPiece::Kind kind);

}  // namespace octavo

#endif  // OCTAVO_SEARCH_QUERY_H_
