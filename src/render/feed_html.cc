// SPDX-License-Identifier: GPL-3.0-or-later
//
// One pass over what compose wrote: tags are read, judged by a list and written anew; text is
// copied. What is not on the list loses its tags and keeps its words.
#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "base/text.h"
#include "render/feeds.h"
#include "render/links.h"

namespace octavo {
namespace {

// Sorted.
constexpr auto kKept = std::to_array<std::string_view>({
    "a",       "abbr",     "address",    "article",    "aside",   "audio",   "b",     "bdi",
    "bdo",     "big",      "blockquote", "br",         "caption", "center",  "cite",  "code",
    "col",     "colgroup", "data",       "dd",         "del",     "details", "dfn",   "div",
    "dl",      "dt",       "em",         "figcaption", "figure",  "footer",  "h1",    "h2",
    "h3",      "h4",       "h5",         "h6",         "header",  "hr",      "i",     "img",
    "ins",     "kbd",      "li",         "mark",       "meter",   "ol",      "p",     "picture",
    "pre",     "progress", "q",          "rp",         "rt",      "ruby",    "s",     "samp",
    "section", "small",    "source",     "span",       "strike",  "strong",  "sub",   "summary",
    "sup",     "table",    "tbody",      "td",         "tfoot",   "th",      "thead", "time",
    "tr",      "track",    "tt",         "u",          "ul",      "var",     "video", "wbr",
});
static_assert(std::is_sorted(kKept.begin(), kKept.end()));

// They go with all that is in them. The first hold raw text, the others elements. Sorted.
constexpr auto kRaw = std::to_array<std::string_view>(
    {"iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"});
static_assert(std::is_sorted(kRaw.begin(), kRaw.end()));
constexpr auto kHidden = std::to_array<std::string_view>({"datalist", "select", "svg", "template"});
static_assert(std::is_sorted(kHidden.begin(), kHidden.end()));

// Sorted. Ids would clash with those of other posts in a reader's one page.
constexpr auto kAttributes = std::to_array<std::string_view>({
    "abbr",        "align",   "alt",      "colspan", "controls", "datetime", "default",
    "dir",         "height",  "high",     "kind",    "label",    "lang",     "loop",
    "low",         "max",     "media",    "min",     "muted",    "open",     "optimum",
    "playsinline", "preload", "reversed", "rowspan", "scope",    "sizes",    "span",
    "srclang",     "start",   "title",    "type",    "valign",   "value",    "width",
});
static_assert(std::is_sorted(kAttributes.begin(), kAttributes.end()));

constexpr auto kSchemes = std::to_array<std::string_view>(
    {"ftp", "geo", "http", "https", "mailto", "sms", "tel", "xmpp"});
static_assert(std::is_sorted(kSchemes.begin(), kSchemes.end()));

template <typename Names>
bool among(const Names& names, std::string_view name) {
  return std::binary_search(names.begin(), names.end(), name);
}

constexpr std::string_view kBlanks = " \t\r\n\f";

bool is_blank(char c) {
  return kBlanks.find(c) != std::string_view::npos;
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

struct Attribute {
  std::string_view name;
  std::string_view value;  // as written, references and all; without data: a flag
};

struct TagText {
  std::string name;                 // lower case
  bool end = false, empty = false;  // </a>, <a/>
  std::vector<Attribute> attributes;
  const Attribute* find(std::string_view wanted) const {
    const auto found = std::ranges::find_if(
        attributes, [&](const Attribute& one) { return ascii_iequals(one.name, wanted); });
    return found == attributes.end() ? nullptr : &*found;
  }
};

class Pass {
 public:
  Pass(std::string_view html, std::string_view base_url, std::string_view post_url)
      : html_(html), base_url_(base_url), post_url_(post_url) {}

  std::string run() {
    out_.reserve(html_.size() + html_.size() / 8);
    while (at_ < html_.size()) {
      const std::size_t open = std::min(html_.find('<', at_), html_.size());
      out_.append(html_, at_, open - at_);
      at_ = open;
      if (at_ < html_.size()) read_markup();
    }
    return std::move(out_);
  }

 private:
  char at(std::size_t place) const { return place < html_.size() ? html_[place] : '\0'; }

  void read_markup() {
    if (!ends_nowhere_ && (skip_comment() || read_tag())) return;
    out_ += "&lt;";  // never "<": what is left out behind it could make a tag of it
    ++at_;
  }

  // Markup that does not end is text, and so is all behind it: looking for the end again and
  // again would take time without bounds.
  bool no_end() {
    ends_nowhere_ = true;
    return false;
  }

  // Comments, declarations, instructions.
  bool skip_comment() {
    if (at(at_ + 1) != '!' && at(at_ + 1) != '?') return false;
    const std::string_view mark = html_.substr(at_).starts_with("<!--") ? "-->" : ">";
    const std::size_t end = html_.find(mark, at_ + 2);
    if (end == std::string_view::npos) return no_end();
    at_ = end + mark.size();
    return true;
  }

  bool read_tag() {
    std::size_t i = at_ + 1;
    TagText tag;
    if (at(i) == '/') {
      tag.end = true;
      ++i;
    }
    if (!is_letter(at(i))) return false;
    tag.name = ascii_lower(take_until(i, "/>"));
    for (;;) {
      while (i < html_.size() && (is_blank(html_[i]) || html_[i] == '/')) ++i;
      if (i >= html_.size()) return no_end();
      if (html_[i] == '>') break;
      if (!read_attribute(i, tag)) return no_end();
    }
    tag.empty = html_[i - 1] == '/';
    at_ = i + 1;
    write_tag(tag);
    return true;
  }

  // From `i` to a blank or one of `marks`; at least one character.
  std::string_view take_until(std::size_t& i, std::string_view marks) const {
    const std::size_t from = i++;
    while (i < html_.size() && !is_blank(html_[i]) &&
           marks.find(html_[i]) == std::string_view::npos) {
      ++i;
    }
    return html_.substr(from, i - from);
  }

  bool read_attribute(std::size_t& i, TagText& tag) const {
    Attribute one;
    one.name = take_until(i, "/>=");
    std::size_t next = i;
    while (is_blank(at(next))) ++next;
    if (at(next) == '=') {
      i = next + 1;
      while (is_blank(at(i))) ++i;
      if (at(i) == '"' || at(i) == '\'') {
        const std::size_t end = html_.find(html_[i], i + 1);
        if (end == std::string_view::npos) return false;
        one.value = html_.substr(i + 1, end - i - 1);
        i = end + 1;
      } else if (i < html_.size() && html_[i] != '>') {
        one.value = take_until(i, ">");
      } else {
        one.value = html_.substr(std::min(i, html_.size()), 0);
      }
    }
    tag.attributes.push_back(one);
    return true;
  }

  void write_tag(const TagText& tag) {
    if (tag.name == "input") {
      const Attribute* type = tag.find("type");
      if (type != nullptr && ascii_iequals(type->value, "checkbox")) {
        out_ += tag.find("checked") != nullptr ? "☑" : "☐";
      }
    } else if (among(kRaw, tag.name) || among(kHidden, tag.name) || is_anchor(tag)) {
      if (!tag.end) skip_element(tag);
    } else if (tag.name == "span") {
      write_span(tag);
    } else if (tag.name == "p") {
      write_paragraph(tag);
    } else if (among(kKept, tag.name)) {
      out_ += tag.end ? "</" : "<";
      out_ += tag.name;
      if (!tag.end) write_attributes(tag);
      out_ += '>';
    }
  }

  // A heading's link to itself, which nothing shows here.
  static bool is_anchor(const TagText& tag) { return tag.name == "a" && has_class(tag, "anchor"); }

  static bool has_class(const TagText& tag, std::string_view name) {
    const Attribute* one = tag.find("class");
    return one != nullptr && one->value == name;
  }

  // Without its class (a part of code in colour, mostly) a span is nothing but weight.
  void write_span(const TagText& tag) {
    if (tag.end) {
      if (!spans_.empty() && spans_.back()) out_ += "</span>";
      if (!spans_.empty()) spans_.pop_back();
      return;
    }
    const std::size_t before = out_.size();
    out_ += "<span";
    write_attributes(tag);
    const bool kept = out_.size() > before + 5;
    if (kept) {
      out_ += '>';
    } else {
      out_.resize(before);
    }
    spans_.push_back(kept);
  }

  // "Note" above an alert, which has no colour and no frame here.
  void write_paragraph(const TagText& tag) {
    if (tag.end) {
      out_ += in_alert_title_ ? "</strong></p>" : "</p>";
      in_alert_title_ = false;
      return;
    }
    out_ += "<p";
    write_attributes(tag);
    in_alert_title_ = has_class(tag, "alert-title");
    out_ += in_alert_title_ ? "><strong>" : ">";
  }

  // Moves behind the end of the element that was just opened.
  void skip_element(const TagText& tag) {
    const bool raw = among(kRaw, tag.name);
    if (!raw && (tag.empty || never_closed_)) return;
    std::size_t open = 1;
    for (std::size_t i = html_.find('<', at_); i != std::string_view::npos;
         i = html_.find('<', i + 1)) {
      const bool end = at(i + 1) == '/';
      const std::size_t from = i + (end ? 2 : 1), behind = from + tag.name.size();
      if (!ascii_iequals(html_.substr(from, tag.name.size()), tag.name)) continue;
      if (!is_blank(at(behind)) && at(behind) != '>' && at(behind) != '/') continue;
      if (!end) {
        open += raw ? 0 : 1;
      } else if (--open == 0) {
        at_ = std::min(html_.find('>', behind), html_.size() - 1) + 1;
        return;
      }
    }
    if (raw) {
      at_ = html_.size();  // a script to its end, as browsers have it
    } else {
      never_closed_ = true;  // rather its words than the loss of all that follows
    }
  }

  void write_attributes(const TagText& tag) {
    for (const Attribute& one : tag.attributes) {
      const std::string name = ascii_lower(one.name);
      if (name == "href" || name == "cite" || name == "src" || name == "poster") {
        if (const auto url = absolute_url(one.value, name == "src" || name == "poster")) {
          write_attribute(name, *url);
        }
      } else if (name == "srcset") {
        if (const std::string all = absolute_srcset(one.value); !all.empty()) {
          write_attribute(name, all);
        }
      } else if (name == "class" && (tag.name == "td" || tag.name == "th")) {
        // Columns are aligned by our style sheet, which a feed does not bring along.
        const std::string_view side = one.value;
        if (side == "align-left" || side == "align-center" || side == "align-right") {
          write_attribute("align", side.substr(side.find('-') + 1));
        }
      } else if (among(kAttributes, name)) {
        if (one.value.data() == nullptr) {
          (out_ += ' ') += name;
        } else {
          write_attribute(name, one.value);
        }
      }
    }
  }

  // References stay as they are; only the quotes around it may be others than they were.
  void write_attribute(std::string_view name, std::string_view value) {
    ((out_ += ' ') += name) += "=\"";
    for (const char c : value) {
      if (c == '"') {
        out_ += "&quot;";
      } else if (c == '<') {
        out_ += "&lt;";
      } else if (c == '>') {
        out_ += "&gt;";
      } else {
        out_ += c;
      }
    }
    out_ += '"';
  }

  // nullopt: a scheme that no feed should carry.
  std::optional<std::string> absolute_url(std::string_view url, bool picture) const {
    const std::size_t start = std::min(url.find_first_not_of(kBlanks), url.size());
    url = url.substr(start, url.find_last_not_of(kBlanks) + 1 - start);
    if (url.starts_with('/')) return absolute(base_url_, url);
    const std::size_t colon = url.find_first_of(":/?#");
    if (colon != std::string_view::npos && url[colon] == ':') {
      std::string scheme;
      for (const char c : ascii_lower(url.substr(0, colon))) {
        if (static_cast<unsigned char>(c) > 0x20) scheme += c;  // as browsers read it
      }
      if (among(kSchemes, scheme) || (picture && scheme == "data")) return std::string(url);
      if (std::ranges::all_of(scheme, [](char c) {
            return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
          })) {
        return std::nullopt;
      }
    }
    return std::string(post_url_).append(url);
  }

  // "a.png 1x, b.png 2x": a URL ends at a blank; commas at its end are not its own.
  std::string absolute_srcset(std::string_view value) const {
    std::string out;
    for (;;) {
      const std::size_t start = value.find_first_not_of(" \t\r\n\f,");
      if (start == std::string_view::npos) return out;
      value.remove_prefix(start);
      std::string_view url = value.substr(0, value.find_first_of(kBlanks));
      value.remove_prefix(url.size());
      std::string_view descriptor;
      if (url.ends_with(',')) {
        while (url.ends_with(',')) url.remove_suffix(1);
      } else {
        descriptor = trim(value.substr(0, value.find(',')));
        value.remove_prefix(std::min(value.find(','), value.size()));
      }
      const auto whole = absolute_url(url, true);
      if (!whole) continue;
      if (!out.empty()) out += ", ";
      out += *whole;
      if (!descriptor.empty()) (out += ' ') += descriptor;
    }
  }

  const std::string_view html_, base_url_, post_url_;
  std::string out_;
  std::size_t at_ = 0;
  std::vector<bool> spans_;  // open ones: whether they were written
  bool ends_nowhere_ = false, never_closed_ = false, in_alert_title_ = false;
};

}  // namespace

std::string feed_html(std::string_view html, std::string_view base_url, std::string_view post_url) {
  return Pass(html, base_url, post_url).run();
}

}  // namespace octavo
