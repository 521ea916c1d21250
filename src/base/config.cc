// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/config.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <iterator>
#include <utility>

#include "base/config_schema.h"
#include "base/error.h"
#include "base/file.h"
#include "base/text.h"
#include "base/yaml.h"

namespace octavo {
namespace {

constexpr std::size_t kMaxConfigBytes = 256u << 10;
constexpr std::string_view kSystemFile = "/etc/octavo/octavo.yaml";
constexpr std::string_view kSections[] = {"metrics", "press",     "markdown", "front_matter",
                                          "feeds",   "robots",    "socket",   "theme",
                                          "footer",  "author_box"};

const ConfigScalar* scalar_of(std::string_view key) {
  for (const ConfigScalar& scalar : config_scalars()) {
    if (scalar.option.key == key) return &scalar;
  }
  return nullptr;
}

const ConfigList* list_of(std::string_view key) {
  for (const ConfigList& list : config_lists()) {
    if (list.key == key) return &list;
  }
  return nullptr;
}

// The keys that may stand directly in `section` ("" is the file's outermost map).
std::vector<std::string_view> keys_in(std::string_view section) {
  std::vector<std::string_view> keys;
  const auto take = [&](std::string_view key) {
    const std::size_t dot = key.find('.');
    if (section.empty() ? dot == std::string_view::npos : key.substr(0, dot) == section) {
      keys.push_back(section.empty() ? key : key.substr(dot + 1));
    }
  };
  for (const ConfigScalar& scalar : config_scalars()) take(scalar.option.key);
  for (const ConfigList& list : config_lists()) take(list.key);
  if (section.empty()) {
    keys.insert(keys.end(), std::begin(kSections), std::end(kSections));
    keys.push_back("menu");
  } else if (section == "front_matter") {
    keys.insert(keys.end(), {"aliases", "ignore", "extra"});
  } else if (section == "theme") {
    keys.insert(keys.end(), {"colours", "dark", "logo"});
  } else if (section == "footer") {
    keys.push_back("links");
  } else if (section == "author_box") {
    keys.push_back("image");
  }
  return keys;
}

std::string kind_of(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::list:
      return "a list";
    case YamlNode::Kind::map:
      return "a map";
    case YamlNode::Kind::scalar:
      break;
  }
  return "“" + shorten(node.text, 40) + "”";
}

bool has_control(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    if (is_control(next_code_point(text, at))) return true;
  }
  return false;
}

class Loader {
 public:
  explicit Loader(const ConfigSources& sources) : sources_(sources) {}

  Config load() {
    if (sources_.file) {
      read(absolute_path(*sources_.file, sources_.folder), *sources_.file);
    } else if (sources_.search_files) {
      search();
    }
    take_options();
    choose_content();
    if (std::string trouble = content_trouble(config_.content); !trouble.empty())
      folder_fault("content", std::move(trouble));
    std::error_code ignored;
    if (!config_.templates.empty() && !std::filesystem::is_directory(config_.templates, ignored))
      folder_fault("templates",
                   "there is no folder " + config_.templates + "; make it, or mend the path");
    check_theme();
    check_press();
    if (!faults_.empty()) {
      std::ranges::move(config_.content_faults, std::back_inserter(faults_));
      throw ConfigError(std::move(faults_));
    }
    return std::move(config_);
  }

 private:
  using Member = YamlNode::Member;

  void fault(std::string code, std::uint32_t line, std::uint32_t column, std::string key,
             std::string message) {
    Diagnostic made;
    made.code = std::move(code);
    made.file = line == 0 ? std::string() : shown_file_;
    made.line = line;
    made.column = column;
    made.key = std::move(key);
    made.message = std::move(message);
    faults_.push_back(std::move(made));
  }
  void wrong_type(const YamlNode& value, const std::string& key, std::string_view wanted) {
    fault("wrong_type", value.line, value.column, key,
          "`" + key + "` is " + kind_of(value) + "; write " + std::string(wanted));
  }

  void search() {
    const std::string here = absolute_path("octavo.yaml", sources_.folder);
    const std::string system(kSystemFile);
    if (::access(here.c_str(), F_OK) == 0) {
      read(here, sources_.folder == "." ? "octavo.yaml" : sources_.folder + "/octavo.yaml");
    } else if (::access(system.c_str(), F_OK) == 0) {
      read(system, system);
    }
  }

