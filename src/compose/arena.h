// SPDX-License-Identifier: GPL-3.0-or-later
//
// Memory for one parse by a C library: handed out from the top of a chunk, given back all at
// once. It ends a parse that wants more than its budget, which malloc() and those libraries would
// answer with abort() or a null pointer that nobody checks.
// A library may go on asking while its tree is read: then the budget no longer counts, and if the
// machine has no memory left the process ends, as it may in a parser of strangers' bytes.
//
// Thread safety: one thread at a time.
// Throws: nothing.
#ifndef OCTAVO_COMPOSE_ARENA_H_
#define OCTAVO_COMPOSE_ARENA_H_

#include <csetjmp>
#include <cstddef>

namespace octavo {

class Arena {
 public:
  explicit Arena(std::size_t budget) noexcept : budget_(budget) {}
  ~Arena();
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Runs work(context). False when it was left in the middle because the budget, or the
  // machine's memory, was used up. REQUIRES: between here and allocate() stand only frames
  // without destructors (C, that is), since they are jumped over.
  bool run(void (*work)(void* context), void* context) noexcept;
  // Never null. Not zeroed.
  void* allocate(std::size_t size) noexcept;
  void* reallocate(void* block, std::size_t size) noexcept;
  // All blocks at once; the first chunk is kept for the next parse.
  void reset() noexcept;

 private:
  struct Chunk;
  bool add_chunk(std::size_t size) noexcept;
  [[noreturn]] void give_up() noexcept;

  const std::size_t budget_;
  std::size_t used_ = 0;  // bytes of all chunks
  Chunk* chunks_ = nullptr;
  char* top_ = nullptr;
  char* end_ = nullptr;
  char* last_ = nullptr;  // the youngest block: it can grow in place
  bool running_ = false;
  std::jmp_buf leave_;
};

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_ARENA_H_
