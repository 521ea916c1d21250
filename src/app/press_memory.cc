// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/press_memory.h"

#include <utility>

namespace octavo {

namespace {

std::string name_of(Product product, std::string_view slug) {
  return std::string(1, product == Product::pdf ? 'p' : 'c').append(slug);
}

}  // namespace

PressMemory::Found PressMemory::find(Product product, std::string_view slug,
                                     std::uint64_t generation, std::int64_t now_ms) {
  const std::string name = name_of(product, slug);
  const std::lock_guard lock(mutex_);
  const auto at = entries_.find(name);
  if (at == entries_.end() || at->second.generation != generation) return {};
  const Entry& entry = at->second;
  if (!entry.file) {
    if (now_ms >= entry.until_ms) return {};
    return {entry.pressed, false};
  }
  File& file = *entry.file;
  const std::int64_t age = now_ms - file.seen_ms;
  if (file.gone || age > pace_.trust.count()) return {};
  const bool look = age > pace_.look.count() && !std::exchange(file.looked_for, true);
  file.handed_ms = now_ms;
  return {entry.pressed, look};
}

void PressMemory::keep(Product product, std::string_view slug, std::uint64_t generation,
                       const Pressed& pressed, std::int64_t now_ms, std::int64_t until_ms) {
  std::string name = name_of(product, slug);
  const std::lock_guard lock(mutex_);
  const auto at = entries_.find(name);
  if (at != entries_.end() && at->second.generation > generation) return;
  Entry entry{generation, pressed, nullptr, until_ms};
  if (pressed.kind == Pressed::Kind::ready) {
    entry.pressed.made = false;
    std::shared_ptr<File>& file = files_[pressed.file];
    if (!file || file->gone) file = std::make_shared<File>();
    file->seen_ms = file->handed_ms = now_ms;
    file->looked_for = false;
    entry.file = file;
  }
  if (at == entries_.end() && entries_.size() >= most_) make_room(generation);
  entries_.insert_or_assign(std::move(name), std::move(entry));
}

std::string PressMemory::file_of(Product product, std::string_view slug, std::uint64_t generation) {
  const std::lock_guard lock(mutex_);
  const auto at = entries_.find(name_of(product, slug));
  if (at == entries_.end() || at->second.generation != generation) return {};
  const Entry& entry = at->second;
  return entry.file && !entry.file->gone ? entry.pressed.file : std::string();
}

void PressMemory::make_room(std::uint64_t generation) {
  std::erase_if(entries_, [&](const auto& one) { return one.second.generation != generation; });
  while (entries_.size() >= most_) entries_.erase(entries_.begin());
  std::erase_if(files_, [](const auto& one) { return one.second.use_count() == 1; });
}

void PressMemory::seen(const std::string& file, std::int64_t now_ms) {
  const std::lock_guard lock(mutex_);
  const auto at = files_.find(file);
  if (at == files_.end()) return;
  at->second->seen_ms = now_ms;
  at->second->looked_for = false;
}

void PressMemory::lost(const std::string& file) {
  const std::lock_guard lock(mutex_);
  const auto at = files_.find(file);
  if (at == files_.end()) return;
  at->second->gone = true;
  files_.erase(at);
}

bool PressMemory::forget(const std::string& file, std::int64_t since_ms) {
  const std::lock_guard lock(mutex_);
  const auto at = files_.find(file);
  if (at == files_.end()) return true;
  if (at->second->handed_ms >= since_ms) return false;
  at->second->gone = true;
  files_.erase(at);
  return true;
}

void PressMemory::clear() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
  for (const auto& [name, file] : files_) file->gone = true;
  files_.clear();
}

}  // namespace octavo
