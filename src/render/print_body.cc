// SPDX-License-Identifier: GPL-3.0-or-later
//
// A list of what may stay, not of what may not: the worker's browser refuses every fetch, and there
// is none to refuse. Drawings (svg) and formulas of trusted posts are let through by their
// attributes.
#include "render/print_body.h"

#include <algorithm>
#include <array>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/escape.h"
#include "base/text.h"
#include "render/links.h"
#include "render/markup.h"
#include "render/print.h"
#include "render/print_layout.h"

namespace octavo {
namespace {

constexpr std::string_view kImages = "/content/images/";

template <typename Names>
bool among(const Names& names, std::string_view name) {
  return std::binary_search(names.begin(), names.end(), name);
}

constexpr std::size_t kLongAddress = 72;  // what a line of small print holds

// Sorted. What is not here loses its tags and keeps its words.
constexpr auto kKept = std::to_array<std::string_view>({
    "a",        "abbr",       "address", "article", "aside",  "b",     "bdi",    "bdo",
    "big",      "blockquote", "br",      "caption", "center", "cite",  "code",   "col",
    "colgroup", "data",       "dd",      "del",     "dfn",    "div",   "dl",     "dt",
    "em",       "figcaption", "figure",  "footer",  "h1",     "h2",    "h3",     "h4",
    "h5",       "h6",         "header",  "hr",      "i",      "img",   "ins",    "kbd",
    "li",       "mark",       "ol",      "p",       "pre",    "q",     "rp",     "rt",
    "ruby",     "s",          "samp",    "section", "small",  "span",  "strike", "strong",
    "sub",      "sup",        "table",   "tbody",   "td",     "tfoot", "th",     "thead",
    "time",     "tr",         "tt",      "u",       "ul",     "var",   "wbr",
});
static_assert(std::is_sorted(kKept.begin(), kKept.end()));

// They go with all that is in them. The first hold raw text, the others elements. Sorted.
constexpr auto kRaw = std::to_array<std::string_view>(
    {"noembed", "noframes", "script", "style", "textarea", "title", "xmp"});
static_assert(std::is_sorted(kRaw.begin(), kRaw.end()));
constexpr auto kHidden =
    std::to_array<std::string_view>({"button", "datalist", "dialog", "select", "template"});
static_assert(std::is_sorted(kHidden.begin(), kHidden.end()));
// In a drawing. Sorted.
constexpr auto kNotDrawn = std::to_array<std::string_view>(
    {"animate", "animatemotion", "animatetransform", "audio", "feimage", "foreignobject", "iframe",
     "image", "script", "set", "style", "video"});
static_assert(std::is_sorted(kNotDrawn.begin(), kNotDrawn.end()));

// Sorted; on any element.
constexpr auto kAttributes = std::to_array<std::string_view>({
    "abbr",    "align", "alt",   "class",    "colspan", "datetime", "dir",
    "headers", "id",    "lang",  "reversed", "role",    "rowspan",  "scope",
    "span",    "start", "title", "type",     "valign",  "value",
});
static_assert(std::is_sorted(kAttributes.begin(), kAttributes.end()));

// What is folded on a screen is open on paper. A reader of a tagged PDF hears a figure's picture
// and skips the rest of it: so none is one (a block of code is no picture, and a caption is text).
// Strong and Em are tags that PDF 1.7 does not know.
struct WrittenAs {
  std::string_view name, element, style;
};
constexpr auto kWrittenAs = std::to_array<WrittenAs>({{"details", "div", "details"},
                                                      {"summary", "div", "summary"},
                                                      {"figure", "div", "figure"},
                                                      {"figcaption", "div", "figcaption"},
                                                      {"em", "i", ""},
                                                      {"strong", "b", ""}});

// What stands for the thing, and is no letter of any language.
constexpr std::string_view kPlays = "▶", kElsewhere = "↗";

class Pass {
 public:
  Pass(std::string_view html, std::string_view base_url, std::string_view post_url,
       std::span<const std::string_view> images)
      : html_(html), reader_(html), base_url_(base_url), post_url_(post_url), images_(images) {}

  PrintBody run() {
    using enum MarkupReader::Kind;
    out_.reserve(html_.size() + html_.size() / 8);
    for (auto kind = reader_.next(); kind != end; kind = reader_.next()) {
      if (kind == text) {
        out_ += reader_.text();
      } else if (kind == stray) {
        out_ += "&lt;";
      } else if (drawing_ != 0) {
        write_drawn(reader_.tag());
      } else {
        write_tag(reader_.tag());
      }
    }
    body_.html = std::move(out_);
    return std::move(body_);
  }

