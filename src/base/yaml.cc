// SPDX-License-Identifier: GPL-3.0-or-later
#include "base/yaml.h"

#include <yaml.h>

#include <algorithm>
#include <map>
#include <new>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "base/yaml_explain.h"
#include "base/yaml_text.h"

namespace octavo {
namespace {

constexpr int kMaxDepth = 32;
constexpr std::string_view kStrTag = "tag:yaml.org,2002:str";

class Event {
 public:
  Event() = default;
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;
  ~Event() { yaml_event_delete(&event_); }
  // Whether there was one; the last is deleted.
  bool read(yaml_parser_t& parser) {
    yaml_event_delete(&event_);
    return yaml_parser_parse(&parser, &event_) != 0;
  }
  const yaml_event_t& operator*() const { return event_; }
  yaml_event_type_t type() const { return event_.type; }
  std::size_t start() const { return event_.start_mark.index; }

 private:
  yaml_event_t event_{};
};

class Reader {
 public:
  Reader(const YamlText& clean, std::uint32_t first_line, YamlResult& result)
      : clean_(clean), places_(clean.text(), first_line), result_(result) {
    if (yaml_parser_initialize(&parser_) == 0) throw std::bad_alloc();
    yaml_parser_set_encoding(&parser_, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(
        &parser_, reinterpret_cast<const unsigned char*>(clean.text().data()), clean.text().size());
  }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader() { yaml_parser_delete(&parser_); }

  void read() {
    result_.root.kind = YamlNode::Kind::map;
    result_.root.line = places_.at(0).line;
    result_.root.column = 1;
    result_.complete = read_stream();
  }

 private:
  // The functions below return false once reading has to stop; the fault is noted by then.
  bool next() {
    if (event_.read(parser_)) return true;
    if (parser_.error == YAML_MEMORY_ERROR) throw std::bad_alloc();
    const auto words = [](const char* text) {
      return std::string_view(text == nullptr ? "" : text);
    };
    const YamlProblem problem{
        words(parser_.problem),     words(parser_.context), parser_.problem_mark.index,
        parser_.context_mark.index, last_quoted_,           last_start_};
    const YamlExplanation why = explain(problem, places_);
    fault(why.code, why.index, why.message);
    return false;
  }

  bool read_stream() {
    if (!next() || !next()) return false;  // stream start, then document start or stream end
    if (event_.type() == YAML_STREAM_END_EVENT) return true;
    YamlNode root;
    if (!next()) return false;
    const bool is_map = event_.type() == YAML_MAPPING_START_EVENT;
    if (is_map) {
      if (!read_node(result_.root, 1)) return false;
    } else {
      const std::size_t start = event_.start();
      if (!read_node(root, 1)) return false;
      if (!root.is_null()) {
        fault("not_a_mapping", start,
              "this is no `key: value`; write one key a line, with a blank behind its colon");
        return false;
      }
    }
    if (!next() || !next()) return false;  // document end, then another or the stream's end
    if (event_.type() != YAML_DOCUMENT_START_EVENT) return true;
    fault("multiple_documents", event_.start(), "a second YAML document; keep one block");
    return false;
  }

  // The event at hand begins the node.
  bool read_node(YamlNode& node, int depth) {
    const LineColumn place = places_.at(event_.start());
    node.line = place.line;
    node.column = place.column;
    switch (event_.type()) {
      case YAML_ALIAS_EVENT:
        fault("alias", event_.start(),
              "YAML aliases (`*name`) are not read; repeat the value, or put a value that begins "
              "with `*` in quotes");
        node.plain = true;
        return true;
      case YAML_SCALAR_EVENT:
        read_scalar(node);
        return true;
      case YAML_SEQUENCE_START_EVENT:
        check_properties((*event_).data.sequence_start.anchor, (*event_).data.sequence_start.tag);
        return fits(depth) && read_list(node, depth);
      case YAML_MAPPING_START_EVENT:
        check_properties((*event_).data.mapping_start.anchor, (*event_).data.mapping_start.tag);
        return fits(depth) && read_map(node, depth);
      default:
        return true;
    }
  }

  void read_scalar(YamlNode& node) {
    const auto& scalar = (*event_).data.scalar;
    check_properties(scalar.anchor, scalar.tag);
    node.text = clean_.restored({reinterpret_cast<const char*>(scalar.value), scalar.length});
    node.plain = scalar.style == YAML_PLAIN_SCALAR_STYLE && scalar.tag == nullptr;
    last_quoted_ = scalar.style == YAML_SINGLE_QUOTED_SCALAR_STYLE ||
                   scalar.style == YAML_DOUBLE_QUOTED_SCALAR_STYLE;
    last_start_ = event_.start();
  }

  bool fits(int depth) {
    if (depth <= kMaxDepth) return true;
    fault("too_deep", event_.start(),
          "lists and maps are nested more than " + std::to_string(kMaxDepth) +
              " deep; put a value that begins with brackets in quotes");
    return false;
  }

  bool read_list(YamlNode& node, int depth) {
    node.kind = YamlNode::Kind::list;
    for (;;) {
      if (!next()) return false;
      if (event_.type() == YAML_SEQUENCE_END_EVENT) return true;
      node.items.emplace_back();
      if (!read_node(node.items.back(), depth + 1)) return false;
    }
  }

  bool read_map(YamlNode& node, int depth) {
    node.kind = YamlNode::Kind::map;
    std::map<std::string, LineColumn, std::less<>> seen;
    for (;;) {
      if (!next()) return false;
      if (event_.type() == YAML_MAPPING_END_EVENT) return true;
      const std::size_t start = event_.start();
      YamlNode key, value;
      if (depth == 1) key_.clear();
      if (!read_node(key, depth + 1)) return false;
      if (depth == 1 && key.kind == YamlNode::Kind::scalar) key_ = key.text;
      const bool usable = check_key(key, start, seen);
      if (!next() || !read_node(value, depth + 1)) return false;
      if (usable) {
        node.members.push_back({std::move(key.text), key.line, key.column, std::move(value)});
      }
    }
  }

  bool check_key(const YamlNode& key, std::size_t start,
                 std::map<std::string, LineColumn, std::less<>>& seen) {
    if (key.kind != YamlNode::Kind::scalar) {
      fault("bad_key", start,
            "a key must be plain text; put a value that begins with a bracket in quotes");
      return false;
    }
    if (key.text.empty() || key.text.find_first_of("\r\n") != std::string::npos) {
      fault("bad_key", start, "a key must be plain text on one line");
      return false;
    }
    if (key.plain && key.text == "<<") {
      fault("merge_key", start, "YAML merge keys (`<<`) are not read; repeat the keys");
      return false;
    }
    const auto [first, fresh] = seen.emplace(key.text, LineColumn{key.line, key.column});
    if (fresh) return true;
    fault("duplicate_key", start,
          "the key `" + key.text + "` stands already in line " +
              std::to_string(first->second.line) + ", column " +
              std::to_string(first->second.column) + "; keep one of the two",
          key.text);
    return false;
  }

  void check_properties(const yaml_char_t* anchor, const yaml_char_t* tag) {
    if (anchor != nullptr) {
      fault("anchor", event_.start(),
            "YAML anchors (`&name`) are not read; remove it, or put a value that begins with `&` "
            "in quotes");
    }
    if (tag == nullptr) return;
    const std::string_view name = reinterpret_cast<const char*>(tag);
    if (name != "!" && name != kStrTag) {
      fault("yaml_tag", event_.start(),
            "YAML types (`!name`) are not read; remove it, or put a value that begins with `!` in "
            "quotes");
    }
  }

  void fault(std::string code, std::size_t index, std::string message, std::string key = {}) {
    if (result_.faults.size() >= kMaxFaults) return;
    const LineColumn place = places_.at(index);
    Diagnostic made;
    made.code = std::move(code);
    made.line = place.line;
    made.column = place.column;
    made.key = key.empty() ? key_ : std::move(key);
    made.message = std::move(message);
    result_.faults.push_back(std::move(made));
  }

  const YamlText& clean_;
  const YamlPlaces places_;
  YamlResult& result_;
  yaml_parser_t parser_{};
  Event event_;
  bool last_quoted_ = false;
  std::size_t last_start_ = 0;
  std::string key_;  // the key of the outermost map that is being read
};

}  // namespace

bool YamlNode::is_null() const {
  return kind == Kind::scalar && plain &&
         (text.empty() || text == "null" || text == "Null" || text == "NULL" || text == "~");
}

const YamlNode* YamlNode::find(std::string_view key) const {
  for (const Member& member : members) {
    if (member.key == key) return &member.value;
  }
  return nullptr;
}

YamlResult parse_yaml(std::string_view text, std::uint32_t first_line) {
  YamlResult result;
  result.root.kind = YamlNode::Kind::map;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  if (const std::size_t bad = find_bad_utf8(text); bad != std::string_view::npos) {
    const LineColumn place = line_column(text, bad);
    Diagnostic fault;
    fault.code = "bad_encoding";
    fault.line = first_line + place.line - 1;
    fault.column = place.column;
    fault.message = "this is not UTF-8; save the file as UTF-8";
    result.faults.push_back(std::move(fault));
    result.complete = false;
    return result;
  }
  const YamlText clean(text, first_line, result.faults);
  Reader(clean, first_line, result).read();
  std::stable_sort(result.faults.begin(), result.faults.end(), [](const auto& a, const auto& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  return result;
}

}  // namespace octavo
