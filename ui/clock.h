// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>

namespace ui
{

/// Where models of live state read the time, in milliseconds. Tests bring their own.
struct Clock {
    std::function<std::int64_t()> wall;      ///< since the epoch, UTC
    std::function<std::int64_t()> monotonic; ///< never goes back
};

[[nodiscard]] Clock systemClock();

} // namespace ui
