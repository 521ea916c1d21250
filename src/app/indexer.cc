// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/indexer.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "base/process.h"

namespace octavo {

namespace {

std::string in_seconds(std::int64_t ms) {
  return std::to_string((ms + 999) / 1000) + " s";
}

}  // namespace

struct Indexer::Impl {
  const std::string program, state, lang;
  const std::function<void()> done;
  const IndexerPace pace;

  Fd image = {};  // the newest that was asked for, until it is indexed
  Moment moment = 0;
  bool asked = false;   // by a first want()
  bool wanted = false;  // a run is to be begun, at due_ms
  std::int64_t due_ms = 0, wait_ms = 0;
  Child run = {};
  bool stuck = false;  // and was killed
  IndexerFigures figures = {};
  std::int64_t deadline_ms = 0;

  void begin();
  void look();
  void ended(int status);
  void failed(const std::string& why);
  std::int64_t try_again();
};

void Indexer::Impl::begin() {
  wanted = stuck = false;
  try {
    run = spawn(program, {"index", state, lang, std::to_string(moment)}, {image.number()});
  } catch (const Error& error) {
    return failed(error.what());
  }
  ++figures.runs;
  deadline_ms = monotonic_ms() + pace.patience.count();
}

void Indexer::Impl::look() {
  try {
    if (const std::optional<int> status = run.wait(false)) return ended(*status);
  } catch (const Error& error) {
    run = Child();
    return failed(error.what());
  }
  if (stuck || monotonic_ms() < deadline_ms) return;
  stuck = true;
  ::kill(run.pid(), SIGKILL);  // its end is seen as any other, and not waited for here
}

void Indexer::Impl::ended(int status) {
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
    wait_ms = 0;
    if (!wanted) image.reset();  // an image that is replaced need not stay for our sake
    figures.succeeded = system_now();
    if (std::exchange(figures.broken, false))
      log_notice("the search index is up to date again", {{"EVENT", "index_mended"}});
    done();
    return;
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == kExitBusy) {
    try_again();
    return;
  }
  if (WIFEXITED(status)) return failed("indexing failed");  // and has said why
  failed(stuck ? "indexing took more than " + in_seconds(pace.patience.count()) + " and was ended"
               : "indexing ended with " + describe_status(status));
}

void Indexer::Impl::failed(const std::string& why) {
  ++figures.failures;
  figures.broken = true;
  const std::int64_t wait = try_again();
  log_warning("the search index: " + why + "; it is tried again in " + in_seconds(wait),
              {{"EVENT", "index_broken"}});
}

// How many milliseconds until then.
std::int64_t Indexer::Impl::try_again() {
  const std::int64_t now = monotonic_ms();
  if (!wanted) {
    wait_ms = wait_ms == 0 ? pace.first_wait.count()
                           : std::min<std::int64_t>(2 * wait_ms, pace.longest_wait.count());
    due_ms = now + wait_ms;
    wanted = true;
  }  // else a newer one came meanwhile, and need not suffer for what failed before
  return std::max<std::int64_t>(0, due_ms - now);
}

Indexer::Indexer(std::string program, std::string state, std::string lang,
                 std::function<void()> done, IndexerPace pace)
    : impl_(
          new Impl{std::move(program), std::move(state), std::move(lang), std::move(done), pace}) {}

Indexer::~Indexer() = default;

void Indexer::want(int image_fd, Moment moment) {
  Impl& my = *impl_;
  if (my.state.empty()) return;
  Fd own(::fcntl(image_fd, F_DUPFD_CLOEXEC, 3));
  if (own) {
    my.image = std::move(own);
    my.moment = moment;
    const std::int64_t soon = monotonic_ms() + my.pace.quiet.count();
    my.due_ms = my.wanted ? std::min(my.due_ms, soon) : soon;
    my.wanted = true;
    my.wait_ms = 0;
  } else {
    log_warning("the search index cannot follow the site: " + errno_text(errno));
  }
  if (!std::exchange(my.asked, true)) my.done();
}

void Indexer::add_descriptors(std::vector<pollfd>& fds) const {
  if (impl_->run) fds.push_back({impl_->run.pidfd(), POLLIN, 0});
}

int Indexer::timeout_ms() const {
  const Impl& my = *impl_;
  if (my.run ? my.stuck : !my.wanted) return -1;
  const std::int64_t left = (my.run ? my.deadline_ms : my.due_ms) - monotonic_ms();
  return static_cast<int>(std::max<std::int64_t>(0, left));
}

IndexerFigures Indexer::figures() const {
  IndexerFigures figures = impl_->figures;
  figures.wanted = !impl_->state.empty();
  figures.behind = impl_->wanted || impl_->run;
  return figures;
}

void Indexer::step() {
  Impl& my = *impl_;
  if (my.run) my.look();
  if (!my.run && my.wanted && monotonic_ms() >= my.due_ms) my.begin();
}

}  // namespace octavo
