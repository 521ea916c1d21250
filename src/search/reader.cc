// SPDX-License-Identifier: GPL-3.0-or-later
//
// Longer than a unit should be: what asks Xapian stands here and nowhere else.
#include "search/reader.h"

#include <xapian.h>

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "search/shown.h"
#include "search/terms.h"
#include "search/words.h"

namespace octavo {

namespace {

using Kind = QueryPiece::Kind;
using Steady = std::chrono::steady_clock;

constexpr std::size_t kMostStemmers = 4;
// The most frequent ones. Two letters begin so many words that none of them says much.
constexpr std::size_t kCompletions = 50, kCompletionsOfTwo = 20, kMostCompleted = 200;
constexpr Xapian::doccount kCountedExactly = 10'000;
constexpr double kExactBonus = 0.3;   // a word as it was typed, beside its stem
constexpr double kTitleBonus = 0.3;   // a word that stands in the title
constexpr double kYearsBonus = 0.05;  // a year newer
constexpr double kNewestYears = 20;   // what is older than that is all alike
// Of the weights of a query's words (BM25): where they weigh less than this together, as on a site
// of a few posts, newness weighs less as well.
constexpr double kFullWeight = 3;
constexpr double kMinutesAYear = 365.2425 * 24 * 60;

// Xapian's errors as ours. Sizes that are read from damaged blocks come as standard exceptions.
template <typename Work>
auto guarded(Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const Xapian::DatabaseModifiedError& error) {
    throw IndexModified(error.get_msg());
  } catch (const Xapian::Error& error) {
    throw IndexDamaged(error.get_msg());
  } catch (const std::exception& error) {
    throw IndexDamaged(error.what());
  }
}

// The documents that the site shows, and a mild preference for what is new. When time is up there
// are no more of them: what was found so far is the answer. One source for all three, for what is
// asked of each match is most of a query's cost.
class Shown : public Xapian::PostingSource {
 public:
  Shown(ShownPosts& posts, double scale, Steady::time_point deadline)
      : posts_(posts), bonus_(kYearsBonus * scale), deadline_(deadline) {}
  bool time_is_up() const { return over_; }

  Xapian::doccount get_termfreq_min() const override { return 0; }
  Xapian::doccount get_termfreq_est() const override { return count_; }
  Xapian::doccount get_termfreq_max() const override { return count_; }
  Xapian::docid get_docid() const override { return id_; }
  bool at_end() const override { return over_ || id_ > last_; }
  void next(double) override { to(id_ + 1); }
  void skip_to(Xapian::docid id, double) override { to(std::max(id, id_)); }
  bool check(Xapian::docid id, double) override {
    id_ = id;
    return at_end() || is_shown();
  }
  double get_weight() const override {
    // Without a date it is older than all.
    return bonus_ * std::max(kNewestYears - post_.minutes / kMinutesAYear, 0.0);
  }
  void init(const Xapian::Database& db) override {
    db_ = db;
    count_ = db.get_doccount();
    last_ = db.get_lastdocid();
    id_ = 0;
    set_maxweight(bonus_ * kNewestYears);
  }

 private:
  void to(Xapian::docid id) {
    id_ = id;
    while (!at_end() && !is_shown()) ++id_;
  }
  bool is_shown() {
    if (++asked_ % 32 == 0 && Steady::now() >= deadline_) over_ = true;
    post_ = posts_.post(id_);
    if (post_.number == ShownPosts::kUnknown) {
      const Xapian::Document document = db_.get_document(id_, Xapian::DOC_ASSUME_VALID);
      post_ = posts_.look_up(id_, document.get_value(terms::kSlotSlug));
    }
    return post_.number != ShownPosts::kHidden;
  }

  ShownPosts& posts_;
  ShownPosts::Post post_;  // of id_
  double bonus_;
  Steady::time_point deadline_;
  Xapian::Database db_;
  Xapian::doccount count_ = 0;
  Xapian::docid last_ = 0, id_ = 0;
  unsigned asked_ = 0;
  bool over_ = false;
};

// Keeps the best of all matches, in Xapian's order. Were it Xapian that keeps them, and in order
// all the time, that would be a third of a query's cost.
class Best : public Xapian::MatchSpy {
 public:
  explicit Best(std::size_t count) : count_(count), most_(2 * count + 1000) {}
  void operator()(const Xapian::Document& document, double weight) override {
    matches_.push_back({weight, document.get_docid()});
    if (matches_.size() == most_) cut();
  }
  std::vector<Xapian::docid> take() {
    cut();
    std::vector<Xapian::docid> ids;
    ids.reserve(matches_.size());
    for (const Match& match : matches_) ids.push_back(match.id);
    return ids;
  }

