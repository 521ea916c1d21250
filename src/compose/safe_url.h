// SPDX-License-Identifier: GPL-3.0-or-later
//
// Which URLs may stand in a page.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_COMPOSE_SAFE_URL_H_
#define OCTAVO_COMPOSE_SAFE_URL_H_

#include <string>
#include <string_view>

namespace octavo {

// Whether a link target may stand in a page: relative, or http, https, mailto, tel, ftp, xmpp,
// sms, geo. Blanks, controls and character references in the scheme are seen through.
bool is_safe_url(std::string_view url);
bool is_safe_image_url(std::string_view url);  // the same, and data:image/(png|gif|jpeg|webp|avif)

// Escapes a URL for an attribute: what may not stand in a URL as %XX, then HTML.
void href_escape_to(std::string& out, std::string_view url);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_SAFE_URL_H_
