// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/answer.h"

#include <chrono>

#include "app/route.h"
#include "base/hash.h"
#include "http/conditional.h"
#include "http/encoding.h"
#include "http/target.h"

namespace octavo {

namespace {

constexpr std::size_t kMaxKey = 1024;

constexpr unsigned kMarkdown = 1u << 8;  // a bit of a variant
static_assert(kEncodings <= kMarkdown);

// Only what any reader may have: plain GETs of paths without a query (but for searches), and not
// close to a moment at which something appears or expires (their max-age shrinks by the second).
bool may_keep(const Request& request, const Snapshot& snapshot, Moment now) {
  return snapshot.cache && request.method == "GET" && request.target.size() <= kMaxKey &&
         (request.target.find('?') == std::string_view::npos || is_search(request)) &&
         (snapshot.site.next_change() == kNever || snapshot.site.next_change() - now >= kMaxAge);
}

// Where the answer to a request is kept, and under which name.
struct Place {
  PageCache* cache = nullptr;  // nowhere
  std::string_view target;
  std::string own;  // instead of the target
  unsigned variant = 0;
  std::uint64_t generation = 0;
  PageCache::Key key() const noexcept {
    return {own.empty() ? target : std::string_view(own), variant, generation};
  }
};

Place place_of(const Request& request, const Snapshot& snapshot, Moment now) {
  Place place;
  if (!may_keep(request, snapshot, now)) return place;
  place.variant = static_cast<unsigned>(negotiate(request.accept_encoding));
  if (prefers_markdown(request.accept)) place.variant |= kMarkdown;
  place.target = request.target;
  place.generation = snapshot.generation;
  place.cache = snapshot.cache.get();
  if (is_search(request)) {
    // What the index finds may change without the site.
    place.own = std::to_string(snapshot.searcher->generation()) + ' ' + std::string(request.target);
    place.cache = snapshot.searches.get();
  }
  return place;
}

PageCache::Answer find_kept(const Place& place) {
  return place.cache == nullptr ? nullptr : place.cache->find(place.key());
}

std::shared_ptr<const std::string> bytes_of(const CachedAnswer& kept, const Request& request) {
  const bool has_it =
      !request.if_none_match.empty() && none_match_hits(request.if_none_match, kept.etag);
  return has_it ? kept.not_modified : kept.whole;
}

// Whether it is worth waiting for another thread that makes the same: 404s and redirects are not
// kept, and a queue for them would serve nobody.
bool is_there(const Request& request, const Snapshot& snapshot) {
  const auto target = parse_target(request.target);
  if (!target) return false;
  const auto route = find_route(snapshot.site, *target, snapshot.info->page_size);
  return route && route->resource != Resource::elsewhere && route->path == target->raw_path;
}

// The headers name what is in the body by its ETag.
Hash128 source_of(const Response& response) {
  std::string all;
  for (const Header& field : response.headers) {
    ((all += field.name) += ':') += field.value;
    all += '\n';
  }
  return hash128(all);
}

// `before`: what an earlier snapshot was answered. A reload changes few pages: the others are
// rendered again, which is cheap, but not packed again, which is nine tenths of the work.
PageCache::Answer make(const Request& request, const Snapshot& snapshot, Moment now, Framer framer,
                       const PageCache::Answer& before) {
  Request plain = request;
  plain.if_none_match = {};
  Response response = respond(plain, snapshot, now);
  if (response.status != 200) return nullptr;
  const Hash128 source = source_of(response);
  if (before && before->source == source) return before;
  response = finish(std::move(response), plain);
  auto fresh = std::make_shared<CachedAnswer>();
  fresh->source = source;
  fresh->etag = find_header(response, "ETag")->value;
  fresh->whole = framer(response);
  fresh->not_modified = framer(not_modified(response));
  return fresh;
}

}  // namespace

std::shared_ptr<const std::string> answer(const Request& request, const Snapshot& snapshot,
                                          Moment now, Framer framer) {
  const Place place = place_of(request, snapshot, now);
  PageCache::Answer kept = find_kept(place);
  if (!kept && place.cache != nullptr && is_there(request, snapshot)) {
    kept = place.cache->find_or_make(place.key(), [&](const PageCache::Answer& before) {
      return make(request, snapshot, now, framer, before);
    });
  }
  return kept ? bytes_of(*kept, request) : framer(handle(request, snapshot, now));
}

std::shared_ptr<const std::string> answer_at_once(const Request& request, const Snapshot& snapshot,
                                                  Moment now, Framer framer) {
  if (!is_search(request)) return answer(request, snapshot, now, framer);
  const PageCache::Answer kept = find_kept(place_of(request, snapshot, now));
  return kept ? bytes_of(*kept, request) : nullptr;
}

OwnRequest::OwnRequest(const Request& request)
    : method_(request.method),
      target_(request.target),
      if_none_match_(request.if_none_match),
      accept_encoding_(request.accept_encoding),
      accept_(request.accept) {}

Request OwnRequest::view() const noexcept {
  return {method_, target_, if_none_match_, accept_encoding_, accept_};
}

void warm(const Snapshot& fresh, const Snapshot& old, Moment now, Framer framer, long budget_ms) {
  if (!fresh.cache || fresh.cache != old.cache) return;  // another one: page_cache was changed
  constexpr std::size_t kMost = 1000;
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(budget_ms);
  for (const PageCache::Kept& kept : fresh.cache->kept(old.generation, kMost)) {
    if (std::chrono::steady_clock::now() >= end) return;
    Request request;
    request.method = "GET";
    request.target = kept.url;
    request.accept_encoding = coding_name(static_cast<Encoding>(kept.variant & ~kMarkdown));
    if ((kept.variant & kMarkdown) != 0) request.accept = "text/markdown";
    answer(request, fresh, now, framer);
  }
}

}  // namespace octavo
