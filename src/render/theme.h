// SPDX-License-Identifier: GPL-3.0-or-later
//
// The templates (ctemplate, AUTOESCAPE): the site's own folder over the shipped one, template by
// template. All are read and checked at loading: an unknown marker, a missing AUTOESCAPE pragma, an
// unbalanced section is an error with its place.
//
// Thread safety: immutable after loading; any thread may render.
// Throws: TemplateError from load(), and from expand_sheet() if the shipped print.html is broken.
#ifndef OCTAVO_RENDER_THEME_H_
#define OCTAVO_RENDER_THEME_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/config.h"
#include "base/error.h"
#include "content/site.h"
#include "render/theme_css.h"

namespace octavo {

struct Values;

class TemplateError : public Error {
 public:
  explicit TemplateError(std::vector<Diagnostic> faults);
  const std::vector<Diagnostic>& faults() const noexcept { return faults_; }

 private:
  std::vector<Diagnostic> faults_;  // file: as opened
};

// What every page says of the site; from the configuration alone.
struct SiteInfo {
  std::string title, description, base_url, lang, author;
  std::vector<MenuEntry> menu;
  unsigned page_size = 10;
  bool feed_full = true;  // else summaries
  unsigned feed_posts = 20;
  bool has_press = false;    // posts have a PDF, and their card is a PNG, too
  bool robots_index = true;  // false: every page asks search engines to stay away
  std::vector<std::string> robots_disallow, robots_block;
  std::string stylesheet = "/static/octavo.css";
  std::string script = "/static/octavo.js";
  std::string scheme;  // light or dark; empty: as the reader's system has it
  std::vector<ThemeConfig::Token> card_colours;  // those configured for dark or else for light
  std::string theme_css;                         // what /theme.css holds; empty: there is none
  std::string print_tokens;                      // what of the theme is fit for paper, as CSS
  std::string font_url;                          // of a font that most pages need, or empty
  SiteImage logo;
  FooterConfig footer;
  AuthorBox author_box;
};
// `faces`: those of config.theme.font, when it names a font that is built in.
SiteInfo site_info(const Config& config, const FontFaces& faces = {});

class Theme {
 public:
  // `shipped`: Octavo's own templates. `own`: the site's folder, or empty.
  static std::shared_ptr<const Theme> load(const std::string& shipped, const std::string& own);
  ~Theme();

  // The whole document. `page` fills base.html and, by its includes, what stands in it.
  std::string expand(const Values& page) const;
  // The document that is printed: print.html.
  std::string expand_sheet(const Values& sheet) const;

 private:
  struct Impl;
  explicit Theme(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace octavo

#endif  // OCTAVO_RENDER_THEME_H_
