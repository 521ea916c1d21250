// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/image_reference.h"

#include <cstddef>
#include <utility>
#include <vector>

#include "base/escape.h"
#include "base/text.h"

namespace octavo {

namespace {

// The part below images/, or nullopt when the reference has none of the three forms.
std::optional<std::string_view> below_images(std::string_view path) {
  if (path.starts_with("/content/images/")) return path.substr(16);
  for (;;) {
    if (path.starts_with("../")) {
      path.remove_prefix(3);
    } else if (path.starts_with("./")) {
      path.remove_prefix(2);
    } else {
      break;
    }
  }
  if (path.starts_with("images/")) return path.substr(7);
  return std::nullopt;
}

bool is_external(std::string_view url) {
  const std::size_t end = url.find_first_of(":/?#");
  return end != std::string_view::npos && url[end] == ':';
}

}  // namespace

ImageReference image_reference(std::string_view url) {
  ImageReference result;
  url = trim(url);
  // Templates of other programs ({{ site.url }}, {% link %}) are not ours to judge.
  if (url.empty() || url.front() == '#' || is_external(url) || url.starts_with("//") ||
      url.find("{{") != std::string_view::npos || url.find("{%") != std::string_view::npos) {
    return result;
  }
  const std::string_view raw = url.substr(0, url.find_first_of("?#"));
  const std::string decoded = percent_decode(raw).value_or(std::string(raw));
  const auto below = below_images(decoded);
  if (!below) {
    // posts/ is one floor below the content folder: two floors up is outside of it.
    result.escapes = decoded.starts_with("../../");
    result.astray = !result.escapes && !decoded.empty() && decoded.front() != '/';
    return result;
  }
  std::vector<std::string_view> kept;
  for (const std::string_view part : split(*below, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      kept.push_back(part);
    } else if (kept.empty()) {
      result.escapes = true;
      return result;
    } else {
      kept.pop_back();
    }
  }
  std::string path;
  for (const std::string_view part : kept) {
    if (!path.empty()) path += '/';
    path += part;
  }
  if (find_bad_utf8(path) != std::string::npos) {
    result.escapes = true;
    return result;
  }
  for (std::size_t at = 0; at < path.size();) {
    if (is_control(next_code_point(path, at))) {
      result.escapes = true;
      return result;
    }
  }
  if (path.empty() || below->ends_with('/')) {
    result.astray = true;  // a folder
  } else {
    result.path = std::move(path);
  }
  return result;
}

std::string image_url(std::string_view path) {
  std::string url = "/content/images";
  for (const std::string_view part : split(path, '/')) {
    url += '/';
    url += percent_encode_segment(part);
  }
  return url;
}

}  // namespace octavo
