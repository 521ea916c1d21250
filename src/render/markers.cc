// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/markers.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <iterator>

namespace octavo {
namespace {

constexpr std::array<std::string_view, 12> kFiles = {
    "base.html", "home.html", "list.html",   "item.html",      "lines.html",   "tags.html",
    "post.html", "page.html", "search.html", "not_found.html", "message.html", "print.html"};

constexpr auto kText = MarkerKind::text;
constexpr auto kHtml = MarkerKind::html;
constexpr auto kSection = MarkerKind::section;
constexpr auto kInclude = MarkerKind::include;

// A document of its own, not a part of a page.
constexpr std::string_view kPrint = "print.html";

constexpr Marker kMarkers[] = {
    {"base.html", "", "LANG", kText, "the site's language tag"},
    {"base.html", "", "SITE_TITLE", kText, "the site's name"},
    {"base.html", "", "SITE_NAME", kText, "the same; empty when the logo says it"},
    {"base.html", "", "SITE_DESCRIPTION", kText, "the site in a sentence"},
    {"base.html", "", "STYLESHEET", kText, "the style sheet's URL"},
    {"base.html", "", "SCRIPT", kText, "the script's URL"},
    {"base.html", "", "THEME_STYLESHEET", kText, "the configured theme's; empty without one"},
    {"base.html", "", "SCHEME", kText, "light or dark; empty: as the reader's system has it"},
    {"base.html", "", "FONT_URL", kText, "the text font's; empty: the reader's own fonts"},
    {"base.html", "", "LOGO", kSection, "the site has a logo"},
    {"base.html", "LOGO", "URL", kText, "the image's"},
    {"base.html", "LOGO", "ALT", kText, "what it says; empty beside the site's name"},
    {"base.html", "LOGO", "WIDTH", kText, "empty when it is not known"},
    {"base.html", "LOGO", "HEIGHT", kText, "empty when it is not known"},
    {"base.html", "", "HEAD_TITLE", kText, "the page's title, for the browser's tab"},
    {"base.html", "", "DESCRIPTION", kText, "the page in a sentence"},
    {"base.html", "", "CANONICAL", kText, "the page's absolute URL; empty on messages"},
    {"base.html", "", "NOINDEX", kSection, "search engines are asked to stay away"},
    {"base.html", "", "MARKDOWN_URL", kText, "the post as Markdown"},
    {"base.html", "", "TAG_FEED_URL", kText, "the Atom feed of a tag, on the tag's list"},
    {"base.html", "", "PREVIOUS_PAGE_URL", kText, "the list's page before this one"},
    {"base.html", "", "NEXT_PAGE_URL", kText, "the list's page after this one"},
    {"base.html", "", "OG_TITLE", kText, "the title, for cards"},
    {"base.html", "", "OG_TYPE", kText, "website or article"},
    {"base.html", "", "OG_IMAGE", kText, "an absolute URL of a raster image"},
    {"base.html", "", "OG_IMAGE_TYPE", kText, "its media type"},
    {"base.html", "", "OG_IMAGE_ALT", kText, "what that image shows"},
    {"base.html", "", "OG_IMAGE_WIDTH", kText, "empty when it is not known"},
    {"base.html", "", "OG_IMAGE_HEIGHT", kText, "empty when it is not known"},
    {"base.html", "", "PUBLISHED_TIME", kText, "RFC 3339; of a post"},
    {"base.html", "", "MODIFIED_TIME", kText, "RFC 3339; of a post that was updated"},
    {"base.html", "", "ARTICLE_AUTHOR", kSection, "once an author of the post"},
    {"base.html", "ARTICLE_AUTHOR", "AUTHOR", kText, "the name"},
    {"base.html", "", "ARTICLE_TAG", kSection, "once a tag of the post"},
    {"base.html", "ARTICLE_TAG", "TAG", kText, "the tag"},
    {"base.html", "", "JSON_LD_HTML", kHtml, "schema.org data of a post, a JSON object"},
    {"base.html", "", "SEARCH_FORM", kSection, "not on the search page, which has its own"},
    {"base.html", "", "LONG_MENU", kSection, "the menu has more than six entries"},
    {"base.html", "", "MENU", kSection, "once an entry"},
    {"base.html", "MENU", "TITLE", kText, "the entry's title"},
    {"base.html", "MENU", "URL", kText, "where it leads"},
    {"base.html", "MENU", "CURRENT", kText, "page: this page; true: this part of the site"},
    {"base.html", "", "FOOTER", kSection, "the configuration names a footer"},
    {"base.html", "FOOTER", "TEXT", kText, "a sentence"},
    {"base.html", "FOOTER", "LINK", kSection, "once a link"},
    {"base.html", "LINK", "TITLE", kText, "the link's title"},
    {"base.html", "LINK", "URL", kText, "where it leads"},
    {"base.html", "", "CONTENT", kInclude, "the page itself"},

    {"home.html", "", "LATEST", kSection, "there are posts"},
    {"home.html", "LATEST", "ITEM", kInclude, "once a post, newest first"},
    {"home.html", "", "EMPTY", kSection, "there are no posts yet"},
    {"home.html", "", "MORE", kSection, "there are more posts than these"},
    {"home.html", "", "ARCHIVE", kSection, "there are older posts"},
    {"home.html", "ARCHIVE", "LINES", kInclude, "some of them"},
    {"home.html", "", "TAGS", kSection, "there are tags"},
    {"home.html", "TAGS", "TAG_LIST", kInclude, "most used first, with their posts' numbers"},

    {"item.html", "", "URL", kText, "the post's path"},
    {"item.html", "", "TITLE", kText, "the post's title"},
    {"item.html", "", "DATE", kText, "24 November 2026; empty for a page"},
    {"item.html", "", "DATETIME", kText, "RFC 3339"},
    {"item.html", "", "MINUTES", kText, "to read it"},
    {"item.html", "", "SUMMARY", kText, "plain text"},
    {"item.html", "", "SNIPPET_HTML", kHtml, "instead, in a search: the hits in mark elements"},
    {"item.html", "", "POST_LANG", kText, "the post's language where it is not the site's"},
    {"item.html", "", "UNDER_H1", kSection, "the item's title is a second-level heading"},
    {"item.html", "", "UNDER_H2", kSection, "the item's title is a third-level heading"},
    {"item.html", "", "TAGS", kSection, "the post has tags"},
    {"item.html", "TAGS", "TAG_LIST", kInclude, "its tags"},

    {"lines.html", "", "LINE", kSection, "once a post"},
    {"lines.html", "LINE", "TITLE", kText, "the post's title"},
    {"lines.html", "LINE", "URL", kText, "the post's path"},
    {"lines.html", "LINE", "DATE", kText, "24 November 2026; empty for a page"},
    {"lines.html", "LINE", "DATETIME", kText, "RFC 3339"},

    {"tags.html", "", "LABEL", kText, "what is listed; empty where a heading says it"},
    {"tags.html", "", "TAG", kSection, "once a tag (or a year to narrow a search to)"},
    {"tags.html", "TAG", "NAME", kText, "the tag"},
    {"tags.html", "TAG", "URL", kText, "its list"},
    {"tags.html", "TAG", "COUNT", kText, "its posts, where they are told"},

    {"list.html", "", "HEADING", kText, "what the list is"},
    {"list.html", "", "COUNT", kText, "posts in the whole list"},
    {"list.html", "", "ONE", kSection, "there is just one post"},
    {"list.html", "", "MANY", kSection, "there are several posts"},
    {"list.html", "", "EMPTY", kSection, "there are none"},
    {"list.html", "", "NARROWED", kSection, "the list of a tag or a year"},
    {"list.html", "", "POSTS", kSection, "there are posts"},
    {"list.html", "POSTS", "ITEM", kInclude, "once a post"},
    {"list.html", "", "PAGER", kSection, "the list has several pages"},
    {"list.html", "PAGER", "PAGE", kText, "the number of this one"},
    {"list.html", "PAGER", "PAGES", kText, "the number of the last one"},
    {"list.html", "PAGER", "NEWER_URL", kText, "the page before this one"},
    {"list.html", "PAGER", "OLDER_URL", kText, "the page after this one"},
    {"list.html", "", "YEARS", kSection, "there are posts of several years"},
    {"list.html", "YEARS", "YEAR", kSection, "once a year, newest first"},
    {"list.html", "YEAR", "NAME", kText, "the year"},
    {"list.html", "YEAR", "URL", kText, "its list"},
    {"list.html", "YEAR", "COUNT", kText, "its posts"},
    {"list.html", "YEAR", "CURRENT", kText, "page, when it is this list's"},

    {"post.html", "", "TITLE", kText, "the post's title"},
    {"post.html", "", "POST_LANG", kText, "the post's language where it is not the site's"},
    {"post.html", "", "BYLINE", kSection, "the post names its authors"},
    {"post.html", "BYLINE", "AUTHOR", kSection, "once an author"},
    {"post.html", "AUTHOR", "NAME", kText, "the name"},
    {"post.html", "", "DATE", kText, "24 November 2026"},
    {"post.html", "", "DATETIME", kText, "RFC 3339"},
    {"post.html", "", "UPDATED", kSection, "the post was updated"},
    {"post.html", "UPDATED", "DATE", kText, "24 November 2026"},
    {"post.html", "UPDATED", "DATETIME", kText, "RFC 3339"},
    {"post.html", "", "MINUTES", kText, "to read it"},
    {"post.html", "", "TAGS", kSection, "the post has tags"},
    {"post.html", "TAGS", "TAG", kSection, "once a tag"},
    {"post.html", "TAG", "NAME", kText, "the tag"},
    {"post.html", "TAG", "URL", kText, "its list"},
    {"post.html", "", "COVER", kSection, "the post has a cover image"},
    {"post.html", "COVER", "URL", kText, "the image's"},
    {"post.html", "COVER", "ALT", kText, "what it shows"},
    {"post.html", "COVER", "CAPTION", kText, "what stands below it"},
    {"post.html", "COVER", "WIDTH", kText, "empty when it is not known"},
    {"post.html", "COVER", "HEIGHT", kText, "empty when it is not known"},
    {"post.html", "", "TOC", kSection, "the post has a table of contents"},
    {"post.html", "TOC", "ENTRY", kSection, "once a heading"},
    {"post.html", "ENTRY", "ANCHOR", kText, "#its-id"},
    {"post.html", "ENTRY", "TEXT", kText, "plain text"},
    {"post.html", "ENTRY", "LEVEL", kText, "1 to 6"},
    {"post.html", "", "BODY_HTML", kHtml, "the post itself"},
    {"post.html", "", "PDF_URL", kText, "the post as PDF; empty where nobody makes PDFs"},
    {"post.html", "", "AUTHOR_BOX", kSection, "the configuration tells of the author"},
    {"post.html", "AUTHOR_BOX", "NAME", kText, "the author's name"},
    {"post.html", "AUTHOR_BOX", "BIO", kText, "a few sentences"},
    {"post.html", "AUTHOR_BOX", "URL", kText, "the author's page; may be empty"},
    {"post.html", "AUTHOR_BOX", "IMAGE", kSection, "there is a picture"},
    {"post.html", "IMAGE", "URL", kText, "the picture's"},
    {"post.html", "IMAGE", "WIDTH", kText, "empty when it is not known"},
    {"post.html", "IMAGE", "HEIGHT", kText, "empty when it is not known"},
    {"post.html", "", "SERIES", kSection, "the post is one of several"},
    {"post.html", "SERIES", "NAME", kText, "the series"},
    {"post.html", "SERIES", "NUMBER", kText, "this post's place in it, from 1"},
    {"post.html", "SERIES", "COUNT", kText, "its posts"},
    {"post.html", "SERIES", "PART", kSection, "once a post of it, first one first"},
    {"post.html", "PART", "TITLE", kText, "the post's title"},
    {"post.html", "PART", "URL", kText, "the post's path; empty for this post"},
    {"post.html", "PART", "THIS", kSection, "it is this post"},
    {"post.html", "", "RELATED", kSection, "there are posts with the same tags"},
    {"post.html", "RELATED", "LINES", kInclude, "some of them"},
    {"post.html", "", "NEIGHBOURS", kSection, "there is a post before or after"},
    {"post.html", "NEIGHBOURS", "OLDER", kSection, "the post before this one"},
    {"post.html", "OLDER", "TITLE", kText, "the post's title"},
    {"post.html", "OLDER", "URL", kText, "the post's path"},
    {"post.html", "NEIGHBOURS", "NEWER", kSection, "the post after this one"},
    {"post.html", "NEWER", "TITLE", kText, "the post's title"},
    {"post.html", "NEWER", "URL", kText, "the post's path"},

    {"page.html", "", "TITLE", kText, "the page's title"},
    {"page.html", "", "POST_LANG", kText, "the page's language where it is not the site's"},
    {"page.html", "", "BODY_HTML", kHtml, "the page itself"},

    {"search.html", "", "TYPED", kText, "the query as it was typed"},
    {"search.html", "", "TAKEN", kSection, "the query names tags or years"},
    {"search.html", "TAKEN", "PIECE", kSection, "once such a tag or year"},
    {"search.html", "PIECE", "NAME", kText, "tagged “paper”; from 2026"},
    {"search.html", "PIECE", "URL", kText, "the search without it"},
    {"search.html", "", "BUILDING", kSection,
     "titles, descriptions and tags alone, until the index is there"},
    {"search.html", "", "TITLES_ONLY", kSection,
     "titles, descriptions and tags alone: there is no index"},
    {"search.html", "", "SHORTENED", kText, "what was left of a query that was too long"},
    {"search.html", "", "SUGGESTION", kText, "a query spelt alike that finds something"},
    {"search.html", "", "SUGGESTION_URL", kText, "the search for it"},
    {"search.html", "", "FOUND", kSection, "there are hits"},
    {"search.html", "FOUND", "COUNT", kText, "how many"},
    {"search.html", "FOUND", "ONE", kSection, "there is just one"},
    {"search.html", "FOUND", "MANY", kSection, "there are several"},
    {"search.html", "FOUND", "ABOUT", kSection, "they were not counted to the end"},
    {"search.html", "FOUND", "ANY_WORD", kSection, "no post has all of the words"},
    {"search.html", "FOUND", "CUT_SHORT", kSection, "time ran out: there may be more"},
    {"search.html", "FOUND", "NARROW", kSection, "the hits can be narrowed"},
    {"search.html", "NARROW", "BY_TAG", kSection, "by tags"},
    {"search.html", "NARROW", "BY_YEAR", kSection, "by years"},
    {"search.html", "BY_TAG", "TAG_LIST", kInclude, "most hits first"},
    {"search.html", "BY_YEAR", "TAG_LIST", kInclude, "most hits first"},
    {"search.html", "FOUND", "ITEM", kInclude, "once a post, best first"},
    {"search.html", "FOUND", "PAGER", kSection, "there are several pages"},
    {"search.html", "PAGER", "PAGE", kText, "the number of this one"},
    {"search.html", "PAGER", "PAGES", kText, "of the last one; empty when it is not known"},
    {"search.html", "PAGER", "PREVIOUS_URL", kText, "the page before this one"},
    {"search.html", "PAGER", "NEXT_URL", kText, "the page after this one"},
    {"search.html", "", "NONE", kText, "the query that found nothing"},
    {"search.html", "", "GAVE_UP", kSection, "time ran out before anything was found"},
    {"search.html", "", "UNUSABLE", kSection, "nothing in the query can be searched for"},
    {"search.html", "", "HELP", kSection, "there is no query: what can be asked"},
    {"search.html", "", "TAGS", kSection, "there are tags; not beside hits"},
    {"search.html", "TAGS", "TAG_LIST", kInclude, "most used first, with their posts' numbers"},
    {"search.html", "", "LATEST", kSection, "nothing was found, and there are posts"},
    {"search.html", "LATEST", "LINES", kInclude, "some of them, newest first"},

    {"not_found.html", "", "PATH", kText, "what was asked for, shortened"},
    {"not_found.html", "", "WORDS", kText, "the words in that path, if any"},
    {"not_found.html", "", "SEARCH_URL", kText, "a search for them"},
    {"not_found.html", "", "NEAR", kSection, "there are posts with such a name"},
    {"not_found.html", "NEAR", "LINES", kInclude, "some of them"},
    {"not_found.html", "", "LATEST", kSection, "there are posts"},
    {"not_found.html", "LATEST", "LINES", kInclude, "some of them, newest first"},

    {"message.html", "", "STATUS", kText, "404"},
    {"message.html", "", "HEADING", kText, "what happened"},
    {"message.html", "", "SENTENCE", kText, "what to do"},
    {"message.html", "", "POST", kSection, "it is about a post"},
    {"message.html", "POST", "URL", kText, "the post's path"},
    {"message.html", "POST", "TITLE", kText, "the post's title"},

    {"print.html", "", "LANG", kText, "the post's language tag"},
    {"print.html", "", "DIR", kText, "rtl in a language that runs to the left; else empty"},
    {"print.html", "", "SITE_LANG", kText, "the site's language where it is not the post's"},
    {"print.html", "", "STYLE_HTML", kHtml, "fonts, colour and running title, as CSS"},
    {"print.html", "", "SITE_TITLE", kText, "the site's name"},
    {"print.html", "", "SITE_URL", kText, "its address"},
    {"print.html", "", "TITLE", kText, "the post's title"},
    {"print.html", "", "DESCRIPTION", kText, "the post in a sentence, if it has one"},
    {"print.html", "", "DATE", kText, "24 November 2026"},
    {"print.html", "", "DATETIME", kText, "RFC 3339"},
    {"print.html", "", "SERIES", kSection, "the post is one of several"},
    {"print.html", "SERIES", "NAME", kText, "the series"},
    {"print.html", "SERIES", "NUMBER", kText, "this post's place in it, from 1"},
    {"print.html", "SERIES", "COUNT", kText, "its posts"},
    {"print.html", "", "BYLINE", kSection, "the authors are known"},
    {"print.html", "BYLINE", "AUTHOR", kSection, "once an author"},
    {"print.html", "AUTHOR", "NAME", kText, "the name"},
    {"print.html", "", "UPDATED", kSection, "the post was updated on a later day"},
    {"print.html", "UPDATED", "DATE", kText, "that day"},
    {"print.html", "UPDATED", "DATETIME", kText, "RFC 3339"},
    {"print.html", "", "COVER", kSection, "there is a cover image, and it is the site's own"},
    {"print.html", "COVER", "URL", kText, "the image's"},
    {"print.html", "COVER", "ALT", kText, "what it shows"},
    {"print.html", "COVER", "CAPTION", kText, "below it"},
    {"print.html", "COVER", "WIDTH", kText, "empty when it is not known"},
    {"print.html", "COVER", "HEIGHT", kText, "empty when it is not known"},
    {"print.html", "", "BODY_HTML", kHtml, "the post itself, made fit for paper"},
    {"print.html", "", "ADDRESSES", kSection, "the post has links to other sites"},
    {"print.html", "ADDRESSES", "LINK", kSection, "once a link, as numbered in the text"},
    {"print.html", "LINK", "ID", kText, "to which its number in the text leads"},
    {"print.html", "LINK", "URL", kText, "where it leads"},
    {"print.html", "LINK", "TEXT", kText, "the same without https://"},
    {"print.html", "", "TAGS", kSection, "the post has tags"},
    {"print.html", "TAGS", "TAG", kSection, "once a tag"},
    {"print.html", "TAG", "NAME", kText, "the tag"},
    {"print.html", "", "AUTHOR_BOX", kSection, "the configuration has one, for this author"},
    {"print.html", "AUTHOR_BOX", "NAME", kText, "the name"},
    {"print.html", "AUTHOR_BOX", "BIO", kText, "a sentence or two"},
    {"print.html", "AUTHOR_BOX", "URL", kText, "a page about the author, or empty"},
    {"print.html", "", "ADDRESS", kText, "the post's absolute URL"},
    {"print.html", "", "ADDRESS_TEXT", kText, "the same without https://"},
};

// Places in kMarkers, by name and then as they stand there: a scan at each start looks up hundreds.
constexpr auto kByName = [] {
  std::array<std::uint16_t, std::size(kMarkers)> places{};
  for (std::size_t i = 0; i < places.size(); ++i) places[i] = static_cast<std::uint16_t>(i);
  std::ranges::sort(places, [](std::uint16_t left, std::uint16_t right) {
    const int order = kMarkers[left].name.compare(kMarkers[right].name);
    return order != 0 ? order < 0 : left < right;
  });
  return places;
}();

bool is_known_in(const Marker& marker, std::string_view file) {
  return marker.file == file || (marker.file == "base.html" && file != kPrint);
}

}  // namespace

std::span<const std::string_view> template_files() {
  return kFiles;
}
std::span<const Marker> markers() {
  return kMarkers;
}

const Marker* find_marker(std::string_view file, std::span<const std::string_view> open,
                          std::string_view name) {
  const auto named = std::ranges::equal_range(
      kByName, name, {}, [](std::uint16_t place) { return kMarkers[place].name; });
  const auto of = [&](std::string_view section) -> const Marker* {
    const auto found = std::ranges::find_if(named, [&](std::uint16_t place) {
      return kMarkers[place].section == section && is_known_in(kMarkers[place], file);
    });
    return found == named.end() ? nullptr : &kMarkers[*found];
  };
  // The innermost is the one that ctemplate finds.
  for (auto section = open.rbegin(); section != open.rend(); ++section) {
    if (const Marker* marker = of(*section)) return marker;
  }
  return of({});
}

std::vector<std::string_view> known_markers(std::string_view file,
                                            std::span<const std::string_view> open) {
  std::vector<std::string_view> names;
  for (const Marker& marker : kMarkers) {
    if (!is_known_in(marker, file)) continue;
    if (marker.section.empty() || std::ranges::find(open, marker.section) != open.end()) {
      names.push_back(marker.name);
    }
  }
  return names;
}

}  // namespace octavo
