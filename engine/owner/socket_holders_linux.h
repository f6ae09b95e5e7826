// SPDX-License-Identifier: MIT
#pragma once

#include "engine/owner/process.h"

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include <sys/types.h>

namespace engine
{

/// Which process has a socket open, by the links in /proc/PID/fd. Nothing that is remembered is believed: a
/// link is read again before it counts, so that numbers of processes, descriptors and sockets may be reused.
class SocketHolders
{
public:
    /// Looks where the socket was seen before, where processes put their next one, and at the processes that
    /// were found last.
    [[nodiscard]] std::optional<ProcessIdentity> findAmongKnown(std::uint64_t inode);
    /// Looks at every process, those of the socket's user first; for a limited time, after which the next
    /// question goes on with the processes that are left.
    [[nodiscard]] std::optional<ProcessIdentity> findAmongAll(std::uint64_t inode, uid_t user);

private:
    struct Place {
        pid_t process;
        int descriptor;
    };

    [[nodiscard]] std::optional<Place> probe(std::uint64_t inode) const;
    [[nodiscard]] std::optional<Place> search(pid_t process, std::uint64_t inode);
    [[nodiscard]] std::optional<ProcessIdentity> conclude(Place place, std::uint64_t inode);
    void remember(const Place &place);

    std::unordered_map<std::uint64_t, Place> m_seen; ///< by inode: every socket met in a search
    std::unordered_map<pid_t, int> m_lowestFree;     ///< descriptor of each process that was searched, then
    std::vector<Place> m_recent; ///< where sockets were found, one a process, latest first
    pid_t m_lastSearched = 0;
};

} // namespace engine