 private:
  struct Match {
    double weight = 0;
    Xapian::docid id = 0;
    bool operator<(const Match& other) const {
      return weight != other.weight ? weight > other.weight : id < other.id;
    }
  };
  void cut() {
    const std::size_t kept = std::min(count_, matches_.size());
    const auto end = matches_.begin() + static_cast<std::ptrdiff_t>(kept);
    std::partial_sort(matches_.begin(), end, matches_.end());
    matches_.erase(end, matches_.end());
  }

  std::size_t count_, most_;
  std::vector<Match> matches_;
};

// As TermGenerator has a word, its apostrophes among them.
std::string lower(std::string_view text) {
  std::string out;
  for (Xapian::Utf8Iterator at(text.data(), text.size()); at != Xapian::Utf8Iterator(); ++at) {
    const bool apostrophe = *at == 0x2019 || *at == 0x201b;
    Xapian::Unicode::append_utf8(out, apostrophe ? '\'' : Xapian::Unicode::tolower(*at));
  }
  return out;
}

bool is_stemmed(const std::string& word) {
  switch (Xapian::Unicode::get_category(*Xapian::Utf8Iterator(word))) {
    case Xapian::Unicode::LOWERCASE_LETTER:
    case Xapian::Unicode::TITLECASE_LETTER:
    case Xapian::Unicode::MODIFIER_LETTER:
    case Xapian::Unicode::OTHER_LETTER:
      return true;
    default:
      return false;
  }
}

bool begins_cjk(const std::string& word) {
  std::size_t at = 0;
  return !word.empty() && is_cjk(next_code_point(word, at));
}

Xapian::Query all_of(const std::vector<Xapian::Query>& queries) {
  return Xapian::Query(Xapian::Query::OP_AND, queries.begin(), queries.end());
}
Xapian::Query any_of(const std::vector<Xapian::Query>& queries) {
  return Xapian::Query(Xapian::Query::OP_OR, queries.begin(), queries.end());
}

// A piece of the query as the index can be asked for it.
struct Asked {
  Xapian::Query all, any;
  Xapian::Query title;  // that it stands in the title
  bool common = false;  // in more than half of the posts
  bool there = false;   // in some
  double weight = 0;    // about that of its words
};

}  // namespace

struct IndexReader::Impl {
  explicit Impl(const std::string& folder) : db(folder, Xapian::DB_BACKEND_GLASS) {
    if (db.get_metadata(terms::kLayoutKey) != terms::kLayout)
      throw IndexDamaged("the index has another layout");
    const std::string langs = db.get_metadata(terms::kLangsKey);
    for (const std::string_view lang : split(langs, ' ')) {
      if (stemmers.size() == kMostStemmers) break;
      if (!lang.empty()) stemmers.emplace_back(lang, Xapian::Stem(std::string(lang)));
    }
    count = db.get_doccount();
    fingerprint = db.get_uuid() + ' ' + std::to_string(db.get_revision()) + ' ' +
                  db.get_metadata(terms::kSiteKey) + ' ' + langs;
    generator.set_flags(Xapian::TermGenerator::FLAG_CJK_NGRAM);
  }

  // The words of a text as terms: those with a position in their order, and pairs of CJK
  // characters, which have none.
  void split_terms(std::string_view text, std::vector<std::string>& words,
                   std::vector<std::string>& pairs) {
    Xapian::Document document;
    generator.set_document(document);
    generator.set_termpos(0);
    generator.index_text(std::string(text));
    std::vector<std::pair<Xapian::termpos, std::string>> placed;
    for (Xapian::TermIterator at = document.termlist_begin(); at != document.termlist_end(); ++at) {
      if (at.positionlist_count() == 0) pairs.push_back(*at);
      for (Xapian::PositionIterator place = at.positionlist_begin(); place != at.positionlist_end();
           ++place)
        placed.emplace_back(*place, *at);
    }
    std::sort(placed.begin(), placed.end());
    for (auto& [place, word] : placed) words.push_back(std::move(word));
  }

  std::vector<std::string> stems_of(const std::string& word, const std::string& prefix) const {
    std::vector<std::string> stems;
    if (!is_stemmed(word)) return stems;
    for (const auto& [lang, stem] : stemmers) {
      std::string term = "Z" + prefix + stem(word);
      if (std::find(stems.begin(), stems.end(), term) == stems.end())
        stems.push_back(std::move(term));
    }
    return stems;
  }

