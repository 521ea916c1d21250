// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/searcher.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/text.h"
#include "search/index_folder.h"
#include "search/reader.h"
#include "search/snippet.h"
#include "search/titles.h"

namespace octavo {

namespace {

using Steady = std::chrono::steady_clock;

constexpr std::size_t kFacetted = 100;  // hits
constexpr std::size_t kMostFacets = 8;
constexpr std::size_t kFewHits = 3;     // fewer of them: perhaps it was misspelt
constexpr std::size_t kDeepest = 2000;  // hits; nobody turns so many pages
constexpr std::size_t kIdleHandles = 8;
constexpr int kTries = 3;

// A snippet needs the post's text, which may be long: without time for that, what lies at hand.
std::string snippet_of(const PostView& view, MarkFinder& finder, bool in_time) {
  std::string text;
  if (in_time) {
    text = view.unpack(Part::text);
    std::string snippet = snippet_around(text, finder);
    if (!snippet.empty()) return snippet;
  }
  const std::string_view shown = view.description().empty() ? view.summary() : view.description();
  if (!trim(shown).empty()) return snippet_of_start(shown, finder);
  return snippet_of_start(in_time ? text : view.unpack(Part::text), finder);
}

void most_frequent(std::vector<Facet>& facets) {
  std::stable_sort(facets.begin(), facets.end(),
                   [](const Facet& a, const Facet& b) { return a.count > b.count; });
  if (facets.size() > kMostFacets) facets.resize(kMostFacets);
}

void add_facets(const Site& site, const std::vector<std::uint32_t>& numbers, SearchResult& result) {
  std::unordered_map<std::string_view, std::uint32_t> spelt;
  std::map<int, std::uint32_t, std::greater<>> years;
  for (std::size_t i = 0; i < numbers.size() && i < kFacetted; ++i) {
    const PostView view = site.post(numbers[i]);
    if (view.page()) continue;  // pages stand in no list of a tag or year
    for (const std::string_view name : view.tags()) ++spelt[name];
    if (view.publish_date().given()) ++years[civil(view.publish_date()).year];
  }
  std::unordered_map<const Tag*, std::uint32_t> tags;
  for (const auto& [name, count] : spelt) {
    if (const Tag* tag = site.find_tag(name)) tags[tag] += count;
  }
  std::vector<const Tag*> in_order;
  for (const auto& [tag, count] : tags) in_order.push_back(tag);
  std::sort(in_order.begin(), in_order.end());  // as the site has them: by name
  for (const Tag* tag : in_order) result.tags.push_back({tag->name, tags[tag]});
  for (const auto& [year, count] : years) result.years.push_back({std::to_string(year), count});
  most_frequent(result.tags);
  most_frequent(result.years);
}

template <typename Snippet>
void add_hits(const std::vector<std::uint32_t>& numbers, const SearchRequest& request,
              SearchResult& result, Snippet snippet) {
  for (std::size_t i = request.first; i < numbers.size() && i - request.first < request.count;
       ++i) {
    result.hits.push_back({numbers[i], snippet(numbers[i])});
  }
}

SearchResult by_titles(const Site& site, const SearchRequest& request,
                       Steady::time_point deadline) {
  SearchResult result;
  const TitlesFound found = find_by_titles(site, request.query, request.as_typed, deadline);
  result.total = found.numbers.size();
  result.cut_short = found.cut_short;
  result.exact = !found.cut_short;
  MarkFinder finder(hit_rows(request.query, request.as_typed));
  add_hits(found.numbers, request, result,
           [&](std::uint32_t number) { return snippet_of(site.post(number), finder, false); });
  if (!request.as_typed && Steady::now() < deadline) add_facets(site, found.numbers, result);
  return result;
}

SearchResult by_index(IndexReader& reader, const Site& site, const SearchRequest& request,
                      Steady::time_point deadline) {
  SearchResult result;
  result.source = SearchResult::Source::index;
  const std::size_t wanted = std::min(request.first, kDeepest) + std::min(request.count, kDeepest);
  const IndexReader::Found found =
      reader.find(site, request.query, request.as_typed,
                  request.as_typed ? wanted : std::max(wanted, kFacetted), deadline);
  if (!found.askable) {
    result = by_titles(site, request, deadline);
    result.source = SearchResult::Source::index;
    return result;
  }
  result.total = found.total;
  result.exact = found.exact;
  result.any_word = found.any_word;
  result.cut_short = found.cut_short;
  if (!request.as_typed && !found.cut_short && found.with_all_words < kFewHits)
    result.suggestion = reader.suggest(site, request.query, deadline);
  if (!request.as_typed && Steady::now() < deadline) add_facets(site, found.numbers, result);
  const std::vector<HitRow> rows = hit_rows(request.query, request.as_typed);
  std::optional<MarkFinder> finder;
  std::string_view lang;
  add_hits(found.numbers, request, result, [&](std::uint32_t number) {
    const PostView view = site.post(number);
    if (!finder || view.lang() != lang) {
      lang = view.lang();
      finder.emplace(rows, reader.stemmer(lang));
    }
    const bool in_time = Steady::now() < deadline;
    result.cut_short |= !in_time;
    return snippet_of(view, *finder, in_time);
  });
  return result;
}

}  // namespace

struct Searcher::Impl {
  // A handle that is out with a query; it comes back unless the query failed.
  struct Lease {
    std::unique_ptr<IndexReader> reader;
    std::uint64_t epoch = 0;
  };

