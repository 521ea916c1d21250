// SPDX-License-Identifier: GPL-3.0-or-later
//
// The scalar keys of octavo.yaml: how each is checked and where it goes; the entries of its lists
// of words. The other lists and maps (menu, front_matter.aliases and the like) are
// base/config.cc's.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_BASE_CONFIG_SCHEMA_H_
#define OCTAVO_BASE_CONFIG_SCHEMA_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"

namespace octavo {

struct ConfigScalar {
  OptionKey option;
  // Puts `text` (trimmed, not empty) into the configuration; a path is taken relative to
  // `folder`. Returns the code and the complaint ("what; what to do"), both empty when it is
  // fine.
  struct Verdict {
    std::string code, complaint;
  };
  Verdict (*set)(Config& config, std::string_view text, std::string_view folder);
};
const std::vector<ConfigScalar>& config_scalars();

// A list of words: each entry is checked and put where it goes.
struct ConfigList {
  std::string_view key;     // dotted: "robots.block"
  std::string_view wanted;  // what to write: "a list of …"
  ConfigScalar::Verdict (*add)(Config& config, std::string_view text);
};
const std::vector<ConfigList>& config_lists();

// `path` relative to `folder`, absolute, without "." and "..".
std::string absolute_path(std::string_view path, std::string_view folder);
// http(s)://host… or an absolute path: what a menu may lead to.
bool is_menu_url(std::string_view url);

}  // namespace octavo

#endif  // OCTAVO_BASE_CONFIG_SCHEMA_H_
