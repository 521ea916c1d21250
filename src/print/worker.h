// SPDX-License-Identifier: GPL-3.0-or-later
//
// octavo-print's one loop: clients at the socket, their jobs in a short queue, the browser that is
// there while it is needed. Nothing is waited for but in poll(2).
//
// A browser is started for the first job, replaced after so many or when its file has become
// another one, closed when idle, killed whole when it does not do what it is told. A job of a
// client that has hung up is dropped.
//
// Thread safety: REQUIRES a process with one thread, signals blocked.
// Throws: SystemError when the loop cannot go on.
#ifndef OCTAVO_PRINT_WORKER_H_
#define OCTAVO_PRINT_WORKER_H_

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "base/file.h"
#include "print/browser.h"
#include "print/find_browser.h"
#include "print/finisher.h"
#include "print/limits.h"
#include "print/page.h"
#include "print/wire.h"

namespace octavo {

class Worker {
 public:
  // `trouble`: why no browser may be started at all; empty: it may.
  Worker(WorkerSettings settings, Fd listener, std::string version, std::string trouble);
  void run();  // until SIGTERM or SIGINT

 private:
  struct Client {
    enum class Stage { greeting, listening, queued, printing, finishing, answering };
    explicit Client(Fd socket) : channel(std::move(socket)) {}
    Channel channel;
    Stage stage = Stage::greeting;
    std::int64_t deadline = 0;  // of the stage; 0: none
    std::int64_t begun = 0;
    bool gone = false;    // it has hung up
    bool second = false;  // its first browser was ended for another job's sake
    Job job;
    Fd bulk;
    std::optional<Page> page;
    std::optional<Finisher> finisher;
  };
  using Ready = std::set<int>;

  Ready wait();
  std::int64_t next_moment() const;
  void take_signals();
  void step_probe();
  void step_browser(const Ready& ready);
  void step_client(Client& client, bool readable);
  void accept_clients();
  void keep_times();
  void schedule();

  void greet(Client& client);
  void take_job(Client& client, Message message);
  void begin(Client& client);
  void take_page(Client& client);
  void answer(Client& client, Outcome outcome, Fd bulk = Fd());
  void leave_page(Client& client);
  void browser_ended();
  void end_browser(const char* why);
  unsigned at_hand() const;
  bool has_pages() const;
  bool is_idle() const;
  bool must_retire() const;

  const WorkerSettings settings_;
  const std::string version_, trouble_;
  Fd listener_, signals_;
  std::list<std::unique_ptr<Client>> clients_;  // in the order in which they came
  std::int64_t now_ = 0;
  unsigned stops_ = 0;  // signals that ask us to end

  BrowserFile file_;             // what the version was asked of
  std::string browser_version_;  // empty: it does not say
  std::optional<VersionProbe> probe_;
  std::int64_t probe_deadline_ = 0;

  std::unique_ptr<Browser> browser_;
  unsigned jobs_done_ = 0;
  bool retire_ = false, for_another_ = false;
  std::int64_t last_job_ = 0;
};

}  // namespace octavo

#endif  // OCTAVO_PRINT_WORKER_H_
