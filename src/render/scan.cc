// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/scan.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "render/markers.h"

namespace octavo {
namespace {

constexpr std::string_view kPragma = "%AUTOESCAPE context=\"HTML\"";
// Those of ctemplate that make a text safe for some place; AUTOESCAPE adds what is still needed.
constexpr std::array<std::string_view, 12> kModifiers = {
    "none", "h", "html_escape", "p",          "pre_escape",       "u",
    "j",    "o", "json_escape", "xml_escape", "url_query_escape", "javascript_escape"};

bool is_name(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
  });
}

std::string braced(std::string_view inner) {
  std::string out = "{{";
  out.append(inner).append("}}");
  return out;
}

class Scan {
 public:
  Scan(std::string_view name, const std::string& file, std::string_view text)
      : name_(name), file_(file), text_(text) {}

  std::vector<Diagnostic> run() {
    if (const std::size_t bad = find_bad_utf8(text_); bad != std::string_view::npos) {
      fault(bad, "bad_encoding", "not UTF-8; save the file as UTF-8");
      return std::move(faults_);
    }
    check_pragma();
    for (std::size_t at = text_.find("{{"); at != std::string_view::npos;
         at = text_.find("{{", at)) {
      const std::size_t end = text_.find("}}", at + 2);
      if (end == std::string_view::npos) {
        fault(at, "bad_marker", "a marker that does not end; close it with }}");
        break;
      }
      marker(at, text_.substr(at + 2, end - at - 2));
      at = end + 2;
    }
    for (const Open& open : open_) {
      fault(open.at, "unclosed_section",
            "section " + braced("#" + std::string(open.name)) + " is not closed; add " +
                braced("/" + std::string(open.name)));
    }
    return std::move(faults_);
  }

 private:
  struct Open {
    std::string_view name;
    std::size_t at = 0;
  };

  Diagnostic& fault(std::size_t at, std::string code, std::string message) {
    const LineColumn place = line_column(text_, at);
    Diagnostic& fault = faults_.emplace_back();
    fault.code = std::move(code);
    fault.file = file_;
    fault.line = place.line;
    fault.column = place.column;
    fault.message = std::move(message);
    return fault;
  }

  void check_pragma() {
    const std::size_t first = std::min(text_.find_first_not_of(" \t\r\n"), text_.size());
    if (!text_.substr(first).starts_with(braced(kPragma))) {
      fault(first, "missing_autoescape",
            "a template begins with " + braced(kPragma) + ", so that what it shows is escaped");
    }
  }

  void marker(std::size_t at, std::string_view inner) {
    if (inner.starts_with('!')) return;
    if (inner.starts_with('=')) {
      fault(at, "delimiter_change", "markers are always written {{…}}; remove this one");
    } else if (inner.starts_with('%')) {
      if (inner != kPragma) {
        fault(at, "bad_marker",
              braced(inner) + " is not understood; the only pragma is " + braced(kPragma));
      }
    } else if (inner.starts_with('#')) {
      section(at, inner.substr(1));
    } else if (inner.starts_with('/')) {
      close(at, inner.substr(1));
    } else if (inner.starts_with('>')) {
      include(at, inner.substr(1));
    } else {
      text_marker(at, inner);
    }
  }

  bool well_formed(std::size_t at, std::string_view name, std::string_view inner) {
    if (is_name(name)) return true;
    fault(at, "bad_marker",
          braced(inner.substr(0, 60)) +
              " is not a marker; a name has letters, digits and _, no blanks");
    return false;
  }

  std::vector<std::string_view> scope() const {
    std::vector<std::string_view> names;
    for (const Open& open : open_) names.push_back(open.name);
    return names;
  }

