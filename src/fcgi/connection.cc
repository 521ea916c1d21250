// SPDX-License-Identifier: GPL-3.0-or-later
#include "fcgi/connection.h"

#include <sys/socket.h>
#include <sys/types.h>

#include <cerrno>
#include <exception>
#include <memory>

#include "base/log.h"
#include "fcgi/record.h"

namespace octavo {
namespace {

constexpr std::size_t kAnswers = 16u << 10;  // gathered before they are sent

bool would_block(int error) {
  return error == EAGAIN || error == EWOULDBLOCK;
}

}  // namespace

Transfer send_rest(Connection& connection, bool& progress) {
  while (connection.sent < connection.out->size()) {
    const ssize_t count =
        ::send(connection.socket.number(), connection.out->data() + connection.sent,
               connection.out->size() - connection.sent, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0) {
      if (errno == EINTR) continue;
      return would_block(errno) ? Transfer::later : Transfer::ended;
    }
    connection.sent += static_cast<std::size_t>(count);
    progress = true;
  }
  return Transfer::done;
}

Transfer receive(Connection& connection, char* buffer, std::size_t size, std::size_t& count) {
  for (;;) {
    const ssize_t result = ::recv(connection.socket.number(), buffer, size, MSG_DONTWAIT);
    if (result > 0) {
      count = static_cast<std::size_t>(result);
      return Transfer::done;
    }
    if (result == 0) return Transfer::ended;
    if (errno == EINTR) continue;
    return would_block(errno) ? Transfer::later : Transfer::ended;
  }
}

bool has_unread(const Connection& connection) {
  char byte;
  return ::recv(connection.socket.number(), &byte, 1, MSG_PEEK | MSG_DONTWAIT) > 0;
}

Responder::Responder(const GuardLimits& limits, const HandlerFactory& handlers,
                     std::weak_ptr<Mailbox> mailbox)
    : limits_(limits),
      handlers_(handlers),
      bad_request_(frame_fault(400)),
      too_large_(frame_fault(413)),
      too_many_(frame_fault(431)),
      failed_(frame_fault(500)),
      overdue_(frame_fault(504)),
      inbox_(kInbox),
      parser_(limits.parameter_bytes),
      offer_(std::move(mailbox)) {}

void Responder::make_handler() noexcept {
  try {
    handler_ = handlers_();
  } catch (const std::exception& error) {
    log_error(std::string("fcgi: no handler, all requests get 500: ") + error.what());
  } catch (...) {
    log_error("fcgi: no handler, all requests get 500");
  }
}

std::optional<Due> Responder::next(Intake& intake, std::string_view& bytes) {
  if (!intake.pending()) {
    if (const auto plain = plain_request(bytes, limits_)) {
      bytes = {};
      Due due{serve(parser_.parse(plain->parameters)), !plain->keep, false, true};
      if (!due.bytes) {
        due.ticket = offer_.ticket();
        due.id = plain->id;
      } else if (plain->id != 1) {
        due.bytes = std::make_shared<const std::string>(with_request_id(*due.bytes, plain->id));
      }
      return due;
    }
  }
  std::string answers;
  for (;;) {
    const Step step = intake.take(bytes, limits_);
    Due due{nullptr, step.close, step.distrust};
    switch (step.kind) {
      case Step::Kind::answer:
        answers += step.answer;
        if (!step.close && !step.distrust && answers.size() < kAnswers) continue;
        break;
      case Step::Kind::request:
        due.bytes = serve(parser_.parse(intake.parameters()));
        due.complete = true;
        if (!due.bytes) {
          due.ticket = offer_.ticket();
          due.id = step.id;
        }
        break;
      case Step::Kind::refusal:
        due.bytes = refusal(step.status);
        due.complete = true;
        break;
      case Step::Kind::broken:
        due.close = true;
        break;
      case Step::Kind::hungry:
        if (answers.empty()) return std::nullopt;
        break;
    }
    if (due.bytes && (step.id != 1 || !answers.empty())) {
      answers += with_request_id(*due.bytes, step.id);
      due.bytes.reset();
    }
    if (!answers.empty()) due.bytes = std::make_shared<const std::string>(std::move(answers));
    return due;
  }
}

Framed Responder::late(const Framed& before, Framed answer, unsigned id) const {
  if (!answer) answer = failed_;
  if (!before && id == 1) return answer;
  std::string bytes = before ? *before : std::string();
  bytes += with_request_id(*answer, id);
  return std::make_shared<const std::string>(std::move(bytes));
}

Framed Responder::serve(const Request* request) {
  if (request == nullptr) {
    log_error("fcgi: libfcgi refused a request that the guard had passed");
    return bad_request_;
  }
  Framed framed = is_request_line(request->method, request->target) ? call(*request) : bad_request_;
  parser_.release();
  return framed;
}

// Whatever a handler throws costs this one request.
Framed Responder::call(const Request& request) {
  offer_.renew();
  try {
    if (Framed framed = handler_ ? handler_(request, offer_) : nullptr) return framed;
    if (offer_.ticket() != 0) return nullptr;
    log_error("fcgi: no answer to a request");
  } catch (const std::exception& error) {
    log_error(std::string("fcgi: a request failed: ") + error.what());
  } catch (...) {
    log_error("fcgi: a request failed");
  }
  return failed_;
}

Framed Responder::refusal(int status) const {
  switch (status) {
    case 413:
      return too_large_;
    case 431:
      return too_many_;
    default:
      return bad_request_;
  }
}

}  // namespace octavo