  void read(const std::string& path, std::string shown) {
    shown_file_ = std::move(shown);
    std::string text;
    try {
      text = read_file(path, kMaxConfigBytes);
    } catch (const SystemError& error) {
      Diagnostic made;
      made.code = error.error_number() == EFBIG ? "too_large" : "unreadable";
      made.file = shown_file_;
      made.message = error.error_number() == EFBIG
                         ? std::string("larger than 256 KiB; this is no configuration")
                         : std::string(error.what());
      faults_.push_back(std::move(made));
      return;
    }
    config_.file = path;
    folder_ = std::filesystem::path(path).parent_path().string();
    YamlResult yaml = parse_yaml(text);
    for (Diagnostic& found : yaml.faults) {
      found.file = shown_file_;
      faults_.push_back(std::move(found));
    }
    for (const Member& member : yaml.root.members) take_member(member, {});
    std::stable_sort(faults_.begin(), faults_.end(), [](const auto& a, const auto& b) {
      return std::pair(a.line, a.column) < std::pair(b.line, b.column);
    });
  }

  void take_member(const Member& member, const std::string& section) {
    const std::string key = section.empty() ? member.key : section + "." + member.key;
    const bool is_section = section.empty() && std::find(std::begin(kSections), std::end(kSections),
                                                         member.key) != std::end(kSections);
    const bool dotted = member.key.find('.') != std::string::npos;
    const ConfigScalar* scalar = dotted ? nullptr : scalar_of(key);
    const ConfigList* list = dotted ? nullptr : list_of(key);
    if (scalar != nullptr) {
      take_scalar(*scalar, member, key);
    } else if (list != nullptr) {
      take_list(*list, member.value);
    } else if (is_section) {
      take_section(member);
    } else if (key == "menu") {
      take_menu(member.value, key, config_.menu);
    } else if (key == "footer.links") {
      take_menu(member.value, key, config_.footer.links);
    } else if (key == "theme.colours" || key == "theme.colors") {
      read_colours(member.value, key, config_.theme.light, complain());
    } else if (key == "theme.dark") {
      read_colours(member.value, key, config_.theme.dark, complain());
    } else if (key == "theme.logo") {
      read_site_image(member.value, key, config_.theme.logo, complain());
    } else if (key == "author_box.image") {
      read_site_image(member.value, key, config_.author_box.image, complain());
    } else if (key == "front_matter.aliases") {
      take_aliases(member.value);
    } else if (key == "front_matter.ignore") {
      take_keys(member.value, "ignore", config_.front_matter.ignore);
    } else if (key == "front_matter.extra") {
      take_keys(member.value, "extra", config_.front_matter.extra);
    } else {
      unknown(member, section);
    }
  }

  void unknown(const Member& member, const std::string& section) {
    const std::vector<std::string_view> keys = keys_in(section);
    std::string near = nearest_name(member.key, keys);
    std::string message = "unknown key `" + member.key + "`";
    if (!section.empty()) message += " in `" + section + "`";
    if (!near.empty()) {
      message += "; did you mean `" + near + "`?";
    } else {
      message += "; known are";
      for (const std::string_view key : keys) message += " " + std::string(key);
    }
    fault("unknown_key", member.line, member.column, member.key, std::move(message));
    faults_.back().near = std::move(near);
  }

  void take_section(const Member& member) {
    if (member.value.is_null()) return;
    if (member.value.kind != YamlNode::Kind::map) {
      return wrong_type(member.value, member.key, "a map, with its keys indented below it");
    }
    for (const Member& inner : member.value.members) take_member(inner, member.key);
  }

  // Where the last value of a folder's key came from; line 0: an option.
  struct Origin {
    std::uint32_t line = 0, column = 0;
  };

  void take_scalar(const ConfigScalar& scalar, const Member& member, const std::string& key) {
    if (member.value.is_null()) return;
    if (member.value.kind != YamlNode::Kind::scalar) {
      return wrong_type(member.value, key, std::string(scalar.option.value));
    }
    const std::string text = collapse_blanks(member.value.text);
    if (text.empty()) return;
    if (has_control(text)) {
      return fault("control_character", member.value.line, member.value.column, key,
                   "`" + key + "` has a control character in it; remove it");
    }
    auto [code, complaint] = scalar.set(config_, text, folder_);
    if (!code.empty()) {
      fault(std::move(code), member.value.line, member.value.column, key,
            "`" + key + "`: " + complaint);
    }
    origins_[key] = {member.value.line, member.value.column};
  }

