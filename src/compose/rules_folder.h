// SPDX-License-Identifier: GPL-3.0-or-later
//
// Where our own .lang files lie: in the tree when the program runs from its build folder (as in
// cli/paths.h), else where they were installed.
//
// Thread safety: pure function of the file system.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_COMPOSE_RULES_FOLDER_H_
#define OCTAVO_COMPOSE_RULES_FOLDER_H_

#include <string>

namespace octavo {

std::string find_rules_folder();

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_RULES_FOLDER_H_
