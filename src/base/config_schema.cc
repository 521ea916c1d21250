// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/config_schema.h"

#include <arpa/inet.h>
#include <sys/un.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <utility>

#include "base/text.h"
#include "base/zone.h"

namespace octavo {
namespace {

using Verdict = ConfigScalar::Verdict;

Verdict fine() {
  return {};
}
Verdict refused(std::string complaint, std::string code = "wrong_type") {
  return {std::move(code), std::move(complaint)};
}
std::string quoted(std::string_view text) {
  return "“" + shorten(text, 80) + "”";
}

std::optional<unsigned> number(std::string_view text, int base = 10) {
  unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

Verdict set_number(unsigned& into, std::string_view text, unsigned least, unsigned most) {
  const auto value = number(text);
  if (!value || *value < least || *value > most) {
    return refused(quoted(text) + " is no number from " + std::to_string(least) + " to " +
                   std::to_string(most));
  }
  into = *value;
  return fine();
}

// `first` means false, `second` true.
Verdict set_choice(bool& into, std::string_view text, std::string_view first,
                   std::string_view second) {
  if (text != first && text != second) {
    return refused(quoted(text) + " is neither " + std::string(first) + " nor " +
                   std::string(second));
  }
  into = text == second;
  return fine();
}

bool is_alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool is_ipv6(std::string_view text) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, std::string(text).c_str(), &address) == 1;
}

// Names and IPv4 addresses; letters beyond ASCII have to come as xn--….
bool is_host(std::string_view text) {
  if (text.empty() || text.size() > 253) return false;
  for (const std::string_view label : split(text, '.')) {
    if (label.empty() || label.size() > 63 || label.front() == '-' || label.back() == '-' ||
        !std::all_of(label.begin(), label.end(),
                     [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; })) {
      return false;
    }
  }
  return true;
}

bool is_port(std::string_view text) {
  const auto value = number(text);
  return value && *value >= 1 && *value <= 65535 && text.size() <= 5;
}

struct HostPort {
  std::string_view host, port;
  bool has_port = false, v6 = false;
};
// Splits host[:port] and [v6][:port]; nullopt when it is neither.
std::optional<HostPort> split_host(std::string_view text) {
  HostPort result;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return std::nullopt;
    result.v6 = true;
    result.host = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
  } else {
    const std::size_t end = std::min(text.find(':'), text.size());
    result.host = text.substr(0, end);
    text.remove_prefix(end);
  }
  if (text.empty()) return result;
  if (text.front() != ':') return std::nullopt;
  result.has_port = true;
  result.port = text.substr(1);
  return result;
}

Verdict set_base_url(Config& config, std::string_view text, std::string_view) {
  std::string_view rest = text;
  std::string scheme;
  for (const std::string_view known : {"https://", "http://"}) {
    if (ascii_iequals(text.substr(0, known.size()), known)) {
      scheme = known;
      rest.remove_prefix(known.size());
    }
  }
  const auto bad = [&](std::string_view why) {
    return refused(quoted(text) + " " + std::string(why), "bad_url");
  };
  if (scheme.empty()) return bad("is no URL; write it as in https://blog.example");
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  const std::string_view behind = rest.substr(authority.size());
  if (authority.find('@') != std::string_view::npos) {
    return bad("has a name or password in it; every reader would see them: remove them");
  }
  if (!behind.empty() && behind != "/") {
    return bad(
        "has a path; Octavo's URLs begin at the root of a host: give the blog a host of its own, "
        "as in https://blog.example");
  }
  const auto parts = split_host(authority);
  if (!parts || !(parts->v6 ? is_ipv6(parts->host) : is_host(parts->host)) ||
      (parts->has_port && !is_port(parts->port))) {
    return bad("has no proper host; write it as in https://blog.example or http://[::1]:8080");
  }
  config.base_url = scheme + ascii_lower(authority);
  config.base_url_given = true;
  return fine();
}

Verdict set_address(std::string& into, std::string_view text, std::string_view folder) {
  const auto bad = [&](std::string_view why) {
    return refused(quoted(text) + " " + std::string(why));
  };
  constexpr std::string_view kForms =
      "is no place to listen at; write a socket's path, host:port or [::1]:9000";
  if (text.starts_with("unix:")) return bad("is no path; leave “unix:” out");
  if (text.find('/') == std::string_view::npos) {
    if (number(text)) return bad("is a port without a host; write 127.0.0.1:9000");
    const auto parts = split_host(text);
    if (!parts) return bad(kForms);
    if (parts->has_port || parts->v6) {
      if (!parts->v6 && parts->port.find(':') != std::string_view::npos) {
        return bad("is an IPv6 address without brackets; write [::1]:9000");
      }
      if (!(parts->v6 ? is_ipv6(parts->host) : is_host(parts->host)) || !is_port(parts->port)) {
        return bad(kForms);
      }
      into = text;
      return fine();
    }
  }
  into = absolute_path(text, folder);
  if (into.size() >= sizeof(sockaddr_un::sun_path)) {
    return bad("is too long for a socket's path; at most 107 bytes are possible");
  }
  return fine();
}

