// SPDX-License-Identifier: MIT
#pragma once

#include "engine/owner/open_files_linux.h"
#include "engine/owner/process.h"

#include <cstdint>
#include <deque>
#include <list>
#include <optional>
#include <span>
#include <vector>

namespace engine
{

/// A socket where a process has it open.
struct HeldSocket {
    ProcessEntry holder;
    int descriptor = 0;
    ProcessIdentity opener; ///< the holder, or the eldest of those that it has inherited the socket from
};

/// The few processes that sockets were found in more than once of late. One that opens and closes all the
/// time uses the same descriptors over and over, so that its next socket is found by reading one or two
/// links. They are read in directories that stay the process's whoever gets its number next: what is found
/// there needs no other proof of who it is.
class RecentHolders
{
public:
    RecentHolders();

    /// Whose each of the sockets is, as far as a few looks tell; one place in the answer for each, and
    /// nothing for inode 0.
    [[nodiscard]] std::vector<std::optional<HeldSocket>> find(std::span<const std::uint64_t> inodes);
    /// It was found there.
    void remember(const HeldSocket &socket);

private:
    /// A descriptor that sockets were seen at.
    struct Place {
        int descriptor = 0;
        int looks = 0; ///< since a socket was found there, of which each has met another one
    };
    struct Recent {
        ProcessEntry entry;
        OpenFiles files;
        std::optional<OpenFiles> parent; ///< that of the first process cannot be replaced and is not needed
        /// In the order in which they are probably opened next: closed ones, then what was opened longest
        /// ago.
        std::deque<Place> places{};
        int last = -1;          ///< where a socket was found last
        bool isGrowing = false; ///< that was behind the one before: it keeps open what it opens
    };
    class Search;

    [[nodiscard]] bool isOften(const ProcessIdentity &process);
    [[nodiscard]] static std::optional<Recent> open(const ProcessEntry &entry);
    static void note(Recent &recent, int descriptor);

    const bool m_isPossible;
    std::list<Recent> m_recent;           ///< where something was found last first
    std::deque<ProcessIdentity> m_seldom; ///< where something was found once, of late
};

} // namespace engine
