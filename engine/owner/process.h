// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

namespace engine
{

/// One process among all that ever ran: systems give their numbers out again.
struct ProcessIdentity {
    std::int64_t processId = 0;
    std::uint64_t startTime = 0; ///< in the system's own ticks

    bool operator==(const ProcessIdentity &) const = default;
};

/// A process and who started it.
struct ProcessEntry {
    ProcessIdentity process;
    std::int64_t parentId = 0; ///< 0: nobody

    bool operator==(const ProcessEntry &) const = default;
};

using FindProcess = std::function<std::optional<ProcessEntry>(std::int64_t processId)>;

/// Parents, their parents and so on, nearest first, at most `maximum`. Ends where a parent is gone, or
/// started after its child (its number belongs to somebody else by now), or was met before.
[[nodiscard]] std::vector<ProcessIdentity> ancestorsOf(const ProcessEntry &process, const FindProcess &find,
                                                       std::size_t maximum);

} // namespace engine
