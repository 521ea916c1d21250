// SPDX-License-Identifier: GPL-3.0-or-later
#include "print/page.h"

#include <utility>

#include "print/limits.h"

namespace octavo {

namespace {

// An address without its fragment and with its escapes undone: the browser escapes otherwise than
// others do, and both mean the same part.
std::string plain(std::string_view address) {
  address = address.substr(0, address.find('#'));
  const auto digit = [](char c) {
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
  };
  std::string text;
  for (std::size_t at = 0; at < address.size(); ++at) {
    if (address[at] == '%' && at + 2 < address.size() && digit(address[at + 1]) >= 0 &&
        digit(address[at + 2]) >= 0) {
      text += static_cast<char>(digit(address[at + 1]) * 16 + digit(address[at + 2]));
      at += 2;
    } else {
      text += address[at];
    }
  }
  return text;
}

// "https://host:port"
std::string_view origin(std::string_view address) {
  const std::size_t host = address.find("//") + 2;
  return address.substr(0, address.find_first_of("/?#", host));
}

// It stands in a header field, and what a job names is not believed.
bool fits_policy(std::string_view text) {
  return text.find_first_of(";,'\" ") == std::string_view::npos;
}

}  // namespace

Page::Page(Cdp& cdp, const Job& job, const Fd& bulk) : cdp_(cdp), job_(job), bulk_(bulk) {
  for (const JobPart& part : job.parts) {
    parts_.emplace(part.address, &part);
    parts_.emplace(plain(part.address), &part);
  }
  awaited_ = {cdp_.create_context()};
}

const JobPart* Page::find(const std::string& url) const {
  auto at = parts_.find(url);
  if (at == parts_.end()) at = parts_.find(plain(url));
  return at == parts_.end() ? nullptr : at->second;
}

std::string Page::policy() const {
  std::set<std::string, std::less<>> origins;
  for (const JobPart& part : job_.parts) {
    if (fits_policy(origin(part.address))) origins.emplace(origin(part.address));
  }
  std::string list;
  for (const std::string& one : origins) list += " " + one;
  // Not one word that allows a script, a frame, a form, a plug-in or a way elsewhere.
  return "default-src 'none'; img-src data:" + list + "; font-src data:" + list +
         "; style-src 'unsafe-inline'; base-uri 'self'; form-action 'none'; sandbox";
}

void Page::end(Outcome::Kind kind, std::string message) {
  step_ = Step::over;
  asked_.clear();
  if (!result_) result_ = PageResult{kind, std::move(message), {}};
}

bool Page::take(CdpMessage& message) {
  if (message.reply_to != 0) {
    if (awaited_.erase(message.reply_to) == 0) return false;
    if (step_ != Step::over) reply(message);
    return true;
  }
  if (target_.empty()) return false;
  if (message.method == "Fetch.requestPaused") {
    if (message.frame != target_ || step_ == Step::over) return false;
    answer(message);
    return true;
  }
  if (message.method == "Target.targetCrashed" && message.target == target_) {
    // Killed from outside it is not the page's fault.
    if (message.status == "killed") {
      end(Outcome::Kind::failed, "the browser's process for the page was killed");
    } else {
      end(Outcome::Kind::refused,
          "the page ended the browser's process for it; most likely it needs more memory than a "
          "job "
          "may have");
    }
    return true;
  }
  if (message.session != session_ || session_.empty()) return false;
  if (message.method == "Page.loadEventFired" && step_ == Step::loading && document_given_) {
    loaded_ = true;
    if (navigated_) produce();
  }
  return true;
}

// Each step waits for all replies of the one before: a page that is loaded while "no scripts" is
// still under way runs some.
void Page::reply(CdpMessage& message) {
  if (!message.error.empty()) {
    if (step_ != Step::product || !print_error_.empty()) {
      return end(Outcome::Kind::failed, "the browser cannot open the page: " + message.error);
    }
    // Its process may have died of it, which is told later: ask the page, if it is still there.
    print_error_ = message.error;
    awaited_ = {cdp_.enable_page(session_)};
    return;
  }
  switch (step_) {
    case Step::context:
      context_ = message.context;
      step_ = Step::target;
      awaited_ = {cdp_.create_target(context_)};
      break;
    case Step::target:
      target_ = message.target;
      step_ = Step::session;
      awaited_ = {cdp_.attach(target_)};
      break;
    case Step::session:
      session_ = message.new_session;
      step_ = Step::settings;
      awaited_ = {cdp_.enable_page(session_), cdp_.enable_inspector(session_),
                  cdp_.disable_scripts(session_)};
      if (job_.product == Product::card) {
        awaited_.insert(cdp_.set_size(session_, kCardWidth, kCardHeight));
      }
      break;
    case Step::settings:
      if (!awaited_.empty()) break;
      step_ = Step::loading;
      awaited_ = {cdp_.navigate(session_, job_.address)};
      break;
    case Step::loading:
      if (!message.error_text.empty()) {
        return end(Outcome::Kind::failed,
                   "the browser cannot show the page: " + message.error_text);
      }
      navigated_ = true;
      if (loaded_) produce();
      break;
    case Step::product:
      if (!print_error_.empty()) {
        return end(Outcome::Kind::refused, "the browser cannot print the page (" + print_error_ +
                                               "); most likely an image is too large");
      }
      end(Outcome::Kind::done, {});
      result_->bytes = std::move(message.data);
      break;
    case Step::over:
      break;
  }
}

void Page::produce() {
  step_ = Step::product;
  if (job_.product == Product::card) {
    awaited_ = {cdp_.capture(session_, kCardWidth, kCardHeight)};
    return;
  }
  // In inches. One page more than allowed tells whether there are too many.
  constexpr double kInch = 25.4;
  const bool letter = job_.paper == Paper::letter;
  awaited_ = {
      cdp_.print(session_, letter ? 8.5 : 210 / kInch, letter ? 11 : 297 / kInch, kMaxPages + 1)};
}

void Page::answer(const CdpMessage& request) {
  const bool get = request.http_method == "GET";
  if (get && request.resource == "Document" && !document_given_ &&
      plain(request.url) == plain(job_.address)) {
    document_given_ = true;
    asked_.push_back({request.request, nullptr});
    return;
  }
  const bool shown = request.resource == "Image" || request.resource == "Font";
  const JobPart* part = get && shown ? find(request.url) : nullptr;
  if (part == nullptr) {
    ++refused_;
    cdp_.fail(request.request);
    return;
  }
  asked_.push_back({request.request, part});
}

void Page::feed() {
  while (!asked_.empty() && cdp_.unsent() < kMaxPipe) {
    const Asked asked = std::move(asked_.front());
    asked_.pop_front();
    CdpAnswer answer;
    if (asked.part == nullptr) {
      answer.type = "text/html; charset=utf-8";
      answer.policy = policy();
      answer.body = read_bulk(bulk_, 0, job_.html_size);
    } else {
      answer.type = asked.part->type;
      answer.body = read_bulk(bulk_, asked.part->offset, asked.part->size);
    }
    cdp_.fulfill(asked.request, std::move(answer));
  }
}

}  // namespace octavo
