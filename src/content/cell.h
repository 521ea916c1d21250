// SPDX-License-Identifier: GPL-3.0-or-later
//
// The one cell that holds the current snapshot. Readers keep a copy each and look only at a
// counter to see whether it is still the newest: no lock is taken while nothing changes.
//
// Thread safety: publish() and Reader::current() from any thread; a Reader belongs to one thread.
// Throws: nothing.
#ifndef OCTAVO_CONTENT_CELL_H_
#define OCTAVO_CONTENT_CELL_H_

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>

namespace octavo {

template <typename T>
class Cell {
 public:
  void publish(std::shared_ptr<const T> value) {
    std::shared_ptr<const T> old;  // dropped after the lock
    {
      std::lock_guard lock(mutex_);
      old = std::exchange(value_, std::move(value));
      generation_.fetch_add(1, std::memory_order_release);
    }
  }
  std::shared_ptr<const T> copy() const {
    std::lock_guard lock(mutex_);
    return value_;
  }
  std::uint64_t generation() const noexcept { return generation_.load(std::memory_order_acquire); }

  class Reader {
   public:
    explicit Reader(const Cell& cell) : cell_(cell) {}
    const std::shared_ptr<const T>& current() {
      if (const auto now = cell_.generation(); now != seen_) {
        seen_ = now;
        value_ = cell_.copy();
      }
      return value_;
    }

   private:
    const Cell& cell_;
    std::uint64_t seen_ = 0;
    std::shared_ptr<const T> value_;
  };

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const T> value_;           // guarded by mutex_
  std::atomic<std::uint64_t> generation_{0};
};

}  // namespace octavo

#endif  // OCTAVO_CONTENT_CELL_H_
