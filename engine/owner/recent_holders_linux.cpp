// SPDX-License-Identifier: MIT
#include "engine/owner/recent_holders_linux.h"

#include "engine/owner/descriptor_share.h"
#include "engine/owner/process_files_linux.h"

#include <algorithm>
#include <utility>

namespace engine
{

namespace
{

constexpr std::size_t kMaximumRecent = 4;  // processes
constexpr std::size_t kMaximumSeldom = 16; // processes
constexpr std::size_t kMaximumPlaces = 64; // of each
/// Looks that may be in vain: a few, and some more for each socket.
constexpr std::size_t kSpareLooks = 8;
constexpr std::size_t kLooksForEach = 3;
constexpr std::size_t kMaximumClosed = 4; // descriptors: the lowest is opened next
/// So often a socket that stays is met again before it counts as one that is kept open.
constexpr int kLooksUntilKept = 4;
constexpr std::int64_t kFirstProcess = 1;

} // namespace

/// One look for several sockets, from process to process.
class RecentHolders::Search
{
public:
    explicit Search(std::span<const std::uint64_t> inodes)
        : m_inodes(inodes)
        , m_found(inodes.size())
        , m_missing(inodes.size() -
                    static_cast<std::size_t>(std::count(inodes.begin(), inodes.end(), std::uint64_t{0})))
        , m_looksLeft(kSpareLooks + kLooksForEach * m_missing)
    {
    }

    [[nodiscard]] bool goesOn() const { return m_missing > 0 && m_looksLeft > 0; }
    /// False when the process is gone, or no longer its parent's child.
    [[nodiscard]] bool lookAt(Recent &recent);
    [[nodiscard]] std::vector<std::optional<HeldSocket>> take() { return std::move(m_found); }

private:
    enum class Seen : std::uint8_t { Found, Other, Closed };

    void lookWhereSocketsWere(Recent &recent);
    void lookBehindTheLast(Recent &recent);
    [[nodiscard]] Seen look(const Recent &recent, int descriptor, bool isKnown);

