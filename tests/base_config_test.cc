// SPDX-License-Identifier: GPL-3.0-or-later
#define BOOST_TEST_DYN_LINK
#include "base/config.h"

#include <stdlib.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/text.h"

using namespace octavo;
namespace fs = std::filesystem;

namespace {

// A folder of its own with content/, templates/ and perhaps octavo.yaml.
class Folder {
 public:
  Folder() {
    std::string name = (fs::temp_directory_path() / "octavo-config-XXXXXX").string();
    BOOST_REQUIRE(::mkdtemp(name.data()) != nullptr);
    path_ = name;
    fs::create_directories(path_ / "content");
    fs::create_directories(path_ / "templates");
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  ~Folder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  void write(const std::string& text, const std::string& name = "octavo.yaml") const {
    std::ofstream(path_ / name, std::ios::binary) << text;
  }
  std::string path(const std::string& name = {}) const {
    return name.empty() ? path_.string() : (path_ / name).string();
  }
  ConfigSources sources() const {
    ConfigSources result;
    result.folder = path();
    return result;
  }
  Config load(const std::string& text) const {
    write(text);
    return load_config(sources());
  }

 private:
  fs::path path_;
};

std::string faults_of(const ConfigSources& sources) {
  try {
    load_config(sources);
    return "";
  } catch (const ConfigError& error) {
    std::string text;
    for (const Diagnostic& fault : error.faults()) {
      text += (text.empty() ? "" : " ") + fault.code + "@" + std::to_string(fault.line) + ":" +
              std::to_string(fault.column);
    }
    return text;
  }
}

std::string message_of(const ConfigSources& sources) {
  try {
    load_config(sources);
    return "";
  } catch (const ConfigError& error) {
    return error.what();
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(base_config_test)

BOOST_AUTO_TEST_CASE(without_a_file_defaults_serve) {
  const Folder folder;
  ConfigSources sources = folder.sources();
  sources.search_files = false;
  sources.default_content = "content";
  const Config config = load_config(sources);
  BOOST_TEST(config.file == "");
  BOOST_TEST(config.title == "Octavo");
  BOOST_TEST(config.base_url == "http://localhost:8080");
  BOOST_TEST(!config.base_url_given);
  BOOST_TEST(config.content == folder.path("content"));
  BOOST_TEST(config.socket_mode == 0660u);
  BOOST_TEST(config.page_size == 10u);
  BOOST_TEST(!config.start_last_good);
}

BOOST_AUTO_TEST_CASE(every_key_arrives) {
  const Folder folder;
  const Config config = folder.load(
      "title: A blog\ndescription: >\n  two\n  lines\nbase_url: HTTPS://Blog.Example:8443/\n"
      "lang: pt-BR\ntime_zone: Europe/Vienna\nauthor: Ada\nlisten: run/o.sock\n"
      "content: ./content/\ntemplates: templates\ncache: var/cache\nstate: var/state\n"
      "print: run/p.sock\npage_cache: 2MiB\nthreads: 3\npage_size: 25\n"
      "start: last_good\nmenu:\n  - {title: Blog, url: /blog/}\n"
      "  - title: Other\n    url: https://e.example/\nmarkdown: {html: trusted}\n"
      "front_matter:\n  aliases: {by: authors}\n  ignore: [layout, 'cSpell:ignore']\n"
      "  extra: [translator]\n  tags_separator: space\n  slug_from: file\n"
      "  missing_image: warning\nsocket: {mode: 0600, group: www-data, connections: 99}\n"
      "feeds: {content: summary, posts: 7}\nrobots:\n  index: No\n"
      "  disallow: [/drafts/, '/*?page=', /größe/]\n  block:\n  - GPTBot\n  - AI2Bot-x_y\n"
      "theme:\n  scheme: dark\n  colours: {paper: '#FFF', hl-k: navy}\n  dark: {ink: \"#eee\"}\n"
      "  font: Georgia, serif\n  code_font: monospace\n  size: 18px\n  measure: 33rem\n"
      "  logo: {src: /logo.svg, alt: Us, width: 32, height: 24}\n"
      "footer:\n  text: Words\n  links: [{title: Imprint, url: /imprint/}]\n"
      "author_box: {bio: Writes, url: /about/, image: /ada.jpg}\n"
      "press: {paper: letter, cache_size: 1G}\n");
  BOOST_TEST(config.file == folder.path("octavo.yaml"));
  BOOST_TEST(config.title == "A blog");
  BOOST_TEST(config.description == "two lines");
  BOOST_TEST(config.base_url == "https://blog.example:8443");
  BOOST_TEST(config.base_url_given);
  BOOST_TEST(config.lang == "pt-BR");
  BOOST_TEST(config.time_zone == "Europe/Vienna");
  BOOST_TEST(config.author == "Ada");
  BOOST_TEST(config.listen == folder.path("run/o.sock"));
  BOOST_TEST(config.content == folder.path("content"));
  BOOST_TEST(config.templates == folder.path("templates"));
  BOOST_TEST(config.cache == folder.path("var/cache"));
  BOOST_TEST(config.state == folder.path("var/state"));
  BOOST_TEST(config.print == folder.path("run/p.sock"));
  BOOST_TEST(config.print_place.line == 14u);
  BOOST_TEST(config.print_letter);
  BOOST_TEST(config.press_cache == std::size_t{1} << 30);
  BOOST_TEST(config.page_cache == 2u << 20);
  BOOST_TEST(config.threads == 3u);
  BOOST_TEST(config.page_size == 25u);
  BOOST_TEST(config.start_last_good);
  BOOST_TEST(config.html_trusted);
  BOOST_TEST_REQUIRE(config.menu.size() == 2u);
  BOOST_TEST(config.menu[1].title == "Other");
  BOOST_TEST(config.menu[1].url == "https://e.example/");
  const FrontMatterConfig& matter = config.front_matter;
  BOOST_TEST(matter.aliases.at("by") == "authors");
  BOOST_TEST(matter.ignore.size() == 2u);
  BOOST_TEST(matter.extra.front() == "translator");
  BOOST_TEST(matter.tags_separator == ' ');
  BOOST_TEST(matter.date_in_slug);
  BOOST_TEST(!matter.missing_image_is_error);
  BOOST_TEST(matter.places.at("aliases.by").line == 25u);
  BOOST_TEST(matter.places.at("aliases.by").column == 13u);
  BOOST_TEST(matter.places.at("ignore.cSpell:ignore").column == 20u);
  BOOST_TEST(matter.places.at("extra.translator").line == 27u);
  BOOST_TEST(config.socket_mode == 0600u);
  BOOST_TEST(config.socket_group == "www-data");
  BOOST_TEST(config.max_connections == 99u);
  BOOST_TEST(!config.feed_full);
  BOOST_TEST(config.feed_posts == 7u);
  BOOST_TEST(!config.robots_index);
  BOOST_TEST_REQUIRE(config.robots_disallow.size() == 3u);
  BOOST_TEST(config.robots_disallow[1] == "/*?page=");
  BOOST_TEST_REQUIRE(config.robots_block.size() == 2u);
  BOOST_TEST(config.robots_block[1] == "AI2Bot-x_y");
  const ThemeConfig& theme = config.theme;
  BOOST_TEST(theme.scheme == "dark");
  BOOST_TEST_REQUIRE(theme.light.size() == 2u);
  BOOST_TEST(theme.light[0].name == "paper");
  BOOST_TEST(theme.light[0].value.text == "#fff");
  BOOST_TEST(theme.light[1].value.text == "navy");
  BOOST_TEST_REQUIRE(theme.dark.size() == 1u);
  BOOST_TEST(theme.dark[0].value.text == "#eee");
  BOOST_TEST(theme.font == "");
  BOOST_TEST(theme.text_stack == "\"Georgia\", serif");
  BOOST_TEST(theme.code_stack == "monospace");
  BOOST_TEST(theme.size == "112.5%");
  BOOST_TEST(theme.measure == "33rem");
  BOOST_TEST(theme.logo.src == "/logo.svg");
  BOOST_TEST(theme.logo.alt == "Us");
  BOOST_TEST(theme.logo.width == 32u);
  BOOST_TEST(theme.logo.height == 24u);
  BOOST_TEST(config.footer.text == "Words");
  BOOST_TEST_REQUIRE(config.footer.links.size() == 1u);
  BOOST_TEST(config.footer.links[0].url == "/imprint/");
  BOOST_TEST(config.author_box.bio == "Writes");
  BOOST_TEST(config.author_box.url == "/about/");
  BOOST_TEST(config.author_box.image.src == "/ada.jpg");
}

BOOST_AUTO_TEST_CASE(faults_have_code_and_place) {
  struct Row {
    std::string text, faults;
  };
  const std::vector<Row> rows = {
      {"", ""},
      {"# nothing\n", ""},
      {"title:\nsocket:\nmenu:\nfront_matter:\n  ignore:\n  aliases:\n", ""},
      {"titel: x\n", "unknown_key@1:1"},
      {"print: p.sock\n", "missing_cache@1:8"},
      {"title: x\npress: {paper: a5}\n", "wrong_type@2:16"},
      {"press: {paper: [a4]}\n", "wrong_type@1:16"},
      {"press: {cache_size: much}\n", "wrong_type@1:21"},
      {"press: {cache_size: 63M}\n", "wrong_type@1:21"},
      {"press: {cache: 64M}\n", "unknown_key@1:9"},
      {"press: {paper: a4, paper: letter}\n", "duplicate_key@1:20"},
      {"theme: {scheme: dusk}\n", "wrong_type@1:17"},
      {"theme: {colours: {papper: '#fff'}}\n", "unknown_key@1:19"},
      {"theme: {colours: {ink: 'red;} body{display:none'}}\n", "wrong_type@1:24"},
      {"theme: {colours: {ink: url(//x/)}}\n", "wrong_type@1:24"},
      {"theme: {colours: {ink: gren}}\n", "wrong_type@1:24"},
      {"theme:\n  colours:\n    ink: #fff\n", "wrong_type@3:9"},
      {"theme: {colours: {paper: '#fff8'}}\n", "wrong_type@1:26"},
      {"theme: {colours: {ink: red}, colors: {ink: red}}\n", "duplicate_key@1:39"},
      {"theme: {colours: [red]}\n", "wrong_type@1:18"},
      {"theme: {colours: {ink: [red]}}\n", "wrong_type@1:24"},
      {"theme: {font: Georgia}\n", "wrong_type@1:15"},
      {"theme: {font: 'x; } body { a, serif'}\n", "wrong_type@1:15"},
      {"theme: {code_font: inter}\n", "wrong_type@1:20"},
      {"theme: {size: 11px}\n", "wrong_type@1:15"},
      {"theme: {size: 33px}\n", "wrong_type@1:15"},
      {"theme: {size: 18}\n", "wrong_type@1:15"},
      {"theme: {measure: 39ch}\n", "wrong_type@1:18"},
      {"theme: {measure: 600px}\n", "wrong_type@1:18"},
      {"theme: {logo: https://x.example/a.svg}\n", "bad_url@1:15"},
      {"theme: {logo: //x.example/a.svg}\n", "bad_url@1:15"},
      {"theme: {logo: /content/images/none.svg}\n", "missing_image@1:15"},
      {"theme: {logo: images/none.svg}\n", "missing_image@1:15"},
      {"theme: {logo: {alt: x}}\n", "wrong_type@1:15"},
      {"theme: {logo: {src: /x.svg, widht: 1}}\n", "unknown_key@1:29"},
      {"theme: {logo: {src: /x.svg, width: 1.5}}\n", "wrong_type@1:36"},
      {"theme: {logo: {src: /x.svg, width: 0}}\n", "wrong_type@1:36"},
      {"theme: {fonts: x}\n", "unknown_key@1:9"},
      {"footer: {links: [{title: A}]}\n", "wrong_type@1:18"},
      {"footer: {links: [{title: A, url: 'javascript:x'}]}\n", "bad_url@1:34"},
      {"author_box: {bio: x}\n", "wrong_type@1:19"},
      {"author: A\nauthor_box: {bio: x, url: 'javascript:x'}\n", "bad_url@2:27"},
      {"author: A\nauthor_box: {bio: x, image: http://x.example/a.png}\n", "bad_url@2:29"},
      {"page_cache: 1.5M\n", "wrong_type@1:13"},
      {"page_cache: 32 apples\n", "wrong_type@1:13"},
      {"page_cache: 999G\n", "wrong_type@1:13"},
      {"markdown.html: safe\n", "unknown_key@1:1"},
      {"markdown: {htlm: safe}\n", "unknown_key@1:12"},
      {"markdown: safe\n", "wrong_type@1:11"},
      {"title: [a]\ndescription: {a: b}\n", "wrong_type@1:8 wrong_type@2:14"},
      {"title: a\ntitle: b\n", "duplicate_key@2:1"},
      {"title: a: b\n", "yaml_syntax@1:9"},
      {"titel: x\nlang: a: b\n", "unknown_key@1:1 wrong_type@2:7 yaml_syntax@2:8"},
      {"title: \"a\\x07\"\n", "control_character@1:8"},
      {"- a\n", "not_a_mapping@1:1"},
      {"title: \xFF\n", "bad_encoding@1:8"},
      {"title: &a x\nauthor: *a\n", "anchor@1:8 alias@2:9"},
      {"base_url: blog.example\n", "bad_url@1:11"},
      {"base_url: ftp://blog.example\n", "bad_url@1:11"},
      {"base_url: https://blog.example/blog\n", "bad_url@1:11"},
      {"base_url: https://blog.example/?x\n", "bad_url@1:11"},
      {"base_url: https://u:p@blog.example\n", "bad_url@1:11"},
      {"base_url: https://blog.example:99999\n", "bad_url@1:11"},
      {"base_url: https://\n", "bad_url@1:11"},
      {"base_url: https://a b\n", "bad_url@1:11"},
      {"base_url: https://[::1]:80\n", ""},
      {"base_url: https://[::g]\n", "bad_url@1:11"},
      {"lang: english language\n", "wrong_type@1:7"},
      {"time_zone: Europe/Atlantis\n", "wrong_type@1:12"},
      {"time_zone: ../../etc/passwd\n", "wrong_type@1:12"},
      {"threads: 257\npage_size: 0\n", "wrong_type@1:10 wrong_type@2:12"},
      {"threads: -1\npage_size: 1.5\n", "wrong_type@1:10 wrong_type@2:12"},
      {"start: sometimes\n", "wrong_type@1:8"},
      {"markdown: {html: all}\n", "wrong_type@1:18"},
      {"socket: {mode: 0999, group: '-x', connections: 0}\n",
       "wrong_type@1:16 wrong_type@1:29 wrong_type@1:48"},
      {"listen: 9000\n", "wrong_type@1:9"},
      {"listen: \"::1:9000\"\n", "wrong_type@1:9"},
      {"listen: localhost:0\n", "wrong_type@1:9"},
      {"listen: \"[::1]\"\n", "wrong_type@1:9"},
      {"listen: unix:/run/o.sock\n", "wrong_type@1:9"},
      {"listen: /" + std::string(200, 'x') + "\n", "wrong_type@1:9"},
      {"content: nowhere\ntemplates: none\n", "bad_path@1:10 bad_path@2:12"},
      {"content: octavo.yaml\n", "bad_path@1:10"},
      {"menu: x\n", "wrong_type@1:7"},
      {"menu: [x]\n", "wrong_type@1:8"},
      {"menu:\n- {title: A}\n- {title: A, link: /a/}\n",
       "wrong_type@2:3 wrong_type@3:3 unknown_key@3:14"},
      {"menu:\n- {title: A, url: javascript:x}\n", "bad_url@2:19"},
      {"menu:\n- {title: A, url: //e.example}\n", "bad_url@2:19"},
      {"front_matter: {aliases: [a]}\n", "wrong_type@1:25"},
      {"front_matter: {aliases: {a: autors}}\n", "unknown_key@1:29"},
      {"front_matter: {ignore: layout}\n", "wrong_type@1:24"},
      {"front_matter: {ignore: [a], extra: [a]}\n", "duplicate_key@1:37"},
      {"front_matter: {ignored: [a]}\n", "unknown_key@1:16"},
      {"front_matter: {tags_separator: tab}\n", "wrong_type@1:32"},
      {"feeds:\nrobots:\n  disallow:\n  block: ~\n", ""},
      {"feeds: full\n", "wrong_type@1:8"},
      {"feeds: {content: all, posts: 0}\n", "wrong_type@1:18 wrong_type@1:30"},
      {"feeds: {posts: 101}\n", "wrong_type@1:16"},
      {"feeds: {contents: full}\n", "unknown_key@1:9"},
      {"feeds.content: full\n", "unknown_key@1:1"},
      {"robots: {index: maybe}\n", "wrong_type@1:17"},
      {"robots: {index: []}\n", "wrong_type@1:17"},
      {"robots: {blok: [GPTBot]}\n", "unknown_key@1:10"},
      {"robots.block: [GPTBot]\n", "unknown_key@1:1"},
      {"robots: {disallow: /a/, block: GPTBot}\n", "wrong_type@1:20 wrong_type@1:32"},
      {"robots: {disallow: [{a: b}, \"\"], block: [[a]]}\n",
       "wrong_type@1:21 wrong_type@1:29 wrong_type@1:42"},
      {"robots:\n  disallow:\n  - drafts/\n  - /a b/\n  - \"/a#b\"\n  - \"/a\\n/\"\n"
       "  - \"/\\x7f\"\n  - \"/\\N\"\n  - /fine/\n",
       "bad_path@3:5 bad_path@4:5 bad_path@5:5 bad_path@6:5 bad_path@7:5 bad_path@8:5"},
      {"robots:\n  block:\n  - GPTBot/1.0\n  - '*'\n  - Kangaroo Bot\n  - Bötchen\n  - fine-bot\n",
       "wrong_type@3:5 wrong_type@4:5 wrong_type@5:5 wrong_type@6:5"},
      {"titel: x\npage_size: many\nlang: [a]\ncontent: nowhere\n",
       "unknown_key@1:1 wrong_type@2:12 wrong_type@3:7 bad_path@4:10"},
  };
  for (const Row& row : rows) {
    const Folder folder;
    folder.write(row.text);
    BOOST_TEST_CONTEXT(row.text) {
      BOOST_TEST(faults_of(folder.sources()) == row.faults);
    }
  }
}

BOOST_AUTO_TEST_CASE(messages_name_file_and_neighbour) {
  const Folder folder;
  folder.write("titel: x\n", "my.yaml");
  ConfigSources sources = folder.sources();
  sources.file = "my.yaml";
  const std::string message = message_of(sources);
  BOOST_TEST(message.starts_with("my.yaml:1:1: error: unknown key `titel`; did you mean `title`?"),
             message);
}

BOOST_AUTO_TEST_CASE(messages_say_what_to_write) {
  struct Row {
    std::string text, part;
  };
  for (const Row& row : std::vector<Row>{
           {"robots: {disallow: [drafts]}\n",
            "octavo.yaml:1:21: error: `robots.disallow`: “drafts” is no path; begin it with a "
            "slash"},
           {"robots: {disallow: /drafts/}\n",
            "`robots.disallow` is “/drafts/”; write a list of paths, as in [/drafts/]"},
           {"robots: {disallow: [\"/a#b\"]}\n", "write %23"},
           {"robots: {block: ['*']}\n", "write `index: false`"},
           {"robots: {block: [GPTBot/1.0]}\n", "“GPTBot/1.0” is no robot's name"},
           {"robots: {blok: [GPTBot]}\n", "unknown key `blok` in `robots`; did you mean `block`?"},
           {"robots: {allow_nothing: yes}\n", "known are index disallow block"},
           {"robot: {index: yes}\n", "did you mean `robots`?"},
           {"feeds: {post: 3}\n", "did you mean `posts`?"}}) {
    const Folder folder;
    folder.write(row.text);
    const std::string message = message_of(folder.sources());
    BOOST_TEST(message.find(row.part) != std::string::npos, message);
  }
}

BOOST_AUTO_TEST_CASE(a_font_that_is_not_built_in_is_an_error_that_says_what_to_install) {
  const Folder folder;
  folder.write("theme:\n  font: Inter\n");
  ConfigSources sources = folder.sources();
  BOOST_TEST(load_config(sources).theme.font == "inter");
  sources.fonts = folder.path("fonts");
  BOOST_TEST(faults_of(sources) == "missing_font@2:9");
  BOOST_TEST(message_of(sources).find("install fonts-inter-variable, python3-fonttools") !=
             std::string::npos);
  fs::create_directories(folder.path("fonts"));
  folder.write("", "fonts/inter.css");
  BOOST_TEST(faults_of(sources) == "");
}

BOOST_AUTO_TEST_CASE(low_contrast_is_a_warning_with_its_ratio) {
  const Folder folder;
  const Config config = folder.load(
      "theme:\n  colours: {paper: white, ink: '#595959', soft: '#777'}\n"
      "  dark: {link: '#444'}\n  logo: /logo.svg\n");
  std::string found;
  for (const Diagnostic& warning : config.warnings) {
    BOOST_TEST(warning.warning);
    BOOST_TEST(warning.file == config.file);
    found += warning.code + "@" + std::to_string(warning.line) + ":" +
             std::to_string(warning.column) + " ";
  }
  // ink has 7.00:1 and passes.
  BOOST_TEST(found == "low_contrast@2:49 low_contrast@3:16 unknown_size@4:9 ");
  BOOST_TEST_REQUIRE(config.warnings.size() == 3u);
  BOOST_TEST(config.warnings[0].message ==
             "light scheme: `soft` (#777) on `paper` (white) has a contrast of 4.47:1, and WCAG AA "
             "wants 4.5:1; move the two further apart");
  BOOST_TEST(config.warnings[1].message.starts_with("dark scheme: `link` (#444) on `paper` (#"));
  BOOST_TEST(folder.load("theme: {colours: {rule: red}}\n").warnings.empty());
  BOOST_TEST(folder.load("title: x\n").warnings.empty());
}

BOOST_AUTO_TEST_CASE(truth_is_written_in_each_way) {
  const Folder folder;
  for (const char* text : {"true", "YES", "on"}) {
    BOOST_TEST(folder.load(std::string("robots: {index: ") + text + "}\n").robots_index, text);
  }
  for (const char* text : {"False", "no", "off"}) {
    BOOST_TEST(!folder.load(std::string("robots: {index: ") + text + "}\n").robots_index, text);
  }
}

BOOST_AUTO_TEST_CASE(listen_takes_each_form) {
  struct Row {
    std::string text, wanted;
  };
  const Folder folder;
  const std::vector<Row> rows = {
      {"/run/octavo/o.sock", "/run/octavo/o.sock"},
      {"127.0.0.1:9000", "127.0.0.1:9000"},
      {"localhost:9000", "localhost:9000"},
      {"[::1]:9000", "[::1]:9000"},
      {"o.sock", folder.path("o.sock")},
      {"./a:b.sock", folder.path("a:b.sock")},
  };
  for (const Row& row : rows) {
    BOOST_TEST(folder.load("listen: '" + row.text + "'\n").listen == row.wanted);
  }
}

BOOST_AUTO_TEST_CASE(sizes_take_binary_units) {
  const Folder folder;
  for (const auto& [text, wanted] : std::vector<std::pair<std::string, std::size_t>>{
           {"0", 0}, {"4096", 4096}, {"64K", 65536}, {"32m", 32u << 20}, {"1 GiB", 1u << 30}}) {
    BOOST_TEST(folder.load("page_cache: " + text + "\n").page_cache == wanted);
  }
}

BOOST_AUTO_TEST_CASE(options_win_over_the_file) {
  const Folder folder;
  fs::create_directories(folder.path("elsewhere/content"));
  folder.write("title: From the file\npage_size: 5\ncontent: nowhere\n", "elsewhere/octavo.yaml");
  ConfigSources sources = folder.sources();
  sources.file = folder.path("elsewhere/octavo.yaml");
  sources.options = {{"title", "From an option"}, {"content", "content"}, {"socket.mode", "0600"}};
  const Config config = load_config(sources);
  BOOST_TEST(config.title == "From an option");
  BOOST_TEST(config.page_size == 5u);
  BOOST_TEST(config.content == folder.path("content"));
  BOOST_TEST(config.socket_mode == 0600u);
}

BOOST_AUTO_TEST_CASE(a_wrong_option_is_named) {
  struct Row {
    std::string key, value, part;
  };
  for (const Row& row : std::vector<Row>{{"page_size", "many", "--page-size: “many” is no number"},
                                         {"content", "nowhere", "--content: there is no folder"},
                                         {"markdown.html", "", "--markdown-html needs a value"},
                                         {"feeds.posts", "101", "--feeds-posts: “101” is no"},
                                         {"robots.index", "x", "--robots-index: “x” is neither"},
                                         {"robots.block", "x", "unknown option --robots-block"},
                                         {"bogus", "x", "unknown option --bogus"},
                                         {"title", "a\nb", "--title has a character"},
                                         {"print", "p.sock", "--print needs a folder"},
                                         {"press.paper", "a5", "--press-paper: “a5” is neither"}}) {
    const Folder folder;
    folder.write("");
    ConfigSources sources = folder.sources();
    sources.options = {{row.key, row.value}};
    const std::string message = message_of(sources);
    BOOST_TEST(message.find(row.part) != std::string::npos, message);
    BOOST_TEST(faults_of(sources).ends_with("@0:0"));
  }
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_a_fault) {
  const Folder folder;
  ConfigSources sources = folder.sources();
  sources.file = "none.yaml";
  BOOST_TEST(faults_of(sources) == "unreadable@0:0");
  BOOST_TEST(message_of(sources).find("none.yaml: error: ") == 0u);
  sources.file = "content";
  BOOST_TEST(faults_of(sources) == "unreadable@0:0");
  folder.write(std::string(300000, '#'), "large.yaml");
  sources.file = "large.yaml";
  BOOST_TEST(faults_of(sources) == "too_large@0:0");
}

BOOST_AUTO_TEST_CASE(content_lies_beside_the_file_or_where_the_caller_says) {
  const Folder folder;
  BOOST_TEST(folder.load("title: x\n").content == folder.path("content"));
  fs::remove(folder.path("content"));
  ConfigSources sources = folder.sources();
  BOOST_TEST(faults_of(sources) == "bad_path@0:0");
  sources.default_content = "templates";
  BOOST_TEST(load_config(sources).content == folder.path("templates"));
}

BOOST_AUTO_TEST_CASE(a_content_folder_that_may_be_away_is_told_apart) {
  const Folder folder;
  ConfigSources sources = folder.sources();
  sources.content_may_be_away = true;
  folder.write("content: mount/content\ntheme: {logo: /content/images/logo.png}\n");
  Config config = load_config(sources);
  BOOST_REQUIRE(config.content_faults.size() == 1u);
  BOOST_TEST(config.content_faults[0].line == 1u);
  BOOST_TEST(config.content_faults[0].message ==
             "`content`: there is no folder " + folder.path("mount/content") +
                 "; make it, mount what is missing, or mend the path");
  fs::create_directories(folder.path("mount/content"));  // a mount point with nothing on it
  config = load_config(sources);
  BOOST_REQUIRE(config.content_faults.size() == 1u);
  BOOST_TEST(config.content_faults[0].code == "missing_image");
  folder.write("content: nowhere\ntitel: x\n");
  BOOST_TEST(faults_of(sources) == "unknown_key@2:1 bad_path@1:10");
  folder.write("title: x\n");
  fs::remove(folder.path("content"));
  BOOST_TEST(load_config(sources).content == folder.path("content"));
  BOOST_TEST(load_config(sources).content_faults.size() == 1u);
}

BOOST_AUTO_TEST_CASE(option_names_follow_from_keys) {
  BOOST_TEST(option_name("front_matter.slug_from") == "front-matter-slug-from");
  std::vector<std::string> names;
  for (const OptionKey& option : option_keys()) names.push_back(option_name(option.key));
  std::sort(names.begin(), names.end());
  BOOST_TEST((std::adjacent_find(names.begin(), names.end()) == names.end()));
  BOOST_TEST(names.size() == 41u);
}

BOOST_AUTO_TEST_CASE(languages_have_the_form_of_bcp_47) {
  for (const char* text : {"en", "de-AT", "zh-Hant-TW", "sl-rozaj-biske-1994"}) {
    BOOST_TEST(is_language(text), text);
  }
  for (const char* text :
       {"", "e", "en_US", "english language", "123", "en-", "-en", "toolonglang"}) {
    BOOST_TEST(!is_language(text), text);
  }
}

// The annotated example: with every setting uncommented it loads, and it names every key.
BOOST_AUTO_TEST_CASE(the_shipped_example_loads) {
  const char* source = std::getenv("SRCDIR");
  std::ifstream file(std::string(source == nullptr ? "." : source) + "/conf/octavo.yaml");
  BOOST_TEST_REQUIRE(file.good());
  std::stringstream commented;
  commented << file.rdbuf();
  const std::string example = commented.str();
  std::string settings;
  for (const std::string_view line : split(example, '\n')) {
    // "# text" explains; "#key: value" and "#  key: value" are settings.
    const bool explains = line.starts_with("# ") && !line.starts_with("#  ");
    if (!line.starts_with('#') || line == "#" || explains) continue;
    settings += std::string(line.substr(1)) + "\n";
  }
  const Folder folder;
  fs::create_directories(folder.path("content/images"));
  folder.write("", "content/images/logo.svg");
  folder.write("", "content/images/ada.jpg");
  folder.write(example);
  BOOST_TEST(faults_of(folder.sources()) == "");
  const Config config = folder.load(settings);
  BOOST_TEST(config.menu.size() == 2u);
  for (const OptionKey& option : option_keys()) {
    const std::size_t dot = option.key.find('.');
    const std::string name = dot == std::string_view::npos
                                 ? "\n" + std::string(option.key) + ":"
                                 : "\n  " + std::string(option.key.substr(dot + 1)) + ":";
    BOOST_TEST(("\n" + settings).find(name) != std::string::npos, option.key);
  }
  BOOST_TEST(!config.robots_disallow.empty());
  BOOST_TEST(!config.robots_block.empty());
  // Where a default is shown it is the default.
  const Config defaults;
  BOOST_TEST(config.title == defaults.title);
  BOOST_TEST(config.base_url == defaults.base_url);
  BOOST_TEST(config.lang == defaults.lang);
  BOOST_TEST(config.time_zone == defaults.time_zone);
  BOOST_TEST(config.threads == defaults.threads);
  BOOST_TEST(config.page_cache == defaults.page_cache);
  BOOST_TEST(config.print_letter == defaults.print_letter);
  BOOST_TEST(config.press_cache == defaults.press_cache);
  BOOST_TEST(config.page_size == defaults.page_size);
  BOOST_TEST(config.start_last_good == defaults.start_last_good);
  BOOST_TEST(config.html_trusted == defaults.html_trusted);
  BOOST_TEST(config.feed_full == defaults.feed_full);
  BOOST_TEST(config.feed_posts == defaults.feed_posts);
  BOOST_TEST(config.robots_index == defaults.robots_index);
  BOOST_TEST(config.socket_mode == defaults.socket_mode);
  BOOST_TEST(config.max_connections == defaults.max_connections);
  BOOST_TEST(config.front_matter.tags_separator == defaults.front_matter.tags_separator);
  BOOST_TEST(config.front_matter.date_in_slug == defaults.front_matter.date_in_slug);
}

BOOST_AUTO_TEST_SUITE_END()
