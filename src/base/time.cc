// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/time.h"

#include <time.h>

#include <cstdio>
#include <cstdlib>

namespace octavo {

namespace {

constexpr const char* kWeekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

bool is_leap(int year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

}  // namespace

// Days are counted in 400-year eras that begin on 1 March, so that the leap day comes last.
std::int64_t days_from_civil(int year, unsigned month, unsigned day) {
  const std::int64_t y = year - (month <= 2 ? 1 : 0);
  const std::int64_t era = floor_div(y, 400);
  const std::int64_t year_of_era = y - era * 400;
  const std::int64_t day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
  return era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year -
         719468;
}

bool is_date(int year, unsigned month, unsigned day) {
  static constexpr unsigned kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  if (month < 1 || month > 12 || day < 1) return false;
  return day <= kDays[month - 1] + (month == 2 && is_leap(year) ? 1 : 0);
}

Civil civil(ZonedTime time) {
  const std::int64_t local = time.at + time.offset;
  const std::int64_t days = floor_div(local, 86400);
  const std::int64_t seconds = local - days * 86400;
  const std::int64_t shifted = days + 719468;
  const std::int64_t era = floor_div(shifted, 146097);
  const std::int64_t day_of_era = shifted - era * 146097;
  const std::int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const std::int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const std::int64_t month = (5 * day_of_year + 2) / 153;
  Civil out;
  out.day = static_cast<unsigned>(day_of_year - (153 * month + 2) / 5 + 1);
  out.month = static_cast<unsigned>(month < 10 ? month + 3 : month - 9);
  out.year = static_cast<int>(year_of_era + era * 400 + (out.month <= 2 ? 1 : 0));
  out.hour = static_cast<unsigned>(seconds / 3600);
  out.minute = static_cast<unsigned>(seconds / 60 % 60);
  out.second = static_cast<unsigned>(seconds % 60);
  out.weekday = static_cast<unsigned>(((days + 4) % 7 + 7) % 7);
  return out;
}

std::string format_rfc3339(ZonedTime time) {
  const Civil c = civil(time);
  char text[64];
  int length = std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02u:%02u:%02u", c.year, c.month,
                             c.day, c.hour, c.minute, c.second);
  std::string out(text, static_cast<std::size_t>(length));
  if (time.offset == 0) return out + 'Z';
  // RFC 3339 has no seconds in an offset; local mean times of the 19th century do.
  const int minutes = std::abs(time.offset) / 60;
  length = std::snprintf(text, sizeof text, "%c%02d:%02d", time.offset < 0 ? '-' : '+',
                         minutes / 60, minutes % 60);
  return out.append(text, static_cast<std::size_t>(length));
}

std::string format_date(ZonedTime time) {
  const Civil c = civil(time);
  char text[32];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u", c.year, c.month, c.day);
  return text;
}

std::string format_http_date(Moment at) {
  const Civil c = civil({at, 0});
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02u %s %04d %02u:%02u:%02u GMT", kWeekdays[c.weekday],
                c.day, kMonths[c.month - 1], c.year, c.hour, c.minute, c.second);
  return text;
}

std::string format_rfc822(ZonedTime time) {
  const Civil c = civil(time);
  const int minutes = std::abs(time.offset) / 60;
  char text[64];
  std::snprintf(text, sizeof text, "%s, %02u %s %04d %02u:%02u:%02u %c%02d%02d",
                kWeekdays[c.weekday], c.day, kMonths[c.month - 1], c.year, c.hour, c.minute,
                c.second, time.offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
  return text;
}

Moment system_now() {
  return static_cast<Moment>(::time(nullptr));
}

std::int64_t monotonic_ms() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * std::int64_t{1000} + now.tv_nsec / 1'000'000;
}

}  // namespace octavo
