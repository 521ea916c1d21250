// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/press_work.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <optional>
#include <utility>

#include "base/text.h"

namespace octavo {

namespace {

// Goes up when this side of the press gives other bytes to the same post.
constexpr std::string_view kEdition = "octavo press 1";

// More of it, and longer ones, the worker does not take.
constexpr std::size_t kMostKeywords = 1000, kLongestAddress = 4096;

struct Type {
  std::string_view ending, type;
};
constexpr std::array<Type, 9> kTypes = {{{".png", "image/png"},
                                         {".jpg", "image/jpeg"},
                                         {".jpeg", "image/jpeg"},
                                         {".svg", "image/svg+xml"},
                                         {".webp", "image/webp"},
                                         {".avif", "image/avif"},
                                         {".gif", "image/gif"},
                                         {".bmp", "image/bmp"},
                                         {".ico", "image/x-icon"}}};

std::string_view type_of(std::string_view path) {
  const std::string name = ascii_lower(path);
  for (const Type& type : kTypes) {
    if (name.ends_with(type.ending)) return type.type;
  }
  return {};
}

std::string real(const std::string& path) {
  const std::unique_ptr<char, void (*)(void*)> found(::realpath(path.c_str(), nullptr), std::free);
  return found ? found.get() : "";
}

// A regular file below the content folder, wherever links lead.
Fd open_image(const std::string& content, const std::string& path) {
  const std::string root = real(content), file = real(content + "/images/" + path);
  if (root.empty() || !file.starts_with(root == "/" ? root : root + '/')) return Fd();
  Fd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  struct stat status {};
  if (!fd || ::fstat(fd.number(), &status) != 0 || !S_ISREG(status.st_mode)) return Fd();
  return fd;
}

FileStat stat_of(const Fd& fd) {
  struct stat status {};
  if (::fstat(fd.number(), &status) != 0) throw SystemError("cannot stat an image", errno);
  FileStat stat;
  stat.size = static_cast<std::uint64_t>(status.st_size);
  stat.inode = status.st_ino;
  stat.device = status.st_dev;
  stat.mtime_ns = status.st_mtim.tv_sec * 1'000'000'000LL + status.st_mtim.tv_nsec;
  stat.ctime_ns = status.st_ctim.tv_sec * 1'000'000'000LL + status.st_ctim.tv_nsec;
  return stat;
}

std::int64_t now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return now.tv_sec * 1'000'000'000LL + now.tv_nsec;
}

// What is left of a job's room, or the refusal.
class Room {
 public:
  explicit Room(const Sheet& sheet) {
    if (sheet.html.size() > kMaxSheet) {
      throw PressRefused("its sheet has " + std::to_string(sheet.html.size()) +
                         " bytes of HTML, and " + std::to_string(kMaxSheet) +
                         " are the most; split the post");
    }
    if (sheet.images.size() > kMaxParts) {
      throw PressRefused("it shows " + std::to_string(sheet.images.size()) + " images, and " +
                         std::to_string(kMaxParts) + " are the most; split the post");
    }
    left_ = kMaxJobBytes - sheet.html.size();
  }
  void take(std::uint64_t size, const std::string& path) {
    if (size > left_) {
      throw PressRefused("its images are larger than " + std::to_string(kMaxJobBytes >> 20) +
                         " MB in all (" + path + " is too much); make them smaller");
    }
    left_ -= static_cast<std::size_t>(size);
  }

 private:
  std::size_t left_ = 0;
};

void add(std::string& all, std::string_view text) {
  all += std::to_string(text.size());
  all += ':';
  all += text;
}

// The worker takes no longer ones, and no file's metadata needs them.
std::string metadata(std::string_view text) {
  constexpr std::size_t kMostPoints = 4000;
  return shorten(text, kMostPoints);
}

}  // namespace

const Hash128* ImageHashes::find(const std::string& path, const FileStat& stat) const {
  const auto at = entries_.find(path);
  return at != entries_.end() && at->second.stat == stat ? &at->second.hash : nullptr;
}

