// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/dates.h"

#include "base/text.h"

namespace octavo {
namespace {

constexpr std::size_t kMaxFraction = 9;

class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  bool take(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool take_blanks() {
    bool any = false;
    while (take(' ') || take('\t')) any = true;
    return any;
  }
  std::size_t digits() const {
    std::size_t count = 0;
    while (count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') ++count;
    return count;
  }
  // A whole run of digits, of `least` to `most`.
  bool take_number(std::size_t least, std::size_t most, unsigned& value) {
    const std::size_t count = digits();
    return count >= least && count <= most && take_digits(count, value);
  }
  // REQUIRES: count <= digits()
  bool take_digits(std::size_t count, unsigned& value) {
    value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      value = value * 10 + static_cast<unsigned>(rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return true;
  }
  void skip(std::size_t count) { rest_.remove_prefix(count); }

 private:
  std::string_view rest_;
};

bool scan_time(Scanner& text, WrittenDate& date) {
  if (!text.take_number(1, 2, date.hour) || !text.take(':') ||
      !text.take_number(2, 2, date.minute)) {
    return false;
  }
  if (!text.take(':')) return true;
  if (!text.take_number(2, 2, date.second)) return false;
  if (!text.take('.')) return true;
  const std::size_t fraction = text.digits();
  if (fraction == 0 || fraction > kMaxFraction) return false;
  text.skip(fraction);  // to the second is exact enough
  return true;
}

// False: not in the form. Offsets that no clock has (hours from 24, minutes from 60) are noted.
bool scan_zone(Scanner& text, WrittenDate& date, bool& exists) {
  if (text.take('Z')) {
    date.offset = 0;
    return true;
  }
  const bool west = text.take('-');
  if (!west && !text.take('+')) return false;
  unsigned hours = 0, minutes = 0;
  const std::size_t digits = text.digits();
  if (digits == 4) {
    text.take_digits(2, hours);
    text.take_digits(2, minutes);
  } else if (digits == 1 || digits == 2) {
    text.take_digits(digits, hours);
    if (digits == 2 && text.take(':') && !text.take_number(2, 2, minutes)) return false;
  } else {
    return false;
  }
  exists = hours < 24 && minutes < 60;
  const auto seconds = static_cast<std::int32_t>(hours * 3600 + minutes * 60);
  date.offset = west ? -seconds : seconds;
  return true;
}

bool scan(Scanner& text, WrittenDate& date, bool& zone_exists) {
  unsigned year = 0;
  if (!text.take_number(4, 4, year) || !text.take('-') || !text.take_number(1, 2, date.month) ||
      !text.take('-') || !text.take_number(1, 2, date.day)) {
    return false;
  }
  date.year = static_cast<int>(year);
  if (text.done()) return true;
  if (text.take('T')) {
    if (!scan_time(text, date)) return false;
  } else if (text.take_blanks() && text.digits() > 0 && !scan_time(text, date)) {
    return false;
  }
  text.take_blanks();
  if (text.done()) return true;
  return scan_zone(text, date, zone_exists) && text.done();
}

}  // namespace

WrittenDate parse_date(std::string_view text) {
  WrittenDate date;
  bool zone_exists = true;
  Scanner scanner(trim(text));
  if (!scan(scanner, date, zone_exists)) return date;
  const bool exists = date.year >= 1000 && is_date(date.year, date.month, date.day) &&
                      date.hour < 24 && date.minute < 60 && date.second < 60 && zone_exists;
  date.verdict = exists ? DateVerdict::ok : DateVerdict::impossible;
  return date;
}

ZonedTime zoned(const WrittenDate& date, const Zone& zone) {
  if (!date.offset) {
    return zone.from_local(date.year, date.month, date.day, date.hour, date.minute, date.second);
  }
  const Moment written = days_from_civil(date.year, date.month, date.day) * 86400 +
                         Moment{date.hour} * 3600 + Moment{date.minute} * 60 + date.second;
  return zone.from_moment(written - *date.offset);
}

}  // namespace octavo
