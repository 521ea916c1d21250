// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "app/page_cache.h"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <thread>
#include <vector>

using namespace octavo;

namespace {

std::shared_ptr<const CachedAnswer> answer_of(std::size_t size) {
  auto answer = std::make_shared<CachedAnswer>();
  answer->whole = std::make_shared<const std::string>(size, 'x');
  return answer;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(app_page_cache_test)

BOOST_AUTO_TEST_CASE(the_bound_holds_whatever_is_put_in) {
  PageCache cache(1u << 20);
  for (int i = 0; i < 20000; ++i) {
    cache.insert("/posts/" + std::to_string(i) + "/", answer_of(static_cast<std::size_t>(i * 37 % 9000)));
    BOOST_TEST_REQUIRE(cache.bytes() <= (1u << 20));
  }
  BOOST_TEST(cache.bytes() > (1u << 19));
}

BOOST_AUTO_TEST_CASE(what_is_asked_for_outlives_what_is_not) {
  PageCache cache(1u << 20);
  cache.insert("/", answer_of(5000));
  for (int i = 0; i < 5000; ++i) {
    BOOST_TEST_REQUIRE(cache.find("/") != nullptr);
    cache.insert("/cold/" + std::to_string(i), answer_of(5000));
  }
}

BOOST_AUTO_TEST_CASE(an_answer_larger_than_its_share_is_not_kept) {
  PageCache cache(1u << 20);
  cache.insert("/", answer_of(1u << 20));
  BOOST_TEST(cache.find("/") == nullptr);
  BOOST_TEST(cache.bytes() == 0u);
}

BOOST_AUTO_TEST_CASE(threads_may_share_it) {
  PageCache cache(1u << 20);
  std::atomic<bool> wrong{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&cache, &wrong, t] {
      for (int i = 0; i < 5000; ++i) {
        const std::string key = std::to_string((i * 7 + t) % 300);
        if (const auto found = cache.find(key)) {
          if (found->whole->size() != std::stoul(key) * 20) wrong = true;
        } else {
          cache.insert(key, answer_of(std::stoul(key) * 20));
        }
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  BOOST_TEST(!wrong);
}

BOOST_AUTO_TEST_SUITE_END()
