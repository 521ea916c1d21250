// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/rules_folder.h"

#include <unistd.h>

#include <algorithm>
#include <climits>

#include "base/error.h"
#include "base/file.h"
#include "base/text.h"

namespace octavo {

std::string find_rules_folder() {
  char path[PATH_MAX];
  const ssize_t length = ::readlink("/proc/self/exe", path, sizeof path);
  std::string folder(path, length > 0 ? static_cast<std::size_t>(length) : 0);
  // octavo-compose lies beside the file octavo-tree, tests/unit one folder below.
  for (int level = 0; level < 2 && !folder.empty(); ++level) {
    folder.erase(std::min(folder.rfind('/'), folder.size()));
    const std::string tree = folder + "/octavo-tree";
    if (::access(tree.c_str(), R_OK) != 0) continue;
    try {
      return std::string(trim(read_file(tree, PATH_MAX))) + "/lang";
    } catch (const Error&) {
      // unreadable: then it is not a build folder of ours
    }
  }
  return OCTAVO_RULES_FOLDER;
}

}  // namespace octavo
