// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/highlight_rules.h"

#include <srchilite/highlightrule.h>
#include <srchilite/highlightrulefactory.h>
#include <srchilite/langdefmanager.h>
#include <srchilite/regexpreprocessor.h>
#include <srchilite/settings.h>
#include <unistd.h>

#include <boost/regex.hpp>

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <optional>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "compose/rules_folder.h"

namespace octavo {

namespace {

using srchilite::HighlightRule;
using srchilite::HighlightState;
using srchilite::HighlightStatePtr;

constexpr int kMaxDepth = 1000;  // states within states; beyond, a new one is not entered
constexpr int kMaxIdle = 64;     // matches of nothing in a row; beyond, we go on by force

long steps = 0;

// A character's place that counts each look at it: the only way to stop a search half-way.
class Place {
 public:
  using iterator_category = std::random_access_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  Place() = default;
  explicit Place(const char* at) : at_(at) {}
  const char& operator*() const {
    if (--steps < 0) throw OutOfSteps{};
    return *at_;
  }
  const char& operator[](std::ptrdiff_t n) const { return *(*this + n); }
  Place& operator++() { return ++at_, *this; }
  Place& operator--() { return --at_, *this; }
  Place operator++(int) { return Place(at_++); }
  Place operator--(int) { return Place(at_--); }
  Place& operator+=(std::ptrdiff_t n) { return at_ += n, *this; }
  Place& operator-=(std::ptrdiff_t n) { return at_ -= n, *this; }
  friend Place operator+(Place a, std::ptrdiff_t n) { return Place(a.at_ + n); }
  friend Place operator+(std::ptrdiff_t n, Place a) { return Place(a.at_ + n); }
  friend Place operator-(Place a, std::ptrdiff_t n) { return Place(a.at_ - n); }
  friend std::ptrdiff_t operator-(Place a, Place b) { return a.at_ - b.at_; }
  friend auto operator<=>(Place, Place) = default;
  const char* address() const { return at_; }

