// SPDX-License-Identifier: GPL-3.0-or-later
#include <link.h>
#include <malloc.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <optional>
#include <utility>

#include "app/answer.h"
#include "app/indexer.h"
#include "app/press_answer.h"
#include "app/publisher.h"
#include "app/slow_lane.h"
#include "app/tally.h"
#include "base/error.h"
#include "base/log.h"
#include "base/process.h"
#include "cli/command.h"
#include "cli/keeper.h"
#include "cli/listener.h"
#include "cli/paths.h"
#include "fcgi/frame.h"
#include "fcgi/server.h"
#include "search/index.h"
#include "search/searcher.h"

namespace octavo {

namespace {

constexpr int kMainNice = 5;
constexpr std::size_t kWaitingSearches = 64;        // a quarter of a second's work
constexpr std::size_t kSearchesAtRest = 128 << 10;  // bytes of answers that are kept
constexpr std::chrono::milliseconds kGrace{4000};   // SIGTERM: at most 5 s in all
constexpr std::chrono::milliseconds kSettling{30};  // the first readers may be waiting already

// Signals come in through a descriptor; the threads of the server inherit the mask.
Fd take_signals() {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGUSR1, SIGPIPE}) ::sigaddset(&set, number);
  ::sigprocmask(SIG_BLOCK, &set, nullptr);
  ::sigdelset(&set, SIGPIPE);
  Fd fd(::signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
  if (!fd) throw SystemError("cannot take signals", errno);
  return fd;
}

// A connection takes a descriptor; the soft limit of 1,024 is for programs that use select().
void raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

// What compressors and renders need for a moment goes back to the system, instead of raising the
// threshold from which it does (mallopt(3)).
void keep_memory_small() {
  ::mallopt(M_MMAP_THRESHOLD, 128 << 10);
  ::mallopt(M_TRIM_THRESHOLD, 256 << 10);
}

// Code and tables that only the start needed stay in the system's page cache, but need not count
// as ours: whatever is used again comes back by a minor fault.
int let_go_of_code(dl_phdr_info* object, std::size_t, void*) {
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = object->dlpi_phdr[i];
    if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) continue;
    const auto page = static_cast<ElfW(Addr)>(::getpagesize());
    const ElfW(Addr) from = (object->dlpi_addr + segment.p_vaddr) / page * page;
    const ElfW(Addr) to = object->dlpi_addr + segment.p_vaddr + segment.p_memsz;
    ::madvise(reinterpret_cast<void*>(from), to - from, MADV_DONTNEED);
  }
  return 0;
}

// A moment after a publication: what it alone needed.
void rest() {
  ::malloc_trim(0);
  ::dl_iterate_phdr(let_go_of_code, nullptr);
}

int let_go_of_search_code(dl_phdr_info* object, std::size_t size, void* nothing) {
  const std::string_view name = object->dlpi_name;
  for (const std::string_view ours : {"/libxapian.", "/libutf8proc."}) {
    if (name.find(ours) != std::string_view::npos) let_go_of_code(object, size, nothing);
  }
  return 0;
}

// Nobody searches: what that needs is of no use to the readers of pages.
void let_go_of_search(const Searcher& searcher) {
  searcher.rest();
  ::dl_iterate_phdr(let_go_of_search_code, nullptr);
}

void rest_from_searches(const SnapshotCell& cell, const Searcher& searcher) {
  const std::shared_ptr<const Snapshot> snapshot = cell.copy();
  if (snapshot && snapshot->searches) snapshot->searches->shrink(kSearchesAtRest);
  let_go_of_search(searcher);
  ::malloc_trim(0);
}

using Steady = std::chrono::steady_clock;

