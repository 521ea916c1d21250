// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/headers.h"

#include <algorithm>
#include <utility>

namespace octavo {

Body body_of(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

void add_safety(Response& response, const char* policy) {
  if (policy != nullptr) response.headers.push_back({"Content-Security-Policy", policy});
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  response.headers.push_back({"Referrer-Policy", "strict-origin-when-cross-origin"});
}

Moment seconds_fresh(const Snapshot& snapshot, Moment now) {
  const Moment next = snapshot.site.next_change();
  return next == kNever ? kMaxAge : std::clamp<Moment>(next - now, 0, kMaxAge);
}

// nginx takes the first of these two that it meets for its own cache: X-Accel-Expires leads.
void add_freshness(Response& response, const Snapshot& snapshot, Moment now) {
  const Moment left = seconds_fresh(snapshot, now);
  response.headers.push_back({"X-Accel-Expires", left < kMaxAge ? "0" : "1"});
  response.headers.push_back({"Cache-Control", "public, max-age=" + std::to_string(left)});
}

void add_no_cache(Response& response) {
  response.headers.push_back({"X-Accel-Expires", "0"});
  response.headers.push_back({"Cache-Control", "no-cache"});
}

}  // namespace octavo
