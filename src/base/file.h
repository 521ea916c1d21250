// SPDX-License-Identifier: GPL-3.0-or-later
//
// Descriptors and files.
//
// Thread safety: values with one owner.
// Throws: SystemError, unless a function says otherwise.
#ifndef OCTAVO_BASE_FILE_H_
#define OCTAVO_BASE_FILE_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace octavo {

// Owns a descriptor.
class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) noexcept : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~Fd() { reset(); }
  int number() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }
  int release() noexcept { return std::exchange(fd_, -1); }
  void reset() noexcept;

 private:
  int fd_ = -1;
};

// A read-only, shared mapping of a whole file.
class Mapping {
 public:
  Mapping() = default;
  explicit Mapping(int fd);  // REQUIRES: a regular file or memfd; an empty file maps to nothing
  Mapping(Mapping&& other) noexcept;
  Mapping& operator=(Mapping&& other) noexcept;
  ~Mapping();
  std::string_view bytes() const noexcept { return {data_, size_}; }

 private:
  const char* data_ = nullptr;
  std::size_t size_ = 0;
};

// The whole file; SystemError EFBIG when it is larger than `limit`.
std::string read_file(const std::string& path, std::size_t limit);
std::string read_all(int fd, std::size_t limit);
void write_all(int fd, std::string_view bytes);  // EINTR and short writes are handled
// Writes beside `path`, syncs and renames: a reader sees the old file or the new one.
void write_file_atomically(const std::string& path, std::string_view bytes, unsigned mode);
Fd open_memfd(const char* name);
void seal(int memfd);  // no more writing, growing, shrinking
std::string errno_text(int error_number);

}  // namespace octavo

#endif  // OCTAVO_BASE_FILE_H_
