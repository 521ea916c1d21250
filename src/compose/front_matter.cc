// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/front_matter.h"

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "base/escape.h"
#include "base/text.h"
#include "base/yaml.h"
#include "compose/dates.h"
#include "compose/keys.h"
#include "compose/matter_block.h"
#include "compose/matter_value.h"
#include "compose/slug.h"
#include "compose/targets.h"

namespace octavo {
namespace {

constexpr std::size_t kMaxTitle = 1000;
constexpr std::size_t kMaxTag = 100;
constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

class MatterReader {
 public:
  MatterReader(FrontMatter& out, const ComposeSettings& settings, const Zone& zone)
      : out_(out), post_(out.post), settings_(settings), zone_(zone) {}

  void read(const YamlResult& yaml) {
    for (const YamlNode::Member& member : yaml.root.members) take(member);
    read_titles(yaml.complete);
    read_slug();
    read_dates(yaml.complete);
    read_names();
    read_texts();
    read_targets();
    read_rest();
    std::sort(post_.used_keys.begin(), post_.used_keys.end());
  }

  // What follows from the file's name alone, for files whose block cannot be read, too.
  void read_name() {
    const std::string_view file = post_.file;
    const std::string_view stem = stem_of(file);
    if (stem == "index" && std::count(file.begin(), file.end(), '/') > 1) {
      const std::string_view folder = file.substr(0, file.rfind('/'));
      fault("bad_path", 1, 1, {},
            "a folder with an index.md is not read as a post; move it to " + std::string(folder) +
                ".md, and its images to images/");
      return;
    }
    const NameParts parts = post_.page ? NameParts{{}, stem} : name_parts(stem);
    name_slug_ = settings_.front_matter.date_in_slug ? stem : parts.slug;
    if (parts.date.empty()) return;
    const WrittenDate date = parse_date(parts.date);
    name_has_date_ = true;
    if (date.verdict == DateVerdict::ok) {
      name_date_ = zoned(date, zone_);
    } else {
      fault("impossible_date", 1, 1, "date",
            "the file's name begins with a day that does not exist, " + std::string(parts.date) +
                "; rename the file");
    }
  }

 private:
  using Member = YamlNode::Member;

  void fault(std::string code, std::uint32_t line, std::uint32_t column, std::string key,
             std::string message) {
    if (out_.faults.size() >= kMaxFaults) return;
    Diagnostic made;
    made.code = std::move(code);
    made.line = line;
    made.column = column;
    made.key = std::move(key);
    made.message = std::move(message);
    out_.faults.push_back(std::move(made));
  }
  void fault_at(const YamlNode& value, const Member& member, std::string code,
                std::string message) {
    fault(std::move(code), value.line, value.column, member.key, std::move(message));
  }
  void wrong_type(const Member& member, std::string_view wanted) {
    wrong_type(member.value, member, wanted);
  }
  void wrong_type(const YamlNode& value, const Member& member, std::string_view wanted) {
    fault_at(value, member, "wrong_type",
             "`" + member.key + "` " + (&value == &member.value ? "is " : "holds ") +
                 shown_kind(value) + "; write " + std::string(wanted));
  }

  // Finds the field of a key; each field is claimed once.
  void take(const Member& member) {
    const auto site = declared(member.key, settings_.front_matter);
    std::optional<Field> field;
    if (site) {
      post_.used_keys.push_back(site->place);
      if (site->as == Declared::As::ignored) return;
      if (site->as == Declared::As::alias) field = site->field;
    } else {
      field = field_of(member.key);
      if (!field) return unknown(member);
    }
    if (not_given(member.value)) return;
    if (!field) return claim_extra(member.key, member, json_of(member.value));
    if (*field == Field::published) {
      field = published_field(member);
      if (!field) return;
      published_ = &member;
    }
    const auto [first, fresh] = given_.emplace(*field, &member);
    if (!fresh) two_spellings(member, *first->second);
  }

  void two_spellings(const Member& member, const Member& first) {
    fault("two_spellings", member.line, member.column, member.key,
          "`" + member.key + "` in line " + std::to_string(member.line) + ", column " +
              std::to_string(member.column) + " and `" + first.key + "` in line " +
              std::to_string(first.line) + ", column " + std::to_string(first.column) +
              " are the same field; keep one of the two");
  }

  void unknown(const Member& member) {
    if (out_.faults.size() >= kMaxFaults) return;
    UnknownKey why = explain_unknown(member.key, settings_.front_matter);
    fault("unknown_key", member.line, member.column, member.key, std::move(why.message));
    out_.faults.back().near = std::move(why.near);
    out_.faults.back().allow = std::move(why.allow);
  }