 private:
  using Attribute = TagText::Attribute;

  void write_tag(const TagText& tag) {
    const std::string& name = tag.name;
    if (name == "svg" || name == "math") {
      if (!tag.end) drawing_ = 1;
      if (!tag.end) write_drawn_tag(tag);
      if (tag.empty) drawing_ = 0;
    } else if (name == "a") {
      write_link(tag);
    } else if (name == "img") {
      write_image(tag);
    } else if (name == "input") {
      write_box(tag);
    } else if (name == "video" || name == "audio") {
      if (!tag.end) write_media(tag);
    } else if (name == "iframe" || name == "object" || name == "embed") {
      if (!tag.end) write_embedded(tag);
    } else if (among(kRaw, name) || among(kHidden, name)) {
      if (!tag.end) reader_.skip_element(among(kRaw, name));
    } else if (const auto as = std::ranges::find(kWrittenAs, name, &WrittenAs::name);
               as != kWrittenAs.end()) {
      write_as(tag, as->element, as->style);
    } else if (name.size() == 2 && name[0] == 'h' && name[1] >= '1' && name[1] <= '6') {
      write_heading(tag);
    } else if (among(kKept, name)) {
      write_kept(tag);
    }
  }

  void write_kept(const TagText& tag) {
    if (tag.name == "thead") in_head_ = !tag.end;
    out_ += tag.end ? "</" : "<";
    out_ += tag.name;
    if (!tag.end) {
      if (tag.name == "table") {
        write_attributes(tag, table_class(reader_.rest()));
      } else if (tag.name == "pre" && has_few_lines(reader_.rest())) {
        write_attributes(tag, "short");
      } else if ((tag.name == "p" || tag.name == "li" || tag.name == "dd") &&
                 has_long_word(reader_.rest())) {
        write_attributes(tag, "ragged");
      } else {
        write_attributes(tag);
      }
      // A cell that heads others has to say which.
      if (tag.name == "th" && tag.find("scope") == nullptr) {
        write_attribute(out_, "scope", in_head_ ? "col" : "row");
      }
    }
    out_ += '>';
  }

  // One level below the one that it belongs to, the title being the first.
  void write_heading(const TagText& tag) {
    if (!tag.end) {
      while (!levels_.empty() && levels_.back() >= tag.name[1]) levels_.pop_back();
      levels_.push_back(tag.name[1]);
    }
    const auto level = static_cast<char>('1' + std::min<std::size_t>(levels_.size(), 5));
    out_ += tag.end ? "</h" : "<h";
    out_ += level;
    if (!tag.end) write_attributes(tag);
    out_ += '>';
  }

  void write_as(const TagText& tag, std::string_view element, std::string_view name) {
    out_ += tag.end ? "</" : "<";
    out_ += element;
    if (!tag.end) write_attributes(tag, name);
    out_ += '>';
  }

  void write_attributes(const TagText& tag, std::string_view more_class = {}) {
    bool classed = more_class.empty();
    for (const Attribute& one : tag.attributes) {
      const std::string name = ascii_lower(one.name);
      if (name == "class" && !classed) {
        write_attribute(out_, name, std::string(one.value).append(" ").append(more_class));
        classed = true;
      } else if (name == "role" && (tag.name == "section" || one.value.starts_with("doc-"))) {
        // Of notes and links to them: the browser tags them better without.
        continue;
      } else if (among(kAttributes, name) || name.starts_with("aria-")) {
        if (one.flag()) {
          (out_ += ' ') += name;
        } else {
          write_attribute(out_, name, one.value);
        }
      }
    }
    if (!classed) write_attribute(out_, "class", more_class);
  }

  // --- links ---

  void write_link(const TagText& tag) {
    if (!tag.end) {
      if (tag.has_class("anchor")) {
        reader_.skip_element(false);  // a heading's link to itself
        return;
      }
      out_ += "<a";
      write_attributes(tag);
      link_.clear();
      if (const Attribute* href = tag.find("href"); href != nullptr && !href->flag()) {
        write_target(href->value);
      }
      out_ += '>';
      link_start_ = out_.size();
      return;
    }
    const std::size_t end = out_.size();
    out_ += "</a>";
    if (!link_.empty() &&
        !says_its_address(std::string_view(out_).substr(link_start_, end - link_start_))) {
      add_number();
    }
    link_.clear();
  }

