// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/index.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xapian.h>

#include <algorithm>
#include <cerrno>
#include <iterator>
#include <map>
#include <stdexcept>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/file.h"
#include "base/process.h"
#include "base/text.h"
#include "search/catalog.h"
#include "search/index_folder.h"
#include "search/terms.h"

namespace octavo {

namespace {

// The index is of no use: build it anew. what() says why.
class Unusable : public Error {
  using Error::Error;
};

// --- documents -------------------------------------------------------------------------------

// Queries come in NFC. Below U+0300 (0xCC 0x80) nothing combines.
std::string normal(std::string_view text) {
  const bool plain = std::all_of(text.begin(), text.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0xCC; });
  return plain ? std::string(text) : nfc(text);
}

class DocumentMaker {
 public:
  explicit DocumentMaker(std::string_view lang) : lang_(lang) {
    generator_.set_flags(Xapian::TermGenerator::FLAG_CJK_NGRAM);
    generator_.set_stemming_strategy(Xapian::TermGenerator::STEM_SOME);
  }

  Xapian::Document make(const PostView& view, const CatalogEntry& entry) {
    Xapian::Document document;
    generator_.set_stemmer(stemmer(terms::stemmer_of(language_of(view, lang_))));
    generator_.set_document(document);
    generator_.set_termpos(0);
    const std::string title = normal(view.title());
    generator_.index_text(title, kTitleWeight, terms::kTitle);
    generator_.increase_termpos();  // no phrase goes from one field into the next
    generator_.index_text(title, kTitleWeight);
    generator_.increase_termpos();
    generator_.index_text(normal(view.unpack(Part::text)), 1);
    for (const std::string_view tag : view.tags()) {
      add_words(tag, kTagWeight, terms::kTagText);
      document.add_boolean_term(terms::tag_term(tag));
    }
    for (const Heading& heading : view.headings())
      add_words(heading.text, kHeadingWeight, terms::kHeading);
    add_words(description_of(view), kDescriptionWeight, terms::kDescription);
    document.add_boolean_term(terms::slug_term(entry.slug));
    document.add_value(terms::kSlotSlug, entry.slug);
    document.add_value(terms::kSlotHash, entry.hash);
    if (const std::string year = year_of(view); !year.empty()) {
      document.add_boolean_term(terms::kYear + year);
      document.add_value(terms::kSlotYear, year);
    }
    if (const ZonedTime at = view.publish_date(); at.given()) {
      constexpr double kSecondsAYear = 365.2425 * 86400;
      document.add_value(terms::kSlotFresh,
                         Xapian::sortable_serialise(static_cast<double>(at.at) / kSecondsAYear));
    }
    return document;
  }

 private:
  static constexpr Xapian::termcount kTitleWeight = 10, kTagWeight = 6, kHeadingWeight = 4,
                                     kDescriptionWeight = 3;

  void add_words(std::string_view text, Xapian::termcount weight, const char* prefix) {
    const std::string words = normal(text);
    generator_.index_text_without_positions(words, weight, prefix);
    generator_.index_text_without_positions(words, weight);
  }

  const Xapian::Stem& stemmer(const std::string& name) {
    return stemmers_.try_emplace(name, name).first->second;
  }

