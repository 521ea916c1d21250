// SPDX-License-Identifier: GPL-3.0-or-later
#include "fcgi/frame.h"

#include <algorithm>
#include <cstddef>

#include "base/text.h"
#include "fcgi/record.h"

namespace octavo {
namespace {

// The largest multiple of eight that fits: full records need no padding and stay aligned.
constexpr std::size_t kPiece = 65528;

bool may_have_length(int status) {
  return status >= 200 && status != 204 && status != 304;
}

bool names_length(const Response& response) {
  return std::any_of(response.headers.begin(), response.headers.end(), [](const Header& header) {
    return ascii_iequals(header.name, "Content-Length");
  });
}

// STDOUT is one stream: pieces fill a record before the next one begins.
class StdoutStream {
 public:
  explicit StdoutStream(std::string& out, std::size_t size) : out_(out), left_(size) {}
  void write(std::string_view bytes) {
    while (!bytes.empty()) {
      if (room_ == 0) {
        room_ = std::min(left_, kPiece);
        left_ -= room_;
        append_header(out_, {.type = kStdout, .id = 1, .content = room_});
      }
      const std::size_t count = std::min(room_, bytes.size());
      out_.append(bytes.substr(0, count));
      bytes.remove_prefix(count);
      room_ -= count;
    }
  }

 private:
  std::string& out_;
  std::size_t left_;      // of the stream, not yet announced in a header
  std::size_t room_ = 0;  // in the record at hand
};

}  // namespace

Framed frame(const Response& response) {
  const std::string_view body = response.body ? std::string_view(*response.body) : "";
  std::string head = cgi_head(response);
  if (may_have_length(response.status) && !names_length(response)) {
    const std::string length = "Content-Length: " + std::to_string(body.size()) + "\r\n";
    head.insert(head.size() - 2, length);  // before the blank line
  }
  const bool bodiless = response.head || !may_have_length(response.status);
  const std::string_view sent = bodiless ? std::string_view() : body;

  auto framed = std::make_shared<std::string>();
  const std::size_t size = head.size() + sent.size();
  framed->reserve(size + kRecordHeader * (size / kPiece + 4) + 8);
  StdoutStream stream(*framed, size);
  stream.write(head);
  stream.write(sent);
  append_record(*framed, kStdout, 1, {});
  append_end_request(*framed, 1, ProtocolStatus::request_complete);
  return framed;
}

std::string with_request_id(std::string_view framed, unsigned id) {
  std::string out(framed);
  std::size_t at = 0;
  while (at + kRecordHeader <= out.size()) {
    const RecordHeader header = read_header(out.data() + at);
    out[at + 2] = static_cast<char>(id >> 8);
    out[at + 3] = static_cast<char>(id & 0xff);
    at += kRecordHeader + header.content + header.padding;
  }
  return out;
}

Framed frame_fault(int status) {
  const std::string text = std::to_string(status) + " " + std::string(reason_phrase(status)) + "\n";
  Response response;
  response.status = status;
  // X-Accel-Expires first: nginx ignores it behind Cache-Control.
  response.headers = {{"X-Accel-Expires", "0"},
                      {"Cache-Control", "no-store"},
                      {"Content-Type", "text/plain; charset=utf-8"},
                      {"X-Content-Type-Options", "nosniff"}};
  response.body = std::make_shared<const std::string>(text);
  return frame(response);
}

}  // namespace octavo
