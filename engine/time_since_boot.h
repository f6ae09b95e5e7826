// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>

namespace engine
{

/// Milliseconds on a clock that never goes back and goes on while the machine sleeps: what was there before
/// is as old afterwards as it looks to people. Not for timers, which wait in the time that the machine is
/// awake.
[[nodiscard]] std::int64_t timeSinceBootMs();

} // namespace engine