  explicit Impl(std::string path)
      : folder(std::move(path)), status(folder.empty() ? Status::none : Status::building) {}

  // Into `lease`, so that its epoch is known even when nothing could be opened.
  void take(Lease& lease) {
    {
      const std::lock_guard lock(mutex);
      lease.epoch = epoch;
      if (!idle.empty()) {
        lease.reader = std::move(idle.back());
        idle.pop_back();
        return;
      }
    }
    lease.reader = std::make_unique<IndexReader>(folder);
  }

  void give_back(Lease lease) {
    const std::lock_guard lock(mutex);
    if (lease.epoch == epoch && idle.size() < kIdleHandles) idle.push_back(std::move(lease.reader));
  }

  // What was opened before is of no use any more. REQUIRES: mutex held; the handles are closed by
  // the caller, after letting go of it.
  std::vector<std::unique_ptr<IndexReader>> turn() {
    ++epoch;
    return std::exchange(idle, {});
  }

  void forget_handles(std::uint64_t seen) {
    std::vector<std::unique_ptr<IndexReader>> old;
    const std::lock_guard lock(mutex);
    if (seen == epoch) old = turn();
  }

  void damaged(std::uint64_t seen) {
    std::vector<std::unique_ptr<IndexReader>> old;
    const std::lock_guard lock(mutex);
    if (seen != epoch) return;
    old = turn();
    status = Status::building;
    ++generation;
  }

  const std::string folder;
  std::atomic<Status> status;
  std::atomic<std::uint64_t> generation{0};
  std::atomic<std::size_t> documents{0};
  std::mutex mutex;
  std::vector<std::unique_ptr<IndexReader>> idle;  // guarded by mutex
  std::uint64_t epoch = 0;                         // guarded by mutex
  std::string shown;                               // fingerprint; of refresh() alone
};

Searcher::Searcher(std::string folder) : impl_(std::make_unique<Impl>(std::move(folder))) {}
Searcher::~Searcher() = default;

Searcher::Status Searcher::status() const noexcept {
  return impl_->status;
}

std::uint64_t Searcher::generation() const noexcept {
  return impl_->generation;
}

std::size_t Searcher::documents() const noexcept {
  return impl_->documents;
}

void Searcher::refresh() {
  if (impl_->folder.empty()) return;
  std::unique_ptr<IndexReader> reader;
  // Xapian may crash on a damaged table, so only what a run has left is opened here: that run has
  // made it or has had it checked. What somebody else has touched waits for the next run.
  const bool sound = index_untouched(impl_->folder);
  for (int i = 0; sound && i < kTries && !reader; ++i) {
    try {
      reader = std::make_unique<IndexReader>(impl_->folder);
    } catch (const IndexModified&) {
    } catch (const IndexDamaged&) {
      break;
    }
  }
  const Status now = reader ? Status::ready : Status::building;
  const std::string shown = reader ? reader->fingerprint() : "";
  impl_->documents = reader ? reader->documents() : 0;
  std::vector<std::unique_ptr<IndexReader>> old;
  const std::lock_guard lock(impl_->mutex);
  if (shown == impl_->shown && now == impl_->status) return;
  impl_->shown = shown;
  old = impl_->turn();
  if (reader) impl_->idle.push_back(std::move(reader));
  impl_->status = now;
  ++impl_->generation;
}

void Searcher::rest() const {
  std::vector<std::unique_ptr<IndexReader>> closed;
  const std::lock_guard lock(impl_->mutex);
  closed = std::exchange(impl_->idle, {});
}

SearchResult Searcher::search(const Site& site, const SearchRequest& request) const {
  const Steady::time_point deadline = Steady::now() + request.budget;
  const bool ready = status() == Status::ready;
  if (request.query.empty()) {
    SearchResult nothing;
    nothing.source = ready ? SearchResult::Source::index : SearchResult::Source::titles;
    return nothing;
  }
  for (int i = 0; ready && i < kTries && (i == 0 || Steady::now() < deadline); ++i) {
    Impl::Lease lease;
    try {
      impl_->take(lease);
      SearchResult result = by_index(*lease.reader, site, request, deadline);
      impl_->give_back(std::move(lease));
      return result;
    } catch (const IndexModified&) {
      impl_->forget_handles(lease.epoch);
    } catch (const IndexDamaged&) {
      impl_->damaged(lease.epoch);
      break;
    }
  }
  return by_titles(site, request, deadline);
}

}  // namespace octavo
