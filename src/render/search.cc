// SPDX-License-Identifier: GPL-3.0-or-later
#include "render/search.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "base/text.h"
#include "render/links.h"
#include "render/views.h"

namespace octavo {
namespace {

constexpr std::size_t kInTitle = 60;  // code points of the query
constexpr std::size_t kLatest = 5;
constexpr std::size_t kLiveHits = 5;
// Facets are those of the best hits: beyond so many, their counts might not be the whole truth.
constexpr std::size_t kCounted = 100;
constexpr std::size_t kShortName = 16, kLongName = 48;  // OpenSearch 1.1

// A text of a stranger as it can stand in a page: well-formed, without controls.
std::string shown(std::string_view typed) {
  std::string text(typed);
  for (std::size_t bad; (bad = find_bad_utf8(text)) != std::string::npos;) {
    text.replace(bad, 1, "\xEF\xBF\xBD");
  }
  std::string out;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_code_point(text, at);
    append_utf8(out, is_control(c) ? U' ' : c);
  }
  return out;
}

// At most `count` code points, the "…" among them.
std::string fitting(std::string_view text, std::size_t count) {
  return count_code_points(text) <= count ? std::string(text) : shorten(text, count - 1);
}

bool has_piece(const Query& query, QueryPiece::Kind kind, std::string_view text) {
  const std::string folded = fold_case(text);
  return std::ranges::any_of(query.pieces, [&](const QueryPiece& piece) {
    return piece.kind == kind && fold_case(piece.text) == folded;
  });
}

bool has_year(const Query& query) {
  return std::ranges::any_of(query.pieces, [](const QueryPiece& piece) {
    return piece.kind == QueryPiece::Kind::year && !piece.negated;
  });
}

// What the query is narrowed to, each with the way back.
Values taken_values(const Query& query) {
  Values taken;
  for (std::size_t i = 0; i < query.pieces.size(); ++i) {
    const QueryPiece& piece = query.pieces[i];
    std::string name = piece.negated ? "not " : "";
    if (piece.kind == QueryPiece::Kind::tag) {
      name += "tagged “" + shown(piece.text) + "”";
    } else if (piece.kind == QueryPiece::Kind::year) {
      name += "from " + shown(piece.text);
    } else {
      continue;
    }
    Query rest = query;
    rest.pieces.erase(rest.pieces.begin() + static_cast<std::ptrdiff_t>(i));
    Values item;
    item.set("NAME", std::move(name));
    item.set("URL", search_path(to_text(rest), 1));
    taken.add("PIECE", std::move(item));
  }
  return taken;
}

Values narrow_values(const SearchPage& page) {
  Values narrow;
  const bool counted = page.result.exact && page.result.total <= kCounted;
  const auto add = [&](std::string_view section, QueryPiece::Kind kind, std::string_view label,
                       const std::vector<Facet>& facets) {
    std::vector<Values> part;
    for (const Facet& facet : facets) {
      // All hits have it: nothing would change.
      if (page.result.exact && facet.count >= page.result.total) continue;
      if (has_piece(page.query, kind, facet.name)) continue;
      Values item;
      item.set("NAME", shown(facet.name));
      item.set("COUNT", counted ? std::to_string(facet.count) : "");
      item.set("URL", search_path(with_piece(page.query, kind, facet.name), 1));
      part.push_back(std::move(item));
    }
    add_tags(std::move(part), label, section, narrow);
  };
  add("BY_TAG", QueryPiece::Kind::tag, "Tags", page.result.tags);
  // A post has one year: a second one would leave nothing.
  if (!has_year(page.query)) add("BY_YEAR", QueryPiece::Kind::year, "Years", page.result.years);
  return narrow;
}

Values hit_values(const RenderContext& context, const Hit& hit) {
  Values item = item_values(context, hit.number, true);
  if (hit.snippet_html.empty()) return item;
  std::erase_if(item.texts, [](const Values::Text& text) { return text.name == "SUMMARY"; });
  item.set("SNIPPET_HTML", hit.snippet_html);
  return item;
}

void add_pager(const SearchPage& page, Values& frame, Values& content) {
  const std::size_t pages =
      std::min<std::size_t>((page.result.total + kHitsOnPage - 1) / kHitsOnPage, kMostSearchPages);
  const std::string query = to_text(page.query);
  const std::string before = page.page > 1 ? search_path(query, page.page - 1) : "";
  const std::string after = page.page < pages ? search_path(query, page.page + 1) : "";
  if (before.empty() && after.empty()) return;
  Values pager;
  pager.set("PAGE", std::to_string(page.page));
  pager.set("PAGES", page.result.exact ? std::to_string(pages) : "");
  pager.set("PREVIOUS_URL", before);
  pager.set("NEXT_URL", after);
  frame.set("PREVIOUS_PAGE_URL", before);
  frame.set("NEXT_PAGE_URL", after);
  content.add("PAGER", std::move(pager));
}

void add_found(const RenderContext& context, const SearchPage& page, Values& frame,
               Values& content) {
  const SearchResult& result = page.result;
  Values found;
  found.set("COUNT", std::to_string(result.total));
  found.show(result.total == 1 ? "ONE" : result.exact ? "MANY" : "ABOUT");
  if (result.any_word) found.show("ANY_WORD");
  if (result.cut_short) found.show("CUT_SHORT");
  Values narrow = narrow_values(page);
  if (!narrow.groups.empty()) found.add("NARROW", std::move(narrow));
  for (const Hit& hit : result.hits) {
    found.include("ITEM", "item.html", hit_values(context, hit));
  }
  add_pager(page, frame, found);
  content.add("FOUND", std::move(found));
}

void add_ways_on(const RenderContext& context, bool latest_too, Values& content) {
  add_most_used_tags(context, content);
  const std::span<const std::uint32_t> order = context.site.order();
  if (latest_too) {
    add_lines(context, order.first(std::min(kLatest, order.size())), "LATEST", content);
  }
}

Frame frame_of(const RenderContext& context, const SearchPage& page, const std::string& typed) {
  Frame frame;
  frame.path = kSearchPath;
  frame.noindex = true;
  frame.title = "Search";
  if (!typed.empty()) {
    const bool nothing = !page.query.empty() && page.result.hits.empty();
    frame.title = (nothing ? "Nothing found: " : "Search: ") + shorten(typed, kInTitle);
    if (page.page > 1) frame.title += ", page " + std::to_string(page.page);
  }
  frame.description = "Search " + context.info.title;
  return frame;
}

}  // namespace

