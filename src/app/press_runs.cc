// SPDX-License-Identifier: GPL-3.0-or-later
//
// The press and its worker: connections, jobs, what comes back.
#include <cerrno>

#include "app/press_desk.h"
#include "base/error.h"

namespace octavo {

namespace {

constexpr unsigned kTries = 2;
constexpr std::size_t kRecount = 200;  // files made, until the folder is counted again
// ms in which nothing is made for a folder that takes nothing.
constexpr std::int64_t kUnwritable = 2'000;
constexpr std::size_t kMostHopeless = 256;

std::string nobody_at(const std::string& socket, const std::string& why) {
  return "no octavo-print answers at " + socket + ": " + why +
         "; see whether it runs (systemctl status octavo-print). There are no new PDFs meanwhile";
}

}  // namespace

void PressDesk::begin_runs() {
  const std::int64_t now = monotonic_ms();
  std::erase_if(waiting, [](const PressTaskPointer& task) { return task->answered; });
  for (std::size_t i = 0; i < waiting.size() && at_hand() < pace.at_once;) {
    const PressTaskPointer task = waiting[i];
    if (task->not_before_ms > now) {
      ++i;
      continue;
    }
    try {
      runs.push_back({PrintClient(task->settings().socket), now + pace.hello.count(), task});
    } catch (const SystemError& error) {
      if (error.error_number() == EAGAIN) {  // its queue is full: nobody takes from it
        task->not_before_ms = now + pace.busy.count();
        ++i;
        continue;
      }
      no_worker(task, error.what());
    }
    waiting.erase(waiting.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

// Who is there? Nobody waits for the answer.
void PressDesk::greet(const std::string& socket) {
  heard_ms = monotonic_ms();
  try {
    runs.push_back({PrintClient(socket), heard_ms + pace.hello.count()});
  } catch (const SystemError& error) {
    gone(Gone::silent, nobody_at(socket, error.what()));
  }
}

void PressDesk::step(PressRun& run) {
  if (run.over) return;
  try {
    run.client.step();
    if (!run.greeted && run.client.hello()) take_hello(run);
    if (run.over) return;
    if (auto result = run.client.take_result()) take_result(run, std::move(*result));
  } catch (const Error& error) {
    broke(run, error.what());
  }
}

void PressDesk::heard(const Hello& from) {
  heard_ms = monotonic_ms();
  if (from.browser.empty()) {
    gone(Gone::no_browser, "octavo-print has no browser: " + from.trouble);
    return;
  }
  if (std::exchange(gone_as, Gone::no) != Gone::no)
    say(Priority::notice, "press: octavo-print answers again", {{"EVENT", "worker_back"}});
  count([](PressFigures& figures) {
    if (std::exchange(figures.worker_gone, false)) figures.trouble.clear();
  });
  if (hello && hello->worker == from.worker && hello->browser == from.browser) return;
  if (hello) memory.clear();  // other versions, other files
  hello = from;
  count([&](PressFigures& figures) {
    figures.worker = from.worker;
    figures.browser = from.browser;
  });
  try {
    if (folder_open) store.remember(from);
  } catch (const SystemError& error) {
    complain(Priority::warning, error.what());
  }
}

void PressDesk::take_hello(PressRun& run) {
  run.greeted = true;
  const Hello& from = *run.client.hello();
  heard(from);
  if (!run.task) {
    run.over = true;
    return;
  }
  if (from.browser.empty()) {
    run.over = true;
    answer(run.task, press_outcome(Pressed::Kind::no_worker, from.trouble, kPressLater));
    return;
  }
  if (find_file(run.task, from)) {
    run.over = true;
    return;
  }
  send_job(run);
}

void PressDesk::send_job(PressRun& run) {
  PressTask& task = *run.task;
  const auto refuse = [&](Pressed::Kind kind, const std::string& why) {
    complain(Priority::warning, name_of(task.wish) + " is not made: " + why);
    answer_all(run, press_outcome(kind, why));
  };
  PressJob made;
  try {
    made = make_job(*task.work, task.settings().content, task.snapshot->info->base_url);
  } catch (const PressRefused& refused) {
    return refuse(Pressed::Kind::refused, refused.what());
  } catch (const Error& error) {
    return refuse(Pressed::Kind::failed, error.what());
  }
  // The images may have changed since they were looked at.
  const std::string file =
      press_file_name(press_key(*task.work, *run.client.hello()), task.wish.product);
  for (PressRun& other : runs) {
    if (&other == &run || other.over || other.file != file) continue;
    other.followers.push_back(run.task);
    run.over = true;
    return;
  }
  run.file = file;
  try {
    run.client.send(made.job, std::move(made.bulk));
  } catch (const WireError& error) {  // its names and addresses are too long
    refuse(Pressed::Kind::refused, error.what());
  }
}

void PressDesk::take_result(PressRun& run, PrintClient::Result result) {
  const Outcome& told = result.outcome;
  if (!run.task) {
    run.over = true;
    return;
  }
  PressTask& task = *run.task;
  const std::string what = name_of(task.wish);
  switch (told.kind) {
    case Outcome::Kind::done:
      return keep(run, result);
    case Outcome::Kind::busy:
      run.over = true;
      for (PressTaskPointer& one : run.followers) waiting.push_front(std::move(one));
      task.not_before_ms = monotonic_ms() + pace.busy.count();
      waiting.push_front(run.task);
      return;
    case Outcome::Kind::refused: {
      complain(Priority::warning, what + " is not made: " + told.message);
      const Pressed refused = press_outcome(Pressed::Kind::refused, told.message);
      if (hopeless.size() >= kMostHopeless) hopeless.clear();
      hopeless[run.file] = {monotonic_ms() + pace.refused.count(), refused};
      return answer_all(run, refused);
    }
    case Outcome::Kind::failed:
      return try_again(run, told.message);
    case Outcome::Kind::no_browser:
      gone(Gone::no_browser, "octavo-print has no browser: " + told.message);
      return answer_all(run, press_outcome(Pressed::Kind::no_worker, told.message, kPressLater));
  }
}

void PressDesk::keep(PressRun& run, const PrintClient::Result& result) {
  const Product product = run.task->wish.product;
  const std::size_t most = run.task->settings().most_bytes;
  try {
    open_folder();
    try {
      store.put(run.file, product, result.bulk, result.outcome.size);
    } catch (const SystemError& error) {
      const int number = error.error_number();
      if (number == ENOENT) {  // somebody has removed the folder
        folder_open = false;
        open_folder();
      } else if (number == ENOSPC || number == EDQUOT) {
        sweep(store.bytes() / 2);
      } else {
        throw;
      }
      store.put(run.file, product, result.bulk, result.outcome.size);
    }
  } catch (const PressFileError& error) {
    return try_again(run, error.what());
  } catch (const SystemError& error) {
    trouble(Priority::error,
            std::string(error.what()) +
                "; make room there, or give the daemon's user the right to write; PDFs and cards "
                "that are not there yet are answered 503 meanwhile, pages as ever");
    unwritable = error.what();
    unwritable_until_ms = monotonic_ms() + kUnwritable;
    return answer_all(run, press_outcome(Pressed::Kind::not_kept, error.what(), kPressMuchLater));
  }
  bool mended = false;
  count([&](PressFigures& figures) {
    ++figures.made;
    mended = !figures.trouble.empty();
    figures.trouble.clear();
    figures.worker_gone = false;
    figures.bytes = store.bytes();
    figures.files = store.files();
  });
  if (mended) say(Priority::notice, "press: PDFs are made again", {{"EVENT", "print_mended"}});
  said.clear();
  Pressed ready;
  ready.kind = Pressed::Kind::ready;
  ready.file = run.file;
  ready.made = true;
  answer_all(run, ready);
  if (store.bytes() > most || ++made_since_count >= kRecount) sweep(most);
}

void PressDesk::try_again(PressRun& run, const std::string& why) {
  PressTask& task = *run.task;
  if (++task.tries < kTries) {
    run.over = true;
    for (PressTaskPointer& one : run.followers) waiting.push_back(std::move(one));
    waiting.push_front(run.task);
    return;
  }
  complain(Priority::error, name_of(task.wish) + " failed twice: " + why);
  answer_all(run, press_outcome(Pressed::Kind::failed, why));
}

// The connection ended, or what came over it cannot be understood.
void PressDesk::broke(PressRun& run, const std::string& why) {
  if (run.task && !run.file.empty()) return try_again(run, why);
  run.over = true;
  if (run.task) return no_worker(run.task, why);
  gone(Gone::silent, "no octavo-print answers: " + why);
}

void PressDesk::no_worker(const PressTaskPointer& task, const std::string& why) {
  gone(Gone::silent, nobody_at(task->settings().socket, why));
  answer(task, press_outcome(Pressed::Kind::no_worker, why, kPressLater));
}

void PressDesk::answer_all(PressRun& run, const Pressed& pressed) {
  run.over = true;
  answer(run.task, pressed);
  for (const PressTaskPointer& task : run.followers) answer(task, pressed);
}

}  // namespace octavo
