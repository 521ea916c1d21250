// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/cross_check.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/text.h"

namespace octavo {

namespace {

// First segments that the URL table, the fronts or later capabilities own. One list for pages
// (whose URL is one segment) and aliases.
constexpr std::string_view kReserved[] = {
    "blog",        "posts",          "search",     "og",          "static",
    "content",     "feed.xml",       "rss.xml",    "feed.json",   "llms.txt",
    "sitemap.xml", "opensearch.xml", "robots.txt", "favicon.ico", "theme.css",
    "metrics",     "preview",        "index.html", "404.html"};

bool is_reserved_segment(std::string_view segment) {
  const std::string folded = fold_case(segment);
  return std::find(std::begin(kReserved), std::end(kReserved), folded) != std::end(kReserved);
}

std::string without_slash(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  return std::string(path);
}

// Under /blog/ and /posts/ only the table's own shapes are taken: the names of posts that once
// lived there are what aliases are for.
bool is_reserved_alias(const std::string& path) {
  if (path == "/") return true;
  const std::vector<std::string_view> parts = split(std::string_view(path).substr(1), '/');
  if (parts[0] == "blog") {
    return parts.size() == 1 ||
           ((parts[1] == "page" || parts[1] == "tag" || parts[1] == "year") && parts.size() > 2);
  }
  if (parts[0] == "posts") return parts.size() == 1;
  return is_reserved_segment(parts[0]);
}

Diagnostic clash(const Post& post, std::uint32_t line, std::uint32_t column, const char* code,
                 const char* key, std::string message) {
  Diagnostic fault;
  fault.code = code;
  fault.file = post.file;
  fault.line = line;
  fault.column = column;
  fault.key = key;
  fault.message = std::move(message);
  return fault;
}

}  // namespace

std::vector<Diagnostic> cross_check(const std::vector<const Post*>& posts) {
  std::vector<Diagnostic> faults;
  std::unordered_map<std::string, const Post*> post_slugs, page_slugs, urls, aliases;
  for (const Post* post : posts) {
    if (post->slug.empty()) continue;  // refused for that already
    const auto [first, fresh] =
        (post->page ? page_slugs : post_slugs).try_emplace(fold_case(post->slug), post);
    if (!fresh) {
      faults.push_back(clash(*post, post->slug_line, post->slug_column, "duplicate_slug", "slug",
                             "the slug “" + post->slug + "” is taken by " + first->second->file +
                                 "; give one of the two another slug:"));
    }
    if (post->page) {
      if (is_reserved_segment(post->slug)) {
        faults.push_back(
            clash(*post, post->slug_line, post->slug_column, "reserved_path", "slug",
                  "/" + post->slug + "/ is Octavo's own; give the page another name or slug:"));
      }
      urls.emplace("/" + post->slug, post);
    } else {
      for (const char* prefix : {"/posts/", "/blog/"}) {
        for (const char* suffix : {"", "/pdf", "/md"})
          urls.emplace(prefix + post->slug + suffix, post);
      }
    }
  }
  for (const Post* post : posts) {
    for (const Alias& alias : post->aliases) {
      const std::string path = without_slash(alias.path);
      const auto report = [&](const char* code, const std::string& message) {
        faults.push_back(clash(*post, alias.line, alias.column, code, "aliases", message));
      };
      if (is_reserved_alias(path)) {
        report("reserved_path",
               "“" + alias.path + "” is one of Octavo's own paths; remove this alias");
        continue;
      }
      if (const auto used = urls.find(path); used != urls.end()) {
        report("duplicate_alias",
               "“" + alias.path + "” is the URL of " + used->second->file + "; remove this alias");
        continue;
      }
      const auto [first, fresh] = aliases.try_emplace(path, post);
      if (!fresh) {
        report("duplicate_alias", "“" + alias.path + "” is claimed by " + first->second->file +
                                      " already; remove one of the two");
      }
    }
  }
  return faults;
}

}  // namespace octavo
