// SPDX-License-Identifier: MIT
#include "engine/owner/socket_holders_linux.h"

#include "engine/limits.h"
#include "engine/owner/descriptor_share.h"
#include "engine/owner/process_files_linux.h"

#include <algorithm>
#include <chrono>
#include <unordered_set>
#include <utility>

namespace engine
{

namespace
{

constexpr std::size_t kMaximumSeen = std::size_t{128} * 1024; // sockets
constexpr std::size_t kMaximumHolders = 2'048;                // processes
constexpr std::size_t kFirstSweep = 256;                      // processes
/// Where a process that closes and opens puts the next one.
constexpr std::size_t kProbedRecent = 8; // processes
constexpr int kProbedBelow = 2;
constexpr int kProbedAbove = 8;
/// Descriptors that a process may have opened since the last question and that are looked at one by one.
constexpr int kProbedFree = 16;
constexpr std::size_t kFewNewcomers = 2; // processes
constexpr std::size_t kMaximumNewcomers = 256;
constexpr std::size_t kWatchedAtOnce = 128; // processes
constexpr std::chrono::milliseconds kSettleInterval{1};
constexpr int kSettledAtOnce = 2;               // processes
constexpr int kNotedAtOnce = 4;                 // processes
constexpr std::int64_t kMaximumSettled = 1'024; // descriptors of one
constexpr qsizetype kMaximumScheduleSize = 128; // bytes
/// Of a search of all processes: half of what anybody waits for, so that the next question has its turn.
constexpr auto kSearchTime = kOwnerLookupTimeout / 2;

std::vector<bool> marksOf(const std::vector<int> &descriptors)
{
    std::vector<bool> marks;
    for (const int descriptor : descriptors) {
        const auto index = static_cast<std::size_t>(descriptor);
        if (index >= marks.size())
            marks.resize(index + 1);
        marks[index] = true;
    }
    return marks;
}

/// Changes whenever the process runs (its main thread, at least).
std::string runsOf(pid_t process)
{
    return readProcessFile(process, "schedstat", kMaximumScheduleSize).toStdString();
}

} // namespace

SocketHolders::SocketHolders()
    : m_areCounted(OpenFiles::areCounted())
    , m_sweepAt(kFirstSweep)
{
}

std::optional<HeldSocket> SocketHolders::findAmongKnown(std::uint64_t inode, uid_t user)
{
    const auto seen = m_seen.find(inode);
    if (seen != m_seen.end()) {
        if (const auto process = conclude(seen->second, inode))
            return process;
    }
    noteNewcomers();
    // Where many begin, as when something is compiled, looking at all the others costs less than at them.
    auto place = m_newcomers.size() <= kFewNewcomers ? searchNewcomers(inode) : std::nullopt;
    if (!place)
        place = searchChanged(inode, user);
    if (!place)
        place = searchNewcomers(inode);
    if (!place)
        place = probeNear(inode);
    return place ? conclude(*place, inode) : std::nullopt;
}

std::optional<HeldSocket> SocketHolders::findAmongAll(std::uint64_t inode, uid_t user)
{
    auto place = searchThoseThatRan(inode);
    if (!place)
        place = searchAll(inode, user);
    dropThoseThatHaveGone();
    return place ? conclude(*place, inode) : std::nullopt;
}

void SocketHolders::note(std::uint64_t inode, const HeldSocket &socket)
{
    see(inode, {static_cast<pid_t>(socket.holder.process.processId), socket.descriptor});
}

void SocketHolders::settle()
{
    const auto now = std::chrono::steady_clock::now();
    if (now - m_settledAt < kSettleInterval)
        return;
    m_settledAt = now;
    noteNewcomers();
    for (int i = 0; i < kSettledAtOnce && !m_newcomers.empty(); ++i) {
        const pid_t process = m_newcomers.back();
        m_newcomers.pop_back();
        (void)search(process, 0);
    }
    if (m_areCounted)
        watchSome();
    noteRuns();
    int settled = 0;
    for (Holder &holder : m_holders) {
        if (holder.doubt == Doubt::None)
            continue;
        settle(holder);
        if (++settled == kSettledAtOnce)
            return;
    }
}

/// A question ends where the socket is found: those behind would go unseen.
void SocketHolders::watchSome()
{
    if (m_watched >= m_holders.size())
        m_watched = 0;
    auto holder = std::next(m_holders.begin(), static_cast<std::ptrdiff_t>(m_watched));
    for (std::size_t i = 0; i < kWatchedAtOnce && holder != m_holders.end(); ++i, ++holder, ++m_watched) {
        const auto count = changedCount(*holder);
        if (count && *count < holder->count) {
            holder->count = *count;
            holder->doubt = Doubt::HasClosed;
        }
    }
}

/// What a process has opened is found. Whoever has exchanged one socket for another unseen shows up among
/// those that have run since, as long as those are few.
void SocketHolders::noteRuns()
{
    int noted = 0;
    for (Holder &holder : m_holders) {
        if (!holder.hasRun)
            continue;
        holder.hasRun = false;
        holder.runs = runsOf(holder.files.process());
        if (++noted == kNotedAtOnce)
            return;
    }
}

void SocketHolders::settle(Holder &holder)
{
    const Doubt doubt = std::exchange(holder.doubt, Doubt::None);
    if (holder.count > kMaximumSettled)
        return;
    if (doubt == Doubt::HasOpenedElsewhere) {
        (void)search(holder, 0);
        return;
    }
    const std::vector<int> descriptors = holder.files.descriptors();
    holder.isOpen = marksOf(descriptors);
    holder.count = static_cast<std::int64_t>(descriptors.size());
    holder.hasRun = true;
}

std::optional<SocketHolders::Place> SocketHolders::searchNewcomers(std::uint64_t inode)
{
    while (!m_newcomers.empty()) {
        const pid_t process = m_newcomers.back();
        m_newcomers.pop_back();
        if (const auto place = search(process, inode))
            return place;
    }
    return std::nullopt;
}

void SocketHolders::noteNewcomers()
{
    const std::vector<pid_t> newcomers = m_processes.newcomers();
    m_newcomers.insert(m_newcomers.end(), newcomers.begin(), newcomers.end());
    // Most of so many have gone again; the others are found by a search of all.
    if (m_newcomers.size() > kMaximumNewcomers)
        m_newcomers.erase(m_newcomers.begin(), m_newcomers.end() - std::ptrdiff_t{kMaximumNewcomers});
}

std::optional<SocketHolders::Place> SocketHolders::searchChanged(std::uint64_t inode, uid_t user)
{
    std::vector<Holder *> unexplained;
    for (const bool isOfUser : {true, false}) {
        for (Holder &holder : m_holders) {
            if (holder.isGone || (holder.user == user) != isOfUser)
                continue;
            const std::int64_t before = holder.count;
            if (const auto place = look(holder, inode))
                return place;
            if (holder.doubt != Doubt::None && holder.count != before)
                unexplained.push_back(&holder);
        }
    }
    for (Holder *holder : unexplained) {
        if (const auto place = search(*holder, inode))
            return place;
    }
    return std::nullopt;
}

/// How many a process has open, if that has changed.
std::optional<std::int64_t> SocketHolders::changedCount(Holder &holder) const
{
    const auto status = holder.files.status();
    holder.isGone = !status;
    return status && status->count != holder.count ? std::optional(status->count) : std::nullopt;
}

/// Sees whether a process has opened something, and whether that is the socket.
std::optional<SocketHolders::Place> SocketHolders::look(Holder &holder, std::uint64_t inode)
{
    if (!m_areCounted)
        return probeFree(holder, inode);
    const auto count = changedCount(holder);
    if (!count)
        return std::nullopt;
    const bool hasClosed = *count < holder.count;
    const auto place = hasClosed ? std::nullopt : probeFree(holder, inode);
    if (!place && *count != holder.count) {
        // Next time this many are nothing new.
        holder.count = *count;
        holder.doubt = hasClosed ? Doubt::HasClosed : Doubt::HasOpenedElsewhere;
    }
    return place;
}

/// Processes open what they open at their lowest free descriptors.
std::optional<SocketHolders::Place> SocketHolders::probeFree(Holder &holder, std::uint64_t inode)
{
    auto next = std::find(holder.isOpen.begin(), holder.isOpen.end(), false);
    for (int probed = 0; probed < kProbedFree; ++probed) {
        const auto index = static_cast<std::size_t>(next - holder.isOpen.begin());
        const Place place{holder.files.process(), static_cast<int>(index)};
        const std::optional<std::uint64_t> met = holder.files.socketAt(place.descriptor);
        if (!met)
            break;
        if (index == holder.isOpen.size())
            holder.isOpen.push_back(true);
        holder.isOpen[index] = true;
        ++holder.count;
        if (*met != 0)
            see(*met, place);
        if (*met == inode)
            return place;
        next =
            std::find(holder.isOpen.begin() + static_cast<std::ptrdiff_t>(index), holder.isOpen.end(), false);
    }
    return std::nullopt;
}

/// Looks near what the processes that were found last had opened: a process may have closed as much as it has
/// opened.
std::optional<SocketHolders::Place> SocketHolders::probeNear(std::uint64_t inode) const
{
    std::size_t probed = 0;
    for (const Holder &holder : m_holders) {
        if (holder.found < 0 || ++probed > kProbedRecent)
            break;
        const int last = holder.found + kProbedAbove;
        for (int descriptor = std::max(0, holder.found - kProbedBelow); descriptor <= last; ++descriptor) {
            if (holder.files.socketAt(descriptor) == inode)
                return Place{holder.files.process(), descriptor};
        }
    }
    return std::nullopt;
}

std::optional<SocketHolders::Place> SocketHolders::searchThoseThatRan(std::uint64_t inode)
{
    const auto end = std::chrono::steady_clock::now() + kSearchTime / 2;
    for (Holder &holder : m_holders) {
        if (runsOf(holder.files.process()) == holder.runs)
            continue;
        if (const auto place = search(holder, inode))
            return place;
        if (std::chrono::steady_clock::now() > end)
            break;
    }
    return std::nullopt;
}

std::optional<SocketHolders::Place> SocketHolders::searchAll(std::uint64_t inode, uid_t user)
{
    std::vector<pid_t> processes = m_processes.all(user);
    const auto resumed = std::find(processes.begin(), processes.end(), m_lastSearched);
    if (resumed != processes.end())
        std::rotate(processes.begin(), resumed + 1, processes.end());
    // Those that were never searched are the ones where nothing quicker can have found it.
    std::unordered_set<pid_t> known;
    for (const Holder &holder : m_holders)
        known.insert(holder.files.process());
    std::stable_partition(processes.begin(), processes.end(),
                          [&known](pid_t process) { return !known.contains(process); });
    const auto end = std::chrono::steady_clock::now() + kSearchTime;
    for (const pid_t process : processes) {
        m_lastSearched = process;
        if (const auto place = search(process, inode))
            return place;
        if (std::chrono::steady_clock::now() > end)
            break;
    }
    return std::nullopt;
}

std::optional<SocketHolders::Place> SocketHolders::search(pid_t process, std::uint64_t inode)
{
    const auto known = std::find_if(m_holders.begin(), m_holders.end(), [process](const Holder &holder) {
        return holder.files.process() == process;
    });
    if (known != m_holders.end())
        return search(*known, inode);
    std::optional<OpenFiles> files = OpenFiles::of(process);
    if (!files)
        return std::nullopt;
    Holder holder{std::move(*files)};
    const auto place = search(holder, inode);
    if (!holder.isGone)
        retain(std::move(holder));
    return place;
}

/// Looks at all that a process has open, and keeps what it sees.
std::optional<SocketHolders::Place> SocketHolders::search(Holder &holder, std::uint64_t inode)
{
    const pid_t process = holder.files.process();
    // Before the list: what happens meanwhile shows up as a change later.
    holder.runs = runsOf(process);
    std::vector<int> descriptors = holder.files.descriptors();
    if (descriptors.empty()) {
        // Its number may have become another process's.
        if (std::optional<OpenFiles> files = OpenFiles::of(process))
            holder.files = std::move(*files);
        descriptors = holder.files.descriptors();
    }
    holder.isGone = descriptors.empty(); // or has nothing open, as threads of the kernel
    holder.doubt = Doubt::None;
    holder.isOpen = marksOf(descriptors);
    holder.count = static_cast<std::int64_t>(descriptors.size());
    if (const auto status = holder.files.status())
        holder.user = status->user;
    std::optional<Place> found;
    for (const int descriptor : descriptors) {
        const std::uint64_t met = holder.files.socketAt(descriptor).value_or(0);
        if (met == 0)
            continue;
        see(met, {process, descriptor});
        if (met == inode)
            found = Place{process, descriptor};
    }
    return found;
}

void SocketHolders::see(std::uint64_t inode, Place place)
{
    if (m_seen.size() >= kMaximumSeen)
        m_seen.clear();
    m_seen.insert_or_assign(inode, place);
}

void SocketHolders::retain(Holder holder)
{
    if (m_holders.size() >= m_sweepAt)
        dropThoseThatHaveGone();
    if (m_holders.size() >= kMaximumHolders)
        return;
    if (m_holders.size() >= static_cast<std::size_t>(descriptorsForHolders()))
        holder.files.letGo();
    m_holders.push_back(std::move(holder));
}

void SocketHolders::dropThoseThatHaveGone()
{
    std::erase_if(m_holders, [](const Holder &holder) { return holder.isGone || holder.files.isGone(); });
    m_sweepAt = std::max(kFirstSweep, 2 * m_holders.size());
}

/// The process of a place where the socket was met, if it is still there.
std::optional<HeldSocket> SocketHolders::conclude(Place place, std::uint64_t inode)
{
    const std::optional<HeldSocket> held = heldAt(place, inode);
    if (held)
        remember(place);
    return held;
}

/// What is inherited keeps its number: the eldest in line that has the socket there opened it.
std::optional<HeldSocket> SocketHolders::heldAt(Place place, std::uint64_t inode)
{
    const auto holds = [&](std::int64_t processId) {
        return OpenFiles::socketIn(static_cast<pid_t>(processId), place.descriptor) == inode;
    };
    // The identity comes before the link: a process that takes over the number in between has no such link.
    const std::optional<ProcessEntry> holder = m_catalog.find(place.process);
    if (!holder || !holds(place.process))
        return std::nullopt;
    const FindProcess findHolder = [&](std::int64_t processId) {
        if (!holds(processId))
            return std::optional<ProcessEntry>();
        const std::optional<ProcessEntry> entry = m_catalog.find(processId);
        return holds(processId) ? entry : std::nullopt;
    };
    const std::vector<ProcessIdentity> heirs = ancestorsOf(*holder, findHolder, kMaximumParentPrograms);
    return HeldSocket{*holder, place.descriptor, heirs.empty() ? holder->process : heirs.back()};
}

void SocketHolders::remember(Place place)
{
    const auto found = std::find_if(m_holders.begin(), m_holders.end(), [&place](const Holder &holder) {
        return holder.files.process() == place.process;
    });
    if (found == m_holders.end())
        return;
    found->found = place.descriptor;
    found->hasRun = true;
    m_holders.splice(m_holders.begin(), m_holders, found);
}

} // namespace engine
