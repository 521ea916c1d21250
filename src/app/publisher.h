// SPDX-License-Identifier: GPL-3.0-or-later
//
// Keeps the site in the cell up to date: at start from the last image or a compose; then again
// when asked (SIGHUP), when the folders change, when a post appears or expires, and when a text
// of the image turns out to be damaged. The running site is replaced whole or not at all.
//
// Thread safety: one thread drives it, by pollable descriptors; damaged() from any.
// Throws: SystemError, ConfigError and TemplateError from start(); step() throws nothing for
// what is wrong with content, templates or configuration: it logs, and the old site stays.
#ifndef OCTAVO_APP_PUBLISHER_H_
#define OCTAVO_APP_PUBLISHER_H_

#include <poll.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/aside.h"
#include "app/attempt.h"
#include "app/compose_job.h"
#include "app/handle.h"
#include "app/image_store.h"
#include "app/watch.h"
#include "base/config.h"

namespace octavo {

// A publication waits no longer than this for what is prepared for it.
inline constexpr std::chrono::milliseconds kPrepare{100};

struct PublisherSetup {
  Config config;
  std::string composer;                 // path of octavo-compose
  std::string templates;                // the shipped templates
  std::string assets;                   // the shipped static files
  std::string fonts;                    // the fonts that are built in
  std::function<Config()> read_config;  // for a reload; throws ConfigError
  Clock clock = system_now;
  // Called with the new snapshot before it is published and with the one that it replaces.
  std::function<void(const Snapshot&, const Snapshot&)> prepare = [](const Snapshot&,
                                                                     const Snapshot&) {};
  std::function<void()> at_rest = [] {};  // called a moment after each publication
  // What searches are answered by, and who is told what they are to find: an image as it is
  // visible at a moment, after each publication.
  std::shared_ptr<const Searcher> searcher = std::make_shared<Searcher>("");
  std::function<void(int image_fd, Moment moment)> index = [](int, Moment) {};
  Press* press = nullptr;  // asked by readers of snapshots, where `print:` is configured
};

class Publisher {
 public:
  Publisher(PublisherSetup setup, SnapshotCell& cell);
  ~Publisher();

  // Begins the first publication. Then step() until published() or failed(). A configuration with
  // content_faults is an error, unless the last good site is to be served and there is one.
  void start();
  bool published() const noexcept { return published_; }
  bool failed() const noexcept { return failed_; }  // nothing could be published at start

  // The configuration too; never lost, whenever it comes. Returns its number: it has ended when
  // reloads_done() is no less, and then last() is how.
  std::uint64_t reload();
  std::uint64_t reloads_asked() const noexcept { return reloads_asked_; }
  std::uint64_t reloads_done() const noexcept { return reloads_done_; }

  // For whoever keeps the site.
  bool busy() const noexcept { return job_ != nullptr || wanted_; }
  const Attempt& last() const noexcept { return last_; }  // the last that has ended
  const ComposerFigures& composer() const noexcept { return figures_; }
  const Config& config() const noexcept { return setup_.config; }
  Moment published_at() const noexcept { return published_at_; }

  // What to poll for, and for how long at most (−1: for ever).
  void add_descriptors(std::vector<pollfd>& fds) const;
  int timeout_ms() const;
  void step();  // does what is due; never blocks for long

 private:
  void begin_job(bool in_memory);
  void end_job();
  void publish(std::shared_ptr<const Image> image);
  void republish();
  void arm_clock();
  void rewatch();
  bool content_is_there() const;
  void await_content();
  void look_at_clock();
  void say_faults(const std::vector<Diagnostic>& faults, const std::string& prefix);
  void begin_attempt(Attempt::Why why);
  void end_attempt(std::string failure, bool refused = false);
  void start_without_content();
  std::string reread();  // what failed, or nothing
  std::string without_content();
  void say_error(const std::string& what);
  void fail(const std::string& failure, bool refused);
  void serve_last_good(const std::string& failure, bool refused);
  bool is_fresh(const Image& last);
  std::shared_ptr<const SiteInfo> make_info() const;
  std::shared_ptr<const PressSettings> press_settings() const;

  PublisherSetup setup_;
  SnapshotCell& cell_;
  ImageStore store_;
  std::optional<Watch> watch_;
  Fd clock_fd_, alarm_fd_;
  std::shared_ptr<const Image> image_;
  std::optional<Site> ready_;  // of image_, made ahead
  std::shared_ptr<const Theme> theme_;
  std::shared_ptr<const SiteInfo> info_;
  std::unique_ptr<ComposeJob> job_;
  Attempt attempt_, last_;  // at hand or being waited for; ended
  ComposerFigures figures_;
  std::uint64_t reloads_asked_ = 0, reloads_taken_ = 0, reloads_done_ = 0;
  Moment published_at_ = kNoTime;
  Fd job_image_;
  Aside aside_;
  std::uint64_t generation_ = 0;  // of the snapshot last published
  std::size_t cached_bytes_ = 0;  // page_cache as it was for that one
  bool job_in_memory_ = false;
  bool published_ = false, failed_ = false;
  bool last_good_ = false;  // serving an image that is older than the folder
  bool away_ = false;       // the content was not there: looking for it
  bool unproven_ = false;   // the configuration, as far as the content folder has to be there
  std::int64_t clock_said_ns_ = 0;
  bool wanted_ = false, wanted_config_ = false;
  std::int64_t first_event_ms_ = 0, due_ms_ = 0, complain_ms_ = 0, look_ms_ = 0, started_ms_ = 0,
               rest_ms_ = 0;
};

}  // namespace octavo

#endif  // OCTAVO_APP_PUBLISHER_H_
