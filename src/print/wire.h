// SPDX-License-Identifier: GPL-3.0-or-later
//
// What `octavo serve` and `octavo-print` say to each other over a unix stream socket: one
// connection a job. The worker begins with a Hello; the client sends one Job and reads one Outcome;
// either may close at any time. A client that only wants to know who is there closes after the
// Hello.
//
// A message is a head of twelve bytes ("OPR1", its kind, the length of what follows; both 32 bits,
// little-endian) and a JSON object of at most kMaxMessage bytes. A Job and a finished Outcome bring
// one descriptor along (SCM_RIGHTS, with the first byte of the head): a memfd, sealed against
// writing and shrinking, that holds the bulk. Nothing is a path or a URL to fetch: an address in a
// job is the name by which the page asks for what the job holds.
//
// Neither side believes the other: lengths, kinds, seals and numbers are checked; what does not
// fit is a WireError.
//
// Thread safety: values; a Channel has one owner.
// Throws: WireError, SystemError, std::bad_alloc.
#ifndef OCTAVO_PRINT_WIRE_H_
#define OCTAVO_PRINT_WIRE_H_

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/file.h"

namespace octavo {

inline constexpr std::size_t kMaxMessage = 256u << 10;      // of JSON
inline constexpr std::size_t kMaxSheet = 1u << 20;          // of HTML
inline constexpr std::size_t kMaxJobBytes = 64u << 20;      // HTML and all images
inline constexpr std::size_t kMaxOutcomeBytes = 64u << 20;  // a finished file
inline constexpr std::size_t kMaxParts = 1000;

class WireError : public Error {
 public:
  using Error::Error;
};

enum class Product { pdf, card };  // card: a PNG of 1200 × 630
enum class Paper { a4, letter };

// Who answers at the socket.
struct Hello {
  std::string worker;   // version of octavo-print
  std::string browser;  // "Chrome/156.0.8078.79"; empty: there is none, and `trouble` says so
  std::string trouble;  // what is missing and what to do; empty: ready
};

// What a page may ask for, by its absolute address.
struct JobPart {
  std::string address;               // "https://blog.example.org/content/images/a.png"
  std::string type;                  // "image/png"
  std::size_t offset = 0, size = 0;  // in the bulk
};

struct Job {
  Product product = Product::pdf;
  Paper paper = Paper::a4;
  std::string address;        // of the document: relative links in it become links to there
  std::size_t html_size = 0;  // the bulk begins with the HTML
  std::vector<JobPart> parts;
  // For the PDF's metadata; UTF-8.
  std::string title, author, subject, lang;
  std::vector<std::string> keywords;
  std::int64_t published = 0, updated = 0;  // seconds since 1970; updated 0: as published
};

struct Outcome {
  enum class Kind {
    done,     // the bulk is the file
    busy,     // too many jobs at hand: ask again later
    refused,  // the job is larger than it may be, or its page would not end: asking again is in
              // vain
    failed,   // the browser died or fell silent: another try may do
    no_browser,
  };
  Kind kind = Kind::failed;
  std::string message;   // for the log, one line; why and what to do
  std::size_t size = 0;  // of the file
  unsigned pages = 0;    // of a PDF
  unsigned took_ms = 0;
};

struct Message {
  enum class Kind : std::uint32_t { hello = 1, job = 2, outcome = 3 };
  Kind kind = Kind::hello;
  std::string json;
  Fd bulk;  // may be empty
};

Message to_message(const Hello& hello);
Message to_message(const Job& job, Fd bulk);
Message to_message(const Outcome& outcome, Fd bulk);
Hello to_hello(const Message& message);
Job to_job(const Message& message);          // sizes are held against the bulk's
Outcome to_outcome(const Message& message);  // the same

// A sealed memfd of these bytes, one after the other.
Fd make_bulk(const std::vector<std::string_view>& pieces);
// The bulk's bytes from `offset`; read, not mapped.
std::string read_bulk(const Fd& bulk, std::size_t offset, std::size_t size);

// Messages over a non-blocking socket, as poll(2) tells.
class Channel {
 public:
  explicit Channel(Fd socket);
  int fd() const noexcept { return socket_.number(); }
  void send(Message message);  // queued; goes out by step()
  bool unsent() const noexcept { return !out_.empty(); }
  void step();  // sends what can be sent; to a peer that has closed, nothing
  // A message if one is whole. `ended` becomes true when the peer has closed, and not before all
  // that it sent whole was received.
  std::optional<Message> receive(bool& ended);

 private:
  struct Outgoing {
    std::string bytes;
    Fd bulk;
    std::size_t sent = 0;
  };

  std::optional<Message> whole();

  Fd socket_;
  std::deque<Outgoing> out_;
  std::string in_;
  Fd in_bulk_;
};

}  // namespace octavo

#endif  // OCTAVO_PRINT_WIRE_H_
