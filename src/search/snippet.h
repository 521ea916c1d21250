// SPDX-License-Identifier: GPL-3.0-or-later
//
// A piece of a text around what was searched for, as HTML in which <mark> is the only element.
//
// Thread safety: pure functions, but for the finder: one thread at a time.
// Throws: std::bad_alloc; what the finder's stemmer throws.
#ifndef OCTAVO_SEARCH_SNIPPET_H_
#define OCTAVO_SEARCH_SNIPPET_H_

#include <string>
#include <string_view>

#include "search/marks.h"

namespace octavo {

// About 200 characters around the most of what `finder` seeks; empty when none of it stands in the
// first 64 KiB of the text.
std::string snippet_around(std::string_view text, MarkFinder& finder);
// The beginning of the text, as long.
std::string snippet_of_start(std::string_view text, MarkFinder& finder);

}  // namespace octavo

#endif  // OCTAVO_SEARCH_SNIPPET_H_
