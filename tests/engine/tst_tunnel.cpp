// SPDX-License-Identifier: MIT
#include "engine/outbound/connector.h"

#include "engine/limits.h"

#include "tests/support/dialscene.h"
#include "tests/support/eventloops.h"
#include "tests/support/fakeserver.h"
#include "tests/support/ownnetwork.h"

#include <QAbstractEventDispatcher>
#include <QCoreApplication>
#include <QTest>

using namespace engine;
using namespace Qt::StringLiterals;
using std::chrono::milliseconds;
using test::Dialect;
using test::waitFor;

namespace
{

constexpr const Dialect &kSocks4 = test::kDialects[0];
constexpr const Dialect &kSocks4a = test::kDialects[1];
constexpr const Dialect &kSocks5 = test::kDialects[2];

/// A server that the test plays.
struct Server {
    explicit Server(const Dialect &its)
        : dialect(its)
    {
    }
    const Dialect &dialect;
    test::RawListener listener;
};

/// A connector with everything that it needs, on a clock that stands still.
struct Scene : test::DialScene {
    void addServer(const char *id, const Dialect &dialect, const Endpoint &endpoint)
    {
        profile.servers << test::serverProfile(id, dialect, endpoint);
    }
    void addRoute(const char *id, RouteKind kind, const QStringList &members)
    {
        profile.routes << RouteProfile{QString::fromLatin1(id), {}, kind, members};
    }
    void connectBy(const char *id, const Destination &target)
    {
        router.setProfile(profile);
        router.setPasswords({{u"s"_s, test::kServerPassword}, {u"good"_s, test::kServerPassword}});
        connector = std::make_unique<Connector>(tunnels, [this](Expected<Dialed, Error> result) {
            if (!result)
                detail = result.error().detail.toEnglish();
            take(std::move(result));
        });
        connector->connect(Action::byWayOf(QString::fromLatin1(id)), target);
    }
    /// The server's end of the connection that comes next. Lets the connector go on until then.
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
    /// What comes to the server's end, while the connector goes on.
    [[nodiscard]] static QByteArray receive(test::RawSocket &server, qsizetype size)
    {
        QByteArray bytes;
        (void)waitFor([&] {
            bytes += server.receiveSome(size - bytes.size(), milliseconds{0});
            return bytes.size() >= size || server.end() != test::StreamEnd::Open;
        });
        return bytes;
    }
    /// Plays so many exchanges of a server, and reads the request behind them.
    [[nodiscard]] static bool play(test::RawSocket &server, const test::Exchanges &exchanges, qsizetype count)
    {
        for (qsizetype i = 0; i < std::min(count + 1, exchanges.size()); ++i) {
            if (receive(server, exchanges[i].request.size()) != exchanges[i].request)
                return false;
            if (i < count && !server.send(exchanges[i].answer))
                return false;
        }
        return true;
    }
    [[nodiscard]] bool finishes()
    {
        return waitFor([this] {
            deadlines.fireDue();
            return hasResult();
        });
    }
    [[nodiscard]] const Upstream &health(const char *id) const
    {
        return *router.servers().value(QString::fromLatin1(id));
    }

    Profile profile;
    QString detail;
    Router router{clock, [](const Upstream &, bool) {
                  }};
    TlsBridges tls{poller, deadlines};
    TunnelServices tunnels{services, router, tls};
    std::unique_ptr<Connector> connector;
};

Destination nameTarget()
{
    return {{}, "target.invalid", 443};
}

/// How often this thread wakes up while nothing happens for a while.
int wakesInQuietTime()
{
    int wakes = 0;
    QEventLoop loop;
    QObject::connect(QAbstractEventDispatcher::instance(), &QAbstractEventDispatcher::awake, &loop,
                     [&wakes] { ++wakes; });
    QTimer::singleShot(milliseconds{100}, &loop, &QEventLoop::quit);
    loop.exec();
    return wakes;
}

} // namespace

Q_DECLARE_METATYPE(engine::ErrorCode)

