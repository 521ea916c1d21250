// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/handle.h"

#include <algorithm>
#include <charconv>

#include "app/headers.h"
#include "app/press_answer.h"
#include "app/route.h"
#include "base/escape.h"
#include "base/log.h"
#include "base/text.h"
#include "http/conditional.h"
#include "http/encoding.h"
#include "http/target.h"
#include "render/card.h"
#include "render/feeds.h"
#include "render/links.h"
#include "render/machine.h"
#include "render/pages.h"
#include "render/search.h"

namespace octavo {

namespace {

// A longer Location does not fit into the header buffers of the fronts (nginx: 4 KiB): 502.
constexpr std::size_t kMaxQuery = 1024;
constexpr std::size_t kMaxTarget = 8192;
constexpr std::size_t kMostTyped = 256;  // characters of a query that are shown again
constexpr std::size_t kLiveHits = 5;

constexpr const char* kHtml = kHtmlType;
constexpr const char* kMarkdown = "text/markdown; charset=utf-8";
constexpr const char* kCss = "text/css; charset=utf-8";
constexpr const char* kPlain = "text/plain; charset=utf-8";
constexpr const char* kPicturePolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

Response plain(int status, const char* text) {
  Response response;
  response.status = status;
  add_no_cache(response);
  response.headers.push_back({"Content-Type", kPlain});
  add_safety(response, kPagePolicy);
  response.body = body_of(text);
  return response;
}

Response failure(const Request& request) {
  Response response;
  response.status = 500;
  response.head = request.method == "HEAD";
  return response;
}

std::string encode_query(std::string_view query) {
  std::string out;
  for (const std::string_view part : split(query, '?')) {
    if (!out.empty()) out += '?';
    out += percent_encode_path(part);
  }
  return out;
}

class Handling {
 public:
  Handling(const Request& request, const Snapshot& snapshot, Moment now)
      : request_(request),
        snapshot_(snapshot),
        now_(now),
        context_{*snapshot.theme, *snapshot.info, snapshot.site} {}

  Response respond() const {
    if (request_.target.size() > kMaxTarget) return plain(414, "This address is too long.\n");
    const auto target = parse_target(request_.target);
    if (!target) return not_found();
    const auto route = find_route(snapshot_.site, *target, snapshot_.info->page_size);
    if (!route) return not_found();
    if (route->resource == Resource::elsewhere) return moved(route->location, *target);
    if (target->raw_path != route->path) return moved(route->path, *target);
    if (route->resource == Resource::sitemap && route->page > 0) {
      const unsigned parts = sitemap_parts(context_);
      if (parts == 1 || route->page > parts) return not_found();
    }
    if (route->resource == Resource::theme && snapshot_.info->theme_css.empty()) return not_found();
    if (route->resource == Resource::pdf || route->resource == Resource::card_png)
      return press_response(*route, snapshot_, now_);
    return found(*route, target->query.value_or(std::string_view()));
  }

 private:
  Response moved(const std::string& to, const Target& target) const {
    std::string location = to.front() == '/' ? snapshot_.info->base_url + to : to;
    if (target.query && target.query->size() <= kMaxQuery && to.find('?') == std::string::npos &&
        to.find('#') == std::string::npos) {
      location += '?' + encode_query(*target.query);
    }
    Response response;
    response.status = 301;
    add_freshness(response, snapshot_, now_);
    response.headers.push_back({"Location", location});
    response.headers.push_back({"Content-Type", kHtml});
    add_safety(response, kPagePolicy);
    const std::string shown = html_escape(location);
    response.body = body_of(
        "<!doctype html><html lang=\"en\"><title>Moved</title><p>This page lives at <a href=\"" +
        shown + "\">" + shown + "</a>.</p></html>\n");
    return response;
  }

  Response not_found() const {
    Response response;
    response.status = 404;
    add_no_cache(response);
    response.headers.push_back({"Content-Type", kHtml});
    add_safety(response, kPagePolicy);
    std::string path(request_.target.substr(0, request_.target.find('?')).substr(0, 512));
    if (const auto decoded = percent_decode(path)) path = *decoded;
    for (std::size_t bad; (bad = find_bad_utf8(path)) != std::string::npos;)
      path.replace(bad, 1, "\xef\xbf\xbd");
    response.body = body_of(render_not_found(context_, path));
    return response;
  }

