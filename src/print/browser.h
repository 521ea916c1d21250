// SPDX-License-Identifier: GPL-3.0-or-later
//
// One running browser: started, asked who it is, given pages, closed. It answers every request of
// every page with a refusal unless a page's own job answers it.
//
// Thread safety: a Browser has one owner; see print/keeper.h.
// Throws: SystemError, CdpError.
#ifndef OCTAVO_PRINT_BROWSER_H_
#define OCTAVO_PRINT_BROWSER_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "print/cdp.h"
#include "print/find_browser.h"
#include "print/keeper.h"
#include "print/limits.h"

namespace octavo {

class Browser {
 public:
  Browser(const BrowserFile& file, const WorkerSettings& settings, std::int64_t now);
  Browser(const Browser&) = delete;
  ~Browser();  // kills it and waits until nothing of it is left

  enum class State {
    starting,
    ready,
    closing,  // asked to end by itself
    killed,   // the leash is let go
    ended,    // nothing of it is left
  };
  State state() const noexcept { return state_; }
  const BrowserFile& file() const noexcept { return file_; }
  const std::string& version() const noexcept { return version_; }
  Cdp& cdp() noexcept { return cdp_; }
  int words_fd() const noexcept { return kept_.words.number(); }
  int keeper_fd() const noexcept { return kept_.keeper.pidfd(); }
  // What it last printed that explains an end: one line, may be empty.
  std::string last_words() const;

  // Takes what it says that concerns no page; whether that was so.
  bool take(const CdpMessage& message);
  void refuse(const CdpMessage& message);  // a request that nobody answers
  void read_words();
  // Whether it kept its times: to start, to close a page or itself.
  bool is_late(std::int64_t now) const;
  std::optional<std::int64_t> next_deadline() const;

  void close_page(const std::string& context, std::int64_t now);
  void close(std::int64_t now);
  void kill();
  bool reap();  // whether the keeper has ended, and with it all

 private:
  BrowserFile file_;
  KeptBrowser kept_;
  Cdp cdp_;
  State state_ = State::starting;
  std::string version_, words_;
  std::uint64_t version_reply_ = 0, intercept_reply_ = 0, discover_reply_ = 0;
  std::int64_t deadline_ = 0;                     // of starting or closing
  std::map<std::uint64_t, std::int64_t> closes_;  // pages being closed, with their deadlines
};

}  // namespace octavo

#endif  // OCTAVO_PRINT_BROWSER_H_
