// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/image_size.h"

#include <cstddef>

namespace octavo {

namespace {

using Size = std::optional<PixelSize>;

// What a decoder would refuse anyway; keeps nonsense out of width and height attributes.
constexpr std::uint32_t kMaxPixels = 1u << 24;

// Numbers at an offset; 0 beyond the end, so that a truncated file ends in "no size".
class Bytes {
 public:
  explicit Bytes(std::string_view text) noexcept : text_(text) {}
  std::size_t size() const noexcept { return text_.size(); }
  bool has(std::size_t at, std::size_t count) const noexcept {
    return at <= text_.size() && count <= text_.size() - at;
  }
  bool is(std::size_t at, std::string_view what) const noexcept {
    return has(at, what.size()) && text_.substr(at, what.size()) == what;
  }
  std::uint32_t byte(std::size_t at) const noexcept {
    return at < text_.size() ? static_cast<unsigned char>(text_[at]) : 0u;
  }
  std::uint32_t big16(std::size_t at) const noexcept { return byte(at) << 8 | byte(at + 1); }
  std::uint32_t big32(std::size_t at) const noexcept { return big16(at) << 16 | big16(at + 2); }
  std::uint32_t little16(std::size_t at) const noexcept { return byte(at) | byte(at + 1) << 8; }
  std::uint32_t little24(std::size_t at) const noexcept {
    return little16(at) | byte(at + 2) << 16;
  }
  std::uint32_t little32(std::size_t at) const noexcept {
    return little16(at) | little16(at + 2) << 16;
  }

 private:
  std::string_view text_;
};

Size sized(std::uint32_t width, std::uint32_t height) noexcept {
  if (width == 0 || height == 0 || width > kMaxPixels || height > kMaxPixels) return std::nullopt;
  return PixelSize{width, height};
}

Size png_size(const Bytes& in) noexcept {
  if (!in.is(12, "IHDR") || !in.has(16, 8)) return std::nullopt;
  return sized(in.big32(16), in.big32(20));
}

Size gif_size(const Bytes& in) noexcept {
  if (!in.has(6, 4)) return std::nullopt;
  return sized(in.little16(6), in.little16(8));
}

// Whether the EXIF block in [at, end) says that the picture lies on its side.
bool exif_turned(const Bytes& in, std::size_t at, std::size_t end) noexcept {
  if (!in.is(at, std::string_view("Exif\0\0", 6))) return false;
  const std::size_t tiff = at + 6;
  const bool big = in.is(tiff, "MM");
  if (!big && !in.is(tiff, "II")) return false;
  const auto u16 = [&](std::size_t p) { return big ? in.big16(p) : in.little16(p); };
  const auto u32 = [&](std::size_t p) { return big ? in.big32(p) : in.little32(p); };
  const std::size_t directory = tiff + u32(tiff + 4);
  if (directory < tiff || directory + 2 > end) return false;
  const std::size_t count = u16(directory);
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t entry = directory + 2 + i * 12;
    if (entry + 12 > end) return false;
    if (u16(entry) != 0x0112) continue;
    const std::uint32_t orientation = u16(entry + 8);
    return orientation >= 5 && orientation <= 8;
  }
  return false;
}

Size jpeg_size(const Bytes& in) noexcept {
  std::size_t at = 2;
  bool turned = false;
  while (in.has(at, 4)) {
    if (in.byte(at) != 0xff) return std::nullopt;
    const std::uint32_t marker = in.byte(at + 1);
    if (marker == 0xff) {  // a fill byte
      ++at;
      continue;
    }
    if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)) {  // markers without a length
      at += 2;
      continue;
    }
    if (marker == 0xd9 || marker == 0xda) return std::nullopt;  // the picture begins: no SOF
    const std::size_t length = in.big16(at + 2);
    if (length < 2) return std::nullopt;
    const bool frame =
        marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    if (frame) {
      if (length < 8 || !in.has(at + 4, 5)) return std::nullopt;
      const std::uint32_t height = in.big16(at + 5), width = in.big16(at + 7);
      return turned ? sized(height, width) : sized(width, height);
    }
    if (marker == 0xe1 && exif_turned(in, at + 4, at + 2 + length)) turned = true;
    at += 2 + length;
  }
  return std::nullopt;
}