/// On the poller that goes with the thread it runs on.
class TestTunnel : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void givesUpOnASilentServer_data();
    void givesUpOnASilentServer();
    void leavesTheTargetItsTime_data();
    void leavesTheTargetItsTime();
    void triesTheNextWhenOneIsSilent_data();
    void triesTheNextWhenOneIsSilent();
    void staysWithAServerThatHasAnswered_data();
    void staysWithAServerThatHasAnswered();
    void givesUpOnHalfAnAnswer_data();
    void givesUpOnHalfAnAnswer();
    void doubtsBothWhenTheFirstSaysNothing();
    void restsWhileHalfAnAnswerIsThere();
    void noticesAHangUpInTheMiddleOfAnAnswer_data();
    void noticesAHangUpInTheMiddleOfAnAnswer();
    void looksUpTheServersName();
    void looksUpTheTargetWhenToldTo_data();
    void looksUpTheTargetWhenToldTo();
    void saysThatANameCannotBeLookedUp();
    void triesTheNextPathWhenTheFirstCannotSayIt();
    void triesTheNextPathWhenAServerCannotReachTheNext();
    void blamesTheServerThatWasNotReached();
    void triesTheNextPathWhenNoPortIsLeftTowardsTheFirst();
    void saysThatAServerRefused();
    void saysThatTheNextServerRefused();
    void blamesNobodyForTheTarget();
    void givesUpWithItself_data();
    void givesUpWithItself();
};

void TestTunnel::givesUpOnASilentServer_data()
{
    QTest::addColumn<const Dialect *>("dialect");
    QTest::addColumn<int>("stage");
    QTest::newRow("socks5, greeting") << &test::kDialects[2] << 0;
    QTest::newRow("socks5 with a login, greeting") << &test::kDialects[3] << 0;
    QTest::newRow("socks5 with a login, login") << &test::kDialects[3] << 1;
}

/// In the states where the server alone is waited for.
void TestTunnel::givesUpOnASilentServer()
{
    QFETCH(const Dialect *, dialect);
    QFETCH(const int, stage);
    Scene scene;
    const Server silent(*dialect);
    scene.addServer("s", *dialect, silent.listener.endpoint());
    const Destination target = test::targetFor(*dialect);
    scene.connectBy("s", target);
    test::RawSocket server = scene.accept(silent.listener);
    QVERIFY(Scene::play(server, test::exchanges(*dialect, target), stage));
    scene.passTime(kUpstreamTimeout - milliseconds{1});
    test::spin();
    QVERIFY(!scene.hasResult());
    scene.passTime(milliseconds{1});
    QVERIFY(scene.finishes());
    QCOMPARE(scene.error, ErrorCode::UpstreamTimedOut);
    QCOMPARE(scene.health("s").failures, 1);
    QVERIFY(server.waitForEnd() != test::StreamEnd::Open);
}

void TestTunnel::leavesTheTargetItsTime_data()
{
    QTest::addColumn<const Dialect *>("dialect");
    for (const Dialect &dialect : test::kDialects)
        QTest::newRow(dialect.title) << &dialect;
}

/// From the request on it may be the target that is slow; the client's own limit is another's to watch.
void TestTunnel::leavesTheTargetItsTime()
{
    QFETCH(const Dialect *, dialect);
    Scene scene;
    const Server slow(*dialect);
    scene.addServer("s", *dialect, slow.listener.endpoint());
    const Destination target = test::targetFor(*dialect);
    scene.connectBy("s", target);
    test::RawSocket server = scene.accept(slow.listener);
    const test::Exchanges exchanges = test::exchanges(*dialect, target);
    QVERIFY(Scene::play(server, exchanges, exchanges.size() - 1));
    scene.passTime(2 * kUpstreamTimeout);
    test::spin();
    QVERIFY(!scene.hasResult());
    server.send(exchanges.last().answer);
    QVERIFY(scene.finishes());
    QVERIFY(scene.dialed);
    QCOMPARE(scene.health("s").failures, 0);
}

