// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/published_info.h"

#include <filesystem>
#include <system_error>

#include "base/error.h"
#include "base/file.h"
#include "base/hash.h"

namespace octavo {

// A name that changes with its bytes may be kept for a year (conf/ has the other half of it).
std::shared_ptr<const SiteInfo> published_info(const Config& config, const std::string& assets,
                                               const std::string& fonts) {
  const auto hashed = [](const std::string& folder, const std::string& file) {
    const std::size_t dot = file.find('.');
    try {
      const std::string hash = to_hex(hash128(read_file(folder + '/' + file, 1u << 20)));
      return "/static/" + file.substr(0, dot) + '.' + hash.substr(0, 16) + file.substr(dot);
    } catch (const Error&) {
      // The web server may have the files where we have not: then by their plain name.
      return "/static/" + file;
    }
  };
  FontFaces faces;
  if (const std::string& font = config.theme.font; !font.empty()) {
    constexpr std::size_t kMostBytes = 64 << 10;
    faces = font_faces(read_file(fonts + '/' + font + ".css", kMostBytes),
                       [&](const std::string& file) { return hashed(fonts, file); });
  }
  auto info = std::make_shared<SiteInfo>(site_info(config, faces));
  info->stylesheet = hashed(assets, "octavo.css");
  info->script = hashed(assets, "octavo.js");
  // Whether octavo-print answers shows at each job; that it is installed and meant, here.
  std::error_code ignored;
  info->has_press = !config.print.empty() && std::filesystem::is_socket(config.print, ignored);
  return info;
}

}  // namespace octavo
