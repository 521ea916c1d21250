// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/press_trouble.h"

#include <poll.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "base/socket_file.h"
#include "base/time.h"
#include "print/client.h"

namespace octavo {

namespace {

constexpr std::int64_t kHelloMs = 5'000, kTrialMs = 30'000;  // as octavo serve has them

// Goes on until done() is true; whether it became so in time.
template <typename Done>
bool talk(PrintClient& client, std::int64_t patience_ms, Done done) {
  const std::int64_t end = monotonic_ms() + patience_ms;
  while (!done()) {
    const std::int64_t left = end - monotonic_ms();
    if (left <= 0) return false;
    pollfd fd{client.fd(), client.events(), 0};
    if (::poll(&fd, 1, static_cast<int>(left)) > 0) client.step();
  }
  return true;
}

// A browser that is installed may still not start, or find no fonts: one line on one page tells.
std::string trouble_of_trial(PrintClient& client, const Config& config) {
  const std::string html =
      "<!doctype html><html lang=\"en\"><title>Trial</title><h1>Trial</h1><p>Of octavo check.</p>";
  Job job;
  job.address = config.base_url + "/";
  job.html_size = html.size();
  job.title = "Trial";
  job.lang = "en";
  client.send(job, make_bulk({html}));
  std::optional<PrintClient::Result> result;
  if (!talk(client, kTrialMs, [&] { return (result = client.take_result()).has_value(); }))
    return "octavo-print does not print; look into its log (journalctl -u octavo-print)";
  switch (result->outcome.kind) {
    case Outcome::Kind::done:
    case Outcome::Kind::busy:
      return {};
    case Outcome::Kind::no_browser:
    case Outcome::Kind::refused:
    case Outcome::Kind::failed:
      break;
  }
  return "octavo-print cannot print: " + result->outcome.message;
}

std::string unreachable(const std::string& socket, int error_number) {
  switch (error_number) {
    case EACCES:
    case EPERM:
      return "this user may not open " + socket +
             "; run octavo check as the user that serves, and let that user have the socket "
             "(Debian: group _octavo)";
    case EAGAIN:
      return "more ask at " + socket + " than octavo-print takes; try again in a moment";
    default:
      return "nobody listens at " + socket + " (" + std::strerror(error_number) +
             "); start it: systemctl restart octavo-print.socket";
  }
}

// "what; what to do", or empty.
std::string trouble_of(const Config& config) {
  const std::string& socket = config.print;
  struct stat status {};
  if (::stat(socket.c_str(), &status) != 0) {
    if (errno != ENOENT && errno != ENOTDIR) return unreachable(socket, errno);
    return "there is no socket " + socket +
           ", so there are no PDFs; install octavo-print and start it (systemctl enable --now "
           "octavo-print.socket), then reload octavo; or remove `print`";
  }
  if (!S_ISSOCK(status.st_mode))
    return socket + " is no socket; name the one that octavo-print listens at";
  try {
    PrintClient client(socket);
    const std::optional<Hello>& hello = client.hello();
    if (!talk(client, kHelloMs, [&] { return hello.has_value(); })) {
      return "octavo-print says nothing at " + socket +
             "; look into its log (journalctl -u octavo-print), and restart it";
    }
    if (!hello->trouble.empty()) return "octavo-print: " + hello->trouble;
    if (hello->browser.empty())
      return "octavo-print has no browser; install chromium-headless-shell or chromium";
    return trouble_of_trial(client, config);
  } catch (const SystemError& error) {
    return unreachable(socket, error.error_number());
  } catch (const Error& error) {
    return "who answers at " + socket + " does not speak as octavo-print does (" + error.what() +
           "); name its socket, or bring octavo and octavo-print to the same version";
  }
}

}  // namespace

std::string press_absence(const Config& config) {
  struct stat status {};
  if (config.print.empty()) return {};
  const std::string folder = folder_of(config.print);
  if (::stat(folder.c_str(), &status) == 0 || errno != ENOENT) return {};
  return "there are no PDFs: octavo-print is not installed, or was not started (there is no "
         "folder " +
         folder + ')';
}

std::vector<Diagnostic> press_trouble(const Config& config) {
  if (config.print.empty() || !press_absence(config).empty()) return {};
  std::string trouble = trouble_of(config);
  if (trouble.empty()) return {};
  Diagnostic warning;
  warning.warning = true;
  warning.code = "no_press";
  warning.file = config.file;
  warning.line = config.print_place.line;
  warning.column = config.print_place.column;
  warning.key = "print";
  warning.message = "`print`: " + std::move(trouble);
  return {std::move(warning)};
}

}  // namespace octavo
