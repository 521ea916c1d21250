// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "base/yaml.h"

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <string>
#include <vector>

using octavo::Diagnostic;
using octavo::parse_yaml;
using octavo::YamlNode;
using octavo::YamlResult;

namespace {

// The tree as one line, for tables: {a: "x", b: ["y"]}; plain scalars without quotes.
std::string shown(const YamlNode& node) {
  std::string result;
  switch (node.kind) {
    case YamlNode::Kind::scalar:
      return node.plain ? node.text : '"' + node.text + '"';
    case YamlNode::Kind::list:
      for (const YamlNode& item : node.items) result += (result.empty() ? "" : ", ") + shown(item);
      return "[" + result + "]";
    case YamlNode::Kind::map:
      for (const auto& member : node.members) {
        result += (result.empty() ? "" : ", ") + member.key + ": " + shown(member.value);
      }
      return "{" + result + "}";
  }
  return result;
}

std::string faults_of(const YamlResult& result) {
  std::string text;
  for (const Diagnostic& fault : result.faults) {
    text += (text.empty() ? "" : " ") + fault.code + "@" + std::to_string(fault.line) + ":" +
            std::to_string(fault.column);
  }
  return text;
}

std::string repeated(const std::string& text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(base_yaml_test)

BOOST_AUTO_TEST_CASE(scalars_stay_as_written) {
  struct Row {
    std::string text, tree;
  };
  const std::vector<Row> rows = {
      {"", "{}"},
      {"# only a comment\n", "{}"},
      {"\n\n", "{}"},
      {"---\n", "{}"},
      {"~\n", "{}"},
      {"title: 2024\n", "{title: 2024}"},
      {"tags: [no, 1.10, 0x1F, ~]\n", "{tags: [no, 1.10, 0x1F, ~]}"},
      {"a: \"x: y\"\nb: 'it''s'\n", "{a: \"x: y\", b: \"it's\"}"},
      {"a:\nb: null\n", "{a: , b: null}"},
      {"a: ! 'Rails 0.9'\nb: !!str 5\nc: ! x\n", "{a: \"Rails 0.9\", b: \"5\", c: \"x\"}"},
      {"a: >\n  one\n  two\nb: |\n  three\n  four\n", "{a: \"one two\n\", b: \"three\nfour\n\"}"},
      {"a: one\n  two\n", "{a: one two}"},
      {"a:\n- x\n- y: z\n  w: 1\n", "{a: [x, {y: z, w: 1}]}"},
      {"a: {b: c, d: [e]}\n", "{a: {b: c, d: [e]}}"},
      {"title: \tfoo\n", "{title: foo}"},
      {"a: x\r\nb: y\r\nc: z", "{a: x, b: y, c: z}"},
      {"a: x\rb: y\r", "{a: x, b: y}"},
      {"\xEF\xBB\xBFtitle: x\n", "{title: x}"},
      {"a: x#y # comment\n", "{a: x#y}"},
      {"? title\n: x\n", "{title: x}"},
      {"'<<': x\n", "{<<: x}"},
      {"a: one\xE2\x80\xA8two\n", "{a: one\xE2\x80\xA8two}"},
      {"a: \"one\xE2\x80\xA9two\"\nb: \xF3\xB0\x80\x80\n",
       "{a: \"one\xE2\x80\xA9two\", b: \xF3\xB0\x80\x80}"},
      {"\xC3\xBC: \xE4\xB8\xAD\n", "{\xC3\xBC: \xE4\xB8\xAD}"},
  };
  for (const Row& row : rows) {
    const YamlResult result = parse_yaml(row.text);
    BOOST_TEST_CONTEXT(row.text) {
      BOOST_TEST(faults_of(result) == "");
      BOOST_TEST(shown(result.root) == row.tree);
      BOOST_TEST(result.complete);
    }
  }
}

BOOST_AUTO_TEST_CASE(faults_have_code_and_place) {
  struct Row {
    std::string text, faults;
  };
  const std::vector<Row> rows = {
      {"a: &x 1\nb: *x\n", "anchor@1:4 alias@2:4"},
      {"a: &x [1]\nb: &y {c: d}\n", "anchor@1:4 anchor@2:4"},
      {"a: 1\n<<: {b: c}\n", "merge_key@2:1"},
      {"a: 1\nb: 2\na: 3\n", "duplicate_key@3:1"},
      {"x:\n  b: 1\n  b: 2\na: 1\na: 2\n", "duplicate_key@3:3 duplicate_key@5:1"},
      {"a: 1\n---\nb: 2\n", "multiple_documents@2:1"},
      {"a: 1\n...\n---\nb: 2\n", "multiple_documents@3:1"},
      {"- a\n- b\n", "not_a_mapping@1:1"},
      {"just text\n", "not_a_mapping@1:1"},
      {"[a, b]: c\n", "bad_key@1:1"},
      {"a: {{ page }}\n", "bad_key@1:5"},
      {"? |\n  a\n  b\n: c\n", "bad_key@1:3"},
      {"~: x\n\"\": y\n", "bad_key@2:1"},
      {"a: !!int 5\nb: !ruby/object {c: d}\nc: !x [y]\n", "yaml_tag@1:4 yaml_tag@2:4 yaml_tag@3:4"},
      {"a: !x!y z\n", "yaml_tag@1:4"},
      {"a: 1\x01"
       "2\nb\x7F: 2\n",
       "control_character@1:5 control_character@2:2"},
      {std::string("a: 1\nb: \0x\n", 11), "nul_byte@2:4"},
      {"a: \xC2\x85x\n", "control_character@1:4"},
      {"a: \xEF\xBF\xBF\n", "control_character@1:4"},
      {"a: x\nb: \xFFy\n", "bad_encoding@2:4"},
      {std::string("\xFF\xFE"
                   "a\0:\0",
                   6),
       "bad_encoding@1:1"},
      {"title: Foo: bar\n", "yaml_syntax@1:11"},
      {"title: x\n  b: c\n", "yaml_syntax@2:4"},
      {"title:x\nb: c\n", "not_a_mapping@1:1"},
      {"title:\n\t- foo\n", "yaml_syntax@2:1"},
      {"title: x\n\tb: foo\n", "yaml_syntax@2:1"},
      {"\ttitle: x\n", "yaml_syntax@1:1"},
      {"a: b\ntitle: \"Foo\ndate: 2020\n", "yaml_syntax@2:8"},
      {"title: \"Foo\ndate: \"2020\"\n", "yaml_syntax@1:8"},
      {"title: 'it's'\n", "yaml_syntax@1:12"},
      {"title: @foo\n", "yaml_syntax@1:8"},
      {"title: `foo`\n", "yaml_syntax@1:8"},
      {"title: %foo\n", "yaml_syntax@1:8"},
      {"title: *Bold* text\n", "yaml_syntax@1:8"},
      {"title: [foo\nb: c\n", "yaml_syntax@1:8"},
      {"title: [foo] bar\n", "yaml_syntax@1:14"},
      {"title: x\n- foo\n", "yaml_syntax@2:1"},
      {"title: x\nfoo bar\nb: c\n", "yaml_syntax@2:1"},
      {"title: \"a\\qb\"\n", "yaml_syntax@1:10"},
      {"title: > foo\n", "yaml_syntax@1:8"},
      {"title: - foo\n", "yaml_syntax@1:8"},
      {"title: ? foo\n", "yaml_syntax@1:8"},
      {"  title: x\nb: c\n", "yaml_syntax@2:1"},
      {"a: [b, , c]\n", "yaml_syntax@1:8"},
      {"\xC3\xA4\xC3\xB6: \xF0\x9F\x98\x80: x\n", "yaml_syntax@1:6"},
      {"a: \"x\xE2\x80\xA8y\"\na: c\n", "duplicate_key@2:1"},
      {"a: x\r\nb: y\r\na: z\r\n", "duplicate_key@3:1"},
      {"a: x\rb: y\ra: z\r", "duplicate_key@3:1"},
      {"a: \xE2\x80\xA8\xE2\x80\xA9x: y\n", "yaml_syntax@1:7"},
  };
  for (const Row& row : rows) {
    BOOST_TEST_CONTEXT(row.text) {
      BOOST_TEST(faults_of(parse_yaml(row.text)) == row.faults);
    }
  }
}

BOOST_AUTO_TEST_CASE(syntax_messages_say_what_to_do) {
  struct Row {
    std::string text, part;
  };
  const std::vector<Row> rows = {
      {"title: Foo: bar\n", "put the whole value in quotes"},
      {"title:\n\t- foo\n", "indent with spaces"},
      {"title: \"Foo\ndate: 2020\n", "never closed"},
      {"title: 'it's'\n", "text follows a closed quote"},
      {"title: \"Foo\ndate: \"2020\"\n", "ends only in line 2"},
      {"title: @foo\n", "begin with `@`"},
      {"title: x\n  b: c\n", "indented deeper"},
      {"title: *x\n", "put a value that begins with `*` in quotes"},
      {"title: [foo\nb: c\n", "the bracket that opens here"},
      {"title: x\nfoo bar\nb: c\n", "no `key: value`"},
      {"title: \"a\\qb\"\n", "single quotes"},
      {"a: 1\nb: 2\na: 3\n", "stands already in line 1, column 1"},
  };
  for (const Row& row : rows) {
    const YamlResult result = parse_yaml(row.text);
    BOOST_TEST_REQUIRE(!result.faults.empty());
    BOOST_TEST_CONTEXT(result.faults[0].message) {
      BOOST_TEST(result.faults[0].message.find(row.part) != std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(lines_count_from_the_given_one) {
  const YamlResult result = parse_yaml("a: x\nb: *y\n", 7);
  BOOST_TEST(faults_of(result) == "alias@8:4");
  BOOST_TEST(result.root.members[0].line == 7u);
  BOOST_TEST(result.root.members[0].value.column == 4u);
  BOOST_TEST(result.faults[0].key == "b");
}

BOOST_AUTO_TEST_CASE(what_came_before_a_syntax_fault_is_kept) {
  const YamlResult result = parse_yaml("a: x\nb: y: z\nc: d\n");
  BOOST_TEST(shown(result.root) == "{a: x, b: y}");
  BOOST_TEST(!result.complete);
}

BOOST_AUTO_TEST_CASE(first_of_two_equal_keys_is_kept) {
  BOOST_TEST(shown(parse_yaml("a: 1\na: 2\n").root) == "{a: 1}");
}

BOOST_AUTO_TEST_CASE(depth_32_is_read_and_33_is_not) {
  const auto nested = [](int lists) {
    return "a: " + repeated("[", lists) + repeated("]", lists) + "\n";
  };
  BOOST_TEST(faults_of(parse_yaml(nested(31))) == "");
  BOOST_TEST(faults_of(parse_yaml(nested(32))) == "too_deep@1:35");
}

BOOST_AUTO_TEST_CASE(hostile_shapes_are_read_quickly) {
  const std::vector<std::string> shapes = {
      "[",    "[\n",     "{",     "- ",   "? ",           "{a: ",     "[[],",  "a: [\n",
      "&a ",  "!",       "*a ",   "'",    "\"\\",         "a:\n",     "|\n ",  "%TAG !a! b\n",
      "- - ", "a: &b\n", "#\n\t", "\x01", "\xE2\x80\xA8", "x: {y: [", "---\n", "...\n"};
  for (const std::string& shape : shapes) {
    const std::string text = repeated(shape, static_cast<int>(65536 / shape.size()));
    for (const std::string& whole : {text, "a: " + text, "a: [" + text}) {
      const auto start = std::chrono::steady_clock::now();
      const YamlResult result = parse_yaml(whole);
      const auto took = std::chrono::steady_clock::now() - start;
      BOOST_TEST_CONTEXT(shape) {
        // Quadratic ones would take seconds; the bound leaves room for sanitizers.
        BOOST_TEST(std::chrono::duration_cast<std::chrono::milliseconds>(took).count() < 1000);
        BOOST_TEST(result.faults.size() <= octavo::kMaxFaults);
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(billion_laughs_is_refused_at_its_first_alias) {
  std::string text = "a0: &a0 [lol]\n";
  for (int i = 1; i < 10; ++i) {
    const std::string last = std::to_string(i - 1), name = std::to_string(i);
    text += "a" + name + ": &a" + name + " [*a" + last + ", *a" + last + "]\n";
  }
  const YamlResult result = parse_yaml(text);
  BOOST_TEST(result.faults.size() == 10u + 18u);
}

BOOST_AUTO_TEST_CASE(find_and_null) {
  const YamlResult result = parse_yaml("a: ~\nb: \"~\"\nc: NULL\nd: nil\n");
  BOOST_TEST(result.root.find("a")->is_null());
  BOOST_TEST(!result.root.find("b")->is_null());
  BOOST_TEST(result.root.find("c")->is_null());
  BOOST_TEST(!result.root.find("d")->is_null());
  BOOST_TEST((result.root.find("e") == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
