// SPDX-License-Identifier: GPL-3.0-or-later
//
// Answers kept as the bytes that go out. What the bytes are is its owner's business. Snapshots hand
// it on to their successors: an answer is given out only in those generations for which it was made
// or found to be the same, so that nothing stale is ever given out, and a page that did not change
// is not packed anew.
//
// Thread safety: any thread; a look-up holds one of many locks for the time of a copy of a pointer.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_APP_PAGE_CACHE_H_
#define OCTAVO_APP_PAGE_CACHE_H_

#include <array>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/hash.h"

namespace octavo {

struct CachedAnswer {
  std::string etag;
  Hash128 source;                                   // of all that the bytes were made from
  std::shared_ptr<const std::string> whole;         // status 200
  std::shared_ptr<const std::string> not_modified;  // status 304
  std::size_t bytes() const noexcept;
};

class PageCache {
 public:
  using Answer = std::shared_ptr<const CachedAnswer>;

  explicit PageCache(std::size_t most_bytes) : shard_bytes_(most_bytes / kShards) {}

  // What an answer is asked for by.
  struct Key {
    std::string_view url;
    unsigned variant = 0;          // what else tells answers of one URL apart (the encoding)
    std::uint64_t generation = 0;  // the snapshot's
  };
  Answer find(const Key& key);
  // The answer that is kept, or made by `make` and then kept. `make` gets what an earlier
  // generation was answered, or null, and returns just that when it would make the same. While one
  // thread makes it the others that ask for the same wait for it. `make` may give null or throw:
  // then each makes its own. What has not been asked for lately makes room; an answer larger than a
  // shard is not kept. The answers of the generation before stay beside new ones until the first
  // reader asks in the new generation.
  using Make = std::function<Answer(const Answer& before)>;
  Answer find_or_make(const Key& key, const Make& make);
  std::size_t bytes() const;  // in use; never more than the limit
  std::size_t most_bytes() const noexcept { return shard_bytes_ * kShards; }
  // Forgets what was not asked for again since it was made or since the last time, and more where
  // that is not within so many bytes.
  void shrink(std::size_t bytes);

  struct Kept {
    std::string url;
    unsigned variant = 0;
  };
  // What is kept for a generation, at most `most` of it, what was asked for most often first; what
  // was asked for before a call counts half as much at the next.
  std::vector<Kept> kept(std::uint64_t generation, std::size_t most);

 private:
  static constexpr std::size_t kShards = 16;
  struct Name {
    std::string_view url;
    unsigned variant = 0;
    bool operator==(const Name&) const = default;
  };
  struct Hash {
    std::size_t operator()(const Name& name) const noexcept {
      return std::hash<std::string_view>{}(name.url) + name.variant * 0x9e3779b97f4a7c15u;
    }
  };
  struct Entry {
    std::string url;
    unsigned variant = 0;
    Answer answer;
    std::uint64_t from = 0, to = 0;  // the generations that have it
    Answer next;                     // of generation `to` + 1 or later, when it is another one
    std::uint64_t next_from = 0;
    std::uint32_t asked = 0;  // how often, since the hand last passed
    bool is_of(std::uint64_t generation) const noexcept {
      return from <= generation && generation <= to;
    }
    std::size_t cost() const noexcept;
  };
  struct Shard {
    mutable std::mutex mutex;
    std::condition_variable made;
    std::list<Entry> ring;                                             // guarded by mutex
    std::unordered_map<Name, std::list<Entry>::iterator, Hash> index;  // guarded; names lie in ring
    std::unordered_set<Name, Hash> in_the_making;  // guarded; names: the makers'
    std::size_t bytes = 0;                         // guarded by mutex
  };
  Shard& shard_of(const Name& name) { return shards_[(Hash{}(name) >> 7) % kShards]; }
  static Answer look_up(Shard& shard, const Name& name, std::uint64_t generation);
  static Answer before(const Shard& shard, const Name& name);
  void keep(Shard& shard, const Key& key, const Answer& answer);
  void make_room(Shard& shard, std::size_t size, const Entry* spared);
  std::size_t shard_bytes_;
  std::array<Shard, kShards> shards_;
};

}  // namespace octavo

#endif  // OCTAVO_APP_PAGE_CACHE_H_
