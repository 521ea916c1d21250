// SPDX-License-Identifier: GPL-3.0-or-later
//
// The Deferral of a loop, offered anew with each request. It costs something only when it is taken.
//
// Thread safety: one owner, the loop; the replies any thread, also when the loop is gone.
// Throws: take() std::bad_alloc, and std::logic_error when it was taken before.
#ifndef OCTAVO_FCGI_OFFER_H_
#define OCTAVO_FCGI_OFFER_H_

#include <cstdint>
#include <memory>
#include <utility>

#include "fcgi/mailbox.h"
#include "fcgi/server.h"

namespace octavo {

class Offer final : public Deferral {
 public:
  explicit Offer(std::weak_ptr<Mailbox> mailbox) : mailbox_(std::move(mailbox)) {}

  Reply take() override;

  // For the next request.
  void renew() noexcept { ticket_ = 0; }
  // What the letter will bear with the answer; 0 when the reply was not taken.
  std::uint64_t ticket() const noexcept { return ticket_; }

 private:
  std::weak_ptr<Mailbox> mailbox_;
  std::uint64_t ticket_ = 0;
  std::uint64_t last_ = 0;
};

}  // namespace octavo

#endif  // OCTAVO_FCGI_OFFER_H_
