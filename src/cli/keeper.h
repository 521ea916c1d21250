// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the daemon's keepers see of it and may ask of it: the service manager (ready, reloading,
// status, watchdog, stopping), the control socket, the figures for Prometheus. None of it is ever
// waited for, and what cannot be had (a folder that may not be written to, a port that is taken) is
// said and done without: readers come first.
//
// Thread safety: one thread drives it, the main one, by pollable descriptors.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_CLI_KEEPER_H_
#define OCTAVO_CLI_KEEPER_H_

#include <poll.h>

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/control.h"
#include "app/indexer.h"
#include "app/publisher.h"
#include "app/standing.h"
#include "base/config.h"
#include "base/socket_file.h"
#include "fcgi/server.h"
#include "search/searcher.h"

namespace octavo {

struct KeeperSetup {
  Publisher& publisher;
  const Indexer& indexer;
  SnapshotCell& cell;
  const Searcher& searcher;
  const Tallies& tallies;
  std::string listen;  // where readers come in
  std::string zone;    // that use_zone() was given
  std::function<std::optional<PressFigures>()> press = [] { return std::nullopt; };
};

class Keeper {
 public:
  explicit Keeper(KeeperSetup setup);
  ~Keeper();

  // Readers are answered from now on, by so many threads; until ends().
  void serves(Server& server, unsigned threads);
  void ends();

  void add_descriptors(std::vector<pollfd>& fds) const;
  int timeout_ms() const;  // −1: for ever
  void step();

  Standing standing() const;

 private:
  void open_control();
  void open_metrics();
  void tell_manager();
  void call_roll();

  const KeeperSetup setup_;
  const Moment started_;
  const std::int64_t started_ms_;
  Server* server_ = nullptr;
  unsigned threads_ = 0;

  std::optional<SocketFile> control_file_, metrics_file_;
  Fd metrics_port_;
  std::unique_ptr<Control> control_;
  std::unique_ptr<Talks> metrics_;
  std::string control_at_, metrics_at_, control_trouble_, metrics_trouble_;

  const bool managed_;  // there is a service manager to tell
  const std::optional<std::chrono::microseconds> watchdog_;
  bool reloading_ = false;
  std::string told_;  // the status that it knows
  std::int64_t extend_ms_ = 0;
  std::int64_t roll_ms_ = 0;  // when it is called next; 0: never
  bool threads_answer_ = true, complained_ = false;
};

// Has times written in the site's zone. REQUIRES: no other thread is running.
void use_zone(const std::string& zone);

}  // namespace octavo

#endif  // OCTAVO_CLI_KEEPER_H_
