// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/answer.h"

#include <chrono>
#include <cstdio>

#include "app/press_answer.h"
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

std::shared_ptr<const std::string> bytes_of(const CachedAnswer& kept, const Request& request,
                                            Account* account) {
  const bool has_it =
      !request.if_none_match.empty() && none_match_hits(request.if_none_match, kept.etag);
  if (account != nullptr) account->status = has_it ? 304 : 200;
  return has_it ? kept.not_modified : kept.whole;
}

// How long making an answer takes, and the header that says so.
class Making {
 public:
  void stop() { took_ = std::chrono::steady_clock::now() - start_; }
  Header header(const char* kept) const {
    char text[40];
    std::snprintf(text, sizeof text, "%s; made=%.2f", kept,
                  std::chrono::duration<double, std::milli>(took_).count());
    return {"X-Octavo", text};
  }

 private:
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::duration took_{};
};

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

// What is kept, and what goes out this once: it was no hit.
struct Made {
  PageCache::Answer kept;
  std::shared_ptr<const std::string> bytes;
  Account account;
};

// `before`: what an earlier snapshot was answered. A reload changes few pages: the others are
// rendered again, which is cheap, but not packed again, which is nine tenths of the work.
Made make(const Request& request, const Snapshot& snapshot, Moment now, Framer framer,
          const PageCache::Answer& before) {
  Making making;
  Request plain = request;
  plain.if_none_match = {};
  Response response = respond(plain, snapshot, now);
  if (response.status != 200) return {};
  const Hash128 source = source_of(response);
  if (before && before->source == source) {
    Made made{before, nullptr, {200, FromCache::renewed}};
    made.bytes = bytes_of(*before, request, &made.account);
    return made;
  }
  response = finish(std::move(response), plain);
  Response none = not_modified(response);
  making.stop();
  auto fresh = std::make_shared<CachedAnswer>();
  fresh->source = source;
  fresh->etag = find_header(response, "ETag")->value;
  Made made{nullptr, nullptr, {200, FromCache::miss}};
  const bool has_it =
      !request.if_none_match.empty() && none_match_hits(request.if_none_match, fresh->etag);
  const auto both = [&](Response& one, bool asked) {
    one.headers.push_back(making.header("hit"));
    auto bytes = framer(one);
    if (!asked) return bytes;
    one.headers.back() = making.header("miss");
    made.bytes = framer(one);
    made.account.status = one.status;
    return bytes;
  };
  if (response.passing) {
    both(has_it ? none : response, true);
    return made;
  }
  fresh->whole = both(response, !has_it);
  fresh->not_modified = both(none, has_it);
  made.kept = std::move(fresh);
  return made;
}

std::shared_ptr<const std::string> answer_past_cache(const Request& request,
                                                     const Snapshot& snapshot, Moment now,
                                                     Framer framer, Account* account) {
  Making making;
  Response response = handle(request, snapshot, now);
  making.stop();
  response.headers.push_back(making.header("miss"));
  if (account != nullptr) *account = {response.status, FromCache::bypass};
  return framer(response);
}

}  // namespace

std::shared_ptr<const std::string> answer(const Request& request, const Snapshot& snapshot,
                                          Moment now, Framer framer, Account* account) {
  // What is hidden by the next snapshot must not be kept from this one.
  if (press_wish(request, snapshot))
    return answer_past_cache(request, snapshot, now, framer, account);
  const Place place = place_of(request, snapshot, now);
  PageCache::Answer kept = find_kept(place);
  Made made;
  if (!kept && place.cache != nullptr && is_there(request, snapshot)) {
    kept = place.cache->find_or_make(place.key(), [&](const PageCache::Answer& before) {
      made = make(request, snapshot, now, framer, before);
      return made.kept;
    });
  }
  // Made, but not to be kept: a search that was out of time.
  if (!kept && made.bytes) {
    if (account != nullptr) *account = made.account;
    return made.bytes;
  }
  if (!kept) return answer_past_cache(request, snapshot, now, framer, account);
  if (account != nullptr) *account = made.kept ? made.account : Account{200, FromCache::hit};
  return made.kept ? made.bytes : bytes_of(*kept, request, account);
}

std::shared_ptr<const std::string> answer_at_once(const Request& request, const Snapshot& snapshot,
                                                  Moment now, Framer framer, Account* account) {
  if (const auto wish = press_wish(request, snapshot)) {
    const auto pressed = snapshot.press->find(wish->product, wish->slug, snapshot);
    return pressed ? answer_pressed(request, snapshot, now, framer, *wish, *pressed, account)
                   : nullptr;
  }
  if (!is_search(request)) return answer(request, snapshot, now, framer, account);
  const PageCache::Answer kept = find_kept(place_of(request, snapshot, now));
  if (!kept) return nullptr;
  if (account != nullptr) *account = {200, FromCache::hit};
  return bytes_of(*kept, request, account);
}

std::shared_ptr<const std::string> answer_pressed(const Request& request, const Snapshot& snapshot,
                                                  Moment now, Framer framer, const PressWish& wish,
                                                  const Pressed& pressed, Account* account) {
  Making making;
  Response response = press_reply(request, snapshot, now, wish, pressed);
  making.stop();
  const bool hit = pressed.kind == Pressed::Kind::ready && !pressed.made;
  response.headers.push_back(making.header(hit ? "hit" : "miss"));
  if (account != nullptr) *account = {response.status, hit ? FromCache::hit : FromCache::bypass};
  return framer(response);
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
