// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/typography.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <utility>

#include "base/text.h"
#include "compose/type_styles.h"

namespace octavo {

namespace {

constexpr std::string_view kNarrowSpace = "\u202F";
constexpr std::string_view kApostrophe = "’";

bool is_blank(char32_t c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || (c >= 0x2000 && c <= 0x200B) ||
         c == 0x202F || c == 0x3000;
}
bool is_digit(char32_t c) {
  return c >= '0' && c <= '9';
}
bool is_word(char32_t c) {
  return c < 0x80 ? is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z')
                  : is_letter_mark_number(c);
}
bool is_bracket(char32_t c) {
  return c == '(' || c == '[' || c == '{' || c == 0xBF || c == 0xA1;
}
bool is_dash(char32_t c) {
  return c == '-' || (c >= 0x2010 && c <= 0x2015);
}
bool is_one_of(char32_t c, std::u32string_view set) {
  return set.find(c) != set.npos;
}
// What may follow a word's end: no letter, no digit, no sign of code.
bool ends_word(char32_t c) {
  return c == 0 || is_blank(c) || is_one_of(c, U".,;:!?…)]}\"'”’»“‘›–—-");
}

char32_t first_of(std::string_view text) {
  std::size_t at = 0;
  return text.empty() ? 0 : next_code_point(text, at);
}

char32_t last_of(std::string_view text) {
  std::size_t at = text.size();
  while (at > 0 && (static_cast<unsigned char>(text[--at]) & 0xC0) == 0x80) {
  }
  return first_of(text.substr(at));
}

}  // namespace

namespace {

std::string first_word(std::string_view text) {
  std::size_t end = 0;
  while (end < text.size() && static_cast<unsigned char>(text[end]) < 0x80 &&
         is_word(static_cast<unsigned char>(text[end])))
    ++end;
  return ascii_lower(text.substr(0, end));
}

bool is_contraction(std::string_view rest) {
  static constexpr std::string_view kEnds[] = {"s", "d", "ll", "m", "re", "t", "ve"};
  return std::ranges::find(kEnds, first_word(rest)) != std::end(kEnds);
}

bool has_closing(std::string_view text) {
  for (std::size_t at = 1; (at = text.find('\'', at)) != text.npos; ++at) {
    if (text[at - 1] != ' ' && ends_word(first_of(text.substr(at + 1)))) return true;
  }
  return false;
}

// Which characters may be set: looked up, since this is done for each one of a site.
constexpr std::uint8_t kAscii = 1, kFrench = 2, kTwice = 4;
constexpr auto kMarks = [] {
  std::array<std::uint8_t, 256> marks{};
  for (const char c : std::string_view("\"'")) marks[static_cast<unsigned char>(c)] = kAscii;
  for (const char c : std::string_view("-."))
    marks[static_cast<unsigned char>(c)] = kAscii | kTwice;
  for (const char c : std::string_view(";:!?\xC2")) marks[static_cast<unsigned char>(c)] = kFrench;
  return marks;
}();

bool is_mark(std::string_view text, std::size_t at, std::uint8_t wanted) {
  const std::uint8_t mark = kMarks[static_cast<unsigned char>(text[at])];
  if (!(mark & wanted)) return false;
  return !(mark & kTwice) || (at + 1 < text.size() && text[at + 1] == text[at]);
}

}  // namespace

// Where set() is in a text.
struct Typesetter::Spot {
  std::string_view text;
  std::size_t at = 0;    // of the character looked at
  std::size_t done = 0;  // up to here it is in `out`
  std::string out;
  char32_t before = 0;     // the character before `at`, as set
  bool opens = false;      // it is an opening mark of ours
  std::size_t set_to = 0;  // `before` was written for what ends here

