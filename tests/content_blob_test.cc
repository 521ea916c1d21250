// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "content/blob.h"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <string>
#include <thread>
#include <vector>

using namespace octavo;

namespace {

// Words that do not repeat: what is saved comes from the basis alone.
std::string prose(unsigned words, unsigned seed = 1) {
  std::string text;
  for (unsigned i = 0; i < words; ++i) {
    seed = seed * 1664525u + 1013904223u;
    text += std::to_string(seed) + ' ';
  }
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(content_blob_test)

BOOST_AUTO_TEST_CASE(what_was_packed_is_unpacked) {
  for (const std::string& text : {std::string(), std::string("a"), prose(10), prose(100000)}) {
    for (const std::string& basis : {std::string(), std::string("a"), prose(10), text}) {
      const auto back = unpack(pack(text, basis), basis);
      BOOST_REQUIRE(back.has_value());
      BOOST_CHECK(*back == text);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_the_basis_says_is_not_kept_again) {
  const std::string text = prose(2000);
  const std::string html = "<p>" + text + "</p>";
  BOOST_TEST(pack(html, text).bytes().size() * 20 < pack(html).bytes().size());
}

BOOST_AUTO_TEST_CASE(a_basis_counts_for_one_text_only) {
  const std::string text = prose(100);
  (void)pack(text, text);
  const Blob alone = pack(text);
  BOOST_REQUIRE(unpack(pack(text, text), text));
  BOOST_CHECK(unpack(alone) == text);
}

BOOST_AUTO_TEST_CASE(without_its_basis_it_is_damaged_not_wrong) {
  const std::string text = prose(1000);
  const Blob blob = pack("<p>" + text + "</p>", text);
  BOOST_CHECK(!unpack(blob));
}

BOOST_AUTO_TEST_CASE(damage_is_seen) {
  const std::string text = prose(1000);
  Blob flipped = pack(text);
  flipped.packed[flipped.packed.size() / 2] ^= 1;
  BOOST_CHECK(!unpack(flipped));
  Blob shorter = pack(text);
  --shorter.size;
  BOOST_CHECK(!unpack(shorter));
  Blob longer = pack(text);
  ++longer.size;
  BOOST_CHECK(!unpack(longer));
  BOOST_CHECK(unpack(pack(text)) == text);  // the contexts are as good as before
}

BOOST_AUTO_TEST_CASE(threads_unpack_at_once) {
  const std::string text = prose(3000);
  const Blob blob = pack(text, prose(10));
  std::atomic<int> good{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&] {
      for (int turn = 0; turn < 100; ++turn) good += unpack(blob, prose(10)) == text ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  BOOST_TEST(good == 400);
}

BOOST_AUTO_TEST_SUITE_END()
