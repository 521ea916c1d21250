// SPDX-License-Identifier: GPL-3.0-or-later
#include "print/wire.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>

namespace octavo {

namespace {

using nlohmann::json;

constexpr char kMagic[] = {'O', 'P', 'R', '1'};
constexpr std::size_t kHead = 12;
constexpr std::size_t kMaxAddress = 4096;
constexpr std::size_t kMaxText = 16u << 10;

void put32(std::string& out, std::uint32_t number) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(number >> shift & 0xff);
}

std::uint32_t take32(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    number |= std::uint32_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
  }
  return number;
}

Message pack(Message::Kind kind, const json& object, Fd bulk) {
  Message message;
  message.kind = kind;
  message.json = object.dump(-1, ' ', false, json::error_handler_t::replace);
  message.bulk = std::move(bulk);
  if (message.json.size() > kMaxMessage) throw WireError("a message is longer than it may be");
  return message;
}

// Reads members of an object that a stranger wrote. What is not there has its default.
class Members {
 public:
  explicit Members(json object) : object_(std::move(object)) {
    if (!object_.is_object()) throw WireError("a message holds no JSON object");
  }
  Members(const Message& message, Message::Kind kind)
      : Members(json::parse(message.json, nullptr, false)) {
    if (message.kind != kind) throw WireError("a message of another kind was due");
  }

  const json* find(const char* name) const {
    const auto at = object_.find(name);
    return at == object_.end() ? nullptr : &*at;
  }

  std::string text(const char* name, std::size_t limit = kMaxText) const {
    const json* value = find(name);
    if (value == nullptr) return {};
    if (!value->is_string()) throw wrong(name);
    auto text = value->get<std::string>();
    if (text.size() > limit) throw wrong(name);
    return text;
  }

  std::uint64_t number(const char* name, std::uint64_t limit) const {
    const json* value = find(name);
    if (value == nullptr) return 0;
    if (!value->is_number_unsigned() || value->get<std::uint64_t>() > limit) throw wrong(name);
    return value->get<std::uint64_t>();
  }

  // Years 0 to 9999.
  std::int64_t moment(const char* name) const {
    const json* value = find(name);
    if (value == nullptr) return 0;
    if (!value->is_number_integer()) throw wrong(name);
    const auto seconds = value->get<std::int64_t>();
    if (seconds < -62167219200 || seconds > 253402300799) throw wrong(name);
    return seconds;
  }

  const json& list(const char* name, std::size_t limit) const {
    static const json none = json::array();
    const json* value = find(name);
    if (value == nullptr) return none;
    if (!value->is_array() || value->size() > limit) throw wrong(name);
    return *value;
  }

  static WireError wrong(const char* name) {
    return WireError(std::string("a message's \"") + name + "\" is not what it may be");
  }

 private:
  json object_;
};

// The size of a bulk that nobody can change or cut short while it is read; 0 without one.
std::size_t sealed_size(const Fd& bulk, std::size_t limit) {
  if (!bulk) return 0;
  const int seals = ::fcntl(bulk.number(), F_GET_SEALS);
  if (seals < 0 || (seals & (F_SEAL_WRITE | F_SEAL_SHRINK)) != (F_SEAL_WRITE | F_SEAL_SHRINK)) {
    throw WireError("a message's bulk is not a sealed memfd");
  }
  struct stat status {};
  if (::fstat(bulk.number(), &status) != 0) throw SystemError("cannot stat a bulk", errno);
  if (static_cast<std::uint64_t>(status.st_size) > limit) {
    throw WireError("a message's bulk is larger than it may be");
  }
  return static_cast<std::size_t>(status.st_size);
}

// An address goes into a page's requests and into header fields: no blanks, no controls.
bool is_address(std::string_view text) {
  if (!text.starts_with("https://") && !text.starts_with("http://")) return false;
  return std::none_of(text.begin(), text.end(),
                      [](unsigned char c) { return c <= ' ' || c == 127; });
}

// What a sheet shows: images and fonts, never a document.
bool is_part_type(std::string_view text) {
  if (!text.starts_with("image/") && !text.starts_with("font/")) return false;
  text.remove_prefix(text.find('/') + 1);
  return !text.empty() && std::all_of(text.begin(), text.end(), [](unsigned char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '+' || c == '-';
  });
}

const char* const kProducts[] = {"pdf", "card"};
const char* const kPapers[] = {"a4", "letter"};
const char* const kOutcomes[] = {"done", "busy", "refused", "failed", "no_browser"};

template <typename Enum, std::size_t count>
Enum choice(const Members& members, const char* name, const char* const (&names)[count]) {
  const std::string text = members.text(name);
  for (std::size_t i = 0; i < count; ++i) {
    if (text == names[i]) return static_cast<Enum>(i);
  }
  throw Members::wrong(name);
}