  void take_list(const ConfigList& list, const YamlNode& value) {
    if (value.is_null()) return;
    const std::string key(list.key);
    if (value.kind != YamlNode::Kind::list) return wrong_type(value, key, list.wanted);
    for (const YamlNode& item : value.items) {
      if (item.kind != YamlNode::Kind::scalar || item.text.empty()) {
        wrong_type(item, key, list.wanted);
        continue;
      }
      auto [code, complaint] = list.add(config_, item.text);
      if (!code.empty()) {
        fault(std::move(code), item.line, item.column, key, "`" + key + "`: " + complaint);
      }
    }
  }

  void take_options() {
    for (const auto& [key, written] : sources_.options) {
      const std::string name = "--" + option_name(key);
      const ConfigScalar* scalar = scalar_of(key);
      if (scalar == nullptr) {
        fault("unknown_key", 0, 0, key, "unknown option " + name);
        continue;
      }
      const std::string_view text = trim(written);
      if (text.empty()) {
        fault("wrong_type", 0, 0, key,
              name + " needs a value: " + std::string(scalar->option.value));
      } else if (find_bad_utf8(text) != std::string_view::npos || has_control(text)) {
        fault("control_character", 0, 0, key, name + " has a character in it that is no text");
      } else {
        auto [code, complaint] = scalar->set(config_, text, sources_.folder);
        if (!code.empty()) fault(std::move(code), 0, 0, key, name + ": " + complaint);
        origins_[key] = {};
      }
    }
  }

  void choose_content() {
    if (!config_.content.empty() || origins_.count("content") != 0) return;
    std::error_code ignored;
    const std::string beside =
        config_.file.empty() ? std::string() : absolute_path("content", folder_);
    if (!beside.empty() && std::filesystem::is_directory(beside, ignored)) {
      config_.content = beside;
    } else if (!sources_.default_content.empty()) {
      config_.content = absolute_path(sources_.default_content, sources_.folder);
    } else if (sources_.content_may_be_away && !beside.empty()) {
      config_.content = beside;
    } else if (faults_.empty()) {
      fault("bad_path", 0, 0, "content",
            beside.empty()
                ? std::string("no content folder is named; name it with --content FOLDER")
                : "no content folder is named, and there is no " + beside +
                      "; make it, or name another with `content: FOLDER`");
    }
  }

  void folder_fault(const std::string& key, std::string trouble) {
    const auto at = origins_.find(key);
    const Origin origin = at == origins_.end() ? Origin{} : at->second;
    const std::string name =
        origin.line != 0 || at == origins_.end() ? "`" + key + "`" : "--" + option_name(key);
    fault("bad_path", origin.line, origin.column, key, name + ": " + std::move(trouble));
    if (key == "content") set_aside();
  }

  // The fault that was found last is of what lies in a folder that may come back by itself.
  void set_aside() {
    if (!sources_.content_may_be_away) return;
    config_.content_faults.push_back(std::move(faults_.back()));
    faults_.pop_back();
  }

  Complain complain() {
    return [this](Diagnostic found) {
      found.file = shown_file_;
      faults_.push_back(std::move(found));
    };
  }

  Origin origin_of(const std::string& key) const {
    const auto at = origins_.find(key);
    return at == origins_.end() ? Origin{} : at->second;
  }