  struct Content {
    std::string body;
    const char* type = kHtml;
    const char* policy = kPagePolicy;
    std::vector<Header> headers = {};
    bool noindex = false;
    bool passing = false;
  };

  Content content_of(const Route& route, std::string_view query) const {
    switch (route.resource) {
      case Resource::home:
        return {render_home(context_)};
      case Resource::list:
        return {render_list(context_, list_of(route))};
      case Resource::post:
        if (prefers_markdown(request_.accept)) return markdown(route);
        return {render_post(context_, route.number)};
      case Resource::page:
        return {render_page(context_, route.number)};
      case Resource::markdown:
        return markdown(route);
      case Resource::search:
        return search(query);
      case Resource::live:
        return live(query);
      case Resource::atom:
        return feed(render_atom(context_, route.tag), "application/atom+xml; charset=utf-8",
                    route.tag);
      case Resource::rss:
        return feed(render_rss(context_), "application/rss+xml; charset=utf-8", nullptr);
      case Resource::json_feed:
        return feed(render_json_feed(context_), "application/feed+json; charset=utf-8", nullptr);
      case Resource::opensearch:
        return {render_opensearch(*snapshot_.info),
                "application/opensearchdescription+xml; charset=utf-8"};
      case Resource::llms:
        return {render_llms(context_), kPlain};
      case Resource::card:
        return {render_card(*snapshot_.info, snapshot_.site.post(route.number)), "image/svg+xml",
                kPicturePolicy};
      case Resource::sitemap:
        return {render_sitemap(context_, route.page), "application/xml; charset=utf-8"};
      case Resource::robots:
        return {render_robots(*snapshot_.info), kPlain};
      case Resource::favicon:
        return {std::string(favicon()), "image/x-icon"};
      case Resource::theme:
        return {snapshot_.info->theme_css, kCss};
      case Resource::elsewhere:
      case Resource::pdf:
      case Resource::card_png:
        break;  // answered before
    }
    return {};
  }

  Content markdown(const Route& route) const {
    const PostView post = snapshot_.site.post(route.number);
    Content content{post.unpack(Part::markdown), kMarkdown};
    content.headers = {
        {"Link", '<' + snapshot_.info->base_url + post_path(post.slug()) + ">; rel=\"canonical\""}};
    content.noindex = true;
    return content;
  }

  Content feed(std::string body, const char* type, const Tag* tag) const {
    Content content{std::move(body), type};
    const ZonedTime changed = feed_changed(context_, feed_posts(context_, tag));
    if (changed.given()) content.headers = {{"Last-Modified", format_http_date(changed.at)}};
    return content;
  }

  Content search(std::string_view query) const {
    SearchPage page;
    page.typed = query_value(query, "q").value_or("");
    page.query = parse_query(page.typed);
    page.typed = shorten(page.typed, kMostTyped);
    page.status = snapshot_.searcher->status();
    page.page = page_of(query_value(query, "page").value_or(""));
    SearchRequest request;
    request.query = page.query;
    request.count = kHitsOnPage;
    request.budget = snapshot_.search_budget;
    if (!page.query.empty()) {
      request.first = (page.page - 1) * kHitsOnPage;
      page.result = snapshot_.searcher->search(snapshot_.site, request);
      if (page.result.hits.empty() && page.page > 1) {
        page.page = 1;
        request.first = 0;
        page.result = snapshot_.searcher->search(snapshot_.site, request);
      }
    }
    Content content{render_search(context_, page)};
    content.noindex = true;
    content.passing = page.result.cut_short;
    return content;
  }

  Content live(std::string_view query) const {
    SearchRequest request;
    request.query = parse_query(query_value(query, "q").value_or(""));
    request.count = kLiveHits;
    request.as_typed = true;
    request.budget = snapshot_.search_budget;
    SearchResult result;
    if (!request.query.empty()) result = snapshot_.searcher->search(snapshot_.site, request);
    Content content{render_live(context_, result), "application/json; charset=utf-8"};
    content.noindex = true;
    content.passing = result.cut_short;
    return content;
  }

  // Whatever is no number of a page is the first one: a search is never a 404.
  static unsigned page_of(std::string_view text) {
    unsigned number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole && number >= 1 && number <= kMostSearchPages ? number : 1;
  }

