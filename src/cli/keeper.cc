// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/keeper.h"

#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "app/metrics.h"
#include "base/error.h"
#include "base/log.h"
#include "base/notify.h"
#include "cli/control_path.h"

namespace octavo {

namespace {

constexpr unsigned kControlMode = 0600, kMetricsMode = 0660;
constexpr std::int64_t kExtendMs = 10'000;      // while the first site is made
constexpr std::chrono::seconds kExtension{40};  // so much more is asked for each time
constexpr std::int64_t kRollMs = 15'000;        // where no watchdog wants it sooner
constexpr std::int64_t kGoodbyeMs = 200;

ZonedTime in_zone(Moment at) {
  const auto seconds = static_cast<time_t>(at);
  struct tm local {};
  ::localtime_r(&seconds, &local);
  return {at, static_cast<std::int32_t>(local.tm_gmtoff)};
}

void sooner(std::int64_t& wait, std::int64_t until) {
  const std::int64_t left = std::max<std::int64_t>(0, until - monotonic_ms());
  wait = wait < 0 ? left : std::min(wait, left);
}

}  // namespace

void use_zone(const std::string& zone) {
  ::setenv("TZ", (':' + zone).c_str(), 1);
  ::tzset();
}

Keeper::Keeper(KeeperSetup setup)
    : setup_(std::move(setup)),
      started_(system_now()),
      started_ms_(monotonic_ms()),
      managed_(std::getenv("NOTIFY_SOCKET") != nullptr),
      watchdog_(watchdog_period()) {
  open_control();
  open_metrics();
}

Keeper::~Keeper() = default;

void Keeper::open_control() {
  const std::string path = control_path(setup_.publisher.config());
  if (path.empty()) {
    control_trouble_ = "set control:";
    return;
  }
  try {
    control_file_.emplace(path, kControlMode);
    control_at_ = path;
    control_ = std::make_unique<Control>(
        control_file_->fd(),
        ControlSetup{[this](bool json) {
                       Standing now = standing();
                       look_at_process(now);
                       return json ? status_json(now) : status_text(now);
                     },
                     [this] { return setup_.publisher.reload(); },
                     [this] { return setup_.publisher.reloads_done(); },
                     [this]() -> const Attempt& { return setup_.publisher.last(); }});
  } catch (const Error& error) {
    control_trouble_ = error.what();
    log_warning("control: " + control_trouble_ +
                    " (until then octavo reload and octavo status do not reach this daemon)",
                {{"EVENT", "no_control"}});
  }
}

void Keeper::open_metrics() {
  const std::string& where = setup_.publisher.config().metrics;
  if (where.empty()) return;
  try {
    int listener = -1;
    if (where.starts_with('/')) {
      metrics_file_.emplace(where, kMetricsMode);
      listener = metrics_file_->fd();
    } else {
      BoundPort port = listen_on_port(where);
      metrics_port_ = std::move(port.socket);
      listener = metrics_port_.number();
      if (port.reach == Reach::world)
        log_warning("metrics: " + where +
                        " can be reached from outside; the figures are not for readers: write "
                        "127.0.0.1, or keep others out by a firewall",
                    {{"EVENT", "metrics_public"}});
    }
    metrics_at_ = where;
    metrics_ = std::make_unique<Talks>(listener, [this](Talk& talk, bool end) {
      hear_scraper(talk, end, [this] {
        Standing now = standing();
        look_at_process(now);
        return metrics_text(now);
      });
    });
    log_info("metrics at " + where);
  } catch (const Error& error) {
    metrics_trouble_ = error.what();
    log_warning("metrics: " + metrics_trouble_ + " (until then there are no figures)",
                {{"EVENT", "no_metrics"}});
  }
}

void Keeper::serves(Server& server, unsigned threads) {
  server_ = &server;
  threads_ = threads;
  told_ = status_line(standing());
  notify("READY=1\n" + notify_status(told_));
  if (watchdog_) notify("WATCHDOG=1");
  server_->call_roll();
  roll_ms_ = monotonic_ms();
}

void Keeper::ends() {
  notify("STOPPING=1\n" + notify_status("finishing what readers have asked for"));
  if (control_) {
    control_->talks().each_waiting([](Talk& talk) {
      talk.out += "failed: octavo is being stopped\n";
      talk.whole = true;
    });
    control_->talks().finish(kGoodbyeMs);
  }
  control_.reset();
  metrics_.reset();
  control_file_.reset();
  metrics_file_.reset();
  metrics_port_.reset();
  server_ = nullptr;
}

void Keeper::add_descriptors(std::vector<pollfd>& fds) const {
  if (control_) control_->talks().add_descriptors(fds);
  if (metrics_) metrics_->add_descriptors(fds);
}

int Keeper::timeout_ms() const {
  std::int64_t wait = -1;
  for (const Talks* talks : {control_ ? &control_->talks() : nullptr, metrics_.get()}) {
    const int own = talks == nullptr ? -1 : talks->timeout_ms();
    if (own >= 0) wait = wait < 0 ? own : std::min<std::int64_t>(wait, own);
  }
  if (managed_ && server_ == nullptr) sooner(wait, extend_ms_);
  if (server_ != nullptr) {
    const std::int64_t period = watchdog_ ? watchdog_->count() / 4000 : kRollMs;
    sooner(wait, roll_ms_ + std::max<std::int64_t>(period, 10));
  }
  return static_cast<int>(wait);
}

void Keeper::step() {
  if (control_) {
    control_->talks().step();
    control_->step();
  }
  if (metrics_) metrics_->step();
  if (server_ != nullptr) call_roll();
  if (managed_) tell_manager();
}

// The watchdog is fed by this thread, but only while the ones that serve go round, too.
void Keeper::call_roll() {
  const std::int64_t period = watchdog_ ? watchdog_->count() / 4000 : kRollMs;
  const std::int64_t now = monotonic_ms();
  if (now < roll_ms_ + std::max<std::int64_t>(period, 10)) return;
  roll_ms_ = now;
  threads_answer_ = server_->all_answered();
  if (threads_answer_) {
    if (watchdog_) notify("WATCHDOG=1");
    if (std::exchange(complained_, false))
      log_notice("all serving threads answer again", {{"EVENT", "threads_mended"}});
    server_->call_roll();
  } else if (!std::exchange(complained_, true)) {
    log_error("a serving thread does not answer" +
                  std::string(watchdog_ ? "; the service manager will restart octavo" : ""),
              {{"EVENT", "threads_stuck"}});
  }
}

void Keeper::tell_manager() {
  if (server_ == nullptr) {
    if (monotonic_ms() < extend_ms_) return;
    extend_ms_ = monotonic_ms() + kExtendMs;
    notify(notify_extend(kExtension) + '\n' + notify_status("making the site"));
    return;
  }
  const bool asked = setup_.publisher.reloads_asked() > setup_.publisher.reloads_done();
  if (asked && !reloading_) notify(notify_reloading() + '\n' + notify_status("reloading"));
  const std::string line = status_line(standing());
  if (!asked && reloading_) {
    notify("READY=1\n" + notify_status(line));
    told_ = line;
  } else if (!asked && line != told_) {
    notify(notify_status(line));
    told_ = line;
  }
  reloading_ = asked;
}

Standing Keeper::standing() const {
  const Publisher& publisher = setup_.publisher;
  const Config& config = publisher.config();
  Standing my;
  my.version = PACKAGE_VERSION;
  my.title = config.title;
  my.base_url = config.base_url;
  my.now = system_now();
  my.up_s = (monotonic_ms() - started_ms_) / 1000;
  my.started = my.now - my.up_s;
  my.zone = setup_.zone;
  my.local = in_zone;
  my.serving = server_ != nullptr;
  if (const auto snapshot = setup_.cell.copy()) {
    my.posts = snapshot->site.order().size();
    my.pages = snapshot->site.pages().size();
    my.generation = snapshot->generation;
    my.next_change = snapshot->site.next_change();
    const auto use = [](const std::shared_ptr<PageCache>& cache, std::size_t& bytes,
                        std::size_t& most) {
      if (!cache) return;
      bytes = cache->bytes();
      most = cache->most_bytes();
    };
    use(snapshot->cache, my.cache_bytes, my.cache_most);
    use(snapshot->searches, my.searches_bytes, my.searches_most);
  }
  my.published = publisher.published_at();
  my.at_work = publisher.busy();
  my.last = publisher.last();
  my.composer = publisher.composer();
  my.requests = setup_.tallies.sums();
  my.connections = server_ == nullptr ? 0 : server_->connections();
  my.connections_most = config.max_connections;
  my.threads = threads_;
  my.threads_answer = threads_answer_;
  my.indexer = setup_.indexer.figures();
  my.index = setup_.searcher.status();
  my.documents = setup_.searcher.documents();
  my.press = setup_.press();
  my.log = log_counts();
  my.listen = setup_.listen;
  my.control = control_at_;
  my.metrics = metrics_at_;
  my.control_trouble = control_trouble_;
  my.metrics_trouble = metrics_trouble_;
  return my;
}

}  // namespace octavo
