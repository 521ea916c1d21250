// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/values.h"

namespace octavo {

void Values::include(std::string_view marker, std::string_view file, Values item) {
  for (Group& group : groups) {
    if (group.name == marker) {
      group.items.push_back(std::move(item));
      return;
    }
  }
  Group& group = groups.emplace_back(Group{marker, file, {}});
  group.items.push_back(std::move(item));
}

const Values::Text* Values::find_text(std::string_view name) const noexcept {
  for (const Text& text : texts) {
    if (text.name == name) return &text;
  }
  return nullptr;
}

const Values::Group* Values::find_group(std::string_view name) const noexcept {
  for (const Group& group : groups) {
    if (group.name == name) return &group;
  }
  return nullptr;
}

}  // namespace octavo
