// SPDX-License-Identifier: MIT
#pragma once

#include "engine/net/socket.h"

#include <algorithm>
#include <cstddef>

namespace engine
{

/// Each takes two descriptors.
inline constexpr std::size_t kMaximumWatchedProcesses = 48;

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

/// The part of them that is left for the files of the processes that are searched.
[[nodiscard]] inline int descriptorsForHolders()
{
    return std::max(0, descriptorsForOwners() - int{2 * kMaximumWatchedProcesses});
}

} // namespace engine
