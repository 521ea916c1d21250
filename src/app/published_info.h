// SPDX-License-Identifier: GPL-3.0-or-later
//
// What all pages say of a site, as it is published: its configuration, and the names under which
// the static files beside it are kept for a year.
//
// Thread safety: any thread; the result is immutable.
// Throws: SystemError when the style of a configured font cannot be read.
#ifndef OCTAVO_APP_PUBLISHED_INFO_H_
#define OCTAVO_APP_PUBLISHED_INFO_H_

#include <memory>
#include <string>

#include "base/config.h"
#include "render/theme.h"

namespace octavo {

// `assets`: the folder of the shipped static files; `fonts`: of the fonts that are built in.
std::shared_ptr<const SiteInfo> published_info(const Config& config, const std::string& assets,
                                               const std::string& fonts);

}  // namespace octavo

#endif  // OCTAVO_APP_PUBLISHED_INFO_H_
