// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "content/image.h"

#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <random>

#include "content/site.h"

using namespace octavo;

namespace {

ComposedPost post_named(const std::string& name) {
  ComposedPost composed;
  Post& p = composed.post;
  p.file = "posts/" + name + ".md";
  p.slug = name;
  p.title = "Title of " + name;
  p.link_title = "Link";
  p.slug_line = 3;
  p.slug_column = 7;
  p.date = p.publish_date = {1700000000, 3600};
  p.updated = {1700000100, 3600};
  p.expiry_date = {1900000000, 0};
  p.toc = true;
  p.tags = {"One", "Two"};
  p.categories = {"Two"};
  p.authors = {"Ann"};
  p.series = "S";
  p.series_order = -4;
  p.description = "D";
  p.summary = "sum";
  p.summary_html = "<p>sum</p>";
  p.cover_image = "/content/images/a.png";
  p.cover_alt = "alt";
  p.cover_width = 3;
  p.cover_height = 4;
  p.aliases = {{"/old/" + name + "/", 9, 5}};
  p.canonical_url = "https://example.org/x";
  p.lang = "de";
  p.extra = "{\"weight\":3}";
  p.words = 12;
  p.minutes = 1;
  p.headings = {{2, "a", "A"}, {3, "b", "B"}};
  p.images = {{"a.png", 5, 6, 3, 4, true}};
  p.used_keys = {"extra.weight"};
  composed.parts[0] = pack("<p>" + std::string(5000, 'x') + "</p>");
  composed.parts[1] = pack("body of " + name);
  composed.parts[2] = pack("");
  composed.file_hash = hash128(name);
  return composed;
}

Listing listing_of(std::initializer_list<const char*> names) {
  Listing listing;
  for (const char* name : names) {
    listing.files.push_back(
        {std::string("posts/") + name + ".md", FileKind::post, {10, 11, 12, 13, 14}, {1, 2}});
  }
  return listing;
}

Fd image_of(std::vector<ComposedPost> posts, std::int64_t composed_ns = 1'000'000'000'000) {
  Fd fd = open_memfd("test");
  ImageWriter(7, composed_ns).write(fd.number(), std::move(posts), listing_of({"a", "b"}));
  return fd;
}

std::string bytes_of(const Fd& fd) {
  ::lseek(fd.number(), 0, SEEK_SET);
  return read_all(fd.number(), 64u << 20);
}

Fd fd_of(std::string_view bytes) {
  Fd fd = open_memfd("test");
  write_all(fd.number(), bytes);
  return fd;
}

// Reads all that can be read; damaged texts may only show as ImageError.
void read_everything(const Image& image) {
  for (std::uint32_t i = 0; i < image.size(); ++i) {
    (void)image.post(i).to_post();
    for (const Part part : {Part::html, Part::markdown, Part::text})
      (void)image.post(i).unpack(part);
  }
  (void)image.listing();
  (void)Site(std::shared_ptr<const Image>(&image, [](const Image*) {}), 1750000000);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(content_image_test)

BOOST_AUTO_TEST_CASE(what_goes_in_comes_out) {
  const Fd fd = image_of({post_named("b"), post_named("a")});
  const auto image = Image::open(fd.number());
  BOOST_REQUIRE_EQUAL(image->size(), 2u);
  const PostView a = image->post(0);
  BOOST_TEST(a.slug() == "a");  // sorted by file
  BOOST_TEST((a.to_post() == post_named("a").post));
  BOOST_TEST(a.unpack(Part::html) == "<p>" + std::string(5000, 'x') + "</p>");
  BOOST_TEST(a.unpack(Part::markdown) == "body of a");
  BOOST_TEST(a.unpack(Part::text) == "");
  BOOST_TEST((a.file_hash() == hash128("a")));
  BOOST_TEST(a.tags().size() == 2u);
  BOOST_TEST(a.alias_paths().at(0) == "/old/a/");
  BOOST_TEST(image->settings() == 7u);
  BOOST_TEST(image->listing().size() == 2u);
}

BOOST_AUTO_TEST_CASE(the_pipe_form_is_the_same_post) {
  const ComposedPost post = post_named("a");
  const std::string bytes = encode_composed(post);
  const auto back = decode_composed(bytes);
  BOOST_REQUIRE(back.has_value());
  BOOST_TEST((back->post == post.post));
  BOOST_TEST(back->parts[0].packed == post.parts[0].packed);
  for (std::size_t cut = 0; cut < bytes.size(); cut += 7)
    BOOST_TEST(!decode_composed(bytes.substr(0, cut)));
}

BOOST_AUTO_TEST_CASE(the_content_part_does_not_depend_on_order_or_machine) {
  const Fd one = image_of({post_named("a"), post_named("b")}, 1);
  const Fd two = image_of({post_named("b"), post_named("a")}, 2);
  BOOST_TEST(
      (Image::open(one.number())->content_hash() == Image::open(two.number())->content_hash()));
  ComposedPost other = post_named("a");
  other.parts[0] = pack("another body");
  const Fd three = image_of({std::move(other), post_named("b")}, 1);
  BOOST_TEST(
      (Image::open(one.number())->content_hash() != Image::open(three.number())->content_hash()));
}

BOOST_AUTO_TEST_CASE(a_truncated_image_is_refused_at_every_length) {
  const std::string whole = bytes_of(image_of({post_named("a"), post_named("b")}));
  for (std::size_t length = 0; length < whole.size(); length += length < 600 ? 1 : 97) {
    const Fd fd = fd_of(std::string_view(whole).substr(0, length));
    BOOST_CHECK_THROW(Image::open(fd.number()), ImageError);
  }
}

BOOST_AUTO_TEST_CASE(a_flipped_bit_is_an_error_or_harmless_and_never_a_crash) {
  const std::string whole = bytes_of(image_of({post_named("a"), post_named("b")}));
  std::mt19937 random(20261124);
  unsigned refused = 0;
  for (int round = 0; round < 3000; ++round) {
    std::string broken = whole;
    broken[random() % broken.size()] ^= static_cast<char>(1u << (random() % 8));
    const Fd fd = fd_of(broken);
    try {
      read_everything(*Image::open(fd.number()));
    } catch (const ImageError&) {
      ++refused;
    }
  }
  BOOST_TEST(refused > 100u);  // the rest fell into padding between the parts
}

BOOST_AUTO_TEST_CASE(foreign_files_are_refused) {
  for (const std::string& bytes : {std::string(), std::string("OCTAVOIM"),
                                   std::string(100000, '\0'), std::string(5000, '\xff')}) {
    const Fd fd = fd_of(bytes);
    BOOST_CHECK_THROW(Image::open(fd.number()), ImageError);
  }
}

BOOST_AUTO_TEST_CASE(a_folder_is_unchanged_only_when_every_stat_is) {
  const Fd fd = image_of({post_named("a"), post_named("b")});
  const auto image = Image::open(fd.number());
  BOOST_TEST(image->unchanged(listing_of({"a", "b"})));
  BOOST_TEST(!image->unchanged(listing_of({"a"})));
  BOOST_TEST(!image->unchanged(listing_of({"a", "c"})));
  for (int field = 0; field < 5; ++field) {
    Listing now = listing_of({"a", "b"});
    FileStat& stat = now.files[1].stat;
    if (field == 0) ++stat.size;
    if (field == 1) ++stat.inode;
    if (field == 2) ++stat.device;
    if (field == 3) ++stat.mtime_ns;
    if (field == 4) ++stat.ctime_ns;
    BOOST_TEST(!image->unchanged(now));
  }
  Listing faulty = listing_of({"a", "b"});
  faulty.faults.emplace_back();
  BOOST_TEST(!image->unchanged(faulty));
  // A file as young as the listing may have changed again within the same tick.
  const Fd young = image_of({post_named("a"), post_named("b")}, 15);
  BOOST_TEST(!Image::open(young.number())->unchanged(listing_of({"a", "b"})));
}

BOOST_AUTO_TEST_SUITE_END()
