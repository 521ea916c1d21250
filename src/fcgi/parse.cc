// SPDX-License-Identifier: GPL-3.0-or-later
#include "fcgi/parse.h"

#include <fcgiapp.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <mutex>
#include <utility>

#include "base/error.h"
#include "base/file.h"

namespace octavo {
namespace {

// More than this behind the inbox is given back to the system after use.
constexpr std::size_t kKept = 16u << 10;

class Window {
 public:
  Window(int fd, std::size_t size) : size_(size) {
    void* at = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (at == MAP_FAILED) throw SystemError("cannot map the request file", errno);
    data_ = static_cast<char*>(at);
  }
  Window(const Window&) = delete;
  Window& operator=(const Window&) = delete;
  ~Window() { ::munmap(data_, size_); }
  char* data() const noexcept { return data_; }

 private:
  char* data_ = nullptr;
  std::size_t size_;
};

Fd sized_file(std::size_t size) {
  Fd file = open_memfd("octavo-request");
  if (::ftruncate(file.number(), static_cast<off_t>(size)) != 0) {
    throw SystemError("cannot size the request file", errno);
  }
  return file;
}

}  // namespace

void init_libfcgi() {
  static std::once_flag once;
  std::call_once(once, [] {
    // Blocked meanwhile: a SIGTERM in between would vanish in libfcgi's handler.
    sigset_t all;
    sigset_t before;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before);
    constexpr std::array<int, 3> kTaken = {SIGPIPE, SIGUSR1, SIGTERM};
    std::array<struct sigaction, 3> dispositions{};
    for (std::size_t i = 0; i < kTaken.size(); ++i) {
      ::sigaction(kTaken[i], nullptr, &dispositions[i]);
    }
    ::FCGX_Init();
    for (std::size_t i = 0; i < kTaken.size(); ++i) {
      ::sigaction(kTaken[i], &dispositions[i], nullptr);
    }
    ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  });
}

struct Parser::Impl {
  explicit Impl(std::size_t largest)
      : size(kInbox + largest), file(sized_file(size)), window(file.number(), size) {
    keep_spare();
    ::FCGX_InitRequest(&fcgi, -1, 0);
  }

  // Made ahead: when it is needed there may be no descriptor left.
  void keep_spare() {
    if (spare) return;
    spare = Fd(::fcntl(file.number(), F_DUPFD_CLOEXEC, 0));
    if (!spare) throw SystemError("cannot keep a second descriptor for libfcgi", errno);
  }

  const Request* parse_at(std::size_t offset) {
    release();  // an exception may have kept the last one open
    keep_spare();
    if (::lseek(file.number(), static_cast<off_t>(offset), SEEK_SET) < 0) return nullptr;
    fcgi.ipcFd = file.number();
    fcgi.keepConnection = 1;  // else FCGX_Accept_r() begins by closing the descriptor
    ::FCGX_Detach(&fcgi);     // and if it closes it, then at once
    if (::FCGX_Accept_r(&fcgi) != 0) {
      // It has closed the descriptor.
      file.release();
      fcgi.ipcFd = -1;
      file = std::move(spare);
      return nullptr;
    }
    open = true;
    request.method = parameter("REQUEST_METHOD");
    request.target = parameter("REQUEST_URI");
    request.if_none_match = parameter("HTTP_IF_NONE_MATCH");
    request.accept_encoding = parameter("HTTP_ACCEPT_ENCODING");
    request.accept = parameter("HTTP_ACCEPT");
    return &request;
  }

  void release() noexcept {
    if (!open) return;
    open = false;
    // Without closing: its streams were never written to, the answer is sent by us.
    ::FCGX_Free(&fcgi, 0);
    if (std::exchange(large, false)) {
      ::fallocate(file.number(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                  static_cast<off_t>(kInbox + kKept), static_cast<off_t>(size - kInbox - kKept));
    }
  }

  std::string_view parameter(const char* name) {
    const char* value = ::FCGX_GetParam(name, fcgi.envp);
    return value != nullptr ? std::string_view(value) : std::string_view();
  }

  std::size_t size;
  Fd file;
  Fd spare;  // the same file: libfcgi closes the one that it has when it does not like a request
  Window window;
  FCGX_Request fcgi{};
  Request request;
  bool open = false;
  bool large = false;
};

Parser::Parser(std::size_t largest) : impl_(std::make_unique<Impl>(largest)) {}

Parser::~Parser() {
  release();
}

char* Parser::inbox() noexcept {
  return impl_->window.data();
}

const Request* Parser::parse_received() {
  return impl_->parse_at(0);
}

const Request* Parser::parse(std::string_view bytes) {
  if (bytes.size() > impl_->size - kInbox) return nullptr;
  impl_->release();
  std::copy(bytes.begin(), bytes.end(), impl_->window.data() + kInbox);
  impl_->large = bytes.size() > kKept;
  return impl_->parse_at(kInbox);
}

void Parser::release() noexcept {
  impl_->release();
}

}  // namespace octavo
