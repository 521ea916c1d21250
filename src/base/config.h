// SPDX-License-Identifier: GPL-3.0-or-later
//
// The configuration: octavo.yaml, then options over it, then defaults under it.
//
// Thread safety: a value; built once, then const.
// Throws: load_config(): ConfigError with every fault and its place.
#ifndef OCTAVO_BASE_CONFIG_H_
#define OCTAVO_BASE_CONFIG_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/theme_config.h"

namespace octavo {

// The keys of a post's front matter (DESIGN.md, "Front matter"): what `front_matter: {aliases:}`
// may stand for. The composer's tables hold against the same list.
const std::vector<std::string_view>& front_matter_keys();
// The form of a language's code (BCP 47): en, pt-BR.
bool is_language(std::string_view text);

struct MenuEntry {
  std::string title, url;
};

struct FooterConfig {
  std::string text;
  std::vector<MenuEntry> links;
};

// Below each post of the author.
struct AuthorBox {
  std::string bio, url;
  SiteImage image;
};

struct FrontMatterConfig {
  std::map<std::string, std::string> aliases;  // the site's key → a known key
  std::vector<std::string> ignore;             // accepted and dropped
  std::vector<std::string> extra;              // kept under extra
  char tags_separator = ',';                   // "comma" or "space"
  bool date_in_slug = false;                   // slug_from: file
  bool missing_image_is_error = true;          // missing_image: error | warning
  struct Place {
    std::uint32_t line = 0, column = 0;
  };
  std::map<std::string, Place> places;  // "aliases.by" → where it is declared
};

struct Config {
  std::string file;  // the file that was read, absolute, or empty
  std::string title = "Octavo";
  std::string description;
  std::string base_url = "http://localhost:8080";  // scheme://host[:port], no slash at the end
  bool base_url_given = false;
  std::string lang = "en";
  std::string time_zone = "UTC";
  std::string author;
  std::string listen;     // path, host:port or [v6]:port; empty: systemd or descriptor 0
  std::string control;    // the socket of octavo reload and status; empty: cli/control_path.h
  std::string metrics;    // metrics: {listen}, written as `listen`; empty: no figures
  std::string content;    // folder with posts/, pages/, images/
  std::string templates;  // the site's own templates folder, or empty
  std::string cache;      // or empty: the image lives in a memfd
  std::string state;      // for the full-text index, made by serve; or empty: there is none
  std::string print;      // the socket of octavo-print, or empty: no PDFs are made; needs cache
  FrontMatterConfig::Place print_place;  // where `print` is set; line 0: by an option
  bool print_letter = false;             // press: {paper: a4 | letter}
  std::size_t press_cache = 512u << 20;  // press: {cache_size}: bytes of finished files, at most
  std::size_t page_cache = 32u << 20;    // bytes; 0: nothing is kept
  unsigned threads = 0;                  // 0: as many as cores
  unsigned page_size = 10;
  bool start_last_good = false;      // start: last_good | strict
  bool html_trusted = false;         // markdown: {html: trusted | safe}
  bool typography = true;            // markdown: {typography}: quotes and dashes by language
  bool highlight = true;             // markdown: {highlight}: code in colours
  bool mark_external_links = false;  // markdown: {external_links: plain | mark}
  std::vector<MenuEntry> menu;
  bool feed_full = true;  // feeds: {content: full | summary, posts}
  unsigned feed_posts = 20;
  bool robots_index = true;  // robots: {index, disallow, block}; false: nobody is to index the site
  std::vector<std::string> robots_disallow;  // path patterns of RFC 9309, for all robots
  std::vector<std::string> robots_block;     // names of robots that are to stay away
  std::string socket_group;                  // socket: {mode, group}
  unsigned socket_mode = 0660;
  unsigned max_connections = 4096;  // socket: {connections}
  ThemeConfig theme;
  FooterConfig footer;
  AuthorBox author_box;
  FrontMatterConfig front_matter;
  std::vector<Diagnostic> warnings;  // for the log and for check; file: as in `file`
  std::vector<Diagnostic> content_faults;  // what is missing on disk: content_may_be_away only
};

// A scalar key as an option. The one table that serve, check, the man page and tests read.
struct OptionKey {
  std::string_view key;    // dotted, as in octavo.yaml: "markdown.html"
  std::string_view value;  // placeholder: "FOLDER"
  std::string_view help;
};
const std::vector<OptionKey>& option_keys();
std::string option_name(
    std::string_view key);  // "front_matter.slug_from" → "front-matter-slug-from"

struct ConfigSources {
  std::optional<std::string> file;             // --config
  std::map<std::string, std::string> options;  // dotted key → text; paths relative to `folder`
  std::string folder = ".";                    // the working directory
  bool search_files = true;                    // look for ./octavo.yaml and /etc/octavo/octavo.yaml
  std::string default_content;                 // used when neither file nor option names one
                                               // and no "content" lies beside the file
  std::optional<std::string> fonts;            // the folder of the fonts that are built in;
                                               // nullopt: theme.font is not held against it
  bool content_may_be_away = false;  // the folder, or what should be in it, may be missing
};
// Folders that are named must exist (cache and state are made by serve); paths come back absolute.
Config load_config(const ConfigSources& sources);

// Why the content folder cannot be read, with what to do; empty: it can.
std::string content_trouble(const std::string& folder);

}  // namespace octavo

#endif  // OCTAVO_BASE_CONFIG_H_