Size webp_size(const Bytes& in) noexcept {
  if (in.is(12, "VP8 ")) {
    if (!in.is(23, "\x9d\x01\x2a") || !in.has(26, 4)) return std::nullopt;
    return sized(in.little16(26) & 0x3fff, in.little16(28) & 0x3fff);
  }
  if (in.is(12, "VP8L")) {
    if (in.byte(20) != 0x2f || !in.has(21, 4)) return std::nullopt;
    const std::uint32_t bits = in.little32(21);
    return sized((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1);
  }
  if (in.is(12, "VP8X")) {
    if (!in.has(24, 6)) return std::nullopt;
    return sized(in.little24(24) + 1, in.little24(27) + 1);
  }
  return std::nullopt;
}

struct Box {
  std::size_t body = 0, end = 0;
};

// The first box of `type` in [at, end). A box that says it is longer than the bytes at hand is
// cut there.
std::optional<Box> find_box(const Bytes& in, std::size_t at, std::size_t end,
                            std::string_view type) noexcept {
  if (end > in.size()) end = in.size();
  while (at < end && end - at >= 8) {
    std::size_t length = in.big32(at), head = 8;
    if (length == 1) {
      if (end - at < 16 || in.big32(at + 8) != 0) return std::nullopt;  // over 4 GiB
      length = in.big32(at + 12);
      head = 16;
    } else if (length == 0) {
      length = end - at;
    }
    if (length < head) return std::nullopt;
    const std::size_t next = length > end - at ? end : at + length;
    if (in.is(at + 4, type)) return Box{at + head, next};
    at = next;
  }
  return std::nullopt;
}

// ISO 23008-12: meta / iprp / ipco holds the properties of all items. Thumbnails and tiles have
// an ispe too; the picture itself has the largest. irot turns it.
Size avif_size(const Bytes& in) noexcept {
  const auto meta = find_box(in, 0, in.size(), "meta");
  if (!meta) return std::nullopt;
  const auto iprp = find_box(in, meta->body + 4, meta->end, "iprp");
  if (!iprp) return std::nullopt;
  const auto ipco = find_box(in, iprp->body, iprp->end, "ipco");
  if (!ipco) return std::nullopt;
  Size best;
  std::size_t at = ipco->body;
  while (const auto ispe = find_box(in, at, ipco->end, "ispe")) {
    if (ispe->end - ispe->body < 12) break;
    const Size one = sized(in.big32(ispe->body + 4), in.big32(ispe->body + 8));
    const auto area = [](const PixelSize& size) {
      return static_cast<std::uint64_t>(size.width) * size.height;
    };
    if (one && (!best || area(*one) > area(*best))) best = one;
    at = ispe->end;
  }
  if (const auto irot = find_box(in, ipco->body, ipco->end, "irot");
      best && irot && irot->body < irot->end && (in.byte(irot->body) & 1) != 0) {
    return PixelSize{best->height, best->width};
  }
  return best;
}

bool is_space(char c) noexcept {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// A length of SVG in pixels: "12", "12.5px"; nullopt for percentages and other units.
std::optional<double> svg_number(std::string_view& text) noexcept {
  std::size_t at = 0;
  while (at < text.size() && (is_space(text[at]) || text[at] == ',')) ++at;
  if (at < text.size() && text[at] == '+') ++at;
  double value = 0, unit = 1;
  bool digits = false, fraction = false;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '.' && !fraction) {
      fraction = true;
    } else if (c >= '0' && c <= '9') {
      digits = true;
      if (fraction) {
        unit /= 10;
        value += (c - '0') * unit;
      } else if (value < 1e9) {
        value = value * 10 + (c - '0');
      }
    } else {
      break;
    }
  }
  if (!digits) return std::nullopt;
  text.remove_prefix(at);
  return value;
}

