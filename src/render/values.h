// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a page fills its template's markers with: a tree of named texts, sections and includes.
// Names are string literals from the table in render/markers.cc.
//
// Thread safety: a value.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_RENDER_VALUES_H_
#define OCTAVO_RENDER_VALUES_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace octavo {

struct Values {
  struct Text {
    std::string_view name;
    std::string text;  // plain, escaped by the template; SafeHtml when the name ends in _HTML
  };
  // A section with its repetitions, or an include when it names a template.
  struct Group {
    std::string_view name;
    std::string_view included;  // "item.html", or empty
    std::vector<Values> items;
  };
  std::vector<Text> texts;
  std::vector<Group> groups;

  void set(std::string_view name, std::string text) { texts.push_back({name, std::move(text)}); }
  void add(std::string_view section, Values item) { include(section, {}, std::move(item)); }
  void show(std::string_view section) { add(section, {}); }
  void include(std::string_view marker, std::string_view file, Values item);

  const Text* find_text(std::string_view name) const noexcept;
  const Group* find_group(std::string_view name) const noexcept;
};

}  // namespace octavo

#endif  // OCTAVO_RENDER_VALUES_H_
