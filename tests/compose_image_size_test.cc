// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "compose/image_size.h"

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace octavo;
using std::string_view_literals::operator""sv;

std::string shown(std::string_view bytes) {
  const auto size = image_size(bytes);
  return size ? std::to_string(size->width) + "x" + std::to_string(size->height) : "none";
}

std::string big(std::uint64_t number, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>(number >> (8 * i) & 0xff);
  return out;
}

std::string little(std::uint64_t number, int bytes) {
  std::string out;
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(number >> (8 * i) & 0xff);
  return out;
}

// A whole 1 × 1 PNG; the size is then written over.
std::string png(std::uint32_t width, std::uint32_t height) {
  std::string file(
      "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\x06\0\0\0\x1f\x15\xc4\x89"
      "\0\0\0\rIDATx\x9c\x63\xf8\xcf\xc0\xf0\x1f\0\x05\0\1\xff\x56\xc7\x2f\x0d"
      "\0\0\0\0IEND\xae\x42\x60\x82"sv);
  file.replace(16, 8, big(width, 4) + big(height, 4));
  return file;
}

std::string gif(std::uint32_t width, std::uint32_t height) {
  return "GIF89a" + little(width, 2) + little(height, 2) +
         std::string("\x80\0\0\xff\xff\xff\0\0\0!\xf9\4\1\0\0\0\0,\0\0\0\0\1\0\1\0\0\2\2D\1\0;"sv);
}

std::string segment(char marker, const std::string& body) {
  return std::string("\xff") + marker + big(static_cast<std::uint32_t>(body.size()) + 2, 2) + body;
}

std::string exif(unsigned orientation, bool big_endian) {
  const auto number = [&](std::uint32_t value, int bytes) {
    return big_endian ? big(value, bytes) : little(value, bytes);
  };
  return segment('\xe1', std::string("Exif\0\0"sv) + (big_endian ? "MM" : "II") + number(42, 2) +
                             number(8, 4) + number(2, 2) + number(0x010f, 2) + number(2, 2) +
                             number(1, 4) + number(0, 4) + number(0x0112, 2) + number(3, 2) +
                             number(1, 4) + number(orientation, 2) + number(0, 2) + number(0, 4));
}

std::string jpeg(std::uint32_t width, std::uint32_t height, const std::string& before = "",
                 char frame = '\xc0') {
  return "\xff\xd8" + segment('\xe0', std::string("JFIF\0\1\1\0\0\1\0\1\0\0"sv)) + before +
         segment('\xc4', std::string(20, '\1')) + "\xff\xff" +
         segment(frame, "\x08" + big(height, 2) + big(width, 2) + std::string("\1\1\x11\0"sv))
             .substr(1) +
         segment('\xda', std::string("\1\1\0\0\x3f\0"sv)) + "data\xff\xd9";
}

std::string webp(const std::string& chunk) {
  return "RIFF" + little(static_cast<std::uint32_t>(chunk.size()) + 4, 4) + "WEBP" + chunk;
}
std::string webp_lossy(std::uint32_t width, std::uint32_t height) {
  const std::string body =
      std::string("\x30\1\0\x9d\1\x2a"sv) + little(width, 2) + little(height, 2) + "rest";
  return webp("VP8 " + little(static_cast<std::uint32_t>(body.size()), 4) + body);
}
std::string webp_lossless(std::uint32_t width, std::uint32_t height) {
  const std::string body = "\x2f" + little((width - 1) | (height - 1) << 14, 4) + "rest";
  return webp("VP8L" + little(static_cast<std::uint32_t>(body.size()), 4) + body);
}
std::string webp_extended(std::uint32_t width, std::uint32_t height) {
  return webp("VP8X" + little(10, 4) + std::string("\x10\0\0\0"sv) + little(width - 1, 3) +
              little(height - 1, 3));
}

std::string box(const std::string& type, const std::string& body) {
  return big(static_cast<std::uint32_t>(body.size()) + 8, 4) + type + body;
}
std::string ispe(std::uint32_t width, std::uint32_t height) {
  return box("ispe", big(0, 4) + big(width, 4) + big(height, 4));
}
std::string avif(const std::string& properties) {
  return box("ftyp", "avif" + big(0, 4) + "avifmif1") +
         box("meta", big(0, 4) + box("hdlr", std::string(25, '\0')) +
                         box("iprp", box("ipco", properties) + box("ipma", big(0, 8)))) +
         box("mdat", "data");
}

struct Sample {
  std::string name, bytes, size;
};