  std::optional<Field> published_field(const Member& member) {
    if (member.value.kind != YamlNode::Kind::scalar) {
      wrong_type(member, "true, false or a date");
      return std::nullopt;
    }
    if (boolean_of(member.value.text)) return Field::draft;
    const std::string_view text = trim(member.value.text);
    if (text.front() >= '0' && text.front() <= '9') return Field::publish_date;
    wrong_type(member, "true, false or a date");
    return std::nullopt;
  }

  void claim_extra(const std::string& name, const Member& member, std::string json) {
    if (has_control(member.value)) {
      return fault_at(member.value, member, "control_character",
                      "`" + member.key + "` has a control character in it; remove it");
    }
    const auto [first, fresh] = extra_.emplace(name, Extra{std::move(json), &member});
    if (!fresh) two_spellings(member, *first->second.member);
  }

  const Member* given(Field field) const {
    const auto at = given_.find(field);
    return at == given_.end() ? nullptr : at->second;
  }

  // The text of a scalar, trimmed, on one line; noted faults give nullopt.
  std::optional<std::string> text_of(const YamlNode& value, const Member& member,
                                     std::string_view wanted, std::size_t limit) {
    if (value.kind != YamlNode::Kind::scalar) {
      wrong_type(value, member, wanted);
      return std::nullopt;
    }
    if (has_control(value)) {
      fault_at(value, member, "control_character",
               "`" + member.key + "` has a control character in it; remove it");
      return std::nullopt;
    }
    std::string text = on_one_line(value.text);
    if (limit != kNoLimit && count_code_points(text) > limit) {
      fault_at(value, member, "too_long",
               "`" + member.key + "` has more than " + std::to_string(limit) +
                   " characters; shorten it");
      return std::nullopt;
    }
    return text;
  }

  void read_text(Field field, std::string& into, std::size_t limit = kNoLimit) {
    const Member* member = given(field);
    if (member == nullptr) return;
    if (auto text = text_of(member->value, *member, "text", limit)) into = std::move(*text);
  }

  void read_titles(bool complete) {
    read_text(Field::title, post_.title, kMaxTitle);
    read_text(Field::link_title, post_.link_title, kMaxTitle);
    // Behind a syntax fault the title may well stand.
    if (given(Field::title) == nullptr && complete) {
      fault("missing_title", 1, 1, "title", "no title; add a line as in `title: My post`");
    }
    if (post_.link_title.empty()) post_.link_title = post_.title;
  }

  void read_slug() {
    if (const Member* member = given(Field::slug)) {
      const auto text = text_of(member->value, *member, "text, as in `slug: my-post`", kNoLimit);
      if (!text) return;
      post_.slug = nfc(*text);
      post_.slug_line = member->value.line;
      post_.slug_column = member->value.column;
      if (std::string why = slug_complaint(post_.slug); !why.empty()) {
        fault_at(member->value, *member, "bad_slug", std::move(why));
      }
      return;
    }
    if (name_slug_.empty()) return;
    if (find_bad_utf8(name_slug_) != std::string_view::npos) {
      return fault("bad_slug", 1, 1, "slug",
                   "the file's name is not UTF-8; rename it, or add a line `slug: my-post`");
    }
    post_.slug = nfc(name_slug_);
    if (const std::string why = slug_complaint(post_.slug); !why.empty()) {
      const std::string better = slug_from(post_.slug);
      fault("bad_slug", 1, 1, "slug",
            "the file's name gives no slug: " + why +
                "; rename it, or add a line `slug: " + (better.empty() ? "my-post" : better) + "`");
    }
  }

  void read_date(Field field, ZonedTime& into) {
    const Member* member = given(field);
    if (member == nullptr) return;
    constexpr std::string_view kForms = "2024-05-31, 2024-05-31 14:30 or 2024-05-31T14:30:00+02:00";
    if (member->value.kind != YamlNode::Kind::scalar) return wrong_type(*member, kForms);
    const WrittenDate date = parse_date(member->value.text);
    const std::string shown = "“" + shorten(on_one_line(member->value.text), 60) + "” ";
    if (date.verdict == DateVerdict::ok) {
      into = zoned(date, zone_);
    } else if (date.verdict == DateVerdict::impossible) {
      fault_at(member->value, *member, "impossible_date",
               shown +
                   "does not exist; write a day of the calendar (years from 1000), hours to "
                   "23, minutes and seconds to 59");
    } else {
      fault_at(member->value, *member, "bad_date",
               shown + "is no date; write " + std::string(kForms));
    }
  }

