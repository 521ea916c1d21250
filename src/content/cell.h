// SPDX-License-Identifier: GPL-3.0-or-later
//
// The one cell that holds the current snapshot. Each reader has a place of its own in it, with a
// lock of its own that nobody else wants while nothing changes: threads that read do not meet. A
// publication fills every place, so that a thread that sleeps keeps no old snapshot alive.
//
// Thread safety: publish() and copy() from any thread; a Reader belongs to one thread.
// Throws: std::bad_alloc from Reader's constructor.
#ifndef OCTAVO_CONTENT_CELL_H_
#define OCTAVO_CONTENT_CELL_H_

#include <algorithm>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace octavo {

template <typename T>
class Cell {
 public:
  class Reader;

  void publish(std::shared_ptr<const T> value) {
    std::vector<std::shared_ptr<const T>> old;  // dropped after the locks
    const std::lock_guard lock(mutex_);
    old.push_back(std::exchange(value_, value));
    for (Reader* reader : readers_) {
      const std::lock_guard own(reader->mutex_);
      old.push_back(std::exchange(reader->value_, value));
    }
  }
  std::shared_ptr<const T> copy() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }

  // REQUIRES: the cell outlives it.
  class Reader {
   public:
    explicit Reader(Cell& cell) : cell_(cell) {
      const std::lock_guard lock(cell_.mutex_);
      cell_.readers_.push_back(this);
      value_ = cell_.value_;
    }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;
    ~Reader() {
      const std::lock_guard lock(cell_.mutex_);
      std::erase(cell_.readers_, this);
    }
    // Taken once a request, and held as long as the request is answered.
    std::shared_ptr<const T> current() {
      const std::lock_guard own(mutex_);
      return value_;
    }

   private:
    friend class Cell;
    Cell& cell_;
    std::mutex mutex_;
    std::shared_ptr<const T> value_;  // guarded by mutex_
  };

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const T> value_;  // guarded by mutex_
  std::vector<Reader*> readers_;    // guarded by mutex_
};

}  // namespace octavo

#endif  // OCTAVO_CONTENT_CELL_H_
