// SPDX-License-Identifier: MIT
#include "engine/owner/descriptor_share.h"
#include "engine/owner/process_files_linux.h"
#include "engine/owner/recent_holders_linux.h"

#include <QTest>

#include <algorithm>
#include <array>
#include <csignal>
#include <utility>
#include <vector>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace engine;

namespace
{

/// A socket of this process.
class OwnSocket
{
public:
    OwnSocket()
        : m_descriptor(::socket(AF_INET, SOCK_DGRAM, 0))
    {
    }
    ~OwnSocket() { close(); }
    Q_DISABLE_COPY_MOVE(OwnSocket)

    [[nodiscard]] int descriptor() const { return m_descriptor; }
    [[nodiscard]] std::uint64_t inode() const
    {
        struct stat status {
        };
        return ::fstat(m_descriptor, &status) == 0 ? status.st_ino : 0;
    }
    void close()
    {
        if (m_descriptor >= 0)
            ::close(std::exchange(m_descriptor, -1));
    }

private:
    int m_descriptor;
};

/// A copy of this process that sleeps, or that makes another one which does.
class Copy
{
public:
    enum class Kind : std::uint8_t { Child, Grandchild };

    explicit Copy(Kind kind)
    {
        std::array<int, 2> ends{};
        if (::pipe(ends.data()) != 0)
            return;
        m_child = ::fork();
        if (m_child == 0)
            run(kind, ends[1]);
        m_isMade = ::read(ends[0], &m_process, sizeof m_process) == sizeof m_process;
        ::close(ends[0]);
        ::close(ends[1]);
    }
    ~Copy()
    {
        endChild();
        if (m_isMade)
            ::kill(m_process, SIGKILL);
    }
    Q_DISABLE_COPY_MOVE(Copy)

    /// Who sleeps.
    [[nodiscard]] std::int64_t process() const { return m_process; }
    void endChild()
    {
        if (m_child <= 0)
            return;
        ::kill(m_child, SIGKILL);
        ::waitpid(std::exchange(m_child, 0), nullptr, 0);
    }

private:
    [[noreturn]] static void run(Kind kind, int out)
    {
        if (kind == Kind::Grandchild && ::fork() != 0)
            sleepForLong();
        const pid_t process = ::getpid();
        (void)!::write(out, &process, sizeof process);
        sleepForLong();
    }
    [[noreturn]] static void sleepForLong()
    {
        ::sleep(60);
        ::_exit(0);
    }

    pid_t m_child = -1;
    pid_t m_process = 0;
    bool m_isMade = false;
};

HeldSocket heldBy(std::int64_t process, int descriptor)
{
    const std::optional<ProcessEntry> entry = findProcess(process);
    return entry ? HeldSocket{*entry, descriptor, entry->process} : HeldSocket{};
}

/// Twice, for a process that was met only once is not remembered.
void rememberWell(RecentHolders &holders, const HeldSocket &socket)
{
    holders.remember(socket);
    holders.remember(socket);
}

/// The process and descriptor that a socket is found at, or zeros.
using Found = std::pair<std::int64_t, int>;

std::vector<Found> find(RecentHolders &holders, const std::vector<std::uint64_t> &inodes)
{
    std::vector<Found> found;
    for (const auto &held : holders.find(inodes))
        found.push_back(held ? Found{held->holder.process.processId, held->descriptor} : Found{});
    return found;
}

} // namespace

class TestRecentHolders : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void remembersWhoWasMetTwice();
    void findsTheNextSocketInThePlaceOfTheLast();
    void findsTheNextSocketBehindTheLast();
    void findsManyAtOnce();
    void findsNothingForOthers();
    void tellsNothingOfAProcessThatHasGone();
    void leavesInheritedSocketsToACloserLook();
    void forgetsWhoseParentHasGone();
};

void TestRecentHolders::initTestCase()
{
    if (!OpenFiles::areCounted() || descriptorsForOwners() == 0)
        QSKIP("This system does not tell enough");
}

void TestRecentHolders::remembersWhoWasMetTwice()
{
    RecentHolders holders;
    const OwnSocket socket;
    const HeldSocket held = heldBy(::getpid(), socket.descriptor());
    QCOMPARE(find(holders, {socket.inode()}), std::vector<Found>{Found{}});
    holders.remember(held);
    QCOMPARE(find(holders, {socket.inode()}), std::vector<Found>{Found{}});
    holders.remember(held);
    QCOMPARE(find(holders, {socket.inode()}), (std::vector<Found>{{::getpid(), socket.descriptor()}}));
}

