// SPDX-License-Identifier: GPL-3.0-or-later
#include "print/worker.h"

#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <vector>

#include "base/log.h"
#include "base/notify.h"
#include "base/time.h"

namespace octavo {

namespace {

const char* const kNotInstalled =
    "no browser is installed; install the package chromium-headless-shell";

// Messages taken from the browser before the others have their turn.
constexpr int kMessagesATurn = 64;

Outcome outcome_of(Outcome::Kind kind, std::string message) {
  Outcome outcome;
  outcome.kind = kind;
  outcome.message = std::move(message);
  return outcome;
}

std::string what(const Job& job) {
  return (job.product == Product::card ? "the card of " : "the PDF of ") + job.address;
}

}  // namespace

Worker::Worker(WorkerSettings settings, Fd listener, std::string version, std::string trouble)
    : settings_(std::move(settings)),
      version_(std::move(version)),
      trouble_(std::move(trouble)),
      listener_(std::move(listener)) {
  sigset_t all;
  ::sigemptyset(&all);
  for (const int number : {SIGTERM, SIGINT}) ::sigaddset(&all, number);
  signals_ = Fd(::signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals_) throw SystemError("cannot take signals", errno);
  // What a killed keeper leaves behind becomes ours to wait for.
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
}

void Worker::run() {
  now_ = monotonic_ms();
  if (trouble_.empty()) step_probe();
  notify("READY=1");
  for (;;) {
    const Ready ready = wait();
    now_ = monotonic_ms();
    if (ready.contains(signals_.number())) take_signals();
    if (probe_ && (ready.contains(probe_->fd()) || now_ >= probe_deadline_)) step_probe();
    if (browser_) step_browser(ready);
    for (const auto& client : clients_) {
      try {
        step_client(*client, ready.contains(client->channel.fd()));
      } catch (const WireError& error) {
        log_warning(std::string("a client was sent away: ") + error.what());
        client->gone = true;
      } catch (const SystemError& error) {
        log_warning(std::string("a client was lost: ") + error.what());
        client->gone = true;
      }
    }
    if (listener_ && ready.contains(listener_.number())) accept_clients();
    keep_times();
    schedule();
    std::erase_if(clients_, [](const auto& client) { return client->gone && !client->page; });
    if (stops_ > 1 || (stops_ == 1 && clients_.empty())) return;
  }
}

Worker::Ready Worker::wait() {
  std::vector<pollfd> fds;
  const auto add = [&](int fd, int events) {
    if (fd >= 0) fds.push_back({fd, static_cast<short>(events), 0});
  };
  add(signals_.number(), POLLIN);
  if (clients_.size() < kMaxClients) add(listener_.number(), POLLIN);
  if (probe_) add(probe_->fd(), POLLIN);
  if (browser_ && browser_->state() != Browser::State::ended) {
    add(browser_->keeper_fd(), POLLIN);
    add(browser_->words_fd(), POLLIN);
    if (browser_->state() != Browser::State::killed) {
      add(browser_->cdp().message_fd(), POLLIN);
      if (browser_->cdp().unsent() != 0) add(browser_->cdp().command_fd(), POLLOUT);
    }
  }
  for (const auto& client : clients_) {
    if (!client->gone) add(client->channel.fd(), POLLIN | (client->channel.unsent() ? POLLOUT : 0));
    if (client->finisher) add(client->finisher->fd(), POLLIN);
  }
  const std::int64_t left = next_moment() - monotonic_ms();
  const int timeout = static_cast<int>(std::clamp<std::int64_t>(left, 0, 60'000));
  if (::poll(fds.data(), fds.size(), timeout) < 0 && errno != EINTR) {
    throw SystemError("cannot poll", errno);
  }
  Ready ready;
  for (const pollfd& one : fds) {
    if (one.revents != 0) ready.insert(one.fd);
  }
  return ready;
}

std::int64_t Worker::next_moment() const {
  std::int64_t next = now_ + 60'000;
  if (probe_) next = std::min(next, probe_deadline_);
  if (browser_) {
    next = std::min(next, browser_->next_deadline().value_or(next));
    if (is_idle()) next = std::min(next, last_job_ + settings_.idle_ms);
  }
  for (const auto& client : clients_) {
    if (client->deadline != 0) next = std::min(next, client->deadline);
  }
  return next;
}

void Worker::take_signals() {
  signalfd_siginfo taken;
  while (::read(signals_.number(), &taken, sizeof taken) > 0) ++stops_;
  if (stops_ == 0 || !listener_) return;
  notify("STOPPING=1");
  listener_.reset();
  // What is begun is ended, which takes the deadline of a job at most.
  for (const auto& client : clients_) {
    if (client->stage == Client::Stage::queued) {
      answer(*client, outcome_of(Outcome::Kind::busy, "the worker is being stopped"));
    } else if (client->stage < Client::Stage::queued) {
      client->gone = true;
    }
  }
}

void Worker::step_probe() {
  if (!probe_) {
    const BrowserFile file = find_browser(settings_.browser);
    if (file == file_) return;
    file_ = file;
    browser_version_.clear();
    if (file.path.empty()) return;
    probe_.emplace(file);
    probe_deadline_ = now_ + kStartMs;
  } else {
    const auto version = probe_->step();
    if (!version && now_ < probe_deadline_) return;
    browser_version_ = version.value_or(std::string());
    probe_.reset();
  }
  if (probe_) return;
  for (const auto& client : clients_) {
    if (client->stage == Client::Stage::greeting) greet(*client);
  }
}

void Worker::greet(Client& client) {
  Hello hello;
  hello.worker = version_;
  if (!trouble_.empty()) {
    hello.trouble = trouble_;
  } else if (file_.path.empty()) {
    hello.trouble = settings_.browser.empty()
                        ? kNotInstalled
                        : settings_.browser + " is not there, or cannot be executed";
  } else if (browser_version_.empty()) {
    hello.trouble = file_.path + " does not say its version; is it a Chromium that can run here?";
  } else {
    hello.browser = browser_version_;
  }
  client.channel.send(to_message(hello));
  client.stage = Client::Stage::listening;
  client.deadline = now_ + kQuietMs;
}

void Worker::accept_clients() {
  while (clients_.size() < kMaxClients) {
    Fd socket(::accept4(listener_.number(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      if (errno != EAGAIN) log_error("cannot accept a client: " + errno_text(errno));
      return;
    }
    clients_.push_back(std::make_unique<Client>(std::move(socket)));
    if (trouble_.empty() && !probe_) step_probe();
    if (!probe_ && clients_.back()->stage == Client::Stage::greeting) greet(*clients_.back());
  }
}

void Worker::step_client(Client& client, bool readable) {
  if (client.gone) return;
  if (readable) {
    bool ended = false;
    while (auto message = client.channel.receive(ended)) {
      if (client.stage != Client::Stage::listening) {
        throw WireError("it says more than one job");
      }
      take_job(client, std::move(*message));
    }
    if (ended) client.gone = true;
  }
  if (client.page) {
    client.page->feed();
    if (client.page->result()) take_page(client);
  }
  if (client.finisher) {
    if (auto file = client.finisher->step()) {
      client.finisher.reset();
      // Another browser may find what this one does not.
      if (file->outcome.kind == Outcome::Kind::no_browser) retire_ = true;
      answer(client, std::move(file->outcome), std::move(file->bulk));
    }
  }
  if (client.channel.unsent()) client.channel.step();
  if (client.stage == Client::Stage::answering && !client.channel.unsent()) client.gone = true;
}

void Worker::take_job(Client& client, Message message) {
  try {
    client.job = to_job(message);
  } catch (const WireError& error) {
    return answer(client, outcome_of(Outcome::Kind::refused, error.what()));
  }
  client.bulk = std::move(message.bulk);
  if (!trouble_.empty()) {
    return answer(client, outcome_of(Outcome::Kind::no_browser, trouble_));
  }
  const auto waiting = std::count_if(clients_.begin(), clients_.end(), [](const auto& other) {
    return other->stage == Client::Stage::queued;
  });
  if (static_cast<std::size_t>(waiting) >= kMaxQueue) {
    return answer(client, outcome_of(Outcome::Kind::busy, "too many jobs at hand"));
  }
  client.stage = Client::Stage::queued;
  client.deadline = 0;
}

unsigned Worker::at_hand() const {
  return static_cast<unsigned>(
      std::count_if(clients_.begin(), clients_.end(), [](const auto& client) {
        return client->page || client->stage == Client::Stage::finishing;
      }));
}

bool Worker::has_pages() const {
  return std::any_of(clients_.begin(), clients_.end(),
                     [](const auto& client) { return client->page.has_value(); });
}

bool Worker::is_idle() const {
  return browser_->state() == Browser::State::ready &&
         std::none_of(clients_.begin(), clients_.end(), [](const auto& client) {
           return client->page || client->stage == Client::Stage::queued;
         });
}

bool Worker::must_retire() const {
  return retire_ || jobs_done_ >= settings_.jobs ||
         browser_->file() != find_browser(settings_.browser);
}

void Worker::schedule() {
  for (const auto& client : clients_) {
    if (client->stage != Client::Stage::queued || client->gone) continue;
    if (at_hand() >= settings_.at_once) break;
    if (browser_ && browser_->state() == Browser::State::ready && must_retire()) {
      if (!has_pages()) end_browser(nullptr);
      break;
    }
    if (!browser_) {
      const BrowserFile file = find_browser(settings_.browser);
      if (file.path.empty()) {
        answer(*client,
               outcome_of(Outcome::Kind::no_browser, settings_.browser.empty()
                                                         ? kNotInstalled
                                                         : settings_.browser + " is not there"));
        continue;
      }
      browser_ = std::make_unique<Browser>(file, settings_, now_);
      jobs_done_ = 0;
      last_job_ = now_;
      retire_ = for_another_ = false;
    }
    if (browser_->state() != Browser::State::ready) break;
    begin(*client);
  }
  if (browser_ && browser_->state() != Browser::State::killed &&
      browser_->state() != Browser::State::ended) {
    browser_->cdp().flush();
  }
}

void Worker::begin(Client& client) {
  ++jobs_done_;
  last_job_ = client.begun = now_;
  client.deadline = now_ + settings_.deadline_ms;
  client.stage = Client::Stage::printing;
  client.page.emplace(browser_->cdp(), client.job, client.bulk);
}

// Closes the page at the browser. One that has no context yet stays until it has one.
void Worker::leave_page(Client& client) {
  if (!client.page || client.page->context().empty()) return;
  browser_->close_page(client.page->context(), now_);
  client.page.reset();
}

void Worker::take_page(Client& client) {
  PageResult result = std::move(*client.page->result());
  if (client.page->refused() != 0) {
    log_notice(what(client.job) + ": " + std::to_string(client.page->refused()) +
               " requests for what is not part of it were refused");
  }
  leave_page(client);
  client.page.reset();
  last_job_ = now_;
  if (result.kind != Outcome::Kind::done) {
    return answer(client, outcome_of(result.kind, std::move(result.message)));
  }
  client.stage = Client::Stage::finishing;
  client.finisher.emplace(result.bytes, client.job, client.bulk, "Octavo " + version_,
                          settings_.memory);
}

void Worker::answer(Client& client, Outcome outcome, Fd bulk) {
  if (client.begun != 0) outcome.took_ms = static_cast<unsigned>(now_ - client.begun);
  const std::string job = what(client.job);
  if (outcome.kind == Outcome::Kind::done) {
    log_info(job + ": " + std::to_string(outcome.pages) + " pages, " +
             std::to_string((outcome.size + 1023) >> 10) + " KiB, " +
             std::to_string(outcome.took_ms) + " ms");
  } else if (outcome.kind != Outcome::Kind::busy) {
    log_warning(job + " was not made: " + outcome.message);
  }
  client.channel.send(to_message(outcome, std::move(bulk)));
  client.stage = Client::Stage::answering;
  client.deadline = now_ + kAnswerMs;
  client.bulk.reset();
  client.finisher.reset();
}

void Worker::step_browser(const Ready& ready) {
  if (ready.contains(browser_->words_fd())) browser_->read_words();
  if (ready.contains(browser_->cdp().message_fd()) && browser_->state() != Browser::State::killed) {
    try {
      bool ended = false;
      for (int turn = 0; turn < kMessagesATurn && !ended; ++turn) {
        auto message = browser_->cdp().receive(ended);
        if (!message) break;
        if (browser_->take(*message)) continue;
        const bool taken = std::any_of(clients_.begin(), clients_.end(), [&](const auto& client) {
          return client->page && client->page->take(*message);
        });
        if (!taken && message->method == "Fetch.requestPaused") browser_->refuse(*message);
      }
      if (ended) browser_->kill();
    } catch (const CdpError& error) {
      end_browser(error.what());
    }
  }
  if (ready.contains(browser_->keeper_fd()) && browser_->reap()) browser_ended();
}

void Worker::end_browser(const char* why) {
  if (why != nullptr) log_warning(std::string("the browser is ended: ") + why);
  browser_->kill();
}

// Nothing of it is left.
void Worker::browser_ended() {
  const bool never_ready = browser_->version().empty();
  std::string why = browser_->last_words();
  if (!why.empty()) why = ": " + why;
  for (const auto& client : clients_) {
    if (client->page) {
      // A browser that had died before it heard of the page is not the page's doing either.
      const bool unheard = client->page->context().empty();
      client->page.reset();
      if (client->gone || client->stage != Client::Stage::printing) continue;
      if ((for_another_ || unheard) && !client->second) {
        client->second = true;
        client->stage = Client::Stage::queued;
        client->deadline = 0;
      } else {
        answer(*client, outcome_of(Outcome::Kind::failed, "the browser ended" + why));
      }
    } else if (never_ready && client->stage == Client::Stage::queued) {
      answer(*client, outcome_of(Outcome::Kind::no_browser, "the browser does not start" + why));
    }
  }
  browser_.reset();
  ::malloc_trim(0);
}

void Worker::keep_times() {
  for (const auto& client : clients_) {
    if (client->gone) leave_page(*client);
    if (client->deadline == 0 || now_ < client->deadline || client->gone) continue;
    const std::string limit = std::to_string(settings_.deadline_ms / 1000) + " s";
    if (client->stage == Client::Stage::printing) {
      // Its process may be beyond being told: no more jobs for this browser.
      retire_ = true;
      if (client->page->context().empty()) {
        end_browser("it does not answer");
        client->deadline = 0;  // told when it has ended
        continue;
      }
      leave_page(*client);
      answer(*client, outcome_of(Outcome::Kind::refused, "the page did not end within " + limit));
    } else if (client->stage == Client::Stage::finishing) {
      answer(*client, outcome_of(Outcome::Kind::refused, "the PDF did not end within " + limit));
    } else {
      client->gone = true;
    }
  }
  if (!browser_) return;
  if (browser_->is_late(now_)) {
    for_another_ = browser_->state() == Browser::State::ready;
    end_browser("it does not do what it is told");
  }
  if (retire_ && browser_->state() == Browser::State::ready && !has_pages()) end_browser(nullptr);
  if (is_idle() && now_ - last_job_ >= settings_.idle_ms) browser_->close(now_);
}

}  // namespace octavo