void TestTunnel::triesTheNextWhenOneIsSilent_data()
{
    QTest::addColumn<const Dialect *>("dialect");
    QTest::addColumn<int>("stage");
    QTest::addColumn<QByteArray>("said");
    for (const Dialect &dialect : test::kDialects) {
        const test::Exchanges exchanges = test::exchanges(dialect, test::targetFor(dialect));
        for (int stage = 0; stage < exchanges.size(); ++stage) {
            // Having answered so far, SOCKS5 may be waiting for the target.
            const bool isRequest = stage == exchanges.size() - 1;
            if (!isRequest || dialect.protocol != ServerProtocol::Socks5)
                QTest::addRow("%s, nothing at stage %d", dialect.title, stage)
                    << &dialect << stage << QByteArray();
            QTest::addRow("%s, half an answer at stage %d", dialect.title, stage)
                << &dialect << stage << exchanges[stage].answer.chopped(1);
        }
    }
}

/// In every state in which it is the server that is waited for, or may be.
void TestTunnel::triesTheNextWhenOneIsSilent()
{
    QFETCH(const Dialect *, dialect);
    QFETCH(const int, stage);
    QFETCH(const QByteArray, said);
    Scene scene;
    const Server silent(*dialect);
    const Server good(*dialect);
    scene.addServer("s", *dialect, silent.listener.endpoint());
    scene.addServer("good", *dialect, good.listener.endpoint());
    scene.addRoute("group", RouteKind::Failover, {u"s"_s, u"good"_s});
    const Destination target = test::targetFor(*dialect);
    const test::Exchanges exchanges = test::exchanges(*dialect, target);
    scene.connectBy("group", target);
    test::RawSocket server = scene.accept(silent.listener);
    QVERIFY(Scene::play(server, exchanges, stage));
    if (!said.isEmpty())
        server.send(said);
    QVERIFY(test::passSomeTurns());
    scene.passTime(kUpstreamTimeout - milliseconds{1});
    test::spin();
    QVERIFY(!good.listener.accept(milliseconds{0}).isOpen());
    scene.passTime(milliseconds{1});
    test::RawSocket next = scene.accept(good.listener);
    QVERIFY(Scene::play(next, exchanges, exchanges.size()));
    QVERIFY(scene.finishes());
    QVERIFY(scene.dialed);
    QVERIFY(server.waitForEnd() != test::StreamEnd::Open);
    QCOMPARE(scene.health("s").failures, 1);
    QCOMPARE(scene.health("s").lastError.code, ErrorCode::UpstreamTimedOut);
    QCOMPARE(scene.health("good").failures, 0);
}

void TestTunnel::staysWithAServerThatHasAnswered_data()
{
    QTest::addColumn<const Dialect *>("dialect");
    QTest::addColumn<QByteArray>("sign");
    QTest::newRow("socks5, the greeting") << &test::kDialects[2] << QByteArray();
    QTest::newRow("socks5, the login") << &test::kDialects[3] << QByteArray();
    QTest::newRow("http, an interim answer")
        << &test::kDialects[4] << QByteArray("HTTP/1.1 102 Processing\r\n\r\n");
}

/// It works; another one would only show the target a second address.
void TestTunnel::staysWithAServerThatHasAnswered()
{
    QFETCH(const Dialect *, dialect);
    QFETCH(const QByteArray, sign);
    Scene scene;
    const Server slow(*dialect);
    const Server other(*dialect);
    scene.addServer("s", *dialect, slow.listener.endpoint());
    scene.addServer("other", *dialect, other.listener.endpoint());
    scene.addRoute("group", RouteKind::Failover, {u"s"_s, u"other"_s});
    scene.connectBy("group", nameTarget());
    test::RawSocket server = scene.accept(slow.listener);
    const test::Exchanges exchanges = test::exchanges(*dialect, nameTarget());
    QVERIFY(Scene::play(server, exchanges, exchanges.size() - 1));
    server.send(sign);
    QVERIFY(test::passSomeTurns());
    scene.passTime(2 * kUpstreamTimeout);
    test::spin();
    QVERIFY(!other.listener.accept(milliseconds{0}).isOpen());
    server.send(exchanges.last().answer);
    QVERIFY(scene.finishes());
    QVERIFY(scene.dialed);
    QCOMPARE(scene.health("s").failures, 0);
}