Verdict set_control(Config& config, std::string_view text, std::string_view folder) {
  config.control = absolute_path(text, folder);
  if (config.control.size() >= sizeof(sockaddr_un::sun_path)) {
    return refused(quoted(text) +
                   " is too long for a socket's path; at most 107 bytes are possible");
  }
  return fine();
}

Verdict set_time_zone(Config& config, std::string_view text, std::string_view) {
  if (!is_zone_name(text)) {
    return refused(quoted(text) + " is no time zone; write its name, as in UTC or Europe/Vienna");
  }
  config.time_zone = text;
  return fine();
}

Verdict set_lang(Config& config, std::string_view text, std::string_view) {
  if (!is_language(text)) {
    return refused(quoted(text) + " is no language; write its code, as in en or pt-BR");
  }
  config.lang = text;
  return fine();
}

Verdict set_folder(std::string& into, std::string_view text, std::string_view folder) {
  into = absolute_path(text, folder);
  return fine();
}

// "32M", "32MiB", "512 k": binary multiples.
Verdict set_bytes(std::size_t& into, std::string_view text) {
  std::size_t digits = 0;
  while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9') ++digits;
  const auto value = number(text.substr(0, digits));
  const std::string unit = ascii_lower(trim(text.substr(digits)));
  unsigned shift = 0;
  if (unit == "k" || unit == "kib" || unit == "kb") shift = 10;
  if (unit == "m" || unit == "mib" || unit == "mb") shift = 20;
  if (unit == "g" || unit == "gib" || unit == "gb") shift = 30;
  if (!value || (shift == 0 && !unit.empty() && unit != "b") ||
      (std::uint64_t{*value} << shift) > (std::uint64_t{64} << 30)) {
    return refused(quoted(text) + " is no size; write it as in 32M");
  }
  into = std::size_t{*value} << shift;
  return fine();
}

// A bound below the largest file would throw each of those out as soon as it is made.
Verdict set_press_cache(Config& config, std::string_view text, std::string_view) {
  constexpr std::size_t kLeast = 64u << 20;
  std::size_t bytes = 0;
  if (Verdict verdict = set_bytes(bytes, text); !verdict.code.empty()) return verdict;
  if (bytes < kLeast) {
    return refused(quoted(text) + " is too little; one PDF may be that large: write 64M or more");
  }
  config.press_cache = bytes;
  return fine();
}

Verdict set_mode(Config& config, std::string_view text, std::string_view) {
  std::string_view digits = text;
  if (digits.starts_with("0o")) digits.remove_prefix(2);
  const auto value = number(digits, 8);
  if (!value || *value > 0777) {
    return refused(quoted(text) + " is no file mode; write it in octal, as in 0660");
  }
  config.socket_mode = *value;
  return fine();
}

Verdict set_group(Config& config, std::string_view text, std::string_view) {
  if (text.size() > 64 || text.front() == '-' || !std::all_of(text.begin(), text.end(), [](char c) {
        return is_alphanumeric(c) || c == '_' || c == '-' || c == '.' || c == '$';
      })) {
    return refused(quoted(text) + " is no group's name; write it as in www-data");
  }
  config.socket_group = text;
  return fine();
}

Verdict set_bool(bool& into, std::string_view text) {
  const std::string word = ascii_lower(text);
  const bool on = word == "true" || word == "yes" || word == "on";
  if (!on && word != "false" && word != "no" && word != "off") {
    return refused(quoted(text) + " is neither true nor false");
  }
  into = on;
  return fine();
}

// A path pattern of RFC 9309, 2.2: its `*` and `$` are the admin's to use.
Verdict add_disallowed(Config& config, std::string_view text) {
  const auto bad = [&](std::string_view why) {
    return refused(quoted(text) + " " + std::string(why), "bad_path");
  };
  if (!text.starts_with('/')) return bad("is no path; begin it with a slash, as in /drafts/");
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if (c == ' ') return bad("has a blank in it; write %20");
    if (c == '#') return bad("has a # in it, which begins a comment in robots.txt; write %23");
    if (is_control(c)) return bad("has a control character in it; remove it");
  }
  config.robots_disallow.emplace_back(text);
  return fine();
}

