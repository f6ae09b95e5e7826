// SPDX-License-Identifier: MIT
#pragma once

#include "engine/owner/open_files_linux.h"
#include "engine/owner/process.h"
#include "engine/owner/process_catalog_linux.h"
#include "engine/owner/process_list_linux.h"
#include "engine/owner/recent_holders_linux.h"

#include <chrono>
#include <cstdint>
#include <list>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include <sys/types.h>

namespace engine
{

/// Which process has a socket open, by the links in /proc/PID/fd. Nothing that is remembered is believed: a
/// link is read again before it counts, so that numbers of processes, descriptors and sockets may be reused.
/// What is remembered only says where to look first: a process whose number of open descriptors has not
/// changed has hardly opened a socket, and one that has opened some has them at the lowest free descriptors.
class SocketHolders
{
public:
    SocketHolders();

    /// Looks where the socket was seen before, and at what processes have opened since they were looked at:
    /// new ones, then those of the socket's user, those that were found last first.
    [[nodiscard]] std::optional<HeldSocket> findAmongKnown(std::uint64_t inode, uid_t user);
    /// Looks at every process, those that have run since they were looked at first; for a limited time, after
    /// which the next question goes on with the processes that are left.
    [[nodiscard]] std::optional<HeldSocket> findAmongAll(std::uint64_t inode, uid_t user);
    /// It was found there by others.
    void note(std::uint64_t inode, const HeldSocket &socket);
    /// Looks after a few processes, so that what they have closed is known before they open something; for
    /// when nobody waits.
    void settle();

private:
    struct Place {
        pid_t process;
        int descriptor;
    };
    /// What has happened to a process since its descriptors were listed.
    enum class Doubt { None, HasClosed, HasOpenedElsewhere };
    struct Holder {
        OpenFiles files;
        uid_t user = 0;
        std::int64_t count = 0;     ///< of open descriptors, when it was looked at
        std::vector<bool> isOpen{}; ///< by descriptor, likewise
        Doubt doubt = Doubt::None;  ///< about `isOpen`
        bool isGone = false;
        int found = -1;      ///< the descriptor of the socket that was found last
        std::string runs{};  ///< how often it had run, when it was searched or settled after
        bool hasRun = false; ///< since then, for something that it opened was found
    };

    [[nodiscard]] std::optional<Place> searchNewcomers(std::uint64_t inode);
    [[nodiscard]] std::optional<Place> searchChanged(std::uint64_t inode, uid_t user);
    [[nodiscard]] std::optional<std::int64_t> changedCount(Holder &holder) const;
    [[nodiscard]] std::optional<Place> look(Holder &holder, std::uint64_t inode);
    [[nodiscard]] std::optional<Place> probeFree(Holder &holder, std::uint64_t inode);
    [[nodiscard]] std::optional<Place> probeNear(std::uint64_t inode) const;
    [[nodiscard]] std::optional<Place> searchThoseThatRan(std::uint64_t inode);
    [[nodiscard]] std::optional<Place> searchAll(std::uint64_t inode, uid_t user);
    [[nodiscard]] std::optional<Place> search(pid_t process, std::uint64_t inode);
    [[nodiscard]] std::optional<Place> search(Holder &holder, std::uint64_t inode);
    void see(std::uint64_t inode, Place place);
    void noteNewcomers();
    void watchSome();
    void noteRuns();
    void settle(Holder &holder);
    void retain(Holder holder);
    void dropThoseThatHaveGone();
    [[nodiscard]] std::optional<HeldSocket> conclude(Place place, std::uint64_t inode);
    [[nodiscard]] std::optional<HeldSocket> heldAt(Place place, std::uint64_t inode);
    void remember(Place place);

    ProcessList m_processes;
    ProcessCatalog m_catalog;
    std::vector<pid_t> m_newcomers;                  ///< processes that have begun and were not looked at yet
    std::unordered_map<std::uint64_t, Place> m_seen; ///< by inode: every socket met in a search
    std::list<Holder> m_holders; ///< processes that were searched; where sockets were found last first
    const bool m_areCounted;
    std::size_t m_watched = 0; ///< holders, since settle() began with the first
    std::chrono::steady_clock::time_point m_settledAt{};
    std::size_t m_sweepAt; ///< as many holders are looked through for those that have gone
    pid_t m_lastSearched = 0;
};

} // namespace engine