  void unknown(std::size_t at, const char* code, std::string_view sign, std::string_view name) {
    const std::string near = nearest_name(name, known_markers(name_, scope()));
    std::string message = "unknown marker " + braced(std::string(sign) + std::string(name));
    if (!near.empty()) {
      message += "; did you mean " + near + "?";
    } else if (const auto elsewhere =
                   std::ranges::find_if(markers(), [&](const Marker& m) { return m.name == name; });
               elsewhere != markers().end()) {
      message += "; it is known in " + std::string(elsewhere->file);
      if (!elsewhere->section.empty()) {
        message += " inside " + braced("#" + std::string(elsewhere->section));
      }
    } else {
      message += "; nothing fills it here";
    }
    Diagnostic& entry = fault(at, code, std::move(message));
    entry.key = name;
    entry.near = near;
  }

  void section(std::size_t at, std::string_view name) {
    if (!well_formed(at, name, name)) return;
    const bool separator = !open_.empty() && name.ends_with("_separator") &&
                           name.substr(0, name.size() - 10) == open_.back().name;
    if (!separator) {
      const Marker* known = find_marker(name_, scope(), name);
      if (known == nullptr || known->kind == MarkerKind::include) {
        unknown(at, "unknown_marker", "#", name);
      }
    }
    open_.push_back({name, at});
  }

  void close(std::size_t at, std::string_view name) {
    if (!open_.empty() && open_.back().name == name) {
      open_.pop_back();
      return;
    }
    const auto found =
        std::ranges::find_if(open_, [&](const Open& open) { return open.name == name; });
    if (found == open_.end()) {
      fault(at, "unopened_section", braced("/" + std::string(name)) + " closes nothing; remove it");
      return;
    }
    for (auto inner = found + 1; inner != open_.end(); ++inner) {
      fault(inner->at, "unclosed_section",
            "section " + braced("#" + std::string(inner->name)) + " is not closed before " +
                braced("/" + std::string(name)));
    }
    open_.erase(found, open_.end());
  }

  void include(std::size_t at, std::string_view name) {
    if (!well_formed(at, name, name)) return;
    const Marker* known = find_marker(name_, scope(), name);
    // The page's own frame: including it in the page would never end.
    const bool endless = known != nullptr && known->file != name_;
    if (known == nullptr || known->kind != MarkerKind::include || endless) {
      unknown(at, "unknown_include", ">", name);
    }
  }

  void text_marker(std::size_t at, std::string_view inner) {
    const std::vector<std::string_view> parts = split(inner, ':');
    const std::string_view name = parts.front();
    if (!well_formed(at, name, inner)) return;
    if (name == "BI_SPACE" || name == "BI_NEWLINE") return;
    const Marker* known = find_marker(name_, scope(), name);
    if (known == nullptr) {
      unknown(at, "unknown_marker", "", name);
      return;
    }
    if (known->kind == MarkerKind::section || known->kind == MarkerKind::include) {
      const char* sign = known->kind == MarkerKind::section ? "#" : ">";
      fault(at, "unknown_marker",
            std::string(name) + " is not a text; write " + braced(sign + std::string(name)))
          .key = name;
      return;
    }
    bool raw = false;
    for (std::size_t i = 1; i < parts.size(); ++i) {
      if (std::ranges::find(kModifiers, parts[i]) == kModifiers.end()) {
        Diagnostic& entry = fault(at, "unknown_modifier",
                                  "unknown modifier :" + std::string(parts[i].substr(0, 40)) +
                                      " in " + braced(inner.substr(0, 60)));
        entry.near = nearest_name(parts[i], {kModifiers.begin(), kModifiers.end()});
      }
      raw = raw || parts[i] == "none";
    }
    const bool html = known->kind == MarkerKind::html;
    if (raw && !html) {
      fault(at, "raw_marker",
            braced(inner) + " would not be escaped; :none is for names that end in _HTML");
    } else if (html && (!raw || parts.size() != 2)) {
      fault(at, "raw_marker",
            braced(inner) + " is HTML already; write " + braced(std::string(name) + ":none"));
    }
  }

  const std::string_view name_;
  const std::string& file_;
  const std::string_view text_;
  std::vector<Open> open_;
  std::vector<Diagnostic> faults_;
};

}  // namespace

std::vector<Diagnostic> scan_template(std::string_view name, const std::string& file,
                                      std::string_view text) {
  return Scan(name, file, text).run();
}

}  // namespace octavo