  Xapian::Query word_query(const std::string& word, const std::string& prefix) const {
    const Xapian::Query exact(prefix + word);
    const std::vector<std::string> stems = stems_of(word, prefix);
    if (stems.empty()) return exact;
    // Not OP_MAX: it crashes where it is asked for its weight after its end (Xapian 1.4.22).
    const Xapian::Query stemmed(Xapian::Query::OP_SYNONYM, stems.begin(), stems.end());
    return Xapian::Query(Xapian::Query::OP_OR, stemmed,
                         Xapian::Query(Xapian::Query::OP_SCALE_WEIGHT, exact, kExactBonus));
  }

  void note_frequency(Asked& asked, const std::string& word, const std::string& prefix) const {
    Xapian::doccount frequency = db.get_termfreq(prefix + word);
    for (const std::string& stem : stems_of(word, prefix))
      frequency = std::max(frequency, db.get_termfreq(stem));
    asked.there |= frequency > 0;
    asked.common |= frequency > count / 2;
    asked.weight += weight_of(frequency);
  }

  double weight_of(Xapian::doccount frequency) const {  // as BM25Weight has it
    const double rare = (count - frequency + 0.5) / (frequency + 0.5);
    return std::log(rare < 2 ? rare * 0.5 + 1 : rare);
  }

  Xapian::Query in_a_row(Asked& asked, const std::vector<std::string>& words,
                         const std::string& prefix) const {
    std::vector<std::string> prefixed;
    for (const std::string& word : words) {
      prefixed.push_back(prefix + word);
      asked.weight += weight_of(db.get_termfreq(prefixed.back()));
    }
    asked.there = true;
    if (prefixed.size() == 1) return Xapian::Query(prefixed.front());
    return Xapian::Query(Xapian::Query::OP_PHRASE, prefixed.begin(), prefixed.end(),
                         static_cast<Xapian::termcount>(prefixed.size()));
  }

  // The most frequent terms that begin so. Looking at all that do is the dearest part of a live
  // query (Xapian's OP_WILDCARD does the same each time), and all readers begin alike.
  const std::vector<std::string>& completions(const std::string& begun) {
    if (const auto known = completed.find(begun); known != completed.end()) return known->second;
    std::vector<std::pair<Xapian::doccount, std::string>> terms;
    const Xapian::TermIterator end = db.allterms_end(begun);
    for (Xapian::TermIterator at = db.allterms_begin(begun); at != end; ++at)
      terms.emplace_back(at.get_termfreq(), *at);
    const std::size_t most = count_code_points(begun) > 2 ? kCompletions : kCompletionsOfTwo;
    const auto cut = terms.begin() + static_cast<std::ptrdiff_t>(std::min(terms.size(), most));
    std::partial_sort(terms.begin(), cut, terms.end(), std::greater<>());
    if (completed.size() >= kMostCompleted) completed.clear();
    std::vector<std::string>& best = completed[begun];
    for (auto at = terms.begin(); at != cut; ++at) best.push_back(std::move(at->second));
    return best;
  }

  Asked ask_words(std::string_view text, const std::string& prefix, bool complete) {
    Asked asked;
    std::vector<Xapian::Query> parts;
    if (complete) {
      if (const std::optional<Word> last = word_to_complete(text)) {
        const std::string begun = lower(text.substr(last->begin));
        Xapian::Query part = word_query(begun, prefix);
        if (const std::vector<std::string>& words = completions(prefix + begun); !words.empty()) {
          const Xapian::Query any(Xapian::Query::OP_SYNONYM, words.begin(), words.end());
          part |= Xapian::Query(Xapian::Query::OP_SCALE_WEIGHT, any, 0.5);
        }
        parts.push_back(part);
        asked.there = true;
        asked.weight += kFullWeight / 3;
        text = text.substr(0, last->begin);
      }
    }
    std::vector<std::string> words, pairs;
    split_terms(text, words, pairs);
    if (pairs.empty() && words.size() > 1 && !begins_cjk(words.front())) {
      parts.push_back(in_a_row(asked, words, prefix));  // e-mail, node.js, and/or
    } else {
      for (const std::string& word : words) {
        // Each CJK character of two or more stands in a pair already.
        if (!pairs.empty() && begins_cjk(word)) continue;
        parts.push_back(word_query(word, prefix));
        note_frequency(asked, word, prefix);
      }
      for (const std::string& pair : pairs) {
        parts.emplace_back(prefix + pair);
        asked.weight += weight_of(db.get_termfreq(prefix + pair));
        asked.there = true;
      }
    }
    if (parts.empty()) return asked;
    asked.all = all_of(parts);
    asked.any = any_of(parts);
    return asked;
  }

