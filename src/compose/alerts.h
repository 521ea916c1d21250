// SPDX-License-Identifier: GPL-3.0-or-later
//
// GitHub's alerts: a quote whose first line is [!NOTE], [!TIP], [!IMPORTANT], [!WARNING] or
// [!CAUTION] and nothing else. As there: in any case, at top level only, and with words behind it;
// all else stays a quote.
//
// Thread safety: one thread at a time.
// Throws: nothing.
#ifndef OCTAVO_COMPOSE_ALERTS_H_
#define OCTAVO_COMPOSE_ALERTS_H_

#include <string_view>

struct cmark_node;

namespace octavo {

enum class AlertKind : unsigned char { note, tip, important, warning, caution };

// Finds the alerts among the document's children, and takes their first lines away.
// REQUIRES: `body` is what was parsed.
void mark_alerts(cmark_node* document, std::string_view body) noexcept;

// Of a block quote in a document that was marked; null: an ordinary one.
const AlertKind* alert_of(cmark_node* quote) noexcept;

std::string_view alert_name(AlertKind kind) noexcept;  // "note": for a class

}  // namespace octavo

#endif  // OCTAVO_COMPOSE_ALERTS_H_
