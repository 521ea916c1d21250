// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "http/encoding.h"

#include <brotli/decode.h>
#include <libdeflate.h>
#include <zstd.h>

#include <boost/test/unit_test.hpp>

using namespace octavo;

namespace {

std::string unpacked(Encoding encoding, const std::string& bytes, std::size_t size) {
  std::string out(size, '\0');
  std::size_t got = 0;
  if (encoding == Encoding::gzip) {
    libdeflate_decompressor* const d = libdeflate_alloc_decompressor();
    if (libdeflate_gzip_decompress(d, bytes.data(), bytes.size(), out.data(), size, &got) !=
        LIBDEFLATE_SUCCESS)
      got = 0;
    libdeflate_free_decompressor(d);
  } else if (encoding == Encoding::br) {
    got = size;
    if (BrotliDecoderDecompress(bytes.size(), reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                &got, reinterpret_cast<std::uint8_t*>(out.data())) !=
        BROTLI_DECODER_RESULT_SUCCESS) {
      got = 0;
    }
  } else {
    got = ZSTD_decompress(out.data(), size, bytes.data(), bytes.size());
    if (ZSTD_isError(got)) got = 0;
  }
  out.resize(got);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(http_encoding_test)

BOOST_AUTO_TEST_CASE(the_coding_is_chosen_by_q_value) {
  const struct {
    const char* field;
    const char* name;
  } kTable[] = {
      {"", ""},
      {"identity", ""},
      {"gzip", "gzip"},
      {"x-gzip", "gzip"},
      {"GZIP", "gzip"},
      {"gzip, deflate, br, zstd", "br"},
      {"gzip, deflate, zstd", "zstd"},
      {"gzip;q=1.0, br;q=0.9", "gzip"},
      {"gzip;q=0.5, br;q=0.5, zstd;q=0.5", "br"},
      {"zstd;q=0.9 , br;q=0.8", "zstd"},
      {"br;q=0", ""},
      {"br;q=0.000, gzip", "gzip"},
      {"*", "br"},
      {"*;q=0", ""},
      {"*;q=0, gzip", "gzip"},
      {"br;q=0, *", "zstd"},
      {"identity;q=1, gzip;q=0.5", ""},
      {"identity;q=0.5, gzip;q=0.5", "gzip"},
      {"identity;q=0", ""},
      {"identity;q=0, gzip;q=0", ""},
      {"identity;q=0, gzip;q=0.001", "gzip"},
      {"gzip;q=2", ""},
      {"gzip;q=x", ""},
      {"gzip;q=0.1234", ""},
      {"gzip;level=3;q=0.7", "gzip"},
      {"deflate, compress", ""},
      {",,,", ""},
      {"gzipp, brr", ""},
  };
  for (const auto& row : kTable) {
    BOOST_TEST_CONTEXT(row.field) {
      BOOST_TEST(coding_name(negotiate(row.field)) == row.name);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_packed_unpacks_to_the_same) {
  std::string text;
  for (int i = 0; i < 3000; ++i) text += "<p>paragraph " + std::to_string(i * i) + "</p>\n";
  for (const Encoding encoding : {Encoding::gzip, Encoding::br, Encoding::zstd}) {
    const auto packed = pack_content(encoding, text);
    BOOST_REQUIRE(packed.has_value());
    BOOST_TEST(packed->size() * 3 < text.size());
    BOOST_TEST(unpacked(encoding, *packed, text.size()) == text);
    BOOST_TEST(*packed == *pack_content(encoding, text));
    BOOST_TEST(!pack_content(encoding, "x"));
    BOOST_TEST(!pack_content(encoding, ""));
  }
}

BOOST_AUTO_TEST_CASE(only_texts_of_some_size_are_worth_it) {
  for (const char* type : {"text/html; charset=utf-8", "text/markdown; charset=utf-8",
                           "image/svg+xml", "application/xml", "application/json",
                           "application/feed+json", "application/atom+xml; charset=utf-8"}) {
    BOOST_TEST(worth_packing(type, 1000));
    BOOST_TEST(!worth_packing(type, 100));
  }
  for (const char* type : {"image/png", "image/x-icon", "application/pdf"})
    BOOST_TEST(!worth_packing(type, 100000));
}

BOOST_AUTO_TEST_SUITE_END()
