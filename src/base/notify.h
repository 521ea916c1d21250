// SPDX-License-Identifier: GPL-3.0-or-later
//
// Tells the service manager how we are: the datagrams of sd_notify(3), whose manual documents the
// protocol for those who do not link libsystemd (it would bring five libraries of compressors and
// ciphers into the daemon). Without $NOTIFY_SOCKET all of it does nothing.
//
// Thread safety: any thread; the environment is only read.
// Throws: std::bad_alloc alone; a manager that cannot be told is no reason not to serve.
#ifndef OCTAVO_BASE_NOTIFY_H_
#define OCTAVO_BASE_NOTIFY_H_

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace octavo {

// Sends assignments, one a line ("READY=1\nSTATUS=…"), as one datagram. False where there is no
// manager to tell or it could not be told within a fifth of a second.
bool notify(std::string_view state);

// Lines of such a state; "READY=1", "STOPPING=1" and "WATCHDOG=1" need no help.
std::string notify_status(std::string_view text);  // STATUS=, of one line whatever the text has
std::string notify_reloading();                    // RELOADING=1 with its time (systemd 253)
std::string notify_extend(std::chrono::microseconds more);  // EXTEND_TIMEOUT_USEC=

// How often at least the manager wants to hear WATCHDOG=1, if it does and means this process.
std::optional<std::chrono::microseconds> watchdog_period();

// To a socket with this name ("/path" or "@abstract"), as notify() does.
bool notify_to(std::string_view socket, std::string_view state);

}  // namespace octavo

#endif  // OCTAVO_BASE_NOTIFY_H_
