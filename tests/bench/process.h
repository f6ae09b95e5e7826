// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>

#include <sys/types.h>

namespace bench
{

struct ProcessUsage {
    std::size_t processes = 0;
    double cpuSeconds = 0;    // user and system, of children already waited for too; steps of 10 ms
    unsigned long rssKib = 0; // VmRSS summed: pages shared by several processes count in each
    unsigned long pssKib = 0; // Pss summed: shared pages are divided among their users
};

// Of the process and all its descendants. Source: /proc. Throws std::runtime_error when it does not exist.
// Memory is read only when asked for, as it costs the measured process time.
[[nodiscard]] ProcessUsage readUsage(pid_t root, bool withMemory);

} // namespace bench
