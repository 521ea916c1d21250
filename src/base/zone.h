// SPDX-License-Identifier: GPL-3.0-or-later
//
// Named time zones (IANA), read from the system's zoneinfo ($TZDIR, else /usr/share/zoneinfo).
//
// Thread safety: is_zone_name(): any thread. Zone: one thread of the process at a time, and only
// while no other reads the environment: it sets TZ. The composer has a single thread.
// Throws: Zone(): ConfigError for a name that is not a zone.
#ifndef OCTAVO_BASE_ZONE_H_
#define OCTAVO_BASE_ZONE_H_

#include <string>
#include <string_view>

#include "base/time.h"

namespace octavo {

// Whether `name` is a zone's ("UTC", "Europe/Vienna"): checked against the zoneinfo folder,
// cheap, for the daemon, which needs no more than that.
bool is_zone_name(std::string_view name);

class Zone {
 public:
  explicit Zone(const std::string& name);
  // The moment of a local time. In a gap (clock put forward) the offset before the gap counts, so
  // that 02:30 becomes 03:30 (RFC 5545, 3.3.5); in an overlap the first of the two.
  // REQUIRES: is_date(year, month, day)
  ZonedTime from_local(int year, unsigned month, unsigned day, unsigned hour, unsigned minute,
                       unsigned second) const;
  ZonedTime from_moment(Moment at) const;

 private:
  std::string name_;
  bool utc_;
};

}  // namespace octavo

#endif  // OCTAVO_BASE_ZONE_H_
