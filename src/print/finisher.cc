// SPDX-License-Identifier: GPL-3.0-or-later
#include "print/finisher.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <new>

#include "base/error.h"
#include "print/finish.h"
#include "print/limits.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define OCTAVO_SANITIZED 1
#endif

namespace octavo {

namespace {

constexpr rlim_t kFinishCpu = 20;  // seconds

void confine(std::uint64_t memory) {
  const rlimit none{0, 0}, cpu{kFinishCpu, kFinishCpu};
  ::setrlimit(RLIMIT_CORE, &none);
  ::setrlimit(RLIMIT_CPU, &cpu);
#ifndef OCTAVO_SANITIZED
  const rlimit data{memory, memory};
  ::setrlimit(RLIMIT_DATA, &data);
#else
  static_cast<void>(memory);
#endif
}

// "done PAGES SIZE", or "refused WHY", "failed WHY", "no_browser WHY".
std::string finish_into(int bulk, const std::string& bytes, const Job& job, const Fd& job_bulk,
                        const std::string& creator) {
  if (job.product == Product::card) {
    if (bytes.size() > kMaxCardBytes) {
      return "refused the card takes " + std::to_string(bytes.size() >> 10) +
             " KiB, more than a card may (" + std::to_string(kMaxCardBytes >> 10) + " KiB)";
    }
    write_all(bulk, bytes);
    return "done 0 " + std::to_string(bytes.size());
  }
  const Finished finished = finish_pdf(bytes, job, creator);
  // Without a font the browser leaves out all text and says nothing.
  if (!finished.has_fonts &&
      read_bulk(job_bulk, 0, job.html_size).find("<h1") != std::string::npos) {
    return "no_browser the browser finds no font; install some, fonts-liberation2 for one";
  }
  if (finished.pages > kMaxPages) {
    return "refused the post takes more than " + std::to_string(kMaxPages) + " pages";
  }
  if (finished.bytes.size() > kMaxOutcomeBytes) {
    return "refused the PDF takes more than " + std::to_string(kMaxOutcomeBytes >> 20) + " MiB";
  }
  write_all(bulk, finished.bytes);
  return "done " + std::to_string(finished.pages) + " " + std::to_string(finished.bytes.size());
}

[[noreturn]] void work(int said, int bulk, const std::string& bytes, const Job& job,
                       const Fd& job_bulk, const std::string& creator, std::uint64_t memory,
                       pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  std::string text;
  try {
    confine(memory + 2 * bytes.size());
    text = finish_into(bulk, bytes, job, job_bulk, creator);
    seal(bulk);
  } catch (const std::bad_alloc&) {
    text = "refused finishing the PDF takes more memory than a job may have";
  } catch (const std::exception& error) {
    text = std::string("failed ") + error.what();
  }
  // The end of the pipe closes with the process.
  if (::write(said, text.data(), text.size()) < 0) ::_exit(1);
  ::_exit(0);
}

}  // namespace

Finisher::Finisher(const std::string& bytes, const Job& job, const Fd& job_bulk,
                   const std::string& creator, std::uint64_t memory) {
  Pipe pipe = make_pipe();
  bulk_ = open_memfd("octavo-print");
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0) throw SystemError("cannot start a process to finish a file", errno);
  if (pid == 0) {
    work(pipe.write.number(), bulk_.number(), bytes, job, job_bulk, creator, memory, parent);
  }
  const int pidfd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  const int pidfd_error = errno;
  child_ = Child(pid, Fd(pidfd));
  if (pidfd < 0) throw SystemError("cannot watch a child", pidfd_error);
  said_ = std::move(pipe.read);
  ::fcntl(said_.number(), F_SETFL, O_NONBLOCK);
}

std::optional<FinishedFile> Finisher::step() {
  char buffer[1024];
  for (;;) {
    const ssize_t count = ::read(fd(), buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) return std::nullopt;
    if (count <= 0) break;
    text_.append(buffer, static_cast<std::size_t>(count));
  }
  const auto status = child_.wait(true);
  FinishedFile file;
  const std::size_t blank = text_.find(' ');
  const std::string verdict = text_.substr(0, blank);
  file.outcome.message = blank == std::string::npos ? std::string() : text_.substr(blank + 1);
  if (verdict == "done") {
    const char* end = text_.data() + text_.size();
    const auto pages = std::from_chars(text_.data() + blank + 1, end, file.outcome.pages);
    const auto size = std::from_chars(pages.ptr + 1, end, file.outcome.size);
    if (size.ec == std::errc() && file.outcome.size != 0) {
      file.outcome.kind = Outcome::Kind::done;
      file.outcome.message.clear();
      file.bulk = std::move(bulk_);
      return file;
    }
  }
  file.outcome.kind = verdict == "refused"      ? Outcome::Kind::refused
                      : verdict == "no_browser" ? Outcome::Kind::no_browser
                                                : Outcome::Kind::failed;
  if (text_.empty()) {
    // Unless it was killed from outside, the file did it, and would do it again.
    if (status && !(WIFSIGNALED(*status) && WTERMSIG(*status) == SIGKILL)) {
      file.outcome.kind = Outcome::Kind::refused;
    }
    file.outcome.message = "finishing the file ended with " + describe_status(status.value_or(0));
  }
  return file;
}

}  // namespace octavo
