// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/sanitize.h"

#include <algorithm>
#include <utility>

#include "base/text.h"
#include "compose/html_nesting.h"
#include "compose/html_rules.h"
#include "compose/html_tree.h"
#include "compose/tree_writer.h"

namespace octavo {

namespace {

// Top-level nodes into the wrappers that the pages' style sheets know.
class Wrapper {
 public:
  Wrapper(TreeWriter& writer, bool trusted) : writer_(writer), trusted_(trusted) {}
  void write(HtmlNode root);

 private:
  std::vector<HtmlNode> top_level(HtmlNode root) const;
  HtmlNode sole_child(HtmlNode node) const;
  HtmlNode sole_image(HtmlNode node) const;
  bool shows_nothing(HtmlNode node) const;
  void open(std::string_view name);
  void close();
  void write_block(HtmlNode node);
  void write_run(std::vector<HtmlNode>& run);
  void write_figure(HtmlNode paragraph, HtmlNode shown, HtmlNode img);

  TreeWriter& writer_;
  const bool trusted_;
};

// What is unwrapped there makes room for its children.
std::vector<HtmlNode> Wrapper::top_level(HtmlNode root) const {
  std::vector<HtmlNode> nodes, todo{root};
  while (!todo.empty()) {
    const HtmlNode node = todo.back();
    todo.pop_back();
    const bool opened =
        node == root || (node.is_element() && writer_.rule_of(node).fate == Fate::unwrap);
    if (!opened) {
      nodes.push_back(node);
      continue;
    }
    for (unsigned i = node.size(); i > 0; --i) todo.push_back(node.child(i - 1));
  }
  return nodes;
}

// The one child that counts, or none when there is another number of them. A figure may have a
// caption beside it.
HtmlNode Wrapper::sole_child(HtmlNode node) const {
  HtmlNode found;
  for (unsigned i = 0; i < node.size(); ++i) {
    const HtmlNode one = node.child(i);
    if (one.is_whitespace() || !(one.is_text() || one.is_element()) || writer_.drops(one)) continue;
    if (node.is("figure") && one.is("figcaption")) continue;
    if (found) return HtmlNode();
    found = one;
  }
  return found;
}

// The <img>, or <picture>'s, when `node` (p, figure, a, picture, img) shows nothing else.
HtmlNode Wrapper::sole_image(HtmlNode node) const {
  for (int depth = 0; node && depth < 4; ++depth) {
    if (node.is("img")) return node;
    if (node.is("picture")) {
      for (unsigned i = 0; i < node.size(); ++i) {
        if (node.child(i).is("img")) return node.child(i);
      }
      return HtmlNode();
    }
    if (!node.is("p") && !node.is("figure") && !node.is("a")) return HtmlNode();
    node = sole_child(node);
  }
  return HtmlNode();
}

void Wrapper::open(std::string_view name) {
  writer_.result.html += "<div class=\"";
  writer_.result.html += name;
  writer_.result.html += "\">";
}

void Wrapper::close() {
  std::string& html = writer_.result.html;
  while (!html.empty() && html.back() == '\n') html.pop_back();
  html += "</div>\n";
  writer_.text.line();
}

// `paragraph`, when there was one, gives its attributes to the figure that stands in its place.
void Wrapper::write_figure(HtmlNode paragraph, HtmlNode shown, HtmlNode img) {
  std::string& html = writer_.result.html;
  open("block-image");
  html += "<figure";
  if (paragraph) writer_.write_attributes(paragraph, "p");
  html += '>';
  const std::string_view title = img.find("title") == nullptr ? "" : img.find("title");
  const bool caption = !trim(title).empty();
  if (caption) writer_.caption(img);
  writer_.write(shown);
  writer_.caption(HtmlNode());
  if (caption) writer_.write_caption(title);
  html += "</figure>";
  close();
}

void Wrapper::write_block(HtmlNode node) {
  const HtmlNode img = sole_image(node);
  if (img && node.is("p")) {
    write_figure(node, sole_child(node), img);
    return;
  }
  std::string& html = writer_.result.html;
  const std::size_t before = html.size();
  open(img ? "block-image" : node.is("pre") ? "block-code" : "block-rich-text");
  const std::size_t inside = html.size();
  writer_.write(node);
  // A paragraph of which nothing was left, or in which nothing had been.
  if (html.size() - inside == 7 && html.ends_with("<p></p>")) {
    html.resize(before);
  } else {
    close();
  }
}

// Phrasing content that stands at top level without a paragraph.
void Wrapper::write_run(std::vector<HtmlNode>& run) {
  while (!run.empty() && run.back().is_whitespace()) run.pop_back();
  // Line breaks between blocks are no block.
  const bool shows = std::any_of(run.begin(), run.end(), [](HtmlNode node) {
    return !node.is_whitespace() && !node.is("br");
  });
  if (shows) {
    const HtmlNode img = run.size() == 1 ? sole_image(run.front()) : HtmlNode();
    if (img) {
      write_figure(HtmlNode(), run.front(), img);
    } else {
      open("block-rich-text");
      for (const HtmlNode node : run) writer_.write(node);
      close();
    }
  }
  run.clear();
}

// Elements of trusted HTML that have no place on the page.
bool Wrapper::shows_nothing(HtmlNode node) const {
  return trusted_ && (node.is("script") || node.is("style") || node.is("template") ||
                      node.is("link") || node.is("meta"));
}

void Wrapper::write(HtmlNode root) {
  std::vector<HtmlNode> run;
  for (const HtmlNode node : top_level(root)) {
    if (writer_.result.fault != SanitizeFault::none) return;
    if (node.is_text()) {
      if (!node.is_whitespace() || !run.empty()) run.push_back(node);
      continue;
    }
    if (!node.is_element() || writer_.drops(node)) continue;
    if (run.empty() && shows_nothing(node)) {
      writer_.write(node);
      writer_.result.html += '\n';
    } else if (writer_.rule_of(node).block) {
      write_run(run);
      write_block(node);
    } else {
      run.push_back(node);
    }
  }
  write_run(run);
}

// Whether an h1 will be written.
bool has_heading_one(HtmlNode root, const TreeWriter& writer) {
  std::vector<HtmlNode> todo{root};
  while (!todo.empty()) {
    const HtmlNode node = todo.back();
    todo.pop_back();
    if (!node.is_element()) continue;
    if (node != root && writer.drops(node)) continue;
    if (node.heading_level() == 1) return true;
    for (unsigned i = 0; i < node.size(); ++i) todo.push_back(node.child(i));
  }
  return false;
}

Sanitized faulty(SanitizeFault fault) {
  Sanitized nothing;
  nothing.fault = fault;
  return nothing;
}

}  // namespace

Sanitized sanitize(std::string_view html, const SanitizeOptions& options) {
  if (html.size() > kMaxHtmlBytes) return faulty(SanitizeFault::too_large);
  if (html_nesting(html) > kMaxNesting) return faulty(SanitizeFault::too_deep);
  const HtmlNode root = parse_html(html);
  if (!root) return faulty(SanitizeFault::too_large);
  TreeWriter writer(html, options);
  writer.result.html.reserve(html.size() + html.size() / 4);
  writer.result.shifted =
      options.shift_headings.has_value() ? *options.shift_headings : has_heading_one(root, writer);
  if (options.wrap) {
    Wrapper(writer, options.trusted).write(root);
  } else {
    for (unsigned i = 0; i < root.size(); ++i) writer.write(root.child(i));
  }
  if (writer.result.fault != SanitizeFault::none) return faulty(writer.result.fault);
  writer.result.text = writer.text.take();
  return std::move(writer.result);
}

std::string sanitize_html(std::string_view html, const SanitizeOptions& options) {
  return sanitize(html, options).html;
}

}  // namespace octavo
