// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/route.h"

#include <algorithm>
#include <array>

#include "base/escape.h"
#include "base/text.h"
#include "render/links.h"

namespace octavo {

namespace {

using Segments = std::vector<std::string>;

bool is(const std::string& segment, std::string_view word) {
  return ascii_iequals(segment, word);
}

// A positive number without leading zeros, or nothing.
std::optional<unsigned> page_number(const std::string& text) {
  if (text.empty() || text.size() > 7 || text.front() == '0') return std::nullopt;
  unsigned number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + static_cast<unsigned>(c - '0');
  }
  return number;
}

Route folder(Resource resource, std::string path) {
  Route route;
  route.resource = resource;
  route.path = std::move(path);
  return route;
}

Route redirect(std::string location, std::string path) {
  Route route = folder(Resource::elsewhere, std::move(path));
  route.location = std::move(location);
  return route;
}

struct File {
  std::string_view name;
  Resource resource;
};
constexpr std::array<File, 9> kFiles = {{
    {"sitemap.xml", Resource::sitemap},
    {"robots.txt", Resource::robots},
    {"favicon.ico", Resource::favicon},
    {"feed.xml", Resource::atom},
    {"rss.xml", Resource::rss},
    {"feed.json", Resource::json_feed},
    {"opensearch.xml", Resource::opensearch},
    {"llms.txt", Resource::llms},
    {"theme.css", Resource::theme},
}};

class Finder {
 public:
  Finder(const Site& site, const Target& target, unsigned page_size)
      : site_(site), s_(target.segments), slash_(target.slash), page_size_(page_size) {}

  std::optional<Route> find() const {
    if (s_.empty()) return folder(Resource::home, "/");
    if (is(s_[0], "blog")) return blog();
    if (is(s_[0], "posts")) return posts();
    if (is(s_[0], "og")) return card();
    if (is(s_[0], "search")) return search();
    if (s_.size() != 1) return std::nullopt;
    if (!slash_) {
      for (const File& file : kFiles) {
        if (!is(s_[0], file.name)) continue;
        Route route = folder(file.resource, '/' + std::string(file.name));
        route.page = 0;
        return route;
      }
      if (auto route = sitemap_part()) return route;
    }
    if (const std::uint32_t* page = site_.find_page(s_[0])) {
      const PostView view = site_.post(*page);
      std::string path = '/' + percent_encode_segment(view.slug()) + '/';
      if (!view.redirect_to().empty()) return redirect(std::string(view.redirect_to()), path);
      Route route = folder(Resource::page, std::move(path));
      route.number = *page;
      return route;
    }
    return std::nullopt;
  }

 private:
  std::optional<Route> list(std::size_t used, std::string base, std::size_t posts) const {
    Route route = folder(Resource::list, base);
    route.base_path = std::move(base);
    route.pages =
        static_cast<unsigned>(std::max<std::size_t>(1, (posts + page_size_ - 1) / page_size_));
    if (s_.size() == used) return route;
    if (s_.size() != used + 2 || !is(s_[used], "page")) return std::nullopt;
    const auto number = page_number(s_[used + 1]);
    if (!number || *number > route.pages) return std::nullopt;
    route.page = *number;
    if (*number > 1) route.path += "page/" + s_[used + 1] + '/';
    return route;
  }

  std::optional<Route> blog() const {
    if (s_.size() >= 3 && is(s_[1], "tag")) {
      const Tag* tag = site_.find_tag(s_[2]);
      if (tag == nullptr) return old_post();
      if (s_.size() == 4 && !slash_ && is(s_[3], "feed.xml")) {
        Route route = folder(Resource::atom, tag_path(tag->name) + "feed.xml");
        route.tag = tag;
        return route;
      }
      auto route =
          list(3, "/blog/tag/" + percent_encode_segment(tag->name) + '/', tag->posts.size());
      if (!route) return old_post();
      route->tag = tag;
      return route;
    }
    if (s_.size() >= 3 && is(s_[1], "year") && s_[2].size() == 4) {
      const auto number = page_number(s_[2]);
      const Year* year = number ? site_.find_year(static_cast<int>(*number)) : nullptr;
      if (year == nullptr) return old_post();
      auto route = list(3, "/blog/year/" + s_[2] + '/', year->posts.size());
      if (route) route->year = year;
      return route;
    }
    if (auto route = list(1, "/blog/", site_.order().size())) return route;
    return old_post();
  }

