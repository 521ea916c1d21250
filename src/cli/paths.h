// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where the helpers, templates and static files lie: beside the build when octavo runs from its
// build folder, else where it was installed.
//
// Thread safety: pure function of the file system.
// Throws: nothing.
#ifndef OCTAVO_CLI_PATHS_H_
#define OCTAVO_CLI_PATHS_H_

#include <string>

namespace octavo {

struct Paths {
  std::string composer;   // octavo-compose
  std::string templates;  // the shipped templates
  std::string assets;     // the shipped static files
  std::string fonts;      // the fonts that are built in: among the static files, once installed
};
Paths find_paths();

}  // namespace octavo

#endif  // OCTAVO_CLI_PATHS_H_
