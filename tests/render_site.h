// SPDX-License-Identifier: GPL-3.0-or-later
//
// A small site in memory for the tests of the room render.
#ifndef OCTAVO_TESTS_RENDER_SITE_H_
#define OCTAVO_TESTS_RENDER_SITE_H_

#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/file.h"
#include "content/image.h"
#include "content/site.h"
#include "render/pages.h"
#include "render/theme.h"

namespace octavo::test {

inline constexpr Moment kDay = 86400;
inline constexpr Moment kNow = 1'795'000'000;  // 18 November 2026

// The tree's templates: automake gives srcdir, a run from the top of the tree needs none.
inline std::string source_folder() {
  const char* folder = std::getenv("srcdir");
  return folder == nullptr ? "." : folder;
}
inline std::string shipped_templates() {
  return source_folder() + "/templates";
}

class Folder {  // goes away with its files
 public:
  Folder() {
    std::string pattern = "/tmp/octavo-render-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) std::abort();
    path_ = pattern;
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    for (const std::string& name : names_) ::unlink((path_ + "/" + name).c_str());
    ::rmdir(path_.c_str());
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(path_ + "/" + name, std::ios::binary) << text;
    names_.push_back(name);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
  std::vector<std::string> names_;
};

// A post with all that it must have; `age` days old.
inline Post post(std::string slug, std::string title, int age) {
  Post made;
  made.file = "posts/" + slug + ".md";
  made.slug = std::move(slug);
  made.title = std::move(title);
  made.date = made.publish_date = {kNow - age * kDay, 0};
  made.summary = "What " + made.title + " is about.";
  made.lang = "en";
  made.words = 400;
  made.minutes = 2;
  return made;
}

inline Post page(std::string slug, std::string title) {
  Post made = post(std::move(slug), std::move(title), 1);
  made.file = "pages/" + made.slug + ".md";
  made.page = true;
  return made;
}

inline std::shared_ptr<const Image> image_of(const std::vector<Post>& posts,
                                             const std::string& body = "<p>Body.</p>") {
  std::vector<ComposedPost> composed;
  for (const Post& made : posts) {
    ComposedPost one;
    one.post = made;
    one.parts[0] = pack("<div class=\"block-rich-text\">" + body + "</div>");
    one.parts[1] = pack("Body.");
    one.parts[2] = pack("Body.");
    composed.push_back(std::move(one));
  }
  const Fd fd = open_memfd("octavo-render-test");
  ImageWriter(1, 1).write(fd.number(), std::move(composed), {});
  return Image::open(fd.number());
}

inline SiteInfo info() {
  SiteInfo made;
  made.title = "The Quiet Press";
  made.description = "Notes on print & paper";
  made.base_url = "https://press.example";
  made.lang = "en";
  made.menu = {{"Home", "/"}, {"Blog", "/blog/"}, {"About", "/about/"}};
  return made;
}

inline const Theme& theme() {
  static const std::shared_ptr<const Theme> loaded = Theme::load(shipped_templates(), "");
  return *loaded;
}

// A site and what it is rendered with.
struct Rendering {
  explicit Rendering(const std::vector<Post>& posts, SiteInfo about = info(),
                     const std::string& body = "<p>Body.</p>")
      : facts(std::move(about)), site(image_of(posts, body), kNow) {}
  RenderContext context() const { return {theme(), facts, site}; }
  std::uint32_t number(std::string_view slug) const {
    const std::uint32_t* found = site.find_post(slug);
    return found != nullptr ? *found : *site.find_page(slug);
  }
  std::string post(std::string_view slug) const { return render_post(context(), number(slug)); }
  std::string list(unsigned at = 1) const {
    const unsigned size = facts.page_size;
    const unsigned count = static_cast<unsigned>(site.order().size());
    ListPage made{ListPage::Kind::all, "", "/blog/",
                  site.order(),        at, std::max(1u, (count + size - 1) / size)};
    return render_list(context(), made);
  }
  std::string tag(std::string_view name) const {
    const Tag* found = site.find_tag(name);
    return render_list(context(),
                       {ListPage::Kind::tag, found->name, "/blog/tag/x/", found->posts, 1, 1});
  }

  SiteInfo facts;
  Site site;
};

}  // namespace octavo::test

#endif  // OCTAVO_TESTS_RENDER_SITE_H_
