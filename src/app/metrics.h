// SPDX-License-Identifier: GPL-3.0-or-later
//
// The figures for Prometheus: its text format, version 0.0.4, and as much of HTTP/1.x as a scraper
// needs: GET and HEAD of /metrics, one request a connection. Names and units by Prometheus's
// conventions: seconds, bytes, _total for what only grows.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_APP_METRICS_H_
#define OCTAVO_APP_METRICS_H_

#include <functional>
#include <string>
#include <string_view>

#include "app/standing.h"
#include "app/talks.h"

namespace octavo {

std::string metrics_text(const Standing& standing);

// Hears a scraper (Talks::Hear): `text` is called for a request that is to be answered by it.
void hear_scraper(Talk& talk, bool end, const std::function<std::string()>& text);

}  // namespace octavo

#endif  // OCTAVO_APP_METRICS_H_
