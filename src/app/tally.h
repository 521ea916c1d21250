// SPDX-License-Identifier: GPL-3.0-or-later
//
// Counts requests. Each serving thread has counters of its own, which it alone writes: no lock, no
// cache line that two write to. Whoever wants figures adds them up, and may see a request in one of
// its counters a moment before the other.
//
// Thread safety: a Tally has one writer (Sums::add() takes any); sums from any thread.
// Throws: std::bad_alloc.
#ifndef OCTAVO_APP_TALLY_H_
#define OCTAVO_APP_TALLY_H_

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <string_view>

namespace octavo {

// What kind of address was asked for, by its form alone: whether something is there, the status
// tells.
enum class RouteClass : std::uint8_t {
  home,
  list,
  post,
  markdown,
  pdf,
  card,
  search,
  live,
  feed,
  machine,  // robots.txt, sitemap.xml and what else readers do not read
  other,    // pages, old addresses, what never was there
};
inline constexpr std::size_t kRouteClasses = 11;
std::string_view route_name(RouteClass route);
RouteClass route_class(std::string_view target) noexcept;

enum class FromCache : std::uint8_t {
  bypass,   // not to be kept: 404s, queries, HEAD
  hit,      // the bytes were there
  renewed,  // rendered anew, and the bytes were still right
  miss,     // rendered and packed
};
inline constexpr std::size_t kFromCache = 4;
std::string_view from_cache_name(FromCache from);

// What became of a request.
struct Account {
  int status = 200;
  FromCache from = FromCache::bypass;
};

// The upper ends of a histogram's buckets but the last, which has none.
inline constexpr std::array<std::int64_t, 10> kLatencyNs = {
    2'000,     10'000,     50'000,      250'000,     1'000'000,
    5'000'000, 25'000'000, 100'000'000, 500'000'000, 2'500'000'000};
inline constexpr std::array<std::int64_t, 10> kComposeNs = {
    10'000'000,    50'000'000,    100'000'000,   250'000'000,    500'000'000,
    1'000'000'000, 2'500'000'000, 5'000'000'000, 10'000'000'000, 60'000'000'000};

struct Histogram {
  std::array<std::uint64_t, kLatencyNs.size() + 1> counts{};  // of each bucket alone
  std::uint64_t sum_ns = 0;
  std::uint64_t count() const noexcept;
  void add(std::int64_t ns, const std::array<std::int64_t, kLatencyNs.size()>& ends) noexcept;
  Histogram& operator+=(const Histogram& other) noexcept;
};

// The sums of all tallies.
struct Requests {
  std::array<std::array<std::uint64_t, 5>, kRouteClasses> by_status{};  // 1xx … 5xx
  std::array<std::uint64_t, kFromCache> by_cache{};
  std::array<Histogram, kRouteClasses> took{};
  std::uint64_t busy = 0;                                        // searches that were turned away
  std::uint64_t of_class(unsigned status_class) const noexcept;  // 2: all 2xx
  std::uint64_t all() const noexcept;
  Histogram took_all() const noexcept;
};

class Tally {
 public:
  void count(RouteClass route, Account account, std::chrono::nanoseconds took) noexcept;
  void count_busy() noexcept { bump(busy_); }
  void add_to(Requests& sums) const noexcept;

 private:
  using Counter = std::atomic<std::uint64_t>;
  // One writer: a plain addition, no locked one.
  static void bump(Counter& counter, std::uint64_t by = 1) noexcept {
    counter.store(counter.load(std::memory_order_relaxed) + by, std::memory_order_relaxed);
  }
  struct Took {
    std::array<Counter, kLatencyNs.size() + 1> counts{};
    Counter sum_ns{0};
  };
  // Two cache lines apart from whatever lies beside it.
  alignas(128) std::array<std::array<Counter, 5>, kRouteClasses> by_status_{};
  std::array<Counter, kFromCache> by_cache_{};
  std::array<Took, kRouteClasses> took_{};
  Counter busy_{0};
};

// All tallies of the process.
class Tallies {
 public:
  Tally& make();  // for one thread; as long as this lives
  // For threads that have none: what takes long anyway.
  void count(RouteClass route, Account account, std::chrono::nanoseconds took);
  Requests sums() const;

 private:
  mutable std::mutex mutex_;
  std::deque<Tally> own_;  // guarded by mutex_; the tallies themselves are not
  mutable std::mutex shared_mutex_;
  Tally shared_;  // guarded by shared_mutex_
};

}  // namespace octavo

#endif  // OCTAVO_APP_TALLY_H_
