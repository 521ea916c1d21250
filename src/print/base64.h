// SPDX-License-Identifier: GPL-3.0-or-later
//
// Base64 (RFC 4648), as the DevTools protocol carries bytes.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_PRINT_BASE64_H_
#define OCTAVO_PRINT_BASE64_H_

#include <optional>
#include <string>
#include <string_view>

namespace octavo {

std::string to_base64(std::string_view bytes);
std::optional<std::string> from_base64(std::string_view text);  // nullopt: it is none

}  // namespace octavo

#endif  // OCTAVO_PRINT_BASE64_H_
