// SPDX-License-Identifier: GPL-3.0-or-later
//
// Threads inherit the mask: a signal in a worker would cut a system call short, and is the main
// thread's to take. So threads are started, and signal handlers changed, while all are blocked.
//
// Thread safety: the mask is the calling thread's; a value stays in its thread.
// Throws: nothing.
#ifndef OCTAVO_BASE_SIGNALS_H_
#define OCTAVO_BASE_SIGNALS_H_

#include <pthread.h>
#include <signal.h>

namespace octavo {

class SignalsBlocked {
 public:
  SignalsBlocked() noexcept {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

 private:
  sigset_t before_;
};

}  // namespace octavo

#endif  // OCTAVO_BASE_SIGNALS_H_
