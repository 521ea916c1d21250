// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "compose/composer.h"

#include <stdlib.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <new>
#include <string>
#include <vector>

#include "base/file.h"

namespace {

using namespace octavo;

class Folder {
 public:
  Folder() {
    char name[] = "/tmp/octavo-compose-test-XXXXXX";
    path = ::mkdtemp(name);
    std::filesystem::create_directories(path + "/posts");
  }
  ~Folder() { std::filesystem::remove_all(path); }
  void post(const std::string& slug, const std::string& body) const {
    std::ofstream(path + "/posts/" + slug + ".md") << "---\ntitle: T\ndate: 2026-01-01\n---\n"
                                                   << body;
  }
  std::string path;
};

struct Outcome {
  bool sound = false;
  std::shared_ptr<const Image> image;
  std::vector<Diagnostic> faults;
  std::uint32_t parsed = 0;

  std::string html(const std::string& slug) const {
    for (std::uint32_t i = 0; image && i < image->size(); ++i) {
      if (image->post(i).slug() == slug) return image->post(i).unpack(Part::html);
    }
    return "no such post";
  }
};

Outcome composed(const ComposeSettings& settings, const Highlighter& highlighter,
                 const std::shared_ptr<const Image>& previous = nullptr) {
  Outcome outcome;
  ComposeOrder order;
  order.settings = settings;
  const Fd image = open_memfd("test image");
  outcome.sound = compose(
      order, previous, image.number(),
      [&](const Report& report) {
        if (report.kind == Report::Kind::fault) outcome.faults.push_back(report.fault);
        if (report.kind == Report::Kind::done) outcome.parsed = report.parsed;
      },
      highlighter);
  if (outcome.sound) outcome.image = Image::open(image.number());
  return outcome;
}

std::optional<std::string> shouting(std::string_view code, std::string_view) {
  return "<span class=\"k\">" + std::string(code.substr(0, code.size() - 1)) + "</span>\n";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(compose_composer_test)

BOOST_AUTO_TEST_CASE(a_highlighter_that_dies_costs_colours_and_no_post) {
  const Folder folder;
  const std::vector<std::string> deaths = {"abort", "memory", "spin", "throw"};
  for (const std::string& death : deaths) folder.post(death, "```x\n" + death + "\n```\n\nafter");
  folder.post("fine", "```x\nfine\n```\n");
  ComposeSettings settings;
  settings.content = folder.path;
  const Outcome outcome = composed(settings, [](std::string_view code, std::string_view language) {
    if (code == "abort\n") std::abort();
    if (code == "memory\n") throw std::bad_alloc();
    if (code == "throw\n") throw std::runtime_error("a broken rule");
    volatile bool spin = code == "spin\n";
    while (spin) {
    }
    return shouting(code, language);
  });
  BOOST_TEST(outcome.sound);
  BOOST_TEST(outcome.html("fine").find("<span class=\"k\">fine</span>") != std::string::npos);
  for (const std::string& death : deaths) {
    BOOST_TEST(outcome.html(death).find("language-x\">" + death + "\n</code>") !=
               std::string::npos);
    BOOST_TEST(outcome.html(death).find("after") != std::string::npos);
  }
  BOOST_REQUIRE(outcome.faults.size() == deaths.size());
  for (std::size_t i = 0; i < deaths.size(); ++i) {
    BOOST_TEST(outcome.faults[i].code == "plain_code");
    BOOST_TEST(outcome.faults[i].warning);
    BOOST_TEST(outcome.faults[i].file == "posts/" + deaths[i] + ".md");
  }
}

BOOST_AUTO_TEST_CASE(what_shapes_the_html_composes_all_anew) {
  const Folder folder;
  folder.post("one", "\"a\" [b](https://other.example/)\n\n```x\nc\n```\n");
  ComposeSettings settings;
  settings.content = folder.path;
  const Outcome first = composed(settings, shouting);
  BOOST_REQUIRE(first.sound);
  BOOST_TEST(first.parsed == 1u);
  BOOST_TEST(first.html("one").find("“a”") != std::string::npos);
  BOOST_TEST(first.html("one").find("class=\"k\"") != std::string::npos);
  BOOST_TEST(first.html("one").find("external") == std::string::npos);
  BOOST_TEST(composed(settings, shouting, first.image).parsed == 0u);

  ComposeSettings plain = settings;
  plain.typography = false;
  BOOST_TEST(composed(plain, shouting, first.image).html("one").find("&quot;a&quot;") !=
             std::string::npos);
  plain = settings;
  plain.highlight = false;
  BOOST_TEST(composed(plain, shouting, first.image).html("one").find("class=\"k\"") ==
             std::string::npos);
  plain = settings;
  plain.own_url = "https://own.example";
  BOOST_TEST(composed(plain, shouting, first.image).html("one").find("class=\"external\"") !=
             std::string::npos);
  plain.own_url = "https://other.example";
  BOOST_TEST(composed(plain, shouting, first.image).html("one").find("class=\"external\"") ==
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(settings_survive_the_command_line) {
  ComposeOrder order;
  order.settings.content = "/c";
  for (int i = 0; i < 8; ++i) {
    order.settings.typography = (i & 1) != 0;
    order.settings.highlight = (i & 2) != 0;
    order.settings.own_url = (i & 4) != 0 ? "https://a=b.example" : "";
    const ComposeOrder back = parse_arguments(to_arguments(order));
    BOOST_TEST(back.settings.typography == order.settings.typography);
    BOOST_TEST(back.settings.highlight == order.settings.highlight);
    BOOST_TEST(back.settings.own_url == order.settings.own_url);
    BOOST_TEST(canonical_settings(back.settings) == canonical_settings(order.settings));
  }
  Config config;
  config.base_url = "https://own.example";
  BOOST_TEST(compose_settings(config).own_url == "");
  BOOST_TEST(compose_settings(config).typography);
  BOOST_TEST(compose_settings(config).highlight);
  config.mark_external_links = true;
  config.typography = config.highlight = false;
  BOOST_TEST(compose_settings(config).own_url == "https://own.example");
  BOOST_TEST(!compose_settings(config).typography);
  BOOST_TEST(!compose_settings(config).highlight);
}

BOOST_AUTO_TEST_SUITE_END()
