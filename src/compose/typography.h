// SPDX-License-Identifier: GPL-3.0-or-later
//
// Quotes, apostrophes, dashes and ellipses as the language of a post sets them, for what authors
// type in ASCII: "…" and '…', don't, '90s, 5'10", -- and ---, three dots. In French a narrow space
// that does not break stands inside of guillemets and before ; : ! ? (in Canada before the colon).
// Languages that are not in the table keep their quotes; Japanese, Chinese and others that have no
// use for any of this keep all. Nothing else is changed, and nothing that is typographic already.
//
// Thread safety: one object, one thread.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_COMPOSE_TYPOGRAPHY_H_
#define OCTAVO_COMPOSE_TYPOGRAPHY_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace octavo {

struct TypeStyle;

class Typesetter {
 public:
  explicit Typesetter(std::string_view lang);  // de, pt-BR, fr_CA …

  void begin();                            // a new block: nothing stands before
  std::string set(std::string_view text);  // text of one node; unescaped UTF-8 in and out
  void saw(std::string_view text);  // what stands between and is left as it is (code, an image)

 private:
  struct Spot;
  void set_quotes(Spot& spot);
  void set_double(Spot& spot);
  void set_single(Spot& spot);
  void open(Spot& spot, char kind);
  void close(Spot& spot, char kind);
  bool is_elided(std::string_view rest) const;
  void set_dashes(Spot& spot);
  void set_dots(Spot& spot);
  void set_space_before(Spot& spot);
  bool is_open(char kind) const { return open_.find(kind) != std::string::npos; }

  const TypeStyle* const style_;  // null: leave all
  std::string open_;              // quotes that are open, as typed; outermost first
  std::string inner_;             // for each of them, whether it is set as an inner one
  char32_t last_ = 0;             // the character before; 0: none
  bool last_opens_ = false;       // it is an opening mark of ours
};

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_TYPOGRAPHY_H_