  Asked ask_phrase(std::string_view text, const std::string& prefix) {
    Asked asked;
    std::vector<std::string> words, pairs;
    split_terms(text, words, pairs);
    if (words.empty()) return asked;
    asked.all = asked.any = in_a_row(asked, words, prefix);
    return asked;
  }

  struct Asking {
    Xapian::Query all, any;  // empty: nothing could be found by it
    bool has_any = false;    // `any` is another question
    double newness = 1;      // how much it weighs: at most 1
  };

  Asking ask(const Query& query, bool as_typed) {
    std::vector<Asked> sought;
    std::vector<Xapian::Query> filters, refused;
    for (const QueryPiece& piece : query.pieces) {
      const bool complete = as_typed && query.open_end && &piece == &query.pieces.back();
      Asked asked;
      bool filter = false;
      switch (piece.kind) {
        case Kind::words:
          asked = ask_words(piece.text, "", complete);
          asked.title = ask_words(piece.text, terms::kTitle, complete).any;
          break;
        case Kind::phrase:
          asked = ask_phrase(piece.text, "");
          asked.title = ask_phrase(piece.text, terms::kTitle).any;
          break;
        case Kind::title:
          asked = piece.text.find(' ') == std::string::npos
                      ? ask_words(piece.text, terms::kTitle, complete)
                      : ask_phrase(piece.text, terms::kTitle);
          break;
        case Kind::tag:
          asked.all = Xapian::Query(terms::tag_term(piece.text));
          filter = true;
          break;
        case Kind::year:
          asked.all = Xapian::Query(terms::kYear + piece.text);
          filter = true;
          break;
      }
      if (asked.all.empty()) continue;
      if (piece.negated) {
        refused.push_back(asked.all);
      } else if (filter) {
        filters.push_back(asked.all);
      } else {
        sought.push_back(std::move(asked));
      }
    }
    Asking asking;
    if (sought.empty() && filters.empty()) return asking;
    std::vector<Xapian::Query> all, any, telling, titles;
    double weight = 0;
    for (const Asked& asked : sought) {
      if (!asked.title.empty()) titles.push_back(asked.title);
      weight += asked.weight;
      all.push_back(asked.all);
      any.push_back(asked.any);
      // Where some word tells posts apart, "the" and "of" alone find nothing.
      if (asked.there && !asked.common) telling.push_back(asked.any);
    }
    asking.all = narrowed(titled(all_of(all), titles), filters, refused);
    asking.any =
        narrowed(titled(any_of(telling.empty() ? any : telling), titles), filters, refused);
    if (!sought.empty()) asking.newness = std::min(1.0, weight / kFullWeight);
    asking.has_any = sought.size() > 1 || (sought.size() == 1 && sought[0].all.get_length() > 1);
    return asking;
  }

  static Xapian::Query titled(const Xapian::Query& query,
                              const std::vector<Xapian::Query>& titles) {
    if (titles.empty()) return query;
    return Xapian::Query(
        Xapian::Query::OP_AND_MAYBE, query,
        Xapian::Query(Xapian::Query::OP_SCALE_WEIGHT, any_of(titles), kTitleBonus));
  }

  static Xapian::Query narrowed(Xapian::Query query, const std::vector<Xapian::Query>& filters,
                                const std::vector<Xapian::Query>& refused) {
    if (!filters.empty()) {
      const Xapian::Query filter = all_of(filters);
      query = query.empty() ? Xapian::Query(Xapian::Query::OP_SCALE_WEIGHT, filter, 0.0)
                            : Xapian::Query(Xapian::Query::OP_FILTER, query, filter);
    }
    if (!refused.empty()) query = Xapian::Query(Xapian::Query::OP_AND_NOT, query, any_of(refused));
    return query;
  }

  std::uint32_t number_of(Xapian::docid id) {
    const std::uint32_t number = shown.post(id).number;
    if (number != ShownPosts::kUnknown) return number;
    return shown.look_up(id, db.get_document(id).get_value(terms::kSlotSlug)).number;
  }

