// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "render/links.h"
#include "render/views.h"

namespace octavo {
namespace {

std::string heading_of(const ListPage& list) {
  switch (list.kind) {
    case ListPage::Kind::tag:
      return "Posts tagged “" + list.name + "”";
    case ListPage::Kind::year:
      return "Posts from " + list.name;
    case ListPage::Kind::all:
      break;
  }
  return "Blog";
}

Values pager_values(const ListPage& list) {
  Values pager;
  pager.set("PAGE", std::to_string(list.page));
  pager.set("PAGES", std::to_string(list.pages));
  pager.set("NEWER_URL", list.page > 1 ? list_path(list.base_path, list.page - 1) : "");
  pager.set("OLDER_URL", list.page < list.pages ? list_path(list.base_path, list.page + 1) : "");
  return pager;
}

Values years_values(const Site& site, const ListPage& list) {
  Values years;
  for (const Year& year : site.years()) {
    Values item;
    const std::string name = std::to_string(year.year);
    const bool current = list.kind == ListPage::Kind::year && list.name == name;
    item.set("NAME", name);
    item.set("URL", year_path(year.year));
    item.set("COUNT", std::to_string(year.posts.size()));
    item.set("CURRENT", current ? "page" : "");
    years.add("YEAR", std::move(item));
  }
  return years;
}

}  // namespace

Values list_values(const RenderContext& context, const ListPage& list) {
  const std::string heading = heading_of(list);
  Frame frame;
  frame.title = heading;
  if (list.page > 1) frame.title += ", page " + std::to_string(list.page);
  frame.description = heading + " on " + context.info.title;
  if (list.kind == ListPage::Kind::all && !context.info.description.empty()) {
    frame.description = context.info.description;
  }
  frame.path = list_path(list.base_path, list.page);
  Values page = frame_values(context, frame);
  if (list.kind == ListPage::Kind::tag) page.set("TAG_FEED_URL", list.base_path + "feed.xml");

  Values content;
  content.set("HEADING", list.page > 1 ? frame.title : heading);
  content.set("COUNT", std::to_string(list.posts.size()));
  content.show(list.posts.empty() ? "EMPTY" : list.posts.size() == 1 ? "ONE" : "MANY");
  if (list.kind != ListPage::Kind::all) content.show("NARROWED");
  const std::size_t size = std::max(1u, context.info.page_size);
  const std::size_t first = std::min(list.posts.size(), (list.page - 1) * size);
  Values posts;
  for (const std::uint32_t number :
       list.posts.subspan(first, std::min(size, list.posts.size() - first))) {
    posts.include("ITEM", "item.html", item_values(context, number, true));
  }
  if (!posts.groups.empty()) content.add("POSTS", std::move(posts));
  if (list.pages > 1) {
    Values pager = pager_values(list);
    page.set("PREVIOUS_PAGE_URL", pager.find_text("NEWER_URL")->text);
    page.set("NEXT_PAGE_URL", pager.find_text("OLDER_URL")->text);
    content.add("PAGER", std::move(pager));
  }
  if (context.site.years().size() > 1) {
    content.add("YEARS", years_values(context.site, list));
  }
  page.include("CONTENT", "list.html", std::move(content));
  return page;
}

std::string render_list(const RenderContext& context, const ListPage& list) {
  return context.theme.expand(list_values(context, list));
}

}  // namespace octavo
