// SPDX-License-Identifier: GPL-3.0-or-later
//
// Content negotiation: Markdown or HTML (RFC 9110, 12.5.1), which content coding (12.5.3), and the
// packing itself.
//
// Thread safety: any thread; compressors are the thread's own.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_HTTP_ENCODING_H_
#define OCTAVO_HTTP_ENCODING_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace octavo {

enum class Encoding : std::uint8_t { identity, gzip, zstd, br };
inline constexpr unsigned kEncodings = 4;

// "br", "zstd", "gzip"; empty for identity.
std::string_view coding_name(Encoding encoding);

// The best by q-value; ties go br, zstd, gzip, identity. Nothing acceptable: identity.
Encoding negotiate(std::string_view accept_encoding);

// Whether text/markdown is named, with a q-value that is not below text/html's.
bool prefers_markdown(std::string_view accept);

// Whether packing pays for such a type at all (texts, SVG, XML, JSON), and for such a size.
bool worth_packing(std::string_view content_type, std::size_t size);

// What many readers get may cost more than what is made for one (the answer to a query).
enum class Readers { many, one };

// nullopt when the packed bytes are not smaller. REQUIRES: encoding is not identity
std::optional<std::string> pack_content(Encoding encoding, std::string_view bytes,
                                        Readers readers = Readers::many);

}  // namespace octavo

#endif  // OCTAVO_HTTP_ENCODING_H_
