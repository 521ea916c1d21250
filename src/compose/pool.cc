// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/pool.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <memory>
#include <new>

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "base/time.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OCTAVO_SANITIZED 1
#endif

namespace octavo {

namespace {

constexpr std::uint32_t kNone = 0xffff'ffffu;
constexpr std::size_t kBatch = 128u << 10;
constexpr int kMemoryExit = 86;  // a parser says: out of memory

struct Slot {
  std::atomic<std::uint32_t> current{kNone};  // the job that the parser is at
  std::atomic<std::int64_t> since{0};
};

// Shared by the composer and its parsers. Jobs are taken from `queue` front to back; jobs whose
// parser died before their turn are appended.
struct Board {
  std::atomic<std::uint32_t> head{0}, tail{0};
  Slot slots[kMaxParsers];
};

class SharedMemory {
 public:
  explicit SharedMemory(std::size_t size) : size_(size) {
    at_ = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (at_ == MAP_FAILED) throw SystemError("cannot share memory with the parsers", errno);
  }
  SharedMemory(const SharedMemory&) = delete;
  ~SharedMemory() { ::munmap(at_, size_); }
  void* at() const { return at_; }

 private:
  void* at_;
  std::size_t size_;
};

struct Parser {
  pid_t pid = -1;
  Fd pipe;
  std::string buffer;
  std::vector<std::uint32_t> held;  // taken and not answered yet, as far as the composer knows
  bool killed_for_time = false;
  std::int64_t told = 0;
};

class Pool {
 public:
  Pool(std::uint32_t count, const PoolLimits& limits, const PoolCallbacks& callbacks)
      : limits_(limits),
        callbacks_(callbacks),
        // A job is queued once and again each time that a parser dies holding it unstarted.
        capacity_(count * 2 + 4096),
        memory_(sizeof(Board) +
                (sizeof(std::atomic<std::uint32_t>)) * (std::size_t{capacity_} * 2)) {
    board_ = new (memory_.at()) Board;
    queue_ = reinterpret_cast<std::atomic<std::uint32_t>*>(board_ + 1);
    takers_ = queue_ + capacity_;
    for (std::uint32_t i = 0; i < count; ++i) queue_[i].store(i);
    board_->tail.store(count);
    left_ = count;
    answered_.assign(count, false);
    parsers_.resize(std::min<unsigned>(std::max(1u, limits.processes), kMaxParsers));
  }

  ~Pool() {
    for (Parser& parser : parsers_) {
      if (parser.pid <= 0) continue;
      ::kill(parser.pid, SIGKILL);
      while (::waitpid(parser.pid, nullptr, 0) < 0 && errno == EINTR) {
      }
    }
  }

  void run() {
    for (unsigned i = 0; i < parsers_.size(); ++i) start(i);
    while (left_ > 0) {
      std::vector<pollfd> fds;
      std::vector<unsigned> who;
      for (unsigned i = 0; i < parsers_.size(); ++i) {
        if (parsers_[i].pid <= 0) continue;
        fds.push_back({parsers_[i].pipe.number(), POLLIN, 0});
        who.push_back(i);
      }
      if (fds.empty()) {  // all ended, yet work is left
        queue_unanswered();
        start(0);
        continue;
      }
      if (::poll(fds.data(), fds.size(), 200) < 0 && errno != EINTR)
        throw SystemError("cannot poll", errno);
      for (std::size_t k = 0; k < fds.size(); ++k) {
        if (fds[k].revents != 0) read(who[k]);
      }
      watch();
    }
  }

 private:
  void start(unsigned i) {
    Pipe pipe = make_pipe();
    ::fcntl(pipe.write.number(), F_SETPIPE_SZ, 1 << 20);
    board_->slots[i].current.store(kNone);
    const pid_t parent = ::getpid();
    const pid_t pid = ::fork();
    if (pid < 0) throw SystemError("cannot start a parser", errno);
    if (pid == 0) {
      pipe.read.reset();
      ::prctl(PR_SET_PDEATHSIG, SIGKILL);
      if (::getppid() != parent) ::_exit(1);
      parse(i, pipe.write.number());
    }
    parsers_[i] = Parser{pid, std::move(pipe.read), {}, {}, false, 0};
  }

  [[noreturn]] void parse(unsigned i, int out) {
    // Whatever the starter does on a fault, a parser just ends by it.
    for (const int number : {SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGPROF, SIGALRM}) {
      ::signal(number, SIG_DFL);
    }
    const rlimit no_core{0, 0};
    ::setrlimit(RLIMIT_CORE, &no_core);
#ifndef OCTAVO_SANITIZED
    const rlimit memory{limits_.memory, limits_.memory};
    ::setrlimit(RLIMIT_AS, &memory);
#endif
    Slot& slot = board_->slots[i];
    std::string batch;
    try {
      for (;;) {
        const std::uint32_t place = board_->head.fetch_add(1);
        if (place >= board_->tail.load()) break;
        const std::uint32_t job = queue_[place].load();
        takers_[place].store(i + 1);
        slot.since.store(monotonic_ms());
        slot.current.store(job);
        const itimerval budget{{0, 0}, {limits_.cpu_ms / 1000, (limits_.cpu_ms % 1000) * 1000}};
        ::setitimer(ITIMER_PROF, &budget, nullptr);  // SIGPROF ends the process
        const std::string frame = callbacks_.work(job, i);
        slot.current.store(kNone);
        const auto length = static_cast<std::uint32_t>(frame.size());
        batch.append(reinterpret_cast<const char*>(&job), sizeof job);
        batch.append(reinterpret_cast<const char*>(&length), sizeof length);
        batch += frame;
        if (batch.size() >= kBatch) {
          disarm();
          write_all(out, batch);
          batch.clear();
        }
      }
      disarm();
      write_all(out, batch);
    } catch (const std::bad_alloc&) {
      ::_exit(kMemoryExit);
    } catch (const std::exception&) {
      ::_exit(1);
    }
    ::_exit(0);
  }

