// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/targets.h"

#include <algorithm>
#include <optional>

#include "base/escape.h"
#include "base/text.h"

namespace octavo {
namespace {

constexpr std::size_t kMaxTarget = 2000;  // longer ones do not pass every proxy

WrittenTarget refused(std::string code, std::string_view written, std::string_view why) {
  return {{}, std::move(code), "“" + shorten(written, 80) + "” " + std::string(why)};
}

WrittenTarget too_long(std::string_view written) {
  return refused("too_long", written, "has more than 2,000 bytes; shorten it");
}

// The rest behind "http://" or "https://", or nullopt.
std::optional<std::string_view> behind_scheme(std::string_view url) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (ascii_iequals(url.substr(0, scheme.size()), scheme)) return url.substr(scheme.size());
  }
  return std::nullopt;
}

bool has_scheme(std::string_view url) {
  const std::size_t colon = url.find(':');
  return colon != std::string_view::npos && colon > 0 &&
         url.substr(0, colon).find_first_of("/?#") == std::string_view::npos;
}

// Blanks, controls and what RFC 3986 leaves out; non-ASCII letters are fine, they are encoded
// where they are written out.
bool has_foreign(std::string_view url) {
  return std::any_of(url.begin(), url.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte == 0x7F ||
           std::string_view("<>\"\\^`{|}").find(c) != std::string_view::npos;
  });
}

bool is_authority(std::string_view text) {
  if (text.find('@') != std::string_view::npos) return false;  // no credentials in links
  std::string_view host = text, port;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos || end < 3) return false;
    host = text.substr(1, end - 1);
    port = text.substr(end + 1);
    if (host.find_first_not_of("0123456789abcdefABCDEF:.") != std::string_view::npos) return false;
    if (!port.empty() && !port.starts_with(':')) return false;
    if (!port.empty()) port.remove_prefix(1);
  } else if (const std::size_t colon = text.find(':'); colon != std::string_view::npos) {
    host = text.substr(0, colon);
    port = text.substr(colon + 1);
  }
  return !host.empty() && host.find('[') == std::string_view::npos && port.size() <= 5 &&
         port.find_first_not_of("0123456789") == std::string_view::npos;
}

bool has_dots(std::string_view path) {
  const auto parts = split(path, '/');
  return std::any_of(parts.begin(), parts.end(),
                     [](std::string_view part) { return part == "." || part == ".."; });
}

bool has_empty_segment(std::string_view path) {
  return path.find("//") != std::string_view::npos;
}

bool has_control(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (is_control(next_code_point(text, at))) return true;
  }
  return false;
}

}  // namespace

WrittenTarget alias_target(std::string_view written) {
  if (written.size() > kMaxTarget) return too_long(written);
  if (!written.starts_with('/')) {
    return refused("bad_path", written,
                   has_scheme(written)
                       ? "is not a path; write the URL's path alone, as in /old/place/"
                       : "is not an absolute path; begin it with a slash");
  }
  if (written.find_first_of("?#") != std::string_view::npos) {
    return refused("bad_path", written, "has a query or fragment; write the path alone");
  }
  const auto parts = split(written, '/');
  for (const std::string_view part : parts) {
    const auto decoded = percent_decode(part);
    if (!decoded || find_bad_utf8(*decoded) != std::string_view::npos) {
      return refused("bad_path", written,
                     "has a % that is not %XX of UTF-8; write the letter itself");
    }
    if (decoded->find('/') != std::string::npos) {
      return refused("bad_path", written, "has a slash within a segment; write / instead of %2F");
    }
    if (*decoded == "." || *decoded == "..") {
      return refused("bad_path", written, "has a “.” or “..” in it; write the path that it means");
    }
  }
  if (has_empty_segment(written)) {
    return refused("bad_path", written, "has two slashes in a row; write one");
  }
  WrittenTarget result{nfc(*percent_decode(written)), {}, {}};
  if (has_control(result.text)) {
    return refused("bad_path", written, "has a control character in it; remove it");
  }
  if (!result.text.ends_with('/')) result.text += '/';
  return result;
}

WrittenTarget web_target(std::string_view written) {
  if (written.size() > kMaxTarget) return too_long(written);
  const auto rest = behind_scheme(written);
  if (!rest) return refused("bad_url", written, "is not a URL; begin it with https:// or http://");
  if (has_foreign(written)) {
    return refused("bad_url", written,
                   "has a character that may not stand in a URL; write it as %XX");
  }
  if (!is_authority(rest->substr(0, rest->find_first_of("/?#")))) {
    return refused("bad_url", written, "has no proper host; write https://host/path");
  }
  return {std::string(written), {}, {}};
}

WrittenTarget redirect_target(std::string_view written) {
  if (behind_scheme(written)) return web_target(written);
  if (written.size() > kMaxTarget) return too_long(written);
  if (!written.starts_with('/') || written.starts_with("//")) {
    return refused("bad_url", written,
                   "is neither a URL nor a path; begin it with https://, http:// or one slash");
  }
  if (has_foreign(written)) {
    return refused("bad_path", written,
                   "has a character that may not stand in a path; write it as %XX");
  }
  const std::string_view path = written.substr(0, written.find_first_of("?#"));
  const auto decoded = percent_decode(path);
  if (!decoded || find_bad_utf8(*decoded) != std::string_view::npos || has_control(*decoded)) {
    return refused("bad_path", written,
                   "has a % that is not %XX of UTF-8; write the letter itself");
  }
  if (has_dots(*decoded) || has_empty_segment(*decoded)) {
    return refused("bad_path", written,
                   "has a “.”, “..” or empty segment in it; write the path that it means");
  }
  return {std::string(written), {}, {}};
}

WrittenTarget image_target(std::string_view written) {
  if (written.size() > kMaxTarget) return too_long(written);
  if (behind_scheme(written)) return web_target(written);
  if (has_scheme(written) || written.starts_with("//")) {
    return refused("bad_url", written,
                   "is no image; write a path, or a URL that begins with https:// or http://");
  }
  return {std::string(written), {}, {}};
}

}  // namespace octavo
