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
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace octavo {

struct CachedAnswer {
  std::string etag;
  std::shared_ptr<const std::string> whole;         // status 200
  std::shared_ptr<const std::string> not_modified;  // status 304
  std::size_t bytes() const noexcept;
};

class PageCache {
 public:
  using Answer = std::shared_ptr<const CachedAnswer>;

  explicit PageCache(std::size_t most_bytes) : shard_bytes_(most_bytes / kShards) {}

  // `variant`: what else tells answers of one URL apart (the encoding).
  Answer find(std::string_view url, unsigned variant);
  // The answer that is kept, or made by `make` and then kept. While one thread makes it the
  // others that ask for the same wait for it. `make` may give null or throw: then each makes its
  // own. What has not been asked for lately makes room; an answer larger than a shard is not kept.
  Answer find_or_make(std::string_view url, unsigned variant, const std::function<Answer()>& make);
  std::size_t bytes() const;  // in use; never more than the limit

  struct Kept {
    std::string url;
    unsigned variant = 0;
  };
  // What is kept, at most `most` of it, what was asked for again before the rest.
  std::vector<Kept> kept(std::size_t most) const;

 private:
  static constexpr std::size_t kShards = 16;
  struct Key {
    std::string_view url;
    unsigned variant = 0;
    bool operator==(const Key&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Key& key) const noexcept {
      return std::hash<std::string_view>{}(key.url) + key.variant * 0x9e3779b97f4a7c15u;
    }
  };
  struct Entry {
    std::string url;
    unsigned variant = 0;
    Answer answer;
    bool asked = false;  // since the hand last passed
  };
  struct Shard {
    mutable std::mutex mutex;
    std::condition_variable made;
    std::list<Entry> ring;                                            // guarded by mutex
    std::unordered_map<Key, std::list<Entry>::iterator, Hash> index;  // guarded; keys lie in ring
    std::unordered_set<Key, Hash> in_the_making;                      // guarded; keys: the makers'
    std::size_t bytes = 0;                                            // guarded by mutex
  };
  Shard& shard_of(const Key& key) { return shards_[(Hash{}(key) >> 7) % kShards]; }
  static Answer look_up(Shard& shard, const Key& key);
  void insert(Shard& shard, const Key& key, Answer answer);
  std::size_t shard_bytes_;
  std::array<Shard, kShards> shards_;
};

}  // namespace octavo

#endif  // OCTAVO_APP_PAGE_CACHE_H_
