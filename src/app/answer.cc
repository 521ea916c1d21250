// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/answer.h"

#include "http/conditional.h"

namespace octavo {

namespace {

constexpr std::size_t kMaxKey = 1024;

// Only what any reader may have: plain GETs of paths without a query, and not close to a moment
// at which something appears or expires (their max-age shrinks by the second).
bool may_keep(const Request& request, const Snapshot& snapshot, Moment now) {
  return snapshot.cache && request.method == "GET" && request.target.size() <= kMaxKey &&
         request.target.find('?') == std::string_view::npos &&
         (snapshot.site.next_change() == kNever || snapshot.site.next_change() - now >= kMaxAge);
}

std::string_view header(const Response& response, std::string_view name) {
  for (const Header& field : response.headers) {
    if (field.name == name) return field.value;
  }
  return {};
}

}  // namespace

std::shared_ptr<const std::string> answer(const Request& request, const Snapshot& snapshot, Moment now, Framer framer) {
  if (!may_keep(request, snapshot, now)) return framer(handle(request, snapshot, now));
  auto kept = snapshot.cache->find(request.target);
  if (!kept) {
    Request plain = request;
    plain.if_none_match = {};
    const Response response = handle(plain, snapshot, now);
    if (response.status != 200) return framer(response);
    auto fresh = std::make_shared<CachedAnswer>();
    fresh->etag = header(response, "ETag");
    fresh->whole = framer(response);
    fresh->not_modified = framer(not_modified(response));
    snapshot.cache->insert(request.target, fresh);
    kept = std::move(fresh);
  }
  const bool has_it = !request.if_none_match.empty() && none_match_hits(request.if_none_match, kept->etag);
  return has_it ? kept->not_modified : kept->whole;
}

}  // namespace octavo