void TestTunnel::givesUpOnHalfAnAnswer_data()
{
    QTest::addColumn<const Dialect *>("dialect");
    for (const Dialect &dialect : test::kDialects)
        QTest::newRow(dialect.title) << &dialect;
}

/// Once it answers, the target is no excuse any more.
void TestTunnel::givesUpOnHalfAnAnswer()
{
    QFETCH(const Dialect *, dialect);
    Scene scene;
    const Server silent(*dialect);
    scene.addServer("s", *dialect, silent.listener.endpoint());
    const Destination target = test::targetFor(*dialect);
    scene.connectBy("s", target);
    test::RawSocket server = scene.accept(silent.listener);
    const test::Exchanges exchanges = test::exchanges(*dialect, target);
    QVERIFY(Scene::play(server, exchanges, exchanges.size() - 1));
    scene.passTime(2 * kUpstreamTimeout);
    server.send(exchanges.last().answer.first(1));
    QVERIFY(test::passSomeTurns());
    QVERIFY(!scene.hasResult());
    scene.passTime(kUpstreamTimeout);
    QVERIFY(scene.finishes());
    QCOMPARE(scene.error, ErrorCode::UpstreamTimedOut);
    QCOMPARE(scene.health("s").failures, 1);
}

/// Which of the two it is, a probe of the first will tell.
void TestTunnel::doubtsBothWhenTheFirstSaysNothing()
{
    Scene scene;
    const Server first(kSocks4a);
    scene.addServer("first", kSocks4a, first.listener.endpoint());
    scene.addServer("second", kSocks5, test::endpoint("192.0.2.1", 1080));
    scene.addRoute("chain", RouteKind::Chain, {u"first"_s, u"second"_s});
    scene.connectBy("chain", nameTarget());
    test::RawSocket server = scene.accept(first.listener);
    QVERIFY(Scene::play(server, test::exchanges(kSocks4a, {test::address("192.0.2.1"), {}, 1080}), 0));
    scene.passTime(kUpstreamTimeout);
    QVERIFY(scene.finishes());
    QCOMPARE(scene.health("first").failures, 1);
    QCOMPARE(scene.health("second").failures, 1);
}

/// What was read is not looked at again and again until the rest comes.
void TestTunnel::restsWhileHalfAnAnswerIsThere()
{
    Scene scene;
    const Server slow(kSocks5);
    scene.addServer("s", kSocks5, slow.listener.endpoint());
    scene.connectBy("s", nameTarget());
    test::RawSocket server = scene.accept(slow.listener);
    const test::Exchanges exchanges = test::exchanges(kSocks5, nameTarget());
    QVERIFY(Scene::play(server, exchanges, 1));
    server.send(exchanges.last().answer.first(6));
    QVERIFY(test::passSomeTurns());
    const int wakes = wakesInQuietTime();
    QVERIFY2(wakes < 20, QByteArray::number(wakes).constData());
    server.send(exchanges.last().answer.sliced(6) + "early");
    QVERIFY(scene.finishes());
    QVERIFY(scene.dialed);
}

void TestTunnel::noticesAHangUpInTheMiddleOfAnAnswer_data()
{
    QTest::addColumn<const Dialect *>("dialect");
    for (const Dialect &dialect : test::kDialects)
        QTest::newRow(dialect.title) << &dialect;
}

void TestTunnel::noticesAHangUpInTheMiddleOfAnAnswer()
{
    QFETCH(const Dialect *, dialect);
    Scene scene;
    const Server hasty(*dialect);
    scene.addServer("s", *dialect, hasty.listener.endpoint());
    const Destination target = test::targetFor(*dialect);
    scene.connectBy("s", target);
    test::RawSocket server = scene.accept(hasty.listener);
    const test::Exchanges exchanges = test::exchanges(*dialect, target);
    QVERIFY(Scene::play(server, exchanges, exchanges.size() - 1));
    server.send(exchanges.last().answer.chopped(1));
    server.shutdownWrite();
    QVERIFY(scene.finishes());
    QCOMPARE(scene.error, ErrorCode::UpstreamProtocolError);
    QCOMPARE(scene.health("s").failures, 1);
}

