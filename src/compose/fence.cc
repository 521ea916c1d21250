// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/fence.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "base/text.h"

namespace octavo {

namespace {

constexpr std::size_t kMostInfo = 2000;
constexpr std::size_t kMostTitle = 200;
constexpr std::size_t kMostRanges = 200;
constexpr std::uint32_t kLastLine = 1u << 30;

constexpr auto kTitleKeys = std::to_array<std::string_view>({"file", "filename", "name", "title"});
constexpr auto kLineKeys = std::to_array<std::string_view>(
    {"dataline", "emphasizelines", "highlight", "highlightlines", "hl", "hllines", "mark"});

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

bool is_language(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_' || c == '+' ||
         c == '#' || c == '.' || c == '-';
}

// A list of lines and nothing else: "2", "2,4-6", "2 4-6", with what other programs put around.
bool is_lines(std::string_view text) {
  return text.find_first_of("0123456789") != std::string_view::npos &&
         text.find_first_not_of("0123456789-, \t\"'[]{}") == std::string_view::npos;
}

// "hl_lines", "hlLines" and "hl-lines" are one key.
std::string key_name(std::string_view key) {
  std::string name = ascii_lower(key);
  std::erase_if(name, [](char c) { return c == '_' || c == '-'; });
  return name;
}

template <typename Names>
bool among(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

class Reader {
 public:
  explicit Reader(std::string_view info) : rest_(info) {}

  Fence read() {
    skip_blanks();
    read_language();
    read_attributes(rest_);
    if (fence_.title.empty()) set_title(caption_);
    merge_lines();
    return std::move(fence_);
  }

 private:
  void skip_blanks() {
    while (!rest_.empty() && is_blank(rest_.front())) rest_.remove_prefix(1);
  }

  static std::string_view take_language(std::string_view text) {
    const auto end = std::find_if_not(text.begin(), text.end(), is_language);
    return text.substr(0, static_cast<std::size_t>(end - text.begin()));
  }

  // The first word. A group names one in "{.python}", "{python}" and "{r label}".
  void read_language() {
    if (rest_.starts_with('{')) {
      std::string_view inside = rest_.substr(1);
      while (!inside.empty() && (is_blank(inside.front()) || inside.front() == '.')) {
        inside.remove_prefix(1);
      }
      const std::string_view word = take_language(inside);
      const std::string_view behind = inside.substr(word.size());
      if (!behind.starts_with('=') && !behind.starts_with(':') && !is_lines(word)) {
        fence_.language = word;
      }
      return;
    }
    while (rest_.starts_with('.')) rest_.remove_prefix(1);
    const std::string_view word = take_language(rest_);
    const std::string_view behind = rest_.substr(word.size());
    if (behind.starts_with('=')) return;  // no language, but a key
    fence_.language = word;
    rest_ = behind;
    if (!rest_.starts_with(':')) return;
    rest_.remove_prefix(1);
    const std::string_view name = rest_.substr(0, rest_.find_first_of(" \t{"));
    if (name.find('=') != std::string_view::npos) return;  // Gatsby's "js:title=a.js"
    rest_.remove_prefix(name.size());
    // VitePress has ":line-numbers" there.
    if (!name.ends_with("line-numbers")) set_title(name);
  }

  void set_title(std::string_view text) {
    if (!fence_.title.empty()) return;
    std::string title = collapse_blanks(text);
    std::erase_if(title, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; });
    if (count_code_points(title) > kMostTitle) title = shorten(title, kMostTitle);
    fence_.title = std::move(title);
  }

  void add_lines(std::string_view text) {
    std::size_t at = 0;
    while (at < text.size() && fence_.marked.size() < kMostRanges) {
      if (!is_digit(text[at])) {
        ++at;
        continue;
      }
      LineRange range;
      range.first = range.last = take_number(text, at);
      if (at + 1 < text.size() && text[at] == '-' && is_digit(text[at + 1])) {
        range.last = take_number(text, ++at);
      }
      if (range.first >= 1 && range.first <= range.last) fence_.marked.push_back(range);
    }
  }

  static std::uint32_t take_number(std::string_view text, std::size_t& at) {
    std::uint32_t number = 0;
    for (; at < text.size() && is_digit(text[at]); ++at) {
      number = std::min(number * 10 + static_cast<std::uint32_t>(text[at] - '0'), kLastLine / 10);
    }
    return number;
  }

  void merge_lines() {
    auto& ranges = fence_.marked;
    std::sort(ranges.begin(), ranges.end(),
              [](const LineRange& a, const LineRange& b) { return a.first < b.first; });
    std::size_t kept = 0;
    for (const LineRange& range : ranges) {
      if (kept > 0 && range.first <= ranges[kept - 1].last + 1) {
        ranges[kept - 1].last = std::max(ranges[kept - 1].last, range.last);
      } else {
        ranges[kept++] = range;
      }
    }
    ranges.resize(kept);
  }

  // Up to `close`, which is eaten; quotes hide it.
  static std::string_view take_group(std::string_view& text, char close) {
    char quote = 0;
    for (std::size_t i = 1; i < text.size(); ++i) {
      const char c = text[i];
      if (quote != 0) {
        if (c == quote) quote = 0;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c == close) {
        const std::string_view inside = text.substr(1, i - 1);
        text.remove_prefix(i + 1);
        return inside;
      }
    }
    const std::string_view inside = text.substr(1);
    text = {};
    return inside;
  }

  static std::string_view take_quoted(std::string_view& text) {
    const std::size_t end = text.find(text.front(), 1);
    const std::string_view inside = text.substr(1, end == std::string_view::npos ? end : end - 1);
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    return inside;
  }

  static std::string_view take_value(std::string_view& text) {
    if (text.starts_with('"') || text.starts_with('\'')) return take_quoted(text);
    if (text.starts_with('{')) return take_group(text, '}');
    if (text.starts_with('[')) return take_group(text, ']');
    const std::string_view value = text.substr(0, text.find_first_of(" \t,}"));
    text.remove_prefix(value.size());
    return value;
  }

  void set(std::string_view key, std::string_view value) {
    const std::string name = key_name(key);
    if (among(kTitleKeys, name)) {
      set_title(value);
    } else if (name == "caption") {
      if (caption_.empty()) caption_ = value;
    } else if (among(kLineKeys, name) && is_lines(value)) {
      add_lines(value);
    }
  }

  // Zola lists lines with blanks and no quotes: "hl_lines=1 3-5,linenos"; Hexo with commas.
  void take_more_lines(std::string_view& text, bool commas) {
    for (;;) {
      std::string_view next = text;
      while (!next.empty() && (is_blank(next.front()) || (commas && next.front() == ','))) {
        next.remove_prefix(1);
      }
      const std::string_view word = next.substr(0, next.find_first_of(" \t,}"));
      if (word.empty() || word.find_first_not_of("0123456789-") != std::string_view::npos) return;
      add_lines(word);
      text = next.substr(word.size());
    }
  }

  void read_attributes(std::string_view text, bool inside_group = false) {
    while (!text.empty()) {
      const char c = text.front();
      if (is_blank(c) || c == ',' || c == '=' || c == ':' || c == '}' || c == ']') {
        text.remove_prefix(1);
      } else if (c == '{') {
        const std::string_view inside = take_group(text, '}');
        if (is_lines(inside)) {
          add_lines(inside);
        } else if (!inside_group) {
          read_attributes(inside, true);
        }
      } else if (c == '[') {
        const std::string_view inside = take_group(text, ']');
        if (!is_lines(inside)) set_title(inside);  // VitePress
      } else if (c == '"' || c == '\'') {
        take_quoted(text);
      } else {
        read_word(text);
      }
    }
  }

  void read_word(std::string_view& text) {
    const std::string_view word = text.substr(0, text.find_first_of(" \t,={}[]:\"'"));
    text.remove_prefix(std::max<std::size_t>(word.size(), 1));
    if (text.empty() || (text.front() != '=' && text.front() != ':')) return;
    const bool colon = text.front() == ':';
    text.remove_prefix(1);
    const bool bare = !text.empty() && (is_digit(text.front()) || is_blank(text.front()));
    set(word, take_value(text));
    if (bare && among(kLineKeys, key_name(word))) take_more_lines(text, colon);
  }

  std::string_view rest_;
  std::string_view caption_;
  Fence fence_;
};

}  // namespace

Fence read_fence(std::string_view info) {
  if (info.size() > kMostInfo) {
    info = info.substr(0, kMostInfo);
    const std::size_t bad = find_bad_utf8(info);  // a character that was cut in two
    info = info.substr(0, bad);
  }
  return Reader(info).read();
}

}  // namespace octavo