  void read_dates(bool complete) {
    read_date(Field::date, post_.date);
    read_date(Field::updated, post_.updated);
    read_date(Field::publish_date, post_.publish_date);
    read_date(Field::expiry_date, post_.expiry_date);
    if (given(Field::date) == nullptr) {
      post_.date = name_date_;
      if (!post_.page && !name_has_date_ && complete) {
        fault("missing_date", 1, 1, "date",
              "no date; add a line as in `date: 2024-05-31`, or name the file "
              "YYYY-MM-DD-slug.md");
      }
    }
    if (!post_.publish_date.given()) post_.publish_date = post_.date;
  }

  // Equal names up to case stand once, in their first spelling.
  struct Names {
    std::vector<std::string>& list;
    std::set<std::string> folded;  // of them all: a post of 64 KiB may have thousands
    void add(std::string name) {
      if (folded.insert(fold_case(name)).second) list.push_back(std::move(name));
    }
  };

  void read_tag(std::string_view written, const YamlNode& value, const Member& member,
                Names& names) {
    std::string name = nfc(trim(written));
    if (name == "." || name == "..") {
      return fault_at(value, member, "bad_path",
                      "`" + name + "` cannot be a tag: it would lead to another folder; rename it");
    }
    if (count_code_points(name) > kMaxTag) {
      return fault_at(value, member, "too_long",
                      "a tag of more than " + std::to_string(kMaxTag) + " characters; shorten it");
    }
    names.add(std::move(name));
  }

  // A list of texts, or one text that `separator` may split ('\0': it does not).
  void read_tags(Field field, char separator, Names& names) {
    const Member* member = given(field);
    if (member == nullptr) return;
    constexpr std::string_view kWanted = "a list of texts, as in [one, two]";
    if (member->value.kind == YamlNode::Kind::map) return wrong_type(*member, kWanted);
    if (member->value.kind == YamlNode::Kind::scalar) {
      const auto text = text_of(member->value, *member, kWanted, kNoLimit);
      if (!text) return;
      if (separator == '\0') return read_tag(*text, member->value, *member, names);
      for (const std::string_view part : split(*text, separator)) {
        if (!trim(part).empty()) read_tag(part, member->value, *member, names);
      }
      return;
    }
    for (const YamlNode& item : member->value.items) {
      if (item.is_null()) continue;
      const auto text = text_of(item, *member, "texts in it", kNoLimit);
      if (!text) continue;
      if (text->empty()) {
        wrong_type(item, *member, "a name, or remove the entry");
      } else {
        read_tag(*text, item, *member, names);
      }
    }
  }

  void read_names() {
    Names tags{post_.tags, {}}, categories{post_.categories, {}};
    read_tags(Field::tags, settings_.front_matter.tags_separator, tags);
    read_tags(Field::categories, '\0', categories);
    for (const std::string& category : post_.categories) tags.add(category);
    const Member* member = given(Field::authors);
    if (member == nullptr) return;
    for_each_text(*member, "a name, or a list of names, as in [Ada, Grace]",
                  [&](const YamlNode&, std::string text) {
                    if (!text.empty()) post_.authors.push_back(std::move(text));
                  });
  }

  // One text stands for a list of one.
  template <typename Use>
  void for_each_text(const Member& member, std::string_view wanted, Use use) {
    if (member.value.kind == YamlNode::Kind::map) return wrong_type(member, wanted);
    const auto read_one = [&](const YamlNode& value) {
      if (value.is_null()) return;
      if (auto text = text_of(value, member, wanted, kNoLimit)) use(value, std::move(*text));
    };
    if (member.value.kind == YamlNode::Kind::scalar) return read_one(member.value);
    for (const YamlNode& item : member.value.items) read_one(item);
  }

  void read_texts() {
    read_text(Field::series, post_.series, kMaxTitle);
    read_text(Field::description, post_.description);
    read_text(Field::cover_alt, post_.cover_alt);
    read_text(Field::cover_caption, post_.cover_caption);
    read_text(Field::summary, post_.summary);
    out_.summary_given = !post_.summary.empty();
    if (out_.summary_given) post_.summary_html = "<p>" + html_escape(post_.summary) + "</p>";
    post_.lang = settings_.lang;
    const Member* member = given(Field::lang);
    if (member == nullptr) return;
    const auto text = text_of(member->value, *member, "a language, as in en or pt-BR", kNoLimit);
    if (!text) return;
    if (is_language(*text)) {
      post_.lang = *text;
    } else {
      fault_at(member->value, *member, "wrong_type",
               "“" + shorten(*text, 40) + "” is no language; write its code, as in en or pt-BR");
    }
  }

