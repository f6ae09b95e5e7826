// SPDX-License-Identifier: MIT
#include "engine/outbound/udp_tunnel.h"

#include "engine/limits.h"

#include "tests/support/dialscene.h"
#include "tests/support/eventloops.h"
#include "tests/support/fakeserver.h"
#include "tests/support/socksclient.h"

#include <QCoreApplication>
#include <QTest>

using namespace engine;
using namespace Qt::StringLiterals;
using std::chrono::milliseconds;
using test::waitFor;

namespace
{

const QByteArray kPayload = "question";

/// RSV, FRAG, and what a request says of its destination.
QByteArray header(const Endpoint &target)
{
    return QByteArray(3, '\0') + test::socks5Request(target).sliced(3);
}

QByteArray reply(const Endpoint &bound)
{
    return QByteArray::fromHex("0500") +
           test::socks5Request(bound).replace(0, 3, QByteArray::fromHex("050000"));
}

/// A tunnel by way of one SOCKS5 server that the test plays, or as "chain" through it to another one, on a
/// clock that stands still.
struct Scene : test::DialScene {
    explicit Scene(const QString &way = u"s"_s)
    {
        Profile profile;
        profile.servers << test::serverProfile("s", test::kDialects[2], server.endpoint())
                        << test::serverProfile("t", test::kDialects[2], test::endpoint("192.0.2.2", 1'080));
        profile.routes << RouteProfile{u"chain"_s, {}, RouteKind::Chain, {u"s"_s, u"t"_s}};
        router.setProfile(profile);
        tunnel = std::make_unique<UdpTunnel>(
            tunnels, batch, way, QString(),
            [this](const Endpoint &source, Bytes payload) {
                sources << source;
                received << QByteArray(reinterpret_cast<const char *>(payload.data()),
                                       static_cast<qsizetype>(payload.size()));
            },
            [this](const Error &why) { failure = why; });
    }
    ~Scene() { tunnel.reset(); }
    Q_DISABLE_COPY_MOVE(Scene)

    bool send(const QByteArray &payload = kPayload)
    {
        return tunnel->send({target.address, {}, target.port}, bytesOf(payload));
    }
    /// Opens it, as far as the server's part goes.
    [[nodiscard]] bool associate(const Endpoint &bound)
    {
        if (!send())
            return false;
        (void)waitFor([this] {
            if (!control.isOpen())
                control = server.accept(milliseconds{0});
            return control.isOpen();
        });
        QByteArray asked;
        control.send(reply(bound));
        return waitFor([&] {
            asked += control.receiveSome(100, milliseconds{0});
            return asked.size() == 13; // greeting and request
        });
    }
    /// What comes to the server's relay while the tunnel goes on.
    [[nodiscard]] test::RawDatagrams::Received atRelay(const test::RawDatagrams &relay)
    {
        test::RawDatagrams::Received datagram;
        (void)waitFor([&] {
            if (datagram.from.isNull())
                datagram = relay.receive(milliseconds{0});
            return !datagram.from.isNull();
        });
        return datagram;
    }

    const test::RawListener server;
    const Endpoint target = test::endpoint("192.0.2.1", 53);
    test::RawSocket control;
    Router router{clock, [](const Upstream &, bool) {
                  }};
    TlsBridges tls{poller, deadlines};
    TunnelServices tunnels{services, router, tls};
    net::DatagramBatch batch;
    QList<QByteArray> received;
    QList<Endpoint> sources;
    Error failure;
    std::unique_ptr<UdpTunnel> tunnel;
};

} // namespace

/// On the poller that goes with the thread it runs on.
class TestUdpTunnel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void carriesDatagrams_data();
    void carriesDatagrams();
    void dropsWhatTheServerMakesUp();
    void endsWithTheServersConnection();
    void endsWithAServerThatTalks();
    void asksNobodyFurtherWhenItHasFailed();
};

void TestUdpTunnel::carriesDatagrams_data()
{
    QTest::addColumn<QString>("bound");
    QTest::newRow("an address") << "127.0.0.1";
    QTest::newRow("where it was reached") << "0.0.0.0";
}

void TestUdpTunnel::carriesDatagrams()
{
    QFETCH(const QString, bound);
    Scene scene;
    const test::RawDatagrams relay;
    QVERIFY(scene.associate(test::endpoint(bound.toLatin1().constData(), relay.endpoint().port)));
    const auto asked = scene.atRelay(relay);
    QCOMPARE(asked.bytes, header(scene.target) + kPayload);
    relay.send(asked.from, header(scene.target) + "answer");
    QVERIFY(waitFor([&] { return !scene.received.isEmpty(); }));
    QCOMPARE(scene.received, QList<QByteArray>{"answer"});
    QCOMPARE(scene.sources, QList<Endpoint>{scene.target});
}

void TestUdpTunnel::dropsWhatTheServerMakesUp()
{
    Scene scene;
    const test::RawDatagrams relay;
    const test::RawDatagrams stranger;
    QVERIFY(scene.associate(relay.endpoint()));
    const Endpoint us = scene.atRelay(relay).from;
    const QByteArray good = header(scene.target);
    for (const qsizetype size : {0, 1, 3, 4, 9})
        relay.send(us, good.first(size));
    relay.send(us, QByteArray(good).replace(2, 1, "\x01") + "a fragment");
    relay.send(us, QByteArray(good).replace(2, 1, "\x81") + "the last fragment");
    relay.send(us, QByteArray(good).replace(3, 1, "\x02") + "no address");
    relay.send(us, QByteArray::fromHex("00000003ff") + "a name cut short");
    relay.send(us, QByteArray::fromHex("0000000304") + "name" + QByteArray::fromHex("0035") + "from a name");
    relay.send(us, QByteArray(65'000, '\xff'));
    stranger.send(us, good + "from a stranger");
    relay.send(us, good + "the last");
    QVERIFY(waitFor([&] { return !scene.received.isEmpty(); }));
    QCOMPARE(scene.received, QList<QByteArray>{"the last"});
    QVERIFY(!scene.failure.isError());
}

void TestUdpTunnel::endsWithTheServersConnection()
{
    Scene scene;
    const test::RawDatagrams relay;
    QVERIFY(scene.associate(relay.endpoint()));
    QVERIFY(!scene.atRelay(relay).from.isNull());
    scene.control.close();
    QVERIFY(waitFor([&] { return scene.failure.isError(); }));
    QCOMPARE(scene.failure.code, ErrorCode::UpstreamUnreachable);
    QVERIFY(!scene.send()); // Not at once again.
    scene.clock.advance(kUdpRouteRetryDelay);
    QVERIFY(scene.send());
}

/// It has nothing to say there, and must not keep us reading.
void TestUdpTunnel::endsWithAServerThatTalks()
{
    Scene scene;
    const test::RawDatagrams relay;
    QVERIFY(scene.associate(relay.endpoint()));
    QVERIFY(!scene.atRelay(relay).from.isNull());
    scene.control.send(QByteArray(static_cast<qsizetype>(kMaximumControlChatter), 'x'));
    QVERIFY(test::passSomeTurns());
    QVERIFY(!scene.failure.isError());
    scene.control.send("x");
    QVERIFY(waitFor([&] { return scene.failure.isError(); }));
    QCOMPARE(scene.failure.code, ErrorCode::UpstreamProtocolError);
}

/// What the next server of a chain says then belongs to no association: the way to it would be another one.
void TestUdpTunnel::asksNobodyFurtherWhenItHasFailed()
{
    Scene scene(u"chain"_s);
    const test::RawDatagrams relay;
    QVERIFY(scene.associate(relay.endpoint()));
    test::RawSocket next;
    QVERIFY(waitFor([&] {
        if (!next.isOpen())
            next = scene.server.accept(milliseconds{0});
        return next.isOpen();
    }));
    scene.control.close();
    QVERIFY(waitFor([&] { return scene.failure.isError(); }));
    QVERIFY(waitFor([&] {
        (void)next.receiveSome(100, milliseconds{0});
        return next.end() != test::StreamEnd::Open;
    }));
}

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    TestUdpTunnel portable;
    const int failed = QTest::qExec(&portable, argc, argv);
    return failed + test::runOnNativeThread<TestUdpTunnel>(argc, argv);
}

#include "tst_udptunnel.moc"
