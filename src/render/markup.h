// SPDX-License-Identifier: GPL-3.0-or-later
//
// The tags and the text of what compose wrote, one after the other. No parser: what compose wrote
// is balanced, and where it is not, nothing is lost but a tag.
//
// Thread safety: values; a reader has one owner.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_RENDER_MARKUP_H_
#define OCTAVO_RENDER_MARKUP_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace octavo {

bool is_html_blank(char c);
std::string_view trim_html(std::string_view text);

// Views are of the text that the reader was made for.
struct TagText {
  struct Attribute {
    std::string_view name;   // as written
    std::string_view value;  // as written, references and all; without data: a flag
    bool flag() const noexcept { return value.data() == nullptr; }
  };
  std::string_view written;         // its name, as written
  std::string name;                 // lower case
  bool end = false, empty = false;  // </a>, <a/>
  std::vector<Attribute> attributes;

  const Attribute* find(std::string_view name) const;
  bool has_class(std::string_view name) const;  // as one of several
};

class MarkupReader {
 public:
  explicit MarkupReader(std::string_view html) : html_(html) {}

  enum class Kind {
    end,
    text,   // a run of text, references as they are written
    stray,  // a "<" that begins no tag: it must be written as &lt;, for what is left out behind it
            // could make a tag of it
    tag,
  };
  Kind next();  // comments, declarations and instructions are passed over
  std::string_view text() const noexcept { return text_; }
  const TagText& tag() const noexcept { return tag_; }
  std::string_view rest() const { return html_.substr(at_); }

  // Moves behind the end of the element that was just opened, and gives what is in it. `raw`:
  // nothing in it is a tag, and without an end it takes all that follows; else, without an end it
  // is empty: rather its words than the loss of all that follows.
  std::string_view skip_element(bool raw);

 private:
  char at(std::size_t place) const { return place < html_.size() ? html_[place] : '\0'; }
  bool no_end();
  bool skip_comment();
  bool read_tag();
  std::string_view take_until(std::size_t& i, std::string_view marks) const;
  bool read_attribute(std::size_t& i);

  const std::string_view html_;
  std::size_t at_ = 0;
  std::string_view text_;
  TagText tag_;
  bool ends_nowhere_ = false, never_closed_ = false;
};

// The five references that compose writes, resolved; others stay.
std::string resolve_references(std::string_view text);
// A value as it was written, in double quotes; references stay.
void write_attribute(std::string& out, std::string_view name, std::string_view value);

// A link as it was written, made absolute; `page_url`: where it stands. nullopt: a scheme that a
// document which is carried away should not have; `picture`: data: is one of the others.
std::optional<std::string> absolute_link(std::string_view url, std::string_view base_url,
                                         std::string_view page_url, bool picture);

}  // namespace octavo

#endif  // OCTAVO_RENDER_MARKUP_H_
