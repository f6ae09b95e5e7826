// SPDX-License-Identifier: MIT
#include "ui/clock.h"

#include <QDateTime>

#include <chrono>

namespace ui
{

Clock systemClock()
{
    using namespace std::chrono;
    return {[] { return std::int64_t{QDateTime::currentMSecsSinceEpoch()}; },
            [] {
                return std::int64_t{
                    duration_cast<milliseconds>(steady_clock::now().time_since_epoch()).count()};
            }};
}

} // namespace ui