 private:
  const char* at_ = nullptr;
};

// A rule's next match on a line.
struct Found {
  std::size_t at = 0, size = 0;
  std::vector<std::pair<std::size_t, std::size_t>> groups;  // offset and size; npos: no part in it
};

bool is_word(char c) {
  const auto lower = static_cast<char>(c | 0x20);
  return (lower >= 'a' && lower <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}

// The library knows its rules by this base alone.
class Rule : public HighlightRule {
 public:
  Rule(const std::string& name, std::string expression, bool any_case)
      : expression_(std::move(expression)), any_case_(any_case) {
    if (!name.empty()) addElem(name);
  }

  virtual std::optional<Found> find(std::string_view line, std::size_t from) {
    if (broken_) return std::nullopt;
    static boost::match_results<Place> match;  // one for all: it has memory of its own
    try {
      if (regex_.empty()) compile();
      if (!search(line, from, match)) return std::nullopt;
    } catch (const std::runtime_error&) {  // boost: a faulty expression, or one too complex here
      broken_ = regex_.empty();
      return std::nullopt;
    }
    const auto offset = [&](Place place) {
      return static_cast<std::size_t>(place.address() - line.data());
    };
    Found found{offset(match[0].first), static_cast<std::size_t>(match[0].length()), {}};
    if (match.size() > 1 && (getElemList().size() > 1 || getHasSubexpressions())) {
      for (int i = 1; i < static_cast<int>(match.size()); ++i) {
        found.groups.emplace_back(match[i].matched ? offset(match[i].first) : std::string::npos,
                                  static_cast<std::size_t>(match[i].length()));
      }
    }
    return found;
  }

  // The library's own search; not used, since it copies the line for each rule and each match.
  bool tryToMatch(std::string::const_iterator, std::string::const_iterator,
                  srchilite::HighlightToken&, const srchilite::MatchingParameters&) override {
    return false;
  }
  const std::string toString() const override { return expression_; }
  void replaceReferences(const srchilite::ReplacementList& list) override {
    expression_ = srchilite::RegexPreProcessor::replace_references(expression_, list);
    regex_ = boost::regex();
  }
  HighlightRule* clone() override { return new Rule(*this); }

 private:
  void compile() {
    const auto flags = any_case_ ? boost::regex::perl | boost::regex::icase : boost::regex::perl;
    regex_.assign(expression_, flags);
    // What a match may begin with is known to the library, but not if it has to look behind first.
    const std::string ahead = without_look_behind(expression_);
    one_by_one_ = ahead != expression_;
    const boost::regex starts = one_by_one_ ? boost::regex(ahead, flags) : regex_;
    anywhere_ = starts.can_be_null();
    for (std::size_t c = 0; c < starts_.size(); ++c)
      starts_[c] = (starts.get_map()[c] & boost::BOOST_REGEX_DETAIL_NS::mask_any) != 0;
    one_by_one_ = one_by_one_ && !anywhere_ && std::ranges::count(starts_, true) < kFew;
  }

  // Most rules have nothing to say on most lines, and to start a search costs more than to see
  // that.
  bool search(std::string_view line, std::size_t from, boost::match_results<Place>& match) const {
    if (from > 0 && regex_.get_restart_type() == boost::regbase::restart_line) return false;
    const Place base(line.data());
    for (;; ++from) {
      const std::size_t begin = from;
      while (!anywhere_ && from < line.size() && !starts_[static_cast<unsigned char>(line[from])])
        ++from;
      if ((steps -= static_cast<long>(from - begin)) < 0) throw OutOfSteps{};
      if (!anywhere_ && from == line.size()) return false;
      auto flags = boost::match_default;
      if (from > 0) flags |= boost::match_prev_avail | boost::match_not_bob;
      if (one_by_one_) flags |= boost::match_continuous;
      if (boost::regex_search(base + static_cast<std::ptrdiff_t>(from), base + std::ssize(line),
                              match, regex_, flags, base))
        return true;
      if (!one_by_one_) return false;
    }
  }

  static std::string without_look_behind(const std::string& expression) {
    const std::string_view all = expression;
    std::string rest;
    bool set = false;  // within [ ]
    int dropped = 0;   // open brackets of what is dropped
    for (std::size_t i = 0, length = 1; i < all.size(); i += length) {
      const std::string_view at = all.substr(i);
      length = at[0] == '\\' ? 2 : 1;
      if (set) {
        if (at.starts_with("[:")) length = std::min(at.find(":]"), at.size() - 2) + 2;
        if (at[0] == ']') set = false;
      } else if (at[0] == '[') {
        set = true;
        if (at.starts_with("[^")) length = 2;
      } else if (!dropped && (at.starts_with("(?<=") || at.starts_with("(?<!"))) {
        dropped = 1;
        rest += "(?:)";
        length = 4;
        continue;
      } else if (dropped && at[0] == ')' && --dropped == 0) {
        continue;
      } else if (dropped && at[0] == '(') {
        ++dropped;
      }
      if (!dropped) rest += at.substr(0, length);
    }
    return rest;
  }

  static constexpr std::ptrdiff_t kFew = 40;
  std::array<bool, 256> starts_{};
  bool anywhere_ = false;    // a match may be empty
  bool one_by_one_ = false;  // the library would try each character

  std::string expression_;
  bool any_case_ = false;
  bool broken_ = false;
  boost::regex regex_;
};

// A list of words needs no expression: each word of the line is looked up.
class WordRule : public Rule {
 public:
  WordRule(const std::string& name, const std::string& words, bool any_case)
      : Rule(name, words, any_case), any_case_(any_case) {
    for (std::size_t at = 0; at <= words.size();) {
      const std::size_t end = std::min(words.find('|', at), words.size());
      std::string word = words.substr(at, end - at);
      if (any_case_) std::ranges::transform(word, word.begin(), lower);
      words_.insert(std::move(word));
      at = end + 1;
    }
  }
  std::optional<Found> find(std::string_view line, std::size_t from) override {
    if (from > 0) {  // not from the middle of a word
      while (from < line.size() && is_word(line[from]) && is_word(line[from - 1])) ++from;
    }
    std::string word;
    while (from < line.size()) {
      if (!is_word(line[from])) {
        ++from;
        continue;
      }
      std::size_t end = from;
      while (end < line.size() && is_word(line[end])) ++end;
      if ((steps -= static_cast<long>(end - from)) < 0) throw OutOfSteps{};
      word = line.substr(from, end - from);
      if (any_case_) std::ranges::transform(word, word.begin(), lower);
      if (words_.contains(word)) return Found{from, end - from, {}};
      from = end;
    }
    return std::nullopt;
  }
  HighlightRule* clone() override { return new WordRule(*this); }

 private:
  std::unordered_set<std::string> words_;
  bool any_case_;
};

std::string joined(const srchilite::WordList& list) {
  std::string all;
  for (const std::string& one : list) (all += all.empty() ? "" : "|") += one;
  return all;
}

bool is_single(const std::string& s) {
  return s.size() == (s.starts_with('\\') ? 2 : 1);
}

// The expressions are those that the library itself would build.
class RuleFactory : public srchilite::HighlightRuleFactory {
 public:
  HighlightRule* createSimpleRule(const std::string& name, const std::string& s) override {
    return new Rule(name, s, false);
  }
  HighlightRule* createWordListRule(const std::string& name, const srchilite::WordList& list,
                                    bool same_case) override {
    const std::string words = joined(list);
    if (std::ranges::all_of(words, [](char c) { return is_word(c) || c == '|'; }))
      return new WordRule(name, words, !same_case);
    return new Rule(name, "\\<(?:" + words + ")\\>", !same_case);
  }
  HighlightRule* createListRule(const std::string& name, const srchilite::WordList& list,
                                bool same_case) override {
    return new Rule(name, "(?:" + joined(list) + ")", !same_case);
  }
  HighlightRule* createLineRule(const std::string& name, const std::string& start,
                                const std::string& end, const std::string& escape,
                                bool nested) override {
    if (nested || !is_single(start) || !is_single(end))
      return createMultiLineRule(name, start, end, escape, nested);
    if (escape.empty()) {
      const std::string both = end == start ? start : start + end;
      return new Rule(name, start + "(?:[^" + both + "])*" + end, false);
    }
    const std::string both = end == start ? escape + start : escape + start + escape + end;
    return new Rule(name, start + "(?:[^" + both + "]|" + escape + ".)*" + end, false);
  }
  HighlightRule* createMultiLineRule(const std::string& name, const std::string& start,
                                     const std::string& end, const std::string& escape,
                                     bool nested) override {
    const auto add = [](const HighlightStatePtr& state, Rule* rule) {
      state->addRule(srchilite::HighlightRulePtr(rule));
      return rule;
    };
    const HighlightStatePtr inner(new HighlightState);
    add(inner, new Rule(name, end.empty() ? "\\z" : end, false))->setExitLevel(1);
    if (!escape.empty()) add(inner, new Rule(name, escape + ".", false));
    if (nested) add(inner, new Rule(name, start, false))->setNested(true);
    auto rule = std::make_unique<Rule>(name, start, false);
    rule->setNextState(inner);
    return rule.release();
  }
  HighlightRule* createCompoundRule(const srchilite::ElemNameList& names,
                                    const std::string& expression) override {
    auto rule = std::make_unique<Rule>("", expression, false);
    for (const std::string& name : names) rule->addElem(name);
    return rule.release();
  }
};

HighlightStatePtr read_rules(const std::string& file) {
  static RuleFactory factory;
  static srchilite::LangDefManager manager(&factory);
  static const std::string ours = find_rules_folder();
  for (const std::string& folder : {ours, srchilite::Settings::getDefaultDataDir()}) {
    if (::access((folder + '/' + file).c_str(), R_OK) != 0) continue;
    try {
      return manager.buildHighlightState(folder, file);
    } catch (const std::bad_alloc&) {
      throw;
    } catch (const std::exception&) {
      return nullptr;
    }
  }
  return nullptr;
}

HighlightStatePtr rules_of(const std::string& file) {
  static std::map<std::string, HighlightStatePtr> known;
  const auto [at, fresh] = known.try_emplace(file);
  if (fresh) at->second = read_rules(file);
  return at->second;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t") == text.npos;
}

}  // namespace

struct RuleReader::Impl {
  // What is known on this line of one rule.
  struct Ahead {
    bool searched = false;
    std::optional<Found> found;
  };
  struct View {
    HighlightStatePtr state;  // keeps its number from being given to another one
    std::size_t line = 0;
    std::vector<Ahead> rules;
  };