void TestRecentHolders::findsTheNextSocketInThePlaceOfTheLast()
{
    RecentHolders holders;
    OwnSocket first;
    const int descriptor = first.descriptor();
    rememberWell(holders, heldBy(::getpid(), descriptor));
    const std::uint64_t before = first.inode();
    first.close();
    for (int i = 0; i < 100; ++i) {
        const OwnSocket next;
        QCOMPARE(next.descriptor(), descriptor);
        QVERIFY(next.inode() != before);
        QCOMPARE(find(holders, {before, next.inode()}), (std::vector<Found>{{}, {::getpid(), descriptor}}));
    }
}

void TestRecentHolders::findsTheNextSocketBehindTheLast()
{
    RecentHolders holders;
    std::array<OwnSocket, 40> sockets;
    rememberWell(holders, heldBy(::getpid(), sockets[0].descriptor()));
    int last = sockets[0].descriptor();
    for (const OwnSocket &socket : sockets) {
        // Where something else is open between two, a search has to find the second.
        if (socket.descriptor() > last + 1)
            rememberWell(holders, heldBy(::getpid(), socket.descriptor()));
        last = socket.descriptor();
        QCOMPARE(find(holders, {socket.inode()}), (std::vector<Found>{{::getpid(), last}}));
    }
}

void TestRecentHolders::findsManyAtOnce()
{
    RecentHolders holders;
    std::array<OwnSocket, 40> sockets;
    std::vector<std::uint64_t> inodes;
    std::vector<Found> expected;
    for (const OwnSocket &socket : sockets) {
        rememberWell(holders, heldBy(::getpid(), socket.descriptor()));
        inodes.push_back(socket.inode());
        expected.emplace_back(::getpid(), socket.descriptor());
    }
    inodes.insert(inodes.begin() + 20, 0); // of a socket that is closed already
    expected.insert(expected.begin() + 20, Found{});
    QCOMPARE(find(holders, inodes), expected);
    std::reverse(inodes.begin(), inodes.end());
    std::reverse(expected.begin(), expected.end());
    QCOMPARE(find(holders, inodes), expected);
}

void TestRecentHolders::findsNothingForOthers()
{
    RecentHolders holders;
    const OwnSocket socket;
    rememberWell(holders, heldBy(::getpid(), socket.descriptor()));
    QCOMPARE(find(holders, {0, 1, ~std::uint64_t{0}}), (std::vector<Found>(3)));
    QCOMPARE(find(holders, {}), std::vector<Found>());
}

void TestRecentHolders::tellsNothingOfAProcessThatHasGone()
{
    RecentHolders holders;
    OwnSocket socket;
    const std::uint64_t inode = socket.inode();
    Copy copy(Copy::Kind::Child);
    const int descriptor = socket.descriptor();
    const HeldSocket held = heldBy(copy.process(), descriptor);
    QVERIFY(held.holder.process.processId != 0);
    // Only the copy has it.
    const int kept = ::dup(descriptor);
    socket.close();
    rememberWell(holders, held);
    QCOMPARE(find(holders, {inode}), (std::vector<Found>{{copy.process(), descriptor}}));
    copy.endChild();
    QCOMPARE(find(holders, {inode}), std::vector<Found>{Found{}});
    ::close(kept);
}

void TestRecentHolders::leavesInheritedSocketsToACloserLook()
{
    RecentHolders holders;
    OwnSocket socket;
    const std::uint64_t inode = socket.inode();
    const int descriptor = socket.descriptor();
    const Copy copy(Copy::Kind::Child);
    // Its own were in the places before.
    rememberWell(holders, heldBy(copy.process(), descriptor - 1));
    QCOMPARE(find(holders, {inode}), std::vector<Found>{Found{}});
    socket.close();
    QCOMPARE(find(holders, {inode}), (std::vector<Found>{{copy.process(), descriptor}}));
}

/// Its next parent may be the one that it has inherited from.
void TestRecentHolders::forgetsWhoseParentHasGone()
{
    RecentHolders holders;
    OwnSocket socket;
    const std::uint64_t inode = socket.inode();
    const int descriptor = socket.descriptor();
    Copy copy(Copy::Kind::Grandchild);
    const HeldSocket held = heldBy(copy.process(), descriptor - 1);
    QVERIFY(held.holder.parentId != ::getpid());
    rememberWell(holders, held);
    QCOMPARE(find(holders, {inode}), std::vector<Found>{Found{}}); // the one between has it, too
    copy.endChild();
    QCOMPARE(find(holders, {inode}), std::vector<Found>{Found{}});
    socket.close();
    QCOMPARE(find(holders, {inode}), std::vector<Found>{Found{}});
}

QTEST_GUILESS_MAIN(TestRecentHolders)
#include "tst_recentholders.moc"
