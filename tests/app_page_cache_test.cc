// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "app/page_cache.h"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <stdexcept>
#include <thread>
#include <vector>

using namespace octavo;

namespace {

PageCache::Answer answer_of(std::size_t size) {
  auto answer = std::make_shared<CachedAnswer>();
  answer->whole = std::make_shared<const std::string>(size, 'x');
  return answer;
}

void put(PageCache& cache, const std::string& url, std::size_t size) {
  cache.find_or_make({url}, [&](const auto&) { return answer_of(size); });
}

}  // namespace

BOOST_AUTO_TEST_SUITE(app_page_cache_test)

BOOST_AUTO_TEST_CASE(the_bound_holds_whatever_is_put_in) {
  PageCache cache(1u << 20);
  for (int i = 0; i < 20000; ++i) {
    put(cache, "/posts/" + std::to_string(i) + "/", static_cast<std::size_t>(i * 37 % 9000));
    BOOST_TEST_REQUIRE(cache.bytes() <= (1u << 20));
  }
  BOOST_TEST(cache.bytes() > (1u << 19));
}

BOOST_AUTO_TEST_CASE(what_is_asked_for_outlives_what_is_not) {
  PageCache cache(1u << 20);
  put(cache, "/", 5000);
  for (int i = 0; i < 5000; ++i) {
    BOOST_TEST_REQUIRE(cache.find({"/"}) != nullptr);
    put(cache, "/cold/" + std::to_string(i), 5000);
  }
}

BOOST_AUTO_TEST_CASE(an_answer_larger_than_its_share_is_not_kept) {
  PageCache cache(1u << 20);
  put(cache, "/", 1u << 20);
  BOOST_TEST(cache.find({"/"}) == nullptr);
  BOOST_TEST(cache.bytes() == 0u);
}

BOOST_AUTO_TEST_CASE(variants_of_a_url_are_kept_apart) {
  PageCache cache(1u << 20);
  for (unsigned variant = 0; variant < 4; ++variant) {
    cache.find_or_make({"/", variant}, [&](const auto&) { return answer_of(100 + variant); });
  }
  for (unsigned variant = 0; variant < 4; ++variant) {
    BOOST_TEST(cache.find({"/", variant})->whole->size() == 100u + variant);
  }
}