  // What only shows when the whole configuration is known.
  void check_theme() {
    const std::string& font = config_.theme.font;
    if (!font.empty() && sources_.fonts) {
      if (::access((*sources_.fonts + '/' + font + ".css").c_str(), R_OK) != 0) {
        const auto& fonts = shipped_fonts();
        const auto at = std::find_if(fonts.begin(), fonts.end(),
                                     [&](const ShippedFont& known) { return known.name == font; });
        const Origin origin = origin_of("theme.font");
        fault("missing_font", origin.line, origin.column, "theme.font",
              "the font `" + font + "` is not built in; install " + std::string(at->package) +
                  ", python3-fonttools and python3-brotli, configure Octavo with --with-font, and "
                  "build it again");
      }
    }
    check_site_image("theme.logo", config_.theme.logo);
    check_site_image("author_box.image", config_.author_box.image);
    if (!config_.author_box.bio.empty() && config_.author.empty()) {
      const Origin origin = origin_of("author_box.bio");
      fault("wrong_type", origin.line, origin.column, "author_box.bio",
            "`author_box` needs a name; set `author`");
    }
    config_.warnings = theme_warnings(config_.theme);
    for (Diagnostic& warning : config_.warnings) warning.file = config_.file;
  }

  // Finished PDFs are files that the front web server sends.
  void check_press() {
    const Origin origin = origin_of("print");
    config_.print_place = {origin.line, origin.column};
    if (config_.print.empty() || !config_.cache.empty()) return;
    if (origin.line == 0) {
      fault("missing_cache", 0, 0, "print",
            "--print needs a folder for the files that are made; name one with --cache FOLDER");
    } else {
      fault("missing_cache", origin.line, origin.column, "print",
            "`print` needs a folder for the files that are made; name one with `cache: FOLDER`");
    }
  }

  void check_site_image(const std::string& key, const SiteImage& image) {
    constexpr std::string_view kContent = "/content/";
    if (!image.src.starts_with("/content/images/") || config_.content.empty()) return;
    if (!config_.content_faults.empty()) return;  // with the folder it may come back
    const std::string path = config_.content + image.src.substr(kContent.size() - 1);
    std::error_code ignored;
    if (std::filesystem::is_regular_file(path, ignored)) return;
    fault("missing_image", image.line, image.column, key,
          "`" + key + "`: there is no file " + path + "; put it there, or mend the path");
    set_aside();
  }

  // `key`: menu or footer.links.
  void take_menu(const YamlNode& value, const std::string& key, std::vector<MenuEntry>& into) {
    if (value.is_null()) return;
    constexpr std::string_view kWanted = "a list of entries as in `- {title: About, url: /about/}`";
    if (value.kind != YamlNode::Kind::list) return wrong_type(value, key, kWanted);
    for (const YamlNode& item : value.items) {
      if (item.kind != YamlNode::Kind::map) {
        wrong_type(item, key, kWanted);
        continue;
      }
      take_menu_entry(item, key, into);
    }
  }

  void take_menu_entry(const YamlNode& item, const std::string& key, std::vector<MenuEntry>& into) {
    MenuEntry entry;
    for (const Member& member : item.members) {
      const bool is_title = member.key == "title";
      if (!is_title && member.key != "url") {
        fault(
            "unknown_key", member.line, member.column, member.key,
            "unknown key `" + member.key + "` in an entry of `" + key + "`; it has title and url");
        faults_.back().near = nearest_name(member.key, {"title", "url"});
        continue;
      }
      if (member.value.kind != YamlNode::Kind::scalar) {
        wrong_type(member.value, member.key, "text");
        continue;
      }
      const std::string text = collapse_blanks(member.value.text);
      if (has_control(text)) {
        fault("control_character", member.value.line, member.value.column, member.key,
              "`" + member.key + "` has a control character in it; remove it");
      } else if (!is_title && !text.empty() && !is_menu_url(text)) {
        fault(
            "bad_url", member.value.line, member.value.column, member.key,
            "“" + shorten(text, 80) + "” is no URL; begin it with https://, http:// or one slash");
      }
      (is_title ? entry.title : entry.url) = text;
    }
    if (entry.title.empty() || entry.url.empty()) {
      fault("wrong_type", item.line, item.column, key,
            "an entry of `" + key + "` needs both a title and a url");
      return;
    }
    into.push_back(std::move(entry));
  }

  // Notes that a front matter key is declared; false when it is so already.
  bool declare(const std::string& how, const std::string& key, std::uint32_t line,
               std::uint32_t column) {
    auto& places = config_.front_matter.places;
    for (const char* other : {"aliases.", "ignore.", "extra."}) {
      const auto at = places.find(other + key);
      if (at == places.end()) continue;
      fault("duplicate_key", line, column, "front_matter." + how,
            "`" + key + "` is declared already in line " + std::to_string(at->second.line) +
                ", column " + std::to_string(at->second.column) + "; keep one of the two");
      return false;
    }
    places[how + "." + key] = {line, column};
    return true;
  }

