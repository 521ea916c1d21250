// SPDX-License-Identifier: GPL-3.0-or-later
//
// What keeps a site that names octavo-print from having PDFs: for octavo check.
//
// Thread safety: any thread. Asks octavo-print who it is, and to print a line: a second, as a rule,
// and half a minute at most.
// Throws: std::bad_alloc.
#ifndef OCTAVO_CLI_PRESS_TROUBLE_H_
#define OCTAVO_CLI_PRESS_TROUBLE_H_

#include <vector>

#include "base/config.h"
#include "base/diagnostic.h"

namespace octavo {

// Warnings; none when PDFs are not wanted, or nothing is missing.
std::vector<Diagnostic> press_trouble(const Config& config);

}  // namespace octavo

#endif  // OCTAVO_CLI_PRESS_TROUBLE_H_