  explicit Impl(std::string_view language) : main(rules_of(std::string(language) + ".lang")) {
    current = main;
  }

  const std::vector<Ahead>& look_ahead(std::string_view text, std::size_t at, int& best) {
    View& view = views[current->getId()];
    if (view.line != line) {
      view.state = current;
      view.line = line;
      view.rules.assign(current->getRuleList().size(), {});
    }
    best = -1;
    for (std::size_t i = 0; i < view.rules.size(); ++i) {
      Ahead& ahead = view.rules[i];
      if (!ahead.searched || (ahead.found && ahead.found->at < at)) {
        ahead.found = static_cast<Rule&>(*current->getRuleList()[i]).find(text, at);
        ahead.searched = true;
      }
      if (!ahead.found) continue;
      const Found* leading =
          best < 0 ? nullptr : &*view.rules[static_cast<std::size_t>(best)].found;
      if (leading && (ahead.found->at > leading->at ||
                      (ahead.found->at == leading->at && ahead.found->size <= leading->size)))
        continue;
      best = static_cast<int>(i);
      // As the library does it: the first rule that matches here, blanks aside, is taken.
      if (is_blank(text.substr(at, ahead.found->at - at))) break;
    }
    return view.rules;
  }

  void follow(const HighlightRule& rule, const Found& found, std::string_view text) {
    HighlightStatePtr next = rule.isNested() ? current : rule.getNextState();
    if (next) {
      if (stack.size() >= kMaxDepth) return;
      if (next->getNeedsReferenceReplacement()) next = with_references(next, found, text);
      stack.push_back(current);
      current = next;
    } else if (rule.getExitLevel() < 0) {
      stack.clear();
      current = main;
    } else {
      for (int level = rule.getExitLevel(); level > 0 && !stack.empty(); --level) {
        // A state made for one string will not come again.
        if (current->getOriginalState()) views.erase(current->getId());
        current = stack.back();
        stack.pop_back();
      }
    }
  }

