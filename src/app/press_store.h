// SPDX-License-Identifier: GPL-3.0-or-later
//
// The folder of finished PDFs and cards, CACHE/press. A file is named by what went into it, so it
// never changes; it is written beside and renamed, so that nobody sees half of one. The front reads
// files by their names alone: the folder can be entered, not listed. A file's access time says when
// it was last asked for, whatever the file system does about it by itself: several daemons may
// share a folder, and a restart forgets nothing.
//
// Thread safety: one thread.
// Throws: SystemError when the folder or the disk is at fault; PressFileError from put().
#ifndef OCTAVO_APP_PRESS_STORE_H_
#define OCTAVO_APP_PRESS_STORE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "base/file.h"
#include "print/wire.h"

namespace octavo {

// What the worker made is not what it was to be.
class PressFileError : public Error {
 public:
  using Error::Error;
};

class PressStore {
 public:
  // An unused file counts as such after so many seconds; one asked for since is never swept.
  static constexpr std::int64_t kSpared = 60;

  explicit PressStore(std::string folder) : folder_(std::move(folder)) {}

  // Makes the folder where it is missing, removes what dead processes left half written, counts.
  void open();
  // What is wrong with the folder's rights for the web server, or empty.
  std::string trouble_for_fronts() const;

  // Whether the file is there and whole; marks it as asked for. One that is torn (after a power
  // cut, say) is removed.
  bool has(const std::string& name);
  // Whether it is still there; marks it as asked for. Cheaper than has().
  bool still_there(const std::string& name);
  void put(const std::string& name, Product product, const Fd& bulk, std::size_t size);

  // Brings the folder to at most nine tenths of `most` bytes, what was asked for longest ago first.
  // `may_remove` is asked before each removal.
  void sweep(std::size_t most, const std::function<bool(const std::string& name)>& may_remove);

  // Who worked here last: finished files can be found while nobody answers.
  std::optional<Hello> remembered() const;
  void remember(const Hello& hello);

  std::size_t bytes() const noexcept { return bytes_; }  // as last counted, and what came since
  std::size_t files() const noexcept { return files_; }
  const std::string& folder() const noexcept { return folder_; }

 private:
  void replace(std::string_view name, const std::function<void(int fd)>& write);
  std::string path(std::string_view name) const { return folder_ + '/' + std::string(name); }

  std::string folder_;
  std::size_t bytes_ = 0, files_ = 0;
};

// "0123456789abcdef0123456789abcdef.pdf"
std::string press_file_name(const std::string& key, Product product);
bool is_press_file_name(std::string_view name);

}  // namespace octavo

#endif  // OCTAVO_APP_PRESS_STORE_H_
