// SPDX-License-Identifier: GPL-3.0-or-later
#include "fcgi/intake.h"

#include <algorithm>
#include <utility>

namespace octavo {
namespace {

// A PARAMS stream that is too large is read on, so that 431 can be told with the connection in
// step; but not for ever.
constexpr std::size_t kReadOn = 1u << 20;

// Each known name is answered once, whatever number of times it was asked for.
std::string values_result(std::string_view query, const GuardLimits& limits) {
  bool connections = false;
  bool requests = false;
  bool multiplexing = false;
  std::string_view name;
  std::string_view value;
  while (take_pair(query, name, value)) {
    connections |= name == "FCGI_MAX_CONNS";
    requests |= name == "FCGI_MAX_REQS";
    multiplexing |= name == "FCGI_MPXS_CONNS";
  }
  std::string result;
  const std::string count = std::to_string(limits.connections);
  if (connections) append_pair(result, "FCGI_MAX_CONNS", count);
  if (requests) append_pair(result, "FCGI_MAX_REQS", count);
  if (multiplexing) append_pair(result, "FCGI_MPXS_CONNS", "0");
  std::string out;
  append_record(out, kGetValuesResult, 0, result);
  return out;
}

Step answer(std::string bytes, bool close, bool distrust) {
  return {
      .kind = Step::Kind::answer, .close = close, .distrust = distrust, .answer = std::move(bytes)};
}

Step end_request(unsigned id, ProtocolStatus status, bool close, bool distrust) {
  std::string out;
  append_end_request(out, id, status);
  return answer(std::move(out), close, distrust);
}

}  // namespace

Step Intake::take(std::string_view& input, const GuardLimits& limits) {
  for (;;) {
    if (header_size_ < kRecordHeader) {
      const std::size_t count = std::min(kRecordHeader - header_size_, input.size());
      std::copy_n(input.data(), count, header_bytes_.data() + header_size_);
      header_size_ = static_cast<std::uint8_t>(header_size_ + count);
      input.remove_prefix(count);
      if (header_size_ < kRecordHeader) return {};
      if (!begin_record()) return {.kind = Step::Kind::broken};
    }
    if (content_left_ > 0) {
      const std::size_t count = std::min<std::size_t>(content_left_, input.size());
      take_content(input.substr(0, count), limits);
      content_left_ = static_cast<std::uint16_t>(content_left_ - count);
      input.remove_prefix(count);
      if (content_left_ > 0) return {};
    }
    const std::size_t count = std::min<std::size_t>(padding_left_, input.size());
    padding_left_ = static_cast<std::uint8_t>(padding_left_ - count);
    input.remove_prefix(count);
    if (padding_left_ > 0) return {};
    header_size_ = 0;
    Step step = end_record(limits);
    if (step.kind != Step::Kind::hungry) return step;
  }
}

void Intake::forget() {
  parameters_ = std::string();
  management_ = std::string();
}

bool Intake::begin_record() {
  record_ = read_header(header_bytes_.data());
  content_left_ = static_cast<std::uint16_t>(record_.content);
  padding_left_ = static_cast<std::uint8_t>(record_.padding);
  if (record_.version != 1) return false;
  return record_.type != kBeginRequest || (record_.id != 0 && record_.content == 8);
}

void Intake::take_content(std::string_view content, const GuardLimits& limits) {
  if (record_.type == kBeginRequest) {
    std::copy(content.begin(), content.end(), begin_bytes_.end() - content_left_);
  } else if (record_.id == 0) {
    if (record_.type == kGetValues) management_.append(content);
  } else if (active_ && record_.id == id_) {
    if (record_.type == kParams && !params_done_) {
      params_size_ += content.size();
      if (params_size_ <= limits.parameter_bytes) {
        parameters_.append(content);
      } else {
        parameters_ = std::string();
      }
    } else if (record_.type == kStdin) {
      body_size_ += content.size();
    }
  }
}

Step Intake::end_record(const GuardLimits& limits) {
  if (record_.type == kBeginRequest) return end_begin();
  if (record_.id == 0) return end_management(limits);
  // Records of a request that is not at hand are read over (3.3).
  if (!active_ || record_.id != id_) return {};
  switch (record_.type) {
    case kAbortRequest:
      active_ = false;
      return end_request(id_, ProtocolStatus::request_complete, !keep_, false);
    case kParams:
      return end_params(limits);
    case kStdin:
      return end_stdin(limits);
    default:
      return {};
  }
}

Step Intake::end_begin() {
  const auto byte = [this](std::size_t index) {
    return static_cast<unsigned>(static_cast<unsigned char>(begin_bytes_[index]));
  };
  const unsigned role = (byte(0) << 8) | byte(1);
  const bool keep = (byte(2) & kKeepConn) != 0;
  const auto id = static_cast<std::uint16_t>(record_.id);
  if (active_) {
    // The same id twice: nobody can tell any more whose the records are, so neither is served.
    const bool same = id == id_;
    if (same) active_ = false;
    return end_request(id, ProtocolStatus::cant_mpx_conn, same, same);
  }
  if (role != kResponder) return end_request(id, ProtocolStatus::unknown_role, !keep, !keep);
  active_ = true;
  keep_ = keep;
  id_ = id;
  params_done_ = false;
  params_size_ = 0;
  body_size_ = 0;
  parameters_.clear();
  return {};
}

Step Intake::end_params(const GuardLimits& limits) {
  if (params_done_) return refuse(400, true);
  if (record_.content == 0) params_done_ = true;
  if (params_size_ > limits.parameter_bytes + kReadOn) return refuse(431, true);
  return {};
}

Step Intake::end_stdin(const GuardLimits& limits) {
  // A list of parameters without its end may be half of what the reader sent.
  if (!params_done_) return refuse(400, true);
  if (body_size_ > limits.body_bytes) return refuse(413, true);
  if (record_.content != 0) return {};
  if (params_size_ > limits.parameter_bytes) return refuse(431, false);
  switch (judge_parameters(parameters_, limits)) {
    case Parameters::too_many:
      return refuse(431, false);
    case Parameters::malformed:
      return refuse(400, false);
    case Parameters::fine:
      break;
  }
  active_ = false;
  return {.kind = Step::Kind::request, .id = id_, .close = !keep_};
}

Step Intake::end_management(const GuardLimits& limits) {
  if (record_.type == kGetValues) {
    return answer(values_result(std::exchange(management_, {}), limits), false, false);
  }
  std::string out;
  append_record(out, kUnknownType, 0,
                std::string(1, static_cast<char>(record_.type)) + std::string(7, '\0'));
  return answer(std::move(out), false, false);
}

Step Intake::refuse(int status, bool distrust) {
  active_ = false;
  return {.kind = Step::Kind::refusal,
          .id = id_,
          .status = status,
          .close = !keep_ || distrust,
          .distrust = distrust};
}

}  // namespace octavo
