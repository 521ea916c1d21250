// SPDX-License-Identifier: GPL-3.0-or-later
//
// Code as HTML in which the parts of its language are marked, by libsource-highlight. The marks are
// one-letter classes, which the style sheet colours:
//
//   k keyword · t type or class · f function · s string · r regexp or escape · n number · c comment
//   p preprocessor, annotation, directive · v variable · o operator or symbol · a attribute or key
//   g tag name · x inserted, d deleted (diff) · h heading or section (diff hunk, ini section)
//
// Thread safety: one thread at a time; the rules of a language are kept for the process once read.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_COMPOSE_HIGHLIGHT_H_
#define OCTAVO_COMPOSE_HIGHLIGHT_H_

#include <optional>
#include <string>
#include <string_view>

namespace octavo {

// Escaped HTML with <span class="k">…</span> and so on, the text itself unchanged. A span never
// crosses a line's end, so that lines can be wrapped one by one. `language` is the word of the
// fence (compose/languages.h). nullopt: a language that we do not know, code that is too large, or
// the library gave up; write the code plain then.
std::optional<std::string> highlight(std::string_view code, std::string_view language);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_HIGHLIGHT_H_
