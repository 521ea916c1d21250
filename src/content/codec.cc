// SPDX-License-Identifier: GPL-3.0-or-later
#include "content/codec.h"

#include "content/image.h"

namespace octavo {

namespace {

// One description for both directions, so that they cannot drift apart.
template <typename Stream>
void visit(Stream& s, ZonedTime& time) {
  s.value(time.at);
  s.value(time.offset);
}

template <typename Stream>
void visit(Stream& s, std::vector<std::string>& texts) {
  s.list(texts, [](Stream& t, std::string& text) { t.value(text); });
}

template <typename Stream>
void visit(Stream& s, Post& p) {
  s.value(p.file);
  s.value(p.page);
  s.value(p.slug);
  s.value(p.title);
  s.value(p.link_title);
  s.value(p.slug_line);
  s.value(p.slug_column);
  visit(s, p.date);
  visit(s, p.updated);
  visit(s, p.publish_date);
  visit(s, p.expiry_date);
  s.value(p.draft);
  s.value(p.noindex);
  s.value(p.toc);
  visit(s, p.tags);
  visit(s, p.categories);
  visit(s, p.authors);
  s.value(p.series);
  s.value(p.series_order);
  s.value(p.description);
  s.value(p.summary);
  s.value(p.summary_html);
  s.value(p.cover_image);
  s.value(p.cover_alt);
  s.value(p.cover_caption);
  s.value(p.cover_width);
  s.value(p.cover_height);
  s.list(p.aliases, [](Stream& t, Alias& a) {
    t.value(a.path);
    t.value(a.line);
    t.value(a.column);
  });
  s.value(p.redirect_to);
  s.value(p.canonical_url);
  s.value(p.lang);
  s.value(p.extra);
  s.value(p.words);
  s.value(p.minutes);
  s.list(p.headings, [](Stream& t, Heading& h) {
    t.value(h.level);
    t.value(h.id);
    t.value(h.text);
  });
  s.list(p.images, [](Stream& t, ImageUse& i) {
    t.value(i.path);
    t.value(i.line);
    t.value(i.column);
    t.value(i.width);
    t.value(i.height);
    t.value(i.found);
  });
  visit(s, p.used_keys);
}

template <typename Stream>
void visit(Stream& s, ComposedPost& c) {
  visit(s, c.post);
  for (Blob& blob : c.parts) {
    s.value(blob.packed);  // without what lies elsewhere: that has a way of its own
    s.value(blob.size);
    s.value(blob.checksum);
  }
  s.value(c.file_hash.high);
  s.value(c.file_hash.low);
}

}  // namespace

std::string encode_composed(const ComposedPost& post) {
  ByteWriter out;
  visit(out, const_cast<ComposedPost&>(post));  // the writer reads only
  return out.take();
}

std::optional<ComposedPost> decode_composed(std::string_view bytes) {
  ByteReader in(bytes);
  ComposedPost post;
  visit(in, post);
  if (!in.at_end()) return std::nullopt;
  return post;
}

}  // namespace octavo
