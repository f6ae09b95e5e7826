// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"

#include <cstdint>

namespace ui
{

/// A port that this machine lets Hosier listen on at the address, found by listening there for a moment: the
/// first one from `from` on, or else any. None that a listener of the profile has. 0 when there is none.
[[nodiscard]] std::uint16_t findFreePort(const engine::Address &address, std::uint16_t from,
                                         const engine::Profile &profile);

} // namespace ui
