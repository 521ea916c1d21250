// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/theme.h"

#include <ctemplate/template_cache.h>
#include <ctemplate/template_dictionary_interface.h>
#include <dirent.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <iostream>
#include <mutex>
#include <sstream>

#include "base/file.h"
#include "base/text.h"
#include "render/markers.h"
#include "render/scan.h"
#include "render/values.h"

namespace octavo {
namespace {

constexpr std::size_t kMostBytes = 256 << 10;  // of one template
constexpr const char* kBase = "base.html";
constexpr const char* kSheet = "print.html";

// ctemplate looks names up in the dictionary that it stands in and, where that has none, in those
// around it. An own dictionary instead of ctemplate::TemplateDictionary spares a copy of every
// text and the lock around that class's global table of names.
class View final : public ctemplate::TemplateDictionaryInterface {
 public:
  View(const Values& values, const View* around) : values_(values), around_(around) {}

 protected:
  ctemplate::TemplateString GetValue(const ctemplate::TemplateString& name) const override {
    const Values::Text* text = find_text(view(name));
    return text == nullptr ? ctemplate::TemplateString("", 0)
                           : ctemplate::TemplateString(text->text.data(), text->text.size());
  }
  bool IsHiddenSection(const ctemplate::TemplateString& name) const override {
    return !IsUnhiddenSection(name);
  }
  bool IsUnhiddenSection(const ctemplate::TemplateString& name) const override {
    return !items_of(view(name)).empty();
  }
  bool IsHiddenTemplate(const ctemplate::TemplateString& name) const override {
    return find_group(view(name)) == nullptr;
  }
  const char* GetIncludeTemplateName(const ctemplate::TemplateString& name, int) const override {
    // Names in the table are literals, so their bytes end in a zero.
    return find_group(view(name))->included.data();
  }
  Iterator* CreateTemplateIterator(const ctemplate::TemplateString& name) const override {
    // An included template sees its own texts and the frame's, not those of who includes it: else
    // a post without tags would show the tags of the page around it.
    const View* outermost = this;
    while (outermost->around_ != nullptr) outermost = outermost->around_;
    return new Items(items_of(view(name)), outermost);
  }
  Iterator* CreateSectionIterator(const ctemplate::TemplateString& name) const override {
    return new Items(items_of(view(name)), this);
  }
  void DumpToString(std::string*, int) const override {}

 private:
  class Items final : public Iterator {
   public:
    Items(std::span<const Values> items, const View* around) : items_(items), around_(around) {}
    bool HasNext() const override { return !items_.empty(); }
    const TemplateDictionaryInterface& Next() override {
      current_ = std::make_unique<View>(items_.front(), around_);
      items_ = items_.subspan(1);
      return *current_;
    }

   private:
    std::span<const Values> items_;
    const View* around_;
    std::unique_ptr<View> current_;
  };

  static std::string_view view(const ctemplate::TemplateString& name) {
    return {name.data(), name.size()};
  }
  const Values::Text* find_text(std::string_view name) const {
    for (const View* at = this; at != nullptr; at = at->around_) {
      if (const Values::Text* text = at->values_.find_text(name)) return text;
    }
    return nullptr;
  }
  const Values::Group* find_group(std::string_view name) const {
    for (const View* at = this; at != nullptr; at = at->around_) {
      if (const Values::Group* group = at->values_.find_group(name)) return group;
    }
    return nullptr;
  }
  // A text that is not empty shows the section of its name once.
  std::span<const Values> items_of(std::string_view name) const {
    static const Values nothing;
    if (const Values::Group* group = find_group(name)) return group->items;
    const Values::Text* text = find_text(name);
    if (text == nullptr || text->text.empty()) return {};
    return {&nothing, 1};
  }

  const Values& values_;
  const View* around_;
};

// ctemplate reports to std::cerr what it cannot parse, and counts its templates without a lock.
std::mutex& ctemplate_mutex() {
  static std::mutex mutex;
  return mutex;
}

class CapturedErrors {
 public:
  CapturedErrors() : before_(std::cerr.rdbuf(buffer_.rdbuf())) {}
  CapturedErrors(const CapturedErrors&) = delete;
  CapturedErrors& operator=(const CapturedErrors&) = delete;
  ~CapturedErrors() { std::cerr.rdbuf(before_); }
  std::string text() const { return buffer_.str(); }