std::string search_path(std::string_view query, unsigned page) {
  std::string path(kSearchPath);
  if (!query.empty()) path += "?q=" + percent_encode_segment(query);
  if (page > 1) path += (query.empty() ? "?page=" : "&page=") + std::to_string(page);
  return path;
}

Values search_values(const RenderContext& context, const SearchPage& page) {
  const std::string typed = collapse_blanks(shown(page.typed));
  const SearchResult& result = page.result;
  const bool asked = !page.query.empty();
  Values frame = frame_values(context, frame_of(context, page, typed));

  Values content;
  content.set("TYPED", shown(page.typed));
  if (Values taken = taken_values(page.query); !taken.groups.empty()) {
    content.add("TAKEN", std::move(taken));
  }
  const bool titles = asked ? result.source == SearchResult::Source::titles
                            : page.status != Searcher::Status::ready;
  if (titles) {
    content.show(page.status == Searcher::Status::building ? "BUILDING" : "TITLES_ONLY");
  }
  content.set("SHORTENED", page.query.shortened ? shown(to_text(page.query)) : "");
  content.set("SUGGESTION", asked ? shown(result.suggestion) : "");
  content.set("SUGGESTION_URL", search_path(result.suggestion, 1));
  if (!asked) {
    if (!typed.empty()) content.show("UNUSABLE");
    content.show("HELP");
    add_ways_on(context, false, content);
  } else if (result.hits.empty()) {
    content.set("NONE", typed);
    if (result.cut_short) content.show("GAVE_UP");
    add_ways_on(context, true, content);
  } else {
    add_found(context, page, frame, content);
  }
  frame.include("CONTENT", "search.html", std::move(content));
  return frame;
}

std::string render_search(const RenderContext& context, const SearchPage& page) {
  return context.theme.expand(search_values(context, page));
}

std::string render_live(const RenderContext& context, const SearchResult& result) {
  using Json = nlohmann::ordered_json;
  Json answer = Json::array();
  for (std::size_t i = 0; i < std::min(kLiveHits, result.hits.size()); ++i) {
    const Hit& hit = result.hits[i];
    const PostView post = context.site.post(hit.number);
    answer.push_back({{"title", std::string(shown_title(post))},
                      {"description", meta_description(post)},
                      {"url", path_of(post)},
                      {"snippet", hit.snippet_html}});
  }
  return answer.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string render_opensearch(const SiteInfo& info) {
  const std::string base = xml_escape(info.base_url);
  const auto element = [](std::string_view name, std::string_view text) {
    std::string out = "<";
    out.append(name).append(">").append(xml_escape(text)).append("</");
    return out.append(name).append(">\n");
  };
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<OpenSearchDescription xmlns=\"http://a9.com/-/spec/opensearch/1.1/\">\n";
  out += element("ShortName", fitting(info.title, kShortName));
  out += element("LongName", fitting(info.title, kLongName));
  out += element("Description", "Search " + info.title);
  out +=
      "<Image width=\"32\" height=\"32\" type=\"image/x-icon\">" + base + "/favicon.ico</Image>\n";
  out += "<Url type=\"text/html\" template=\"" + base + "/search/?q={searchTerms}\"/>\n";
  out += "<Url type=\"application/opensearchdescription+xml\" rel=\"self\" template=\"" + base +
         "/opensearch.xml\"/>\n";
  out += "<Query role=\"example\" searchTerms=\"" + xml_escape(info.title) + "\"/>\n";
  out += element("Language", info.lang);
  out += element("InputEncoding", "UTF-8");
  out += element("OutputEncoding", "UTF-8");
  return out + "</OpenSearchDescription>\n";
}

}  // namespace octavo
