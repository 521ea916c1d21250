// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/press.h"

#include <exception>
#include <utility>

#include "app/press_desk.h"
#include "base/time.h"

namespace octavo {

Press::Press(std::string cache, SnapshotCell& cell, PressPace pace, PressSay say)
    : desk_(std::make_unique<PressDesk>(std::move(cache), cell, pace, std::move(say))) {}

Press::~Press() {
  {
    const std::lock_guard lock(desk_->mutex);
    desk_->stopping = true;
  }
  desk_->wake();
  if (desk_->thread.joinable()) desk_->thread.join();
  const Pressed late = press_outcome(Pressed::Kind::late, "the press stops", kPressSoon);
  for (const auto& [name, task] : std::exchange(desk_->tasks, {})) {
    for (const Done& done : task->waiters) {
      try {
        done(late);
      } catch (const std::exception&) {
        // Nobody is left to tell.
      }
    }
  }
}

void Press::start() {
  const std::lock_guard lock(desk_->mutex);
  desk_->begin_thread();
}

void Press::wind_down(std::chrono::milliseconds left) noexcept {
  desk_->end_ms = monotonic_ms() + left.count();
  desk_->wake();
}

std::optional<Pressed> Press::find(Product product, std::string_view slug,
                                   const Snapshot& snapshot) noexcept {
  try {
    PressMemory::Found found =
        desk_->memory.find(product, slug, snapshot.generation, monotonic_ms());
    if (!found.pressed) return std::nullopt;
    const std::lock_guard lock(desk_->mutex);
    if (found.pressed->kind == Pressed::Kind::ready) ++desk_->counted.handed_out;
    if (found.look) {
      desk_->looks.push_back(found.pressed->file);
      desk_->wake();
    }
    return std::move(found.pressed);
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void Press::ask(const PressWish& wish, std::shared_ptr<const Snapshot> snapshot, Done done,
                bool force) {
  auto task = std::make_shared<PressTask>();
  task->wish = wish;
  task->snapshot = std::move(snapshot);
  task->force = force;
  task->until_ms = monotonic_ms() + desk_->pace.whole.count();
  Pressed refusal;
  {
    const std::lock_guard lock(desk_->mutex);
    if (desk_->stopping || !desk_->begin_thread()) {
      refusal = press_outcome(Pressed::Kind::late, "the press stands still", kPressSoon);
    } else if (const auto same = desk_->tasks.find(task->name()); same != desk_->tasks.end()) {
      same->second->waiters.push_back(std::move(done));
      return;
    } else if (desk_->tasks.size() >= desk_->pace.tasks) {
      refusal =
          press_outcome(Pressed::Kind::turned_away, "too many others are waiting", kPressSoon);
      ++desk_->counted.turned_away;
    } else {
      task->waiters.push_back(std::move(done));
      desk_->inbox.push_back(task);
      desk_->tasks.emplace(task->name(), task);
      desk_->wake();
      return;
    }
  }
  done(refusal);
}

PressFigures Press::figures() const {
  const std::lock_guard lock(desk_->mutex);
  return desk_->counted;
}

}  // namespace octavo
