// SPDX-License-Identifier: GPL-3.0-or-later
//
// What writer and reader of the index have to agree on: prefixes of terms, slots of values,
// metadata, stemmers.
//
// Prefixes: Q slug key (unique) · S title · XH headings · XD description · XT tags as text ·
// XTAG: a whole folded tag (boolean) · Y year (boolean) · none: everything, each word as written
// and "Z" + stem. Words are those of Xapian's TermGenerator with FLAG_CJK_NGRAM.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_SEARCH_TERMS_H_
#define OCTAVO_SEARCH_TERMS_H_

#include <string>
#include <string_view>

namespace octavo::terms {

inline constexpr const char* kLayout = "1";  // raise it with every change of what is indexed
inline constexpr const char* kLayoutKey = "octavo";
inline constexpr const char* kSiteKey = "site";
inline constexpr const char* kLangsKey = "langs";  // stemmers in use, blank between: "en de"

inline constexpr unsigned kSlotSlug = 0;  // the slug as the site has it; pages: "/" before it
inline constexpr unsigned kSlotHash = 1;  // hash of what was indexed
inline constexpr unsigned kSlotYear = 2;
inline constexpr unsigned kSlotFresh = 3;  // sortable: years since 1970 with fractions

inline constexpr const char* kTitle = "S";
inline constexpr const char* kHeading = "XH";
inline constexpr const char* kDescription = "XD";
inline constexpr const char* kTagText = "XT";
inline constexpr const char* kTag = "XTAG:";
inline constexpr const char* kYear = "Y";

// Terms are at most 245 bytes: a longer key is cut and gets its hash behind.
std::string bounded(std::string term);
std::string tag_term(std::string_view tag);          // folded
std::string slug_term(std::string_view slug_value);  // of kSlotSlug's value
// A Snowball stemmer's name for a language tag ("pt-BR" → "pt"), "none" where there is none.
std::string stemmer_of(std::string_view lang);

}  // namespace octavo::terms

#endif  // OCTAVO_SEARCH_TERMS_H_
