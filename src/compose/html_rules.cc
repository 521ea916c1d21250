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
    "abbr",    "align", "alt",     "class",   "colspan", "datetime", "decoding", "dir",   "headers",
    "height",  "high",  "id",      "kind",    "label",   "lang",     "loading",  "low",   "max",
    "media",   "min",   "optimum", "preload", "role",    "rowspan",  "scope",    "sizes", "span",
    "srclang", "start", "title",   "valign",  "value",   "width",
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

// aria-label and the like: nothing but letters and hyphens.
bool is_aria(std::string_view name) {
  return name.starts_with("aria-") && name.size() > 5 &&
         std::all_of(name.begin(), name.end(),
                     [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

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
    return name == "type" || name == "class" || is_aria(name) ? text : refused;
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
  if (name == "tabindex") return value == "0" || value == "-1" ? text : refused;
  if (name == "rel" || name == "hreflang" || name == "download") {
    return element == "a" ? text : refused;
  }
  if (name == "target") return element == "a" && value == "_blank" ? text : refused;
  if (among(kFlags, name)) return flag;
  return among(kText, name) || is_aria(name) ? text : refused;
}

}  // namespace octavo