void TestTunnel::looksUpTheServersName()
{
    Scene scene;
    const Server named(kSocks5);
    scene.addServer("s", kSocks5, named.listener.endpoint());
    scene.profile.servers[0].host = u"proxy.example"_s;
    scene.connectBy("s", nameTarget());
    QCOMPARE(scene.resolver.asked, QList<QByteArray>{"proxy.example"});
    QVERIFY(scene.connector->isResolving());
    scene.resolver.answer({"127.0.0.1"});
    test::RawSocket server = scene.accept(named.listener);
    QVERIFY(!scene.connector->isResolving());
    QVERIFY(Scene::play(server, test::exchanges(kSocks5, nameTarget()), 2));
    QVERIFY(scene.finishes());
    QVERIFY(scene.dialed);
    QCOMPARE(scene.resolver.asked.size(), 1); // nobody asked for the target
}

void TestTunnel::looksUpTheTargetWhenToldTo_data()
{
    QTest::addColumn<const Dialect *>("dialect");
    QTest::addColumn<QString>("chosen");
    QTest::newRow("socks4 takes the IPv4 address") << &kSocks4 << "192.0.2.1";
    QTest::newRow("socks4a takes the IPv4 address") << &kSocks4a << "192.0.2.1";
    QTest::newRow("socks5 takes the first") << &kSocks5 << "2001:db8::1";
}

void TestTunnel::looksUpTheTargetWhenToldTo()
{
    QFETCH(const Dialect *, dialect);
    QFETCH(const QString, chosen);
    Scene scene;
    const Server plain(*dialect);
    scene.addServer("s", *dialect, plain.listener.endpoint());
    scene.profile.servers[0].resolveNames = NameResolution::Local;
    scene.connectBy("s", nameTarget());
    test::RawSocket server = scene.accept(plain.listener);
    QVERIFY(waitFor([&] { return !scene.resolver.asked.isEmpty(); }));
    QCOMPARE(scene.resolver.asked, QList<QByteArray>{"target.invalid"});
    QVERIFY(scene.connector->isResolving());
    scene.resolver.answer({"2001:db8::1", "192.0.2.1", "192.0.2.2"});
    const test::Exchanges exchanges = test::exchanges(*dialect, {*Address::fromLiteral(chosen), {}, 443});
    QVERIFY(Scene::play(server, exchanges, exchanges.size()));
    QVERIFY(scene.finishes());
    QVERIFY(scene.dialed);
}

void TestTunnel::saysThatANameCannotBeLookedUp()
{
    Scene scene;
    const Server plain(kSocks5);
    scene.addServer("s", kSocks5, plain.listener.endpoint());
    scene.addRoute("group", RouteKind::Failover, {u"s"_s, u"s"_s});
    scene.profile.servers[0].resolveNames = NameResolution::Local;
    scene.connectBy("group", nameTarget());
    QVERIFY(scene.accept(plain.listener).isOpen());
    QVERIFY(waitFor([&] { return !scene.resolver.asked.isEmpty(); }));
    scene.resolver.answer(Unexpected{Error{ErrorCode::NameNotFound, {}}});
    QVERIFY(scene.finishes());
    QCOMPARE(scene.error, ErrorCode::NameNotFound);
    QCOMPARE(scene.health("s").failures, 0);
}

void TestTunnel::triesTheNextPathWhenTheFirstCannotSayIt()
{
    Scene scene;
    const Server cannot(kSocks4a);
    const Server can(kSocks5);
    scene.addServer("cannot", kSocks4a, cannot.listener.endpoint());
    scene.addServer("can", kSocks5, can.listener.endpoint());
    scene.addRoute("group", RouteKind::Failover, {u"cannot"_s, u"can"_s});
    const Destination target{test::address("2001:db8::1"), {}, 443};
    scene.connectBy("group", target);
    test::RawSocket server = scene.accept(can.listener);
    QVERIFY(Scene::play(server, test::exchanges(kSocks5, target), 2));
    QVERIFY(scene.finishes());
    QVERIFY(scene.dialed);
    QCOMPARE(scene.health("cannot").failures, 0);
}

