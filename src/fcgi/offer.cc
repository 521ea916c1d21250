// SPDX-License-Identifier: GPL-3.0-or-later
#include "fcgi/offer.h"

#include <list>
#include <stdexcept>

namespace octavo {
namespace {

// What the copies of a Reply share. Whoever of them speaks first has spoken for all.
class Pledge {
 public:
  Pledge(std::weak_ptr<Mailbox> mailbox, std::uint64_t ticket)
      : mailbox_(std::move(mailbox)), letter_(1) {
    letter_.front().ticket = ticket;
  }
  Pledge(const Pledge&) = delete;
  Pledge& operator=(const Pledge&) = delete;
  ~Pledge() {
    if (!letter_.empty()) redeem(nullptr);
  }

  void redeem(Framed answer) noexcept {
    if (const std::shared_ptr<Mailbox> mailbox = mailbox_.lock()) {
      mailbox->leave(letter_, std::move(answer));
    }
  }

 private:
  const std::weak_ptr<Mailbox> mailbox_;
  std::list<Mailbox::Letter> letter_;  // guarded by the mailbox
};

}  // namespace

Reply Offer::take() {
  if (ticket_ != 0) throw std::logic_error("a reply was taken twice");
  const std::uint64_t ticket = ++last_;
  Reply reply = [pledge = std::make_shared<Pledge>(mailbox_, ticket)](Framed answer) {
    pledge->redeem(std::move(answer));
  };
  ticket_ = ticket;
  return reply;
}

}  // namespace octavo
