// SPDX-License-Identifier: GPL-3.0-or-later
//
// The one table of template files and of the markers that the code fills in each. The scan of a
// template at loading reads it, and so does a test that holds it against what is really filled.
//
// A text may also stand as a section, {{#SUMMARY}}…{{/SUMMARY}}: shown when the text is not empty.
// A section sees its own markers and those of all around it.
//
// Thread safety: constants.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_RENDER_MARKERS_H_
#define OCTAVO_RENDER_MARKERS_H_

#include <span>
#include <string_view>
#include <vector>

namespace octavo {

enum class MarkerKind { text, html, section, include };

struct Marker {
  std::string_view file;     // "post.html"; "base.html" ones are known in every template of a page
  std::string_view section;  // the section that it belongs to; empty: the whole template
  std::string_view name;
  MarkerKind kind = MarkerKind::text;
  std::string_view about;  // a few words for those who write a theme
};

std::span<const std::string_view> template_files();
std::span<const Marker> markers();

// The marker `name` as seen in `file` inside the sections `open` (outermost first); nullptr: none.
const Marker* find_marker(std::string_view file, std::span<const std::string_view> open,
                          std::string_view name);
// All names that may stand there.
std::vector<std::string_view> known_markers(std::string_view file,
                                            std::span<const std::string_view> open);

}  // namespace octavo

#endif  // OCTAVO_RENDER_MARKERS_H_