/// A group in a chain, or chains in a group: a server that says that the next one does not answer has
/// answered for itself.
void TestTunnel::triesTheNextPathWhenAServerCannotReachTheNext()
{
    Scene scene;
    const Server first(kSocks5);
    scene.addServer("first", kSocks5, first.listener.endpoint());
    scene.addServer("dead", kSocks5, test::endpoint("192.0.2.1", 1080));
    scene.addServer("alive", kSocks4a, test::endpoint("192.0.2.2", 1080));
    scene.addRoute("group", RouteKind::Failover, {u"dead"_s, u"alive"_s});
    scene.addRoute("chain", RouteKind::Chain, {u"first"_s, u"group"_s});
    scene.connectBy("chain", nameTarget());

    test::RawSocket server = scene.accept(first.listener);
    const auto towards = [](const char *address) {
        return test::exchanges(kSocks5, {test::address(address), {}, 1080});
    };
    QVERIFY(Scene::play(server, towards("192.0.2.1"), 1));
    server.send(QByteArray::fromHex("05050001000000000000"));
    server = scene.accept(first.listener);
    QVERIFY(Scene::play(server, towards("192.0.2.2") + test::exchanges(kSocks4a, nameTarget()), 3));
    QVERIFY(scene.finishes());
    QVERIFY(scene.dialed);
    QCOMPARE(scene.health("first").failures, 0);
    QCOMPARE(scene.health("dead").failures, 1);
    QCOMPARE(scene.health("alive").failures, 0);
}

void TestTunnel::blamesTheServerThatWasNotReached()
{
    Scene scene;
    const Server first(kSocks5);
    scene.addServer("first", kSocks5, first.listener.endpoint());
    scene.addServer("silent", kSocks5, test::endpoint("192.0.2.1", 1080));
    scene.addRoute("chain", RouteKind::Chain, {u"first"_s, u"silent"_s});
    scene.connectBy("chain", nameTarget());
    test::RawSocket server = scene.accept(first.listener);
    QVERIFY(Scene::play(server, test::exchanges(kSocks5, {test::address("192.0.2.1"), {}, 1080}), 1));
    scene.passTime(kUpstreamTimeout);
    QVERIFY(scene.finishes());
    QCOMPARE(scene.error, ErrorCode::UpstreamTimedOut);
    QCOMPARE(scene.detail, u"silent"_s);
    QCOMPARE(scene.health("first").failures, 0);
    QCOMPARE(scene.health("silent").failures, 1);
}

/// Ports are taken towards one peer, and say nothing about it.
void TestTunnel::triesTheNextPathWhenNoPortIsLeftTowardsTheFirst()
{
    if (!test::isInOwnNetwork()) {
        const std::optional<int> exitCode = test::runInOwnNetwork(test::kMakeNetworkOfFewPorts);
        if (!exitCode)
            QSKIP(test::kNoOwnNetwork);
        QCOMPARE(*exitCode, 0);
        return;
    }
    const test::RawListener busy(Endpoint{test::address("127.0.0.1"), test::kPortOutsideOfThem});
    const test::RawListener other(Endpoint{test::address("127.0.0.2"), test::kPortOutsideOfThem});
    QVERIFY(busy.isOpen() && other.isOpen());
    const std::vector<test::RawSocket> taken = test::takePortsTowards(busy);
    QCOMPARE(taken.size(), test::kPortsToConnectFrom);
    Scene scene;
    scene.addServer("busy", kSocks5, busy.endpoint());
    scene.addServer("good", kSocks5, other.endpoint());
    scene.addRoute("group", RouteKind::Failover, {u"busy"_s, u"good"_s});
    scene.connectBy("group", nameTarget());
    test::RawSocket server = scene.accept(other);
    QVERIFY(server.isOpen());
    QCOMPARE(scene.health("busy").failures, 0);
    QVERIFY(!scene.health("busy").isDown);
    server.reset(); // so that the listener's port is free for the next run
}

