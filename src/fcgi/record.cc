// SPDX-License-Identifier: GPL-3.0-or-later
#include "fcgi/record.h"

namespace octavo {
namespace {

unsigned byte_at(const char* bytes, std::size_t index) {
  return static_cast<unsigned char>(bytes[index]);
}

void append_byte(std::string& out, std::size_t value) {
  out.push_back(static_cast<char>(value & 0xff));
}

void append_length(std::string& out, std::size_t length) {
  if (length < 0x80) return append_byte(out, length);
  append_byte(out, (length >> 24) | 0x80);
  append_byte(out, length >> 16);
  append_byte(out, length >> 8);
  append_byte(out, length);
}

bool take_length(std::string_view& stream, std::size_t& length) {
  if (stream.empty()) return false;
  const unsigned first = byte_at(stream.data(), 0);
  if (first < 0x80) {
    length = first;
    stream.remove_prefix(1);
    return true;
  }
  if (stream.size() < 4) return false;
  length = (std::size_t{first & 0x7fu} << 24) | (std::size_t{byte_at(stream.data(), 1)} << 16) |
           (std::size_t{byte_at(stream.data(), 2)} << 8) | byte_at(stream.data(), 3);
  stream.remove_prefix(4);
  return true;
}

}  // namespace

RecordHeader read_header(const char* bytes) {
  RecordHeader header;
  header.version = byte_at(bytes, 0);
  header.type = byte_at(bytes, 1);
  header.id = (byte_at(bytes, 2) << 8) | byte_at(bytes, 3);
  header.content = (byte_at(bytes, 4) << 8) | byte_at(bytes, 5);
  header.padding = byte_at(bytes, 6);
  return header;
}

void append_header(std::string& out, const RecordHeader& header) {
  append_byte(out, header.version);
  append_byte(out, header.type);
  append_byte(out, header.id >> 8);
  append_byte(out, header.id);
  append_byte(out, header.content >> 8);
  append_byte(out, header.content);
  append_byte(out, header.padding);
  append_byte(out, 0);
}

void append_record(std::string& out, unsigned type, unsigned id, std::string_view content) {
  append_header(out, {.type = type, .id = id, .content = content.size()});
  out.append(content);
}

void append_begin_request(std::string& out, unsigned id, unsigned role, unsigned flags) {
  append_header(out, {.type = kBeginRequest, .id = id, .content = 8});
  append_byte(out, role >> 8);
  append_byte(out, role);
  append_byte(out, flags);
  out.append(5, '\0');
}

void append_end_request(std::string& out, unsigned id, ProtocolStatus status) {
  append_header(out, {.type = kEndRequest, .id = id, .content = 8});
  out.append(4, '\0');  // the application's status
  append_byte(out, static_cast<unsigned>(status));
  out.append(3, '\0');
}

void append_pair(std::string& out, std::string_view name, std::string_view value) {
  append_length(out, name.size());
  append_length(out, value.size());
  out.append(name).append(value);
}

bool take_pair(std::string_view& stream, std::string_view& name, std::string_view& value) {
  std::string_view left = stream;
  std::size_t name_size = 0;
  std::size_t value_size = 0;
  if (!take_length(left, name_size) || !take_length(left, value_size)) return false;
  // Each is below 2^31, so the sum cannot wrap in 64 bits; compared one by one all the same.
  if (name_size > left.size() || value_size > left.size() - name_size) return false;
  name = left.substr(0, name_size);
  value = left.substr(name_size, value_size);
  left.remove_prefix(name_size + value_size);
  stream = left;
  return true;
}

}  // namespace octavo
