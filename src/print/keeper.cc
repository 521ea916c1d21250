// SPDX-License-Identifier: GPL-3.0-or-later
#include "print/keeper.h"

#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <initializer_list>

#include "base/error.h"

namespace octavo {

namespace {

// The environment that a browser needs; what an administrator may set for its fonts is passed on.
std::vector<std::string> environment(const std::string& folder) {
  std::vector<std::string> all = {
      "PATH=/usr/bin:/bin",
      "LANG=C.UTF-8",
      "HOME=" + (folder.empty() ? std::string("/nonexistent") : folder),
      // It looks for buses at start; these end that at once.
      "DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent",
      "DBUS_SYSTEM_BUS_ADDRESS=unix:path=/nonexistent",
  };
  // What it makes beside its profile is to go with it.
  if (!folder.empty()) all.push_back("TMPDIR=" + folder);
  for (const char* name : {"FONTCONFIG_FILE", "FONTCONFIG_PATH", "TMPDIR"}) {
    const char* value = std::getenv(name);
    if (value != nullptr) all.push_back(std::string(name) + "=" + value);
  }
  return all;
}

// Gives descriptors the numbers 0, 1, 2, … and closes all others. Whatever numbers they have.
void set_descriptors(std::initializer_list<int> descriptors) {
  std::vector<int> moved;
  for (const int fd : descriptors) {
    moved.push_back(::fcntl(fd, F_DUPFD, 64));
    if (moved.back() < 0) ::_exit(126);
  }
  int target = 0;
  for (const int fd : moved) ::dup2(fd, target++);
  ::syscall(SYS_close_range, target, ~0u, 0u);
}

void write_text(const char* path, const std::string& text) {
  const Fd fd(::open(path, O_WRONLY | O_CLOEXEC));
  if (fd && ::write(fd.number(), text.data(), text.size()) < 0) return;
}

// A network namespace of its own holds no device but a loopback that is down. It takes a user
// namespace to make one; where that is forbidden, the browser's refused requests must do.
void leave_network() {
  const std::string uid = std::to_string(::geteuid()), gid = std::to_string(::getegid());
  ::prctl(PR_SET_DUMPABLE, 1);  // or the files below are not its own
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0) return;
  write_text("/proc/self/setgroups", "deny");
  write_text("/proc/self/uid_map", uid + " " + uid + " 1");
  write_text("/proc/self/gid_map", gid + " " + gid + " 1");
}

void limit(__rlimit_resource what, rlim_t soft, rlim_t hard) {
  rlimit now{};
  ::getrlimit(what, &now);
  now.rlim_cur = std::min(soft, now.rlim_max);
  now.rlim_max = std::min(hard, now.rlim_max);
  ::setrlimit(what, &now);
}

[[noreturn]] void become_browser(const BrowserOrder& order, const std::string& folder,
                                 pid_t keeper) {
  ::setpgid(0, 0);
  leave_network();
  // Behind the namespaces: a change of credentials undoes it.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != keeper) ::_exit(126);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  limit(RLIMIT_CORE, 0, 0);
  limit(RLIMIT_DATA, order.memory, order.memory);
  limit(RLIMIT_CPU, order.cpu_seconds, order.cpu_seconds + 5);
  limit(RLIMIT_FSIZE, order.file_size, order.file_size);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  for (int number = 1; number < 32; ++number) ::signal(number, SIG_DFL);
  // An image too large for its limit is then an error for one page, not the end of all.
  ::signal(SIGXFSZ, SIG_IGN);
  std::vector<std::string> arguments = order.arguments;
  if (!folder.empty()) arguments.push_back("--user-data-dir=" + folder);
  std::vector<std::string> values = environment(folder);
  std::vector<char*> argv{const_cast<char*>(order.path.c_str())}, envp;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  for (std::string& value : values) envp.push_back(value.data());
  argv.push_back(nullptr);
  envp.push_back(nullptr);
  ::execve(order.path.c_str(), argv.data(), envp.data());
  const std::string words = "cannot start " + order.path + ": " + errno_text(errno) + "\n";
  if (::write(STDERR_FILENO, words.data(), words.size()) < 0) ::_exit(126);
  ::_exit(127);
}

int status_code(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

// Orphans of the browser are the keeper's children: it is their subreaper. One that has left the
// group is found here.
void end_children() {
  for (;;) {
    const pid_t got = ::waitpid(-1, nullptr, WNOHANG);
    if (got < 0 && errno == ECHILD) return;
    if (got != 0) continue;
    const Fd list(::open("/proc/thread-self/children", O_RDONLY | O_CLOEXEC));
    char text[4096];
    const ssize_t count = list ? ::read(list.number(), text, sizeof text - 1) : 0;
    text[std::max<ssize_t>(count, 0)] = '\0';
    char* end = text;
    for (char* at = text;; at = end) {
      const long pid = std::strtol(at, &end, 10);
      if (end == at || pid <= 1) break;
      ::kill(static_cast<pid_t>(pid), SIGKILL);
    }
    ::poll(nullptr, 0, 1);
  }
}

// REQUIRES: descriptors 0 (the leash), 1 and 2 (null and the browser's words), 3 and 4.
[[noreturn]] void keep(const BrowserOrder& order, int report) {
  ::prctl(PR_SET_NAME, "octavo-keeper");
  ::prctl(PR_SET_CHILD_SUBREAPER, 1);
  ::setpgid(0, 0);  // an interrupt from the terminal is octavo-print's to take
  sigset_t all;
  ::sigfillset(&all);
  ::sigprocmask(SIG_SETMASK, &all, nullptr);
  ::signal(SIGCHLD, SIG_DFL);
  sigset_t child;
  ::sigemptyset(&child);
  ::sigaddset(&child, SIGCHLD);
  const Fd signals(::signalfd(-1, &child, SFD_CLOEXEC | SFD_NONBLOCK));
  std::string folder;
  if (order.profile) {
    const char* place = std::getenv("TMPDIR");
    folder = std::string(place != nullptr ? place : "/tmp") + "/octavo-print.XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr) ::_exit(126);
  }
  const pid_t self = ::getpid();
  const pid_t browser = ::fork();
  if (browser == 0) {
    const Fd null(::open("/dev/null", O_RDWR));
    set_descriptors({null.number(), null.number(), 2, 3, 4});
    become_browser(order, folder, self);
  }
  if (browser > 0) ::setpgid(browser, browser);
  for (const int mine : {3, 4}) ::close(mine);
  // Its number is the group's; without a browser the other side reads the end of the pipe.
  if (browser > 0 && ::write(report, &browser, sizeof browser) != sizeof browser) {
    ::kill(-browser, SIGKILL);
  }
  ::close(report);
  int code = 126;
  for (bool over = browser <= 0; !over;) {
    pollfd fds[] = {{STDIN_FILENO, POLLIN, 0}, {signals.number(), POLLIN, 0}};
    if (::poll(fds, 2, -1) < 0 && errno != EINTR) over = true;
    if (fds[0].revents != 0) over = true;
    signalfd_siginfo taken;
    while (::read(signals.number(), &taken, sizeof taken) > 0) {
    }
    // Strangers first, but never the browser: until it is waited for, its number is its group's.
    for (;;) {
      siginfo_t info{};
      if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) break;
      if (info.si_pid == browser) {
        over = true;
        break;
      }
      ::waitpid(info.si_pid, nullptr, 0);
    }
  }
  if (browser > 0) {
    ::kill(-browser, SIGKILL);
    int status = 0;
    if (::waitpid(browser, &status, 0) == browser) code = status_code(status);
    end_children();
  }
  std::error_code ignored;
  if (!folder.empty()) std::filesystem::remove_all(folder, ignored);
  ::_exit(code);
}

}  // namespace

