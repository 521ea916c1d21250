// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/tally.h"

#include <algorithm>
#include <numeric>

namespace octavo {

namespace {

template <typename Ends>
std::size_t bucket_of(std::int64_t ns, const Ends& ends) noexcept {
  std::size_t at = 0;
  while (at < ends.size() && ns > ends[at]) ++at;  // most stop at once: hits are quick
  return at;
}

}  // namespace

std::string_view route_name(RouteClass route) {
  static constexpr std::array<std::string_view, kRouteClasses> kNames = {
      "home",   "list", "post", "markdown", "pdf",  "card",
      "search", "live", "feed", "machine",  "other"};
  return kNames[static_cast<std::size_t>(route)];
}

std::string_view from_cache_name(FromCache from) {
  static constexpr std::array<std::string_view, kFromCache> kNames = {"bypass", "hit", "renewed",
                                                                      "miss"};
  return kNames[static_cast<std::size_t>(from)];
}

RouteClass route_class(std::string_view target) noexcept {
  const std::string_view path = target.substr(0, target.find('?'));
  if (path.size() <= 1) return RouteClass::home;
  switch (path[1]) {
    case 'p':
      if (!path.starts_with("/posts/")) break;
      if (path.ends_with("/md/")) return RouteClass::markdown;
      return path.ends_with("/pdf/") ? RouteClass::pdf : RouteClass::post;
    case 'b':
      if (!path.starts_with("/blog")) break;
      return path.ends_with(".xml") ? RouteClass::feed : RouteClass::list;
    case 's':
      if (path.starts_with("/search/live")) return RouteClass::live;
      if (path.starts_with("/search")) return RouteClass::search;
      if (path.starts_with("/sitemap")) return RouteClass::machine;
      break;
    case 'o':
      if (path.starts_with("/og/")) return RouteClass::card;
      if (path == "/opensearch.xml") return RouteClass::machine;
      break;
    case 'f':
      if (path == "/feed.xml" || path == "/feed.json") return RouteClass::feed;
      if (path == "/favicon.ico") return RouteClass::machine;
      break;
    case 'r':
      if (path == "/rss.xml") return RouteClass::feed;
      if (path == "/robots.txt") return RouteClass::machine;
      break;
    case 'l':
    case 't':
      if (path == "/llms.txt" || path == "/theme.css") return RouteClass::machine;
      break;
    default:
      break;
  }
  return RouteClass::other;
}

std::uint64_t Histogram::count() const noexcept {
  return std::accumulate(counts.begin(), counts.end(), std::uint64_t{0});
}

void Histogram::add(std::int64_t ns,
                    const std::array<std::int64_t, kLatencyNs.size()>& ends) noexcept {
  ++counts[bucket_of(ns, ends)];
  sum_ns += static_cast<std::uint64_t>(std::max<std::int64_t>(ns, 0));
}

Histogram& Histogram::operator+=(const Histogram& other) noexcept {
  for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += other.counts[i];
  sum_ns += other.sum_ns;
  return *this;
}

std::uint64_t Requests::of_class(unsigned status_class) const noexcept {
  std::uint64_t sum = 0;
  for (const auto& route : by_status) sum += route[status_class - 1];
  return sum;
}

std::uint64_t Requests::all() const noexcept {
  std::uint64_t sum = 0;
  for (unsigned status = 1; status <= 5; ++status) sum += of_class(status);
  return sum;
}

Histogram Requests::took_all() const noexcept {
  Histogram all;
  for (const Histogram& one : took) all += one;
  return all;
}

void Tally::count(RouteClass route, Account account, std::chrono::nanoseconds took) noexcept {
  const auto at = static_cast<std::size_t>(route);
  const auto status = static_cast<std::size_t>(std::clamp(account.status / 100, 1, 5) - 1);
  bump(by_status_[at][status]);
  bump(by_cache_[static_cast<std::size_t>(account.from)]);
  bump(took_[at].counts[bucket_of(took.count(), kLatencyNs)]);
  bump(took_[at].sum_ns, static_cast<std::uint64_t>(std::max<std::int64_t>(took.count(), 0)));
}

void Tally::add_to(Requests& sums) const noexcept {
  const auto value = [](const Counter& counter) { return counter.load(std::memory_order_relaxed); };
  for (std::size_t route = 0; route < kRouteClasses; ++route) {
    for (std::size_t i = 0; i < by_status_[route].size(); ++i)
      sums.by_status[route][i] += value(by_status_[route][i]);
    for (std::size_t i = 0; i < took_[route].counts.size(); ++i)
      sums.took[route].counts[i] += value(took_[route].counts[i]);
    sums.took[route].sum_ns += value(took_[route].sum_ns);
  }
  for (std::size_t i = 0; i < kFromCache; ++i) sums.by_cache[i] += value(by_cache_[i]);
  sums.busy += value(busy_);
}

Tally& Tallies::make() {
  const std::lock_guard lock(mutex_);
  return own_.emplace_back();
}

void Tallies::count(RouteClass route, Account account, std::chrono::nanoseconds took) {
  const std::lock_guard lock(shared_mutex_);
  shared_.count(route, account, took);
}

Requests Tallies::sums() const {
  Requests sums;
  const std::lock_guard lock(mutex_);
  for (const Tally& tally : own_) tally.add_to(sums);
  shared_.add_to(sums);
  return sums;
}

}  // namespace octavo