HandlerFactory handlers(SnapshotCell& cell, SlowLane& lane, Tallies& tallies) {
  return [&cell, &lane, &tallies]() -> Handler {
    auto reader = std::make_shared<SnapshotCell::Reader>(cell);
    return [reader, &cell, &lane, &tallies, &tally = tallies.make()](const Request& request,
                                                                     Deferral& deferral) -> Framed {
      const Steady::time_point start = Steady::now();
      const RouteClass route = route_class(request.target);
      Account account;
      const std::shared_ptr<const Snapshot> snapshot = reader->current();
      if (Framed ready = answer_at_once(request, *snapshot, system_now(), frame, &account)) {
        tally.count(route, account, Steady::now() - start);
        return ready;
      }
      if (const auto wish = press_wish(request, *snapshot)) {
        snapshot->press->ask(*wish, snapshot,
                             [own = OwnRequest(request), wish = *wish, &cell, route, start,
                              &tallies, reply = deferral.take()](const Pressed& pressed) {
                               Account later;
                               Framed late = answer_pressed(own.view(), *cell.copy(), system_now(),
                                                            frame, wish, pressed, &later);
                               tallies.count(route, later, Steady::now() - start);
                               reply(std::move(late));
                             });
        return nullptr;
      }
      const bool taken = lane.submit(
          [own = OwnRequest(request), snapshot, route, start, &tallies, reply = deferral.take()] {
            Account later;
            Framed late = answer(own.view(), *snapshot, system_now(), frame, &later);
            tallies.count(route, later, Steady::now() - start);
            reply(std::move(late));
          });
      if (taken) return nullptr;
      tally.count_busy();
      tally.count(route, {503, FromCache::bypass}, Steady::now() - start);
      return frame(too_busy(request));
    };
  };
}

// Without it search has titles and tags; that is said, and is no reason not to serve.
void make_state_folder(const std::string& folder) {
  if (folder.empty() || ::mkdir(folder.c_str(), 0750) == 0 || errno == EEXIST) return;
  log_warning("cannot make the state folder " + folder + ": " + errno_text(errno) +
              "; search finds titles and tags only");
}

// Readers of a new site should not be the ones who wait until its pages are made.
void prepare(const Snapshot& fresh, const Snapshot& old) {
  warm(fresh, old, system_now(), frame, kPrepare.count());
}

std::optional<PressFigures> press_figures(const std::optional<Press>& press,
                                          const SnapshotCell& cell) {
  const std::shared_ptr<const Snapshot> snapshot = cell.copy();
  if (!press || !snapshot || !snapshot->press_settings) return std::nullopt;
  return press->figures();
}

// What is left to do in the main thread: signals, and keeping the site up to date.
class Main {
 public:
  Main(Publisher& publisher, Indexer& indexer, Keeper& keeper, const Fd& signals)
      : publisher_(publisher), indexer_(indexer), keeper_(keeper), signals_(signals) {}

  // One round; false when it is time to end.
  bool turn() {
    std::vector<pollfd> fds = {{signals_.number(), POLLIN, 0}};
    publisher_.add_descriptors(fds);
    indexer_.add_descriptors(fds);
    keeper_.add_descriptors(fds);
    int timeout = publisher_.timeout_ms();
    for (const int other : {indexer_.timeout_ms(), keeper_.timeout_ms(), until_settled()})
      if (timeout < 0 || (other >= 0 && other < timeout)) timeout = other;
    if (::poll(fds.data(), fds.size(), timeout) < 0 && errno != EINTR) {
      throw SystemError("cannot poll", errno);
    }
    signalfd_siginfo signal{};
    while (::read(signals_.number(), &signal, sizeof signal) == sizeof signal) {
      if (signal.ssi_signo == SIGTERM || signal.ssi_signo == SIGINT) return false;
      if (signal.ssi_signo == SIGHUP) publisher_.reload();
    }
    publisher_.step();
    indexer_.step();
    keeper_.step();
    if (until_settled() == 0) {
      settled_at_.reset();
      ::dl_iterate_phdr(let_go_of_code, nullptr);
    }
    return true;
  }

  // The start is over: what it alone needed is let go of, a moment later.
  void started() { settled_at_ = Steady::now() + kSettling; }

