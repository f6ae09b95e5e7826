// SPDX-License-Identifier: MIT
#include "engine/net/event_loop.h"
#include "engine/net/socket.h"

#include "tests/support/dialscene.h"
#include "tests/support/eventloops.h"

#include <QCoreApplication>
#include <QTest>

#include <array>

using namespace engine;
using net::Ready;
using net::ReadyFlags;
using test::waitFor;

namespace
{

/// Has time to arrive, and to be seen by whatever looks at sockets on the way.
constexpr std::chrono::milliseconds kArrival{100};

/// What the poller of this thread says of a socket.
class Watched final : public net::PollHandler
{
public:
    Watched(net::Poller &poller, const net::Socket &socket)
        : m_poller(poller)
        , m_descriptor(socket.descriptor())
        , m_isAdded(poller.add(m_descriptor, *this))
    {
    }
    ~Watched() { m_poller.remove(m_descriptor); }
    Q_DISABLE_COPY_MOVE(Watched)

    void onReady(net::Descriptor, ReadyFlags ready) override { m_told |= ready; }
    [[nodiscard]] bool isToldOf(Ready what)
    {
        return m_isAdded && waitFor([&] { return m_told.testFlag(what); });
    }
    [[nodiscard]] ReadyFlags told() const { return m_told; }

private:
    net::Poller &m_poller;
    net::Descriptor m_descriptor;
    bool m_isAdded;
    ReadyFlags m_told;
};

} // namespace

/// What has come before a socket is watched is told like what comes later: a client may send its request, or
/// be gone, between the accept and that.
class TestPoller : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void init();
    void tellsOfBytes();
    void tellsOfAnEnd();
    void tellsOfAReset();
    void tellsNothingOfAnIdleOne();

private:
    test::DialScene m_scene;
    test::RawSocket m_client;
    net::Socket m_accepted;
    std::array<std::uint8_t, 16> m_buffer{};
};

void TestPoller::init()
{
    const auto listener = net::Socket::openListening({Address::fromV4(0x7f00'0001), 0}, 1);
    QVERIFY(listener.hasValue());
    m_client = test::RawSocket::connectTo(listener->localEndpoint());
    net::Accepted accepted;
    QVERIFY(waitFor([&] {
        if (accepted.status != net::IoStatus::Done)
            accepted = net::acceptClient(listener->descriptor());
        return accepted.status == net::IoStatus::Done;
    }));
    m_accepted = std::move(accepted.socket);
}

void TestPoller::tellsOfBytes()
{
    QVERIFY(m_client.send("hello"));
    QTest::qWait(static_cast<int>(kArrival.count()));
    Watched watched(m_scene.poller, m_accepted);
    QVERIFY(watched.isToldOf(Ready::Readable));
    const net::IoResult received = m_accepted.receive(m_buffer);
    QCOMPARE(received.status, net::IoStatus::Done);
    QCOMPARE(received.bytes, 5U);
}

void TestPoller::tellsOfAnEnd()
{
    m_client.close();
    QTest::qWait(static_cast<int>(kArrival.count()));
    Watched watched(m_scene.poller, m_accepted);
    QVERIFY(watched.isToldOf(Ready::Readable));
    QCOMPARE(m_accepted.receive(m_buffer).status, net::IoStatus::End);
}

void TestPoller::tellsOfAReset()
{
    m_client.reset();
    QTest::qWait(static_cast<int>(kArrival.count()));
    Watched watched(m_scene.poller, m_accepted);
    QVERIFY(watched.isToldOf(Ready::Readable));
    // Some systems only tell that it is over.
    const net::IoStatus status = m_accepted.receive(m_buffer).status;
    QVERIFY(status == net::IoStatus::Failed || status == net::IoStatus::End);
}

void TestPoller::tellsNothingOfAnIdleOne()
{
    Watched watched(m_scene.poller, m_accepted);
    QVERIFY(watched.isToldOf(Ready::Writable));
    QTest::qWait(static_cast<int>(kArrival.count()));
    QVERIFY(!watched.told().testFlag(Ready::Readable));
}

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    TestPoller portable;
    const int failed = QTest::qExec(&portable, argc, argv);
    return failed + test::runOnNativeThread<TestPoller>(argc, argv);
}

#include "tst_poller.moc"
