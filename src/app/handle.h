// SPDX-License-Identifier: GPL-3.0-or-later
//
// The one table of URLs: a request and a snapshot in, a response out. No file system, no parser,
// no FastCGI.
//
// Thread safety: pure function of immutable values.
// Throws: nothing: what goes wrong becomes a 500 and a line in the log.
#ifndef OCTAVO_APP_HANDLE_H_
#define OCTAVO_APP_HANDLE_H_

#include <functional>
#include <memory>

#include "app/page_cache.h"
#include "base/time.h"
#include "content/cell.h"
#include "content/site.h"
#include "http/message.h"
#include "render/theme.h"
#include "search/searcher.h"

namespace octavo {

// All that one request may see; published whole.
struct Snapshot {
  Site site;
  std::shared_ptr<const Theme> theme;
  std::shared_ptr<const SiteInfo> info;
  std::function<void()> damaged;  // called when a text of the image fails its checksum; any thread
  std::shared_ptr<PageCache> cache;     // null: nothing is kept
  std::shared_ptr<PageCache> searches;  // apart: a flood of queries must not drive pages out
  std::shared_ptr<const Searcher> searcher = std::make_shared<Searcher>("");
};
using SnapshotCell = Cell<Snapshot>;

// Seconds that a front or reader may keep a page; less when a post appears or expires before.
inline constexpr Moment kMaxAge = 60;

Response handle(const Request& request, const Snapshot& snapshot, Moment now) noexcept;

// What a search is answered while the slow lane is full.
Response too_busy(const Request& request);

// The 304 of a response with status 200 (RFC 9110, 15.4.5): no body, and not kept by nginx, which
// would give it to a reader who has nothing.
Response not_modified(const Response& whole);

}  // namespace octavo

#endif  // OCTAVO_APP_HANDLE_H_