  std::string_view lang_;
  Xapian::TermGenerator generator_;
  std::map<std::string, Xapian::Stem> stemmers_;
};

// --- spelling --------------------------------------------------------------------------------

bool is_cjk(unsigned c) {  // what is indexed as n-grams, and a little more
  return (c >= 0x2E80 && c <= 0x9FFF) || (c >= 0xA000 && c <= 0xA71F) ||
         (c >= 0xAC00 && c <= 0xD7FF) || (c >= 0xF900 && c <= 0xFAFF) ||
         (c >= 0xFE30 && c <= 0xFE4F) || (c >= 0xFF00 && c <= 0xFFEF) ||
         (c >= 0x20000 && c <= 0x3FFFF);
}

bool is_letter(unsigned c) {
  switch (Xapian::Unicode::get_category(c)) {
    case Xapian::Unicode::UPPERCASE_LETTER:
    case Xapian::Unicode::LOWERCASE_LETTER:
    case Xapian::Unicode::TITLECASE_LETTER:
    case Xapian::Unicode::MODIFIER_LETTER:
    case Xapian::Unicode::OTHER_LETTER:
    case Xapian::Unicode::NON_SPACING_MARK:
    case Xapian::Unicode::ENCLOSING_MARK:
    case Xapian::Unicode::COMBINING_SPACING_MARK:
      return true;
    default:
      return false;
  }
}

bool may_be_suggested(const std::string& term) {
  constexpr std::size_t kShortest = 2, kLongest = 64;  // bytes
  if (term.size() < kShortest || term.size() > kLongest) return false;
  for (Xapian::Utf8Iterator at(term); at != Xapian::Utf8Iterator(); ++at) {
    if (*at >= 'a' && *at <= 'z') continue;
    if (*at < 0x80 || !is_letter(*at) || is_cjk(*at)) return false;
  }
  return true;
}

using Words = std::vector<std::string>;  // sorted, each once

Words words_to_suggest(const Xapian::Document& document) {
  Words words;
  Xapian::TermIterator at = document.termlist_begin();
  const Xapian::TermIterator end = document.termlist_end();
  if (at != end) at.skip_to("[");  // behind "Z": prefixes and stems begin with a capital
  for (; at != end; ++at) {
    if (std::string term = *at; may_be_suggested(term)) words.push_back(std::move(term));
  }
  return words;
}

// The dictionary counts the documents that have a word, so that none outlives its last one.
// Changes are summed up: most words of a batch come in many of its posts.
class Dictionary {
 public:
  explicit Dictionary(Xapian::WritableDatabase& db) : db_(db) {}
  void exchange(const Words& old, const Words& now) {
    for (const std::string& word : old) --changes_[word];
    for (const std::string& word : now) ++changes_[word];
  }
  void write() {
    for (const auto& [word, change] : changes_) {
      if (change > 0) db_.add_spelling(word, static_cast<Xapian::termcount>(change));
      if (change < 0) db_.remove_spelling(word, static_cast<Xapian::termcount>(-change));
    }
    changes_.clear();
  }

 private:
  Xapian::WritableDatabase& db_;
  std::unordered_map<std::string, int> changes_;
};

// --- bringing it up to date ------------------------------------------------------------------

struct Indexed {
  Xapian::docid id = 0;
  std::string hash;
  bool wanted = false;
};
using Inventory = std::unordered_map<std::string, Indexed>;  // by slug

Inventory take_inventory(const Xapian::Database& db) {
  Inventory there;
  Xapian::ValueIterator hash = db.valuestream_begin(terms::kSlotHash);
  const Xapian::ValueIterator hash_end = db.valuestream_end(terms::kSlotHash);
  const Xapian::ValueIterator end = db.valuestream_end(terms::kSlotSlug);
  for (Xapian::ValueIterator slug = db.valuestream_begin(terms::kSlotSlug); slug != end; ++slug) {
    const Xapian::docid id = slug.get_docid();
    while (hash != hash_end && hash.get_docid() < id) ++hash;
    const bool has_hash = hash != hash_end && hash.get_docid() == id;
    there.try_emplace(*slug, Indexed{id, has_hash ? *hash : ""});
  }
  if (there.size() != db.get_doccount()) throw Unusable("it holds documents of unknown origin");
  return there;
}

// What is not committed is kept in memory: some 25 times the size of the text. Transactions, for
// without one the database commits what it has when it is left by an exception.
class Batch {
 public:
  explicit Batch(Xapian::WritableDatabase& db) : db_(db), dictionary_(db) {
    db_.begin_transaction();
  }
  Dictionary& dictionary() noexcept { return dictionary_; }
  void add(std::size_t bytes) {
    bytes_ += bytes;
    if (++documents_ < kMostDocuments && bytes_ < kMostBytes) return;
    commit();
    db_.begin_transaction();
    documents_ = bytes_ = 0;
  }
  void commit() {
    dictionary_.write();
    db_.commit_transaction();
  }

