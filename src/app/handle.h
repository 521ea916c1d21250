// SPDX-License-Identifier: GPL-3.0-or-later
//
// The one table of URLs: a request and a snapshot in, a response out. No file system, no parser,
// no FastCGI.
//
// Thread safety: pure function of immutable values.
// Throws: nothing: what goes wrong becomes a 500 and a line in the log.
#ifndef OCTAVO_APP_HANDLE_H_
#define OCTAVO_APP_HANDLE_H_

#include <chrono>
#include <cstdint>
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

class Press;

// How the press works for one snapshot.
struct PressSettings {
  std::string socket;                   // of octavo-print
  std::string content;                  // the content folder: images are read there
  bool letter = false;                  // else A4
  std::size_t most_bytes = 512u << 20;  // of finished files
};

// All that one request may see; published whole.
struct Snapshot {
  Site site;
  std::shared_ptr<const Theme> theme;
  std::shared_ptr<const SiteInfo> info;
  std::function<void()> damaged;  // called when a text of the image fails its checksum; any thread
  std::uint64_t generation = 0;   // counts publications; what the caches know it by
  std::shared_ptr<PageCache> cache;     // handed on from the last one; null: nothing is kept
  std::shared_ptr<PageCache> searches;  // apart: a flood of queries must not drive pages out
  std::shared_ptr<const Searcher> searcher = std::make_shared<Searcher>("");
  // Null, both: nothing is printed (as when info->has_press is false). The press outlives whoever
  // asks it.
  Press* press = nullptr;
  std::shared_ptr<const PressSettings> press_settings = nullptr;
  std::chrono::milliseconds search_budget{50};
};
using SnapshotCell = Cell<Snapshot>;

// Seconds that a front or reader may keep a page; less when a post appears or expires before.
inline constexpr Moment kMaxAge = 60;

Response handle(const Request& request, const Snapshot& snapshot, Moment now) noexcept;

// handle() in two steps: the response as it is before it is packed (the ETag is that of its bytes),
// and what goes out: packed if the reader takes that, or the 304.
Response respond(const Request& request, const Snapshot& snapshot, Moment now) noexcept;
Response finish(Response response, const Request& request);

// Whether it asks for hits (a page of them or the live ones): each reader asks something else.
bool is_search(const Request& request) noexcept;

// The first header of that name, or null.
const Header* find_header(const Response& response, std::string_view name);

// What a search is answered while the slow lane is full.
Response too_busy(const Request& request);

// The 304 of a response with status 200 (RFC 9110, 15.4.5): no body, and not kept by nginx, which
// would give it to a reader who has nothing.
Response not_modified(const Response& whole);

}  // namespace octavo

#endif  // OCTAVO_APP_HANDLE_H_
