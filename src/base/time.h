// SPDX-License-Identifier: GPL-3.0-or-later
//
// Moments (seconds since 1970-01-01T00:00:00Z, no leap seconds) and how they are written.
// Time zones are the composer's business (base/zone.h): a moment comes with its offset.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_BASE_TIME_H_
#define OCTAVO_BASE_TIME_H_

#include <cstdint>
#include <functional>
#include <limits>
#include <string>

namespace octavo {

using Moment = std::int64_t;
inline constexpr Moment kNever = std::numeric_limits<Moment>::max();   // no expiry
inline constexpr Moment kNoTime = std::numeric_limits<Moment>::min();  // not given

// A moment and the site's offset from UTC at that moment, in seconds east.
struct ZonedTime {
  Moment at = kNoTime;
  std::int32_t offset = 0;
  bool given() const noexcept { return at != kNoTime && at != kNever; }
  bool operator==(const ZonedTime&) const = default;
};

struct Civil {
  int year = 1970;
  unsigned month = 1, day = 1, hour = 0, minute = 0, second = 0;
  unsigned weekday = 4;  // 0: Sunday
};
Civil civil(ZonedTime time);
// Days since 1970-01-01 of a proleptic Gregorian date. REQUIRES: is_date(year, month, day)
std::int64_t days_from_civil(int year, unsigned month, unsigned day);
bool is_date(int year, unsigned month, unsigned day);

std::string format_rfc3339(ZonedTime time);  // 2026-11-24T15:00:00+01:00, Z for offset 0
std::string format_date(ZonedTime time);     // 2026-11-24
std::string format_http_date(Moment at);     // Tue, 24 Nov 2026 14:00:00 GMT (RFC 9110, 5.6.7)
std::string format_rfc822(ZonedTime time);   // Tue, 24 Nov 2026 15:00:00 +0100

using Clock = std::function<Moment()>;
Moment system_now();

// For measuring how long something took: nobody sets this clock, and all processes read the same.
std::int64_t monotonic_ms();

}  // namespace octavo

#endif  // OCTAVO_BASE_TIME_H_
