// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/aside.h"

#include <sched.h>

#include <exception>
#include <string>
#include <system_error>
#include <utility>

#include "base/log.h"

namespace octavo {

Aside::~Aside() {
  if (thread_.joinable()) thread_.join();
}

bool Aside::begin(std::function<void()> work) {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(busy_, true)) return false;
  }
  if (thread_.joinable()) thread_.join();
  try {
    thread_ = std::thread([this, work = std::move(work)]() mutable {
      const sched_param none{};
      ::sched_setscheduler(0, SCHED_IDLE, &none);
      try {
        work();
      } catch (const std::exception& error) {
        log_warning(std::string("not done in the background: ") + error.what());
      }
      work = nullptr;  // with what it holds
      const std::lock_guard lock(mutex_);
      busy_ = false;
      done_.notify_all();
    });
    return true;
  } catch (const std::system_error&) {
    const std::lock_guard lock(mutex_);
    busy_ = false;
    return false;
  }
}

void Aside::wait(std::chrono::milliseconds most) {
  std::unique_lock lock(mutex_);
  done_.wait_for(lock, most, [this] { return !busy_; });
}

}  // namespace octavo
