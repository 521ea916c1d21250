// SPDX-License-Identifier: GPL-3.0-or-later
//
// The names by which fences call languages, and the rules that each is coloured by.
//
// Thread safety: pure function.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_COMPOSE_LANGUAGES_H_
#define OCTAVO_COMPOSE_LANGUAGES_H_

#include <string_view>

namespace octavo {

// yaml for "yaml", "YML" …: the name of a .lang file without its ending. Empty: such code stays
// plain.
std::string_view rules_for(std::string_view language);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_LANGUAGES_H_
