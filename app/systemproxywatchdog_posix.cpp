// SPDX-License-Identifier: MIT
#include "app/systemproxywatchdog.h"

#include <cerrno>
#include <csignal>

#include <unistd.h>

#include "app/inherited_posix.h"

namespace app
{

void isolateWatchdog()
{
    // A session of its own: neither a terminal that goes nor Ctrl+C in it is meant for this process, and its
    // end comes with the parent's.
    ::setsid();
    static_cast<void>(!::chdir("/")); // which nobody wants to unmount
    for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE})
        std::signal(number, SIG_IGN);
    closeInheritedDescriptors();
}

bool waitForDeath()
{
    char byte = 0;
    ssize_t count = 0;
    do {
        count = ::read(STDIN_FILENO, &byte, 1);
    } while (count == -1 && errno == EINTR);
    return count != 1;
}

} // namespace app
