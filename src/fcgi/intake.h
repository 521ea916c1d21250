// SPDX-License-Identifier: GPL-3.0-or-later
//
// Takes a connection's bytes in, however they are cut, and says what they amount to: requests,
// refusals, and the answers that FastCGI wants from a responder beside them. What is unusual but
// legal (padding anywhere, foreign and empty records, a body, management records in between) ends
// in the same clean parameters as a plain request. Each byte is looked at once.
//
// Thread safety: one owner.
// Throws: std::bad_alloc alone.
#ifndef OCTAVO_FCGI_INTAKE_H_
#define OCTAVO_FCGI_INTAKE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "fcgi/guard.h"
#include "fcgi/record.h"

namespace octavo {

struct Step {
  enum class Kind {
    hungry,   // all bytes are taken in and nothing is due
    request,  // whole, its body drained; parameters() are well-formed
    refusal,  // `status` is due for request `id`
    answer,   // `answer` is due as it stands
    broken,   // the stream is no FastCGI or out of step: close
  };
  Kind kind = Kind::hungry;
  unsigned id = 0;
  int status = 0;
  bool close = false;     // after what is due: the peer wants it so
  bool distrust = false;  // after what is due: the peer may still be sending, so drain and close
  std::string answer{};
};

class Intake {
 public:
  // Takes bytes off `input` up to the next thing that is due. REQUIRES: not broken before.
  Step take(std::string_view& input, const GuardLimits& limits);

  // Of the request that take() has just told; valid until it is called again.
  std::string_view parameters() const noexcept { return parameters_; }

  // Something has begun that is not whole: a record or a request.
  bool pending() const noexcept { return active_ || header_size_ != 0; }
  // Gives memory back that a finished request has used.
  void forget();

 private:
  bool begin_record();
  void take_content(std::string_view content, const GuardLimits& limits);
  Step end_record(const GuardLimits& limits);
  Step end_begin();
  Step end_params(const GuardLimits& limits);
  Step end_stdin(const GuardLimits& limits);
  Step end_management(const GuardLimits& limits);
  Step refuse(int status, bool distrust);

  std::array<char, kRecordHeader> header_bytes_{};
  std::array<char, 8> begin_bytes_{};
  std::uint8_t header_size_ = 0;
  std::uint8_t padding_left_ = 0;
  bool active_ = false;
  bool keep_ = false;
  bool params_done_ = false;
  std::uint16_t id_ = 0;            // of the request at hand, while active_
  std::uint16_t content_left_ = 0;  // of the record at hand
  RecordHeader record_;
  std::size_t params_size_ = 0;  // of the stream so far; beyond the limit it is not kept
  std::size_t body_size_ = 0;
  std::string parameters_;
  std::string management_;  // content of a GET_VALUES record
};

}  // namespace octavo

#endif  // OCTAVO_FCGI_INTAKE_H_
