// SPDX-License-Identifier: GPL-3.0-or-later
//
// The values of a front matter, typed by what a field wants and never by YAML.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_COMPOSE_MATTER_VALUE_H_
#define OCTAVO_COMPOSE_MATTER_VALUE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/yaml.h"

namespace octavo {

bool not_given(const YamlNode& value);                  // null, or text of blanks only
std::optional<bool> boolean_of(std::string_view text);  // true false yes no on off, any case
std::optional<std::int64_t> integer_of(std::string_view text);  // decimal, 32 bits
// Trimmed; a run of blanks that holds a line end becomes one blank.
std::string on_one_line(std::string_view text);
// Whether a text in it holds a control character other than tab and line feed: "\r" or "\x07" in
// double quotes; raw ones are the YAML reader's find, and it turns line ends into line feeds.
bool has_control(const YamlNode& value);
// Maps sorted by key, scalars as strings; null members and entries are left out.
std::string json_of(const YamlNode& value);
std::string shown_kind(const YamlNode& value);  // "a list", "a map", "“text”"

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_MATTER_VALUE_H_
