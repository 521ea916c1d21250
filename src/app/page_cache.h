// SPDX-License-Identifier: GPL-3.0-or-later
//
// Answers kept as the bytes that go out. What the bytes are is its owner's business. It belongs
// to one snapshot and goes with it, so that nothing in it can be stale.
//
// Thread safety: any thread; a look-up holds one of many locks for the time of a copy of a pointer.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_APP_PAGE_CACHE_H_
#define OCTAVO_APP_PAGE_CACHE_H_

#include <array>
#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

namespace octavo {

struct CachedAnswer {
  std::string etag;
  std::shared_ptr<const std::string> whole;         // status 200
  std::shared_ptr<const std::string> not_modified;  // status 304
  std::size_t bytes() const noexcept;
};

class PageCache {
 public:
  explicit PageCache(std::size_t most_bytes) : shard_bytes_(most_bytes / kShards) {}
  std::shared_ptr<const CachedAnswer> find(std::string_view key);
  // What has not been asked for lately makes room. An answer larger than a shard is not kept.
  void insert(std::string_view key, std::shared_ptr<const CachedAnswer> answer);
  std::size_t bytes() const;  // in use; never more than the limit

 private:
  static constexpr std::size_t kShards = 16;
  struct Entry {
    std::string key;
    std::shared_ptr<const CachedAnswer> answer;
    bool asked = false;  // since the hand last passed
  };
  struct Shard {
    mutable std::mutex mutex;
    std::list<Entry> ring;                                                   // guarded by mutex
    std::unordered_map<std::string_view, std::list<Entry>::iterator> index;  // keys lie in ring
    std::size_t bytes = 0;                                                   // guarded by mutex
  };
  Shard& shard_of(std::string_view key) { return shards_[std::hash<std::string_view>{}(key) % kShards]; }
  std::size_t shard_bytes_;
  std::array<Shard, kShards> shards_;
};

}  // namespace octavo

#endif  // OCTAVO_APP_PAGE_CACHE_H_