 private:
  std::ostringstream buffer_;
  std::streambuf* before_;
};

Diagnostic fault_of_file(std::string code, const std::string& file, std::string message) {
  Diagnostic fault;
  fault.code = std::move(code);
  fault.file = file;
  fault.message = std::move(message);
  return fault;
}

// What ctemplate says of a template, and the place, which it does not say: it quotes the text that
// it stumbled over, or names the attribute.
Diagnostic syntax_fault(const std::string& file, std::string_view text, std::string_view said) {
  const std::size_t at = said.find("Auto-Escape: ");
  std::string_view what = at == std::string_view::npos ? said : said.substr(at + 13);
  if (const std::size_t rest = what.find("\nIn: "); rest != std::string_view::npos) {
    what = what.substr(0, rest);
  }
  std::size_t place = std::string_view::npos;
  if (constexpr std::string_view kStumble = "Failed parsing: "; what.starts_with(kStumble)) {
    // The quoted text begins where the last marker ended: the fault lies in it, not at its start.
    place = text.find(what.substr(kStumble.size()));
  } else if (const std::size_t quote = what.find('"'); quote != std::string_view::npos) {
    const std::string_view name = what.substr(quote + 1, what.find('"', quote + 1) - quote - 1);
    place = text.find(std::string(name) + "={{");
  }
  Diagnostic fault = fault_of_file(
      "template_syntax", file,
      "not HTML in which markers can be made safe: " + shorten(collapse_blanks(what), 200));
  if (place != std::string_view::npos) {
    const LineColumn found = line_column(text, place);
    fault.line = found.line;
    fault.column = found.column;
  }
  return fault;
}

// A misspelt file name would be as silent as a misspelt marker.
void check_names(const std::string& own, std::vector<Diagnostic>& faults) {
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir(own.c_str()), ::closedir);
  if (folder == nullptr) {
    faults.push_back(fault_of_file("unreadable", own,
                                   "cannot read the folder of templates: " + errno_text(errno)));
    return;
  }
  const auto known = template_files();
  std::vector<std::string> strangers;
  while (const dirent* entry = ::readdir(folder.get())) {
    const std::string_view name = entry->d_name;
    if (!name.ends_with(".html") || name.starts_with('.') || name.starts_with('_')) continue;
    if (std::ranges::find(known, name) == known.end()) strangers.emplace_back(name);
  }
  std::ranges::sort(strangers);
  for (const std::string& name : strangers) {
    Diagnostic& fault = faults.emplace_back(
        fault_of_file("unknown_template", own + "/" + name,
                      "no page uses a template of this name; rename it, or begin its name with _"));
    fault.near = nearest_name(name, {known.begin(), known.end()});
  }
}

std::string summarise(const std::vector<Diagnostic>& faults) {
  std::string text;
  for (const Diagnostic& fault : faults) {
    if (!text.empty()) text += '\n';
    text += to_line(fault);
  }
  return text;
}

}  // namespace

TemplateError::TemplateError(std::vector<Diagnostic> faults)
    : Error(summarise(faults)), faults_(std::move(faults)) {}

namespace {

bool parse(ctemplate::TemplateCache& cache, std::string_view name, const std::string& path,
           const std::string& text, std::vector<Diagnostic>& faults) {
  const std::lock_guard lock(ctemplate_mutex());
  const CapturedErrors errors;
  if (cache.StringToTemplateCache(std::string(name), text, ctemplate::STRIP_BLANK_LINES)) {
    return true;
  }
  faults.push_back(syntax_fault(path, text, errors.text()));
  return false;
}

}  // namespace

struct Theme::Impl {
  ctemplate::TemplateCache& sheets();

