// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/composer.h"

#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <unordered_map>

#include "base/error.h"
#include "base/process.h"
#include "base/zone.h"
#include "compose/cross_check.h"
#include "compose/pool.h"
#include "compose/post_maker.h"
#include "content/codec.h"

namespace octavo {

namespace {

// Fewer files than this a process are not worth another process.
constexpr std::size_t kFilesPerParser = 16;
constexpr std::size_t kMaxFaults = 20000;

std::int64_t now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

// What a parser sends for one file.
struct Answer {
  bool same = false;  // the bytes are those of the previous image
  Hash128 hash;
  std::string composed;     // encode_composed(), empty when refused; its texts lie in the
  std::uint64_t texts = 0;  // parser's store, one behind the other from here on
  std::uint32_t lengths[kParts] = {};
  std::uint32_t parser = 0;
  std::string fields;     // with --check
  std::string slug_post;  // encode_composed() of the bare post when refused: for cross checks
  std::vector<Diagnostic> faults;
};

template <typename Stream>
void visit(Stream& s, Answer& a) {
  s.value(a.same);
  s.value(a.hash.high);
  s.value(a.hash.low);
  s.value(a.composed);
  s.value(a.texts);
  for (std::uint32_t& length : a.lengths) s.value(length);
  s.value(a.parser);
  s.value(a.fields);
  s.value(a.slug_post);
  s.list(a.faults, [](Stream& t, Diagnostic& d) { visit_diagnostic(t, d); });
}

struct Job {
  std::size_t file = 0;  // in the listing
  std::optional<std::uint32_t>
      previous;  // its number in the previous image, if it may be taken over
};

// Where the texts of a post lie until the image is written.
struct Stored {
  std::size_t post = 0;  // in Run::posts_
  unsigned parser = 0;
  std::uint64_t at = 0;
  std::uint32_t lengths[kParts] = {};
};

// A mark a job, which its parser sets and the composer reads when the parser is dead.
class SharedFlags {
 public:
  explicit SharedFlags(std::size_t count) : size_(count + 1) {
    at_ = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (at_ == MAP_FAILED) throw SystemError("cannot share memory with the parsers", errno);
  }
  SharedFlags(const SharedFlags&) = delete;
  ~SharedFlags() { ::munmap(at_, size_); }
  bool is_set(std::uint32_t number) const { return flags()[number] != 0; }
  void set(std::uint32_t number, bool on) const { flags()[number] = on ? 1 : 0; }

 private:
  volatile char* flags() const { return static_cast<volatile char*>(at_); }
  std::size_t size_;
  void* at_;
};

class Run {
 public:
  Run(const ComposeOrder& order, std::shared_ptr<const Image> previous, const Reporter& report,
      const Highlighter& highlighter)
      : order_(order),
        settings_(order.settings),
        previous_(std::move(previous)),
        report_(report),
        highlighter_(highlighter) {}

  // Reads and parses all; false when the folder changed meanwhile, so that it may be half of one
  // state and half of another.
  bool gather() {
    listed_ns_ = now_ns();
    listing_ = walk_content(settings_.content);
    folder_ = std::make_unique<ContentFolder>(settings_.content);
    faults_ = listing_.faults;
    key_ = settings_key(canonical_settings(settings_));
    check_folders();
    if (previous_ && previous_->settings() != key_) previous_.reset();
    plan();
    parse();
    return same_files(listing_, walk_content(settings_.content));
  }

  // Judges what was gathered, reports, and writes the image if there is no error.
  bool finish(int image_fd) {
    for (Report& fields : fields_) report_(fields);
    judge_together();
    std::stable_sort(faults_.begin(), faults_.end(), [](const Diagnostic& a, const Diagnostic& b) {
      return std::tie(a.file, a.line, a.column) < std::tie(b.file, b.line, b.column);
    });
    bool failed = false;
    std::size_t told = 0;
    for (Diagnostic& fault : faults_) {
      failed = failed || !fault.warning;
      if (++told > kMaxFaults) continue;
      Report r;
      r.kind = Report::Kind::fault;
      r.fault = std::move(fault);
      report_(r);
    }
    Report done;
    done.kind = Report::Kind::done;
    done.posts = static_cast<std::uint32_t>(posts_.size());
    done.parsed = parsed_;
    if (!failed && image_fd >= 0)
      ImageWriter(key_, listed_ns_).write(image_fd, std::move(posts_), listing_);
    report_(done);
    return !failed;
  }