  // /blog/S/, /blog/S/pdf/ and /blog/S/md/: where the program that we replace had its posts.
  std::optional<Route> old_post() const {
    if (s_.size() != 2 && s_.size() != 3) return std::nullopt;
    const std::uint32_t* number = site_.find_post(s_[1]);
    if (number == nullptr) return std::nullopt;
    std::string tail;
    if (s_.size() == 3) {
      if (!is(s_[2], "pdf") && !is(s_[2], "md")) return std::nullopt;
      tail = ascii_lower(s_[2]) + '/';
    }
    const PostView view = site_.post(*number);
    std::string location = post_path(view.slug()) + tail;
    if (!view.redirect_to().empty()) {
      if (!tail.empty()) return std::nullopt;
      location = view.redirect_to();
    }
    return redirect(std::move(location), "");
  }

  std::optional<Route> posts() const {
    if (s_.size() != 2 && s_.size() != 3) return std::nullopt;
    const std::uint32_t* number = site_.find_post(s_[1]);
    if (number == nullptr) return std::nullopt;
    const PostView view = site_.post(*number);
    std::string path = post_path(view.slug());
    if (!view.redirect_to().empty()) {
      if (s_.size() == 3) return std::nullopt;
      return redirect(std::string(view.redirect_to()), std::move(path));
    }
    Route route = folder(Resource::post, std::move(path));
    route.number = *number;
    if (s_.size() == 3) {
      const bool pdf = is(s_[2], "pdf");
      if (!pdf && !is(s_[2], "md")) return std::nullopt;
      route.resource = pdf ? Resource::pdf : Resource::markdown;
      route.path += pdf ? "pdf/" : "md/";
    }
    return route;
  }

  std::optional<Route> search() const {
    if (s_.size() == 1) return folder(Resource::search, "/search/");
    if (s_.size() == 2 && is(s_[1], "live")) return folder(Resource::live, "/search/live/");
    return std::nullopt;
  }

  // /sitemap-1.xml, when /sitemap.xml is an index of several.
  std::optional<Route> sitemap_part() const {
    constexpr std::string_view kStem = "sitemap-";
    constexpr std::string_view kEnd = ".xml";
    const std::string name = ascii_lower(s_[0]);
    if (name.size() <= kStem.size() + kEnd.size() || !name.starts_with(kStem) ||
        !name.ends_with(kEnd)) {
      return std::nullopt;
    }
    const auto number =
        page_number(name.substr(kStem.size(), name.size() - kStem.size() - kEnd.size()));
    if (!number) return std::nullopt;
    Route route = folder(Resource::sitemap, '/' + name);
    route.page = *number;
    return route;
  }

  std::optional<Route> card() const {
    constexpr std::string_view kSvg = ".svg", kPng = ".png";
    if (s_.size() != 2 || slash_ || s_[1].size() <= kSvg.size()) return std::nullopt;
    const std::size_t stem = s_[1].size() - kSvg.size();
    const bool png = is(s_[1].substr(stem), kPng);
    if (!png && !is(s_[1].substr(stem), kSvg)) return std::nullopt;
    const std::uint32_t* number = site_.find_post(s_[1].substr(0, stem));
    if (number == nullptr || !site_.post(*number).redirect_to().empty()) return std::nullopt;
    std::string path = "/og/" + percent_encode_segment(site_.post(*number).slug());
    Route route = folder(png ? Resource::card_png : Resource::card,
                         path.append(png ? kPng : kSvg));
    route.number = *number;
    return route;
  }

  const Site& site_;
  const Segments& s_;
  bool slash_;
  unsigned page_size_;
};

std::optional<Route> find_alias_route(const Site& site, const Target& target) {
  std::string path;
  for (const std::string& segment : target.segments) {
    if (segment.find('/') != std::string::npos) return std::nullopt;
    path += '/' + segment;
  }
  const std::uint32_t* number = site.find_alias(path);
  if (number == nullptr) return std::nullopt;
  const PostView view = site.post(*number);
  std::string location =
      view.page() ? '/' + percent_encode_segment(view.slug()) + '/' : post_path(view.slug());
  if (!view.redirect_to().empty()) location = view.redirect_to();
  return redirect(std::move(location), "");
}

}  // namespace

std::optional<Route> find_route(const Site& site, const Target& target, unsigned page_size) {
  if (auto route = Finder(site, target, page_size).find()) return route;
  return find_alias_route(site, target);
}

}  // namespace octavo