  void write_target(std::string_view value) {
    const auto url = absolute_link(value, base_url_, post_url_, false);
    if (!url) return;
    // What leads into the post stays in the document.
    const std::size_t fragment = url->find('#');
    if (fragment != std::string::npos && std::string_view(*url).substr(0, fragment) == post_url_) {
      write_attribute(out_, "href", std::string_view(*url).substr(fragment));
      return;
    }
    write_attribute(out_, "href", *url);
    if (!is_foreign(*url, base_url_)) return;
    link_ = resolve_references(*url);
  }

  bool says_its_address(std::string_view inner) const {
    std::string words;
    for (MarkupReader reader(inner);;) {
      const auto kind = reader.next();
      if (kind == MarkupReader::Kind::end) break;
      if (kind == MarkupReader::Kind::text) words += reader.text();
    }
    return shown_address(resolve_references(trim_html(words))) == shown_address(link_);
  }

  void add_number() {
    const auto [known, fresh] = numbers_.emplace(link_, body_.addresses.size() + 1);
    if (fresh) body_.addresses.push_back(link_);
    const std::string number = std::to_string(known->second);
    out_.append("<sup class=\"ref\"><a href=\"#_l").append(number).append("\">[");
    out_.append(number).append("]</a></sup>");
  }

  // A line that says where something is: a sign, what it is called, its address.
  void write_place(std::string_view sign, std::string_view called, std::string_view address) {
    const std::string url =
        absolute_link(address, base_url_, post_url_, false).value_or(std::string(post_url_));
    out_.append("<span class=\"place\">").append(sign);
    called = trim_html(called);
    if (!called.empty()) {
      out_ += ' ';
      write_words(called);
    }
    out_ += " <a";
    write_attribute(out_, "href", url);
    out_ += '>';
    out_ += html_escape(shorten(shown_address(resolve_references(url)), kLongAddress));
    out_ += "</a>";
    out_ += "</span>";
  }

  // A value of an attribute as text.
  void write_words(std::string_view value) { out_ += html_escape(resolve_references(value)); }

  // --- what is no text ---

  static std::string_view value_of(const TagText& tag, std::string_view name) {
    const Attribute* one = tag.find(name);
    return one == nullptr || one->flag() ? std::string_view() : one->value;
  }

  void write_image(const TagText& tag) {
    if (tag.end) return;
    const std::string_view src = value_of(tag, "src"), alt = value_of(tag, "alt");
    const bool inlined = ascii_iequals(src.substr(0, 11), "data:image/");
    std::string file;
    if (!inlined) {
      const auto url = absolute_link(src, base_url_, post_url_, false);
      if (url && url->starts_with(base_url_)) {
        file = image_file(resolve_references(std::string_view(*url).substr(base_url_.size())));
      }
      if (file.empty() || std::ranges::find(images_, file) == images_.end()) {
        if (!trim_html(src).empty()) write_place(kElsewhere, alt, src);
        return;
      }
      if (std::ranges::find(body_.images, file) == body_.images.end()) body_.images.push_back(file);
    }
    out_ += "<img";
    write_attribute(out_, "src", inlined ? std::string(src) : image_address(base_url_, file));
    if (tag.find("alt") == nullptr) out_ += " alt=\"\"";
    write_size(tag);
    write_attributes(tag);
    out_ += '>';
  }

  void write_size(const TagText& tag) {
    for (const std::string_view name : {"width", "height"}) {
      const std::string_view value = value_of(tag, name);
      if (!value.empty()) write_attribute(out_, name, value);
    }
  }

  // A box that is ticked, or not.
  void write_box(const TagText& tag) {
    if (tag.end || !ascii_iequals(value_of(tag, "type"), "checkbox")) return;
    out_ += tag.find("checked") != nullptr ? "<span class=\"box\">☑</span>"
                                           : "<span class=\"box\">☐</span>";
  }

  // Its picture, if it is here, and where it can be seen or heard.
  void write_media(const TagText& tag) {
    const TagText media = tag;  // the reader goes on
    std::string_view src = value_of(media, "src");
    const std::string_view inside = reader_.skip_element(false);
    if (src.empty()) src = first_source(inside);
    if (const std::string_view poster = value_of(media, "poster"); !poster.empty()) {
      TagText picture = media;
      std::erase_if(picture.attributes, [](const Attribute& one) {
        return !ascii_iequals(one.name, "poster") && !ascii_iequals(one.name, "width") &&
               !ascii_iequals(one.name, "height");
      });
      for (Attribute& one : picture.attributes) {
        if (ascii_iequals(one.name, "poster")) one.name = "src";
      }
      write_image(picture);
      out_ += ' ';
    }
    write_place(kPlays, name_of(media), src.empty() ? post_url_ : src);
  }

