// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/page_cache.h"

namespace octavo {

namespace {

constexpr std::size_t kEntryCost = 256;  // list and map nodes, control blocks

std::size_t cost(std::string_view key, const CachedAnswer& answer) {
  return key.size() + answer.bytes() + kEntryCost;
}

}  // namespace

std::size_t CachedAnswer::bytes() const noexcept {
  return etag.size() + (whole ? whole->size() : 0) + (not_modified ? not_modified->size() : 0);
}

std::shared_ptr<const CachedAnswer> PageCache::find(std::string_view key) {
  Shard& shard = shard_of(key);
  std::lock_guard lock(shard.mutex);
  const auto at = shard.index.find(key);
  if (at == shard.index.end()) return nullptr;
  at->second->asked = true;
  return at->second->answer;
}

void PageCache::insert(std::string_view key, std::shared_ptr<const CachedAnswer> answer) {
  const std::size_t size = cost(key, *answer);
  if (size > shard_bytes_) return;
  Shard& shard = shard_of(key);
  std::lock_guard lock(shard.mutex);
  if (shard.index.count(key) != 0) return;  // another thread was quicker with the same
  // The oldest goes, unless it was asked for since: then it gets another round (second chance).
  while (shard.bytes + size > shard_bytes_ && !shard.ring.empty()) {
    Entry& oldest = shard.ring.front();
    if (oldest.asked) {
      oldest.asked = false;
      shard.ring.splice(shard.ring.end(), shard.ring, shard.ring.begin());
      continue;
    }
    shard.bytes -= cost(oldest.key, *oldest.answer);
    shard.index.erase(oldest.key);
    shard.ring.pop_front();
  }
  shard.ring.push_back({std::string(key), std::move(answer), false});
  shard.index.emplace(shard.ring.back().key, std::prev(shard.ring.end()));
  shard.bytes += size;
}

std::size_t PageCache::bytes() const {
  std::size_t sum = 0;
  for (const Shard& shard : shards_) {
    std::lock_guard lock(shard.mutex);
    sum += shard.bytes;
  }
  return sum;
}

}  // namespace octavo
