// SPDX-License-Identifier: MIT
#pragma once

#include "engine/net/socket.h"

#include <algorithm>

namespace engine
{

/// Descriptors that looking for the owners of sockets may keep open, and that clients therefore cannot have.
/// None where there are few.
[[nodiscard]] inline int descriptorsForOwners()
{
    constexpr int kMost = 1'024;
    constexpr int kShare = 16; // one in so many
    constexpr int kFew = 4'096;
    const int limit = net::descriptorLimit();
    return limit < kFew ? 0 : std::min(kMost, limit / kShare);
}

} // namespace engine