    std::span<const std::uint64_t> m_inodes;
    std::vector<std::optional<HeldSocket>> m_found;
    std::size_t m_missing;
    std::size_t m_looksLeft;
    std::vector<std::size_t> m_foundHere; ///< in the process that is looked at
};

bool RecentHolders::Search::lookAt(Recent &recent)
{
    m_foundHere.clear();
    if (recent.isGrowing)
        lookBehindTheLast(recent);
    lookWhereSocketsWere(recent);
    if (!recent.isGrowing)
        lookBehindTheLast(recent);
    if (m_foundHere.empty())
        return true;
    // It lives, for its links could be read. If its parent does, too, it is still the same parent, and what
    // was not open there was not inherited.
    const auto parent = recent.parent ? recent.parent->status() : std::nullopt;
    if (!recent.parent || (parent && parent->count > 0))
        return true;
    for (const std::size_t index : m_foundHere)
        m_found[index].reset();
    m_missing += m_foundHere.size();
    return false;
}

void RecentHolders::Search::lookWhereSocketsWere(Recent &recent)
{
    std::deque<Place> &places = recent.places;
    std::vector<Place> closed;
    std::vector<Place> open;
    std::vector<Place> kept;
    std::vector<Place> found;
    for (std::size_t left = places.size(); left > 0 && goesOn(); --left) {
        Place place = places.front();
        places.pop_front();
        const Seen seen = look(recent, place.descriptor, true);
        place.looks = seen == Seen::Other ? place.looks + 1 : 0;
        const bool isKept = place.looks >= kLooksUntilKept;
        (seen == Seen::Found ? found : seen == Seen::Closed ? closed : isKept ? kept : open).push_back(place);
    }
    std::ranges::sort(closed, {}, &Place::descriptor);
    closed.resize(std::min(closed.size(), kMaximumClosed));
    // What is still open is the oldest, and probably the next to close.
    places.insert(places.begin(), open.begin(), open.end());
    places.insert(places.begin(), closed.begin(), closed.end());
    for (const Place &place : kept)
        places.push_back({place.descriptor});
    for (const Place &place : found)
        note(recent, place.descriptor);
}

void RecentHolders::Search::lookBehindTheLast(Recent &recent)
{
    for (int next = recent.last + 1; goesOn() && look(recent, next, false) == Seen::Found; ++next)
        note(recent, next);
}

/// What came where the process itself had something else before was not inherited.
RecentHolders::Search::Seen RecentHolders::Search::look(const Recent &recent, int descriptor, bool isKnown)
{
    --m_looksLeft;
    const std::optional<std::uint64_t> met = recent.files.socketAt(descriptor);
    if (!met)
        return Seen::Closed;
    for (std::size_t i = 0; *met != 0 && i < m_inodes.size(); ++i) {
        if (m_inodes[i] != *met || m_found[i])
            continue;
        // What a parent has in the same place was probably inherited: that takes a closer look.
        if (!isKnown && recent.parent && recent.parent->socketAt(descriptor) == *met)
            return Seen::Other;
        m_found[i] = HeldSocket{recent.entry, descriptor, recent.entry.process};
        m_foundHere.push_back(i);
        --m_missing;
        return Seen::Found;
    }
    return Seen::Other;
}

RecentHolders::RecentHolders()
    // Without being counted, descriptors do not tell whether a parent lives.
    : m_isPossible(OpenFiles::areCounted() && descriptorsForOwners() > 0)
{
}

std::vector<std::optional<HeldSocket>> RecentHolders::find(std::span<const std::uint64_t> inodes)
{
    Search search(inodes);
    for (auto recent = m_recent.begin(); recent != m_recent.end() && search.goesOn();) {
        const auto looked = recent++;
        if (!search.lookAt(*looked))
            m_recent.erase(looked);
    }
    return search.take();
}

void RecentHolders::remember(const HeldSocket &socket)
{
    if (!m_isPossible || !(socket.opener == socket.holder.process))
        return;
    const auto known = std::find_if(m_recent.begin(), m_recent.end(), [&socket](const Recent &recent) {
        return recent.entry.process == socket.holder.process;
    });
    if (known != m_recent.end()) {
        m_recent.splice(m_recent.begin(), m_recent, known);
    } else {
        std::optional<Recent> recent = isOften(socket.holder.process) ? open(socket.holder) : std::nullopt;
        if (!recent)
            return;
        m_recent.push_front(std::move(*recent));
        if (m_recent.size() > kMaximumRecent)
            m_recent.pop_back();
    }
    note(m_recent.front(), socket.descriptor);
}

/// Once does not count: opening its directories would cost more than looking for its next socket.
bool RecentHolders::isOften(const ProcessIdentity &process)
{
    if (std::erase(m_seldom, process) > 0)
        return true;
    m_seldom.push_back(process);
    if (m_seldom.size() > kMaximumSeldom)
        m_seldom.pop_front();
    return false;
}

/// Nothing when it cannot be made sure that the two stay what they are.
std::optional<RecentHolders::Recent> RecentHolders::open(const ProcessEntry &entry)
{
    std::optional<OpenFiles> files = OpenFiles::of(static_cast<pid_t>(entry.process.processId));
    const bool hasParent = entry.parentId > kFirstProcess;
    std::optional<OpenFiles> parent;
    if (hasParent)
        parent = OpenFiles::of(static_cast<pid_t>(entry.parentId));
    if (!files || parent.has_value() != hasParent)
        return std::nullopt;
    // Opened by their numbers: are they still who they were?
    const std::optional<ProcessEntry> now = findProcess(entry.process.processId);
    if (!now || !(now->process == entry.process) || now->parentId != entry.parentId)
        return std::nullopt;
    return Recent{entry, std::move(*files), std::move(parent)};
}

void RecentHolders::note(Recent &recent, int descriptor)
{
    recent.isGrowing = descriptor == recent.last + 1;
    recent.last = descriptor;
    std::erase_if(recent.places, [descriptor](const Place &place) { return place.descriptor == descriptor; });
    recent.places.push_back({descriptor});
    if (recent.places.size() > kMaximumPlaces)
        recent.places.pop_front();
}

} // namespace engine
