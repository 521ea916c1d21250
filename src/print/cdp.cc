// SPDX-License-Identifier: GPL-3.0-or-later
#include "print/cdp.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <nlohmann/json.hpp>

#include "print/base64.h"
#include "print/limits.h"

namespace octavo {

namespace {

using nlohmann::json;

// A finished file in base64, and what is around it.
constexpr std::size_t kMaxCdpMessage = kMaxOutcomeBytes / 3 * 4 + (1u << 20);
constexpr std::size_t kChunk = 256u << 10;

void prepare(const Fd& pipe) {
  const int flags = ::fcntl(pipe.number(), F_GETFL);
  if (flags < 0 || ::fcntl(pipe.number(), F_SETFL, flags | O_NONBLOCK) != 0) {
    throw SystemError("cannot make a pipe non-blocking", errno);
  }
  ::fcntl(pipe.number(), F_SETPIPE_SZ, 1 << 20);  // fewer turns for images; less does, too
}

std::string text(const json& object, const char* name) {
  const auto at = object.find(name);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string();
}

CdpMessage parse(std::string_view bytes) {
  json whole = json::parse(bytes, nullptr, false);
  if (!whole.is_object()) throw CdpError("the browser says what is no JSON object");
  CdpMessage message;
  const auto id = whole.find("id");
  if (id != whole.end() && id->is_number_unsigned()) message.reply_to = id->get<std::uint64_t>();
  message.method = text(whole, "method");
  message.session = text(whole, "sessionId");
  const auto error = whole.find("error");
  if (error != whole.end()) {
    if (error->is_object()) message.error = text(*error, "message");
    if (message.error.empty()) message.error = "no reason given";
    return message;
  }
  const auto body = whole.find(message.reply_to != 0 ? "result" : "params");
  if (body == whole.end() || !body->is_object()) return message;
  message.context = text(*body, "browserContextId");
  message.target = text(*body, "targetId");
  message.new_session = text(*body, "sessionId");
  message.frame = text(*body, "frameId");
  message.request = text(*body, "requestId");
  message.resource = text(*body, "resourceType");
  message.status = text(*body, "status");
  message.product = text(*body, "product");
  message.error_text = text(*body, "errorText");
  const auto request = body->find("request");
  if (request != body->end() && request->is_object()) {
    message.url = text(*request, "url");
    message.http_method = text(*request, "method");
  }
  const auto data = body->find("data");
  if (data != body->end() && data->is_string()) {
    auto decoded = from_base64(data->get_ref<const std::string&>());
    if (!decoded) throw CdpError("the browser sends bytes that are no base64");
    message.data = std::move(*decoded);
  }
  return message;
}

// Appends {"id": …, "method": …, "params": …} and the NUL; returns the number.
std::uint64_t append(std::string& out, std::uint64_t& last, const char* method, json params,
                     const std::string& session = {}) {
  json command = {{"id", ++last}, {"method", method}, {"params", std::move(params)}};
  if (!session.empty()) command["sessionId"] = session;
  out += command.dump(-1, ' ', false, json::error_handler_t::replace);
  out += '\0';
  return last;
}

}  // namespace

Cdp::Cdp(Fd commands, Fd messages)
    : commands_(std::move(commands)), messages_(std::move(messages)) {
  prepare(commands_);
  prepare(messages_);
}

void Cdp::flush() {
  while (sent_ < out_.size()) {
    const ssize_t count = ::write(command_fd(), out_.data() + sent_, out_.size() - sent_);
    if (count < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) return;
      if (errno != EPIPE) throw SystemError("cannot write to the browser", errno);
      break;  // receive() tells
    }
    sent_ += static_cast<std::size_t>(count);
  }
  out_ = {};
  sent_ = 0;
}

std::optional<CdpMessage> Cdp::receive(bool& ended) {
  for (;;) {
    const std::size_t end = in_.find('\0', searched_);
    if (end != std::string::npos) {
      CdpMessage message = parse(std::string_view(in_).substr(0, end));
      in_.erase(0, end + 1);
      searched_ = 0;
      if (in_.empty()) in_.shrink_to_fit();
      return message;
    }
    searched_ = in_.size();
    if (in_.size() > kMaxCdpMessage) throw CdpError("the browser says more than fits a file");
    in_.resize(searched_ + kChunk);
    const ssize_t count = ::read(message_fd(), in_.data() + searched_, kChunk);
    const int read_error = errno;
    in_.resize(searched_ + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count > 0) continue;
    if (count < 0 && read_error == EINTR) continue;
    if (count < 0 && read_error == EAGAIN) return std::nullopt;
    if (count < 0) throw SystemError("cannot read from the browser", read_error);
    ended = true;
    return std::nullopt;
  }
}

