// SPDX-License-Identifier: GPL-3.0-or-later
//
// FastCGI records (FastCGI 1.0, 3.3 and 8): eight bytes of header, content, padding.
//
// Thread safety: pure functions.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_FCGI_RECORD_H_
#define OCTAVO_FCGI_RECORD_H_

#include <cstddef>
#include <string>
#include <string_view>

namespace octavo {

inline constexpr std::size_t kRecordHeader = 8;
inline constexpr std::size_t kRecordContent = 65535;  // at most

// As they stand in a header; any other value is legal there too.
enum RecordType : unsigned {
  kBeginRequest = 1,
  kAbortRequest = 2,
  kEndRequest = 3,
  kParams = 4,
  kStdin = 5,
  kStdout = 6,
  kStderr = 7,
  kData = 8,
  kGetValues = 9,
  kGetValuesResult = 10,
  kUnknownType = 11,
};

enum class ProtocolStatus : unsigned {
  request_complete = 0,
  cant_mpx_conn = 1,
  overloaded = 2,
  unknown_role = 3,
};

inline constexpr unsigned kResponder = 1;  // a role
inline constexpr unsigned kKeepConn = 1;   // a flag

struct RecordHeader {
  unsigned version = 1;
  unsigned type = 0;
  unsigned id = 0;
  std::size_t content = 0;
  std::size_t padding = 0;
};

RecordHeader read_header(const char* bytes);  // REQUIRES: kRecordHeader bytes
void append_header(std::string& out, const RecordHeader& header);
// REQUIRES: content is at most kRecordContent
void append_record(std::string& out, unsigned type, unsigned id, std::string_view content);
void append_begin_request(std::string& out, unsigned id, unsigned role, unsigned flags);
void append_end_request(std::string& out, unsigned id, ProtocolStatus status);

// A name-value pair (3.4): lengths of one byte, or of four below 2^31.
void append_pair(std::string& out, std::string_view name, std::string_view value);
// Takes the first pair off `stream`. False, and `stream` as it was, when it is not a whole pair.
bool take_pair(std::string_view& stream, std::string_view& name, std::string_view& value);

}  // namespace octavo

#endif  // OCTAVO_FCGI_RECORD_H_