void TestTunnel::saysThatAServerRefused()
{
    const test::RefusingEndpoint refusing;
    Scene scene;
    scene.addServer("refuser", kSocks5, refusing.endpoint());
    scene.connectBy("refuser", nameTarget());
    QVERIFY(scene.finishes());
    QCOMPARE(scene.error, ErrorCode::UpstreamUnreachable);
    QCOMPARE(scene.detail, u"refuser: it refused the connection"_s);
}

void TestTunnel::saysThatTheNextServerRefused()
{
    Scene scene;
    const Server first(kSocks5);
    scene.addServer("first", kSocks5, first.listener.endpoint());
    scene.addServer("refuser", kSocks5, test::endpoint("192.0.2.1", 1080));
    scene.addRoute("chain", RouteKind::Chain, {u"first"_s, u"refuser"_s});
    scene.connectBy("chain", nameTarget());
    test::RawSocket server = scene.accept(first.listener);
    QVERIFY(Scene::play(server, test::exchanges(kSocks5, {test::address("192.0.2.1"), {}, 1080}), 1));
    server.send(QByteArray::fromHex("05050001000000000000"));
    QVERIFY(scene.finishes());
    QCOMPARE(scene.error, ErrorCode::UpstreamUnreachable);
    QCOMPARE(scene.detail, u"refuser: it refused the connection"_s);
}

void TestTunnel::blamesNobodyForTheTarget()
{
    Scene scene;
    const Server first(kSocks5);
    const Server second(kSocks5);
    scene.addServer("first", kSocks5, first.listener.endpoint());
    scene.addServer("second", kSocks5, second.listener.endpoint());
    scene.addRoute("group", RouteKind::Failover, {u"first"_s, u"second"_s});
    scene.connectBy("group", nameTarget());
    test::RawSocket server = scene.accept(first.listener);
    QVERIFY(Scene::play(server, test::exchanges(kSocks5, nameTarget()), 1));
    server.send(QByteArray::fromHex("05050001000000000000"));
    QVERIFY(scene.finishes());
    QCOMPARE(scene.error, ErrorCode::ConnectionRefused);
    QCOMPARE(scene.health("first").failures, 0);
    QVERIFY(!second.listener.accept(milliseconds{0}).isOpen());
}

void TestTunnel::givesUpWithItself_data()
{
    QTest::addColumn<const Dialect *>("dialect");
    QTest::addColumn<int>("stage");
    for (const Dialect &dialect : test::kDialects) {
        const auto stages = static_cast<int>(test::exchanges(dialect, test::targetFor(dialect)).size());
        for (int stage = 0; stage < stages; ++stage)
            QTest::addRow("%s, stage %d", dialect.title, stage) << &dialect << stage;
    }
}

void TestTunnel::givesUpWithItself()
{
    QFETCH(const Dialect *, dialect);
    QFETCH(const int, stage);
    Scene scene;
    const Server plain(*dialect);
    scene.addServer("s", *dialect, plain.listener.endpoint());
    const Destination target = test::targetFor(*dialect);
    scene.connectBy("s", target);
    test::RawSocket server = scene.accept(plain.listener);
    const test::Exchanges exchanges = test::exchanges(*dialect, target);
    QVERIFY(Scene::play(server, exchanges, stage));
    server.send(exchanges[stage].answer.first(1));
    scene.connector.reset();
    QVERIFY(server.waitForEnd() != test::StreamEnd::Open);
    test::spin();
    QCOMPARE(scene.results, 0);
    QCOMPARE(scene.deadlines.size(), std::size_t{0});
}

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    TestTunnel portable;
    const int failed = QTest::qExec(&portable, argc, argv);
    return failed + test::runOnNativeThread<TestTunnel>(argc, argv);
}

#include "tst_tunnel.moc"