template <typename Enum, std::size_t count>
const char* name_of(Enum value, const char* const (&names)[count]) {
  return names[static_cast<std::size_t>(value)];
}

}  // namespace

Message to_message(const Hello& hello) {
  return pack(Message::Kind::hello,
              {{"worker", hello.worker}, {"browser", hello.browser}, {"trouble", hello.trouble}},
              Fd());
}

Hello to_hello(const Message& message) {
  const Members members(message, Message::Kind::hello);
  Hello hello;
  hello.worker = members.text("worker", 200);
  hello.browser = members.text("browser", 200);
  hello.trouble = members.text("trouble", 2000);
  return hello;
}

Message to_message(const Job& job, Fd bulk) {
  json parts = json::array();
  for (const JobPart& part : job.parts) {
    parts.push_back({{"address", part.address},
                     {"type", part.type},
                     {"offset", part.offset},
                     {"size", part.size}});
  }
  return pack(Message::Kind::job,
              {{"product", name_of(job.product, kProducts)},
               {"paper", name_of(job.paper, kPapers)},
               {"address", job.address},
               {"html_size", job.html_size},
               {"parts", std::move(parts)},
               {"title", job.title},
               {"author", job.author},
               {"subject", job.subject},
               {"lang", job.lang},
               {"keywords", job.keywords},
               {"published", job.published},
               {"updated", job.updated}},
              std::move(bulk));
}

Job to_job(const Message& message) {
  const Members members(message, Message::Kind::job);
  const std::size_t size = sealed_size(message.bulk, kMaxJobBytes);
  Job job;
  job.product = choice<Product>(members, "product", kProducts);
  job.paper = choice<Paper>(members, "paper", kPapers);
  job.address = members.text("address", kMaxAddress);
  if (!is_address(job.address)) throw Members::wrong("address");
  job.html_size = members.number("html_size", kMaxSheet);
  if (job.html_size == 0 || job.html_size > size) throw Members::wrong("html_size");
  for (const json& item : members.list("parts", kMaxParts)) {
    const Members of_part(item);
    JobPart part;
    part.address = of_part.text("address", kMaxAddress);
    part.type = of_part.text("type", 100);
    part.offset = of_part.number("offset", size);
    part.size = of_part.number("size", size - part.offset);
    if (!is_address(part.address)) throw Members::wrong("parts");
    if (!is_part_type(part.type)) throw Members::wrong("type");
    job.parts.push_back(std::move(part));
  }
  job.title = members.text("title");
  job.author = members.text("author");
  job.subject = members.text("subject");
  job.lang = members.text("lang", 100);
  for (const json& item : members.list("keywords", 1000)) {
    if (!item.is_string()) throw Members::wrong("keywords");
    job.keywords.push_back(item.get<std::string>());
  }
  job.published = members.moment("published");
  job.updated = members.moment("updated");
  return job;
}

Message to_message(const Outcome& outcome, Fd bulk) {
  return pack(Message::Kind::outcome,
              {{"kind", name_of(outcome.kind, kOutcomes)},
               {"message", outcome.message},
               {"size", outcome.size},
               {"pages", outcome.pages},
               {"took_ms", outcome.took_ms}},
              std::move(bulk));
}

Outcome to_outcome(const Message& message) {
  const Members members(message, Message::Kind::outcome);
  constexpr std::uint64_t kLargest = std::numeric_limits<unsigned>::max();
  Outcome outcome;
  outcome.kind = choice<Outcome::Kind>(members, "kind", kOutcomes);
  outcome.message = members.text("message", 4096);
  outcome.size = members.number("size", kMaxOutcomeBytes);
  outcome.pages = static_cast<unsigned>(members.number("pages", kLargest));
  outcome.took_ms = static_cast<unsigned>(members.number("took_ms", kLargest));
  const std::size_t size = sealed_size(message.bulk, kMaxOutcomeBytes);
  if (outcome.kind == Outcome::Kind::done ? outcome.size == 0 || outcome.size != size
                                          : message.bulk || outcome.size != 0) {
    throw Members::wrong("size");
  }
  return outcome;
}

Fd make_bulk(const std::vector<std::string_view>& pieces) {
  Fd bulk = open_memfd("octavo-print");
  for (const std::string_view piece : pieces) write_all(bulk.number(), piece);
  seal(bulk.number());
  return bulk;
}

std::string read_bulk(const Fd& bulk, std::size_t offset, std::size_t size) {
  std::string bytes(size, '\0');
  std::size_t got = 0;
  while (got < size) {
    const ssize_t count =
        ::pread(bulk.number(), bytes.data() + got, size - got, static_cast<off_t>(offset + got));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw SystemError("cannot read a bulk", errno);
    if (count == 0) throw WireError("a bulk is shorter than its message says");
    got += static_cast<std::size_t>(count);
  }
  return bytes;
}

