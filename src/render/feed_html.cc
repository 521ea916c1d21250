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
#include "render/markup.h"

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

template <typename Names>
bool among(const Names& names, std::string_view name) {
  return std::binary_search(names.begin(), names.end(), name);
}

constexpr std::string_view kBlanks = " \t\r\n\f";

class Pass {
 public:
  Pass(std::string_view html, std::string_view base_url, std::string_view post_url)
      : html_(html), reader_(html), base_url_(base_url), post_url_(post_url) {}

  std::string run() {
    using enum MarkupReader::Kind;
    out_.reserve(html_.size() + html_.size() / 8);
    for (auto kind = reader_.next(); kind != end; kind = reader_.next()) {
      if (kind == tag) {
        write_tag(reader_.tag());
      } else {
        out_ += kind == text ? reader_.text() : "&lt;";
      }
    }
    return std::move(out_);
  }

 private:
  void write_tag(const TagText& tag) {
    if (tag.name == "input") {
      const TagText::Attribute* type = tag.find("type");
      if (type != nullptr && ascii_iequals(type->value, "checkbox")) {
        out_ += tag.find("checked") != nullptr ? "☑" : "☐";
      }
    } else if (among(kRaw, tag.name) || among(kHidden, tag.name) || is_anchor(tag)) {
      if (!tag.end) reader_.skip_element(among(kRaw, tag.name));
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
  static bool is_anchor(const TagText& tag) { return tag.name == "a" && tag.has_class("anchor"); }

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
    in_alert_title_ = tag.has_class("alert-title");
    out_ += in_alert_title_ ? "><strong>" : ">";
  }

  void write_attributes(const TagText& tag) {
    for (const TagText::Attribute& one : tag.attributes) {
      const std::string name = ascii_lower(one.name);
      if (name == "href" || name == "cite" || name == "src" || name == "poster") {
        if (const auto url = absolute_url(one.value, name == "src" || name == "poster")) {
          write_attribute(out_, name, *url);
        }
      } else if (name == "srcset") {
        if (const std::string all = absolute_srcset(one.value); !all.empty()) {
          write_attribute(out_, name, all);
        }
      } else if (name == "class" && (tag.name == "td" || tag.name == "th")) {
        // Columns are aligned by our style sheet, which a feed does not bring along.
        const std::string_view side = one.value;
        if (side == "align-left" || side == "align-center" || side == "align-right") {
          write_attribute(out_, "align", side.substr(side.find('-') + 1));
        }
      } else if (among(kAttributes, name)) {
        if (one.flag()) {
          (out_ += ' ') += name;
        } else {
          write_attribute(out_, name, one.value);
        }
      }
    }
  }

  std::optional<std::string> absolute_url(std::string_view url, bool picture) const {
    return absolute_link(url, base_url_, post_url_, picture);
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

  const std::string_view html_;
  MarkupReader reader_;
  const std::string_view base_url_, post_url_;
  std::string out_;
  std::vector<bool> spans_;  // open ones: whether they were written
  bool in_alert_title_ = false;
};

}  // namespace

std::string feed_html(std::string_view html, std::string_view base_url, std::string_view post_url) {
  return Pass(html, base_url, post_url).run();
}

}  // namespace octavo