  // The end of a here-document depends on what its start said.
  static HighlightStatePtr with_references(HighlightStatePtr state, const Found& found,
                                           std::string_view text) {
    if (state->getOriginalState()) state = state->getOriginalState();
    srchilite::ReplacementList said;
    for (const auto& [at, size] : found.groups)
      said.emplace_back(at == std::string::npos ? std::string_view() : text.substr(at, size));
    said.resize(std::max<std::size_t>(said.size(), 9));
    const HighlightStatePtr copy(new HighlightState(*state));
    copy->setOriginalState(state);
    copy->replaceReferences(said);
    return copy;
  }

  const HighlightStatePtr main;
  HighlightStatePtr current;
  std::vector<HighlightStatePtr> stack;
  std::unordered_map<unsigned, View> views;
  std::size_t line = 0;
};

RuleReader::RuleReader(std::string_view language) : impl_(std::make_unique<Impl>(language)) {}
RuleReader::~RuleReader() = default;

bool RuleReader::known() const noexcept {
  return impl_->main != nullptr;
}

void RuleReader::read_line(std::string_view line, const Part& part) {
  ++impl_->line;
  const auto give = [&](std::size_t from, std::size_t to, const std::string& name) {
    if (to > from) part(line.substr(from, to - from), name);
  };
  int idle = 0;
  for (std::size_t at = 0;;) {
    int best = -1;
    const auto& ahead = impl_->look_ahead(line, at, best);
    const HighlightStatePtr here = impl_->current;
    if (best < 0) {
      give(at, line.size(), here->getDefaultElement());
      return;
    }
    const auto number = static_cast<std::size_t>(best);
    const Found found = *ahead[number].found;
    const srchilite::HighlightRulePtr rule = here->getRuleList()[number];
    const srchilite::ElemList& names = rule->getElemList();
    const std::size_t end = found.at + found.size;
    give(at, found.at, here->getDefaultElement());
    idle = end > at ? 0 : idle + 1;
    at = found.at;
    for (std::size_t i = 0; names.size() > 1 && i < std::min(names.size(), found.groups.size());
         ++i) {
      const auto& [from, size] = found.groups[i];
      if (from == std::string::npos || from < at) continue;
      give(at, from, here->getDefaultElement());
      give(from, from + size, names[i]);
      at = from + size;
    }
    give(at, end, names.size() == 1 ? names[0] : here->getDefaultElement());
    at = end;
    impl_->follow(*rule, found, line);
    if (idle > kMaxIdle) {  // rules that chase each other over nothing
      if (at == line.size()) return;
      give(at, at + 1, impl_->current->getDefaultElement());
      ++at;
      idle = 0;
    }
  }
}

void allow_steps(long count) noexcept {
  steps = count;
}
long steps_left() noexcept {
  return steps;
}

}  // namespace octavo