 private:
  // A folder that is moved away for a moment must not empty a running site.
  void check_folders() {
    bool had_posts = false;
    for (std::uint32_t i = 0; previous_ && i < previous_->size() && !had_posts; ++i) {
      had_posts = !previous_->post(i).page();
    }
    if (listing_.has_posts || (listing_.has_pages && !had_posts)) return;
    Diagnostic fault;
    fault.code = "unreadable";
    fault.file = "posts";
    fault.message = had_posts ? "this folder is gone; put it back or mount it (empty, if no "
                                "post is wanted)"
                              : "there is no such folder in " + settings_.content +
                                    "; make it and put posts into it, or mount what is missing";
    faults_.push_back(std::move(fault));
  }

  void plan() {
    std::unordered_map<std::string, std::uint32_t> before;
    std::vector<ListedFile> then;
    std::unordered_map<std::string, const ListedFile*> stats;
    if (previous_) {
      for (std::uint32_t i = 0; i < previous_->size(); ++i)
        before.emplace(previous_->post(i).file(), i);
      then = previous_->listing();
      for (const ListedFile& file : then) stats.emplace(file.path, &file);
    }
    images_ = std::make_unique<ImageCatalogue>(*folder_, listing_);
    for (std::size_t i = 0; i < listing_.files.size(); ++i) {
      ListedFile& file = listing_.files[i];
      if (file.kind == FileKind::image) continue;
      Job job{i, std::nullopt};
      const auto old = before.find(file.path);
      if (old != before.end() && images_hold(*old)) {
        const auto stat = stats.find(file.path);
        if (stat != stats.end() && stat->second->stat == file.stat &&
            settled(file.stat, previous_->composed_ns())) {
          take_over(i, old->second, stat->second->hash);
          continue;
        }
        job.previous = old->second;
      }
      jobs_.push_back(job);
    }
  }

  // Whether the pictures that a post of the previous image shows are what they were.
  bool images_hold(const std::pair<const std::string, std::uint32_t>& entry) {
    const Post post = previous_->post(entry.second).to_post();
    return std::all_of(post.images.begin(), post.images.end(), [this](const ImageUse& use) {
      const auto now = images_->find(use.path);
      return now ? use.found && now->width == use.width && now->height == use.height : !use.found;
    });
  }

  void take_over(std::size_t file, std::uint32_t number, Hash128 hash) {
    const PostView view = previous_->post(number);
    ComposedPost composed;
    composed.post = view.to_post();
    for (unsigned i = 0; i < kParts; ++i) composed.parts[i] = view.packed(static_cast<Part>(i));
    composed.file_hash = hash;
    listing_.files[file].hash = hash;
    posts_.push_back(std::move(composed));
  }

  void parse() {
    const Zone zone(settings_.time_zone);
    const SharedFlags colouring(jobs_.size());
    const auto guarded = [&](std::string_view code, std::string_view language) {
      colouring.set(current_, true);
      auto html = highlighter_(code, language);
      colouring.set(current_, false);
      return html;
    };
    const PostMaker maker(settings_, zone, *images_,
                          settings_.highlight ? Highlighter(guarded) : Highlighter());
    const PostMaker plain_maker(settings_, zone, *images_, {});
    std::vector<std::uint32_t> again;
    bool retried = false;
    PoolLimits limits;
    limits.processes = static_cast<unsigned>(
        std::min<std::size_t>(cores(), (jobs_.size() + kFilesPerParser - 1) / kFilesPerParser));
    limits.processes = std::clamp(limits.processes, 1u, kMaxParsers);
    for (unsigned i = 0; i < limits.processes && !order_.check; ++i)
      stores_.push_back(open_memfd("octavo texts"));
    PoolCallbacks callbacks;
    callbacks.work = [&](std::uint32_t number, unsigned parser) {
      current_ = number;
      return work(jobs_[number], maker, parser);
    };
    callbacks.result = [&](std::uint32_t number, std::string_view frame) {
      result(jobs_[number], frame);
    };
    callbacks.died = [&](std::uint32_t number, const std::string& reason) {
      if (colouring.is_set(number) && !retried) return again.push_back(number);
      Diagnostic fault;
      fault.code = "parser_died";
      fault.file = listing_.files[jobs_[number].file].path;
      fault.line = fault.column = 1;
      fault.message = "this file " + reason +
                      ", so it was set aside; look for a huge table, very deep nesting or "
                      "thousands of repeated links";
      faults_.push_back(std::move(fault));
    };
    callbacks.slow = [&](std::uint32_t number) {
      Report r;
      r.kind = Report::Kind::working;
      r.text = listing_.files[jobs_[number].file].path;
      report_(r);
    };
    run_pool(static_cast<std::uint32_t>(jobs_.size()), limits, callbacks);
    retried = true;
    if (!again.empty()) parse_plain(again, plain_maker, limits, callbacks);
    find_texts();
  }

