// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/links.h"

#include <array>

#include "base/escape.h"
#include "base/text.h"

namespace octavo {
namespace {

// "https://Example.org:8080/x" → "example.org:8080"; empty when it is not http(s).
std::string host_of(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  const std::string name = ascii_lower(url.substr(0, scheme));
  if (name != "http" && name != "https") return {};
  std::string_view host = url.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) {
    host.remove_prefix(at + 1);
  }
  return ascii_lower(host);
}

}  // namespace

std::string post_path(std::string_view slug) {
  return "/posts/" + percent_encode_segment(slug) + "/";
}

std::string page_path(std::string_view slug) {
  return "/" + percent_encode_segment(slug) + "/";
}

std::string tag_path(std::string_view name) {
  return "/blog/tag/" + percent_encode_segment(name) + "/";
}

std::string year_path(int year) {
  return "/blog/year/" + std::to_string(year) + "/";
}

std::string list_path(std::string_view base_path, unsigned page) {
  std::string path(base_path);
  if (page > 1) path += "page/" + std::to_string(page) + "/";
  return path;
}

std::string path_of(const PostView& post) {
  return post.page() ? page_path(post.slug()) : post_path(post.slug());
}

bool is_foreign(std::string_view url, std::string_view base_url) {
  const std::string host = host_of(url);
  return !host.empty() && host != host_of(base_url);
}

std::string absolute(std::string_view base_url, std::string_view url) {
  if (!url.starts_with('/')) return std::string(url);
  if (url.starts_with("//")) {
    return std::string(base_url.substr(0, base_url.find(':') + 1)).append(url);
  }
  return std::string(base_url).append(url);
}

std::string shown_date(ZonedTime time) {
  static constexpr std::array<std::string_view, 12> kMonths = {
      "January", "February", "March",     "April",   "May",      "June",
      "July",    "August",   "September", "October", "November", "December"};
  const Civil date = civil(time);
  return std::to_string(date.day) + " " + std::string(kMonths[date.month - 1]) + " " +
         std::to_string(date.year);
}

std::string_view shown_title(const PostView& post) {
  const std::string_view link = post.link_title();
  return link.empty() ? post.title() : link;
}

}  // namespace octavo