KeptBrowser start_browser(const BrowserOrder& order) {
  Pipe leash = make_pipe(), commands = make_pipe(), messages = make_pipe(), words = make_pipe(),
       report = make_pipe();
  const Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
  if (!null) throw SystemError("cannot open /dev/null", errno);
  const pid_t pid = ::fork();
  if (pid < 0) throw SystemError("cannot start a keeper", errno);
  if (pid == 0) {
    try {
      set_descriptors({leash.read.number(), null.number(), words.write.number(),
                       commands.read.number(), messages.write.number(), report.write.number()});
      keep(order, 5);
    } catch (...) {
      ::_exit(126);
    }
  }
  const int pidfd = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  const int pidfd_error = errno;
  KeptBrowser kept;
  kept.keeper = Child(pid, Fd(pidfd));
  if (pidfd < 0) throw SystemError("cannot watch a child", pidfd_error);
  report.write.reset();
  ssize_t count = 0;
  do count = ::read(report.read.number(), &kept.group, sizeof kept.group);
  while (count < 0 && errno == EINTR);
  if (count != sizeof kept.group) kept.group = 0;
  kept.leash = std::move(leash.write);
  kept.commands = std::move(commands.write);
  kept.messages = std::move(messages.read);
  kept.words = std::move(words.read);
  ::fcntl(kept.words.number(), F_SETFL, O_NONBLOCK);
  return kept;
}

void sweep(pid_t group) noexcept {
  if (group <= 1) return;
  ::kill(-group, SIGKILL);
  while (::waitpid(-group, nullptr, 0) > 0 || errno == EINTR) {
  }
}

}  // namespace octavo
