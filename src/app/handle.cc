// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/handle.h"

#include <algorithm>

#include "app/route.h"
#include "base/escape.h"
#include "base/log.h"
#include "base/text.h"
#include "http/conditional.h"
#include "http/encoding.h"
#include "http/target.h"
#include "render/links.h"
#include "render/machine.h"
#include "render/pages.h"

namespace octavo {

namespace {

// A longer Location does not fit into the header buffers of the fronts (nginx: 4 KiB): 502.
constexpr std::size_t kMaxQuery = 1024;
constexpr std::size_t kMaxTarget = 8192;

constexpr const char* kHtml = "text/html; charset=utf-8";
constexpr const char* kPagePolicy =
    "default-src 'none'; img-src 'self' https: data:; media-src 'self' https:; style-src 'self'; "
    "script-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'";
constexpr const char* kPicturePolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

Body body_of(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

void add_safety(Response& response, const char* policy) {
  response.headers.push_back({"Content-Security-Policy", policy});
  response.headers.push_back({"X-Content-Type-Options", "nosniff"});
  response.headers.push_back({"Referrer-Policy", "strict-origin-when-cross-origin"});
}

// nginx takes the first of these two that it meets for its own cache: X-Accel-Expires leads.
void add_freshness(Response& response, const Snapshot& snapshot, Moment now) {
  const Moment next = snapshot.site.next_change();
  const Moment left = next == kNever ? kMaxAge : std::clamp<Moment>(next - now, 0, kMaxAge);
  response.headers.push_back({"X-Accel-Expires", left < kMaxAge ? "0" : "1"});
  response.headers.push_back({"Cache-Control", "public, max-age=" + std::to_string(left)});
}

void add_no_cache(Response& response) {
  response.headers.push_back({"X-Accel-Expires", "0"});
  response.headers.push_back({"Cache-Control", "no-cache"});
}

Response plain(int status, const char* text) {
  Response response;
  response.status = status;
  add_no_cache(response);
  response.headers.push_back({"Content-Type", "text/plain; charset=utf-8"});
  add_safety(response, kPagePolicy);
  response.body = body_of(text);
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
    return found(*route);
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

  Response found(const Route& route) const {
    Response response;
    add_freshness(response, snapshot_, now_);
    std::string body;
    const char* type = kHtml;
    const char* policy = kPagePolicy;
    switch (route.resource) {
      case Resource::home:
        body = render_home(context_);
        break;
      case Resource::list:
        body = render_list(context_, list_of(route));
        break;
      case Resource::post:
        body = render_post(context_, route.number);
        break;
      case Resource::page:
        body = render_page(context_, route.number);
        break;
      case Resource::markdown:
        body = snapshot_.site.post(route.number).unpack(Part::markdown);
        type = "text/markdown; charset=utf-8";
        break;
      case Resource::card:
        body = render_card(*snapshot_.info, snapshot_.site.post(route.number));
        type = "image/svg+xml";
        policy = kPicturePolicy;
        break;
      case Resource::sitemap:
        body = render_sitemap(context_);
        type = "application/xml; charset=utf-8";
        break;
      case Resource::robots:
        body = render_robots(*snapshot_.info);
        type = "text/plain; charset=utf-8";
        break;
      case Resource::favicon:
        body = favicon();
        type = "image/x-icon";
        break;
      case Resource::elsewhere:
        break;  // answered by moved()
    }
    std::string etag = etag_of(body);
    const Encoding encoding =
        worth_packing(type, body.size()) ? negotiate(request_.accept_encoding) : Encoding::identity;
    if (auto packed =
            encoding == Encoding::identity ? std::nullopt : pack_content(encoding, body)) {
      body = std::move(*packed);
      // Another representation, another tag; from the plain bytes, so that it does not change
      // with the version of a compressor.
      etag.insert(etag.size() - 1, '-' + std::string(coding_name(encoding)));
      response.headers.push_back({"Content-Encoding", std::string(coding_name(encoding))});
    }
    response.headers.push_back({"ETag", etag});
    response.headers.push_back({"Vary", "Accept-Encoding"});
    response.headers.push_back({"Content-Type", type});
    add_safety(response, policy);
    if (route.resource == Resource::markdown) {
      response.headers.push_back({"Link", '<' + snapshot_.info->base_url +
                                              post_path(snapshot_.site.post(route.number).slug()) +
                                              ">; rel=\"canonical\""});
      response.headers.push_back({"X-Robots-Tag", "noindex"});
    }
    response.body = body_of(std::move(body));
    if (!request_.if_none_match.empty() && none_match_hits(request_.if_none_match, etag))
      return not_modified(response);
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

Response handle(const Request& request, const Snapshot& snapshot, Moment now) noexcept {
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
  Response response;
  response.status = 500;
  response.head = request.method == "HEAD";
  return response;
}

}  // namespace octavo