std::vector<Sample> samples() {
  return {
      {"png", png(640, 480), "640x480"},
      {"gif", gif(320, 200), "320x200"},
      {"jpeg", jpeg(800, 600), "800x600"},
      {"progressive jpeg", jpeg(800, 600, "", '\xc2'), "800x600"},
      {"upright jpeg", jpeg(800, 600, exif(1, true)), "800x600"},
      {"mirrored jpeg", jpeg(800, 600, exif(2, false)), "800x600"},
      {"turned jpeg", jpeg(800, 600, exif(6, true)), "600x800"},
      {"turned jpeg, Intel", jpeg(800, 600, exif(8, false)), "600x800"},
      {"transposed jpeg", jpeg(800, 600, exif(5, false)), "600x800"},
      {"webp lossy", webp_lossy(550, 368), "550x368"},
      {"webp lossless", webp_lossless(386, 395), "386x395"},
      {"webp extended", webp_extended(70'000, 301), "70000x301"},
      {"avif", avif(ispe(100, 50)), "100x50"},
      {"avif with a thumbnail", avif(ispe(10, 5) + box("pixi", "\0\0\0\0") + ispe(100, 50)),
       "100x50"},
      {"turned avif", avif(ispe(100, 50) + box("irot", "\1")), "50x100"},
      {"svg", "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"24\" height=\"12\"/>", "24x12"},
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(compose_image_size_test)

BOOST_AUTO_TEST_CASE(each_format_is_understood) {
  for (const Sample& sample : samples()) {
    BOOST_TEST(shown(sample.bytes) == sample.size, sample.name);
  }
}

BOOST_AUTO_TEST_CASE(a_truncated_file_has_its_size_or_none) {
  for (const Sample& sample : samples()) {
    for (std::size_t length = 0; length < sample.bytes.size(); ++length) {
      // A copy of its own, so that a look beyond the end is one beyond the allocation.
      const std::vector<char> part(sample.bytes.begin(),
                                   sample.bytes.begin() + static_cast<std::ptrdiff_t>(length));
      const std::string size = shown({part.data(), part.size()});
      // A cut AVIF may have lost its turn or its larger picture, not its sense.
      const bool fits = size == sample.size || size == "none" || sample.name.ends_with("avif") ||
                        sample.name.starts_with("avif");
      BOOST_TEST(fits, sample.name << " cut at " << length << ": " << size);
    }
  }
}

BOOST_AUTO_TEST_CASE(flipped_bytes_do_no_harm) {
  std::mt19937 random(7);
  for (const Sample& sample : samples()) {
    for (int round = 0; round < 2000; ++round) {
      std::vector<char> bytes(sample.bytes.begin(), sample.bytes.end());
      for (int i = 0; i < 3; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
      const auto size = image_size({bytes.data(), bytes.size()});
      if (size) BOOST_REQUIRE(size->width > 0 && size->height > 0);
    }
  }
}

BOOST_AUTO_TEST_CASE(svg_sizes) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"<svg width='10' height='20'>", "10x20"},
      {"<svg width='10px' height='20.6px'>", "10x21"},
      {"<svg viewBox='0 0 30 40'>", "30x40"},
      {"<svg viewBox='-5,-5, 30.2 ,40'>", "30x40"},
      {"<svg width='100%' height='100%' viewBox='0 0 30 40'>", "30x40"},
      {"<svg width='10' viewBox='0 0 30 40'>", "30x40"},
      {"<svg width='2em' height='3em'>", "none"},
      {"<svg width='10' height='0'>", "none"},
      {"<svg width='-10' height='5'>", "none"},
      {"<svg width='1e9' height='5'>", "none"},
      {"<svg width='99999999999999999999' height='5'>", "none"},
      {"<svg>", "none"},
      {"<svg viewBox='0 0 30'>", "none"},
      {"<svgx width='10' height='20'>", "none"},
      {"<svg width=10 height=20>", "none"},
      {"<svg width='10' height='20'", "none"},
      {"\xef\xbb\xbf<?xml version='1.0'?>\n<!-- <svg width='1' height='1'> -->\n"
       "<!DOCTYPE svg PUBLIC '-//W3C//DTD SVG 1.1//EN' 'x'>\n<svg\n width = \"10\"\n "
       "height='20'\n>",
       "10x20"},
      {"<!DOCTYPE svg [<!ENTITY a 'b>'>]><svg width='10' height='20'/>", "10x20"},
      {"<html><svg width='10' height='20'></html>", "none"},
      {"<?xml", "none"},
      {"<!--", "none"},
  };
  for (const auto& [text, size] : table) BOOST_TEST(shown(text) == size, text);
}

BOOST_AUTO_TEST_CASE(what_is_no_image_has_no_size) {
  for (const std::string& bytes :
       {std::string(), std::string("x"), std::string("hello, world; not an image at all"),
        std::string(300, '\0'), std::string(300, '\xff'), png(0, 5), png(1u << 30, 5), gif(0, 0),
        std::string("\xff\xd8\xff\xda\0\2"sv), jpeg(0, 0), std::string("\xff\xd8\xff\xe0\0\0"sv),
        std::string("RIFF\0\0\0\0WEBPVP9 "sv), avif(""), box("ftyp", "avif")}) {
    BOOST_TEST(shown(bytes) == "none");
  }
}

BOOST_AUTO_TEST_CASE(a_long_head_is_cheap) {
  // Boxes and segments without end must not be walked more than once.
  std::string segments = "\xff\xd8";
  while (segments.size() < (256u << 10)) segments += segment('\xe1', "Exif");
  BOOST_TEST(shown(segments) == "none");
  BOOST_TEST(shown("<svg " + std::string(256u << 10, 'a')) == "none");
  BOOST_TEST(shown("\xff\xd8" + std::string(256u << 10, '\xff')) == "none");
}

BOOST_AUTO_TEST_SUITE_END()