  // A parser that was stopped between taking a place and signing for it left no trace of the job.
  void queue_unanswered() {
    std::uint32_t tail = board_->tail.load();
    if (board_->head.load() < tail) return;
    board_->head.store(tail);
    for (std::uint32_t job = 0; job < answered_.size(); ++job) {
      if (answered_[job]) continue;
      if (tail >= capacity_) throw Error("the parsers die faster than they parse");
      queue_[tail++].store(job);
    }
    board_->tail.store(tail);
  }

  static void disarm() {
    const itimerval off{};
    ::setitimer(ITIMER_PROF, &off, nullptr);
  }

  void read(unsigned i) {
    Parser& parser = parsers_[i];
    const std::size_t before = parser.buffer.size();
    parser.buffer.resize(before + kBatch);
    const ssize_t got = ::read(parser.pipe.number(), parser.buffer.data() + before, kBatch);
    const int read_error = errno;
    parser.buffer.resize(before + static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    if (got < 0 && read_error == EINTR) return;
    if (got > 0) return take_frames(parser);
    int status = 0;
    while (::waitpid(parser.pid, &status, 0) < 0 && errno == EINTR) {
    }
    parser.pid = -1;
    after_end(i, status);
  }

  void take_frames(Parser& parser) {
    std::size_t at = 0;
    for (;;) {
      std::uint32_t head[2];
      if (parser.buffer.size() - at < sizeof head) break;
      std::memcpy(head, parser.buffer.data() + at, sizeof head);
      if (parser.buffer.size() - at - sizeof head < head[1]) break;
      const auto frame = std::string_view(parser.buffer).substr(at + sizeof head, head[1]);
      at += sizeof head + head[1];
      if (head[0] < answered_.size() && !answered_[head[0]]) {
        answered_[head[0]] = true;
        --left_;
        callbacks_.result(head[0], frame);
      }
    }
    parser.buffer.erase(0, at);
  }

  void after_end(unsigned i, int status) {
    if (status == 0) return;
    const std::uint32_t guilty = board_->slots[i].current.load();
    if (guilty < answered_.size() && !answered_[guilty]) {
      answered_[guilty] = true;
      --left_;
      callbacks_.died(guilty, reason(parsers_[i], status));
    }
    // What it had taken and not sent is done again by another.
    const std::uint32_t taken = std::min(board_->head.load(), board_->tail.load());
    std::uint32_t tail = board_->tail.load();
    for (std::uint32_t place = 0; place < taken; ++place) {
      if (takers_[place].load() != i + 1) continue;
      takers_[place].store(0);
      const std::uint32_t job = queue_[place].load();
      if (answered_[job]) continue;
      if (tail >= capacity_) throw Error("the parsers die faster than they parse");
      queue_[tail++].store(job);
    }
    // Heads that ran past the end while the queue was empty must not skip what is appended.
    const std::uint32_t old_tail = board_->tail.load();
    if (tail != old_tail) {
      std::uint32_t head = board_->head.load();
      while (head > old_tail && !board_->head.compare_exchange_weak(head, old_tail)) {
      }
      board_->tail.store(tail);
    }
    if (left_ > 0) start(i);
  }

  std::string reason(const Parser& parser, int status) const {
    if (parser.killed_for_time)
      return "took longer than " + std::to_string(limits_.wall_ms / 1000) + " s";
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGPROF) {
      return "used more than " + std::to_string(limits_.cpu_ms / 1000) + " s of CPU";
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == kMemoryExit)
      return "used more memory than a post may";
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT)
      return "made the Markdown parser give up (abort: out of memory or too large)";
    return "ended the parser with " + describe_status(status);
  }

  void watch() {
    const std::int64_t now = monotonic_ms();
    for (unsigned i = 0; i < parsers_.size(); ++i) {
      Parser& parser = parsers_[i];
      if (parser.pid <= 0) continue;
      const std::uint32_t job = board_->slots[i].current.load();
      const std::int64_t since = board_->slots[i].since.load();
      if (job == kNone) continue;
      if (now - since > limits_.wall_ms) {
        parser.killed_for_time = true;
        ::kill(parser.pid, SIGKILL);
      } else if (now - since > 500 && parser.told != since) {
        parser.told = since;
        callbacks_.slow(job);
      }
    }
  }

  const PoolLimits& limits_;
  const PoolCallbacks& callbacks_;
  std::uint32_t capacity_;
  SharedMemory memory_;
  Board* board_;
  std::atomic<std::uint32_t>* queue_;
  std::atomic<std::uint32_t>* takers_;  // by place in the queue: parser + 1
  std::vector<Parser> parsers_;
  std::vector<bool> answered_;
  std::uint32_t left_ = 0;
};

}  // namespace

void run_pool(std::uint32_t count, const PoolLimits& limits, const PoolCallbacks& callbacks) {
  if (count == 0) return;
  Pool(count, limits, callbacks).run();
}

}  // namespace octavo
