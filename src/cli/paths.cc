// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/paths.h"

#include <unistd.h>
#include <climits>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace octavo {

namespace {

std::string own_folder() {
  char path[PATH_MAX];
  const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path);
  const std::string_view whole(path, length > 0 ? static_cast<std::size_t>(length) : 0);
  const std::size_t slash = whole.rfind('/');
  return slash == std::string_view::npos ? "" : std::string(whole.substr(0, slash));
}

}  // namespace

Paths find_paths() {
  const std::string folder = own_folder();
  std::string data = OCTAVO_PKGDATADIR, helpers = OCTAVO_PKGLIBEXECDIR;
  std::string fonts = data + "/static";
  if (!folder.empty() && ::access((folder + "/octavo-tree").c_str(), R_OK) == 0) {
    try {
      data = trim(read_file(folder + "/octavo-tree", PATH_MAX));
      helpers = folder;
      fonts = folder + "/fonts";
    } catch (const Error&) {
      // unreadable: then it is not a build folder of ours
    }
  }
  return {helpers + "/octavo-compose", data + "/templates", data + "/static", fonts};
}

}  // namespace octavo
