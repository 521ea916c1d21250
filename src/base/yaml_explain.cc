// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/yaml_explain.h"

#include <string>
#include <string_view>

#include "base/text.h"

namespace octavo {
namespace {

bool has(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

YamlExplanation explain_expected_key(const YamlProblem& given, const YamlPlaces& places) {
  const std::size_t at = given.at;
  const std::string_view behind = places.behind(at);
  if (given.last_quoted) {
    const LineColumn opened = places.at(given.last_start);
    if (opened.line != places.at(at).line) {
      return {"yaml_syntax", given.last_start,
              "the quote that opens here ends only in line " + std::to_string(places.at(at).line) +
                  "; close it where the value ends"};
    }
    if (!trim(places.before(at)).empty()) {
      return {"yaml_syntax", at,
              "text follows a closed quote; quote the whole value, and write a quote inside it as "
              "'' between single quotes or \\\" between double quotes"};
    }
  }
  if (trim(places.before(at)).empty() && behind.starts_with('-')) {
    return {"yaml_syntax", at,
            "a list entry where a key is expected; begin a list on the line below its `key:`"};
  }
  if (!trim(places.before(at)).empty()) {
    return {"yaml_syntax", at, "the value has ended before this; put the whole value in quotes"};
  }
  return {"yaml_syntax", at,
          "this line does not line up with the keys above it; begin all keys of a block in the "
          "same column"};
}

YamlExplanation explain_second_colon(const YamlProblem& given, const YamlPlaces& places) {
  const std::size_t at = given.at;
  const std::string_view before = places.before(at);
  if (before.find(": ") != std::string_view::npos || before.find(":\t") != std::string_view::npos) {
    return {"yaml_syntax", at,
            "a second colon followed by a blank; put the whole value in quotes, as in "
            "`title: \"First: second\"`"};
  }
  return {"yaml_syntax", at,
          "no key can stand here: it is indented deeper than the key above it, or a line above it "
          "lacks its `key: `; begin all keys in the same column, with a blank behind the colon"};
}

// A line that begins with % is a directive to YAML, which then misses a --- behind it.
YamlExplanation explain_expected_document(const YamlProblem& given, const YamlPlaces& places) {
  for (std::size_t at = places.line_start(given.at); at > 0;) {
    at = places.line_start(at - 1);
    if (places.line(at).starts_with('%')) {
      return {"yaml_syntax", at, "a line may not begin with %; put the value in quotes"};
    }
    if (!trim(places.line(at)).empty()) break;
  }
  return {"yaml_syntax", given.at,
          "this line does not line up with those above it; begin all keys in the same column"};
}

}  // namespace

YamlExplanation explain(const YamlProblem& given, const YamlPlaces& places) {
  const std::string_view problem = given.problem;
  const std::string_view context = given.context;
  const std::size_t at = given.at;
  const std::size_t from = given.from;
  if (has(problem, "mapping values are not allowed")) return explain_second_colon(given, places);
  if (has(problem, "cannot start any token") || has(problem, "tab character")) {
    const std::string_view behind = places.behind(at);
    if (behind.empty() || behind.front() == '\t' || has(problem, "tab character")) {
      return {"yaml_syntax", at, "a tab where YAML wants blanks; indent with spaces"};
    }
    return {
        "yaml_syntax", at,
        "a value cannot begin with `" + std::string(behind.substr(0, 1)) + "`; put it in quotes"};
  }
  if (has(context, "while scanning a quoted scalar")) {
    return {"yaml_syntax", from,
            "the quote that opens here is never closed; close it, or put a value that begins with "
            "a quote into quotes of the other kind"};
  }
  if (has(context, "while parsing a quoted scalar")) {
    return {"yaml_syntax", at,
            "a backslash has a meaning of its own between double quotes; write \\\\ or use single "
            "quotes"};
  }
  if (has(context, "scanning an alias") || has(context, "scanning an anchor")) {
    return {"yaml_syntax", from,
            "YAML reads a `*` or `&` at the head of a value as a reference; put the value in "
            "quotes"};
  }
  if (has(context, "scanning a tag") || has(problem, "undefined tag handle") ||
      has(context, "parsing a tag")) {
    return {"yaml_tag", has(context, "tag") ? from : at,
            "YAML reads a `!` at the head of a value as a type; put the value in quotes"};
  }
  if (has(context, "flow node")) {
    return {"yaml_syntax", at,
            "an entry is missing before this; remove the comma or close the "
            "bracket"};
  }
  if (has(context, "flow sequence") || has(context, "flow mapping")) {
    return {"yaml_syntax", from,
            "the bracket that opens here is not closed, or a comma is missing between its "
            "entries; close it, or put a value that begins with a bracket in quotes"};
  }
  if (has(problem, "expected key")) return explain_expected_key(given, places);
  if (has(problem, "could not find expected ':'")) {
    return {"yaml_syntax", from,
            "this line is no `key: value`; add the colon and a blank, or indent the line if it "
            "continues the value above"};
  }
  if (has(problem, "block sequence entries are not allowed")) {
    return {"yaml_syntax", at,
            "a list cannot begin on its key's line; begin it on the next line, or put a value that "
            "begins with `- ` in quotes"};
  }
  if (has(problem, "mapping keys are not allowed")) {
    return {"yaml_syntax", at, "a value cannot begin with `? `; put it in quotes"};
  }
  if (has(problem, "expected comment or line break")) {
    return {"yaml_syntax", from,
            "`|` and `>` begin a text on the next lines; put a value that begins with one in "
            "quotes"};
  }
  if (has(problem, "expected <document start>")) return explain_expected_document(given, places);
  if (has(problem, "expected '-' indicator")) {
    return {"yaml_syntax", at,
            "this line does not line up with the list above it; begin all its entries in the same "
            "column"};
  }
  return {"yaml_syntax", at, "not YAML: " + std::string(problem) + "; put the value in quotes"};
}

}  // namespace octavo
