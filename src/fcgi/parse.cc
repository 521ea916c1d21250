// SPDX-License-Identifier: GPL-3.0-or-later
#include "fcgi/parse.h"

#include <fcgiapp.h>
#include <fcntl.h>
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
#include "base/hash.h"
#include "base/signals.h"
#include "fcgi/record.h"

namespace octavo {
namespace {

// More than this of the file is given back to the system after use.
constexpr std::size_t kKept = 16u << 10;
// Requests that are remembered, of up to so many bytes each.
constexpr std::size_t kRemembered = 32, kRememberedBytes = 1u << 10;

struct Field {
  std::string_view name;
  std::string_view Request::*place;
};

constexpr std::array<Field, 5> kFields = {{
    {"REQUEST_METHOD", &Request::method},
    {"REQUEST_URI", &Request::target},
    {"HTTP_IF_NONE_MATCH", &Request::if_none_match},
    {"HTTP_ACCEPT_ENCODING", &Request::accept_encoding},
    {"HTTP_ACCEPT", &Request::accept},
}};

bool is_read(std::string_view name) {
  return std::any_of(kFields.begin(), kFields.end(),
                     [name](const Field& field) { return field.name == name; });
}

// `parameters`, a header for each 65,535 bytes of them, and the records around.
std::size_t largest_request(std::size_t parameters) {
  return parameters + (parameters / kRecordContent + 1) * kRecordHeader + 64;
}

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
    const SignalsBlocked blocked;
    constexpr std::array<int, 3> kTaken = {SIGPIPE, SIGUSR1, SIGTERM};
    std::array<struct sigaction, 3> dispositions{};
    for (std::size_t i = 0; i < kTaken.size(); ++i) {
      ::sigaction(kTaken[i], nullptr, &dispositions[i]);
    }
    ::FCGX_Init();
    for (std::size_t i = 0; i < kTaken.size(); ++i) {
      ::sigaction(kTaken[i], &dispositions[i], nullptr);
    }
  });
}

void write_request(std::string_view parameters, std::string& out) {
  std::string stream;
  std::string_view name;
  std::string_view value;
  while (take_pair(parameters, name, value)) {
    if (is_read(name)) append_pair(stream, name, value);
  }
  out.clear();
  append_begin_request(out, 1, kResponder, kKeepConn);
  for (std::string_view left = stream; !left.empty();) {
    const std::string_view piece = left.substr(0, kRecordContent);
    append_record(out, kParams, 1, piece);
    left.remove_prefix(piece.size());
  }
  append_record(out, kParams, 1, {});
  append_record(out, kStdin, 1, {});
}

struct Parser::Impl {
  explicit Impl(std::size_t most)
      : size(largest_request(most)), file(sized_file(size)), window(file.number(), size) {
    keep_spare();
    ::FCGX_InitRequest(&fcgi, -1, 0);
  }

  // Made ahead: when it is needed there may be no descriptor left.
  void keep_spare() {
    if (spare) return;
    spare = Fd(::fcntl(file.number(), F_DUPFD_CLOEXEC, 0));
    if (!spare) throw SystemError("cannot keep a second descriptor for libfcgi", errno);
  }

  const Request* parse(std::string_view parameters) {
    release();  // an exception may have kept the last one open
    keep_spare();
    write_request(parameters, bytes);
    if (bytes.size() > size) return nullptr;
    Known& known = remembered[hash64(bytes) % kRemembered];
    if (known.bytes == bytes) return known.show(request);
    // At the end of the file: libfcgi asks for 8,192 bytes and is to be given these alone.
    const std::size_t offset = size - bytes.size();
    std::copy(bytes.begin(), bytes.end(), window.data() + offset);
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
    for (const Field& field : kFields) request.*field.place = parameter(field.name.data());
    if (bytes.size() <= kRememberedBytes) known.keep(bytes, request);
    return &request;
  }

  // What libfcgi made of these very bytes. The pages that are read most come in the same few
  // requests all the time; libfcgi would read each anew, with two system calls and a dozen
  // allocations.
  struct Known {
    std::string bytes;
    std::array<std::string, kFields.size()> values;

    void keep(const std::string& from, const Request& request) {
      bytes.clear();  // should one of the next lines throw
      for (std::size_t i = 0; i < kFields.size(); ++i) values[i] = request.*kFields[i].place;
      bytes = from;
    }
    const Request* show(Request& request) const {
      for (std::size_t i = 0; i < kFields.size(); ++i) request.*kFields[i].place = values[i];
      return &request;
    }
  };

  void release() noexcept {
    if (!open) return;
    open = false;
    // Without closing: its streams were never written to, the answer is sent by us.
    ::FCGX_Free(&fcgi, 0);
    if (bytes.size() > kKept) {
      bytes = std::string();
      ::fallocate(file.number(), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0,
                  static_cast<off_t>(size));
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
  std::string bytes;  // what was written into the file last
  std::array<Known, kRemembered> remembered;
  bool open = false;
};

Parser::Parser(std::size_t most) : impl_(std::make_unique<Impl>(most)) {}

Parser::~Parser() {
  release();
}

const Request* Parser::parse(std::string_view parameters) {
  return impl_->parse(parameters);
}

void Parser::release() noexcept {
  impl_->release();
}

}  // namespace octavo
