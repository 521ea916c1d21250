// SPDX-License-Identifier: GPL-3.0-or-later
//
// A state folder for an index, which goes away with all that is in it.
#ifndef OCTAVO_TESTS_SEARCH_FOLDER_H_
#define OCTAVO_TESTS_SEARCH_FOLDER_H_

#include <cstdlib>
#include <filesystem>
#include <string>

#include "search/index.h"

namespace octavo::test {

class StateFolder {
 public:
  StateFolder() {
    std::string pattern = "/tmp/octavo-search-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  StateFolder(const StateFolder&) = delete;
  StateFolder& operator=(const StateFolder&) = delete;
  ~StateFolder() {
    namespace files = std::filesystem;
    std::error_code ignored;  // a test may have taken rights away
    files::permissions(path_, files::perms::owner_all, ignored);
    files::permissions(index(), files::perms::owner_all, ignored);
    files::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }
  std::string index() const { return index_folder(path_); }
  std::string file(const std::string& name) const { return index() + '/' + name; }

 private:
  std::string path_;
};

}  // namespace octavo::test

#endif  // OCTAVO_TESTS_SEARCH_FOLDER_H_