  static std::string_view first_source(std::string_view inside) {
    MarkupReader reader(inside);
    for (auto kind = reader.next(); kind != MarkupReader::Kind::end; kind = reader.next()) {
      if (kind != MarkupReader::Kind::tag || reader.tag().name != "source") continue;
      if (const std::string_view src = value_of(reader.tag(), "src"); !src.empty()) return src;
    }
    return {};
  }

  void write_embedded(const TagText& tag) {
    const TagText embedded = tag;
    if (tag.name != "embed") reader_.skip_element(tag.name == "iframe");
    const std::string_view src = value_of(embedded, tag.name == "object" ? "data" : "src");
    write_place(kElsewhere, name_of(embedded), src.empty() ? post_url_ : src);
  }

  static std::string_view name_of(const TagText& tag) {
    const std::string_view label = value_of(tag, "aria-label");
    return label.empty() ? value_of(tag, "title") : label;
  }

  // --- drawings ---

  void write_drawn(const TagText& tag) {
    if (tag.name == "svg" || tag.name == "math") {
      if (!tag.end && !tag.empty) ++drawing_;
      if (tag.end) --drawing_;
    } else if (among(kNotDrawn, tag.name)) {
      if (!tag.end && !tag.empty) reader_.skip_element(false);
      return;
    }
    write_drawn_tag(tag);
  }

  void write_drawn_tag(const TagText& tag) {
    out_ += tag.end ? "</" : "<";
    out_ += tag.written;
    for (const Attribute& one : tag.attributes) {
      if (!tag.end && is_drawn(one)) {
        write_attribute(out_, one.name, one.flag() ? std::string_view("") : one.value);
      }
    }
    out_ += tag.empty ? "/>" : ">";
  }

  // Nothing that acts, and nothing that is elsewhere: references lead to "#…".
  static bool is_drawn(const Attribute& one) {
    const std::string name = ascii_lower(one.name);
    if (name.starts_with("on") || name == "src" || name == "base" || name == "xml:base")
      return false;
    if (name == "href" || name == "xlink:href") return trim_html(one.value).starts_with('#');
    const std::string value = ascii_lower(one.value);
    if (name == "style" && value.find_first_of("\\&@") != std::string::npos) return false;
    if (value.find("image-set") != std::string::npos || value.find("src(") != std::string::npos) {
      return false;
    }
    for (std::size_t at = value.find("url"); at != std::string::npos;
         at = value.find("url", at + 3)) {
      const std::string_view rest = trim_html(std::string_view(value).substr(at + 3));
      if (rest.starts_with('(') && !rest.starts_with("(#")) return false;
      if (rest.starts_with('\\')) return false;
    }
    return true;
  }

  const std::string_view html_;
  MarkupReader reader_;
  const std::string_view base_url_, post_url_;
  const std::span<const std::string_view> images_;
  PrintBody body_;
  std::string out_;
  std::string link_;  // that is open and leads to another site
  std::size_t link_start_ = 0;
  std::unordered_map<std::string, std::size_t> numbers_;
  std::vector<char> levels_;  // of the headings that the next one may stand below
  unsigned drawing_ = 0;
  bool in_head_ = false;
};

}  // namespace

PrintBody print_body(std::string_view html, std::string_view base_url, std::string_view post_url,
                     std::span<const std::string_view> images) {
  return Pass(html, base_url, post_url, images).run();
}

std::string image_address(std::string_view base_url, std::string_view file) {
  std::string url = std::string(base_url).append("/content/images");
  for (const std::string_view part : split(file, '/')) url += '/' + percent_encode_segment(part);
  return url;
}

std::string image_file(std::string_view path) {
  if (!path.starts_with(kImages)) return {};
  path.remove_prefix(kImages.size());
  return percent_decode(path.substr(0, path.find_first_of("?#"))).value_or("");
}

std::string_view shown_address(std::string_view url) {
  for (const std::string_view scheme : {"https://", "http://", "mailto:", "tel:"}) {
    if (!url.starts_with(scheme)) continue;
    url.remove_prefix(scheme.size());
    break;
  }
  if (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

}  // namespace octavo
