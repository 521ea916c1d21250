// SPDX-License-Identifier: GPL-3.0-or-later
#include "search/index_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

namespace octavo {

namespace {

// But for the lock: whoever removes that makes two writers possible.
constexpr const char* kFiles[] = {"iamglass",       "v.tmp",          "docdata.glass",
                                  "position.glass", "postlist.glass", "spelling.glass",
                                  "synonym.glass",  "termlist.glass"};
constexpr const char* kLockFile = "flintlock";
constexpr const char* kSeenFile = "octavo.seen";  // how the files looked when they were last sound

std::string path_in(const std::string& folder, const char* name) {
  return folder + '/' + name;
}

std::string look_of(const std::string& folder) {
  std::string look;
  for (const char* name : kFiles) {
    struct stat s {};
    if (::lstat(path_in(folder, name).c_str(), &s) != 0) continue;
    look += name;
    // Neither inode nor change time: a copy with its times, or with other rights, is as good.
    for (const std::int64_t number :
         {static_cast<std::int64_t>(s.st_size), static_cast<std::int64_t>(s.st_mtim.tv_sec),
          static_cast<std::int64_t>(s.st_mtim.tv_nsec)}) {
      look += ' ';
      look += std::to_string(number);
    }
    look += '\n';
  }
  return look;
}

}  // namespace

IndexError index_error(const std::string& folder, int error_number) {
  return IndexError("cannot write the search index in " + folder + ": " + errno_text(error_number));
}

IndexBusy index_busy(const std::string& folder) {
  return IndexBusy("another process writes the search index in " + folder);
}

void make_index_folder(const std::string& folder) {
  struct stat status {};
  if (::stat(folder.c_str(), &status) == 0) {
    if (!S_ISDIR(status.st_mode)) throw index_error(folder, ENOTDIR);
    return;
  }
  int result = errno == ENOENT ? ::mkdir(folder.c_str(), 0750) : -1;
  if (result != 0 && errno == ENOENT) {
    ::mkdir(folder.substr(0, folder.rfind('/')).c_str(), 0750);
    result = ::mkdir(folder.c_str(), 0750);
  }
  if (result != 0 && errno != EEXIST) throw index_error(folder, errno);
}

bool index_exists(const std::string& folder) {
  return ::access(path_in(folder, kFiles[0]).c_str(), F_OK) == 0;
}

std::string lock_file(const std::string& folder) {
  return path_in(folder, kLockFile);
}

Fd lock_index(const std::string& folder) {
  Fd fd(::open(lock_file(folder).c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0640));
  if (!fd) return fd;
  // As Xapian locks: it and we exclude each other.
  struct flock first_byte {};
  first_byte.l_type = F_WRLCK;
  first_byte.l_whence = SEEK_SET;
  first_byte.l_len = 1;
  if (::fcntl(fd.number(), F_OFD_SETLK, &first_byte) != 0) throw index_busy(folder);
  return fd;
}

bool index_untouched(const std::string& folder) {
  try {
    return read_file(path_in(folder, kSeenFile), 4096) == look_of(folder);
  } catch (const SystemError&) {
    return false;
  }
}

bool index_remembered(const std::string& folder) {
  return ::access(path_in(folder, kSeenFile).c_str(), F_OK) == 0;
}

void remember_index(const std::string& folder) {
  const Fd fd(::open(path_in(folder, kSeenFile).c_str(),
                     O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0640));
  if (!fd) return;
  try {
    write_all(fd.number(), look_of(folder));
  } catch (const SystemError&) {  // half a line matches nothing
  }
}

void forget_index(const std::string& folder) {
  ::unlink(path_in(folder, kSeenFile).c_str());
}

bool index_complete(const std::string& folder) {
  for (const char* name :
       {"position.glass", "postlist.glass", "spelling.glass", "termlist.glass"}) {
    if (::access(path_in(folder, name).c_str(), F_OK) != 0) return false;
  }
  return true;
}

void remove_index_files(const std::string& folder) {
  const Fd at(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
  if (!at) throw index_error(folder, errno);
  const Fd lock = lock_index(folder);
  if (!lock) throw index_error(folder, errno);
  for (const char* name : kFiles) {
    struct stat status {};
    if (::fstatat(at.number(), name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
        S_ISREG(status.st_mode)) {
      ::unlinkat(at.number(), name, 0);
    }
  }
}

}  // namespace octavo