Verdict add_blocked(Config& config, std::string_view text) {
  if (text == "*") {
    return refused("`*` would be every robot; to keep all of them out write `index: false`");
  }
  // RFC 9309 has no digits in a name; robots that are about (AI2Bot, img2dataset) have.
  if (!std::all_of(text.begin(), text.end(),
                   [](char c) { return is_alphanumeric(c) || c == '-' || c == '_'; })) {
    return refused(quoted(text) +
                   " is no robot's name; write it as in GPTBot: letters, digits, - and _, without "
                   "a version");
  }
  config.robots_block.emplace_back(text);
  return fine();
}

Verdict refused_if(std::string complaint) {
  return complaint.empty() ? fine() : refused(std::move(complaint));
}

Verdict set_scheme(Config& config, std::string_view text, std::string_view) {
  if (text != "auto" && text != "light" && text != "dark") {
    return refused(quoted(text) + " is neither auto nor light nor dark");
  }
  config.theme.scheme = text == "auto" ? std::string_view() : text;
  return fine();
}

Verdict set_author_url(Config& config, std::string_view text, std::string_view) {
  if (!is_menu_url(text)) {
    return refused(quoted(text) + " is no URL; begin it with https://, http:// or one slash",
                   "bad_url");
  }
  config.author_box.url = text;
  return fine();
}

Verdict set_separator(Config& config, std::string_view text, std::string_view) {
  bool space = false;
  const Verdict verdict = set_choice(space, text, "comma", "space");
  config.front_matter.tags_separator = space ? ' ' : ',';
  return verdict;
}

}  // namespace

bool is_language(std::string_view text) {
  const auto parts = split(text, '-');
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::string_view part = parts[i];
    const auto fits = [&](char c) { return is_alphanumeric(c) && (i > 0 || c > '9'); };
    if (part.size() < (i == 0 ? 2u : 1u) || part.size() > 8 ||
        !std::all_of(part.begin(), part.end(), fits)) {
      return false;
    }
  }
  return text.size() <= 35;  // RFC 5646, 4.4.1
}

