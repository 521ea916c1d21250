// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/press_answer.h"

#include <string>
#include <utility>

#include "app/headers.h"
#include "base/escape.h"
#include "base/log.h"
#include "http/target.h"
#include "render/links.h"
#include "render/pages.h"

namespace octavo {

namespace {

constexpr std::string_view kFolder = "/octavo-press/";  // an internal one, of the front's

// RFC 6266: a name in ASCII for old readers, and the real one.
std::string file_name(std::string_view slug) {
  std::string plain;
  bool any = false;
  for (const char c : slug) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0xc0) plain += '_';  // once a character
    if (byte >= 0x80) continue;
    any = any || c != '-';
    plain += c;
  }
  if (!any) plain = "post";
  return "inline; filename=\"" + plain + ".pdf\"; filename*=UTF-8''" +
         percent_encode_segment(slug) + ".pdf";
}

Response finished(const Snapshot& snapshot, Moment now, Product product, std::string_view slug,
                  bool noindex, const std::string& file) {
  Response response;
  // Never kept by nginx: a post that is hidden is to be hidden at once.
  response.headers.push_back({"X-Accel-Expires", "0"});
  response.headers.push_back(
      {"Cache-Control", "public, max-age=" + std::to_string(seconds_fresh(snapshot, now))});
  response.headers.push_back({"ETag", '"' + file.substr(0, file.find('.')) + '"'});
  response.headers.push_back({"X-Accel-Redirect", std::string(kFolder) + file});
  if (product == Product::pdf) {
    response.headers.push_back({"Content-Type", "application/pdf"});
    response.headers.push_back({"Content-Disposition", file_name(slug)});
    response.headers.push_back(
        {"Link", '<' + snapshot.info->base_url + post_path(slug) + ">; rel=\"canonical\""});
  } else {
    response.headers.push_back({"Content-Type", "image/png"});
  }
  // No policy: browsers take one for a reason not to show a PDF.
  add_safety(response, nullptr);
  if (noindex || !snapshot.info->robots_index)
    response.headers.push_back({"X-Robots-Tag", "noindex"});
  response.body = body_of({});
  return response;
}

// What readers are told, by status.
Response message(const Snapshot& snapshot, int status, const std::string& slug,
                 std::string_view heading, std::string_view sentence) {
  Response response;
  response.status = status;
  add_no_cache(response);
  response.headers.push_back({"Content-Type", kHtmlType});
  add_safety(response, kPagePolicy);
  const RenderContext context{*snapshot.theme, *snapshot.info, snapshot.site};
  MessageLink link;
  if (const std::uint32_t* number = snapshot.site.find_post(slug)) {
    link.url = post_path(snapshot.site.post(*number).slug());
    link.title = shown_title(snapshot.site.post(*number));
  }
  response.body = body_of(render_message(context, status, heading, sentence, link));
  return response;
}

Response not_made(const Snapshot& snapshot, Product product, const std::string& slug) {
  return product == Product::pdf
             ? message(snapshot, 404, slug, "PDFs are not made on this site",
                       "The post itself can be read here, and printed by your browser:")
             : message(snapshot, 404, slug, "There is no such picture",
                       "Cards are not made as PNG files on this site. This is the post:");
}

Response answer_of(const Snapshot& snapshot, Moment now, const PressWish& wish,
                   const Pressed& pressed) {
  using Kind = Pressed::Kind;
  const std::string& slug = wish.slug;
  const std::string what = wish.product == Product::pdf ? "PDF" : "picture";
  Response response;
  switch (pressed.kind) {
    case Kind::ready: {
      const std::uint32_t* number = snapshot.site.find_post(slug);
      const bool noindex = number != nullptr && snapshot.site.post(*number).noindex();
      return finished(snapshot, now, wish.product, slug, noindex, pressed.file);
    }
    case Kind::hidden:
      response.status = 404;
      add_no_cache(response);
      response.headers.push_back({"Content-Type", kHtmlType});
      add_safety(response, kPagePolicy);
      response.body = body_of(
          render_not_found({*snapshot.theme, *snapshot.info, snapshot.site}, post_path(slug)));
      return response;
    case Kind::refused:
      return message(snapshot, 500, slug, "This " + what + " cannot be made",
                     "The post is too large, or too much, to be printed. It can be read here:");
    case Kind::failed:
      return message(snapshot, 500, slug, "This " + what + " could not be made",
                     "Something went wrong while it was printed. The post can be read here:");
    case Kind::turned_away:
    case Kind::late:
      response = message(snapshot, 503, slug, "This " + what + " is not ready yet",
                         "Too many are being made just now; ask for it again in a moment. "
                         "Meanwhile the post can be read here:");
      break;
    case Kind::no_worker:
    case Kind::not_kept:
      response = message(snapshot, 503, slug, "This " + what + " cannot be made just now",
                         "Ask for it again in a minute. Meanwhile the post can be read here:");
      break;
  }
  response.headers.push_back({"Retry-After", std::to_string(pressed.retry_after)});
  return response;
}

Product product_of(const Route& route) {
  return route.resource == Resource::pdf ? Product::pdf : Product::card;
}

bool prints(const Snapshot& snapshot) {
  return snapshot.info->has_press && snapshot.press && snapshot.press_settings;
}

PressWish wish_of(const Route& route, const Snapshot& snapshot) {
  return {product_of(route), std::string(snapshot.site.post(route.number).slug()), route.number};
}

}  // namespace

std::optional<PressWish> press_wish(const Request& request, const Snapshot& snapshot) {
  if (!prints(snapshot) || (request.method != "GET" && request.method != "HEAD"))
    return std::nullopt;
  const std::string_view path = request.target.substr(0, request.target.find('?'));
  if (!path.ends_with("/pdf/") && !path.ends_with(".png")) return std::nullopt;
  const auto target = parse_target(request.target);
  if (!target) return std::nullopt;
  const auto route = find_route(snapshot.site, *target, snapshot.info->page_size);
  if (!route || route->path != target->raw_path ||
      (route->resource != Resource::pdf && route->resource != Resource::card_png))
    return std::nullopt;
  return wish_of(*route, snapshot);
}

Response press_response(const Route& route, const Snapshot& snapshot, Moment now) {
  const PressWish wish = wish_of(route, snapshot);
  if (!prints(snapshot)) return not_made(snapshot, wish.product, wish.slug);
  const auto pressed = snapshot.press->find(wish.product, wish.slug, snapshot);
  if (pressed) return answer_of(snapshot, now, wish, *pressed);
  Pressed later;
  later.kind = Pressed::Kind::late;
  later.retry_after = 1;
  return answer_of(snapshot, now, wish, later);
}

Response press_reply(const Request& request, const Snapshot& snapshot, Moment now,
                     const PressWish& wish, const Pressed& pressed) noexcept {
  Response response;
  try {
    response = finish(answer_of(snapshot, now, wish, pressed), request);
  } catch (const std::exception& error) {
    log_error("cannot answer for the press: " + std::string(error.what()));
    response = Response();
    response.status = 500;
  }
  response.head = request.method == "HEAD";
  return response;
}

}  // namespace octavo
