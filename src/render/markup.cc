// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/markup.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/text.h"
#include "render/links.h"

namespace octavo {
namespace {

constexpr std::string_view kBlanks = " \t\r\n\f";

constexpr auto kSchemes = std::to_array<std::string_view>(
    {"ftp", "geo", "http", "https", "mailto", "sms", "tel", "xmpp"});
static_assert(std::is_sorted(kSchemes.begin(), kSchemes.end()));

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

bool is_html_blank(char c) {
  return kBlanks.find(c) != std::string_view::npos;
}

std::string_view trim_html(std::string_view text) {
  const std::size_t start = std::min(text.find_first_not_of(kBlanks), text.size());
  return text.substr(start, text.find_last_not_of(kBlanks) + 1 - start);
}

const TagText::Attribute* TagText::find(std::string_view wanted) const {
  const auto found = std::ranges::find_if(
      attributes, [&](const Attribute& one) { return ascii_iequals(one.name, wanted); });
  return found == attributes.end() ? nullptr : &*found;
}

bool TagText::has_class(std::string_view wanted) const {
  const Attribute* one = find("class");
  if (one == nullptr) return false;
  for (std::size_t at = one->value.find(wanted); at != std::string_view::npos;
       at = one->value.find(wanted, at + 1)) {
    const std::size_t behind = at + wanted.size();
    if ((at == 0 || is_html_blank(one->value[at - 1])) &&
        (behind == one->value.size() || is_html_blank(one->value[behind]))) {
      return true;
    }
  }
  return false;
}

MarkupReader::Kind MarkupReader::next() {
  while (at_ < html_.size()) {
    if (html_[at_] != '<') {
      const std::size_t open = std::min(html_.find('<', at_), html_.size());
      text_ = html_.substr(at_, open - at_);
      at_ = open;
      return Kind::text;
    }
    if (!ends_nowhere_) {
      if (skip_comment()) continue;
      if (read_tag()) return Kind::tag;
    }
    text_ = html_.substr(at_++, 1);
    return Kind::stray;
  }
  return Kind::end;
}

// Markup that does not end is text, and so is all behind it: looking for the end again and
// again would take time without bounds.
bool MarkupReader::no_end() {
  ends_nowhere_ = true;
  return false;
}

bool MarkupReader::skip_comment() {
  if (at(at_ + 1) != '!' && at(at_ + 1) != '?') return false;
  const std::string_view mark = html_.substr(at_).starts_with("<!--") ? "-->" : ">";
  const std::size_t end = html_.find(mark, at_ + 2);
  if (end == std::string_view::npos) return no_end();
  at_ = end + mark.size();
  return true;
}

bool MarkupReader::read_tag() {
  std::size_t i = at_ + 1;
  tag_ = {};
  if (at(i) == '/') {
    tag_.end = true;
    ++i;
  }
  if (!is_letter(at(i))) return false;
  tag_.written = take_until(i, "/>");
  tag_.name = ascii_lower(tag_.written);
  for (;;) {
    while (i < html_.size() && (is_html_blank(html_[i]) || html_[i] == '/')) ++i;
    if (i >= html_.size()) return no_end();
    if (html_[i] == '>') break;
    if (!read_attribute(i)) return no_end();
  }
  tag_.empty = html_[i - 1] == '/';
  at_ = i + 1;
  return true;
}

// From `i` to a blank or one of `marks`; at least one character.
std::string_view MarkupReader::take_until(std::size_t& i, std::string_view marks) const {
  const std::size_t from = i++;
  while (i < html_.size() && !is_html_blank(html_[i]) &&
         marks.find(html_[i]) == std::string_view::npos) {
    ++i;
  }
  return html_.substr(from, i - from);
}

bool MarkupReader::read_attribute(std::size_t& i) {
  TagText::Attribute one;
  one.name = take_until(i, "/>=");
  std::size_t next = i;
  while (is_html_blank(at(next))) ++next;
  if (at(next) == '=') {
    i = next + 1;
    while (is_html_blank(at(i))) ++i;
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
  tag_.attributes.push_back(one);
  return true;
}

std::string_view MarkupReader::skip_element(bool raw) {
  if (!raw && (tag_.empty || never_closed_)) return {};
  std::size_t open = 1;
  for (std::size_t i = html_.find('<', at_); i != std::string_view::npos;
       i = html_.find('<', i + 1)) {
    const bool end = at(i + 1) == '/';
    const std::size_t from = i + (end ? 2 : 1), behind = from + tag_.name.size();
    if (!ascii_iequals(html_.substr(from, tag_.name.size()), tag_.name)) continue;
    if (!is_html_blank(at(behind)) && at(behind) != '>' && at(behind) != '/') continue;
    if (!end) {
      open += raw ? 0 : 1;
    } else if (--open == 0) {
      const std::string_view inside = html_.substr(at_, i - at_);
      at_ = std::min(html_.find('>', behind), html_.size() - 1) + 1;
      return inside;
    }
  }
  if (!raw) {
    never_closed_ = true;
    return {};
  }
  const std::string_view inside = html_.substr(at_);
  at_ = html_.size();  // a script to its end, as browsers have it
  return inside;
}

std::string resolve_references(std::string_view text) {
  static constexpr std::array<std::pair<std::string_view, char>, 5> kKnown = {
      {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}}};
  std::string out;
  while (!text.empty()) {
    const std::size_t plain = std::min(text.find('&'), text.size());
    out.append(text, 0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const auto known =
        std::ranges::find_if(kKnown, [&](const auto& one) { return text.starts_with(one.first); });
    out += known == kKnown.end() ? '&' : known->second;
    text.remove_prefix(known == kKnown.end() ? 1 : known->first.size());
  }
  return out;
}

void write_attribute(std::string& out, std::string_view name, std::string_view value) {
  ((out += ' ') += name) += "=\"";
  for (const char c : value) {
    if (c == '"') {
      out += "&quot;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else {
      out += c;
    }
  }
  out += '"';
}

std::optional<std::string> absolute_link(std::string_view url, std::string_view base_url,
                                         std::string_view page_url, bool picture) {
  url = trim_html(url);
  if (url.starts_with('/')) return absolute(base_url, url);
  const std::size_t colon = url.find_first_of(":/?#");
  if (colon != std::string_view::npos && url[colon] == ':') {
    std::string scheme;
    for (const char c : ascii_lower(url.substr(0, colon))) {
      if (static_cast<unsigned char>(c) > 0x20) scheme += c;  // as browsers read it
    }
    if (std::ranges::binary_search(kSchemes, scheme) || (picture && scheme == "data")) {
      return std::string(url);
    }
    if (std::ranges::all_of(scheme, [](char c) {
          return is_letter(c) || (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
        })) {
      return std::nullopt;
    }
  }
  return std::string(page_url).append(url);
}

}  // namespace octavo
