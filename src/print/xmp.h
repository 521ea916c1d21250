// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a PDF says about itself: its dates as PDF writes them, and an XMP packet (ISO 16684-1) with
// all of its properties, as PDF/UA and catalogues want them.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_PRINT_XMP_H_
#define OCTAVO_PRINT_XMP_H_

#include <string>

#include "print/wire.h"

namespace octavo {

std::string pdf_date(std::int64_t moment);  // D:20261124140000Z
std::int64_t last_change(const Job& job);
// `producer` is who wrote the pages. `accessible`: says that the file keeps to PDF/UA-1.
std::string xmp_packet(const Job& job, const std::string& creator, const std::string& producer,
                       bool accessible);

}  // namespace octavo

#endif  // OCTAVO_PRINT_XMP_H_
