// SPDX-License-Identifier: GPL-3.0-or-later
#include "compose/post_maker.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>

#include "base/error.h"
#include "base/escape.h"
#include "base/file.h"
#include "compose/external_link.h"
#include "compose/front_matter.h"
#include "compose/image_size.h"

namespace octavo {

namespace {

// A FIFO must not block, a terminal must not become ours.
constexpr int kOpenFlags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;
constexpr std::size_t kImageHead = 256u << 10;
constexpr std::string_view kImagesFolder = "images/";

Diagnostic fault_at_start(const std::string& file, const char* code, std::string message) {
  Diagnostic fault;
  fault.code = code;
  fault.file = file;
  fault.line = fault.column = 1;
  fault.message = std::move(message);
  return fault;
}

}  // namespace

ContentFolder::ContentFolder(const std::string& path) : path_(path) {
  char* resolved = ::realpath(path.c_str(), nullptr);
  if (resolved == nullptr) throw SystemError("cannot read the content folder " + path, errno);
  root_ = resolved;
  std::free(resolved);
  if (root_.back() != '/') root_ += '/';
}

bool ContentFolder::holds(int fd) const {
  char resolved[PATH_MAX];
  const std::string link = "/proc/self/fd/" + std::to_string(fd);
  const ssize_t length = ::readlink(link.c_str(), resolved, sizeof resolved);
  return length > 0 &&
         std::string_view(resolved, static_cast<std::size_t>(length)).starts_with(root_);
}

FileBytes ContentFolder::read(const std::string& path) const {
  FileBytes out;
  const Fd fd(::open((path_ + '/' + path).c_str(), kOpenFlags));
  struct stat status {};
  if (!fd) {
    out.fault = fault_at_start(
        path, "unreadable",
        "cannot open: " + errno_text(errno) + "; give the daemon's user the right to read it");
  } else if (::fstat(fd.number(), &status) != 0 || !S_ISREG(status.st_mode)) {
    out.fault = fault_at_start(path, "not_a_file", "not a regular file; remove it");
  } else if (!holds(fd.number())) {
    out.fault = fault_at_start(
        path, "outside",
        "a symbolic link that leads out of the content folder; copy the file into it");
  } else if (static_cast<std::size_t>(status.st_size) > kMaxPostBytes) {
    out.fault = fault_at_start(path, "too_large",
                               "the file has " + std::to_string(status.st_size) +
                                   " bytes; a post may have at most 1 MiB; split it");
  } else {
    try {
      out.bytes = read_all(fd.number(), kMaxPostBytes);
    } catch (const SystemError& error) {
      out.fault = fault_at_start(path, error.error_number() == EFBIG ? "too_large" : "unreadable",
                                 error.what());
    }
  }
  return out;
}

std::string ContentFolder::read_head(const std::string& path, std::size_t most) const {
  const Fd fd(::open((path_ + '/' + path).c_str(), kOpenFlags));
  struct stat status {};
  if (!fd || ::fstat(fd.number(), &status) != 0 || !S_ISREG(status.st_mode) ||
      !holds(fd.number())) {
    return {};
  }
  std::string head(std::min(most, static_cast<std::size_t>(status.st_size)), '\0');
  const ssize_t length = ::pread(fd.number(), head.data(), head.size(), 0);
  head.resize(length > 0 ? static_cast<std::size_t>(length) : 0);
  return head;
}

ImageCatalogue::ImageCatalogue(const ContentFolder& folder, const Listing& listing)
    : folder_(folder) {
  for (const ListedFile& file : listing.files) {
    if (file.kind != FileKind::image) continue;
    known_.emplace(file.path.substr(kImagesFolder.size()), std::nullopt);
  }
}

std::optional<ImageInfo> ImageCatalogue::find(const std::string& path) {
  const auto at = known_.find(path);
  if (at == known_.end()) return std::nullopt;
  if (!at->second) {
    const auto size = image_size(folder_.read_head(std::string(kImagesFolder) + path, kImageHead));
    at->second = size ? ImageInfo{size->width, size->height} : ImageInfo{};
  }
  return at->second;
}

void PostMaker::resolve_cover(MadePost& made, std::uint32_t line, std::uint32_t column) const {
  Post& post = made.post;
  if (post.cover_image.empty()) return;
  const ImageReference reference = image_reference(post.cover_image);
  Diagnostic fault;
  fault.file = post.file;
  fault.line = line;
  fault.column = column;
  fault.key = "cover_image";
  if (reference.escapes) {
    fault.code = "bad_path";
    fault.message = "“" + post.cover_image + "” leads out of content/images; write images/NAME";
    made.faults.push_back(std::move(fault));
    return;
  }
  if (!reference.path) {
    const bool relative = post.cover_image.front() != '/' &&
                          post.cover_image.find(':') == std::string::npos &&
                          post.cover_image.find("{{") == std::string::npos;
    if (relative) {
      fault.code = "missing_image";
      fault.warning = true;
      fault.message = "“" + post.cover_image +
                      "” is no path to an image; write images/NAME for a file in content/images";
      made.faults.push_back(std::move(fault));
    }
    return;
  }
  ImageUse use{*reference.path, line, column, 0, 0, false};
  if (const auto info = images_.find(*reference.path)) {
    use.found = true;
    use.width = post.cover_width = info->width;
    use.height = post.cover_height = info->height;
  } else {
    fault.code = "missing_image";
    fault.warning = !settings_.front_matter.missing_image_is_error;
    fault.message =
        "there is no content/images/" + *reference.path + "; put the file there or mend the name";
    if (!fault.warning) fault.allow = "front_matter: {missing_image: warning}";
    made.faults.push_back(std::move(fault));
  }
  post.cover_image = image_url(*reference.path);
  post.images.push_back(std::move(use));
}

MadePost PostMaker::make(const ListedFile& file, std::string_view bytes, bool with_texts) const {
  MadePost made;
  FrontMatter matter =
      read_front_matter(bytes, file.path, file.kind == FileKind::page, settings_, zone_);
  made.post = std::move(matter.post);
  made.faults = std::move(matter.faults);
  Post& post = made.post;
  resolve_cover(made, matter.cover_line, matter.cover_column);
  Rendered rendered;
  if (!matter.body.empty()) {
    MarkdownOptions options;
    options.html_trusted = settings_.html_trusted;
    options.missing_image_is_error = settings_.front_matter.missing_image_is_error;
    options.lang = post.lang;
    options.typography = settings_.typography;
    options.eager_image = post.cover_image.empty();  // else the cover is the first
    options.own_host = host_of(settings_.own_url);
    options.highlight = highlight_;
    rendered = render_markdown(matter.body, matter.body_line, options,
                               [this](const std::string& path) { return images_.find(path); });
  }
  for (Diagnostic& fault : rendered.faults) {
    fault.file = file.path;
    made.faults.push_back(std::move(fault));
  }
  post.words = rendered.words;
  post.minutes = rendered.minutes == 0 ? 1 : rendered.minutes;
  post.headings = std::move(rendered.headings);
  for (ImageUse& use : rendered.images) post.images.push_back(std::move(use));
  if (!matter.summary_given) {
    post.summary = std::move(rendered.summary);
    post.summary_html = std::move(rendered.summary_html);
  }
  const bool refused = std::any_of(made.faults.begin(), made.faults.end(),
                                   [](const Diagnostic& fault) { return !fault.warning; });
  if (refused) return made;
  ComposedPost composed;
  composed.post = post;
  composed.file_hash = hash128(bytes);
  if (with_texts) {
    composed.parts[static_cast<unsigned>(Part::text)] = pack(rendered.text);
    composed.parts[static_cast<unsigned>(Part::html)] = pack(rendered.html, rendered.text);
    composed.parts[static_cast<unsigned>(Part::markdown)] = pack(matter.body, rendered.text);
  }
  made.composed = std::move(composed);
  return made;
}

}  // namespace octavo