  void take_aliases(const YamlNode& value) {
    if (value.is_null()) return;
    constexpr std::string_view kWanted = "a map from your key to Octavo's, as in {by: authors}";
    if (value.kind != YamlNode::Kind::map)
      return wrong_type(value, "front_matter.aliases", kWanted);
    const auto& known = front_matter_keys();
    for (const Member& member : value.members) {
      const YamlNode& target = member.value;
      if (target.kind != YamlNode::Kind::scalar) {
        wrong_type(target, "front_matter.aliases", kWanted);
      } else if (std::find(known.begin(), known.end(), target.text) == known.end()) {
        std::string near = nearest_name(target.text, known);
        fault("unknown_key", target.line, target.column, "front_matter.aliases",
              "`" + shorten(target.text, 80) + "` is no key of a front matter" +
                  (near.empty() ? "; write the one that `" + member.key + "` stands for"
                                : "; did you mean `" + near + "`?"));
        faults_.back().near = std::move(near);
      } else if (declare("aliases", member.key, member.line, member.column)) {
        config_.front_matter.aliases[member.key] = target.text;
      }
    }
  }

  void take_keys(const YamlNode& value, const std::string& how, std::vector<std::string>& keys) {
    if (value.is_null()) return;
    constexpr std::string_view kWanted = "a list of keys, as in [layout]";
    const std::string name = "front_matter." + how;
    if (value.kind != YamlNode::Kind::list) return wrong_type(value, name, kWanted);
    for (const YamlNode& item : value.items) {
      if (item.kind != YamlNode::Kind::scalar || item.text.empty()) {
        wrong_type(item, name, kWanted);
      } else if (declare(how, item.text, item.line, item.column)) {
        keys.push_back(item.text);
      }
    }
  }

  const ConfigSources& sources_;
  Config config_;
  std::vector<Diagnostic> faults_;
  std::string shown_file_;  // as it was opened
  std::string folder_;      // what the file's paths are relative to
  std::map<std::string, Origin> origins_;
};

}  // namespace

const std::vector<std::string_view>& front_matter_keys() {
  static const std::vector<std::string_view> keys = {
      "title",         "link_title", "slug",        "date",          "updated",     "publish_date",
      "expiry_date",   "draft",      "tags",        "categories",    "authors",     "series",
      "series_order",  "weight",     "description", "summary",       "cover_image", "cover_alt",
      "cover_caption", "aliases",    "redirect_to", "canonical_url", "lang",        "toc",
      "math",          "noindex",    "extra"};
  return keys;
}

const std::vector<OptionKey>& option_keys() {
  static const std::vector<OptionKey> keys = [] {
    std::vector<OptionKey> result;
    for (const ConfigScalar& scalar : config_scalars()) result.push_back(scalar.option);
    return result;
  }();
  return keys;
}

std::string option_name(std::string_view key) {
  std::string name(key);
  std::replace(name.begin(), name.end(), '.', '-');
  std::replace(name.begin(), name.end(), '_', '-');
  return name;
}

std::string content_trouble(const std::string& folder) {
  struct stat status {};
  int error = 0;
  if (folder.empty()) return "";  // that nothing is named is another fault
  if (::stat(folder.c_str(), &status) != 0) {
    error = errno;
  } else if (!S_ISDIR(status.st_mode)) {
    error = ENOTDIR;
  } else if (::access(folder.c_str(), R_OK | X_OK) == 0) {
    return "";
  } else {
    error = errno;
  }
  if (error == ENOENT || error == ENOTDIR)
    return "there is no folder " + folder + "; make it, mount what is missing, or mend the path";
  if (error == EACCES || error == EPERM)
    return "octavo's user (number " + std::to_string(::geteuid()) + ") may not read the folder " +
           folder +
           "; give it the right to read it and to pass the folders above (in a unit, /home "
           "wants ProtectHome=read-only)";
  return "cannot read the folder " + folder + ": " + errno_text(error) + "; mount it anew";
}

Config load_config(const ConfigSources& sources) {
  return Loader(sources).load();
}

}  // namespace octavo