Channel::Channel(Fd socket) : socket_(std::move(socket)) {
  const int flags = ::fcntl(fd(), F_GETFL);
  if (flags < 0 || ::fcntl(fd(), F_SETFL, flags | O_NONBLOCK) != 0) {
    throw SystemError("cannot make a socket non-blocking", errno);
  }
}

void Channel::send(Message message) {
  Outgoing outgoing;
  outgoing.bytes.reserve(kHead + message.json.size());
  outgoing.bytes.assign(kMagic, sizeof kMagic);
  put32(outgoing.bytes, static_cast<std::uint32_t>(message.kind));
  put32(outgoing.bytes, static_cast<std::uint32_t>(message.json.size()));
  outgoing.bytes += message.json;
  outgoing.bulk = std::move(message.bulk);
  out_.push_back(std::move(outgoing));
}

void Channel::step() {
  while (!out_.empty()) {
    Outgoing& first = out_.front();
    iovec piece{first.bytes.data() + first.sent, first.bytes.size() - first.sent};
    alignas(cmsghdr) char control[CMSG_SPACE(sizeof(int))] = {};
    msghdr header{};
    header.msg_iov = &piece;
    header.msg_iovlen = 1;
    if (first.bulk) {
      header.msg_control = control;
      header.msg_controllen = sizeof control;
      cmsghdr* rights = CMSG_FIRSTHDR(&header);
      rights->cmsg_level = SOL_SOCKET;
      rights->cmsg_type = SCM_RIGHTS;
      rights->cmsg_len = CMSG_LEN(sizeof(int));
      const int number = first.bulk.number();
      std::memcpy(CMSG_DATA(rights), &number, sizeof number);
    }
    const ssize_t count = ::sendmsg(fd(), &header, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) return;
      if (errno == EPIPE || errno == ECONNRESET) return out_.clear();  // receive() tells the rest
      throw SystemError("cannot send to the other side", errno);
    }
    first.bulk.reset();
    first.sent += static_cast<std::size_t>(count);
    if (first.sent == first.bytes.size()) out_.pop_front();
  }
}

std::optional<Message> Channel::whole() {
  if (in_.size() < kHead) {
    if (in_.compare(0, std::string::npos, kMagic, std::min(in_.size(), sizeof kMagic)) != 0) {
      throw WireError("the other side does not speak this protocol");
    }
    return std::nullopt;
  }
  if (std::memcmp(in_.data(), kMagic, sizeof kMagic) != 0) {
    throw WireError("the other side does not speak this protocol");
  }
  const std::uint32_t kind = take32(in_, 4);
  const std::size_t length = take32(in_, 8);
  if (kind < 1 || kind > 3) throw WireError("a message of an unknown kind");
  if (length > kMaxMessage) throw WireError("a message is longer than it may be");
  if (in_.size() < kHead + length) return std::nullopt;
  Message message;
  message.kind = static_cast<Message::Kind>(kind);
  message.json = in_.substr(kHead, length);
  // A read may take up the end of a Hello together with what follows it, descriptor and all.
  if (message.kind != Message::Kind::hello) message.bulk = std::move(in_bulk_);
  in_.erase(0, kHead + length);
  return message;
}

std::optional<Message> Channel::receive(bool& ended) {
  char buffer[65536];
  for (;;) {
    if (!in_.empty()) {
      if (auto message = whole()) return message;
    }
    iovec piece{buffer, sizeof buffer};
    alignas(cmsghdr) char control[CMSG_SPACE(4 * sizeof(int))] = {};
    msghdr header{};
    header.msg_iov = &piece;
    header.msg_iovlen = 1;
    header.msg_control = control;
    header.msg_controllen = sizeof control;
    const ssize_t count = ::recvmsg(fd(), &header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
    if (count < 0) {
      if (errno == EINTR) continue;
      if (errno == EAGAIN) return std::nullopt;
      if (errno != ECONNRESET) throw SystemError("cannot receive from the other side", errno);
    }
    // First into owners, then judged: none may stay open.
    std::vector<Fd> brought;
    for (cmsghdr* part = CMSG_FIRSTHDR(&header); part != nullptr;
         part = CMSG_NXTHDR(&header, part)) {
      if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) continue;
      const std::size_t bytes = part->cmsg_len - CMSG_LEN(0);
      for (std::size_t at = 0; at + sizeof(int) <= bytes; at += sizeof(int)) {
        int number = -1;
        std::memcpy(&number, CMSG_DATA(part) + at, sizeof number);
        brought.emplace_back(number);
      }
    }
    if (count <= 0) {
      ended = true;
      return std::nullopt;
    }
    if ((header.msg_flags & MSG_CTRUNC) != 0 || brought.size() > 1 ||
        (!brought.empty() && in_bulk_)) {
      throw WireError("a message brings more than one descriptor");
    }
    if (!brought.empty()) in_bulk_ = std::move(brought.front());
    in_.append(buffer, static_cast<std::size_t>(count));
  }
}

}  // namespace octavo
