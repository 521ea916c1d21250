// SPDX-License-Identifier: GPL-3.0-or-later
//
// One job's page in the browser: a context that no other job shares, scripts off before anything is
// loaded, each request answered from the job or refused, then printed or photographed.
//
// Thread safety: a Page has one owner.
// Throws: SystemError when the job's bulk cannot be read; std::bad_alloc.
#ifndef OCTAVO_PRINT_PAGE_H_
#define OCTAVO_PRINT_PAGE_H_

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "print/cdp.h"
#include "print/wire.h"

namespace octavo {

struct PageResult {
  Outcome::Kind kind = Outcome::Kind::failed;
  std::string message;
  std::string bytes;  // of a PDF or PNG, as the browser made it
};

class Page {
 public:
  // REQUIRES: all of them live as long as the page.
  Page(Cdp& cdp, const Job& job, const Fd& bulk);
  // Whether it was for this page.
  bool take(CdpMessage& message);
  // Hands over what the browser asked for, as the pipe has room.
  void feed();
  std::optional<PageResult>& result() noexcept { return result_; }
  const std::string& context() const noexcept { return context_; }
  unsigned refused() const noexcept { return refused_; }  // requests

 private:
  enum class Step { context, target, session, settings, loading, product, over };

  void answer(const CdpMessage& request);
  void reply(CdpMessage& message);
  void produce();
  void end(Outcome::Kind kind, std::string message);
  const JobPart* find(const std::string& url) const;
  std::string policy() const;

  Cdp& cdp_;
  const Job& job_;
  const Fd& bulk_;
  Step step_ = Step::context;
  std::set<std::uint64_t> awaited_;
  std::string context_, target_, session_, print_error_;
  bool navigated_ = false, loaded_ = false, document_given_ = false;
  std::map<std::string, const JobPart*, std::less<>> parts_;
  struct Asked {
    std::string request;
    const JobPart* part;  // null: the document
  };
  std::deque<Asked> asked_;
  unsigned refused_ = 0;
  std::optional<PageResult> result_;
};

}  // namespace octavo

#endif  // OCTAVO_PRINT_PAGE_H_
