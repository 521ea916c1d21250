// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/error.h"

namespace octavo {

void Fd::reset() noexcept {
  if (fd_ >= 0) ::close(fd_);
  fd_ = -1;
}

Mapping::Mapping(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) != 0) throw SystemError("cannot stat a file to map", errno);
  if (status.st_size == 0) return;
  size_ = static_cast<std::size_t>(status.st_size);
  void* at = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, fd, 0);
  if (at == MAP_FAILED) throw SystemError("cannot map a file", errno);
  data_ = static_cast<const char*>(at);
}

Mapping::Mapping(Mapping&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Mapping& Mapping::operator=(Mapping&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

Mapping::~Mapping() {
  if (data_ != nullptr) ::munmap(const_cast<char*>(data_), size_);
}

std::string read_all(int fd, std::size_t limit) {
  std::string bytes;
  struct stat status {};
  if (::fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) {
    if (static_cast<std::size_t>(status.st_size) > limit) throw SystemError("cannot read", EFBIG);
    bytes.reserve(static_cast<std::size_t>(status.st_size) + 1);
  }
  char buffer[65536];
  for (;;) {
    const ssize_t count = ::read(fd, buffer, sizeof buffer);
    if (count == 0) return bytes;
    if (count < 0) {
      if (errno == EINTR) continue;
      throw SystemError("cannot read", errno);
    }
    bytes.append(buffer, static_cast<std::size_t>(count));
    if (bytes.size() > limit) throw SystemError("cannot read", EFBIG);
  }
}

std::string read_file(const std::string& path, std::size_t limit) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (!fd) throw SystemError("cannot open " + path, errno);
  try {
    return read_all(fd.number(), limit);
  } catch (const SystemError& error) {
    throw SystemError("cannot read " + path, error.error_number());
  }
}

void write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t count = ::write(fd, bytes.data(), bytes.size());
    if (count < 0) {
      if (errno == EINTR) continue;
      throw SystemError("cannot write", errno);
    }
    bytes.remove_prefix(static_cast<std::size_t>(count));
  }
}

void write_file_atomically(const std::string& path, std::string_view bytes, unsigned mode) {
  std::string beside = path + ".XXXXXX";
  Fd fd(::mkostemp(beside.data(), O_CLOEXEC));
  if (!fd) throw SystemError("cannot create a file beside " + path, errno);
  try {
    if (::fchmod(fd.number(), mode) != 0)
      throw SystemError("cannot set the mode of " + beside, errno);
    write_all(fd.number(), bytes);
    if (::fsync(fd.number()) != 0) throw SystemError("cannot sync " + beside, errno);
    if (::rename(beside.c_str(), path.c_str()) != 0)
      throw SystemError("cannot rename to " + path, errno);
  } catch (...) {
    ::unlink(beside.c_str());
    throw;
  }
}

Fd open_memfd(const char* name) {
  Fd fd(::memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING));
  if (!fd) throw SystemError("cannot create a memfd", errno);
  return fd;
}

void seal(int memfd) {
  if (::fcntl(memfd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) != 0) {
    throw SystemError("cannot seal a memfd", errno);
  }
}

std::string errno_text(int error_number) {
  char buffer[128];
  return ::strerror_r(error_number, buffer, sizeof buffer);  // GNU: thread-safe, returns the text
}

}  // namespace octavo