  char32_t after(std::size_t count) const {
    return first_of(text.substr(std::min(at + count, text.size())));
  }
  std::size_t run() const {
    const std::size_t end = text.find_first_not_of(text[at], at);
    return std::min(end, text.size()) - at;
  }
  // Writes `mark` instead of the next `count` bytes.
  void replace(std::size_t count, std::string_view mark, bool opening = false) {
    out.append(text, done, at - done).append(mark);
    at += count;
    done = set_to = at;
    before = last_of(mark);
    opens = opening;
  }
  void keep(std::size_t count) { at += count; }
  void look_back() {
    if (at == set_to) return;
    before = last_of(text.substr(0, at));
    opens = false;
  }
};

Typesetter::Typesetter(std::string_view lang) : style_(type_style(lang)) {}

void Typesetter::begin() {
  open_.clear();
  inner_.clear();
  last_ = 0;
  last_opens_ = false;
}

void Typesetter::saw(std::string_view text) {
  last_ = text.empty() ? U'\uFFFC' : last_of(text);
  last_opens_ = false;
}

std::string Typesetter::set(std::string_view text) {
  if (text.empty()) return {};
  Spot spot{.text = text, .out = {}, .before = last_, .opens = last_opens_};
  if (style_) {
    const std::uint8_t wanted = style_->space == TypeStyle::Space::none ? kAscii : kAscii | kFrench;
    while (true) {
      while (spot.at < text.size() && !is_mark(text, spot.at, wanted)) ++spot.at;
      if (spot.at == text.size()) break;
      spot.look_back();
      switch (text[spot.at]) {
        case '"':
        case '\'':
          set_quotes(spot);
          break;
        case '-':
          set_dashes(spot);
          break;
        case '.':
          set_dots(spot);
          break;
        default:
          set_space_before(spot);
          break;
      }
    }
  }
  spot.at = text.size();
  spot.look_back();
  last_ = spot.before;
  last_opens_ = spot.opens;
  return spot.out.append(text, spot.done, text.size() - spot.done), std::move(spot.out);
}

void Typesetter::set_quotes(Spot& spot) {
  const std::size_t run = spot.run();
  // "" and '' are code, or somebody's own idea of quotes.
  if (run > 1) return spot.keep(run);
  return spot.text[spot.at] == '"' ? set_double(spot) : set_single(spot);
}

void Typesetter::set_double(Spot& spot) {
  const char32_t before = spot.before, next = spot.after(1);
  if (style_->outer_open.empty()) return spot.keep(1);
  if (is_digit(before) && !is_open('"') && ends_word(next)) return spot.replace(1, "″");
  if (before == U'′') return spot.replace(1, "″");
  const bool starts = before == 0 || is_blank(before) || spot.opens || is_bracket(before);
  const bool either = is_dash(before) || is_one_of(before, U"/=:+<>|“‘«„‚‹");
  if (starts || (either && !(is_open('"') && ends_word(next)))) {
    // A quote between blanks belongs to nobody.
    if (is_blank(next) || (next == 0 && before != 0 && spot.opens)) return spot.keep(1);
    return open(spot, '"');
  }
  if (!is_open('"') && is_word(before) && is_word(next)) return spot.keep(1);
  close(spot, '"');
}

void Typesetter::set_single(Spot& spot) {
  const char32_t before = spot.before, next = spot.after(1);
  if (is_digit(before) && !is_open('\'') && (is_digit(next) || ends_word(next)))
    return spot.replace(1, "′");
  // Within a word or at its end, where no quote is open.
  if (is_word(before) && (is_word(next) || !(is_open('\'') || style_->outer_open.empty())))
    return spot.replace(1, kApostrophe);
  // C++'s, "it"'s
  if (is_word(next) && before != 0 && !is_blank(before) && !spot.opens &&
      is_contraction(spot.text.substr(spot.at + 1)))
    return spot.replace(1, kApostrophe);
  if (is_word(next) && is_elided(spot.text.substr(spot.at + 1)))
    return spot.replace(1, kApostrophe);
  if (style_->outer_open.empty()) return spot.keep(1);
  const bool starts = before == 0 || is_blank(before) || spot.opens || is_bracket(before) ||
                      is_dash(before) || is_one_of(before, U"/=:+<>|“«„‹");
  if (starts &&
      !(is_open('\'') && !spot.opens && before != 0 && !is_blank(before) && ends_word(next))) {
    if (next == 0 ? before != 0 && !is_blank(before) && !spot.opens : is_blank(next))
      return spot.keep(1);
    return open(spot, '\'');
  }
  if (!is_open('\'')) return spot.replace(1, kApostrophe);
  close(spot, '\'');
}

void Typesetter::open(Spot& spot, char kind) {
  // One within another takes the other pair, whatever was typed.
  const bool inner = inner_.empty() ? kind == '\'' : inner_.back() == 'o';
  open_ += kind;
  inner_ += inner ? 'i' : 'o';
  std::string mark(inner ? style_->inner_open : style_->outer_open);
  if (mark == "«" && style_->space != TypeStyle::Space::none) mark += kNarrowSpace;
  spot.replace(1, mark, true);
}

void Typesetter::close(Spot& spot, char kind) {
  bool inner = kind == '\'';
  if (const std::size_t at = open_.rfind(kind); at != std::string::npos) {
    inner = inner_[at] == 'i';
    open_.resize(at);  // what was left open within ends with it
    inner_.resize(at);
  }
  std::string mark(inner ? style_->inner_close : style_->outer_close);
  if (mark == "»" && style_->space != TypeStyle::Space::none) mark.insert(0, kNarrowSpace);
  spot.replace(1, mark);
}

// '90s, 'tis, and other words whose beginning an apostrophe stands for.
bool Typesetter::is_elided(std::string_view rest) const {
  const std::string word = first_word(rest);
  const std::string_view lang = style_->lang.substr(0, 2);
  const char next = word.size() < rest.size() ? rest[word.size()] : ' ';
  if (next == '\'' && word != "n") return false;
  if (word.size() >= 2 && is_digit(static_cast<unsigned char>(word[0])) &&
      is_digit(static_cast<unsigned char>(word[1]))) {
    const std::string_view behind = std::string_view(word).substr(2);
    return behind.empty() || behind == (lang == "de" ? "er" : "s");
  }
  const auto is = [&word](std::initializer_list<std::string_view> words) {
    return std::ranges::find(words, word) != words.end();
  };
  if (lang == "nl" || lang == "af") return is({"s", "t", "n", "k", "m", "r", "ie", "ns"});
  if (lang == "de") return is({"s", "n", "ne", "nen", "nem", "ner", "raus", "rein", "rum", "ran"});
  if (lang != "en") return false;
  if (is({"tis", "twas", "twere", "twill", "twould", "til", "n"})) return true;
  // Or is it 'em dash', in quotes?
  return is({"em", "cause", "bout", "round", "cos"}) && !has_closing(rest.substr(word.size()));
}

void Typesetter::set_dashes(Spot& spot) {
  const std::size_t run = spot.run();
  const char32_t before = spot.before, next = spot.after(run);
  const bool blank_before = before == 0 || is_blank(before);
  const bool blank_next = next == 0 || is_blank(next);
  // --option, i--, -->, <!-- and rows of hyphens are no dashes.
  if ((run != 2 && run != 3) || is_one_of(before, U"<>|=+/\\") || is_one_of(next, U"<>|=+/\\") ||
      (blank_before != blank_next && !(next == 0 && before != 0)))
    return spot.keep(run);
  const std::size_t from = spot.text.find_last_of(" \t\n", spot.at) + 1;
  const std::string_view word =
      spot.text.substr(from, spot.text.find_first_of(" \t\n", spot.at) - from);
  if (word.starts_with("xn--") || word.starts_with("www.") || word.find("://") != word.npos ||
      word.find(".xn--") != word.npos || word.find('@') != word.npos)
    return spot.keep(run);
  spot.replace(run, run == 2 ? "–" : "—");
}

void Typesetter::set_dots(Spot& spot) {
  const std::size_t run = spot.run();
  if (run != 3 || is_one_of(spot.before, U"/\\") || is_one_of(spot.after(run), U"/\\"))
    return spot.keep(run);
  spot.replace(run, "…");
}

// French: a narrow space before high marks and inside of guillemets.
void Typesetter::set_space_before(Spot& spot) {
  const std::string_view rest = spot.text.substr(spot.at);
  if (rest.starts_with("«")) {
    if (rest.substr(2).starts_with(' ')) {
      spot.keep(2);
      return spot.replace(1, kNarrowSpace);
    }
    return spot.keep(2);
  }
  const bool closes = rest.starts_with("»");
  if (!closes && static_cast<unsigned char>(rest[0]) == 0xC2) return spot.keep(1);
  const bool here = closes || rest[0] == ':' || style_->space == TypeStyle::Space::high;
  const char32_t next = spot.after(closes ? 2 : 1);
  const bool at_end = next == 0 || is_blank(next) || is_one_of(next, U".,)]!?;…\"'»”’");
  const std::size_t length = closes ? 2 : 1;
  if (!here || !(at_end || closes)) return spot.keep(length);
  const std::size_t word = spot.text.find_last_of(" \t\n", spot.at) + 1;
  if (rest[0] == ':' && spot.text.find(':', word) < spot.at) return spot.keep(length);  // :smile:
  if (spot.at > spot.done && spot.text[spot.at - 1] == ' ') {
    --spot.at;
    spot.replace(1, kNarrowSpace);
  } else if (!closes && (is_word(spot.before) || is_one_of(spot.before, U"»”’)]…%"))) {
    spot.replace(0, kNarrowSpace);
  }
  spot.keep(length);
}

}  // namespace octavo
