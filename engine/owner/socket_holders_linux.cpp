// SPDX-License-Identifier: MIT
#include "engine/owner/socket_holders_linux.h"

#include "engine/limits.h"
#include "engine/owner/process_files_linux.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <unordered_set>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace engine
{

namespace
{

constexpr std::size_t kMaximumSeen = std::size_t{128} * 1024; // sockets
constexpr std::size_t kMaximumSearched = 2'048;               // processes
constexpr std::size_t kMaximumRecent = 8;                     // processes
constexpr int kProbedBelow = 2;
constexpr int kProbedAbove = 8;
constexpr int kProbedFree = 4;
/// Of a search of all processes: half of what anybody waits for, so that the next question has its turn.
constexpr auto kSearchTime = kOwnerLookupTimeout / 2;

/// The inode in "socket:[12345]"; 0 of anything else, which no socket has.
std::uint64_t inodeOfLink(std::string_view target)
{
    constexpr std::string_view kPrefix = "socket:[";
    if (target.substr(0, kPrefix.size()) != kPrefix)
        return 0;
    std::uint64_t inode = 0;
    std::from_chars(target.data() + kPrefix.size(), target.data() + target.size(), inode);
    return inode;
}

std::uint64_t inodeAt(int directory, const char *path)
{
    std::array<char, 64> target;
    const ssize_t size = ::readlinkat(directory, path, target.data(), target.size());
    return size > 0 ? inodeOfLink({target.data(), static_cast<std::size_t>(size)}) : 0;
}

std::uint64_t inodeAt(pid_t process, int descriptor)
{
    std::array<char, 64> path;
    std::snprintf(path.data(), path.size(), "/proc/%d/fd/%d", process, descriptor);
    return inodeAt(AT_FDCWD, path.data());
}

/// Which of these descriptors, both ends included, is the socket.
std::optional<int> socketBetween(int first, int last, pid_t process, std::uint64_t inode)
{
    for (int descriptor = first; descriptor <= last; ++descriptor) {
        if (inodeAt(process, descriptor) == inode)
            return descriptor;
    }
    return std::nullopt;
}

/// The number a directory's entry is named by; nothing for any other name.
std::optional<int> numberOf(const char *name)
{
    int number = 0;
    const char *end = name + std::strlen(name);
    const auto [rest, error] = std::from_chars(name, end, number);
    return error == std::errc() && rest == end ? std::optional(number) : std::nullopt;
}

/// Calls a function with every number that names an entry, and the directory, until it returns false.
template <typename Function> void forEachNumber(const char *path, Function function)
{
    DIR *directory = ::opendir(path);
    if (!directory)
        return;
    while (const dirent *entry = ::readdir(directory)) {
        const std::optional<int> number = numberOf(entry->d_name);
        if (number && !function(*number, ::dirfd(directory), entry->d_name))
            break;
    }
    ::closedir(directory);
}

/// Every process; those of one user first.
std::vector<pid_t> allProcesses(uid_t firstUser)
{
    std::vector<pid_t> firsts;
    std::vector<pid_t> others;
    forEachNumber("/proc", [&](pid_t process, int directory, const char *name) {
        struct stat status {
        };
        const bool isFirst =
            ::fstatat(directory, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && status.st_uid == firstUser;
        (isFirst ? firsts : others).push_back(process);
        return true;
    });
    firsts.insert(firsts.end(), others.begin(), others.end());
    return firsts;
}

} // namespace

std::optional<ProcessIdentity> SocketHolders::findAmongKnown(std::uint64_t inode)
{
    const auto seen = m_seen.find(inode);
    if (seen != m_seen.end()) {
        if (const auto process = conclude(seen->second, inode))
            return process;
    }
    if (const auto place = probe(inode))
        return conclude(*place, inode);
    for (const Place &recent : m_recent) {
        if (const auto place = search(recent.process, inode))
            return conclude(*place, inode);
    }
    return std::nullopt;
}

std::optional<ProcessIdentity> SocketHolders::findAmongAll(std::uint64_t inode, uid_t user)
{
    std::vector<pid_t> processes = allProcesses(user);
    const std::unordered_set<pid_t> running(processes.begin(), processes.end());
    std::erase_if(m_lowestFree, [&running](const auto &entry) { return !running.contains(entry.first); });
    const auto resumed = std::find(processes.begin(), processes.end(), m_lastSearched);
    if (resumed != processes.end())
        std::rotate(processes.begin(), resumed + 1, processes.end());
    // Those that were never searched are the ones where no probe can have found it.
    std::stable_partition(processes.begin(), processes.end(),
                          [this](pid_t process) { return !m_lowestFree.contains(process); });
    const auto end = std::chrono::steady_clock::now() + kSearchTime;
    for (const pid_t process : processes) {
        m_lastSearched = process;
        if (const auto place = search(process, inode))
            return conclude(*place, inode);
        if (std::chrono::steady_clock::now() > end)
            break;
    }
    return std::nullopt;
}

/// Looks where processes put what they open next: near what they have opened before, and at the lowest
/// descriptors that they had free.
std::optional<SocketHolders::Place> SocketHolders::probe(std::uint64_t inode) const
{
    for (const Place &recent : m_recent) {
        const int first = std::max(0, recent.descriptor - kProbedBelow);
        const int last = recent.descriptor + kProbedAbove;
        if (const auto descriptor = socketBetween(first, last, recent.process, inode))
            return Place{recent.process, *descriptor};
    }
    for (int offset = 0; offset < kProbedFree; ++offset) {
        for (const auto &[process, free] : m_lowestFree) {
            if (inodeAt(process, free + offset) == inode)
                return Place{process, free + offset};
        }
    }
    return std::nullopt;
}

std::optional<SocketHolders::Place> SocketHolders::search(pid_t process, std::uint64_t inode)
{
    std::array<char, 64> path;
    std::snprintf(path.data(), path.size(), "/proc/%d/fd", process);
    std::optional<Place> found;
    int free = 0;
    forEachNumber(path.data(), [&](int descriptor, int directory, const char *name) {
        if (descriptor == free) // they come in order
            ++free;
        const std::uint64_t met = inodeAt(directory, name);
        if (met == 0)
            return true;
        if (m_seen.size() >= kMaximumSeen)
            m_seen.clear();
        m_seen.insert_or_assign(met, Place{process, descriptor});
        if (met == inode)
            found = Place{process, descriptor};
        return !found;
    });
    if (m_lowestFree.size() >= kMaximumSearched)
        m_lowestFree.clear();
    if (free > 0)
        m_lowestFree.insert_or_assign(process, free);
    return found;
}

/// The process of a place where the socket was met, if it is still there. What is inherited keeps its number:
/// the eldest in line that has the socket there opened it.
std::optional<ProcessIdentity> SocketHolders::conclude(Place place, std::uint64_t inode)
{
    // The identity comes before the link: a process that takes over the number in between has no such link.
    std::optional<ProcessEntry> holder = findProcess(place.process);
    if (!holder || inodeAt(place.process, place.descriptor) != inode)
        return std::nullopt;
    remember(place);
    const FindProcess findHolder = [&](std::int64_t processId) {
        const auto holds = [&] {
            return inodeAt(static_cast<pid_t>(processId), place.descriptor) == inode;
        };
        if (!holds())
            return std::optional<ProcessEntry>();
        const std::optional<ProcessEntry> entry = findProcess(processId);
        return holds() ? entry : std::nullopt;
    };
    const std::vector<ProcessIdentity> heirs = ancestorsOf(*holder, findHolder, kMaximumParentPrograms);
    return heirs.empty() ? holder->process : heirs.back();
}

void SocketHolders::remember(const Place &place)
{
    std::erase_if(m_recent, [&place](const Place &recent) { return recent.process == place.process; });
    m_recent.insert(m_recent.begin(), place);
    if (m_recent.size() > kMaximumRecent)
        m_recent.pop_back();
    const auto lowest = m_lowestFree.find(place.process);
    if (lowest != m_lowestFree.end() && place.descriptor >= lowest->second &&
        place.descriptor < lowest->second + kProbedFree)
        lowest->second = place.descriptor + 1;
}

} // namespace engine