  Response found(const Route& route, std::string_view query) const {
    Response response;
    Content content = content_of(route, query);
    response.passing = content.passing;
    if (content.passing) {
      add_no_cache(response);
    } else {
      add_freshness(response, snapshot_, now_);
    }
    response.headers.push_back({"ETag", etag_of(content.body)});
    const bool by_accept = route.resource == Resource::post;
    response.headers.push_back({"Vary", by_accept ? "Accept, Accept-Encoding" : "Accept-Encoding"});
    response.headers.push_back({"Content-Type", content.type});
    add_safety(response, content.policy);
    for (Header& field : content.headers) response.headers.push_back(std::move(field));
    if (content.noindex || !snapshot_.info->robots_index)
      response.headers.push_back({"X-Robots-Tag", "noindex"});
    response.body = body_of(std::move(content.body));
    return response;
  }

  ListPage list_of(const Route& route) const {
    ListPage list;
    list.base_path = route.base_path;
    list.page = route.page;
    list.pages = route.pages;
    if (route.tag != nullptr) {
      list.kind = ListPage::Kind::tag;
      list.name = route.tag->name;
      list.posts = route.tag->posts;
    } else if (route.year != nullptr) {
      list.kind = ListPage::Kind::year;
      list.name = std::to_string(route.year->year);
      list.posts = route.year->posts;
    } else {
      list.posts = snapshot_.site.order();
    }
    return list;
  }

  const Request& request_;
  const Snapshot& snapshot_;
  Moment now_;
  RenderContext context_;
};

}  // namespace

const Header* find_header(const Response& response, std::string_view name) {
  const auto at = std::ranges::find(response.headers, name, &Header::name);
  return at == response.headers.end() ? nullptr : &*at;
}

bool is_search(const Request& request) noexcept {
  return request.target.starts_with("/search/");
}

Response not_modified(const Response& whole) {
  Response response;
  response.status = 304;
  for (const Header& field : whole.headers) {
    if (field.name == "X-Accel-Expires") {
      response.headers.push_back({field.name, "0"});
    } else if (field.name == "Cache-Control" || field.name == "ETag" || field.name == "Vary") {
      response.headers.push_back(field);
    }
  }
  return response;
}

Response too_busy(const Request& request) {
  Response response = plain(503, "The search has too much to do; ask again in a moment.\n");
  response.headers.push_back({"Retry-After", "1"});
  response.head = request.method == "HEAD";
  return response;
}

Response handle(const Request& request, const Snapshot& snapshot, Moment now) noexcept {
  try {
    return finish(respond(request, snapshot, now), request);
  } catch (const std::exception& error) {
    log_error("cannot answer " + std::string(request.target.substr(0, 512)) + ": " + error.what());
  }
  return failure(request);
}

Response finish(Response response, const Request& request) {
  if (response.status != 200) return response;
  const auto etag = std::ranges::find(response.headers, "ETag", &Header::name);
  const Encoding encoding =
      worth_packing(find_header(response, "Content-Type")->value, response.body->size())
          ? negotiate(request.accept_encoding)
          : Encoding::identity;
  const Readers readers = is_search(request) ? Readers::one : Readers::many;
  if (auto packed = encoding == Encoding::identity
                        ? std::nullopt
                        : pack_content(encoding, *response.body, readers)) {
    response.body = body_of(std::move(*packed));
    // Another representation, another tag; from the plain bytes, so that it does not change
    // with the version of a compressor.
    etag->value.insert(etag->value.size() - 1, '-' + std::string(coding_name(encoding)));
    response.headers.push_back({"Content-Encoding", std::string(coding_name(encoding))});
  }
  if (!request.if_none_match.empty() &&
      none_match_hits(request.if_none_match, find_header(response, "ETag")->value)) {
    const bool head = response.head;
    response = not_modified(response);
    response.head = head;
  }
  return response;
}

Response respond(const Request& request, const Snapshot& snapshot, Moment now) noexcept {
  try {
    const bool head = request.method == "HEAD";
    if (!head && request.method != "GET") {
      Response response = plain(405, "Only GET and HEAD are answered here.\n");
      response.headers.push_back({"Allow", "GET, HEAD"});
      return response;
    }
    Response response = Handling(request, snapshot, now).respond();
    response.head = head;
    return response;
  } catch (const ImageError& error) {
    log_error("cannot answer " + std::string(request.target.substr(0, 512)) + ": " + error.what() +
              "; composing the site again");
    if (snapshot.damaged) snapshot.damaged();
  } catch (const std::exception& error) {
    log_error("cannot answer " + std::string(request.target.substr(0, 512)) + ": " + error.what());
  }
  return failure(request);
}

}  // namespace octavo
