// SPDX-License-Identifier: GPL-3.0-or-later
#include "content/composer.h"

#include <cstring>

#include "base/error.h"
#include "content/codec.h"

namespace octavo {

namespace {

template <typename Stream>
void visit(Stream& s, Report& r) {
  s.value(r.kind);
  visit_diagnostic(s, r.fault);
  s.value(r.file);
  s.value(r.text);
  s.value(r.posts);
  s.value(r.parsed);
}

// Of what the composer writes for the same post. One more whenever a writer, the highlighter, its
// rules or the typesetter change what comes out: then all posts are composed anew.
constexpr std::string_view kMarkup = " markup 6";

}  // namespace

ComposeSettings compose_settings(const Config& config) {
  ComposeSettings settings;
  settings.content = config.content;
  settings.lang = config.lang;
  settings.time_zone = config.time_zone;
  settings.html_trusted = config.html_trusted;
  settings.typography = config.typography;
  settings.highlight = config.highlight;
  // Only where it matters: a site that moves need not be composed anew.
  if (config.mark_external_links) settings.own_url = config.base_url;
  settings.front_matter = config.front_matter;
  return settings;
}

std::string canonical_settings(const ComposeSettings& settings) {
  ComposeSettings shared = settings;
  shared.content.clear();  // where the folder lies does not shape what is in it
  std::string out = PACKAGE_VERSION;
  out += kMarkup;
  for (const std::string& argument : to_arguments({shared, false, false, false})) {
    out += '\0';
    out += argument;
  }
  return out;
}

std::vector<std::string> to_arguments(const ComposeOrder& order) {
  const ComposeSettings& s = order.settings;
  std::vector<std::string> out = {"--content=" + s.content, "--lang=" + s.lang,
                                  "--time-zone=" + s.time_zone};
  if (s.html_trusted) out.emplace_back("--html-trusted");
  if (!s.typography) out.emplace_back("--plain-quotes");
  if (!s.highlight) out.emplace_back("--plain-code");
  if (!s.own_url.empty()) out.push_back("--own-url=" + s.own_url);
  for (const auto& [from, to] : s.front_matter.aliases) out.push_back("--alias=" + from + '=' + to);
  for (const std::string& key : s.front_matter.ignore) out.push_back("--ignore=" + key);
  for (const std::string& key : s.front_matter.extra) out.push_back("--extra=" + key);
  if (s.front_matter.tags_separator == ' ') out.emplace_back("--tags-by-space");
  if (s.front_matter.date_in_slug) out.emplace_back("--date-in-slug");
  if (!s.front_matter.missing_image_is_error) out.emplace_back("--missing-image-warns");
  if (order.check) out.emplace_back("--check");
  if (order.previous) out.emplace_back("--previous");
  if (order.background) out.emplace_back("--background");
  return out;
}

ComposeOrder parse_arguments(const std::vector<std::string>& arguments) {
  ComposeOrder order;
  ComposeSettings& s = order.settings;
  for (const std::string& argument : arguments) {
    const std::size_t equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    const std::string value = equals == std::string::npos ? "" : argument.substr(equals + 1);
    if (name == "--content") {
      s.content = value;
    } else if (name == "--lang") {
      s.lang = value;
    } else if (name == "--time-zone") {
      s.time_zone = value;
    } else if (name == "--html-trusted") {
      s.html_trusted = true;
    } else if (name == "--plain-quotes") {
      s.typography = false;
    } else if (name == "--plain-code") {
      s.highlight = false;
    } else if (name == "--own-url") {
      s.own_url = value;
    } else if (name == "--alias") {
      // The last "=": the known key has none, the site's own may have.
      const std::size_t to = value.rfind('=');
      if (to == std::string::npos) throw UsageError("--alias wants KEY=KNOWN");
      s.front_matter.aliases[value.substr(0, to)] = value.substr(to + 1);
    } else if (name == "--ignore") {
      s.front_matter.ignore.push_back(value);
    } else if (name == "--extra") {
      s.front_matter.extra.push_back(value);
    } else if (name == "--tags-by-space") {
      s.front_matter.tags_separator = ' ';
    } else if (name == "--date-in-slug") {
      s.front_matter.date_in_slug = true;
    } else if (name == "--missing-image-warns") {
      s.front_matter.missing_image_is_error = false;
    } else if (name == "--check") {
      order.check = true;
    } else if (name == "--previous") {
      order.previous = true;
    } else if (name == "--background") {
      order.background = true;
    } else {
      throw UsageError("octavo-compose is started by octavo; unknown argument " + argument);
    }
  }
  if (s.content.empty()) throw UsageError("octavo-compose is started by octavo; see octavo(1)");
  for (const auto& [from, to] : s.front_matter.aliases) s.front_matter.places["aliases." + from];
  for (const std::string& key : s.front_matter.ignore) s.front_matter.places["ignore." + key];
  for (const std::string& key : s.front_matter.extra) s.front_matter.places["extra." + key];
  return order;
}

std::string encode_report(const Report& report) {
  ByteWriter body;
  visit(body, const_cast<Report&>(report));  // the writer reads only
  ByteWriter frame;
  frame.value(body.take());
  return frame.take();
}

std::optional<Report> ReportReader::next() {
  std::uint32_t length = 0;
  if (buffer_.size() < sizeof length) return std::nullopt;
  std::memcpy(&length, buffer_.data(), sizeof length);
  if (buffer_.size() - sizeof length < length) return std::nullopt;
  Report report;
  ByteReader in(std::string_view(buffer_).substr(sizeof length, length));
  visit(in, report);
  buffer_.erase(0, sizeof length + length);
  if (!in.at_end()) return next();
  return report;
}

}  // namespace octavo