  // Colours must cost no post: where a parser died at the highlighter, all code stays plain.
  void parse_plain(const std::vector<std::uint32_t>& numbers, const PostMaker& maker,
                   PoolLimits limits, const PoolCallbacks& first) {
    limits.processes = 1;
    PoolCallbacks callbacks;
    callbacks.work = [&](std::uint32_t i, unsigned parser) {
      return work(jobs_[numbers[i]], maker, parser);
    };
    callbacks.result = [&](std::uint32_t i, std::string_view frame) {
      result(jobs_[numbers[i]], frame);
      Diagnostic fault;
      fault.code = "plain_code";
      fault.warning = true;
      fault.file = listing_.files[jobs_[numbers[i]].file].path;
      fault.line = fault.column = 1;
      fault.message =
          "its code could not be highlighted and stays plain; look for a block that is unlike its "
          "language";
      faults_.push_back(std::move(fault));
    };
    callbacks.died = [&](std::uint32_t i, const std::string& reason) {
      first.died(numbers[i], reason);
    };
    callbacks.slow = [&](std::uint32_t i) { first.slow(numbers[i]); };
    run_pool(static_cast<std::uint32_t>(numbers.size()), limits, callbacks);
  }

  // Texts are the bulk of it all: they go through no pipe, but from the parser's store straight
  // into the image.
  void find_texts() {
    for (const Fd& store : stores_) maps_.emplace_back(store.number());
    for (const Stored& stored : stored_) {
      std::string_view rest = maps_[stored.parser].bytes();
      if (stored.at > rest.size()) throw Error("a parser's store is cut off");
      rest.remove_prefix(stored.at);
      for (unsigned part = 0; part < kParts; ++part) {
        if (stored.lengths[part] > rest.size()) throw Error("a parser's store is cut off");
        posts_[stored.post].parts[part].elsewhere = rest.substr(0, stored.lengths[part]);
        rest.remove_prefix(stored.lengths[part]);
      }
    }
  }

  // In a parser: moves the texts into its store and says where.
  void store_texts(ComposedPost& composed, unsigned parser, Answer& answer) const {
    std::string all;
    for (unsigned part = 0; part < kParts; ++part) {
      answer.lengths[part] = static_cast<std::uint32_t>(composed.parts[part].packed.size());
      all += composed.parts[part].packed;
      composed.parts[part].packed.clear();
    }
    const int store = stores_[parser].number();
    // The end, not our own count: a parser that died before us may have written, too.
    answer.texts = static_cast<std::uint64_t>(::lseek(store, 0, SEEK_END));
    answer.parser = parser;
    write_all(store, all);
  }