void ImageHashes::keep(const std::string& path, const FileStat& stat, Hash128 hash) {
  if (!settled(stat, now_ns())) return;
  if (entries_.size() >= kMost) entries_.clear();
  entries_[path] = {stat, hash};
}

PressWork make_work(const Snapshot& snapshot, Product product, std::uint32_t number,
                    ImageHashes& hashes) {
  const PressSettings& settings = *snapshot.press_settings;
  const RenderContext context{*snapshot.theme, *snapshot.info, snapshot.site};
  PressWork work;
  work.product = product;
  work.paper = settings.letter ? Paper::letter : Paper::a4;
  work.sheet =
      product == Product::pdf ? render_sheet(context, number) : render_card_sheet(context, number);
  Room room(work.sheet);
  for (const std::string& path : work.sheet.images) {
    const std::string_view type = type_of(path);
    const Fd fd = type.empty() ? Fd() : open_image(settings.content, path);
    if (!fd) continue;
    const FileStat stat = stat_of(fd);
    room.take(stat.size, path);
    const Hash128* known = hashes.find(path, stat);
    const Hash128 hash = known != nullptr ? *known : hash128(read_all(fd.number(), kMaxJobBytes));
    if (known == nullptr) hashes.keep(path, stat, hash);
    work.images.push_back({path, std::string(type), hash});
  }
  return work;
}

std::string press_key(const PressWork& work, const Hello& hello) {
  const Sheet& sheet = work.sheet;
  std::string all;
  add(all, kEdition);
  add(all, work.product == Product::pdf ? "pdf" : "card");
  add(all, work.paper == Paper::a4 ? "a4" : "letter");
  add(all, hello.worker);
  add(all, hello.browser);
  for (const std::string* text :
       {&sheet.html, &sheet.address, &sheet.title, &sheet.author, &sheet.subject, &sheet.lang})
    add(all, *text);
  for (const std::string& word : sheet.keywords) add(all, word);
  add(all, std::to_string(sheet.published) + ' ' + std::to_string(sheet.updated));
  for (const PressWork::Image& image : work.images) {
    add(all, image.path);
    add(all, to_hex(image.hash));
  }
  return to_hex(hash128(all));
}

PressJob make_job(PressWork& work, const std::string& content, std::string_view base_url) {
  const Sheet& sheet = work.sheet;
  PressJob made;
  made.bulk = open_memfd("octavo-print");
  Job& job = made.job;
  job.product = work.product;
  job.paper = work.paper;
  job.address = sheet.address;
  job.html_size = sheet.html.size();
  job.title = metadata(sheet.title);
  job.author = metadata(sheet.author);
  job.subject = metadata(sheet.subject);
  job.lang = sheet.lang;
  job.keywords = sheet.keywords;
  if (job.keywords.size() > kMostKeywords) job.keywords.resize(kMostKeywords);
  job.published = sheet.published;
  job.updated = sheet.updated;
  write_all(made.bulk.number(), sheet.html);
  Room room(sheet);
  std::size_t at = sheet.html.size();
  // One image in memory at a time: together they lie in the memfd alone.
  std::vector<PressWork::Image> read;
  for (PressWork::Image& image : work.images) {
    const Fd fd = open_image(content, image.path);
    std::string address = image_address(base_url, image.path);
    if (!fd || address.size() > kLongestAddress) continue;
    room.take(stat_of(fd).size, image.path);
    const std::string bytes = read_all(fd.number(), kMaxJobBytes);
    image.hash = hash128(bytes);
    write_all(made.bulk.number(), bytes);
    job.parts.push_back({std::move(address), image.type, at, bytes.size()});
    at += bytes.size();
    read.push_back(std::move(image));
  }
  work.images = std::move(read);
  seal(made.bulk.number());
  return made;
}

}  // namespace octavo
