// SPDX-License-Identifier: MIT
#include "engine/time_since_boot.h"

#include <chrono>

#include <time.h>

namespace engine
{

std::int64_t timeSinceBootMs()
{
    using namespace std::chrono;
    // steady_clock is CLOCK_MONOTONIC here, which stands still in suspend.
    timespec now{};
    ::clock_gettime(CLOCK_BOOTTIME, &now);
    return duration_cast<milliseconds>(seconds(now.tv_sec) + nanoseconds(now.tv_nsec)).count();
}

} // namespace engine
