// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/image_uses.h"

#include <optional>
#include <utility>

#include "base/text.h"
#include "compose/image_reference.h"

namespace octavo {

namespace {

constexpr std::size_t kMostFaults = 100;  // errors, and as many warnings

}  // namespace

bool ImageUses::may_report(bool warning) const {
  return reported_[warning ? 1 : 0] < kMostFaults;
}

void ImageUses::report(const char* code, bool warning, LineColumn place, std::string message) {
  ++reported_[warning ? 1 : 0];
  Diagnostic fault;
  fault.code = code;
  fault.warning = warning;
  fault.line = place.line;
  fault.column = place.column;
  fault.message = std::move(message);
  if (!warning && fault.code == "missing_image") {
    fault.allow = "front_matter: {missing_image: warning}";
  }
  faults.push_back(std::move(fault));
}

void ImageUses::resolve(MediaUse& use, std::uint32_t line, std::uint32_t column) {
  const ImageReference reference = image_reference(use.url);
  if (reference.escapes) {
    if (!may_report(false)) return;
    report("bad_path", false, places_.find(use.url, line, column),
           "“" + use.url + "” leads out of content/images; write images/NAME");
    return;
  }
  if (!reference.path) {
    if (!reference.astray || !may_report(true)) return;
    report("missing_image", true, places_.find(use.url, line, column),
           "“" + use.url +
               "” is no path to an image; write images/NAME for a file in "
               "content/images");
    return;
  }
  std::string path = *reference.path;
  std::optional<ImageInfo> info = lookup_ ? lookup_(path) : std::nullopt;
  if (!info && lookup_) {
    // Editors and file systems differ in how they compose letters.
    std::string composed = nfc(path);
    if (composed != path) {
      info = lookup_(composed);
      if (info) path = std::move(composed);
    }
  }
  const ImageInfo size = info.value_or(ImageInfo{});
  const bool missing = !info && may_report(!options_.missing_image_is_error);
  const bool fresh = known_.insert(path).second;
  LineColumn place;
  if (fresh || missing) place = places_.find(use.url, line, column);
  if (fresh) {
    images.push_back({path, place.line, place.column, size.width, size.height, info.has_value()});
  }
  if (missing) {
    report("missing_image", !options_.missing_image_is_error, place,
           "there is no content/images/" + path + "; put the file there or mend the name");
  } else if (size.width != 0 && size.height != 0) {
    use.width = std::to_string(size.width);
    use.height = std::to_string(size.height);
  }
  const std::size_t tail = use.url.find_first_of("?#");  // an SVG's part, a number of the version
  const std::string rest = tail == std::string::npos ? std::string() : use.url.substr(tail);
  use.url = image_url(path) + rest;
}

}  // namespace octavo
