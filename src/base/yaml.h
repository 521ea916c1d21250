// SPDX-License-Identifier: GPL-3.0-or-later
//
// YAML as Octavo reads it: a tree of scalars, lists and maps, by libyaml's event parser. No
// types are guessed: a scalar is the text that was written. Refused, each with its code and place:
// anchors, aliases, merge keys, duplicate keys, several documents, keys that are not plain text,
// nesting beyond 32, control characters. Explicit tags: "!" and "!!str" are read over, others
// are yaml_tag. Lines end at LF, CRLF or a lone CR; U+2028 and U+2029 are text.
//
// Thread safety: pure function; a tree is a value.
// Throws: std::bad_alloc alone; faults come back in the result.
#ifndef OCTAVO_BASE_YAML_H_
#define OCTAVO_BASE_YAML_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostic.h"

namespace octavo {

struct YamlNode {
  enum class Kind { scalar, list, map };
  struct Member;
  Kind kind = Kind::scalar;
  std::string text;             // scalar: as written, after quotes and folding
  bool plain = false;           // scalar: written without quotes, block indicator or tag
  std::vector<YamlNode> items;  // list
  std::vector<Member> members;  // map, in the order written
  std::uint32_t line = 0, column = 0;

  bool is_null() const;  // a plain scalar that is empty, "null", "Null", "NULL" or "~"
  const YamlNode* find(std::string_view key) const;
};
struct YamlNode::Member {
  std::string key;
  std::uint32_t line = 0, column = 0;  // of the key
  YamlNode value;
};

struct YamlResult {
  YamlNode root;                   // a map (empty when the text is empty or comments only)
  std::vector<Diagnostic> faults;  // code, line, column, key, message are set; file is not
  bool complete = true;            // false: reading stopped at a fault, root holds what came before
};

// The number of faults after which a block's reader says no more.
inline constexpr std::size_t kMaxFaults = 100;

// `first_line`: the number, in its file, of the text's first line.
YamlResult parse_yaml(std::string_view text, std::uint32_t first_line = 1);

}  // namespace octavo

#endif  // OCTAVO_BASE_YAML_H_