  Found match(const Site& site, const Xapian::Query& query, double newness, std::size_t wanted,
              bool counted, Deadline deadline) {
    shown.look_at(site, db.get_lastdocid());
    Shown source(shown, newness, deadline);
    Xapian::Enquire enquire(db);
    enquire.set_query(Xapian::Query(Xapian::Query::OP_AND, query, Xapian::Query(&source)));
    Best best(wanted);
    enquire.add_matchspy(&best);
    const Xapian::doccount check = counted ? kCountedExactly : 0;
    // Of none it sees all; of a few it leaves out what is too light to be among them.
    const bool all = counted && count <= kCountedExactly;
    const Xapian::MSet set =
        enquire.get_mset(0, all ? 0 : static_cast<Xapian::doccount>(wanted), check);
    Found found;
    for (const Xapian::docid id : best.take()) found.numbers.push_back(number_of(id));
    found.total = set.get_matches_lower_bound();
    found.cut_short = source.time_is_up();
    found.exact = !found.cut_short && set.get_matches_upper_bound() == found.total;
    return found;
  }

  Xapian::Database db;
  Xapian::doccount count = 0;
  std::string fingerprint;
  std::vector<std::pair<std::string, Xapian::Stem>> stemmers;
  Xapian::TermGenerator generator;
  ShownPosts shown;
  std::unordered_map<std::string, std::vector<std::string>> completed;
};

IndexReader::IndexReader(const std::string& folder)
    : impl_(guarded([&] { return std::make_unique<Impl>(folder); })) {}
IndexReader::~IndexReader() = default;

const std::string& IndexReader::fingerprint() const noexcept {
  return impl_->fingerprint;
}

std::size_t IndexReader::documents() const noexcept {
  return impl_->count;
}

IndexReader::Found IndexReader::find(const Site& site, const Query& query, bool as_typed,
                                     std::size_t count, Deadline deadline) {
  return guarded([&] {
    Found found;
    const Impl::Asking asking = impl_->ask(query, as_typed);
    if (asking.all.empty()) {
      found.askable = false;
      return found;
    }
    found = impl_->match(site, asking.all, asking.newness, count, !as_typed, deadline);
    found.with_all_words = found.total;
    if (found.total > 0 || found.cut_short || !asking.has_any || asking.any.empty()) return found;
    found = impl_->match(site, asking.any, asking.newness, count, !as_typed, deadline);
    found.with_all_words = 0;
    found.any_word = found.total > 0;
    return found;
  });
}

std::string IndexReader::suggest(const Site& site, const Query& query, Deadline deadline) {
  return guarded([&]() -> std::string {
    constexpr std::size_t kShortest = 4, kLongest = 64;
    constexpr unsigned kEdits = 2;
    Query corrected = query;
    bool changed = false;
    for (QueryPiece& piece : corrected.pieces) {
      if (piece.negated || piece.kind == Kind::tag || piece.kind == Kind::year) continue;
      const std::string& prefix = piece.kind == Kind::title ? terms::kTitle : "";
      std::size_t at = 0;
      while (const std::optional<Word> word = next_word(piece.text, at)) {
        at = word->end;
        if (Steady::now() >= deadline) return "";
        const std::string typed =
            lower(std::string_view(piece.text).substr(word->begin, word->end - word->begin));
        if (word->kind != Word::Kind::letters || typed.size() > kLongest ||
            count_code_points(typed) < kShortest)
          continue;
        Asked known;
        impl_->note_frequency(known, typed, prefix);
        if (known.there) continue;
        const std::string better = impl_->db.get_spelling_suggestion(typed, kEdits);
        if (better.empty() || better == typed) continue;
        piece.text.replace(word->begin, word->end - word->begin, better);
        at = word->begin + better.size();
        changed = true;
      }
    }
    if (!changed || Steady::now() >= deadline) return "";
    corrected.open_end = false;
    // By all its words: a suggestion must not tell of a word that only hidden posts have.
    const Impl::Asking asking = impl_->ask(corrected, false);
    if (asking.all.empty()) return "";
    const Found found = impl_->match(site, asking.all, asking.newness, 1, false, deadline);
    return found.numbers.empty() ? "" : to_text(corrected);
  });
}

Stemmer IndexReader::stemmer(std::string_view lang) const {
  const std::string name = terms::stemmer_of(lang);
  for (const auto& [of, stem] : impl_->stemmers) {
    if (of != name) continue;
    // A few take something off the front; others than English change letters everywhere.
    const bool front = name == "ar" || name == "id" || name == "ga";
    const unsigned kept = front ? 0 : name == "en" ? 2 : 1;
    return {[&one = stem](std::string_view word) { return one(lower(word)); }, kept};
  }
  return {};
}

}  // namespace octavo
