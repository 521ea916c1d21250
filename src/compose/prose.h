// SPDX-License-Identifier: GPL-3.0-or-later
//
// A body's words on their way into HTML: quotes and dashes set as the language has them
// (compose/typography.h), unless that is off; web and mail addresses stay as they are written.
//
// Thread safety: one thread at a time.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_COMPOSE_PROSE_H_
#define OCTAVO_COMPOSE_PROSE_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "compose/typography.h"

namespace octavo {

class Prose {
 public:
  // `on`: false: words go through as they are.
  Prose(bool on, std::string_view lang) {
    if (on) setters_.emplace_back(lang);
  }
  bool on() const noexcept { return !setters_.empty(); }

  void begin();                            // a new block
  std::string set(std::string_view text);  // of one node
  void saw(std::string_view text);         // code, an image: what is left as it is
  // An element in another language, and its end. REQUIRES: on(); in pairs.
  void enter(std::string_view lang) { setters_.emplace_back(lang); }
  void leave() { setters_.pop_back(); }

 private:
  std::vector<Typesetter> setters_;
};

// The first address in `text` at or behind `from`, as its beginning and end: https://x.example/a,
// www.x.example, me@x.example, without the punctuation behind it. {npos, npos}: there is none.
std::pair<std::size_t, std::size_t> find_address(std::string_view text, std::size_t from);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_PROSE_H_
