// SPDX-License-Identifier: GPL-3.0-or-later
//
// The check of a template's text before ctemplate sees it: every marker known, every section
// closed, raw output only for what is safe.
//
// Thread safety: pure function.
// Throws: std::bad_alloc alone; faults come back in the result.
#ifndef OCTAVO_RENDER_SCAN_H_
#define OCTAVO_RENDER_SCAN_H_

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"

namespace octavo {

// `name`: the template ("post.html"). `file`: as opened, for the faults. Codes: bad_encoding
// missing_autoescape bad_marker unknown_marker unknown_include unknown_modifier raw_marker
// delimiter_change unclosed_section unopened_section.
std::vector<Diagnostic> scan_template(std::string_view name, const std::string& file,
                                      std::string_view text);

}  // namespace octavo

#endif  // OCTAVO_RENDER_SCAN_H_
