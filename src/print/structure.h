// SPDX-License-Identifier: GPL-3.0-or-later
//
// Mends of a tagged PDF's structure (ISO 32000-1, 14.7 and 14.8) where the browser's falls short of
// PDF/UA-1 (ISO 14289-1).
//
// Thread safety: a document has one owner.
// Throws: QPDFExc, std::bad_alloc.
#ifndef OCTAVO_PRINT_STRUCTURE_H_
#define OCTAVO_PRINT_STRUCTURE_H_

class QPDF;

namespace octavo {

// An item of a list holds a label and a body (14.8.4.3.3): what the browser leaves beside the label
// goes into one body.
void give_bodies_to_list_items(QPDF& pdf);

// Whether there is a structure and every figure in it has words for those who do not see it.
bool is_told_whole(QPDF& pdf);

}  // namespace octavo

#endif  // OCTAVO_PRINT_STRUCTURE_H_
