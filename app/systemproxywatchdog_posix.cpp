// SPDX-License-Identifier: MIT
#include "app/systemproxywatchdog.h"

#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace app
{

namespace
{

constexpr int kFirstForeign = STDERR_FILENO + 1;
/// Where the system cannot close a whole range: beyond what a parent has opened without O_CLOEXEC.
constexpr int kLastForeign = 1'024;

} // namespace

void isolateWatchdog()
{
    // A session of its own: neither a terminal that goes nor Ctrl+C in it is meant for this process, and its
    // end comes with the parent's.
    ::setsid();
    static_cast<void>(!::chdir("/")); // which nobody wants to unmount
    for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE})
        std::signal(number, SIG_IGN);
#if defined(__linux__) && defined(__GLIBC__) && __GLIBC_PREREQ(2, 34)
    if (::close_range(kFirstForeign, ~0U, 0) == 0)
        return;
#endif
    for (int descriptor = kFirstForeign; descriptor <= kLastForeign; ++descriptor)
        ::close(descriptor);
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