 private:
  static constexpr std::size_t kMostDocuments = 2000, kMostBytes = 2u << 20;
  Xapian::WritableDatabase& db_;
  Dictionary dictionary_;
  std::size_t documents_ = 0, bytes_ = 0;
};

// About: a word is counted as it is written and by its stem, with a blank it has six bytes.
std::size_t text_size(const Xapian::Database& db, Xapian::docid id) {
  return std::size_t{3} * db.get_doclength(id);
}

void bring_up_to_date(Xapian::WritableDatabase& db, const Site& site, const Catalog& wanted,
                      std::string_view lang, IndexOutcome& outcome) {
  Inventory there = take_inventory(db);
  std::vector<std::pair<const CatalogEntry*, const Indexed*>> work;  // nullptr: a new one
  for (const CatalogEntry& entry : wanted.entries) {
    const auto found = there.find(entry.slug);
    if (found == there.end()) {
      work.push_back({&entry, nullptr});
      continue;
    }
    found->second.wanted = true;
    if (found->second.hash != entry.hash) work.push_back({&entry, &found->second});
  }
  Batch batch(db);
  // Whoever is killed between two commits leaves an index that shows no site at all: the next run
  // must not take it for what it was before.
  if (!db.get_metadata(terms::kSiteKey).empty()) db.set_metadata(terms::kSiteKey, "changing");
  db.set_metadata(terms::kLayoutKey, terms::kLayout);
  db.set_metadata(terms::kLangsKey, wanted.langs);
  for (const auto& [slug, indexed] : there) {
    if (indexed.wanted) continue;
    batch.dictionary().exchange(words_to_suggest(db.get_document(indexed.id)), {});
    const std::size_t bytes = text_size(db, indexed.id);
    db.delete_document(indexed.id);
    ++outcome.removed;
    batch.add(bytes);
  }
  DocumentMaker maker(lang);
  for (const auto& [entry, indexed] : work) {
    const PostView view = site.post(entry->number);
    const Xapian::Document document = maker.make(view, *entry);
    const Words old = indexed == nullptr ? Words{} : words_to_suggest(db.get_document(indexed->id));
    batch.dictionary().exchange(old, words_to_suggest(document));
    if (indexed == nullptr) {
      db.add_document(document);
      ++outcome.added;
    } else {
      db.replace_document(terms::slug_term(entry->slug), document);
      ++outcome.changed;
    }
    batch.add(view.packed(Part::text).size);
  }
  if (db.get_doccount() != wanted.entries.size())
    throw Unusable("it holds other documents than it should");
  db.set_metadata(terms::kSiteKey, wanted.site_key);
  batch.commit();
}

// --- Xapian's failures and ours --------------------------------------------------------------

// The backend is named: left to guess, Xapian would take a file in the index's place for a list of
// databases, and open what it names, wherever that is.
constexpr int kRead = Xapian::DB_BACKEND_GLASS;
constexpr int kOpen = Xapian::DB_CREATE_OR_OPEN | Xapian::DB_BACKEND_GLASS;
constexpr int kOverwrite = Xapian::DB_CREATE_OR_OVERWRITE | Xapian::DB_BACKEND_GLASS;

// What no rebuilding mends, by the words that Xapian passes on; 0: none of it.
int system_fault(const Xapian::Error& error) {
  const char* words = error.get_error_string();
  if (words == nullptr) return 0;
  for (const int number : {ENOSPC, EDQUOT, EFBIG, EROFS, EACCES, EPERM, EMFILE, ENFILE, ENOMEM}) {
    if (errno_text(number) == words) return number;
  }
  return 0;
}

std::string reason(const Xapian::Error& error) {
  const char* words = error.get_error_string();
  return error.get_msg() + (words != nullptr ? std::string(": ") + words : "");
}

[[noreturn]] void translate(const Xapian::DatabaseLockError& error, const std::string& folder) {
  // Xapian tells "held by another" and "the lock file cannot be written" by its message alone.
  const Fd lock(::open(lock_file(folder).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0640));
  if (!lock) throw index_error(folder, errno);
  if (error.get_msg().find("already locked") != std::string::npos) throw index_busy(folder);
  throw IndexError("cannot write the search index in " + folder + ": " + reason(error));
}

[[noreturn]] void translate(const Xapian::Error& error, const std::string& folder) {
  const int fault = system_fault(error);
  // Somebody else's files in a folder of ours can be replaced.
  const bool ours = (fault == EACCES || fault == EPERM) && ::access(folder.c_str(), W_OK) == 0;
  if (fault != 0 && !ours) throw index_error(folder, fault);
  throw Unusable(reason(error));
}

// In the process that may die: exits with 0 when the index is sound, with kSystemFault + errno when
// it cannot be read, otherwise unless it crashes, having written what is wrong with it.
constexpr int kSystemFault = 100, kUnsound = 99;

[[noreturn]] void check_and_exit(const std::string& folder, int report) {
  constexpr rlim_t kSeconds = 300;  // damaged blocks may lead in circles
  const rlimit none{0, 0}, time{kSeconds, kSeconds};
  ::setrlimit(RLIMIT_CORE, &none);
  ::setrlimit(RLIMIT_CPU, &time);
  std::string words;
  int code = kUnsound;
  try {
    const bool needs_tables = Xapian::Database(folder, kRead).get_doccount() != 0;
    if (needs_tables && !index_complete(folder)) {
      words = "a part of it is missing";
    } else if (Xapian::Database::check(folder) == 0) {
      code = 0;
    }
  } catch (const Xapian::Error& error) {
    words = reason(error);
    if (const int fault = system_fault(error); fault != 0) code = kSystemFault + fault;
  } catch (const std::exception&) {  // sizes read from damaged blocks
  }
  [[maybe_unused]] const auto written = ::write(report, words.data(), words.size());
  ::_exit(code);
}

// What is wrong with the index in the folder; empty when nothing is.
std::string check(const std::string& folder) {
  Pipe report = make_pipe();
  const pid_t pid = ::fork();
  if (pid < 0) throw index_error(folder, errno);
  if (pid == 0) check_and_exit(folder, report.write.number());
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : kUnsound;
  if (code == 0) return "";
  if (code > kSystemFault) {
    const int fault = code - kSystemFault;
    if (fault != EACCES && fault != EPERM) throw index_error(folder, fault);
  }
  report.write.reset();
  char words[512];
  const ssize_t length = ::read(report.read.number(), words, sizeof words);
  return length > 0 ? std::string(words, static_cast<std::size_t>(length)) : "it is damaged";
}

template <typename Work>
IndexOutcome translating(const std::string& folder, Work work) {
  try {
    return work();
  } catch (const Xapian::DatabaseLockError& error) {
    translate(error, folder);
  } catch (const Xapian::Error& error) {
    translate(error, folder);
  }
}

// --- the ways to go --------------------------------------------------------------------------

IndexOutcome outcome_of(const Catalog& wanted) {
  IndexOutcome outcome;
  outcome.total = static_cast<std::uint32_t>(wanted.entries.size());
  return outcome;
}

bool shows(const std::string& folder, const Catalog& wanted) {
  try {
    const Xapian::Database db(folder, kRead);
    return db.get_metadata(terms::kLayoutKey) == terms::kLayout &&
           db.get_metadata(terms::kSiteKey) == wanted.site_key &&
           db.get_doccount() == wanted.entries.size();
  } catch (const Xapian::Error&) {  // why, is told when it is opened for writing
    return false;
  }
}

// Whether the index can be opened without fear: there is none, or it is as it was left, or it was
// left by a run that was killed and stands a check. What somebody else has changed may be wrong in
// ways that no check sees. Where nothing can be written nothing can be mended either.
bool sound(const std::string& folder, std::string& because) {
  if (!index_exists(folder) || index_untouched(folder)) return true;
  const Fd lock = lock_index(folder);
  if (!lock) return true;
  because = index_remembered(folder) ? "its files have been changed" : check(folder);
  if (because.empty()) remember_index(folder);
  return because.empty();
}

bool is_blank(const Xapian::Database& db) {
  return db.get_lastdocid() == 0 && db.metadata_keys_begin() == db.metadata_keys_end();
}

IndexOutcome update(const Site& site, const Catalog& wanted, std::string_view lang,
                    const std::string& folder) {
  IndexOutcome outcome = outcome_of(wanted);
  Xapian::WritableDatabase db(folder, kOpen);
  outcome.rebuilt = is_blank(db);
  if (!outcome.rebuilt) {
    const std::string layout = db.get_metadata(terms::kLayoutKey);
    if (layout.empty()) throw Unusable("it is another program's");
    if (layout != terms::kLayout) throw Unusable("it has layout " + layout);
  }
  forget_index(folder);
  bring_up_to_date(db, site, wanted, lang, outcome);
  remember_index(folder);
  return outcome;
}

IndexOutcome rebuild(const Site& site, const Catalog& wanted, std::string_view lang,
                     const std::string& folder, const std::string& because) {
  const auto anew = [&] {
    IndexOutcome outcome = outcome_of(wanted);
    outcome.rebuilt = true;
    outcome.because = because;
    forget_index(folder);
    Xapian::WritableDatabase db(folder, kOverwrite);
    bring_up_to_date(db, site, wanted, lang, outcome);
    remember_index(folder);
    return outcome;
  };
  try {
    return translating(folder, anew);
  } catch (const Unusable&) {
    remove_index_files(folder);
  }
  try {
    return translating(folder, anew);
  } catch (const Unusable& error) {
    throw IndexError("cannot build the search index in " + folder + ": " + error.what());
  }
}

}  // namespace

IndexOutcome update_index(const Site& site, std::string_view lang, const std::string& folder) {
  const Catalog wanted = make_catalog(site, lang);
  make_index_folder(folder);
  std::string because;
  if (sound(folder, because)) {
    if (shows(folder, wanted)) return outcome_of(wanted);
    try {
      return translating(folder, [&] { return update(site, wanted, lang, folder); });
    } catch (const Unusable& error) {
      because = error.what();
    }
  }
  return rebuild(site, wanted, lang, folder, because);
}

std::string index_folder(const std::string& state) {
  return state + "/search";
}

}  // namespace octavo
