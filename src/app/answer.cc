// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/answer.h"

#include <chrono>

#include "app/route.h"
#include "http/conditional.h"
#include "http/encoding.h"
#include "http/target.h"

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

// Whether it is worth waiting for another thread that makes the same: 404s and redirects are not
// kept, and a queue for them would serve nobody.
bool is_there(const Request& request, const Snapshot& snapshot) {
  const auto target = parse_target(request.target);
  if (!target) return false;
  const auto route = find_route(snapshot.site, *target, snapshot.info->page_size);
  return route && route->resource != Resource::elsewhere && route->path == target->raw_path;
}

std::string_view header(const Response& response, std::string_view name) {
  for (const Header& field : response.headers) {
    if (field.name == name) return field.value;
  }
  return {};
}

PageCache::Answer make(const Request& request, const Snapshot& snapshot, Moment now,
                       Framer framer) {
  Request plain = request;
  plain.if_none_match = {};
  const Response response = handle(plain, snapshot, now);
  if (response.status != 200) return nullptr;
  auto fresh = std::make_shared<CachedAnswer>();
  fresh->etag = header(response, "ETag");
  fresh->whole = framer(response);
  fresh->not_modified = framer(not_modified(response));
  return fresh;
}

}  // namespace

std::shared_ptr<const std::string> answer(const Request& request, const Snapshot& snapshot,
                                          Moment now, Framer framer) {
  if (!may_keep(request, snapshot, now)) return framer(handle(request, snapshot, now));
  const auto variant = static_cast<unsigned>(negotiate(request.accept_encoding));
  PageCache::Answer kept = snapshot.cache->find(request.target, variant);
  if (!kept && is_there(request, snapshot)) {
    kept = snapshot.cache->find_or_make(request.target, variant,
                                        [&] { return make(request, snapshot, now, framer); });
  }
  if (!kept) return framer(handle(request, snapshot, now));
  const bool has_it =
      !request.if_none_match.empty() && none_match_hits(request.if_none_match, kept->etag);
  return has_it ? kept->not_modified : kept->whole;
}

void warm(const Snapshot& fresh, const Snapshot& old, Moment now, Framer framer, long budget_ms) {
  if (!fresh.cache || !old.cache) return;
  constexpr std::size_t kMost = 1000;
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(budget_ms);
  for (const PageCache::Kept& kept : old.cache->kept(kMost)) {
    if (std::chrono::steady_clock::now() >= end) return;
    Request request;
    request.method = "GET";
    request.target = kept.url;
    request.accept_encoding = coding_name(static_cast<Encoding>(kept.variant));
    answer(request, fresh, now, framer);
  }
}

}  // namespace octavo