BOOST_AUTO_TEST_CASE(threads_that_ask_for_the_same_have_it_made_once) {
  PageCache cache(1u << 20);
  std::atomic<int> made{0};
  std::atomic<int> asking{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      ++asking;
      cache.find_or_make({"/"}, [&](const auto&) {
        while (asking < 8) std::this_thread::yield();  // until all are there
        ++made;
        return answer_of(100);
      });
    });
  }
  for (std::thread& thread : threads) thread.join();
  BOOST_TEST(made == 1);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_made_keeps_nobody_waiting) {
  PageCache cache(1u << 20);
  std::atomic<int> made{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      try {
        cache.find_or_make({"/"}, [&](const auto&) -> PageCache::Answer {
          ++made;
          if (t % 2 == 0) throw std::runtime_error("on purpose");
          return nullptr;
        });
      } catch (const std::runtime_error&) {
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  BOOST_TEST(made == 8);
  BOOST_TEST(cache.bytes() == 0u);
}

BOOST_AUTO_TEST_CASE(what_is_asked_for_again_is_told_first) {
  PageCache cache(1u << 20);
  for (int i = 0; i < 100; ++i) put(cache, "/" + std::to_string(i), 100);
  cache.find({"/42"});
  cache.find({"/7"});
  const auto kept = cache.kept(0, 10);
  BOOST_REQUIRE_EQUAL(kept.size(), 10u);
  BOOST_TEST((kept[0].url == "/42" || kept[0].url == "/7"));
  BOOST_TEST((kept[1].url == "/42" || kept[1].url == "/7"));
  BOOST_TEST(cache.kept(0, 1000).size() == 100u);
}

BOOST_AUTO_TEST_CASE(what_is_asked_for_most_is_told_first_and_old_fame_fades) {
  PageCache cache(1u << 20);
  const auto ask = [&](const char* url, int times) {
    for (int i = 0; i < times; ++i) cache.find({url});
  };
  for (int i = 0; i < 100; ++i) put(cache, "/" + std::to_string(i), 100);
  for (int i = 0; i < 100; ++i) ask(("/" + std::to_string(i)).c_str(), 1);
  ask("/42", 8);
  ask("/7", 3);
  auto kept = cache.kept(0, 3);
  BOOST_REQUIRE_EQUAL(kept.size(), 3u);
  BOOST_TEST(kept[0].url == "/42");
  BOOST_TEST(kept[1].url == "/7");
  cache.kept(0, 3);
  ask("/8", 4);
  kept = cache.kept(0, 100);
  BOOST_REQUIRE_EQUAL(kept.size(), 100u);
  BOOST_TEST(kept[0].url == "/8");
  BOOST_TEST(kept[1].url == "/42");
}

BOOST_AUTO_TEST_CASE(an_answer_is_given_out_in_its_generations_only) {
  PageCache cache(1u << 20);
  const auto same = [](const PageCache::Answer& before) { return before; };
  const auto first = cache.find_or_make({"/", 0, 1}, [](const auto&) { return answer_of(100); });
  BOOST_TEST(cache.find({"/", 0, 2}) == nullptr);
  BOOST_TEST(cache.find_or_make({"/", 0, 2}, same) == first);  // found to be the same
  BOOST_TEST(cache.find({"/", 0, 1}) == first);
  BOOST_TEST(cache.find({"/", 0, 2}) == first);
  BOOST_TEST(cache.find({"/", 0, 3}) == nullptr);

  // Another one: whoever still has the old snapshot keeps the old answer until it is taken.
  const std::size_t bytes = cache.bytes();
  const auto second = cache.find_or_make({"/", 0, 3}, [](const auto&) { return answer_of(50); });
  BOOST_TEST(cache.bytes() == bytes + 50);
  BOOST_TEST(cache.find({"/", 0, 2}) == first);
  BOOST_TEST(cache.find({"/", 0, 3}) == second);
  BOOST_TEST(cache.bytes() == bytes - 50);
  BOOST_TEST(cache.find({"/", 0, 2}) == nullptr);
  cache.find_or_make({"/", 0, 2}, [](const auto&) { return answer_of(70); });
  BOOST_TEST(cache.find({"/", 0, 2}) == nullptr);  // what is old is not kept over what is new
  BOOST_TEST(cache.find({"/", 0, 3}) == second);
  BOOST_TEST(cache.kept(2, 10).empty());
  BOOST_TEST(cache.kept(3, 10).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_generation_that_was_left_out_has_no_answer) {
  PageCache cache(1u << 20);
  const auto answer = cache.find_or_make({"/", 0, 1}, [](const auto&) { return answer_of(100); });
  cache.find_or_make({"/", 0, 5}, [](const auto& before) { return before; });
  for (const std::uint64_t generation : {1u, 2u, 4u, 6u})
    BOOST_TEST(cache.find({"/", 0, generation}) == nullptr);
  BOOST_TEST(cache.find({"/", 0, 5}) == answer);
}

BOOST_AUTO_TEST_CASE(the_bound_holds_while_generations_change) {
  PageCache cache(1u << 20);
  for (std::uint64_t generation = 0; generation < 200; ++generation) {
    for (std::uint64_t i = 0; i < 200; ++i) {
      const std::string url = "/posts/" + std::to_string(i * generation % 307) + "/";
      cache.find_or_make({url, 0, generation}, [&](const PageCache::Answer& before) {
        return before && i % 3 != 0 ? before : answer_of(i * 131 % 9000);
      });
      BOOST_TEST_REQUIRE(cache.bytes() <= (1u << 20));
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_not_asked_for_again_can_be_forgotten) {
  PageCache cache(1u << 20);
  const auto make = [](const auto&) { return answer_of(100); };
  for (int i = 0; i < 100; ++i) cache.find_or_make({std::to_string(i)}, make);
  BOOST_TEST((cache.find({"7"}) != nullptr));
  cache.shrink(1u << 20);
  BOOST_TEST((cache.find({"7"}) != nullptr));
  BOOST_TEST((cache.find({"8"}) == nullptr));
  BOOST_TEST(cache.bytes() < 1000u);
  cache.shrink(1u << 20);  // it was asked for above
  BOOST_TEST((cache.find({"7"}) != nullptr));
  cache.shrink(0);
  BOOST_TEST(cache.bytes() == 0u);
  cache.find_or_make({"9"}, make);
  BOOST_TEST((cache.find({"9"}) != nullptr));
}

BOOST_AUTO_TEST_CASE(threads_may_share_it) {
  PageCache cache(1u << 20);
  std::atomic<bool> wrong{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&cache, &wrong, t] {
      for (int i = 0; i < 5000; ++i) {
        const std::string key = std::to_string((i * 7 + t) % 300);
        const auto found =
            cache.find_or_make({key}, [&](const auto&) { return answer_of(std::stoul(key) * 20); });
        if (found->whole->size() != std::stoul(key) * 20) wrong = true;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  BOOST_TEST(!wrong);
}

BOOST_AUTO_TEST_SUITE_END()
