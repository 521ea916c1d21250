// SPDX-License-Identifier: GPL-3.0-or-later
//
// The whole run: walk the folder, take over what did not change, have the rest parsed, check all
// together, write the image or report the faults.
//
// Thread safety: one thread; forks parsers.
// Throws: Error when the run itself fails (folder gone, disk full).
#ifndef OCTAVO_COMPOSE_COMPOSER_H_
#define OCTAVO_COMPOSE_COMPOSER_H_

#include <functional>
#include <memory>

#include "compose/code_block.h"
#include "content/composer.h"
#include "content/image.h"

namespace octavo {

using Reporter = std::function<void(const Report&)>;

// `image_fd`: where the image is written, or -1 (check). `previous` may be null. Returns whether
// there was no error; every fault has been reported then, sorted by file and line. Code goes
// through `highlighter`, if the settings want colours; a post at which it makes its parser die is
// parsed again without, and that is a warning.
bool compose(const ComposeOrder& order, const std::shared_ptr<const Image>& previous, int image_fd,
             const Reporter& report, const Highlighter& highlighter);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_COMPOSER_H_
