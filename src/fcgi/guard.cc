// SPDX-License-Identifier: GPL-3.0-or-later
#include "fcgi/guard.h"

#include <algorithm>

#include "fcgi/record.h"

namespace octavo {
namespace {

bool is_token_character(char character) {
  if ((character >= 'A' && character <= 'Z') || (character >= 'a' && character <= 'z')) return true;
  if (character >= '0' && character <= '9') return true;
  return character != '\0' &&
         std::string_view("!#$%&'*+-.^_`|~").find(character) != std::string_view::npos;
}

// Takes a record of `type` and `id` that lies whole in `bytes` off them.
bool take_record(std::string_view& bytes, unsigned type, unsigned id, std::string_view& content) {
  if (bytes.size() < kRecordHeader) return false;
  const RecordHeader header = read_header(bytes.data());
  if (header.version != 1 || header.type != type || header.id != id) return false;
  if (bytes.size() - kRecordHeader < header.content + header.padding) return false;
  content = bytes.substr(kRecordHeader, header.content);
  bytes.remove_prefix(kRecordHeader + header.content + header.padding);
  return true;
}

}  // namespace

std::optional<PlainRequest> plain_request(std::string_view bytes, const GuardLimits& limits) {
  constexpr std::size_t kBegin = kRecordHeader + 8;
  if (bytes.size() < kBegin) return std::nullopt;
  const RecordHeader begin = read_header(bytes.data());
  // libfcgi does not skip padding behind BEGIN_REQUEST.
  if (begin.version != 1 || begin.type != kBeginRequest || begin.id == 0) return std::nullopt;
  if (begin.content != 8 || begin.padding != 0) return std::nullopt;
  const auto body = bytes.substr(kRecordHeader, 8);
  if (body[0] != 0 || body[1] != static_cast<char>(kResponder)) return std::nullopt;
  bytes.remove_prefix(kBegin);

  std::string_view parameters;
  std::string_view end;
  if (!take_record(bytes, kParams, begin.id, parameters) || parameters.empty()) return std::nullopt;
  if (!take_record(bytes, kParams, begin.id, end) || !end.empty()) return std::nullopt;
  if (!take_record(bytes, kStdin, begin.id, end) || !end.empty()) return std::nullopt;
  if (!bytes.empty()) return std::nullopt;
  if (judge_parameters(parameters, limits) != Parameters::fine) return std::nullopt;
  return PlainRequest{begin.id, (static_cast<unsigned char>(body[2]) & kKeepConn) != 0, parameters};
}

Parameters judge_parameters(std::string_view stream, const GuardLimits& limits) {
  if (stream.size() > limits.parameter_bytes) return Parameters::too_many;
  unsigned count = 0;
  std::string_view name;
  std::string_view value;
  while (!stream.empty()) {
    if (!take_pair(stream, name, value) || name.empty()) return Parameters::malformed;
    const std::string_view both(name.data(), name.size() + value.size());
    if (both.find('\0') != std::string_view::npos) return Parameters::malformed;
    if (++count > limits.parameters) return Parameters::too_many;
  }
  return Parameters::fine;
}

bool is_request_line(std::string_view method, std::string_view target) {
  if (method.empty() || !std::all_of(method.begin(), method.end(), is_token_character))
    return false;
  if (target.empty()) return false;
  const bool clean = std::all_of(target.begin(), target.end(), [](char character) {
    const auto byte = static_cast<unsigned char>(character);
    return byte > 0x20 && byte != 0x7f;
  });
  return clean &&
         (target.front() == '/' || target == "*" || target.find("://") != std::string_view::npos);
}

}  // namespace octavo
