// SPDX-License-Identifier: MIT
#include "engine/outbound/prober.h"

#include "engine/limits.h"

#include "tests/support/dialscene.h"
#include "tests/support/eventloops.h"
#include "tests/support/fakeserver.h"

#include <QCoreApplication>
#include <QTest>

#include <array>

using namespace engine;
using namespace Qt::StringLiterals;
using std::chrono::milliseconds;
using test::Dialect;
using test::waitFor;

namespace
{

constexpr const Dialect &kSocks5 = test::kDialects[2];
constexpr const Dialect &kSocks5Login = test::kDialects[3];

/// A prober with everything that it needs, on a clock that stands still.
struct Scene : test::DialScene {
    void add(const char *id, const Dialect &dialect, const Endpoint &endpoint)
    {
        profile.servers << test::serverProfile(id, dialect, endpoint);
        passwords.insert(QString::fromLatin1(id), test::kServerPassword);
    }
    void addRoute(const char *id, RouteKind kind, const QStringList &members)
    {
        profile.routes << RouteProfile{QString::fromLatin1(id), {}, kind, members};
    }
    /// A group of all servers.
    void group()
    {
        QStringList members;
        for (const ServerProfile &server : std::as_const(profile.servers))
            members << server.id;
        addRoute("group", RouteKind::Failover, members);
        watch(u"group"_s);
    }
    void watch(const QString &id)
    {
        router.setPasswords(passwords);
        router.setProfile(profile);
        prober.watch({id});
        prober.setActive(true);
    }
    [[nodiscard]] Upstream &at(const char *id) const
    {
        return *router.servers().value(QString::fromLatin1(id));
    }
    void fail(const char *id, int times = kFailuresUntilDown)
    {
        for (int i = 0; i < times; ++i)
            router.failed(at(id), {clock.now()}, {ErrorCode::UpstreamUnreachable, {}});
    }
    /// Moves the clock to where the server is to be probed.
    void passTimeUntilProbe(const char *id)
    {
        passTime(std::chrono::duration_cast<milliseconds>(at(id).retryAt - clock.now()));
    }
    /// Lets a little of what would happen happen, at the time it is.
    void settle()
    {
        deadlines.fireDue();
        (void)test::passSomeTurns();
        deadlines.fireDue();
    }
    [[nodiscard]] test::RawSocket accept(const test::RawListener &listener)
    {
        test::RawSocket socket;
        (void)waitFor([&] {
            deadlines.fireDue();
            if (!socket.isOpen())
                socket = listener.accept(milliseconds{0});
            return socket.isOpen();
        });
        return socket;
    }
    [[nodiscard]] static QByteArray receive(test::RawSocket &server, qsizetype size)
    {
        QByteArray bytes;
        (void)waitFor([&] {
            bytes += server.receiveSome(size - bytes.size(), milliseconds{0});
            return bytes.size() >= size || server.end() != test::StreamEnd::Open;
        });
        return bytes;
    }
    [[nodiscard]] static bool play(test::RawSocket &server, const test::Exchanges &exchanges)
    {
        return std::all_of(exchanges.begin(), exchanges.end(), [&server](const test::Exchange &exchange) {
            return receive(server, exchange.request.size()) == exchange.request &&
                   server.send(exchange.answer);
        });
    }
    /// Whether the prober hangs up, having said nothing more.
    [[nodiscard]] static bool hangsUp(test::RawSocket &server)
    {
        return receive(server, 1).isEmpty() && server.end() != test::StreamEnd::Open;
    }

    Profile profile;
    QHash<QString, QByteArray> passwords;
    QStringList turns;
    Router router{clock, [this](const Upstream &server, bool isTurn) {
                      if (isTurn)
                          turns << server.profile.id + (server.isDown ? u" down"_s : u" up"_s);
                  }};
    TlsBridges tls{poller, deadlines};
    TunnelServices tunnels{services, router, tls};
    Prober prober{tunnels};
};

/// What a probe says, and what a server answers that works and cannot reach anything.
test::Exchanges probeOf(const Dialect &dialect, const Endpoint &server)
{
    const bool isSocks4 = dialect.protocol == ServerProtocol::Socks4;
    const Destination target = isSocks4 ? Destination{test::address("127.0.0.1"), {}, server.port}
                                        : Destination{{}, "probe.invalid", 443};
    test::Exchanges exchanges = test::exchanges(dialect, target);
    switch (dialect.protocol) {
    case ServerProtocol::Socks4:
    case ServerProtocol::Socks4a:
        exchanges.last().answer = QByteArray::fromHex("005b000000000000");
        break;
    case ServerProtocol::Socks5:
        exchanges.removeLast(); // It is not asked for anything.
        break;
    case ServerProtocol::Http:
        exchanges.last().answer = "HTTP/1.1 503 Service Unavailable\r\n\r\n";
        break;
    }
    return exchanges;
}

} // namespace

