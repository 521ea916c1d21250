// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/page_cache.h"

namespace octavo {

namespace {

constexpr std::size_t kEntryCost = 320;  // list and map nodes, control blocks

std::size_t cost(std::string_view url, const CachedAnswer& answer) {
  return url.size() + answer.bytes() + kEntryCost;
}

}  // namespace

std::size_t CachedAnswer::bytes() const noexcept {
  return etag.size() + (whole ? whole->size() : 0) + (not_modified ? not_modified->size() : 0);
}

PageCache::Answer PageCache::look_up(Shard& shard, const Key& key) {
  const auto at = shard.index.find(key);
  if (at == shard.index.end()) return nullptr;
  at->second->asked = true;
  return at->second->answer;
}

PageCache::Answer PageCache::find(std::string_view url, unsigned variant) {
  const Key key{url, variant};
  Shard& shard = shard_of(key);
  const std::lock_guard lock(shard.mutex);
  return look_up(shard, key);
}

PageCache::Answer PageCache::find_or_make(std::string_view url, unsigned variant,
                                          const std::function<Answer()>& make) {
  const Key key{url, variant};
  Shard& shard = shard_of(key);
  {
    std::unique_lock lock(shard.mutex);
    if (Answer kept = look_up(shard, key)) return kept;
    if (!shard.in_the_making.insert(key).second) {
      shard.made.wait(lock, [&] { return shard.in_the_making.count(key) == 0; });
      if (Answer kept = look_up(shard, key)) return kept;
      lock.unlock();
      return make();  // it was not to be had, or not to be kept: no queue for that
    }
  }
  Answer answer;
  const auto finish = [&] {
    {
      const std::lock_guard lock(shard.mutex);
      shard.in_the_making.erase(key);
      if (answer) insert(shard, key, answer);
    }
    shard.made.notify_all();
  };
  try {
    answer = make();
  } catch (...) {
    finish();
    throw;
  }
  finish();
  return answer;
}

void PageCache::insert(Shard& shard, const Key& key, Answer answer) {
  const std::size_t size = cost(key.url, *answer);
  if (size > shard_bytes_ || shard.index.count(key) != 0) return;
  // The oldest goes, unless it was asked for since: then it gets another round (second chance).
  while (shard.bytes + size > shard_bytes_ && !shard.ring.empty()) {
    Entry& oldest = shard.ring.front();
    if (oldest.asked) {
      oldest.asked = false;
      shard.ring.splice(shard.ring.end(), shard.ring, shard.ring.begin());
      continue;
    }
    shard.bytes -= cost(oldest.url, *oldest.answer);
    shard.index.erase(Key{oldest.url, oldest.variant});
    shard.ring.pop_front();
  }
  shard.ring.push_back({std::string(key.url), key.variant, std::move(answer), false});
  shard.index.emplace(Key{shard.ring.back().url, key.variant}, std::prev(shard.ring.end()));
  shard.bytes += size;
}

std::size_t PageCache::bytes() const {
  std::size_t sum = 0;
  for (const Shard& shard : shards_) {
    const std::lock_guard lock(shard.mutex);
    sum += shard.bytes;
  }
  return sum;
}

std::vector<PageCache::Kept> PageCache::kept(std::size_t most) const {
  std::vector<Kept> out;
  for (const bool asked : {true, false}) {
    for (const Shard& shard : shards_) {
      const std::lock_guard lock(shard.mutex);
      // The newest stand at the end.
      for (auto at = shard.ring.rbegin(); at != shard.ring.rend() && out.size() < most; ++at) {
        if (at->asked == asked) out.push_back({at->url, at->variant});
      }
    }
  }
  return out;
}

}  // namespace octavo
