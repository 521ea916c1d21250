// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which links lead to other sites.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_COMPOSE_EXTERNAL_LINK_H_
#define OCTAVO_COMPOSE_EXTERNAL_LINK_H_

#include <string>
#include <string_view>

namespace octavo {

// The host of an http(s) URL or one without scheme (//x.example/), in lower case, without port,
// name and "www."; empty: it has none.
std::string host_of(std::string_view url);

// Whether `url` is another site's than that of `own_host` (as host_of() gives it).
bool leads_away(std::string_view url, std::string_view own_host);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_EXTERNAL_LINK_H_