/// On the poller that goes with the thread it runs on.
class TestProber : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bringsADeadMemberBack_data();
    void bringsADeadMemberBack();
    void asksNobodyToLookUpTheProbe();
    void takesALoginThatFailsForAFailure();
    void takesSilenceForAFailure_data();
    void takesSilenceForAFailure();
    void looksSoonAtWhatHasFailedOnce();
    void leavesServersThatWorkAlone();
    void leavesServersOfNoGroupAlone();
    void boundsProbesAtOnce();
    void restsWhileItIsOff();
    void reachesMembersByWayOfOthers();
    void waitsForTheServerBefore();
    void forgetsServersThatAreGone();
    void triesAgainLaterWhatCouldNotBeTried();
};

void TestProber::bringsADeadMemberBack_data()
{
    QTest::addColumn<const Dialect *>("dialect");
    for (const Dialect &dialect : test::kDialects)
        QTest::newRow(dialect.title) << &dialect;
}

/// Nothing comes to the server before its pause is over, and nothing but the probe then.
void TestProber::bringsADeadMemberBack()
{
    QFETCH(const Dialect *, dialect);
    Scene scene;
    const test::RawListener listener;
    scene.add("s", *dialect, listener.endpoint());
    scene.group();
    scene.fail("s");
    scene.passTime(kFirstRetryDelay - milliseconds{1});
    scene.settle();
    QVERIFY(!listener.accept(milliseconds{0}).isOpen());
    for (int i = 0; i < kProbesUntilUp; ++i) {
        QVERIFY(scene.at("s").isDown);
        scene.passTimeUntilProbe("s");
        test::RawSocket server = scene.accept(listener);
        QVERIFY(Scene::play(server, probeOf(*dialect, listener.endpoint())));
        QVERIFY(Scene::hangsUp(server));
    }
    QVERIFY(waitFor([&] { return !scene.at("s").isDown; }));
    QCOMPARE(scene.turns, (QStringList{u"s down"_s, u"s up"_s}));
    scene.settle();
    QCOMPARE(scene.prober.underWay(), std::size_t{0});
    QCOMPARE(scene.deadlines.size(), std::size_t{0});
}

/// Names are the server's to look up when it is only a question of whether it answers.
void TestProber::asksNobodyToLookUpTheProbe()
{
    Scene scene;
    const test::RawListener listener;
    scene.add("s", test::kDialects[1], listener.endpoint());
    scene.profile.servers[0].resolveNames = NameResolution::Local;
    scene.group();
    scene.fail("s");
    scene.passTimeUntilProbe("s");
    test::RawSocket server = scene.accept(listener);
    QVERIFY(Scene::play(server, probeOf(test::kDialects[1], listener.endpoint())));
    QVERIFY(scene.resolver.asked.isEmpty());
}

void TestProber::takesALoginThatFailsForAFailure()
{
    Scene scene;
    const test::RawListener listener;
    scene.add("s", kSocks5Login, listener.endpoint());
    scene.group();
    scene.fail("s");
    scene.passTimeUntilProbe("s");
    test::RawSocket server = scene.accept(listener);
    test::Exchanges exchanges = probeOf(kSocks5Login, listener.endpoint());
    exchanges.last().answer = QByteArray::fromHex("0101");
    QVERIFY(Scene::play(server, exchanges));
    QVERIFY(Scene::hangsUp(server));
    QVERIFY(waitFor([&] { return scene.at("s").retryAt == scene.clock.now() + 2 * kFirstRetryDelay; }));
    QVERIFY(scene.at("s").isDown);
    QCOMPARE(scene.at("s").lastError.code, ErrorCode::UpstreamLoginFailed);
}

void TestProber::takesSilenceForAFailure_data()
{
    bringsADeadMemberBack_data();
}

