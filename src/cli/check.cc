// SPDX-License-Identifier: GPL-3.0-or-later
#include <poll.h>
#include <sys/stat.h>

#include <cstdio>
#include <map>
#include <set>
#include <string_view>

#include "app/compose_job.h"
#include "base/error.h"
#include "base/escape.h"
#include "base/log.h"
#include "cli/command.h"
#include "cli/paths.h"
#include "cli/press_trouble.h"
#include "render/theme.h"

namespace octavo {

namespace {

bool exists(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0;
}

// What FOLDER means: a site (it holds octavo.yaml), or a content folder.
void apply_folder(ParsedOptions& options) {
  if (options.folders.empty()) return;
  std::string folder = options.folders.front();
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  struct stat status {};
  if (::stat(folder.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
    throw UsageError("there is no folder " + folder);
  }
  if (!options.sources.file && exists(folder + "/octavo.yaml")) {
    options.sources.file = folder + "/octavo.yaml";
    return;
  }
  // A site without a configuration has its content one floor below.
  const bool has_posts = exists(folder + "/posts") || exists(folder + "/pages");
  if (!has_posts && exists(folder + "/content")) folder += "/content";
  options.sources.options["content"] = folder;
  if (!options.sources.file) options.sources.search_files = false;
}

struct FileFaults {
  std::vector<const Diagnostic*> errors, warnings;
};

std::string json_list(const std::vector<const Diagnostic*>& faults) {
  std::string out = "[";
  for (const Diagnostic* fault : faults) {
    if (out.size() > 1) out += ',';
    out += to_json(*fault);
  }
  return out + ']';
}

void print_json(const ComposeOutcome& outcome, const std::vector<Diagnostic>& faults) {
  std::map<std::string, FileFaults> files;
  for (const auto& [file, fields] : outcome.fields) files[file];
  for (const Diagnostic& fault : faults) {
    FileFaults& of = files[fault.file];
    (fault.warning ? of.warnings : of.errors).push_back(&fault);
  }
  for (const auto& [file, of] : files) {
    const auto fields = outcome.fields.find(file);
    std::printf("{\"file\":%s,\"result\":\"%s\",\"errors\":%s,\"warnings\":%s,\"fields\":%s}\n",
                json_quote(file).c_str(), of.errors.empty() ? "accepted" : "refused",
                json_list(of.errors).c_str(), json_list(of.warnings).c_str(),
                fields == outcome.fields.end() ? "{}" : fields->second.c_str());
  }
}

void print_lines(const std::vector<Diagnostic>& faults, const std::string& prefix,
                 const Config& config) {
  for (const Diagnostic& fault : faults) {
    const bool of_content = fault.file != config.file || config.file.empty();
    std::printf("%s\n", to_line(fault, of_content ? prefix : "").c_str());
  }
}

// As the reader typed it, so that an editor finds the file from where it was started.
std::string shown_prefix(const ParsedOptions& options, const Config& config) {
  const auto named = options.sources.options.find("content");
  return (named != options.sources.options.end() ? named->second : config.content) + '/';
}

int check(const ParsedOptions& options, bool json) {
  const Config config = load_config(options.sources);
  const Paths paths = find_paths();
  ComposeOrder order;
  order.settings = compose_settings(config);
  order.check = true;
  ComposeJob job(paths.composer, order, -1, -1);
  while (!job.advance()) {
    pollfd fd{job.report_fd(), POLLIN, 0};
    ::poll(&fd, 1, 1000);
    job.end_if_stuck(120'000);
  }
  ComposeOutcome outcome = job.take_outcome();
  if (outcome.kind == ComposeOutcome::Kind::failed) throw Error(outcome.failure);
  std::vector<Diagnostic> faults = std::move(outcome.faults);
  for (Diagnostic& fault : unused_declared_keys(config, outcome.used_keys))
    faults.push_back(std::move(fault));
  faults.insert(faults.end(), config.warnings.begin(), config.warnings.end());
  for (Diagnostic& warning : press_trouble(config)) faults.push_back(std::move(warning));
  std::size_t template_faults = 0;
  try {
    Theme::load(paths.templates, config.templates);
  } catch (const TemplateError& error) {
    template_faults = error.faults().size();
    for (const Diagnostic& fault : error.faults()) {
      std::fprintf(json ? stderr : stdout, "%s\n", to_line(fault).c_str());
    }
  }
  if (json) {
    print_json(outcome, faults);
  } else {
    print_lines(faults, shown_prefix(options, config), config);
  }
  std::size_t errors = template_faults, warnings = 0;
  for (const Diagnostic& fault : faults) ++(fault.warning ? warnings : errors);
  if (const std::string absence = press_absence(config); !absence.empty())
    std::fprintf(stderr, "%s\n", absence.c_str());
  std::set<std::string_view> files;
  for (const auto& [file, fields] : outcome.fields) files.insert(file);
  for (const Diagnostic& fault : faults) {
    if (fault.file != config.file) files.insert(fault.file);
  }
  std::fprintf(stderr, "%zu file%s checked: %zu error%s, %zu warning%s\n", files.size(),
               files.size() == 1 ? "" : "s", errors, errors == 1 ? "" : "s", warnings,
               warnings == 1 ? "" : "s");
  return errors == 0 ? 0 : kExitContent;
}

const std::vector<OwnOption> kOwn = {
    {"format", "FORMAT", "text (path:line:column: error: …) or json (one object a file)"}};

}  // namespace

int run_check(const std::vector<std::string>& arguments) {
  ParsedOptions options = parse_options(arguments, kOwn, 1);
  if (options.help) {
    print_help(
        "check", "[options] [FOLDER]",
        "Checks every post, page and template of a site (a folder with octavo.yaml) or of a\n"
        "content folder, and prints all errors. Exits 0 when there is none, else 1.",
        kOwn);
    return 0;
  }
  const std::string format = options.own.count("format") != 0 ? options.own["format"] : "text";
  if (format != "text" && format != "json")
    throw UsageError("--format wants text or json, not “" + format + "”");
  apply_folder(options);
  return check(options, format == "json");
}

}  // namespace octavo
