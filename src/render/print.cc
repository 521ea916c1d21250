// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/print.h"

#include <algorithm>

#include "base/escape.h"
#include "base/text.h"
#include "render/card.h"
#include "render/clusters.h"
#include "render/links.h"
#include "render/print_body.h"
#include "render/views.h"

namespace octavo {
namespace {

constexpr std::size_t kRunningTitle = 80;  // code points that the head of a page has room for

// A CSS string. What is no letter or digit of ASCII is written by its number, so nothing can end
// the string, or the style sheet.
std::string css_string(std::string_view text) {
  static constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out = "\"";
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == ' ') {
      out += static_cast<char>(c);
    } else if (!is_control(c)) {
      out += '\\';
      for (int shift = 20; shift >= 0; shift -= 4) out += kDigits[(c >> shift) & 15];
      out += ' ';  // ends the number, and is no part of the text
    }
  }
  return out + '"';
}

// What differs from site to site and from post to post; the sheet itself stands in the template.
std::string style_of(const SiteInfo& info, std::string_view title) {
  return ":root{--running:" + css_string(shorten(collapse_blanks(title), kRunningTitle)) + ";" +
         info.print_tokens + "}";
}

std::string text_of(const Values& values, std::string_view name) {
  const Values::Text* text = values.find_text(name);
  return text == nullptr ? std::string() : text->text;
}

// A picture that the sheet may show, or nothing: then its caption stands alone.
void add_cover(const RenderContext& context, const PostView& post, Sheet& sheet, Values& page) {
  const std::string file = image_file(percent_encode_path(post.cover_image()));
  if (file.empty()) return;
  page.add("COVER", cover_values(post, image_address(context.info.base_url, file)));
  if (std::ranges::find(sheet.images, file) == sheet.images.end()) sheet.images.push_back(file);
}

Values number_values(std::size_t number, const std::string& address) {
  Values item;
  item.set("ID", "_l" + std::to_string(number));
  item.set("URL", address);
  item.set("TEXT", std::string(shown_address(address)));
  return item;
}

// Sections of the page that paper has, too.
void take_over(const Values& post, Values& page) {
  for (const std::string_view name : {"BYLINE", "UPDATED", "SERIES", "AUTHOR_BOX"}) {
    const Values::Group* group = post.find_group(name);
    if (group == nullptr) continue;
    for (const Values& item : group->items) {
      Values kept = item;
      // A list of the other parts, a portrait: a page's, not a sheet's.
      std::erase_if(kept.groups, [](const Values::Group& inner) {
        return inner.name == "PART" || inner.name == "IMAGE";
      });
      page.add(name, std::move(kept));
    }
  }
}

std::string join(const std::vector<std::string>& names) {
  std::string all;
  for (const std::string& name : names) all.append(all.empty() ? "" : ", ").append(name);
  return all;
}

// What a sheet says of a post beside its text.
Sheet sheet_of(const RenderContext& context, const PostView& post) {
  Sheet sheet;
  sheet.address = absolute(context.info.base_url, path_of(post));
  sheet.title = post.title();
  sheet.subject = collapse_blanks(post.description());
  sheet.lang = post.lang().empty() ? std::string_view(context.info.lang) : post.lang();
  std::vector<std::string> authors;
  for (const std::string_view name : post.authors()) authors.emplace_back(name);
  if (authors.empty() && !context.info.author.empty()) authors.push_back(context.info.author);
  sheet.author = join(authors);
  for (const std::string_view tag : post.tags()) sheet.keywords.emplace_back(tag);
  sheet.published = post.publish_date().given() ? post.publish_date().at : 0;
  sheet.updated = post.updated().given() ? post.updated().at : 0;
  return sheet;
}

}  // namespace

Values print_values(const RenderContext& context, std::uint32_t number, Sheet& sheet) {
  const SiteInfo& info = context.info;
  const PostView post = context.site.post(number);
  sheet = sheet_of(context, post);
  // The same render as the page's.
  const Values whole = post_values(context, number);
  const Values& content = whole.find_group("CONTENT")->items.front();

  std::vector<std::string_view> images = post.image_paths();
  PrintBody body = print_body(text_of(content, "BODY_HTML"), info.base_url, sheet.address, images);

  Values page;
  page.set("LANG", sheet.lang);
  if (is_right_to_left_language(sheet.lang)) page.set("DIR", "rtl");
  page.set("SITE_LANG", sheet.lang == info.lang ? std::string() : info.lang);
  page.set("STYLE_HTML", style_of(info, sheet.title));
  page.set("TITLE", sheet.title);
  page.set("DESCRIPTION", sheet.subject);
  page.set("DATE", text_of(content, "DATE"));
  page.set("DATETIME", text_of(content, "DATETIME"));
  page.set("SITE_TITLE", info.title);
  page.set("SITE_URL", info.base_url + "/");
  page.set("ADDRESS", sheet.address);
  page.set("ADDRESS_TEXT", std::string(shown_address(sheet.address)));
  take_over(content, page);
  add_cover(context, post, sheet, page);
  page.set("BODY_HTML", std::move(body.html));
  for (std::string& file : body.images) {
    if (std::ranges::find(sheet.images, file) == sheet.images.end()) {
      sheet.images.push_back(std::move(file));
    }
  }
  if (!body.addresses.empty()) {
    Values list;
    for (std::size_t i = 0; i < body.addresses.size(); ++i) {
      list.add("LINK", number_values(i + 1, body.addresses[i]));
    }
    page.add("ADDRESSES", std::move(list));
  }
  if (!sheet.keywords.empty()) {
    Values tags;
    for (const std::string& name : sheet.keywords) {
      Values tag;
      tag.set("NAME", name);
      tags.add("TAG", std::move(tag));
    }
    page.add("TAGS", std::move(tags));
  }
  return page;
}

Sheet render_sheet(const RenderContext& context, std::uint32_t number) {
  Sheet sheet;
  const Values page = print_values(context, number, sheet);
  sheet.html = context.theme.expand_sheet(page);
  return sheet;
}

Sheet render_card_sheet(const RenderContext& context, std::uint32_t number) {
  const PostView post = context.site.post(number);
  Sheet sheet = sheet_of(context, post);
  // The drawing names its own fonts and colours; the page gives it its size and nothing else.
  sheet.html = "<!doctype html>\n<html";
  sheet.html.append(" lang=\"").append(html_escape(sheet.lang));
  sheet.html += "\">\n<head>\n<meta charset=\"utf-8\">\n<title>";
  sheet.html.append(html_escape(sheet.title));
  sheet.html +=
      "</title>\n<style>@page{size:1200px 630px;margin:0}"
      "html,body{margin:0;width:1200px;height:630px;overflow:hidden}"
      "svg{display:block}</style>\n</head>\n<body>\n";
  std::string drawing = render_card(context.info, post);
  if (drawing.starts_with("<?xml")) drawing.erase(0, drawing.find("?>") + 2);
  sheet.html.append(drawing).append("</body>\n</html>\n");
  return sheet;
}

}  // namespace octavo
