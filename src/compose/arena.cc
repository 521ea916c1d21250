// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/arena.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace octavo {

namespace {

constexpr std::size_t kAlign = alignof(std::max_align_t);
constexpr std::size_t kFirstChunk = std::size_t{1} << 20;
constexpr std::size_t kMostChunk = std::size_t{16} << 20;
// Each block is preceded by its size, for reallocate().
constexpr std::size_t kHead = kAlign;

constexpr std::size_t rounded(std::size_t size) {
  return (size + kAlign - 1) & ~(kAlign - 1);
}

}  // namespace

struct alignas(std::max_align_t) Arena::Chunk {
  Chunk* older;
  std::size_t size;
};

Arena::~Arena() {
  while (chunks_ != nullptr) std::free(std::exchange(chunks_, chunks_->older));
}

bool Arena::run(void (*work)(void* context), void* context) noexcept {
  if (setjmp(leave_) != 0) {
    running_ = false;
    return false;
  }
  running_ = true;
  work(context);
  running_ = false;
  return true;
}

void Arena::give_up() noexcept {
  if (running_) std::longjmp(leave_, 1);
  std::abort();
}

bool Arena::add_chunk(std::size_t size) noexcept {
  const std::size_t doubled = std::min(chunks_ == nullptr ? kFirstChunk : used_, kMostChunk);
  const std::size_t whole = std::max(doubled, sizeof(Chunk) + size);
  if (running_ && whole > budget_ - std::min(used_, budget_)) return false;
  void* memory = std::malloc(whole);
  if (memory == nullptr) return false;
  auto* chunk = static_cast<Chunk*>(memory);
  chunk->older = chunks_;
  chunk->size = whole;
  chunks_ = chunk;
  used_ += whole;
  top_ = static_cast<char*>(memory) + sizeof(Chunk);
  end_ = static_cast<char*>(memory) + whole;
  return true;
}

void* Arena::allocate(std::size_t size) noexcept {
  if (size > budget_) give_up();
  const std::size_t whole = kHead + rounded(size);
  if (static_cast<std::size_t>(end_ - top_) < whole && !add_chunk(whole)) give_up();
  std::memcpy(top_, &size, sizeof size);
  last_ = top_ + kHead;
  top_ += whole;
  return last_;
}

void* Arena::reallocate(void* block, std::size_t size) noexcept {
  if (block == nullptr) return allocate(size);
  char* old = static_cast<char*>(block);
  std::size_t old_size = 0;
  std::memcpy(&old_size, old - kHead, sizeof old_size);
  if (size <= old_size) return block;
  if (old == last_ && size <= budget_ && static_cast<std::size_t>(end_ - old) >= rounded(size)) {
    std::memcpy(old - kHead, &size, sizeof size);
    top_ = old + rounded(size);
    return block;
  }
  void* fresh = allocate(size);
  std::memcpy(fresh, old, old_size);
  return fresh;
}

void Arena::reset() noexcept {
  if (chunks_ == nullptr) return;
  while (chunks_->older != nullptr) std::free(std::exchange(chunks_, chunks_->older));
  used_ = chunks_->size;
  top_ = reinterpret_cast<char*>(chunks_) + sizeof(Chunk);
  end_ = reinterpret_cast<char*>(chunks_) + chunks_->size;
  last_ = nullptr;
}

}  // namespace octavo
