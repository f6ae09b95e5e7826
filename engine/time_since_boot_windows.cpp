// SPDX-License-Identifier: MIT
#include "engine/time_since_boot.h"

#include <chrono>

namespace engine
{

std::int64_t timeSinceBootMs()
{
    using namespace std::chrono;
    // QueryPerformanceCounter, which counts the time asleep, too.
    return duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count();
}

} // namespace engine
