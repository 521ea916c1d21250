// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/html_rules.h"

#include <algorithm>
#include <array>
#include <cstddef>

namespace octavo {

namespace {

struct Element {
  std::string_view name;
  ElementRule rule;
};

constexpr ElementRule kInline{Fate::keep, false, false};
constexpr ElementRule kBlock{Fate::keep, true, false};
constexpr ElementRule kVoid{Fate::keep, false, true};
constexpr ElementRule kVoidBlock{Fate::keep, true, true};
constexpr ElementRule kDrop{Fate::drop, false, false};

// Sorted. What is not here is unwrapped: an unknown element's words are still the author's, and
// so are those in a form; its controls are dropped.
constexpr auto kElements = std::to_array<Element>({
    {"a", kInline},      {"abbr", kInline},     {"address", kBlock},    {"applet", kDrop},
    {"area", kDrop},     {"article", kBlock},   {"aside", kBlock},      {"audio", kInline},
    {"b", kInline},      {"base", kDrop},       {"basefont", kDrop},    {"bdi", kInline},
    {"bdo", kInline},    {"bgsound", kDrop},    {"big", kInline},       {"blockquote", kBlock},
    {"br", kVoid},       {"caption", kBlock},   {"center", kBlock},     {"cite", kInline},
    {"code", kInline},   {"col", kVoidBlock},   {"colgroup", kBlock},   {"data", kInline},
    {"datalist", kDrop}, {"dd", kBlock},        {"del", kInline},       {"details", kBlock},
    {"dfn", kInline},    {"div", kBlock},       {"dl", kBlock},         {"dt", kBlock},
    {"em", kInline},     {"embed", kDrop},      {"figcaption", kBlock}, {"figure", kBlock},
    {"footer", kBlock},  {"frame", kDrop},      {"frameset", kDrop},    {"h1", kBlock},
    {"h2", kBlock},      {"h3", kBlock},        {"h4", kBlock},         {"h5", kBlock},
    {"h6", kBlock},      {"header", kBlock},    {"hr", kVoidBlock},     {"i", kInline},
    {"iframe", kDrop},   {"img", kVoid},        {"input", kVoid},       {"ins", kInline},
    {"kbd", kInline},    {"keygen", kDrop},     {"li", kBlock},         {"link", kDrop},
    {"mark", kInline},   {"math", kDrop},       {"meta", kDrop},        {"meter", kInline},
    {"noembed", kDrop},  {"noframes", kDrop},   {"noscript", kDrop},    {"object", kDrop},
    {"ol", kBlock},      {"p", kBlock},         {"param", kDrop},       {"picture", kInline},
    {"pre", kBlock},     {"progress", kInline}, {"q", kInline},         {"rp", kInline},
    {"rt", kInline},     {"ruby", kInline},     {"s", kInline},         {"samp", kInline},
    {"script", kDrop},   {"section", kBlock},   {"select", kDrop},      {"small", kInline},
    {"source", kVoid},   {"span", kInline},     {"strike", kInline},    {"strong", kInline},
    {"style", kDrop},    {"sub", kInline},      {"summary", kBlock},    {"sup", kInline},
    {"svg", kDrop},      {"table", kBlock},     {"tbody", kBlock},      {"td", kBlock},
    {"template", kDrop}, {"textarea", kDrop},   {"tfoot", kBlock},      {"th", kBlock},
    {"thead", kBlock},   {"time", kInline},     {"title", kDrop},       {"tr", kBlock},
    {"track", kVoid},    {"tt", kInline},       {"u", kInline},         {"ul", kBlock},
    {"var", kInline},    {"video", kInline},    {"wbr", kVoid},
});
static_assert(std::is_sorted(kElements.begin(), kElements.end(),
                             [](const Element& a, const Element& b) { return a.name < b.name; }));

// Sorted; on any element. A style attribute is inline style, which the pages' CSP refuses.
constexpr auto kText = std::to_array<std::string_view>({
    "abbr",    "align",  "alt",     "class", "colspan", "datetime", "decoding", "dir",
    "headers", "height", "high",    "id",    "kind",    "label",    "lang",     "loading",
    "low",     "max",    "media",   "min",   "optimum", "preload",  "rowspan",  "scope",
    "sizes",   "span",   "srclang", "start", "title",   "valign",   "value",    "width",
});
static_assert(std::is_sorted(kText.begin(), kText.end()));

constexpr auto kFlags = std::to_array<std::string_view>({
    "controls",
    "default",
    "loop",
    "muted",
    "open",
    "playsinline",
    "reversed",
});
static_assert(std::is_sorted(kFlags.begin(), kFlags.end()));

template <std::size_t kCount>
bool among(const std::array<std::string_view, kCount>& names, std::string_view name) {
  return std::binary_search(names.begin(), names.end(), name);
}

// What says how a thing is called or what belongs to it. What claims that it acts, has a state,
// speaks up or is not there (aria-expanded, aria-live, aria-hidden) would be false: nothing of an
// author's acts.
constexpr auto kAria = std::to_array<std::string_view>({
    "aria-braillelabel",
    "aria-colcount",
    "aria-colindex",
    "aria-colspan",
    "aria-current",
    "aria-describedby",
    "aria-description",
    "aria-details",
    "aria-label",
    "aria-labelledby",
    "aria-level",
    "aria-posinset",
    "aria-rowcount",
    "aria-rowindex",
    "aria-rowspan",
    "aria-setsize",
    "aria-sort",
});
static_assert(std::is_sorted(kAria.begin(), kAria.end()));

// Roles of what is read; no control, no live region, no landmark of the page. Sorted.
constexpr auto kRoles = std::to_array<std::string_view>({
    "article",    "blockquote", "caption",      "cell",      "code",        "columnheader",
    "definition", "deletion",   "emphasis",     "figure",    "group",       "heading",
    "img",        "insertion",  "list",         "listitem",  "math",        "none",
    "note",       "paragraph",  "presentation", "region",    "row",         "rowgroup",
    "rowheader",  "separator",  "strong",       "subscript", "superscript", "table",
    "term",       "time",
});
static_assert(std::is_sorted(kRoles.begin(), kRoles.end()));

bool is_role(std::string_view value) {
  return std::binary_search(kRoles.begin(), kRoles.end(), value) || value.starts_with("doc-");
}

// Where a place to tab to makes sense: what may scroll.
bool may_scroll(std::string_view element) {
  return element == "div" || element == "pre" || element == "figure" || element == "section" ||
         element == "table";
}

bool is_interactive(std::string_view element) {
  return element == "a" || element == "audio" || element == "input" || element == "summary" ||
         element == "video";
}

// Sorted.
constexpr auto kReservedClasses = std::to_array<std::string_view>(
    {"anchor", "copy", "found", "scheme", "skip", "switch", "unseen"});
static_assert(std::is_sorted(kReservedClasses.begin(), kReservedClasses.end()));

}  // namespace

ElementRule element_rule(std::string_view name) {
  const auto found = std::lower_bound(
      kElements.begin(), kElements.end(), name,
      [](const Element& element, std::string_view key) { return element.name < key; });
  return found != kElements.end() && found->name == name ? found->rule : ElementRule{};
}

AttributeKind attribute_kind(std::string_view element, std::string_view name,
                             std::string_view value) {
  using enum AttributeKind;
  if (element == "input") {
    if (name == "disabled" || name == "checked") return flag;
    return name == "type" || name == "class" || name == "aria-label" ? text : refused;
  }
  if (name == "href") return element == "a" ? url : refused;
  if (name == "cite") {
    return element == "blockquote" || element == "q" || element == "del" || element == "ins"
               ? url
               : refused;
  }
  const bool media = element == "img" || element == "audio" || element == "video" ||
                     element == "source" || element == "track";
  if (name == "src") return media ? picture : refused;
  if (name == "srcset") return element == "img" || element == "source" ? srcset : refused;
  if (name == "poster") return element == "video" ? picture : refused;
  if (name == "type") return element == "ol" || element == "source" ? text : refused;
  if (name == "tabindex") {
    return (value == "0" && may_scroll(element)) || (value == "-1" && !is_interactive(element))
               ? text
               : refused;
  }
  if (name == "role") return is_role(value) ? text : refused;
  if (name == "id" && value.starts_with('_')) return refused;  // the templates' own
  if (name == "rel" || name == "hreflang" || name == "download") {
    return element == "a" ? text : refused;
  }
  if (name == "target") return element == "a" && value == "_blank" ? text : refused;
  if (among(kFlags, name)) return flag;
  return among(kText, name) || among(kAria, name) ? text : refused;
}

std::string author_classes(std::string_view value) {
  constexpr std::string_view kBlanks = " \t\r\n\f";
  std::string out;
  for (std::size_t at = 0; (at = value.find_first_not_of(kBlanks, at)) != std::string_view::npos;) {
    const std::size_t end = std::min(value.find_first_of(kBlanks, at), value.size());
    const std::string_view one = value.substr(at, end - at);
    at = end;
    if (among(kReservedClasses, one)) continue;
    if (!out.empty()) out += ' ';
    out += one;
  }
  return out;
}

}  // namespace octavo