std::optional<double> svg_length(std::string_view text) noexcept {
  const auto value = svg_number(text);
  if (!value) return std::nullopt;
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  if (!text.empty() && text != "px") return std::nullopt;
  return value;
}

Size svg_box(std::string_view text) noexcept {
  double numbers[4] = {};
  for (double& number : numbers) {
    while (!text.empty() && (is_space(text.front()) || text.front() == ',')) text.remove_prefix(1);
    const bool negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    const auto value = svg_number(text);
    if (!value) return std::nullopt;
    number = negative ? -*value : *value;
  }
  if (numbers[2] <= 0 || numbers[3] <= 0 || numbers[2] > kMaxPixels || numbers[3] > kMaxPixels) {
    return std::nullopt;
  }
  return sized(static_cast<std::uint32_t>(numbers[2] + 0.5),
               static_cast<std::uint32_t>(numbers[3] + 0.5));
}

// The attributes of an <svg …> tag; `text` begins behind "<svg".
Size svg_tag_size(std::string_view text) noexcept {
  std::optional<double> width, height;
  Size box;
  std::size_t at = 0;
  while (at < text.size()) {
    while (at < text.size() && is_space(text[at])) ++at;
    if (at >= text.size()) return std::nullopt;  // the tag is not whole
    if (text[at] == '>' || text[at] == '/') break;
    const std::size_t name_start = at;
    while (at < text.size() && !is_space(text[at]) && text[at] != '=' && text[at] != '>') ++at;
    const std::string_view name = text.substr(name_start, at - name_start);
    while (at < text.size() && is_space(text[at])) ++at;
    if (at >= text.size() || text[at] != '=') return std::nullopt;
    ++at;
    while (at < text.size() && is_space(text[at])) ++at;
    if (at >= text.size() || (text[at] != '"' && text[at] != '\'')) return std::nullopt;
    const std::size_t end = text.find(text[at], at + 1);
    if (end == std::string_view::npos) return std::nullopt;
    const std::string_view value = text.substr(at + 1, end - at - 1);
    if (name == "width") width = svg_length(value);
    if (name == "height") height = svg_length(value);
    if (name == "viewBox") box = svg_box(value);
    at = end + 1;
  }
  if (at >= text.size()) return std::nullopt;
  if (width && height) {
    if (*width > kMaxPixels || *height > kMaxPixels) return std::nullopt;
    return sized(static_cast<std::uint32_t>(*width + 0.5),
                 static_cast<std::uint32_t>(*height + 0.5));
  }
  return box;
}

Size svg_size(std::string_view text) noexcept {
  if (text.starts_with("\xef\xbb\xbf")) text.remove_prefix(3);
  // Prolog, doctype and comments may stand before the root.
  for (;;) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    std::string_view closer;
    if (text.starts_with("<?")) {
      closer = "?>";
    } else if (text.starts_with("<!--")) {
      closer = "-->";
    } else if (text.starts_with("<!")) {
      const std::size_t bracket = text.find_first_of("[>");
      closer = bracket != std::string_view::npos && text[bracket] == '[' ? "]>" : ">";
    } else {
      break;
    }
    const std::size_t end = text.find(closer);
    if (end == std::string_view::npos) return std::nullopt;
    text.remove_prefix(end + closer.size());
  }
  if (!text.starts_with("<svg") || text.size() < 5) return std::nullopt;
  if (!is_space(text[4]) && text[4] != '>' && text[4] != '/') return std::nullopt;
  return svg_tag_size(text.substr(4));
}

}  // namespace

std::optional<PixelSize> image_size(std::string_view head) noexcept {
  const Bytes in(head);
  if (in.is(0, "\x89PNG\r\n\x1a\n")) return png_size(in);
  if (in.is(0, "\xff\xd8")) return jpeg_size(in);
  if (in.is(0, "GIF87a") || in.is(0, "GIF89a")) return gif_size(in);
  if (in.is(0, "RIFF") && in.is(8, "WEBP")) return webp_size(in);
  if (in.is(4, "ftypavif") || in.is(4, "ftypavis") || in.is(4, "ftypmif1")) return avif_size(in);
  return svg_size(head);
}

}  // namespace octavo