  std::string work(const Job& job, const PostMaker& maker, unsigned parser) const {
    const ListedFile& file = listing_.files[job.file];
    Answer answer;
    FileBytes bytes = folder_->read(file.path);
    if (bytes.fault) {
      answer.faults.push_back(std::move(*bytes.fault));
    } else {
      answer.hash = hash128(bytes.bytes);
      if (job.previous && previous_hash(*job.previous) == answer.hash) {
        answer.same = true;
      } else {
        MadePost made = maker.make(file, bytes.bytes, !order_.check);
        if (order_.check) answer.fields = fields_json(made.post);
        if (made.composed) {
          if (!order_.check) store_texts(*made.composed, parser, answer);
          answer.composed = encode_composed(*made.composed);
        } else {
          ComposedPost bare;
          bare.post = std::move(made.post);
          answer.slug_post = encode_composed(bare);
        }
        answer.faults = std::move(made.faults);
      }
    }
    ByteWriter out;
    visit(out, answer);
    return out.take();
  }

  Hash128 previous_hash(std::uint32_t number) const { return previous_->post(number).file_hash(); }

  void result(const Job& job, std::string_view frame) {
    Answer answer;
    ByteReader in(frame);
    visit(in, answer);
    const std::string& path = listing_.files[job.file].path;
    listing_.files[job.file].hash = answer.hash;
    if (!in.at_end()) throw Error("a parser sent nonsense about " + path);
    if (answer.same) return take_over(job.file, *job.previous, answer.hash);
    ++parsed_;
    if (order_.check) {
      Report r;
      r.kind = Report::Kind::fields;
      r.file = path;
      r.text = answer.fields.empty() ? "{}" : answer.fields;
      fields_.push_back(std::move(r));
    }
    for (Diagnostic& fault : answer.faults) faults_.push_back(std::move(fault));
    if (!answer.composed.empty()) {
      auto composed = decode_composed(answer.composed);
      if (!composed) throw Error("a parser sent nonsense about " + path);
      if (!order_.check) {
        if (answer.parser >= stores_.size()) throw Error("a parser sent nonsense about " + path);
        Stored stored{posts_.size(), answer.parser, answer.texts, {}};
        std::copy(std::begin(answer.lengths), std::end(answer.lengths), std::begin(stored.lengths));
        stored_.push_back(stored);
      }
      posts_.push_back(std::move(*composed));
    } else if (auto bare = decode_composed(answer.slug_post)) {
      refused_.push_back(std::move(bare->post));
    }
  }

  void judge_together() {
    std::vector<const Post*> all;
    std::set<std::string> used;
    for (const ComposedPost& post : posts_) all.push_back(&post.post);
    // A refused post still holds its slug: its twin is told in the same run.
    for (const Post& post : refused_) all.push_back(&post);
    std::sort(all.begin(), all.end(),
              [](const Post* a, const Post* b) { return a->file < b->file; });
    for (Diagnostic& fault : cross_check(all)) faults_.push_back(std::move(fault));
    for (const Post* post : all) used.insert(post->used_keys.begin(), post->used_keys.end());
    for (const std::string& key : used) {
      Report r;
      r.kind = Report::Kind::used;
      r.text = key;
      report_(r);
    }
  }

  const ComposeOrder& order_;
  const ComposeSettings& settings_;
  std::shared_ptr<const Image> previous_;
  const Reporter& report_;
  const Highlighter& highlighter_;
  std::uint64_t key_ = 0;
  Listing listing_;
  std::unique_ptr<ContentFolder> folder_;
  std::unique_ptr<ImageCatalogue> images_;
  std::vector<Job> jobs_;
  std::vector<ComposedPost> posts_;
  std::vector<Fd> stores_;     // one a parser
  std::vector<Mapping> maps_;  // of the stores
  std::vector<Stored> stored_;
  std::vector<Post> refused_;
  std::vector<Diagnostic> faults_;
  std::vector<Report> fields_;
  std::int64_t listed_ns_ = 0;
  std::uint32_t parsed_ = 0;
  std::uint32_t current_ = 0;  // in a parser: the number of its job
};

}  // namespace

bool compose(const ComposeOrder& order, const std::shared_ptr<const Image>& previous, int image_fd,
             const Reporter& report, const Highlighter& highlighter) {
  // Somebody who writes without a pause gets what there is in the end.
  constexpr int kTries = 5;
  for (int i = 1;; ++i) {
    Run run(order, previous, report, highlighter);
    if (run.gather() || i == kTries) return run.finish(image_fd);
  }
}

}  // namespace octavo
