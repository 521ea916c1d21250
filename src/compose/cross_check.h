// SPDX-License-Identifier: GPL-3.0-or-later
//
// What can only be judged with all posts at hand: slugs, aliases and reserved paths.
//
// Thread safety: pure function.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_COMPOSE_CROSS_CHECK_H_
#define OCTAVO_COMPOSE_CROSS_CHECK_H_

#include <vector>

#include "base/diagnostic.h"
#include "content/post.h"

namespace octavo {

// `posts` sorted by file. A clash is a fault of the later file and names the first.
std::vector<Diagnostic> cross_check(const std::vector<const Post*>& posts);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_CROSS_CHECK_H_
