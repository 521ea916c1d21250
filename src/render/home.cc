// SPDX-License-Identifier: GPL-3.0-or-later
#include <algorithm>

#include "render/links.h"
#include "render/views.h"

namespace octavo {
namespace {

constexpr std::size_t kPicks = 4;

// splitmix64: the same picks wherever the content is the same.
std::uint64_t next_random(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15u);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
  return z ^ (z >> 31);
}

// Places in order() behind the first `latest` posts, newest first.
std::vector<std::size_t> picks(const Site& site, std::size_t latest) {
  const std::size_t all = site.order().size();
  const std::size_t older = all > latest ? all - latest : 0;
  std::vector<std::size_t> places;
  if (older <= kPicks) {
    for (std::size_t i = 0; i < older; ++i) places.push_back(latest + i);
    return places;
  }
  std::uint64_t state = site.image().content_hash().low;
  while (places.size() < kPicks) {
    const std::size_t place = latest + next_random(state) % older;
    if (std::ranges::find(places, place) == places.end()) places.push_back(place);
  }
  std::ranges::sort(places);
  return places;
}

}  // namespace

Values home_values(const RenderContext& context) {
  const Site& site = context.site;
  const std::vector<std::uint32_t>& order = site.order();
  Frame frame;
  frame.path = "/";
  frame.description = context.info.description;
  Values page = frame_values(context, frame);

  Values home;
  const std::size_t latest = std::min<std::size_t>(context.info.page_size, order.size());
  if (order.empty()) {
    home.show("EMPTY");
  } else {
    Values section;
    for (std::size_t i = 0; i < latest; ++i) {
      section.include("ITEM", "item.html", item_values(context, order[i], false));
    }
    home.add("LATEST", std::move(section));
  }
  if (order.size() > latest) home.show("MORE");
  std::vector<std::uint32_t> older;
  for (const std::size_t place : picks(site, latest)) older.push_back(order[place]);
  add_lines(context, older, "ARCHIVE", home);
  add_most_used_tags(context, home);
  page.include("CONTENT", "home.html", std::move(home));
  return page;
}

std::string render_home(const RenderContext& context) {
  return context.theme.expand(home_values(context));
}

}  // namespace octavo