void TestProber::takesSilenceForAFailure()
{
    QFETCH(const Dialect *, dialect);
    Scene scene;
    const test::RawListener listener;
    scene.add("s", *dialect, listener.endpoint());
    scene.group();
    scene.fail("s");
    scene.passTimeUntilProbe("s");
    test::RawSocket server = scene.accept(listener);
    const test::Exchanges exchanges = probeOf(*dialect, listener.endpoint());
    QCOMPARE(Scene::receive(server, exchanges[0].request.size()), exchanges[0].request);
    scene.passTime(kUpstreamTimeout - milliseconds{1});
    scene.settle();
    QCOMPARE(scene.prober.underWay(), std::size_t{1});
    scene.passTime(milliseconds{1});
    QCOMPARE(scene.prober.underWay(), std::size_t{0});
    QCOMPARE(scene.at("s").lastError.code, ErrorCode::UpstreamTimedOut);
    QCOMPARE(scene.at("s").retryAt, scene.clock.now() + 2 * kFirstRetryDelay);
}

/// An accident is forgotten, a death is known before the next client comes.
void TestProber::looksSoonAtWhatHasFailedOnce()
{
    Scene scene;
    test::RawListener listener;
    scene.add("s", kSocks5, listener.endpoint());
    scene.group();
    scene.fail("s", 1);
    scene.passTime(kDoubtDelay);
    test::RawSocket server = scene.accept(listener);
    QVERIFY(Scene::play(server, probeOf(kSocks5, listener.endpoint())));
    QVERIFY(waitFor([&] { return !scene.at("s").isInDoubt(); }));
    scene.fail("s", 1);
    listener.close();
    scene.passTime(kDoubtDelay);
    QVERIFY(waitFor([&] { return scene.at("s").isDown; }));
    QCOMPARE(scene.turns, QStringList{u"s down"_s});
}

void TestProber::leavesServersThatWorkAlone()
{
    Scene scene;
    const test::RawListener good;
    const test::RawListener dead;
    scene.add("good", kSocks5, good.endpoint());
    scene.add("dead", kSocks5, dead.endpoint());
    scene.group();
    scene.settle();
    QCOMPARE(scene.deadlines.size(), std::size_t{0});
    scene.fail("dead");
    for (int i = 0; i < 20; ++i) {
        scene.passTimeUntilProbe("dead");
        scene.accept(dead).reset();
        QVERIFY(waitFor([&] { return scene.prober.underWay() == 0; }));
    }
    QVERIFY(!good.accept(milliseconds{0}).isOpen());
}

void TestProber::leavesServersOfNoGroupAlone()
{
    Scene scene;
    const test::RawListener alone;
    const test::RawListener apart;
    scene.add("alone", kSocks5, alone.endpoint());
    scene.add("apart", kSocks5, apart.endpoint());
    scene.addRoute("chain", RouteKind::Chain, {u"alone"_s});
    scene.addRoute("unused", RouteKind::Failover, {u"apart"_s});
    scene.watch(u"chain"_s);
    scene.fail("alone");
    scene.fail("apart");
    scene.passTime(kLongestRetryDelay);
    scene.settle();
    QCOMPARE(scene.prober.underWay(), std::size_t{0});
    QCOMPARE(scene.deadlines.size(), std::size_t{0});
    QVERIFY(!alone.accept(milliseconds{0}).isOpen());
    QVERIFY(!apart.accept(milliseconds{0}).isOpen());
}

void TestProber::boundsProbesAtOnce()
{
    constexpr int kServers = static_cast<int>(kMaximumProbes) + 3;
    Scene scene;
    const test::RawListener listener;
    for (int i = 0; i < kServers; ++i)
        scene.add(QByteArray("s" + QByteArray::number(i)).constData(), kSocks5, listener.endpoint());
    scene.group();
    for (int i = 0; i < kServers; ++i)
        scene.fail(QByteArray("s" + QByteArray::number(i)).constData());
    scene.passTime(kFirstRetryDelay);
    std::vector<test::RawSocket> open;
    for (int i = 0; i < kServers; ++i) {
        QCOMPARE(scene.prober.underWay(), std::min<std::size_t>(kMaximumProbes, std::size_t(kServers - i)));
        test::RawSocket server = scene.accept(listener);
        QVERIFY(Scene::play(server, probeOf(kSocks5, listener.endpoint())));
        QVERIFY(Scene::hangsUp(server));
        scene.settle();
    }
    QCOMPARE(scene.prober.underWay(), std::size_t{0});
}

