// SPDX-License-Identifier: GPL-3.0-or-later
//
// Values as bytes: lengths and little-endian numbers, no alignment. Reading is bounded: after the
// first thing that does not fit, ok() is false and everything reads as empty.
//
// Thread safety: values with one owner.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_CONTENT_CODEC_H_
#define OCTAVO_CONTENT_CODEC_H_

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "content/walk.h"

namespace octavo {

class ByteWriter {
 public:
  static constexpr bool kReads = false;
  template <typename T>
  requires(std::is_arithmetic_v<T> || std::is_enum_v<T>) void value(const T& number) {
    char bytes[sizeof(T)];
    std::memcpy(bytes, &number, sizeof(T));
    out_.append(bytes, sizeof(T));
  }
  void value(const std::string& text) {
    value(static_cast<std::uint32_t>(text.size()));
    out_ += text;
  }
  template <typename T, typename Visit>
  void list(std::vector<T>& items, Visit visit) {
    value(static_cast<std::uint32_t>(items.size()));
    for (T& item : items) visit(*this, item);
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
};

class ByteReader {
 public:
  static constexpr bool kReads = true;
  explicit ByteReader(std::string_view bytes) : rest_(bytes) {}
  template <typename T>
  requires(std::is_arithmetic_v<T> || std::is_enum_v<T>) void value(T& number) {
    if (rest_.size() < sizeof(T)) return fail();
    if constexpr (std::is_same_v<T, bool>) {
      number = rest_[0] != 0;
    } else {
      std::memcpy(&number, rest_.data(), sizeof(T));
    }
    rest_.remove_prefix(sizeof(T));
  }
  void value(std::string& text) {
    std::uint32_t length = 0;
    value(length);
    if (rest_.size() < length) return fail();
    text.assign(rest_.substr(0, length));
    rest_.remove_prefix(length);
  }
  template <typename T, typename Visit>
  void list(std::vector<T>& items, Visit visit) {
    std::uint32_t count = 0;
    value(count);
    if (count > rest_.size()) return fail();  // an item has at least a byte
    items.clear();
    for (std::uint32_t i = 0; i < count && ok_; ++i) visit(*this, items.emplace_back());
  }
  bool ok() const noexcept { return ok_; }
  bool at_end() const noexcept { return ok_ && rest_.empty(); }

 private:
  void fail() {
    ok_ = false;
    rest_ = {};
  }
  std::string_view rest_;
  bool ok_ = true;
};

// One description each for both directions, so that they cannot drift apart.
template <typename Stream>
void visit_diagnostic(Stream& s, Diagnostic& d) {
  s.value(d.warning);
  s.value(d.code);
  s.value(d.file);
  s.value(d.line);
  s.value(d.column);
  s.value(d.key);
  s.value(d.message);
  s.value(d.near);
  s.value(d.allow);
}

template <typename Stream>
void visit_listed_file(Stream& s, ListedFile& file) {
  s.value(file.path);
  s.value(file.kind);
  s.value(file.stat.size);
  s.value(file.stat.inode);
  s.value(file.stat.device);
  s.value(file.stat.mtime_ns);
  s.value(file.stat.ctime_ns);
  s.value(file.hash.high);
  s.value(file.hash.low);
}

}  // namespace octavo

#endif  // OCTAVO_CONTENT_CODEC_H_
