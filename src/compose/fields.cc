// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/escape.h"
#include "compose/post_maker.h"

namespace octavo {

namespace {

class Object {
 public:
  void raw(std::string_view key, std::string_view value) {
    out_ += out_.empty() ? '{' : ',';
    out_ += json_quote(key);
    out_ += ':';
    out_ += value;
  }
  void text(std::string_view key, std::string_view value) {
    raw(key, value.empty() ? "null" : json_quote(value));
  }
  void flag(std::string_view key, bool value) { raw(key, value ? "true" : "false"); }
  void time(std::string_view key, const ZonedTime& value) {
    text(key, value.given() ? format_rfc3339(value) : "");
  }
  void list(std::string_view key, const std::vector<std::string>& values) {
    std::string out = "[";
    for (const std::string& value : values) {
      if (out.size() > 1) out += ',';
      out += json_quote(value);
    }
    raw(key, out + ']');
  }
  std::string take() { return out_ + '}'; }

 private:
  std::string out_;
};

// The value of a key of a canonical JSON object (no blanks, keys at depth 1), as it is written.
std::string_view member(std::string_view object, std::string_view key) {
  const std::string wanted = json_quote(key) + ':';
  int depth = 0;
  for (std::size_t i = 0; i < object.size(); ++i) {
    const char c = object[i];
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (c != '"') continue;
    if (depth == 1 && object.substr(i).starts_with(wanted)) {
      const std::string_view value = object.substr(i + wanted.size());
      return value.substr(0, value.find_first_of(",}"));
    }
    for (++i; i < object.size() && object[i] != '"'; ++i) {
      if (object[i] == '\\') ++i;
    }
  }
  return "null";
}

}  // namespace

std::string fields_json(const Post& post) {
  Object o;
  o.text("title", post.title);
  o.text("link_title", post.link_title);
  o.text("slug", post.slug);
  o.time("date", post.date);
  o.time("updated", post.updated);
  o.time("publish_date", post.publish_date);
  o.time("expiry_date", post.expiry_date);
  o.flag("draft", post.draft);
  o.list("tags", post.tags);
  o.list("categories", post.categories);
  o.list("authors", post.authors);
  o.text("series", post.series);
  o.raw("series_order",
        post.series.empty() && post.series_order == 0 ? "null" : std::to_string(post.series_order));
  o.text("description", post.description);
  o.text("summary", post.summary);
  o.text("cover_image", post.cover_image);
  o.text("cover_alt", post.cover_alt);
  o.text("cover_caption", post.cover_caption);
  std::vector<std::string> aliases;
  for (const Alias& alias : post.aliases) aliases.push_back(alias.path);
  o.list("aliases", aliases);
  o.text("redirect_to", post.redirect_to);
  o.text("canonical_url", post.canonical_url);
  o.text("lang", post.lang);
  o.flag("toc", post.toc);
  o.flag("noindex", post.noindex);
  // A number and a boolean: their values have no comma and no brace in them.
  o.raw("weight", member(post.extra, "weight"));
  o.raw("math", post.extra.empty() || member(post.extra, "math") == "null"
                    ? "false"
                    : member(post.extra, "math"));
  o.raw("extra", post.extra.empty() ? "{}" : post.extra);
  return o.take();
}

}  // namespace octavo
