// SPDX-License-Identifier: MIT
#include "engine/limits.h"
#include "engine/outbound/tunnel.h"

#include "tests/support/dialscene.h"

#include <QTest>

#include <algorithm>
#include <deque>

using namespace engine;
using namespace Qt::StringLiterals;

namespace
{

const Destination kAsked{{}, "target.invalid", 443};

ServerProfile server(const char *id, ServerProtocol protocol = ServerProtocol::Socks5)
{
    ServerProfile profile;
    profile.id = QString::fromLatin1(id);
    profile.protocol = protocol;
    // Nobody's: tests are begun and never end by themselves.
    profile.host = u"name.example"_s;
    profile.port = 1'080;
    return profile;
}

struct Scene : test::DialScene {
    explicit Scene(ServerProtocol protocol = ServerProtocol::Socks5)
    {
        Profile profile;
        profile.servers = {server("s", protocol), server("t")};
        profile.routes = {{u"group"_s, {}, RouteKind::Failover, {u"t"_s, u"s"_s}}};
        router.setProfile(profile);
    }
    void ask(std::size_t times, const Destination &destination = kAsked)
    {
        const Path path{router.servers().value(u"s"_s)};
        for (std::size_t i = 0; i < times; ++i)
            watch.begin(errands.emplace_back(), path, Transport::Tcp, destination);
        deadlines.fireDue();
    }
    [[nodiscard]] const Upstream &asked() const { return *router.servers().value(u"s"_s); }

    Router router{clock, [](const Upstream &, bool) {
                  }};
    TlsBridges tls{poller, deadlines};
    TunnelServices tunnels{services, router, tls};
    LoopWatch watch{tunnels};
    std::deque<LoopWatch::Errand> errands;
};

} // namespace

class TestLoopWatch : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void suspectsManyRequestsForOneThing();
    void countsWhatIsUnderWayOnly();
    void sparesAServerThatHasPassed();
    void judgesByWhatTheRulesSay_data();
    void judgesByWhatTheRulesSay();
    void forgetsWithTime();
    void asksOnlyForWhatAServerTakes_data();
    void asksOnlyForWhatAServerTakes();
};

void TestLoopWatch::suspectsManyRequestsForOneThing()
{
    Scene scene;
    scene.ask(kSuspiciousRequests - 1);
    scene.ask(kSuspiciousRequests - 1, {{}, "other.invalid", 443});
    QCOMPARE(scene.watch.testsUnderWay(), std::size_t(0));
    scene.ask(1);
    QCOMPARE(scene.watch.testsUnderWay(), std::size_t(1));
    scene.ask(100);
    QCOMPARE(scene.watch.testsUnderWay(), std::size_t(1));
    QVERIFY(!scene.watch.recognize(kAsked));
}

void TestLoopWatch::countsWhatIsUnderWayOnly()
{
    Scene scene;
    for (int i = 0; i < 10; ++i) {
        scene.ask(kSuspiciousRequests - 1);
        scene.errands.clear();
    }
    QCOMPARE(scene.watch.testsUnderWay(), std::size_t(0));
}

void TestLoopWatch::sparesAServerThatHasPassed()
{
    Scene scene;
    scene.ask(kSuspiciousRequests);
    QCOMPARE(scene.watch.testsUnderWay(), std::size_t(1));
    scene.passTime(kLoopTestTimeout);
    QCOMPARE(scene.watch.testsUnderWay(), std::size_t(0));
    scene.ask(kSuspiciousRequests - 1);
    QCOMPARE(scene.watch.testsUnderWay(), std::size_t(0));
    scene.ask(1); // twice as many
    QCOMPARE(scene.watch.testsUnderWay(), std::size_t(1));
    scene.passTime(kLoopTestTimeout);
    scene.passTime(kLoopTestPause);
    scene.ask(1); // a long time later
    QCOMPARE(scene.watch.testsUnderWay(), std::size_t(1));
}

void TestLoopWatch::judgesByWhatTheRulesSay_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("proxy");
    QTest::addColumn<bool>("isLoop");
    QTest::newRow("by way of it") << int(Action::Kind::Proxy) << u"s"_s << true;
    QTest::newRow("by way of a group with it") << int(Action::Kind::Proxy) << u"group"_s << true;
    QTest::newRow("by way of another") << int(Action::Kind::Proxy) << u"t"_s << false;
    QTest::newRow("directly") << int(Action::Kind::Direct) << QString() << false;
    QTest::newRow("blocked") << int(Action::Kind::Block) << QString() << false;
}

void TestLoopWatch::judgesByWhatTheRulesSay()
{
    QFETCH(const int, kind);
    QFETCH(const QString, proxy);
    QFETCH(const bool, isLoop);
    Scene scene;
    scene.ask(kSuspiciousRequests);
    QCOMPARE(scene.watch.testsUnderWay(), std::size_t(1));
    QCOMPARE(scene.watch.takeReturned(1, {static_cast<Action::Kind>(kind), proxy}), isLoop);
    QCOMPARE(scene.watch.leadsBack(scene.asked()), isLoop);
    QVERIFY(!scene.watch.takeReturned(2, Action::byWayOf(u"s"_s)));
}

void TestLoopWatch::forgetsWithTime()
{
    Scene scene;
    scene.ask(kSuspiciousRequests);
    QVERIFY(scene.watch.takeReturned(1, Action::byWayOf(u"s"_s)));
    scene.passTime(kLoopMemory - std::chrono::milliseconds{1});
    QVERIFY(scene.watch.leadsBack(scene.asked()));
    scene.passTime(std::chrono::milliseconds{1});
    QVERIFY(!scene.watch.leadsBack(scene.asked()));
}

void TestLoopWatch::asksOnlyForWhatAServerTakes_data()
{
    QTest::addColumn<int>("protocol");
    QTest::addColumn<qsizetype>("tests");
    QTest::newRow("socks4") << int(ServerProtocol::Socks4) << qsizetype(1);
    QTest::newRow("socks4a") << int(ServerProtocol::Socks4a) << qsizetype(2);
    QTest::newRow("socks5") << int(ServerProtocol::Socks5) << qsizetype(2);
    QTest::newRow("http") << int(ServerProtocol::Http) << qsizetype(2);
}

/// Each is a connection of its own to the server.
void TestLoopWatch::asksOnlyForWhatAServerTakes()
{
    QFETCH(const int, protocol);
    QFETCH(const qsizetype, tests);
    Scene scene(static_cast<ServerProtocol>(protocol));
    scene.ask(kSuspiciousRequests);
    QCOMPARE(scene.resolver.asked.size(), tests);
}

QTEST_GUILESS_MAIN(TestLoopWatch)
#include "tst_loopwatch.moc"
