// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/standing.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>

#include "base/error.h"
#include "base/escape.h"
#include "base/file.h"

namespace octavo {

namespace {

std::string count_of(std::uint64_t count, const char* one, const char* many) {
  return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

std::string two(unsigned number) {
  return (number < 10 ? "0" : "") + std::to_string(number);
}

std::string fixed(double value, int decimals) {
  char text[40];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string clock_of(const Standing& my, Moment at) {
  const Civil c = civil(my.local(at));
  return two(c.hour) + ':' + two(c.minute);
}

// 2026-11-27 10:31:04 +01:00, in the site's zone.
std::string time_of(const Standing& my, Moment at) {
  const ZonedTime local = my.local(at);
  const Civil c = civil(local);
  const std::int32_t minutes = std::abs(local.offset) / 60;
  return format_date(local) + ' ' + two(c.hour) + ':' + two(c.minute) + ':' + two(c.second) +
         (local.offset < 0 ? " -" : " +") + two(static_cast<unsigned>(minutes / 60)) + ':' +
         two(static_cast<unsigned>(minutes % 60));
}

std::string span(std::int64_t seconds) {
  if (seconds < 120) return std::to_string(seconds) + " s";
  if (seconds < 120 * 60) return std::to_string(seconds / 60) + " min";
  const std::int64_t hours = seconds / 3600;
  if (hours < 48) return std::to_string(hours) + " h";
  const std::int64_t rest = hours % 24;
  return std::to_string(hours / 24) + " d" + (rest == 0 ? "" : ' ' + std::to_string(rest) + " h");
}

std::string ago(const Standing& my, Moment at) {
  if (at > my.now) return "by a clock that was set back since";
  return span(my.now - at) + " ago";
}

std::string mebibytes(std::uint64_t bytes) {
  return fixed(static_cast<double>(bytes) / (1 << 20), 1);
}

// The end of the bucket in which that share of all lies.
std::string within(const Histogram& took, double share) {
  std::uint64_t left = static_cast<std::uint64_t>(share * static_cast<double>(took.count()));
  for (std::size_t i = 0; i < kLatencyNs.size(); ++i) {
    if (left < took.counts[i])
      return fixed(static_cast<double>(kLatencyNs[i]) / 1e6, kLatencyNs[i] < 1'000'000 ? 3 : 0) +
             " ms";
    left -= took.counts[i];
  }
  return "longer";
}

std::string errors_of(const Attempt& last) {
  if (last.errors == 0) return last.failure;
  return count_of(last.errors, "error", "errors");
}

std::string served_instead(const Standing& my) {
  if (my.last.image == kNoTime) return "the site of before stays";
  return "the last good site, of " + time_of(my, my.last.image) + ", is served";
}

std::string last_line(const Standing& my) {
  const Attempt& last = my.last;
  if (!last.ended) return "none has ended yet";
  std::string line = time_of(my, last.at) + ": ";
  if (last.failed()) {
    line += "failed, " + last.failure + (my.serving ? "; " + served_instead(my) : "");
  } else {
    line += last.composed ? std::to_string(last.parsed) + " of " +
                                count_of(last.posts, "post and page", "posts and pages") +
                                " parsed in " + std::to_string(last.took_ms) + " ms"
                          : "nothing to compose: " +
                                (last.image == kNoTime
                                     ? ""
                                     : "from the image of " + time_of(my, last.image) + ", ") +
                                "in " + std::to_string(last.took_ms) + " ms";
  }
  if (last.warnings != 0) line += ", " + count_of(last.warnings, "warning", "warnings");
  if (my.at_work) line += "; the next one is at work";
  return line;
}

std::string search_line(const Standing& my) {
  if (!my.indexer.wanted) return "titles and tags only: no state folder is set";
  std::string line;
  switch (my.index) {
    case Searcher::Status::ready:
      line = count_of(my.documents, "document", "documents");
      break;
    case Searcher::Status::building:
    case Searcher::Status::none:
      line = "no index yet: titles and tags only";
      break;
  }
  if (my.indexer.succeeded != kNoTime) line += ", up to date " + time_of(my, my.indexer.succeeded);
  if (my.indexer.broken) {
    line += "; BROKEN: the last run failed, see the log";
  } else if (my.indexer.behind) {
    line += "; a run is under way";
  }
  return line + "; " + count_of(my.requests.busy, "search", "searches") + " turned away";
}

std::string press_line(const Standing& my) {
  if (!my.press) return "no PDFs: print is not set";
  const PressFigures& press = *my.press;
  std::string line = std::to_string(press.files) + " files, " + mebibytes(press.bytes) + " MiB; " +
                     std::to_string(press.at_hand) + " at hand, " + std::to_string(press.waiting) +
                     " waiting; " + std::to_string(press.made) + " made, " +
                     std::to_string(press.failed) + " failed";
  if (!press.trouble.empty()) line += "; TROUBLE: " + press.trouble;
  return line;
}

std::string where(const std::string& place, const std::string& trouble) {
  if (!trouble.empty()) return " nowhere (" + trouble + ')';
  return place.empty() ? " nowhere" : " at " + place;
}

// A JSON object as it grows.
class Object {
 public:
  Object& raw(std::string_view name, const std::string& value) {
    text_ += (text_.empty() ? "{" : ",") + json_quote(name) + ':' + value;
    return *this;
  }
  Object& text(std::string_view name, std::string_view value) {
    return raw(name, json_quote(value));
  }
  Object& number(std::string_view name, std::uint64_t value) {
    return raw(name, std::to_string(value));
  }
  Object& flag(std::string_view name, bool value) { return raw(name, value ? "true" : "false"); }
  std::string whole() const { return text_.empty() ? "{}" : text_ + '}'; }

 private:
  std::string text_;
};

template <typename List, typename Write>
std::string json_array(const List& list, Write write) {
  std::string out = "[";
  for (const auto& one : list) out += (out.size() > 1 ? "," : "") + write(one);
  return out + ']';
}

std::string json_time(const Standing& my, Moment at) {
  return at == kNoTime || at == kNever ? "null" : json_quote(format_rfc3339(my.local(at)));
}

std::string json_last(const Standing& my) {
  const Attempt& last = my.last;
  if (!last.ended) return "null";
  static constexpr const char* kWhy[] = {"start", "change", "asked"};
  return Object()
      .text("why", kWhy[static_cast<int>(last.why)])
      .flag("ok", !last.failed())
      .text("failure", last.failure)
      .raw("at", json_time(my, last.at))
      .number("took_ms", static_cast<std::uint64_t>(std::max<std::int64_t>(0, last.took_ms)))
      .number("posts_and_pages", last.posts)
      .number("parsed", last.parsed)
      .number("errors", last.errors)
      .number("warnings", last.warnings)
      .raw("lines", json_array(last.lines, [](const std::string& l) { return json_quote(l); }))
      .whole();
}

std::string json_requests(const Standing& my) {
  Object object;
  object.number("all", my.requests.all());
  for (unsigned status = 2; status <= 5; ++status)
    object.number(std::to_string(status) + "xx", my.requests.of_class(status));
  for (std::size_t i = 0; i < kFromCache; ++i)
    object.number(from_cache_name(static_cast<FromCache>(i)), my.requests.by_cache[i]);
  return object.number("searches_turned_away", my.requests.busy).whole();
}

std::string json_search(const Standing& my) {
  static constexpr const char* kStatus[] = {"none", "building", "ready"};
  return Object()
      .text("state", kStatus[static_cast<int>(my.index)])
      .flag("broken", my.indexer.broken)
      .flag("behind", my.indexer.behind)
      .number("documents", my.documents)
      .raw("succeeded", json_time(my, my.indexer.succeeded))
      .number("runs", my.indexer.runs)
      .number("failures", my.indexer.failures)
      .whole();
}

std::string json_press(const Standing& my) {
  if (!my.press) return "null";
  const PressFigures& press = *my.press;
  return Object()
      .number("at_hand", press.at_hand)
      .number("waiting", press.waiting)
      .number("made", press.made)
      .number("failed", press.failed)
      .number("refused", press.refused)
      .number("turned_away", press.turned_away)
      .number("unanswered", press.unanswered)
      .number("handed_out", press.handed_out)
      .number("files", press.files)
      .number("bytes", press.bytes)
      .text("worker", press.worker)
      .text("browser", press.browser)
      .text("trouble", press.trouble)
      .flag("worker_gone", press.worker_gone)
      .whole();
}

}  // namespace

std::vector<Alarm> alarms(const Standing& my) {
  std::vector<Alarm> all;
  if (my.last.failed()) all.push_back({"reload_failed", my.last.failure});
  if (my.indexer.broken)
    all.push_back({"index_broken", "the search index cannot be brought up to date"});
  if (my.press && !my.press->trouble.empty())
    all.push_back({my.press->worker_gone ? "worker_gone" : "print_trouble", my.press->trouble});
  if (!my.threads_answer) all.push_back({"threads_stuck", "a thread that serves does not answer"});
  return all;
}

std::string status_text(const Standing& my) {
  std::string out;
  const auto line = [&out](std::string_view name, const std::string& text) {
    out += name;
    out.append(name.size() < 13 ? 13 - name.size() : 1, ' ');
    out += text + '\n';
  };
  line("octavo", my.version + ", up " + span(my.up_s) + " since " + time_of(my, my.started) + " (" +
                     my.zone + ")");
  line("site", (my.serving ? "serving " + count_of(my.posts, "post", "posts") + " and " +
                                 count_of(my.pages, "page", "pages")
                           : std::string("not serving yet")) +
                   ": " + my.title + ", " + my.base_url);
  const std::string next = my.next_change == kNever
                               ? "no change of it is scheduled"
                               : "the next change at " + time_of(my, my.next_change) + ", in " +
                                     span(std::max<Moment>(0, my.next_change - my.now));
  line("published", my.published == kNoTime
                        ? "never"
                        : time_of(my, my.published) + ", " + ago(my, my.published) +
                              ", generation " + std::to_string(my.generation) + "; " + next);
  line("last try", last_line(my));
  const std::uint64_t all = my.requests.all();
  std::string requests = std::to_string(all);
  if (all != 0) {
    const Histogram took = my.requests.took_all();
    requests += ", " + std::to_string(my.requests.of_class(4)) + " × 4xx, " +
                std::to_string(my.requests.of_class(5)) + " × 5xx; half within " +
                within(took, 0.5) + ", 99 % within " + within(took, 0.99);
  }
  line("requests", requests);
  line("connections", std::to_string(my.connections) + " of " +
                          std::to_string(my.connections_most) + "; " +
                          count_of(my.threads, "thread", "threads") +
                          (my.threads_answer ? "" : " (STUCK: one does not answer)") + "; " +
                          mebibytes(my.resident_bytes) + " MiB of memory");
  const std::uint64_t hits = my.requests.by_cache[static_cast<std::size_t>(FromCache::hit)];
  line("cache", (all == 0 ? ""
                          : fixed(100.0 * static_cast<double>(hits) / static_cast<double>(all), 1) +
                                " % hits; ") +
                    mebibytes(my.cache_bytes) + " of " + mebibytes(my.cache_most) + " MiB pages, " +
                    mebibytes(my.searches_bytes) + " of " + mebibytes(my.searches_most) +
                    " MiB searches");
  line("search", search_line(my));
  line("press", press_line(my));
  line("listening", "readers" + where(my.listen, "") + "; control" +
                        where(my.control, my.control_trouble) + "; metrics" +
                        where(my.metrics, my.metrics_trouble));
  std::string alarm_line;
  for (const Alarm& alarm : alarms(my))
    alarm_line += (alarm_line.empty() ? "" : "; ") + alarm.event + ": " + alarm.text;
  line("alarms", alarm_line.empty() ? "none" : alarm_line);
  return out;
}

std::string status_json(const Standing& my) {
  const Object cache = Object()
                           .number("page_bytes", my.cache_bytes)
                           .number("page_bytes_most", my.cache_most)
                           .number("search_bytes", my.searches_bytes)
                           .number("search_bytes_most", my.searches_most);
  return Object()
             .text("version", my.version)
             .text("title", my.title)
             .text("base_url", my.base_url)
             .raw("now", json_time(my, my.now))
             .text("time_zone", my.zone)
             .raw("started", json_time(my, my.started))
             .number("up_seconds", static_cast<std::uint64_t>(my.up_s))
             .flag("serving", my.serving)
             .number("posts", my.posts)
             .number("pages", my.pages)
             .number("generation", my.generation)
             .raw("published", json_time(my, my.published))
             .raw("next_change", json_time(my, my.next_change))
             .flag("at_work", my.at_work)
             .raw("last", json_last(my))
             .raw("requests", json_requests(my))
             .raw("cache", cache.whole())
             .raw("search", json_search(my))
             .raw("press", json_press(my))
             .number("connections", my.connections)
             .number("connections_most", my.connections_most)
             .number("threads", my.threads)
             .number("resident_bytes", my.resident_bytes)
             .text("listen", my.listen)
             .text("control", my.control)
             .text("metrics", my.metrics)
             .raw("alarms",
                  json_array(
                      alarms(my),
                      [](const Alarm& alarm) {
                        return Object().text("event", alarm.event).text("text", alarm.text).whole();
                      }))
             .whole() +
         '\n';
}

std::string status_line(const Standing& my) {
  if (!my.serving) return my.last.failed() ? my.last.failure : "making the site";
  std::string line = "serving " + count_of(my.posts, "post", "posts");
  line += my.generation <= 1 ? " since " : ", reloaded ";
  const auto day = [&](Moment at) { return format_date(my.local(at)); };
  if (day(my.published) != day(my.now)) line += day(my.published) + ' ';
  line += clock_of(my, my.published);
  if (my.last.failed()) {
    line += my.last.errors != 0 ? ", " + errors_of(my.last) + " in the last try"
                                : ", the last try failed: " + my.last.failure;
  }
  if (my.indexer.broken) line += ", search index broken";
  if (my.press && !my.press->trouble.empty())
    line += my.press->worker_gone ? ", no PDFs: the print worker is gone" : ", trouble with PDFs";
  if (!my.threads_answer) line += ", a thread does not answer";
  return line;
}

void look_at_process(Standing& my) {
  try {
    const std::string text = read_file("/proc/self/statm", 4096);
    unsigned long long size = 0, resident = 0;
    if (std::sscanf(text.c_str(), "%llu %llu", &size, &resident) == 2) {
      const auto page = static_cast<std::uint64_t>(::getpagesize());
      my.virtual_bytes = size * page;
      my.resident_bytes = resident * page;
    }
  } catch (const Error&) {
    // No /proc, no figures.
  }
  if (DIR* const folder = ::opendir("/proc/self/fd")) {
    while (const dirent* const entry = ::readdir(folder)) my.open_files += entry->d_name[0] != '.';
    ::closedir(folder);
    if (my.open_files > 0) --my.open_files;  // the folder itself
  }
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) my.most_files = limit.rlim_cur;
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0) {
    const auto seconds = [](const timeval& time) {
      return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    my.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }
}

}  // namespace octavo
