// SPDX-License-Identifier: GPL-3.0-or-later
//
// Dates as authors write them: Y-M-D, then perhaps T or blanks and H:MM[:SS[.f]], then perhaps
// blanks and Z, ±H, ±HH, ±HHMM or ±HH:MM.
//
// Thread safety: parse_date(): pure; zoned(): as base/zone.h.
// Throws: nothing.
#ifndef OCTAVO_COMPOSE_DATES_H_
#define OCTAVO_COMPOSE_DATES_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "base/zone.h"

namespace octavo {

enum class DateVerdict {
  ok,
  bad,         // not in this form
  impossible,  // in this form, but there is no such day, hour or offset, or the year is below 1000
};

struct WrittenDate {
  DateVerdict verdict = DateVerdict::bad;
  int year = 0;
  unsigned month = 0, day = 0, hour = 0, minute = 0, second = 0;
  std::optional<std::int32_t> offset;  // seconds east, when a zone is written
};

// Blanks around `text` are read over.
WrittenDate parse_date(std::string_view text);

// Its moment, and the offset of `zone` (the site's) then. REQUIRES: date.verdict is ok
ZonedTime zoned(const WrittenDate& date, const Zone& zone);

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_DATES_H_
