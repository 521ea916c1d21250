// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/page_cache.h"

#include <algorithm>
#include <functional>
#include <utility>

namespace octavo {

namespace {

constexpr std::size_t kEntryCost = 360;  // list and map nodes, control blocks
constexpr std::uint32_t kOften = 1u << 30;

}  // namespace

std::size_t CachedAnswer::bytes() const noexcept {
  return etag.size() + (whole ? whole->size() : 0) + (not_modified ? not_modified->size() : 0);
}

std::size_t PageCache::Entry::cost() const noexcept {
  return kEntryCost + url.size() + answer->bytes() + (next ? next->bytes() : 0);
}

PageCache::Answer PageCache::look_up(Shard& shard, const Name& name, std::uint64_t generation) {
  const auto at = shard.index.find(name);
  if (at == shard.index.end()) return nullptr;
  Entry& entry = *at->second;
  if (entry.next && entry.next_from == generation) {
    shard.bytes -= entry.answer->bytes();
    entry.answer = std::exchange(entry.next, nullptr);
    entry.from = entry.to = generation;
  }
  if (generation < entry.from || generation > entry.to) return nullptr;
  if (entry.asked < kOften) ++entry.asked;
  return entry.answer;
}

PageCache::Answer PageCache::before(const Shard& shard, const Name& name) {
  const auto at = shard.index.find(name);
  return at == shard.index.end() ? nullptr : at->second->answer;
}

PageCache::Answer PageCache::find(const Key& key) {
  const Name name{key.url, key.variant};
  Shard& shard = shard_of(name);
  const std::lock_guard lock(shard.mutex);
  return look_up(shard, name, key.generation);
}

PageCache::Answer PageCache::find_or_make(const Key& key, const Make& make) {
  const Name name{key.url, key.variant};
  Shard& shard = shard_of(name);
  Answer old;
  {
    std::unique_lock lock(shard.mutex);
    if (Answer kept = look_up(shard, name, key.generation)) return kept;
    if (!shard.in_the_making.insert(name).second) {
      shard.made.wait(lock, [&] { return shard.in_the_making.count(name) == 0; });
      if (Answer kept = look_up(shard, name, key.generation)) return kept;
      lock.unlock();
      return make(nullptr);  // it was not to be had, or not to be kept: no queue for that
    }
    old = before(shard, name);
  }
  Answer answer;
  const auto finish = [&] {
    {
      const std::lock_guard lock(shard.mutex);
      shard.in_the_making.erase(name);
      if (answer) keep(shard, key, answer);
    }
    shard.made.notify_all();
  };
  try {
    answer = make(old);
  } catch (...) {
    finish();
    throw;
  }
  finish();
  return answer;
}

// The oldest goes, unless it was asked for since: then it gets another round (second chance).
void PageCache::make_room(Shard& shard, std::size_t size, const Entry* spared) {
  while (shard.bytes + size > shard_bytes_ && shard.ring.size() > (spared == nullptr ? 0u : 1u)) {
    Entry& oldest = shard.ring.front();
    if (oldest.asked != 0 || &oldest == spared) {
      oldest.asked = 0;
      shard.ring.splice(shard.ring.end(), shard.ring, shard.ring.begin());
      continue;
    }
    shard.bytes -= oldest.cost();
    shard.index.erase(Name{oldest.url, oldest.variant});
    shard.ring.pop_front();
  }
}

void PageCache::keep(Shard& shard, const Key& key, const Answer& answer) {
  const Name name{key.url, key.variant};
  if (const auto at = shard.index.find(name); at != shard.index.end()) {
    Entry& entry = *at->second;
    if (key.generation <= entry.to) return;  // somebody who still answers from an old snapshot
    if (answer == entry.answer) {
      if (key.generation != entry.to + 1) entry.from = key.generation;
      entry.to = key.generation;
      return;
    }
    if (entry.next) shard.bytes -= std::exchange(entry.next, nullptr)->bytes();
    make_room(shard, answer->bytes(), &entry);
    if (shard.bytes + answer->bytes() > shard_bytes_) return;
    entry.next = answer;
    entry.next_from = key.generation;
    shard.bytes += answer->bytes();
    return;
  }
  Entry entry{std::string(key.url), key.variant, answer, key.generation, key.generation, {}, 0, 0};
  const std::size_t size = entry.cost();
  if (size > shard_bytes_) return;
  make_room(shard, size, nullptr);
  shard.ring.push_back(std::move(entry));
  shard.index.emplace(Name{shard.ring.back().url, key.variant}, std::prev(shard.ring.end()));
  shard.bytes += size;
}

void PageCache::shrink(std::size_t bytes) {
  const std::size_t kept = std::min(bytes / kShards, shard_bytes_);
  for (Shard& shard : shards_) {
    std::list<Entry> gone;  // freed without the lock
    const std::lock_guard lock(shard.mutex);
    for (auto at = shard.ring.begin(); at != shard.ring.end();) {
      const auto entry = at++;
      if (std::exchange(entry->asked, 0) != 0) continue;
      shard.bytes -= entry->cost();
      shard.index.erase(Name{entry->url, entry->variant});
      gone.splice(gone.end(), shard.ring, entry);
    }
    make_room(shard, shard_bytes_ - kept, nullptr);
  }
}

std::size_t PageCache::bytes() const {
  std::size_t sum = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    sum += shard.bytes;
  }
  return sum;
}

std::vector<PageCache::Kept> PageCache::kept(std::uint64_t generation, std::size_t most) {
  std::vector<std::uint32_t> counts;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    for (const Entry& entry : shard.ring) {
      if (entry.is_of(generation)) counts.push_back(entry.asked);
    }
  }
  // Names are copied of those alone that are wanted, not of all under the locks.
  std::uint32_t least = 0;
  if (counts.size() > most) {
    const auto last = counts.begin() + static_cast<std::ptrdiff_t>(most);
    std::ranges::nth_element(counts, last, std::greater());
    least = *last;
  }
  std::vector<std::pair<std::uint32_t, Kept>> wanted, others;
  for (Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    // The newest stand at the end.
    for (auto at = shard.ring.rbegin(); at != shard.ring.rend(); ++at) {
      if (at->is_of(generation)) {
        if (at->asked > least && wanted.size() < most)
          wanted.push_back({at->asked, {at->url, at->variant}});
        if (at->asked == least && others.size() < most)
          others.push_back({least, {at->url, at->variant}});
      }
      at->asked -= at->asked / 2;
    }
  }
  std::ranges::stable_sort(wanted, std::greater(), [](const auto& one) { return one.first; });
  std::vector<Kept> out;
  for (auto* some : {&wanted, &others}) {
    for (auto& [count, one] : *some) {
      if (out.size() < most) out.push_back(std::move(one));
    }
  }
  return out;
}

}  // namespace octavo
