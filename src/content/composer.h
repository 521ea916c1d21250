// SPDX-License-Identifier: GPL-3.0-or-later
//
// How octavo-compose is spoken to, for both sides: its settings as a command line, and what it
// reports while it works as frames on a descriptor.
//
//   octavo-compose --content DIR … ; descriptor 3: reports, 4: the new image (empty, writable; not
//   used with --check), 5: the previous image (with --previous)
//
// Thread safety: values; a ReportReader has one owner.
// Throws: parse_arguments(): UsageError.
#ifndef OCTAVO_CONTENT_COMPOSER_H_
#define OCTAVO_CONTENT_COMPOSER_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"
#include "base/diagnostic.h"

namespace octavo {

// All that decides how a file becomes a post.
struct ComposeSettings {
  std::string content;  // absolute
  std::string lang = "en";
  std::string time_zone = "UTC";
  bool html_trusted = false;
  bool typography = true, highlight = true;
  std::string own_url;  // the site's: links to others are marked; empty: no link is
  FrontMatterConfig front_matter;
};
ComposeSettings compose_settings(const Config& config);
// The settings that shape the image, as one string: equal strings, interchangeable images.
std::string canonical_settings(const ComposeSettings& settings);

struct ComposeOrder {
  ComposeSettings settings;
  bool check = false;       // report each post's fields, write no image
  bool previous = false;    // descriptor 5 holds the previous image
  bool background = false;  // a site is being served meanwhile: stand back
};
std::vector<std::string> to_arguments(const ComposeOrder& order);
ComposeOrder parse_arguments(const std::vector<std::string>& arguments);

inline constexpr int kReportFd = 3, kImageFd = 4, kPreviousFd = 5;

// One report.
struct Report {
  enum class Kind : std::uint8_t {
    fault = 1,    // `fault`
    working = 2,  // `text`: the post that it is at, when one takes long
    fields = 3,   // `file` and `text`, the JSON object of its fields (with --check)
    used = 4,     // `text`: a declared front-matter key that some post uses
    failed = 5,   // `text`: the composer itself failed (disk full, folder gone)
    done = 6,     // counts
  };
  Kind kind = Kind::done;
  Diagnostic fault;
  std::string file, text;
  std::uint32_t posts = 0, parsed = 0;  // in the image; of them newly parsed
};
std::string encode_report(const Report& report);  // with its length before it

// Puts frames together from what a pipe gives.
class ReportReader {
 public:
  void feed(std::string_view bytes) { buffer_ += bytes; }
  std::optional<Report> next();  // nullopt: not whole yet; a nonsensical frame is dropped

 private:
  std::string buffer_;
};

}  // namespace octavo

#endif  // OCTAVO_CONTENT_COMPOSER_H_