std::uint64_t Cdp::version() {
  return append(out_, last_, "Browser.getVersion", json::object());
}

std::uint64_t Cdp::intercept_all() {
  const json all = {{"urlPattern", "*"}};
  return append(out_, last_, "Fetch.enable", {{"patterns", json::array({all})}});
}

std::uint64_t Cdp::discover_targets() {
  return append(out_, last_, "Target.setDiscoverTargets", {{"discover", true}});
}

std::uint64_t Cdp::close_browser() {
  return append(out_, last_, "Browser.close", json::object());
}

std::uint64_t Cdp::create_context() {
  return append(out_, last_, "Target.createBrowserContext", {{"disposeOnDetach", true}});
}

std::uint64_t Cdp::dispose_context(const std::string& context) {
  return append(out_, last_, "Target.disposeBrowserContext", {{"browserContextId", context}});
}

std::uint64_t Cdp::create_target(const std::string& context) {
  return append(out_, last_, "Target.createTarget",
                {{"url", "about:blank"}, {"browserContextId", context}});
}

std::uint64_t Cdp::attach(const std::string& target) {
  return append(out_, last_, "Target.attachToTarget", {{"targetId", target}, {"flatten", true}});
}

std::uint64_t Cdp::enable_page(const std::string& session) {
  return append(out_, last_, "Page.enable", json::object(), session);
}

std::uint64_t Cdp::enable_inspector(const std::string& session) {
  return append(out_, last_, "Inspector.enable", json::object(), session);
}

std::uint64_t Cdp::disable_scripts(const std::string& session) {
  return append(out_, last_, "Emulation.setScriptExecutionDisabled", {{"value", true}}, session);
}

std::uint64_t Cdp::set_size(const std::string& session, unsigned width, unsigned height) {
  return append(out_, last_, "Emulation.setDeviceMetricsOverride",
                {{"width", width}, {"height", height}, {"deviceScaleFactor", 1}, {"mobile", false}},
                session);
}

std::uint64_t Cdp::navigate(const std::string& session, const std::string& url) {
  return append(out_, last_, "Page.navigate", {{"url", url}}, session);
}

std::uint64_t Cdp::print(const std::string& session, double width, double height, unsigned pages) {
  return append(out_, last_, "Page.printToPDF",
                {{"paperWidth", width},
                 {"paperHeight", height},
                 {"preferCSSPageSize", true},
                 {"printBackground", true},
                 {"generateTaggedPDF", true},
                 {"generateDocumentOutline", true},
                 {"pageRanges", "1-" + std::to_string(pages)}},
                session);
}

std::uint64_t Cdp::capture(const std::string& session, unsigned width, unsigned height) {
  return append(
      out_, last_, "Page.captureScreenshot",
      {{"format", "png"},
       {"clip", {{"x", 0}, {"y", 0}, {"width", width}, {"height", height}, {"scale", 1}}}},
      session);
}

std::uint64_t Cdp::fulfill(const std::string& request, CdpAnswer answer) {
  json headers = {{{"name", "Content-Type"}, {"value", std::move(answer.type)}},
                  {{"name", "X-Content-Type-Options"}, {"value", "nosniff"}},
                  // A sandboxed page has no origin, and a font is shown to its own origin alone.
                  {{"name", "Access-Control-Allow-Origin"}, {"value", "*"}}};
  if (!answer.policy.empty()) {
    headers.push_back({{"name", "Content-Security-Policy"}, {"value", std::move(answer.policy)}});
  }
  return append(out_, last_, "Fetch.fulfillRequest",
                {{"requestId", request},
                 {"responseCode", 200},
                 {"responseHeaders", std::move(headers)},
                 {"body", to_base64(answer.body)}});
}

std::uint64_t Cdp::fail(const std::string& request) {
  // "Aborted" leaves a page where it is; any other reason would show a page of the browser's own.
  return append(out_, last_, "Fetch.failRequest",
                {{"requestId", request}, {"errorReason", "Aborted"}});
}

}  // namespace octavo
