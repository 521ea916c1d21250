// SPDX-License-Identifier: GPL-3.0-or-later
//
// How what the press made is told over HTTP. A finished file is handed out by the front on our word
// (X-Accel-Redirect), so that a hidden post is hidden though its file still lies in the folder.
//
// Thread safety: pure functions of immutable values, and of what the press knows.
// Throws: std::bad_alloc; press_reply() nothing.
#ifndef OCTAVO_APP_PRESS_ANSWER_H_
#define OCTAVO_APP_PRESS_ANSWER_H_

#include <optional>

#include "app/handle.h"
#include "app/press.h"
#include "app/route.h"

namespace octavo {

// What a request wishes of the press: nullopt when it is for something else, for a post that is
// not there, or when this site prints nothing.
std::optional<PressWish> press_wish(const Request& request, const Snapshot& snapshot);

// The answer to a GET of a route of the press, before If-None-Match is heeded: the file, if it is
// known to be there; else a 404 where nothing is printed, or a 503 ("in the making").
Response press_response(const Route& route, const Snapshot& snapshot, Moment now);

// The answer to a request that was taken to the press. `snapshot`: what readers see now.
Response press_reply(const Request& request, const Snapshot& snapshot, Moment now,
                     const PressWish& wish, const Pressed& pressed) noexcept;

}  // namespace octavo

#endif  // OCTAVO_APP_PRESS_ANSWER_H_
