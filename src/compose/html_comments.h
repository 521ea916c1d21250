// SPDX-License-Identifier: GPL-3.0-or-later
//
// Comments in what CommonMark calls HTML blocks and inline HTML; <!--more--> among them.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_COMPOSE_HTML_COMMENTS_H_
#define OCTAVO_COMPOSE_HTML_COMMENTS_H_

#include <string_view>

namespace octavo {

// Whether nothing but comments and blanks stands there.
bool is_only_comments(std::string_view html);
// Whether it begins with <!--more-->, any blanks, any case.
bool begins_with_more(std::string_view html);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_HTML_COMMENTS_H_
