// SPDX-License-Identifier: GPL-3.0-or-later
//
// Pages of content/pages, and messages.
#include "render/links.h"
#include "render/views.h"

namespace octavo {

Values page_values(const RenderContext& context, std::uint32_t number) {
  const PostView post = context.site.post(number);
  Frame frame;
  frame.title = post.title();
  frame.description = meta_description(post);
  frame.path = path_of(post);
  frame.canonical = absolute(context.info.base_url, post.canonical_url());
  frame.noindex = post.noindex();
  Values page = frame_values(context, frame);
  Values content;
  content.set("TITLE", std::string(post.title()));
  content.set("POST_LANG", own_lang(context, post));
  content.set("BODY_HTML", post.unpack(Part::html));
  page.include("CONTENT", "page.html", std::move(content));
  return page;
}

Values message_values(const RenderContext& context, int status, std::string_view heading,
                      std::string_view sentence, const MessageLink& post) {
  Frame frame;
  frame.title = heading;
  frame.noindex = true;
  Values page = frame_values(context, frame);
  Values content;
  content.set("STATUS", std::to_string(status));
  content.set("HEADING", std::string(heading));
  content.set("SENTENCE", std::string(sentence));
  if (!post.url.empty()) {
    Values about;
    about.set("URL", post.url);
    about.set("TITLE", post.title);
    content.add("POST", std::move(about));
  }
  page.include("CONTENT", "message.html", std::move(content));
  return page;
}

std::string render_page(const RenderContext& context, std::uint32_t number) {
  return context.theme.expand(page_values(context, number));
}

std::string render_message(const RenderContext& context, int status, std::string_view heading,
                           std::string_view sentence, const MessageLink& post) {
  return context.theme.expand(message_values(context, status, heading, sentence, post));
}

}  // namespace octavo
