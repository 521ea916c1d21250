// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/metrics.h"

#include <charconv>
#include <cstdio>

#include "http/message.h"

namespace octavo {

namespace {

// Families one after the other, each with its help and type before it.
class Exposition {
 public:
  void family(std::string_view name, std::string_view type, std::string_view help) {
    family_ = name;
    ((out_ += "# HELP ") += name) += ' ';
    (out_ += help) += '\n';
    ((out_ += "# TYPE ") += name) += ' ';
    (out_ += type) += '\n';
  }
  // `labels`: {name="value"}, as they stand; from label().
  void sample(const std::string& labels, const std::string& value, std::string_view suffix = {}) {
    ((out_ += family_) += suffix) += labels;
    ((out_ += ' ') += value) += '\n';
  }
  void sample(const std::string& labels, std::uint64_t value, std::string_view suffix = {}) {
    sample(labels, std::to_string(value), suffix);
  }
  void one(std::string_view name, std::string_view type, std::string_view help,
           const std::string& value) {
    family(name, type, help);
    sample("", value);
  }
  void gauge(std::string_view name, std::string_view help, std::uint64_t value) {
    one(name, "gauge", help, std::to_string(value));
  }
  void counter(std::string_view name, std::string_view help, std::uint64_t value) {
    one(name, "counter", help, std::to_string(value));
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_, family_;
};

std::string escaped(std::string_view value) {
  std::string out;
  for (const char c : value) {
    if (c == '\\' || c == '"') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out;
}

std::string label(std::string_view name, std::string_view value) {
  return std::string(name) + "=\"" + escaped(value) + '"';
}

std::string braces(const std::string& labels) {
  return labels.empty() ? "" : '{' + labels + '}';
}

std::string decimal(double value) {
  char text[32];
  const auto [end, error] = std::to_chars(text, text + sizeof text, value);
  return std::string(text, end);
}

std::string seconds(std::int64_t ns) {
  return decimal(static_cast<double>(ns) / 1e9);
}

void histogram(Exposition& out, const std::string& labels, const Histogram& took,
               const std::array<std::int64_t, kLatencyNs.size()>& ends) {
  const std::string comma = labels.empty() ? "" : labels + ',';
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < ends.size(); ++i) {
    sum += took.counts[i];
    out.sample(braces(comma + label("le", seconds(ends[i]))), sum, "_bucket");
  }
  sum += took.counts[ends.size()];
  out.sample(braces(comma + label("le", "+Inf")), sum, "_bucket");
  out.sample(braces(labels), seconds(static_cast<std::int64_t>(took.sum_ns)), "_sum");
  out.sample(braces(labels), sum, "_count");
}

void add_requests(Exposition& out, const Standing& my) {
  out.family("octavo_requests_total", "counter",
             "Requests answered, by the form of their address and the class of their status.");
  for (std::size_t route = 0; route < kRouteClasses; ++route) {
    const std::string name = label("route", route_name(static_cast<RouteClass>(route)));
    for (std::size_t status = 1; status < 5; ++status) {  // there is no 1xx
      out.sample(braces(name + ',' + label("code", std::to_string(status + 1) + "xx")),
                 my.requests.by_status[route][status]);
    }
  }
  out.family("octavo_request_duration_seconds", "histogram",
             "Time from a whole request to its whole answer, without the way through the socket.");
  for (std::size_t route = 0; route < kRouteClasses; ++route)
    histogram(out, label("route", route_name(static_cast<RouteClass>(route))),
              my.requests.took[route], kLatencyNs);
  out.counter("octavo_searches_refused_total",
              "Searches turned away with 503, for the queue was full.", my.requests.busy);
}

void add_cache(Exposition& out, const Standing& my) {
  out.family("octavo_page_cache_requests_total", "counter",
             "Requests by what the page cache had: hit, renewed (rendered anew, packed before), "
             "miss, bypass (not to be kept).");
  for (std::size_t i = 0; i < kFromCache; ++i)
    out.sample(braces(label("result", from_cache_name(static_cast<FromCache>(i)))),
               my.requests.by_cache[i]);
  out.family("octavo_page_cache_bytes", "gauge", "Memory that kept answers take.");
  out.sample(braces(label("cache", "pages")), my.cache_bytes);
  out.sample(braces(label("cache", "searches")), my.searches_bytes);
  out.family("octavo_page_cache_limit_bytes", "gauge", "Memory that kept answers may take.");
  out.sample(braces(label("cache", "pages")), my.cache_most);
  out.sample(braces(label("cache", "searches")), my.searches_most);
}

std::string moment(Moment at) {
  return at == kNoTime || at == kNever ? "0" : std::to_string(at);
}

void add_site(Exposition& out, const Standing& my) {
  out.gauge("octavo_serving", "1 while a site is served.", my.serving);
  out.family("octavo_posts", "gauge", "What readers can see.");
  out.sample(braces(label("kind", "post")), my.posts);
  out.sample(braces(label("kind", "page")), my.pages);
  out.gauge("octavo_site_generation", "Publications since the start.", my.generation);
  out.one("octavo_site_published_timestamp_seconds", "gauge",
          "When the site was last published; 0: never.", moment(my.published));
  out.one("octavo_site_next_change_timestamp_seconds", "gauge",
          "When the next post appears or expires; 0: none is scheduled.", moment(my.next_change));
  out.family("octavo_reloads_total", "counter",
             "Tries to publish, by their end: published, refused (errors of authors or admins), "
             "failed (for another reason).");
  out.sample(braces(label("result", "published")), my.composer.published);
  out.sample(braces(label("result", "refused")), my.composer.refused);
  out.sample(braces(label("result", "failed")), my.composer.failed);
  out.gauge("octavo_reload_failed", "1 when the last try failed: an older site is served.",
            my.last.failed());
  out.gauge("octavo_reload_errors", "Errors that the last try found.", my.last.errors);
  out.gauge("octavo_reload_warnings", "Warnings that the last try gave.", my.last.warnings);
  out.one("octavo_reload_last_success_timestamp_seconds", "gauge",
          "When a try last ended well; 0: never.", moment(my.composer.succeeded));
  out.family("octavo_compose_duration_seconds", "histogram",
             "From the first sign of a change to the new site, where the composer was run.");
  histogram(out, "", my.composer.took, kComposeNs);
  out.counter("octavo_compose_parsed_total", "Posts and pages that were parsed, not taken over.",
              my.composer.parsed);
}

void add_search(Exposition& out, const Standing& my) {
  out.family("octavo_index_state", "gauge",
             "1 for the state that the search index is in: none (titles and tags only), building, "
             "ready.");
  const auto state = [&](const char* name, Searcher::Status status) {
    out.sample(braces(label("state", name)), std::uint64_t{my.index == status});
  };
  state("none", Searcher::Status::none);
  state("building", Searcher::Status::building);
  state("ready", Searcher::Status::ready);
  out.gauge("octavo_index_documents", "Documents in the search index.", my.documents);
  out.counter("octavo_index_runs_total", "Runs of the indexer.", my.indexer.runs);
  out.counter("octavo_index_failures_total", "Runs of the indexer that failed.",
              my.indexer.failures);
  out.gauge("octavo_index_broken", "1 when the last run of the indexer failed.", my.indexer.broken);
  out.one("octavo_index_last_success_timestamp_seconds", "gauge",
          "When the index was last brought up to date; 0: never.", moment(my.indexer.succeeded));
}

void add_press(Exposition& out, const Standing& my) {
  if (!my.press) return;
  const PressFigures& press = *my.press;
  out.gauge("octavo_print_worker_gone",
            "1 when octavo-print could not be reached, or has no browser.", press.worker_gone);
  out.gauge("octavo_print_trouble", "1 when the last job of the press went wrong.",
            !press.trouble.empty());
  out.family("octavo_print_jobs", "gauge", "PDFs and cards in the making.");
  out.sample(braces(label("state", "running")), press.at_hand);
  out.sample(braces(label("state", "waiting")), press.waiting);
  out.family("octavo_print_jobs_total", "counter",
             "Jobs of the press by their end: made, failed, refused (too large), turned_away (the "
             "queue was full), unanswered.");
  out.sample(braces(label("result", "made")), press.made);
  out.sample(braces(label("result", "failed")), press.failed);
  out.sample(braces(label("result", "refused")), press.refused);
  out.sample(braces(label("result", "turned_away")), press.turned_away);
  out.sample(braces(label("result", "unanswered")), press.unanswered);
  out.counter("octavo_print_handed_out_total", "Finished files that readers were given.",
              press.handed_out);
  out.gauge("octavo_print_cache_bytes", "Finished files, together.", press.bytes);
  out.gauge("octavo_print_cache_files", "Finished files.", press.files);
}

void add_process(Exposition& out, const Standing& my) {
  out.family("octavo_build_info", "gauge", "What this is, in its labels.");
  out.sample(braces(label("version", my.version) + ',' + label("compiler", __VERSION__)),
             std::uint64_t{1});
  out.gauge("octavo_connections", "Connections of the front web server.", my.connections);
  out.gauge("octavo_connections_limit", "Connections that there may be.", my.connections_most);
  out.gauge("octavo_threads", "Threads that serve.", my.threads);
  out.gauge("octavo_threads_stuck", "1 when one of them did not answer when it was called.",
            !my.threads_answer);
  out.family("octavo_log_lines_total", "counter", "Lines of the log, by priority.");
  for (const Priority one :
       {Priority::error, Priority::warning, Priority::notice, Priority::info}) {
    static constexpr const char* kNames[] = {"emerg",   "alert",  "crit", "error",
                                             "warning", "notice", "info", "debug"};
    const auto at = static_cast<std::size_t>(one);
    out.sample(braces(label("priority", kNames[at])), my.log.lines[at]);
  }
  out.counter("octavo_log_lines_dropped_total", "Lines that nobody took.", my.log.dropped);
  out.one("process_cpu_seconds_total", "counter", "Processor time, of the daemon alone.",
          decimal(my.cpu_seconds));
  out.gauge("process_resident_memory_bytes", "Memory in use.", my.resident_bytes);
  out.gauge("process_virtual_memory_bytes", "Address space in use.", my.virtual_bytes);
  out.gauge("process_open_fds", "Open descriptors.", my.open_files);
  out.gauge("process_max_fds", "Descriptors that there may be.", my.most_files);
  out.one("process_start_time_seconds", "gauge", "When the daemon was started.",
          moment(my.started));
}

std::string http_answer(int status, bool head, std::string_view type, const std::string& body,
                        std::string_view more = {}) {
  std::string out = "HTTP/1.1 " + std::to_string(status) + ' ';
  (out += reason_phrase(status)) += "\r\n";
  ((out += "Content-Type: ") += type) += "\r\n";
  out += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  (out += more) += "Cache-Control: no-store\r\nConnection: close\r\n\r\n";
  return head ? out : out + body;
}

}  // namespace

std::string metrics_text(const Standing& standing) {
  Exposition out;
  add_requests(out, standing);
  add_cache(out, standing);
  add_site(out, standing);
  add_search(out, standing);
  add_press(out, standing);
  add_process(out, standing);
  return out.take();
}

void hear_scraper(Talk& talk, bool end, const std::function<std::string()>& text) {
  constexpr std::string_view kPlain = "text/plain; charset=utf-8";
  constexpr std::string_view kFigures = "text/plain; version=0.0.4; charset=utf-8";
  const std::string_view in = talk.in;
  const bool whole =
      in.find("\r\n\r\n") != std::string_view::npos || in.find("\n\n") != std::string_view::npos;
  if (!whole && !end) return;
  talk.whole = true;
  if (!whole) {  // it went away, or its head is larger than any scraper's
    if (!in.empty()) talk.out = http_answer(431, false, kPlain, "The head is too large.\n");
    return;
  }
  std::string_view line = in.substr(0, in.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  const std::size_t first = line.find(' '), last = line.rfind(' ');
  if (first == std::string_view::npos || first == last ||
      !line.substr(last + 1).starts_with("HTTP/1.")) {
    talk.out = http_answer(400, false, kPlain, "This is no request.\n");
    return;
  }
  const std::string_view method = line.substr(0, first);
  std::string_view path = line.substr(first + 1, last - first - 1);
  path = path.substr(0, path.find('?'));
  const bool head = method == "HEAD";
  if (method != "GET" && !head) {
    talk.out = http_answer(405, false, kPlain, "GET and HEAD only.\n", "Allow: GET, HEAD\r\n");
  } else if (path != "/metrics") {
    talk.out = http_answer(404, head, kPlain, "The figures are at /metrics.\n");
  } else {
    talk.out = http_answer(200, head, kFigures, text());
  }
}

}  // namespace octavo
