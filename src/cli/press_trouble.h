// SPDX-License-Identifier: GPL-3.0-or-later
//
// What keeps a site that names octavo-print from having PDFs: for octavo check.
//
// Thread safety: any thread. Asks octavo-print who it is, and to print a line: a second, as a rule,
// and half a minute at most.
// Throws: std::bad_alloc.
#ifndef OCTAVO_CLI_PRESS_TROUBLE_H_
#define OCTAVO_CLI_PRESS_TROUBLE_H_

#include <string>
#include <vector>

#include "base/config.h"
#include "base/diagnostic.h"

namespace octavo {

// Where a site names the socket of an octavo-print of which there is no trace: not even the folder
// in which that would make it. A line that says so, else nothing. Where only the package octavo is
// installed this is as it should be.
std::string press_absence(const Config& config);

// Warnings; none when PDFs are not wanted, nothing is missing, or there is press_absence().
std::vector<Diagnostic> press_trouble(const Config& config);

}  // namespace octavo

#endif  // OCTAVO_CLI_PRESS_TROUBLE_H_