  ctemplate::TemplateCache pages;
  // The sheet is half of all templates, and many a site never prints: the shipped one is parsed
  // when it is first used. One of the site's own may have faults, so it is parsed at loading.
  std::string sheet_path, sheet_text;
  std::once_flag sheet_parsed;
  ctemplate::TemplateCache sheet;
};

ctemplate::TemplateCache& Theme::Impl::sheets() {
  std::call_once(sheet_parsed, [this] {
    std::vector<Diagnostic> faults;
    if (!parse(sheet, kSheet, sheet_path, sheet_text, faults)) {
      throw TemplateError(std::move(faults));
    }
    sheet.Freeze();
    sheet_text = std::string();
  });
  return sheet;
}

Theme::Theme(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

Theme::~Theme() {
  const std::lock_guard lock(ctemplate_mutex());
  impl_.reset();
}

std::shared_ptr<const Theme> Theme::load(const std::string& shipped, const std::string& own) {
  std::vector<Diagnostic> faults;
  if (!own.empty()) check_names(own, faults);
  // The Theme first: should anything below throw, its destructor takes the lock again.
  const std::shared_ptr<const Theme> theme(new Theme(std::make_unique<Impl>()));
  Impl& impl = *theme->impl_;
  for (const std::string_view name : template_files()) {
    std::string path = own + "/" + std::string(name);
    const bool is_own = !own.empty() && ::access(path.c_str(), F_OK) == 0;
    if (!is_own) path = shipped + "/" + std::string(name);
    std::string text;
    try {
      text = read_file(path, kMostBytes);
    } catch (const SystemError& error) {
      faults.push_back(fault_of_file(
          "unreadable", path, "cannot read the template: " + errno_text(error.error_number())));
      continue;
    }
    if (text.starts_with("\xEF\xBB\xBF")) text.erase(0, 3);
    std::vector<Diagnostic> found = scan_template(name, path, text);
    if (!found.empty()) {
      std::ranges::move(found, std::back_inserter(faults));
      continue;
    }
    if (name != kSheet) {
      parse(impl.pages, name, path, text, faults);
      continue;
    }
    impl.sheet_path = std::move(path);
    impl.sheet_text = std::move(text);
    try {
      if (is_own) impl.sheets();
    } catch (const TemplateError& error) {
      std::ranges::copy(error.faults(), std::back_inserter(faults));
    }
  }
  if (!faults.empty()) throw TemplateError(std::move(faults));
  impl.pages.Freeze();
  return theme;
}

namespace {

std::string filled(const ctemplate::TemplateCache& cache, const char* document,
                   const Values& values) {
  std::string out;
  const View view(values, nullptr);
  [[maybe_unused]] const bool whole =
      cache.ExpandNoLoad(document, ctemplate::STRIP_BLANK_LINES, &view, nullptr, &out);
  // load() has seen every template, so nothing can be missing.
  assert(whole);
  return out;
}

}  // namespace

std::string Theme::expand(const Values& page) const {
  return filled(impl_->pages, kBase, page);
}

std::string Theme::expand_sheet(const Values& sheet) const {
  return filled(impl_->sheets(), kSheet, sheet);
}

SiteInfo site_info(const Config& config, const FontFaces& faces) {
  SiteInfo info;
  info.title = config.title;
  info.description = config.description;
  info.base_url = config.base_url;
  info.lang = config.lang;
  info.author = config.author;
  info.menu = config.menu;
  if (info.menu.empty()) info.menu = {{"Home", "/"}, {"Blog", "/blog/"}};
  info.page_size = config.page_size;
  info.feed_full = config.feed_full;
  info.feed_posts = config.feed_posts;
  info.robots_index = config.robots_index;
  info.robots_disallow = config.robots_disallow;
  info.robots_block = config.robots_block;
  info.scheme = config.theme.scheme;
  info.card_colours = info.scheme == "dark" ? config.theme.dark : config.theme.light;
  info.theme_css = theme_css(config.theme, faces);
  info.print_tokens = print_tokens(config.theme, faces);
  info.font_url = faces.preload_url;
  info.logo = config.theme.logo;
  info.footer = config.footer;
  info.author_box = config.author_box;
  return info;
}

}  // namespace octavo
