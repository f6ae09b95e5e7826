// SPDX-License-Identifier: MIT
#include "engine/net/datagram.h"

#include "tests/support/bytes.h"
#include "tests/support/rawsocket.h"

#include <QTest>

#include <vector>

#ifdef __linux__
#include <atomic>
#include <cerrno>
#include <dlfcn.h>
#include <sys/socket.h>

namespace
{
/// A way that is too narrow for what the system would cut in pieces.
std::atomic<bool> refusesRuns = false;
std::atomic<int> refusedRuns = 0;
} // namespace

// Takes the place of the system's in this program.
extern "C" int sendmmsg(int descriptor, mmsghdr *messages, unsigned count, int flags)
{
    static auto *const real = reinterpret_cast<decltype(sendmmsg) *>(::dlsym(RTLD_NEXT, "sendmmsg"));
    if (refusesRuns && messages->msg_hdr.msg_controllen > 0) {
        ++refusedRuns;
        errno = EINVAL;
        return -1;
    }
    return real(descriptor, messages, count, flags);
}
#endif

using namespace engine;

namespace
{

struct Sent {
    int peer;
    int size;
};

} // namespace

Q_DECLARE_METATYPE(Sent)

class TestDatagram : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsEveryDatagramWhole_data();
    void keepsEveryDatagramWhole();
    void sendsOneByOneWhereRunsCannotGo();
    void leavesOutWhatIsTooLong();
    void receivesAfterAPortWasUnreachable();
};

/// Peer and size of each datagram of a batch.
void TestDatagram::keepsEveryDatagramWhole_data()
{
    QTest::addColumn<QByteArray>("address");
    QTest::addColumn<QList<Sent>>("sent");
    for (const char *address : {"127.0.0.1", "::1"}) {
        const auto add = [address](const char *title, const QList<Sent> &sent) {
            QTest::addRow("%s, %s", address, title) << QByteArray(address) << sent;
        };
        add("one", {{0, 512}});
        add("all alike", QList<Sent>(32, {0, 512}));
        add("a shorter one last", {{0, 512}, {0, 512}, {0, 100}});
        add("a shorter one between", {{0, 512}, {0, 100}, {0, 512}, {0, 512}});
        add("a longer one last", {{0, 100}, {0, 100}, {0, 512}});
        add("an empty one", {{0, 10}, {0, 0}, {0, 10}, {0, 10}});
        add("empty ones", {{0, 0}, {0, 0}});
        add("two peers in turn", {{0, 64}, {1, 64}, {0, 64}, {1, 64}});
        add("one peer after the other", {{0, 64}, {0, 64}, {1, 64}, {1, 64}});
        add("as long as fits most ways", QList<Sent>(32, {0, 1'472}));
        add("longer", {{0, 1'473}, {0, 1'473}, {0, 9'000}, {0, 60'000}});
        add("fewer than a batch, and long", QList<Sent>(3, {0, 30'000}));
    }
}

void TestDatagram::keepsEveryDatagramWhole()
{
    QFETCH(const QByteArray, address);
    QFETCH(const QList<Sent>, sent);
    const Address here = test::address(address.constData());
    const auto socket = net::openDatagramSocket({here, 0});
    const test::RawDatagrams peers[] = {test::RawDatagrams(here), test::RawDatagrams(here)};
    if (!socket || !peers[0].isOpen())
        QSKIP("No such addresses here");
    QList<QByteArray> payloads;
    for (qsizetype i = 0; i < sent.size(); ++i)
        payloads << test::patternBytes(sent[i].size, static_cast<int>(i) + 1);
    std::vector<net::OutgoingDatagram> datagrams;
    std::size_t bytes = 0;
    for (qsizetype i = 0; i < sent.size(); ++i) {
        const auto *start = reinterpret_cast<const std::uint8_t *>(payloads[i].constData());
        datagrams.push_back(
            {peers[sent[i].peer].endpoint(), {start, static_cast<std::size_t>(payloads[i].size())}});
        bytes += datagrams.back().bytes.size();
    }
    const net::SentDatagrams done = net::sendDatagrams(*socket, datagrams);
    QCOMPARE(done.count, datagrams.size());
    QCOMPARE(done.bytes, bytes);
    for (qsizetype i = 0; i < sent.size(); ++i) {
        const auto received = peers[sent[i].peer].receive();
        QCOMPARE(received.from.port, socket->localEndpoint().port);
        QVERIFY2(received.bytes == payloads[i], QByteArray::number(i).constData());
    }
}

void TestDatagram::sendsOneByOneWhereRunsCannotGo()
{
#ifdef __linux__
    const auto socket = net::openDatagramSocket({test::address("127.0.0.1"), 0});
    QVERIFY(socket);
    const test::RawDatagrams peer;
    const QByteArray payload = test::patternBytes(100);
    const std::span bytes(reinterpret_cast<const std::uint8_t *>(payload.constData()), 100U);
    const std::vector<net::OutgoingDatagram> datagrams(5, {peer.endpoint(), bytes});
    refusesRuns = true;
    const net::SentDatagrams done = net::sendDatagrams(*socket, datagrams);
    refusesRuns = false;
    if (refusedRuns == 0)
        QSKIP("This system takes no runs");
    QCOMPARE(done.count, std::size_t(5));
    QCOMPARE(done.bytes, std::size_t(500));
    for (int i = 0; i < 5; ++i)
        QCOMPARE(peer.receive().bytes, payload);
#else
    QSKIP("Runs are Linux's");
#endif
}

/// And sends what stands around it.
void TestDatagram::leavesOutWhatIsTooLong()
{
    const auto socket = net::openDatagramSocket({test::address("127.0.0.1"), 0});
    QVERIFY(socket);
    const test::RawDatagrams peer;
    const QByteArray payload = test::patternBytes(65'536);
    const std::span all(reinterpret_cast<const std::uint8_t *>(payload.constData()), 65'536U);
    const std::vector<net::OutgoingDatagram> datagrams{
        {peer.endpoint(), all.first(10)}, {peer.endpoint(), all}, {peer.endpoint(), all.first(20)}};
    const net::SentDatagrams done = net::sendDatagrams(*socket, datagrams);
    QCOMPARE(done.count, std::size_t(2));
    QCOMPARE(done.bytes, std::size_t(30));
    QCOMPARE(peer.receive().bytes.size(), qsizetype(10));
    QCOMPARE(peer.receive().bytes.size(), qsizetype(20));
}

/// The answer "port unreachable" is no reason to stop receiving, nor to lose what came from others.
void TestDatagram::receivesAfterAPortWasUnreachable()
{
    const auto socket = net::openDatagramSocket({test::address("127.0.0.1"), 0});
    QVERIFY(socket);
    test::RawDatagrams gone;
    const Endpoint closed = gone.endpoint();
    gone.close();
    const test::RawDatagrams peer;
    const QByteArray payload = test::patternBytes(10);
    const std::span bytes(reinterpret_cast<const std::uint8_t *>(payload.constData()), 10U);
    QCOMPARE(net::sendDatagrams(*socket, std::vector<net::OutgoingDatagram>(3, {closed, bytes})).count,
             std::size_t(3));
    QVERIFY(peer.send(socket->localEndpoint(), payload));
    net::DatagramBatch batch;
    QVERIFY(QTest::qWaitFor([&] {
        static_cast<void>(batch.receiveFrom(*socket));
        return !batch.received().empty();
    }));
    QCOMPARE(batch.received().size(), std::size_t(1));
    QCOMPARE(batch.received().front().peer, peer.endpoint());
}

QTEST_GUILESS_MAIN(TestDatagram)
#include "tst_datagram.moc"
