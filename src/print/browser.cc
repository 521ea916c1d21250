// SPDX-License-Identifier: GPL-3.0-or-later
#include "print/browser.h"

#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "base/text.h"

namespace octavo {

namespace {

constexpr std::size_t kMaxWords = 8192;

BrowserOrder order_for(const BrowserFile& file, const WorkerSettings& settings) {
  BrowserOrder order;
  order.path = file.path;
  order.arguments = {
      "--remote-debugging-pipe",
      // It must not want what a press does not need: a display, a sound, a word from its makers.
      "--disable-gpu",
      "--disable-software-rasterizer",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      "--disable-breakpad",
      "--disable-crash-reporter",
      "--disable-extensions",
      "--disable-default-apps",
      "--disable-quic",
      "--no-first-run",
      "--no-default-browser-check",
      "--no-pings",
      "--mute-audio",
      "--hide-scrollbars",
      // Pages run no scripts; without a compiler for them its memory needs not be executable.
      "--js-flags=--jitless",
      // Nothing resolves, no page opens another, none is fetched ahead.
      "--host-resolver-rules=MAP * ~NOTFOUND",
      "--block-new-web-contents",
      "--dns-prefetch-disable",
      // The same bytes on every machine.
      "--font-render-hinting=none",
      "--force-color-profile=srgb",
      "--lang=en-US",
  };
  if (!file.is_shell) order.arguments.push_back("--headless");
  order.memory = settings.memory;
  order.cpu_seconds = kCpuSeconds;
  order.file_size = kMaxFile;
  order.profile = !file.is_shell;
  return order;
}

Cdp take_pipes(KeptBrowser& kept) {
  return {std::move(kept.commands), std::move(kept.messages)};
}

}  // namespace

Browser::Browser(const BrowserFile& file, const WorkerSettings& settings, std::int64_t now)
    : file_(file), kept_(start_browser(order_for(file, settings))), cdp_(take_pipes(kept_)) {
  version_reply_ = cdp_.version();
  intercept_reply_ = cdp_.intercept_all();
  discover_reply_ = cdp_.discover_targets();
  deadline_ = now + kStartMs;
}

Browser::~Browser() {
  kept_.leash.reset();
  try {
    if (kept_.keeper) kept_.keeper.wait(true);
  } catch (const SystemError&) {
    // Somebody else waited for it; then it has ended.
  }
}

std::string Browser::last_words() const {
  std::string last;
  for (const std::string_view line : split(words_, '\n')) {
    // Its own words begin with "[pid:time:ERROR:file(line)] "; most of them mean nothing.
    std::string_view text = trim(line);
    const bool fatal = text.find(":FATAL:") != std::string_view::npos;
    const std::size_t end = text.find("] ");
    if (text.starts_with('[') && end != std::string_view::npos) {
      if (!fatal) continue;
      text.remove_prefix(end + 2);
    }
    if (text.empty() || text.starts_with('#') || text.find(" <unknown>") != std::string_view::npos)
      continue;
    last = shorten(text.substr(0, 1000), 200);
    if (fatal || text.starts_with("cannot start")) break;
  }
  return last;
}

bool Browser::take(const CdpMessage& message) {
  if (message.reply_to == 0) return false;
  if (closes_.erase(message.reply_to) != 0) return true;
  std::uint64_t* awaited = message.reply_to == version_reply_     ? &version_reply_
                           : message.reply_to == intercept_reply_ ? &intercept_reply_
                           : message.reply_to == discover_reply_  ? &discover_reply_
                                                                  : nullptr;
  if (awaited == nullptr) return false;
  if (!message.error.empty()) throw CdpError("the browser refuses to be driven: " + message.error);
  if (awaited == &version_reply_) version_ = chrome_version(message.product);
  *awaited = 0;
  if (version_reply_ == 0 && intercept_reply_ == 0 && discover_reply_ == 0 &&
      state_ == State::starting) {
    state_ = State::ready;
    deadline_ = 0;
  }
  return true;
}

void Browser::refuse(const CdpMessage& message) {
  cdp_.fail(message.request);
}

void Browser::read_words() {
  char buffer[4096];
  for (;;) {
    const ssize_t count = ::read(words_fd(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count == 0) kept_.words.reset();
    if (count <= 0) return;
    words_.append(buffer, static_cast<std::size_t>(count));
    if (words_.size() > kMaxWords) words_.erase(0, words_.size() - kMaxWords);
  }
}

bool Browser::is_late(std::int64_t now) const {
  const auto next = next_deadline();
  return next && *next <= now;
}

std::optional<std::int64_t> Browser::next_deadline() const {
  if (state_ == State::killed || state_ == State::ended) return std::nullopt;
  std::optional<std::int64_t> next;
  if (deadline_ != 0) next = deadline_;
  for (const auto& [reply, deadline] : closes_) next = std::min(next.value_or(deadline), deadline);
  return next;
}

void Browser::close_page(const std::string& context, std::int64_t now) {
  if (state_ == State::ready) closes_[cdp_.dispose_context(context)] = now + kCloseMs;
}

void Browser::close(std::int64_t now) {
  if (state_ != State::ready) return kill();
  cdp_.close_browser();
  cdp_.flush();
  state_ = State::closing;
  closes_.clear();
  deadline_ = now + kCloseMs;
}

void Browser::kill() {
  kept_.leash.reset();
  if (state_ != State::ended) state_ = State::killed;
}

bool Browser::reap() {
  if (state_ == State::ended) return true;
  const auto status = kept_.keeper.wait(false);
  if (!status) return false;
  // A keeper that was killed left its work to us.
  if (WIFSIGNALED(*status)) sweep(kept_.group);
  if (words_fd() >= 0) read_words();
  state_ = State::ended;
  return true;
}

}  // namespace octavo
