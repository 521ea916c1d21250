// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/publisher.h"

#include <sys/eventfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <exception>
#include <future>

#include "app/published_info.h"
#include "base/error.h"
#include "base/log.h"
#include "base/time.h"

namespace octavo {

namespace {

// An editor writes a file in several steps, git pull many files: wait until it is quiet for a
// moment, but let a reader see a change within a second.
constexpr long kQuietMs = 100, kImpatientMs = 500;
constexpr long kStuckMs = 120'000;     // a composer that tells nothing
constexpr long kComplainMs = 600'000;  // start: last_good keeps saying so
constexpr long kRestMs = 2'000;
constexpr std::size_t kShares = 8, kSearches = 1;   // of the page cache
constexpr std::int64_t kClockNs = 120'000'000'000;  // less is no news: servers of files differ
constexpr std::int64_t kSecond = 1'000'000'000;     // ns
constexpr long kLookMs = 2'000;                     // when inotify cannot help

std::string count_of(std::size_t count, const char* one, const char* many) {
  return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

}  // namespace

Publisher::Publisher(PublisherSetup setup, SnapshotCell& cell)
    : setup_(std::move(setup)),
      cell_(cell),
      store_(setup_.config.cache),
      clock_fd_(::timerfd_create(CLOCK_REALTIME, TFD_NONBLOCK | TFD_CLOEXEC)),
      alarm_fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (!clock_fd_ || !alarm_fd_) throw SystemError("cannot make a timer", errno);
}

Publisher::~Publisher() {
  store_.abandon();
}

void Publisher::start() {
  started_ms_ = monotonic_ms();
  begin_attempt(Attempt::Why::start);
  theme_ = Theme::load(setup_.templates, setup_.config.templates);
  info_ = make_info();
  rewatch();
  if (!setup_.config.content_faults.empty()) return start_without_content();
  const auto key = settings_key(canonical_settings(compose_settings(setup_.config)));
  if (auto last = store_.open_last()) {
    image_ = last;
    if (last->settings() == key && is_fresh(*last)) {
      attempt_.posts = last->size();
      attempt_.image = last->composed_ns() / kSecond;
      publish(std::move(last));
      end_attempt("");
      return;
    }
    ready_.reset();
  }
  begin_job(false);
}

// The content is on a mount that is not there, say.
void Publisher::start_without_content() {
  const std::vector<Diagnostic> faults = setup_.config.content_faults;
  if (setup_.config.start_last_good) image_ = store_.open_last();
  if (!image_) throw ConfigError(faults);
  say_faults(faults, "");
  serve_last_good(faults.front().message, true);
  unproven_ = true;
}

// Half of a start with many posts is the system's, asked for each file's stat: meanwhile the site
// is made, on another core, from the image that will most likely be served.
bool Publisher::is_fresh(const Image& last) {
  const auto look = [this, &last] {
    try {
      return last.unchanged(walk_content(setup_.config.content));
    } catch (const Error&) {
      return false;  // the folder cannot be walked: the composer will say why
    }
  };
  constexpr std::uint32_t kMany = 500;
  if (last.size() < kMany) return look();
  auto looking = std::async(std::launch::async, look);
  try {
    ready_.emplace(image_, setup_.clock());
  } catch (const Error&) {
    ready_.reset();  // whoever makes it next will say so
  }
  return looking.get();
}

std::shared_ptr<const SiteInfo> Publisher::make_info() const {
  return published_info(setup_.config, setup_.assets, setup_.fonts);
}

std::shared_ptr<const PressSettings> Publisher::press_settings() const {
  if (setup_.press == nullptr || !info_->has_press) return nullptr;
  const Config& config = setup_.config;
  return std::make_shared<const PressSettings>(
      PressSettings{config.print, config.content, config.print_letter, config.press_cache});
}

std::uint64_t Publisher::reload() {
  wanted_ = wanted_config_ = true;
  due_ms_ = monotonic_ms();
  return ++reloads_asked_;
}

void Publisher::begin_attempt(Attempt::Why why) {
  attempt_ = Attempt{};
  attempt_.why = why;
}

void Publisher::end_attempt(std::string failure, bool refused) {
  attempt_.ended = true;
  attempt_.failure = std::move(failure);
  attempt_.refused = refused;
  attempt_.at = setup_.clock();
  attempt_.took_ms = monotonic_ms() - started_ms_;
  if (!attempt_.failed()) {
    ++figures_.published;
    figures_.parsed += attempt_.parsed;
    figures_.succeeded = attempt_.at;
    if (attempt_.composed) figures_.took.add(attempt_.took_ms * 1'000'000, kComposeNs);
  } else {
    ++(refused ? figures_.refused : figures_.failed);
  }
  last_ = std::exchange(attempt_, Attempt{});
  reloads_done_ = reloads_taken_;
}

void Publisher::add_descriptors(std::vector<pollfd>& fds) const {
  fds.push_back({clock_fd_.number(), POLLIN, 0});
  fds.push_back({alarm_fd_.number(), POLLIN, 0});
  if (watch_) fds.push_back({watch_->fd(), POLLIN, 0});
  if (job_) fds.push_back({job_->report_fd(), POLLIN, 0});
}

int Publisher::timeout_ms() const {
  std::int64_t wait = -1;
  const auto at_most = [&](std::int64_t until) {
    const auto left = std::max<std::int64_t>(0, until - monotonic_ms());
    wait = wait < 0 ? left : std::min(wait, left);
  };
  if (wanted_ && !job_) at_most(due_ms_);
  if (job_) at_most(monotonic_ms() + 1000);
  if (last_good_) at_most(complain_ms_);
  if (rest_ms_ != 0) at_most(rest_ms_);
  if (look_ms_ != 0) at_most(look_ms_);
  return static_cast<int>(wait);
}

void Publisher::step() {
  std::uint64_t count = 0;
  const ssize_t ticked = ::read(clock_fd_.number(), &count, sizeof count);
  // ECANCELED: somebody set the clock; what is visible may have changed in either direction.
  if ((ticked > 0 || errno == ECANCELED) && published_) republish();
  if (::read(alarm_fd_.number(), &count, sizeof count) > 0 && published_ && !wanted_) {
    // The damaged image is not worth taking over from.
    image_.reset();
    wanted_ = true;
    due_ms_ = monotonic_ms();
  }
  if (watch_ && watch_->drain()) {
    const std::int64_t now = monotonic_ms();
    if (!wanted_) first_event_ms_ = now;
    if (!wanted_ || due_ms_ > now)
      due_ms_ = std::min(now + kQuietMs, first_event_ms_ + kImpatientMs);
    wanted_ = true;
  }
  if (look_ms_ != 0 && monotonic_ms() >= look_ms_) {
    look_ms_ = monotonic_ms() + kLookMs;
    if (away_ && !job_ && content_is_there()) {
      away_ = false;
      wanted_ = true;
      due_ms_ = monotonic_ms();
    }
    try {
      if (!away_ && image_ && !job_ && !wanted_ &&
          !image_->unchanged(walk_content(setup_.config.content))) {
        wanted_ = true;
        due_ms_ = monotonic_ms();
      }
    } catch (const Error&) {
      // still not there: look again later
    }
  }
  if (job_) {
    if (job_->advance()) {
      end_job();
    } else {
      job_->end_if_stuck(kStuckMs);
    }
  }
  if (rest_ms_ != 0 && monotonic_ms() >= rest_ms_) {
    rest_ms_ = 0;
    if (image_) look_at_clock();
    setup_.at_rest();
  }
  if (last_good_ && monotonic_ms() >= complain_ms_) {
    complain_ms_ = monotonic_ms() + kComplainMs;
    log_warning("still serving the last good site; octavo check names what keeps the new one out");
  }
  if (wanted_ && !job_ && monotonic_ms() >= due_ms_) {
    wanted_ = false;
    started_ms_ = monotonic_ms();
    const bool asked = std::exchange(wanted_config_, false);
    begin_attempt(asked ? Attempt::Why::asked : Attempt::Why::change);
    if (asked) reloads_taken_ = reloads_asked_;
    std::string failure;
    if (asked || unproven_) failure = reread();
    rewatch();
    if (failure.empty()) failure = without_content();
    if (!failure.empty()) return fail(failure, true);
    begin_job(false);
  }
}

// Everything that may be wrong is tried before anything is replaced.
std::string Publisher::reread() {
  try {
    Config config = setup_.read_config();
    if (!config.content_faults.empty()) {
      say_faults(config.content_faults, "");
      return config.content_faults.front().message;
    }
    const Config& old = setup_.config;
    if (config.listen != old.listen || config.threads != old.threads || config.cache != old.cache ||
        config.state != old.state || config.socket_mode != old.socket_mode ||
        config.socket_group != old.socket_group || config.max_connections != old.max_connections ||
        config.control != old.control || config.metrics != old.metrics) {
      log_warning(
          "listen, socket, threads, cache, state, control and metrics take effect at the next "
          "restart");
    }
    setup_.config = std::move(config);
    unproven_ = false;
    say_faults(setup_.config.warnings, "");
    return "";
  } catch (const ConfigError& error) {
    say_faults(error.faults(), "");
  } catch (const Error& error) {
    say_error(error.what());
  }
  return "the configuration is in error";
}

// Nothing needs to be composed to know that there is nothing to compose.
std::string Publisher::without_content() {
  std::string trouble = content_trouble(setup_.config.content);
  if (trouble.empty()) return "";
  trouble = "`content`: " + trouble;
  say_error(trouble);
  return trouble;
}

void Publisher::say_error(const std::string& what) {
  log_error(what);
  ++attempt_.errors;
  attempt_.lines.push_back(what);
}

void Publisher::fail(const std::string& failure, bool refused) {
  if (last_good_ && image_) attempt_.image = image_->composed_ns() / kSecond;
  log_error("reload failed: " + failure + "; the running site stays",
            {{"EVENT", "reload_failed"}, {"ERRORS", std::to_string(attempt_.errors)}});
  end_attempt(failure, refused);
  await_content();
}

void Publisher::serve_last_good(const std::string& failure, bool refused) {
  log_error(failure + "; serving the last good site instead",
            {{"EVENT", "reload_failed"}, {"ERRORS", std::to_string(attempt_.errors)}});
  last_good_ = true;
  attempt_.image = image_->composed_ns() / kSecond;
  await_content();
  complain_ms_ = monotonic_ms() + kComplainMs;
  publish(image_);
  end_attempt(failure, refused);
}

void Publisher::begin_job(bool in_memory) {
  job_in_memory_ = in_memory || !store_.on_disk();
  try {
    job_image_ = store_.begin(job_in_memory_);
    ComposeOrder order;
    order.settings = compose_settings(setup_.config);
    order.background = published_;
    const int previous = image_ ? store_.last_fd() : -1;
    job_ = std::make_unique<ComposeJob>(setup_.composer, order, job_image_.number(), previous);
    attempt_.composed = true;
  } catch (const Error& error) {
    job_.reset();
    store_.abandon();
    if (!job_in_memory_) {
      log_warning(std::string(error.what()) + "; the image goes into memory instead");
      return begin_job(true);
    }
    const std::string failure = std::string("cannot compose: ") + error.what();
    log_error(failure, {{"EVENT", "reload_failed"}});
    if (!published_) failed_ = true;
    end_attempt(failure);
  }
}

void Publisher::end_job() {
  const ComposeOutcome outcome = job_->take_outcome();
  job_.reset();
  Fd fd = std::move(job_image_);
  say_faults(outcome.faults, setup_.config.content + '/');
  std::string failure;
  switch (outcome.kind) {
    case ComposeOutcome::Kind::image:
      try {
        auto theme = Theme::load(setup_.templates, setup_.config.templates);
        auto image = store_.commit(std::move(fd));
        theme_ = std::move(theme);
        info_ = make_info();
        say_faults(unused_declared_keys(setup_.config, outcome.used_keys), "");
        last_good_ = false;
        publish(std::move(image));
        attempt_.posts = outcome.posts;
        attempt_.parsed = outcome.parsed;
        end_attempt("");
        log_info("composed " + std::to_string(outcome.parsed) + " of " +
                     count_of(outcome.posts, "post and page", "posts and pages") + " in " +
                     std::to_string(last_.took_ms) + " ms",
                 {{"EVENT", "published"},
                  {"POSTS", std::to_string(outcome.posts)},
                  {"PARSED", std::to_string(outcome.parsed)},
                  {"TOOK_MS", std::to_string(last_.took_ms)},
                  {"GENERATION", std::to_string(generation_)}});
        return;
      } catch (const TemplateError& error) {
        say_faults(error.faults(), "");
        failure = "a template is in error";
      } catch (const Error& error) {
        failure = error.what();
      }
      break;
    case ComposeOutcome::Kind::refused: {
      const auto errors = std::count_if(outcome.faults.begin(), outcome.faults.end(),
                                        [](const Diagnostic& fault) { return !fault.warning; });
      failure = count_of(static_cast<std::size_t>(errors), "error", "errors") + " in the content";
      break;
    }
    case ComposeOutcome::Kind::failed:
      failure = outcome.failure;
      break;
  }
  store_.abandon();
  if (outcome.kind == ComposeOutcome::Kind::failed && !job_in_memory_) {
    log_warning(failure + "; trying once more with the image in memory");
    return begin_job(true);
  }
  const bool refused = outcome.kind != ComposeOutcome::Kind::failed;
  if (published_) return fail(failure, refused);
  if (setup_.config.start_last_good && image_) return serve_last_good(failure, refused);
  log_error(failure + "; nothing is served",
            {{"EVENT", "reload_failed"}, {"ERRORS", std::to_string(attempt_.errors)}});
  failed_ = true;
  end_attempt(failure, refused);
}

bool Publisher::content_is_there() const {
  if (!content_trouble(setup_.config.content).empty()) return false;
  bool any = false;
  for (const char* name : {"/posts", "/pages"}) {
    if (::access((setup_.config.content + name).c_str(), R_OK | X_OK) == 0) {
      any = true;
    } else if (errno != ENOENT) {
      return false;
    }
  }
  return any;
}

// Watching cannot tell when a folder comes back that was moved away with its parent, or when
// something is mounted on it.
void Publisher::await_content() {
  away_ = !content_is_there();
  if (away_) look_ms_ = monotonic_ms() + kLookMs;
}

// The kernel stamps a change with its clock: a stamp that is yet to come tells that this clock is
// behind. (One that is fast tells nobody.)
void Publisher::look_at_clock() {
  const std::int64_t now = std::int64_t{setup_.clock()} * 1'000'000'000;
  const ListedFile* latest = nullptr;
  const std::vector<ListedFile> files = image_->listing();
  for (const ListedFile& file : files) {
    if (latest == nullptr || file.stat.ctime_ns > latest->stat.ctime_ns) latest = &file;
  }
  if (latest == nullptr || latest->stat.ctime_ns <= now + kClockNs) return;
  if (std::exchange(clock_said_ns_, latest->stat.ctime_ns) == latest->stat.ctime_ns) return;
  log_warning(setup_.config.content + '/' + latest->path + " was changed " +
              count_of(static_cast<std::size_t>((latest->stat.ctime_ns - now) / 60'000'000'000),
                       "minute", "minutes") +
              " in the future: the clock is wrong, or was then; posts appear and expire by it. See "
              "timedatectl, and mend it by NTP");
}

void Publisher::publish(std::shared_ptr<const Image> image) {
  image_ = std::move(image);
  republish();
  // By then the last request on the old site has been answered, and its memory lies free.
  rest_ms_ = monotonic_ms() + kRestMs;
  if (!published_) {
    published_ = true;
    const std::size_t posts = cell_.copy()->site.order().size();
    const std::string took = std::to_string(monotonic_ms() - started_ms_);
    log_info("serving " + count_of(posts, "post", "posts") + ", ready after " + took + " ms",
             {{"EVENT", "serving"}, {"POSTS", std::to_string(posts)}, {"TOOK_MS", took}});
  }
}

void Publisher::republish() {
  if (!image_) return;
  const int alarm = alarm_fd_.number();
  auto damaged = [alarm] {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = ::write(alarm, &one, sizeof one);
  };
  std::shared_ptr<const Snapshot> old = cell_.copy();
  const auto cache = [&, most = setup_.config.page_cache](auto Snapshot::*which,
                                                          std::size_t share) {
    if (old && cached_bytes_ == most) return (*old).*which;
    return most == 0 ? nullptr : std::make_shared<PageCache>(most / kShares * share);
  };
  Site site = ready_ ? *std::exchange(ready_, std::nullopt) : Site(image_, setup_.clock());
  const auto fresh = std::make_shared<const Snapshot>(
      Snapshot{std::move(site), theme_, info_, std::move(damaged), ++generation_,
               cache(&Snapshot::cache, kShares - kSearches), cache(&Snapshot::searches, kSearches),
               setup_.searcher, setup_.press, press_settings()});
  cached_bytes_ = setup_.config.page_cache;
  if (old && aside_.begin([fresh, old, prepare = setup_.prepare] { prepare(*fresh, *old); }))
    aside_.wait(kPrepare);
  cell_.publish(fresh);
  published_at_ = setup_.clock();
  setup_.index(store_.last_fd(), fresh->site.moment());
  arm_clock();
  // Unmapping a large image that has lost its name keeps a core busy for 10 ms.
  aside_.begin([mine = std::move(old)]() mutable { mine.reset(); });
}

void Publisher::arm_clock() {
  const Moment next = cell_.copy()->site.next_change();
  itimerspec when{};
  // Even with nothing ahead the timer stays armed, far away: only an armed one tells of a set
  // clock.
  when.it_value.tv_sec = next == kNever ? setup_.clock() + 365L * 86400 : std::max<Moment>(next, 1);
  ::timerfd_settime(clock_fd_.number(), TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &when,
                    nullptr);
}

// Before the walk, so that what changes during it is told.
void Publisher::rewatch() {
  std::vector<std::string> folders;
  const std::string& content = setup_.config.content;
  for (const char* name : {"/posts", "/pages", "/images"}) folders.push_back(content + name);
  if (!setup_.config.templates.empty()) folders.push_back(setup_.config.templates);
  try {
    watch_.emplace(folders);
    look_ms_ = watch_->complete() ? 0 : monotonic_ms() + kLookMs;
    if (!watch_->complete())
      log_warning(
          "too many folders for inotify (fs.inotify.max_user_watches); looking every 2 s instead");
  } catch (const Error& error) {
    watch_.reset();
    look_ms_ = monotonic_ms() + kLookMs;
    log_warning(std::string(error.what()) + "; looking every 2 s instead");
  }
}

void Publisher::say_faults(const std::vector<Diagnostic>& faults, const std::string& prefix) {
  std::size_t said = 0;
  for (const Diagnostic& fault : faults) {
    ++(fault.warning ? attempt_.warnings : attempt_.errors);
    if (attempt_.lines.size() < kMostLines) attempt_.lines.push_back(to_line(fault, prefix));
    if (++said <= kMostLines) log_fault(fault, prefix);
  }
  if (said > kMostLines)
    log_error(std::to_string(said - kMostLines) + " more; octavo check shows all");
}

}  // namespace octavo
