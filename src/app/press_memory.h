// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the press knows of each post in each snapshot: that its file lies in the folder, or that it
// cannot be made. Bounded; what is forgotten is looked for again.
//
// Thread safety: any thread; one lock, held for the time of a look-up.
// Throws: std::bad_alloc.
#ifndef OCTAVO_APP_PRESS_MEMORY_H_
#define OCTAVO_APP_PRESS_MEMORY_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "app/press.h"

namespace octavo {

class PressMemory {
 public:
  explicit PressMemory(const PressPace& pace, std::size_t most = 4096) : pace_(pace), most_(most) {}

  struct Found {
    std::optional<Pressed> pressed;
    bool look = false;  // the caller is to see to it that somebody calls seen() or lost()
  };
  // Marks a file as handed out at `now_ms`.
  Found find(Product product, std::string_view slug, std::uint64_t generation, std::int64_t now_ms);
  // `until_ms`: how long a refusal holds. What is known of a newer generation stays.
  void keep(Product product, std::string_view slug, std::uint64_t generation,
            const Pressed& pressed, std::int64_t now_ms, std::int64_t until_ms = 0);

  // What was ready, however long ago it was seen; empty: nothing is known.
  std::string file_of(Product product, std::string_view slug, std::uint64_t generation);

  void seen(const std::string& file, std::int64_t now_ms);
  void lost(const std::string& file);
  // False when it was handed out since `since_ms`; else it is handed out no more.
  bool forget(const std::string& file, std::int64_t since_ms);
  void clear();  // another worker: other files

 private:
  struct File {
    std::int64_t seen_ms = 0, handed_ms = 0;
    bool looked_for = false, gone = false;
  };
  struct Entry {
    std::uint64_t generation = 0;
    Pressed pressed;
    std::shared_ptr<File> file;  // of what is ready
    std::int64_t until_ms = 0;   // of what is not
  };
  void make_room(std::uint64_t generation);

  const PressPace pace_;
  const std::size_t most_;
  std::mutex mutex_;
  // Guarded by mutex_.
  std::unordered_map<std::string, Entry> entries_;
  std::unordered_map<std::string, std::shared_ptr<File>> files_;
};

}  // namespace octavo

#endif  // OCTAVO_APP_PRESS_MEMORY_H_