void TestProber::restsWhileItIsOff()
{
    Scene scene;
    const test::RawListener listener;
    scene.add("s", kSocks5, listener.endpoint());
    scene.group();
    scene.fail("s");
    scene.passTimeUntilProbe("s");
    test::RawSocket server = scene.accept(listener);
    scene.prober.setActive(false);
    QVERIFY(server.waitForEnd() != test::StreamEnd::Open);
    scene.passTime(kLongestRetryDelay);
    scene.settle();
    QCOMPARE(scene.deadlines.size(), std::size_t{0});
    QVERIFY(!listener.accept(milliseconds{0}).isOpen());
    scene.prober.setActive(true);
    server = scene.accept(listener);
    QVERIFY(Scene::play(server, probeOf(kSocks5, listener.endpoint())));
}

void TestProber::reachesMembersByWayOfOthers()
{
    Scene scene;
    const test::RawListener first;
    const Endpoint next = test::endpoint("192.0.2.1", 1080);
    scene.add("a", kSocks5, first.endpoint());
    scene.add("b", kSocks5Login, next);
    scene.addRoute("chain", RouteKind::Chain, {u"a"_s, u"b"_s});
    scene.addRoute("group", RouteKind::Failover, {u"chain"_s});
    scene.watch(u"group"_s);
    scene.fail("b");
    for (int i = 0; i < kProbesUntilUp; ++i) {
        scene.passTimeUntilProbe("b");
        test::RawSocket server = scene.accept(first);
        QVERIFY(Scene::play(server, test::exchanges(kSocks5, {next.address, {}, next.port}) +
                                        probeOf(kSocks5Login, next)));
        QVERIFY(Scene::hangsUp(server));
    }
    QVERIFY(waitFor([&] { return !scene.at("b").isDown; }));
    QVERIFY(!scene.at("a").isInDoubt());
}

void TestProber::waitsForTheServerBefore()
{
    Scene scene;
    const test::RawListener first;
    scene.add("a", kSocks5, first.endpoint());
    scene.add("b", kSocks5, test::endpoint("192.0.2.1", 1080));
    scene.addRoute("chain", RouteKind::Chain, {u"a"_s, u"b"_s});
    scene.addRoute("group", RouteKind::Failover, {u"chain"_s});
    scene.watch(u"group"_s);
    scene.fail("a");
    scene.fail("b");
    scene.passTime(kFirstRetryDelay);
    test::RawSocket server = scene.accept(first);
    QCOMPARE(scene.prober.underWay(), std::size_t{1});
    QVERIFY(Scene::play(server, probeOf(kSocks5, first.endpoint())));
    QVERIFY(Scene::hangsUp(server));
    QCOMPARE(scene.at("b").retryAt, scene.clock.now() + kFirstRetryDelay);
    QCOMPARE(scene.at("b").retries, 1); // It was not its fault.
}

void TestProber::forgetsServersThatAreGone()
{
    Scene scene;
    const test::RawListener listener;
    scene.add("s", kSocks5, listener.endpoint());
    scene.group();
    scene.fail("s");
    scene.passTimeUntilProbe("s");
    test::RawSocket server = scene.accept(listener);
    scene.profile.servers[0].port = test::endpoint("127.0.0.1", 9).port;
    scene.watch(u"group"_s);
    QCOMPARE(scene.prober.underWay(), std::size_t{0});
    QVERIFY(server.waitForEnd() != test::StreamEnd::Open);
    QVERIFY(!scene.at("s").isInDoubt());
    scene.settle();
    QCOMPARE(scene.deadlines.size(), std::size_t{0});
}

/// Our own trouble says nothing about the server, and is not met again at once.
void TestProber::triesAgainLaterWhatCouldNotBeTried()
{
    Scene scene;
    scene.own = test::address("127.0.0.1"); // Leads back here, which is refused.
    const test::RawListener listener;
    scene.add("s", kSocks5, listener.endpoint());
    scene.group();
    scene.fail("s");
    scene.passTimeUntilProbe("s");
    scene.settle();
    QCOMPARE(scene.prober.underWay(), std::size_t{0});
    QCOMPARE(scene.at("s").retries, 1);
    QCOMPARE(scene.at("s").retryAt, scene.clock.now() + kFirstRetryDelay);
    scene.own = {};
    scene.passTimeUntilProbe("s");
    QVERIFY(scene.accept(listener).isOpen());
}

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    TestProber portable;
    const int failed = QTest::qExec(&portable, argc, argv);
    return failed + test::runOnNativeThread<TestProber>(argc, argv);
}

#include "tst_prober.moc"