  template <typename Check>
  void read_target(Field field, std::string& into, Check check) {
    const Member* member = given(field);
    if (member == nullptr) return;
    const auto text = text_of(member->value, *member, "a path or URL", kNoLimit);
    if (!text) return;
    WrittenTarget target = check(*text);
    if (!target.code.empty()) {
      return fault_at(member->value, *member, std::move(target.code), std::move(target.complaint));
    }
    into = std::move(target.text);
  }

  void read_targets() {
    read_target(Field::redirect_to, post_.redirect_to, redirect_target);
    read_target(Field::canonical_url, post_.canonical_url, web_target);
    read_target(Field::cover_image, post_.cover_image, image_target);
    if (const Member* cover = given(Field::cover_image)) {
      out_.cover_line = cover->value.line;
      out_.cover_column = cover->value.column;
    }
    const Member* member = given(Field::aliases);
    if (member == nullptr) return;
    std::set<std::string> seen;
    for_each_text(*member, "a path, or a list of paths, as in [/old/path/]",
                  [&](const YamlNode& value, std::string text) {
                    WrittenTarget target = alias_target(text);
                    if (!target.code.empty()) {
                      return fault_at(value, *member, target.code, target.complaint);
                    }
                    if (seen.insert(target.text).second) {
                      post_.aliases.push_back({std::move(target.text), value.line, value.column});
                    }
                  });
  }

  bool read_boolean(Field field, bool& into) {
    const Member* member = given(field);
    if (member == nullptr) return false;
    const auto value = member->value.kind == YamlNode::Kind::scalar ? boolean_of(member->value.text)
                                                                    : std::nullopt;
    if (!value) {
      wrong_type(*member, "true or false");
      return false;
    }
    into = *value;
    return true;
  }

  bool read_integer(Field field, std::int64_t& into) {
    const Member* member = given(field);
    if (member == nullptr) return false;
    const auto value = member->value.kind == YamlNode::Kind::scalar ? integer_of(member->value.text)
                                                                    : std::nullopt;
    if (!value) {
      wrong_type(*member, "a whole number from -2147483648 to 2147483647");
      return false;
    }
    into = *value;
    return true;
  }

  void read_rest() {
    if (read_boolean(Field::draft, post_.draft) && given(Field::draft) == published_) {
      post_.draft = !post_.draft;
    }
    read_boolean(Field::noindex, post_.noindex);
    read_boolean(Field::toc, post_.toc);
    read_integer(Field::series_order, post_.series_order);
    std::int64_t weight = 0;
    if (read_integer(Field::weight, weight)) {
      claim_extra("weight", *given(Field::weight), std::to_string(weight));
    }
    bool math = false;
    if (read_boolean(Field::math, math)) {
      claim_extra("math", *given(Field::math), math ? "true" : "false");
    }
    if (const Member* member = given(Field::extra)) {
      if (member->value.kind == YamlNode::Kind::map) {
        for (const Member& inner : member->value.members) {
          if (!inner.value.is_null()) claim_extra(inner.key, inner, json_of(inner.value));
        }
      } else {
        wrong_type(*member, "a map, as in {translator: Ada}");
      }
    }
    post_.extra = "{";
    for (const auto& [name, value] : extra_) {
      if (post_.extra.size() > 1) post_.extra += ',';
      post_.extra += json_quote(name) + ':' + value.json;
    }
    post_.extra += '}';
  }

  struct Extra {
    std::string json;
    const Member* member;
  };

  FrontMatter& out_;
  Post& post_;
  const ComposeSettings& settings_;
  const Zone& zone_;
  std::map<Field, const Member*> given_;
  const Member* published_ = nullptr;  // the member with that key
  std::map<std::string, Extra> extra_;
  std::string_view name_slug_;
  ZonedTime name_date_;
  bool name_has_date_ = false;
};

}  // namespace

FrontMatter read_front_matter(std::string_view bytes, const std::string& file, bool page,
                              const ComposeSettings& settings, const Zone& zone) {
  FrontMatter out;
  out.post.file = file;
  out.post.page = page;
  out.post.lang = settings.lang;
  out.post.extra = "{}";
  MatterBlock block = split_matter(bytes);
  out.body = block.body;
  out.body_line = block.body_line;
  out.faults = std::move(block.faults);
  MatterReader reader(out, settings, zone);
  reader.read_name();
  if (block.found) {
    const YamlResult yaml = parse_yaml(block.yaml, 2);
    out.faults.insert(out.faults.end(), yaml.faults.begin(), yaml.faults.end());
    reader.read(yaml);
  }
  for (Diagnostic& fault : out.faults) fault.file = file;
  std::stable_sort(out.faults.begin(), out.faults.end(), [](const auto& a, const auto& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  return out;
}

const std::vector<std::string_view>& known_keys() {
  return front_matter_keys();
}

}  // namespace octavo
