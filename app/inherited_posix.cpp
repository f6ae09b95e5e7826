// SPDX-License-Identifier: MIT
#include "app/inherited_posix.h"

#include <unistd.h>

namespace app
{

namespace
{

constexpr int kFirstForeign = STDERR_FILENO + 1;
/// Where the system cannot close a whole range: beyond what a parent has opened without O_CLOEXEC.
constexpr int kLastForeign = 1'024;

} // namespace

void closeInheritedDescriptors()
{
#if defined(__linux__) && defined(__GLIBC__) && __GLIBC_PREREQ(2, 34)
    if (::close_range(kFirstForeign, ~0U, 0) == 0)
        return;
#endif
    for (int descriptor = kFirstForeign; descriptor <= kLastForeign; ++descriptor)
        ::close(descriptor);
}

} // namespace app