 private:
  int until_settled() const {
    if (!settled_at_) return -1;
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(*settled_at_ - Steady::now()).count();
    return static_cast<int>(std::max<std::int64_t>(left, 0));
  }

  Publisher& publisher_;
  Indexer& indexer_;
  Keeper& keeper_;
  const Fd& signals_;
  std::optional<Steady::time_point> settled_at_;
};

int serve(const ParsedOptions& options) {
  keep_memory_small();
  ConfigSources sources = options.sources;
  sources.content_may_be_away = true;
  const Config config = load_config(sources);
  if (!config.content_faults.empty() && !config.start_last_good)
    throw ConfigError(config.content_faults);
  if (!config.base_url_given) {
    log_warning("base_url is not set: absolute links (canonical, sitemap, robots.txt) say " +
                config.base_url + "; set base_url: in octavo.yaml");
  }
  for (const Diagnostic& warning : config.warnings) log_warning(to_line(warning));
  const Paths paths = find_paths();
  use_zone(config.time_zone);
  const Fd signals = take_signals();
  Listener listener = open_listener(config);
  SnapshotCell cell;
  int code = 0;
  try {
    make_state_folder(config.state);
    const auto searcher = std::make_shared<Searcher>(
        config.state.empty() ? std::string() : index_folder(config.state));
    Indexer indexer("/proc/self/exe", config.state, config.lang, [&searcher] {
      searcher->refresh();
      let_go_of_search(*searcher);
    });
    Tallies tallies;
    // PDFs may come with a later reload: the press costs nothing until it is asked.
    std::optional<Press> press;
    if (!config.cache.empty()) press.emplace(config.cache, cell);
    Publisher publisher(
        {config, paths.composer, paths.templates, paths.assets, paths.fonts,
         [sources] { return load_config(sources); }, system_now, prepare, rest, searcher,
         [&indexer](int image, Moment moment) { indexer.want(image, moment); },
         press ? &*press : nullptr},
        cell);
    Keeper keeper({publisher, indexer, cell, *searcher, tallies, listener.name, config.time_zone,
                   [&press, &cell] { return press_figures(press, cell); }});
    publisher.start();
    Main main(publisher, indexer, keeper, signals);
    bool running = true;
    while (running && !publisher.published() && !publisher.failed()) running = main.turn();
    if (publisher.failed()) {
      code = kExitContent;
    } else if (running) {
      ServerLimits limits;
      limits.threads = config.threads == 0 ? cores() : config.threads;
      limits.connections = config.max_connections;
      limits.leave_queue = listener.held;
      raise_descriptor_limit();
      SlowLane lane(std::max(1u, limits.threads / 2), kWaitingSearches,
                    [&cell, searcher] { rest_from_searches(cell, *searcher); });
      Server server(limits, handlers(cell, lane, tallies));
      server.start(std::move(listener.socket));
      keeper.serves(server, limits.threads);
      if (press && cell.copy()->press_settings) press->start();
      log_info("listening on " + listener.name, {{"EVENT", "listening"}});
      main.started();
      // From here on this thread has no reader waiting for it.
      ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kMainNice);
      while (main.turn()) {
      }
      keeper.ends();
      remove_socket_file(listener);
      if (press) press->wind_down(kGrace * 3 / 4);  // who waits for a PDF is still told
      server.stop(kGrace);
      log_info("stopped", {{"EVENT", "stopped"}});
    }
  } catch (const TemplateError& error) {
    for (const Diagnostic& fault : error.faults()) log_error(to_line(fault));
    code = kExitContent;
  } catch (...) {
    remove_socket_file(listener);
    throw;
  }
  remove_socket_file(listener);
  return code;
}

}  // namespace

int run_serve(const std::vector<std::string>& arguments) {
  const ParsedOptions options = parse_options(arguments, {}, 0);
  if (options.help) {
    print_help(
        "serve", "[options]",
        "Serves the site over FastCGI until SIGTERM. SIGHUP reads configuration and content\n"
        "again; changed content is noticed by itself.",
        {});
    return 0;
  }
  return serve(options);
}

}  // namespace octavo
