// SPDX-License-Identifier: GPL-3.0-or-later
//
// robots.txt and llms.txt; the sitemap is in sitemap.cc, the card in card.cc, the favicon in
// favicon.cc.
#include "render/machine.h"

#include <algorithm>

#include "base/text.h"
#include "render/links.h"
#include "render/views.h"

namespace octavo {
namespace {

constexpr std::size_t kMostPosts = 100;  // in llms.txt, which is read whole

// A robot compares octets in their %XX form (RFC 9309, 2.2.2); `*` and `$` mean what they mean.
std::string encode_pattern(std::string_view pattern) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : pattern) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80) {
      out += c;
    } else {
      out += '%';
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  return out;
}

// Text as CommonMark's inline text in one line: nothing in it is markup, wherever it stands.
std::string markdown_escape(std::string_view text) {
  static constexpr std::string_view kMarks = "\\`*_[]<>&~";
  const std::string line = collapse_blanks(text);
  const std::size_t digits = std::min(line.find_first_not_of("0123456789"), line.size());
  std::string out;
  out.reserve(line.size() + 8);
  for (std::size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    const bool begins_block =
        (i == 0 && (c == '-' || c == '+')) || (i > 0 && i == digits && (c == '.' || c == ')'));
    // A heading begins, and may end, with #.
    const bool heading = c == '#' && (i == 0 || line[i - 1] == ' ');
    if (begins_block || heading || kMarks.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

void append_entry(std::string& out, const std::string& url, std::string_view title,
                  std::string_view description) {
  out.append("- [").append(markdown_escape(title)).append("](").append(url).append(")");
  if (!description.empty()) out.append(": ").append(markdown_escape(description));
  out += '\n';
}

}  // namespace

std::string render_robots(const SiteInfo& info) {
  std::string out;
  if (!info.robots_index) {
    out = "User-agent: *\nDisallow: /\n";
  } else {
    for (const std::string& name : info.robots_block) out.append("User-agent: " + name + "\n");
    if (!out.empty()) out += "Disallow: /\n\n";
    // No Allow: what is not disallowed is allowed, and robots that take the first rule instead of
    // the longest (as was usual before RFC 9309) would stop reading there. /search/ itself stays
    // open: its pages say noindex, and a robot has to read that.
    out += "User-agent: *\nDisallow: /search/live/\n";
    for (const std::string& path : info.robots_disallow) {
      out.append("Disallow: ").append(encode_pattern(path)).append("\n");
    }
  }
  return out + "\nSitemap: " + info.base_url + "/sitemap.xml\n";
}

std::string render_llms(const RenderContext& context) {
  const Site& site = context.site;
  const std::string& base_url = context.info.base_url;
  std::vector<PostView> posts, pages;
  for (const std::uint32_t number : site.order()) {
    if (const PostView post = site.post(number); !post.noindex()) posts.push_back(post);
  }
  for (const std::uint32_t number : site.pages()) {
    const PostView page = site.post(number);
    if (!page.noindex() && page.redirect_to().empty()) pages.push_back(page);
  }
  const std::size_t count = std::min(posts.size(), kMostPosts);
  std::string out = "# " + markdown_escape(context.info.title) + "\n";
  if (!context.info.description.empty()) {
    out += "\n> " + markdown_escape(context.info.description) + "\n";
  }
  if (count < posts.size()) {
    out += "\nThe newest " + std::to_string(count) + " of " + std::to_string(posts.size()) +
           " posts; the sitemap lists them all.\n";
  }
  if (count > 0) out += "\n## Posts\n\n";
  for (std::size_t i = 0; i < count; ++i) {
    append_entry(out, base_url + path_of(posts[i]) + "md/", posts[i].title(),
                 meta_description(posts[i]));
  }
  if (!pages.empty()) out += "\n## Pages\n\n";
  for (const PostView& page : pages) {
    append_entry(out, base_url + path_of(page), page.title(), meta_description(page));
  }
  // A name with a meaning in the format: what a reader in a hurry may leave out.
  out += "\n## Optional\n\n";
  append_entry(out, base_url + "/sitemap.xml", "Sitemap", "every address of the site");
  append_entry(out, base_url + "/feed.xml", "Atom feed", "the newest posts");
  append_entry(out, base_url + "/rss.xml", "RSS feed", "the same");
  append_entry(out, base_url + "/feed.json", "JSON Feed", "the same");
  return out;
}

}  // namespace octavo