const std::vector<ConfigScalar>& config_scalars() {
  using View = std::string_view;
  static const std::vector<ConfigScalar> scalars = {
      {{"title", "TEXT", "the site's name (Octavo)"},
       [](Config& c, View t, View) { return c.title = t, fine(); }},
      {{"description", "TEXT", "one sentence about the site"},
       [](Config& c, View t, View) { return c.description = t, fine(); }},
      {{"base_url", "URL", "where readers find the site (http://localhost:8080)"}, set_base_url},
      {{"lang", "CODE", "the language of posts that name none (en)"}, set_lang},
      {{"time_zone", "ZONE", "the zone of dates that name none (UTC)"}, set_time_zone},
      {{"author", "TEXT", "who writes, where a post names nobody"},
       [](Config& c, View t, View) { return c.author = t, fine(); }},
      {{"listen", "ADDRESS", "a socket's path, host:port or [v6]:port"},
       [](Config& c, View t, View f) { return set_address(c.listen, t, f); }},
      {{"control", "SOCKET", "where octavo reload and octavo status reach octavo serve"},
       set_control},
      {{"metrics.listen", "ADDRESS", "where Prometheus gets its figures, as listen (nowhere)"},
       [](Config& c, View t, View f) { return set_address(c.metrics, t, f); }},
      {{"content", "FOLDER", "posts/, pages/ and images/ (content)"},
       [](Config& c, View t, View f) { return set_folder(c.content, t, f); }},
      {{"templates", "FOLDER", "templates of the site's own"},
       [](Config& c, View t, View f) { return set_folder(c.templates, t, f); }},
      {{"cache", "FOLDER", "where the composed site is kept between starts"},
       [](Config& c, View t, View f) { return set_folder(c.cache, t, f); }},
      {{"state", "FOLDER",
        "where the full-text index is kept; without it search knows titles and tags"},
       [](Config& c, View t, View f) { return set_folder(c.state, t, f); }},
      {{"page_cache", "SIZE", "memory for finished pages, 0 for none (32M)"},
       [](Config& c, View t, View) { return set_bytes(c.page_cache, t); }},
      {{"print", "SOCKET", "where octavo-print listens; needs cache; without it there are no PDFs"},
       [](Config& c, View t, View f) { return set_folder(c.print, t, f); }},
      {{"press.paper", "a4|letter", "the paper of PDFs (a4)"},
       [](Config& c, View t, View) { return set_choice(c.print_letter, t, "a4", "letter"); }},
      {{"press.cache_size", "SIZE", "PDFs and cards that are kept, altogether (512M)"},
       set_press_cache},
      {{"threads", "N", "threads that serve (0: one a core)"},
       [](Config& c, View t, View) { return set_number(c.threads, t, 0, 256); }},
      {{"page_size", "N", "posts on a page of a list (10)"},
       [](Config& c, View t, View) { return set_number(c.page_size, t, 1, 100); }},
      {{"start", "strict|last_good", "what to do at start when a post is in error (strict)"},
       [](Config& c, View t, View) {
         return set_choice(c.start_last_good, t, "strict", "last_good");
       }},
      {{"markdown.html", "safe|trusted", "raw HTML in posts: by allow-list, or all (safe)"},
       [](Config& c, View t, View) { return set_choice(c.html_trusted, t, "safe", "trusted"); }},
      {{"markdown.typography", "true|false", "quotes and dashes as the language has them (true)"},
       [](Config& c, View t, View) { return set_bool(c.typography, t); }},
      {{"markdown.highlight", "true|false", "colours in code whose language is named (true)"},
       [](Config& c, View t, View) { return set_bool(c.highlight, t); }},
      {{"markdown.external_links", "plain|mark", "whether links to other sites show it (plain)"},
       [](Config& c, View t, View) {
         return set_choice(c.mark_external_links, t, "plain", "mark");
       }},
      {{"front_matter.tags_separator", "comma|space", "what splits tags in one string (comma)"},
       set_separator},
      {{"front_matter.slug_from", "name|file",
        "a slug from the file's name without its date, or with it (name)"},
       [](Config& c, View t, View) {
         return set_choice(c.front_matter.date_in_slug, t, "name", "file");
       }},
      {{"front_matter.missing_image", "error|warning", "an image that is not there (error)"},
       [](Config& c, View t, View) {
         bool warning = false;
         Verdict verdict = set_choice(warning, t, "error", "warning");
         c.front_matter.missing_image_is_error = !warning;
         return verdict;
       }},
      {{"feeds.content", "full|summary", "what feeds carry of a post (full)"},
       [](Config& c, View t, View) {
         bool summary = false;
         Verdict verdict = set_choice(summary, t, "full", "summary");
         c.feed_full = !summary;
         return verdict;
       }},
      {{"feeds.posts", "N", "posts in a feed (20)"},
       [](Config& c, View t, View) { return set_number(c.feed_posts, t, 1, 100); }},
      {{"robots.index", "true|false", "whether search engines may have the site (true)"},
       [](Config& c, View t, View) { return set_bool(c.robots_index, t); }},
      {{"theme.scheme", "auto|light|dark", "the colours that a reader gets first (auto)"},
       set_scheme},
      {{"theme.font", "FONT", "system, inter, or a CSS font stack (system)"},
       [](Config& c, View t, View) { return refused_if(set_font(c.theme, t)); }},
      {{"theme.code_font", "FONT", "system, or a CSS font stack, for code (system)"},
       [](Config& c, View t, View) { return refused_if(set_code_font(c.theme, t)); }},
      {{"theme.size", "SIZE", "of the text: 12px to 32px, or in rem or % (18px)"},
       [](Config& c, View t, View) { return refused_if(set_root_size(c.theme, t)); }},
      {{"theme.measure", "WIDTH", "of the text: 40ch to 100ch, or in rem"},
       [](Config& c, View t, View) { return refused_if(set_measure(c.theme, t)); }},
      {{"footer.text", "TEXT", "a sentence at the foot of each page"},
       [](Config& c, View t, View) { return c.footer.text = t, fine(); }},
      {{"author_box.bio", "TEXT", "who the author is, shown below each post"},
       [](Config& c, View t, View) { return c.author_box.bio = t, fine(); }},
      {{"author_box.url", "URL", "where more about the author stands"}, set_author_url},
      {{"socket.mode", "OCTAL", "the mode of the socket's file (0660)"}, set_mode},
      {{"socket.group", "GROUP", "the group of the socket's file"}, set_group},
      {{"socket.connections", "N", "connections at once, at most (4096)"},
       [](Config& c, View t, View) { return set_number(c.max_connections, t, 1, 65536); }},
  };
  return scalars;
}

const std::vector<ConfigList>& config_lists() {
  static const std::vector<ConfigList> lists = {
      {"robots.disallow", "a list of paths, as in [/drafts/]", add_disallowed},
      {"robots.block", "a list of robots' names, as in [GPTBot]", add_blocked},
  };
  return lists;
}

std::string absolute_path(std::string_view path, std::string_view folder) {
  namespace fs = std::filesystem;
  std::string result = fs::absolute(fs::path(folder) / fs::path(path)).lexically_normal().string();
  while (result.size() > 1 && result.ends_with('/')) result.pop_back();
  return result;
}

bool is_menu_url(std::string_view url) {
  if (std::any_of(url.begin(), url.end(),
                  [](char c) { return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F; })) {
    return false;
  }
  if (url.starts_with('/')) return !url.starts_with("//");
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!ascii_iequals(url.substr(0, scheme.size()), scheme)) continue;
    const std::string_view rest = url.substr(scheme.size());
    return !rest.empty() && std::string_view("/?#").find(rest.front()) == std::string_view::npos;
  }
  return false;
}

}  // namespace octavo
