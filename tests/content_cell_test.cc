// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "content/cell.h"

#include <atomic>
#include <boost/test/unit_test.hpp>
#include <optional>
#include <thread>

using namespace octavo;

BOOST_AUTO_TEST_SUITE(content_cell_test)

BOOST_AUTO_TEST_CASE(a_reader_sees_what_is_published_last) {
  Cell<int> cell;
  Cell<int>::Reader early(cell);
  BOOST_TEST(early.current() == nullptr);
  cell.publish(std::make_shared<const int>(1));
  Cell<int>::Reader late(cell);
  BOOST_TEST(*early.current() == 1);
  BOOST_TEST(*late.current() == 1);
  BOOST_TEST(*cell.copy() == 1);
}

BOOST_AUTO_TEST_CASE(a_reader_that_sleeps_keeps_nothing_old_alive) {
  Cell<int> cell;
  Cell<int>::Reader sleeper(cell);
  auto first = std::make_shared<const int>(1);
  const std::weak_ptr<const int> watch = first;
  cell.publish(std::move(first));
  const auto held = sleeper.current();
  cell.publish(std::make_shared<const int>(2));
  BOOST_TEST(!watch.expired());  // a request still has it
  BOOST_TEST(*held == 1);
}

BOOST_AUTO_TEST_CASE(what_no_request_holds_goes_at_once) {
  Cell<int> cell;
  Cell<int>::Reader sleeper(cell);
  auto first = std::make_shared<const int>(1);
  const std::weak_ptr<const int> watch = first;
  cell.publish(std::move(first));
  BOOST_TEST(*sleeper.current() == 1);
  cell.publish(std::make_shared<const int>(2));
  BOOST_TEST(watch.expired());
}

BOOST_AUTO_TEST_CASE(a_reader_that_went_is_forgotten) {
  Cell<int> cell;
  std::optional<Cell<int>::Reader> reader(std::in_place, cell);
  reader.reset();
  cell.publish(std::make_shared<const int>(1));
  BOOST_TEST(*cell.copy() == 1);
}

BOOST_AUTO_TEST_CASE(readers_and_a_publisher_may_run_at_once) {
  Cell<int> cell;
  cell.publish(std::make_shared<const int>(0));
  std::atomic<bool> stop{false}, backwards{false};
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      Cell<int>::Reader reader(cell);
      int last = 0;
      while (!stop) {
        const int now = *reader.current();
        if (now < last) backwards = true;
        last = now;
      }
    });
  }
  for (int i = 1; i <= 2000; ++i) cell.publish(std::make_shared<const int>(i));
  stop = true;
  for (std::thread& thread : threads) thread.join();
  BOOST_TEST(!backwards);
}

BOOST_AUTO_TEST_SUITE_END()
