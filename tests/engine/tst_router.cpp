// SPDX-License-Identifier: MIT
#include "engine/outbound/router.h"

#include "engine/limits.h"

#include "tests/support/fakeclock.h"

#include <QSet>
#include <QTest>

using namespace engine;
using namespace Qt::StringLiterals;
using std::chrono::milliseconds;

namespace
{

ServerProfile server(const QString &id)
{
    ServerProfile profile;
    profile.id = id;
    profile.host = u"127.0.0.1"_s;
    profile.port = 1080;
    return profile;
}

/// A profile from a few words: "a b c" are servers, routes are given as values.
Profile makeProfile(const QString &servers, const QList<RouteProfile> &routes = {})
{
    Profile profile;
    for (const QString &id : servers.split(u' '))
        profile.servers << server(id);
    profile.routes = routes;
    return profile;
}

RouteProfile route(const QString &id, RouteKind kind, const QString &members)
{
    return {id, {}, kind, members.split(u' ')};
}

/// A router and what it said of its servers.
class Scene
{
public:
    explicit Scene(const Profile &profile) { router.setProfile(profile); }

    /// "ab ac": the paths, best first, each as the ids of its servers.
    [[nodiscard]] QString paths(const QString &id, const QString &host = u"host"_s) const
    {
        QStringList all;
        for (const Path &path : router.paths(id, host))
            all << idsOf(path);
        return all.join(u' ');
    }
    [[nodiscard]] static QString idsOf(const Path &path)
    {
        QString ids;
        for (const UpstreamPointer &hop : path)
            ids += hop->profile.id;
        return ids;
    }
    [[nodiscard]] Upstream &at(const QString &id) const { return *router.servers().value(id); }
    void fail(const QString &id, int times = kFailuresUntilDown)
    {
        for (int i = 0; i < times; ++i)
            router.failed(at(id), {clock.now()}, {ErrorCode::UpstreamUnreachable, {}});
    }
    void succeed(const QString &id) { router.succeeded(at(id), {clock.now()}); }
    void passProbe(const QString &id) { router.succeeded(at(id), {clock.now(), true}); }
    [[nodiscard]] milliseconds pauseOf(const QString &id) const
    {
        return std::chrono::duration_cast<milliseconds>(at(id).retryAt - clock.now());
    }

    test::FakeClock clock;
    QStringList changes;
    Router router{clock, [this](const Upstream &changed, bool isTurn) {
                      if (isTurn)
                          changes << changed.profile.id + (changed.isDown ? u" down"_s : u" up"_s);
                  }};
};

/// How often each member comes first among many hosts.
QHash<QString, int> firstChoices(const Scene &scene, const QString &id, int hosts)
{
    QHash<QString, int> counts;
    for (int i = 0; i < hosts; ++i)
        ++counts[scene.paths(id, u"host%1.example"_s.arg(i)).section(u' ', 0, 0)];
    return counts;
}

} // namespace

class TestRouter : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void findsPaths_data();
    void findsPaths();
    void boundsTheNumberOfPaths_data();
    void boundsTheNumberOfPaths();
    void putsDeadMembersLast();
    void putsPathsThroughDeadServersLast();
    void sendsAHostTheSameWay();
    void spreadsHostsEvenly();
    void keepsOtherHostsWhereTheyAreWhenAMemberDies();
    void takesAServerForDeadAfterSeveralFailures();
    void forgetsFailuresBeforeASuccess();
    void waitsEverLongerToTryAgain();
    void countsConnectionsInVainAsOneAttempt();
    void countsWhatFailsTogetherAsOne();
    void forgivesSilenceWhileOthersAreAnswered();
    void bringsAServerBack();
    void bringsAServerBackAfterSeveralProbes();
    void startsAnewAfterAFailedProbe();
    void passesOverWhatWasBegunBefore();
    void keepsWhatComesAndGoesAwayEverLonger();
    void findsPathsToMembers_data();
    void findsPathsToMembers();
    void reachesMembersByWhatWorks();
    void sharesTheTimeOfAClient();
    void keepsHealthOfWhatStaysTheSame();
    void keepsServersOfPathsInUse();
    void handsOutPasswords();
    void namesWhatIsShown();
};

void TestRouter::findsPaths_data()
{
    QTest::addColumn<QString>("id");
    QTest::addColumn<QString>("paths");
    QTest::newRow("server") << "a"
                            << "a";
    QTest::newRow("nothing of that id") << "x"
                                        << "";
    QTest::newRow("chain") << "chain"
                           << "ab";
    QTest::newRow("the same server twice") << "twice"
                                           << "aa";
    QTest::newRow("chain of chains") << "chains"
                                     << "abcab";
    QTest::newRow("failover") << "group"
                              << "c d";
    QTest::newRow("chain in a group") << "groupOfChain"
                                      << "ab c";
    QTest::newRow("group in a group") << "groupOfGroup"
                                      << "a c d";
    QTest::newRow("group in a chain") << "chainOfGroup"
                                      << "acb adb";
    QTest::newRow("two groups in a chain") << "chainOfGroups"
                                           << "ac bc ad bd";
    QTest::newRow("group of chains of groups") << "deep"
                                               << "acb adb a";
    QTest::newRow("a member that is not there") << "lost"
                                                << "";
    QTest::newRow("a group with one that is not there") << "partlyLost"
                                                        << "a";
}

void TestRouter::findsPaths()
{
    QFETCH(const QString, id);
    QFETCH(const QString, paths);
    const Scene scene(
        makeProfile(u"a b c d"_s, {
                                      route(u"chain"_s, RouteKind::Chain, u"a b"_s),
                                      route(u"twice"_s, RouteKind::Chain, u"a a"_s),
                                      route(u"chains"_s, RouteKind::Chain, u"chain c chain"_s),
                                      route(u"group"_s, RouteKind::Failover, u"c d"_s),
                                      route(u"other"_s, RouteKind::Failover, u"a b"_s),
                                      route(u"groupOfChain"_s, RouteKind::Failover, u"chain c"_s),
                                      route(u"groupOfGroup"_s, RouteKind::Failover, u"a group"_s),
                                      route(u"chainOfGroup"_s, RouteKind::Chain, u"a group b"_s),
                                      route(u"chainOfGroups"_s, RouteKind::Chain, u"other group"_s),
                                      route(u"deep"_s, RouteKind::Failover, u"chainOfGroup a"_s),
                                      route(u"lost"_s, RouteKind::Chain, u"a x"_s),
                                      route(u"partlyLost"_s, RouteKind::Failover, u"x a"_s),
                                  }));
    QCOMPARE(scene.paths(id), paths);
}

void TestRouter::boundsTheNumberOfPaths_data()
{
    QTest::addColumn<QString>("id");
    for (const char *id : {"failover", "balance", "chain", "chainOfAll", "nested"})
        QTest::newRow(id) << QString::fromLatin1(id);
}

void TestRouter::boundsTheNumberOfPaths()
{
    QFETCH(const QString, id);
    const QString all = u"a b c d e f g h i j k l"_s;
    const Scene scene(makeProfile(all, {
                                           route(u"failover"_s, RouteKind::Failover, all),
                                           route(u"balance"_s, RouteKind::Balance, all),
                                           route(u"chain"_s, RouteKind::Chain, u"failover balance"_s),
                                           route(u"chainOfAll"_s, RouteKind::Chain,
                                                 u"failover balance failover failover a b c failover"_s),
                                           route(u"nested"_s, RouteKind::Failover, u"chainOfAll balance"_s),
                                       }));
    QCOMPARE(scene.router.paths(id, u"host"_s).size(), kMaximumPaths);
}

void TestRouter::putsDeadMembersLast()
{
    Scene scene(makeProfile(u"a b c"_s, {route(u"group"_s, RouteKind::Failover, u"a b c"_s)}));
    scene.fail(u"a"_s);
    QCOMPARE(scene.paths(u"group"_s), u"b c a"_s);
    scene.fail(u"c"_s);
    QCOMPARE(scene.paths(u"group"_s), u"b a c"_s);
    // When none works, all are tried.
    scene.fail(u"b"_s);
    QCOMPARE(scene.paths(u"group"_s), u"a b c"_s);
    QCOMPARE(scene.paths(u"a"_s), u"a"_s);
}

void TestRouter::putsPathsThroughDeadServersLast()
{
    Scene scene(makeProfile(u"a b c"_s, {route(u"chain"_s, RouteKind::Chain, u"a b"_s),
                                         route(u"group"_s, RouteKind::Failover, u"chain c"_s),
                                         route(u"inner"_s, RouteKind::Failover, u"b c"_s),
                                         route(u"outer"_s, RouteKind::Chain, u"a inner"_s)}));
    scene.fail(u"b"_s);
    QCOMPARE(scene.paths(u"group"_s), u"c ab"_s);
    QCOMPARE(scene.paths(u"outer"_s), u"ac ab"_s);
}

void TestRouter::sendsAHostTheSameWay()
{
    Scene scene(makeProfile(u"a b c"_s, {route(u"group"_s, RouteKind::Balance, u"a b c"_s)}));
    for (int i = 0; i < 50; ++i) {
        const QString host = u"host%1.example"_s.arg(i);
        const QString before = scene.paths(u"group"_s, host);
        QCOMPARE(before.size(), 5);
        for (int again = 0; again < 3; ++again)
            QCOMPARE(scene.paths(u"group"_s, host), before);
    }
}

void TestRouter::spreadsHostsEvenly()
{
    constexpr int kHosts = 3'000;
    const Scene scene(makeProfile(u"a b c"_s, {route(u"group"_s, RouteKind::Balance, u"a b c"_s)}));
    const QHash<QString, int> counts = firstChoices(scene, u"group"_s, kHosts);
    QCOMPARE(counts.size(), 3);
    for (const int count : counts)
        QVERIFY2(count > kHosts / 4 && count < kHosts / 2, QByteArray::number(count).constData());
}

/// Only what went by way of the dead member goes another way, and all of it comes back with it.
void TestRouter::keepsOtherHostsWhereTheyAreWhenAMemberDies()
{
    Scene scene(makeProfile(u"a b c"_s, {route(u"group"_s, RouteKind::Balance, u"a b c"_s)}));
    const auto choice = [&scene](int i) {
        return scene.paths(u"group"_s, u"host%1.example"_s.arg(i)).section(u' ', 0, 0);
    };
    QStringList before;
    for (int i = 0; i < 300; ++i)
        before << choice(i);
    scene.fail(u"b"_s);
    QSet<QString> takeOver;
    for (int i = 0; i < 300; ++i) {
        if (before[i] == u"b"_s)
            takeOver << choice(i);
        else
            QCOMPARE(choice(i), before[i]);
    }
    QCOMPARE(takeOver, (QSet<QString>{u"a"_s, u"c"_s}));
    scene.succeed(u"b"_s);
    for (int i = 0; i < 300; ++i)
        QCOMPARE(choice(i), before[i]);
}

void TestRouter::takesAServerForDeadAfterSeveralFailures()
{
    Scene scene(makeProfile(u"a b"_s));
    scene.fail(u"a"_s, kFailuresUntilDown - 1);
    QVERIFY(!scene.at(u"a"_s).isDown);
    QVERIFY(scene.changes.isEmpty());
    scene.fail(u"a"_s, 1);
    QVERIFY(scene.at(u"a"_s).isDown);
    QVERIFY(!scene.at(u"b"_s).isDown);
    scene.fail(u"a"_s, 3);
    QCOMPARE(scene.changes, QStringList{u"a down"_s}); // once, not with every failure
}

void TestRouter::forgetsFailuresBeforeASuccess()
{
    Scene scene(makeProfile(u"a"_s));
    for (int i = 0; i < 10; ++i) {
        scene.fail(u"a"_s, kFailuresUntilDown - 1);
        scene.succeed(u"a"_s);
    }
    QVERIFY(!scene.at(u"a"_s).isDown);
    QVERIFY(scene.changes.isEmpty());
}

/// And until then clients are not sent there as long as there is another.
void TestRouter::waitsEverLongerToTryAgain()
{
    Scene scene(makeProfile(u"a b"_s, {route(u"group"_s, RouteKind::Failover, u"a b"_s)}));
    scene.fail(u"a"_s);
    milliseconds pause = kFirstRetryDelay;
    for (int i = 0; i < 20; ++i) {
        QCOMPARE(scene.pauseOf(u"a"_s), pause);
        scene.clock.advance(pause);
        QCOMPARE(scene.paths(u"group"_s), u"b a"_s);
        scene.fail(u"a"_s, 1);
        pause = std::min(2 * pause, kLongestRetryDelay);
    }
    QCOMPARE(pause, kLongestRetryDelay);
}

void TestRouter::countsConnectionsInVainAsOneAttempt()
{
    Scene scene(makeProfile(u"a"_s));
    scene.fail(u"a"_s);
    const milliseconds pause = scene.pauseOf(u"a"_s);
    scene.clock.advance(pause - milliseconds{1});
    scene.fail(u"a"_s, 100);
    QCOMPARE(scene.pauseOf(u"a"_s), milliseconds{1});
    scene.clock.advance(milliseconds{1});
    scene.fail(u"a"_s, 100);
    QCOMPARE(scene.pauseOf(u"a"_s), 2 * pause);
}

/// A hundred connections to one target that does not answer say no more than one.
void TestRouter::countsWhatFailsTogetherAsOne()
{
    Scene scene(makeProfile(u"a"_s));
    const Use together{scene.clock.now()};
    const Error error{ErrorCode::UpstreamTimedOut, {}};
    scene.clock.advance(kUpstreamTimeout);
    for (int i = 0; i < 100; ++i)
        scene.router.failed(scene.at(u"a"_s), together, error);
    QCOMPARE(scene.at(u"a"_s).failures, 1);
    QVERIFY(!scene.at(u"a"_s).isDown);
    QCOMPARE(scene.pauseOf(u"a"_s), kDoubtDelay);
    scene.router.failed(scene.at(u"a"_s), {scene.clock.now()}, error);
    QVERIFY(scene.at(u"a"_s).isDown);
}

void TestRouter::forgivesSilenceWhileOthersAreAnswered()
{
    Scene scene(makeProfile(u"a"_s));
    for (int i = 0; i < 10; ++i) {
        const Use silent{scene.clock.now()};
        scene.clock.advance(kUpstreamTimeout);
        scene.succeed(u"a"_s);
        scene.router.failed(scene.at(u"a"_s), silent, {ErrorCode::UpstreamTimedOut, {}});
        QVERIFY(!scene.at(u"a"_s).isInDoubt());
    }
}

/// A connection that got through is proof enough: it would not have been sent there if there were another.
void TestRouter::bringsAServerBack()
{
    Scene scene(makeProfile(u"a b"_s, {route(u"group"_s, RouteKind::Failover, u"a b"_s)}));
    scene.fail(u"a"_s, 10);
    scene.succeed(u"a"_s);
    QCOMPARE(scene.changes, (QStringList{u"a down"_s, u"a up"_s}));
    QCOMPARE(scene.paths(u"group"_s), u"a b"_s);
    scene.fail(u"a"_s, kFailuresUntilDown - 1);
    QCOMPARE(scene.paths(u"group"_s), u"a b"_s);
}

void TestRouter::bringsAServerBackAfterSeveralProbes()
{
    Scene scene(makeProfile(u"a b"_s, {route(u"group"_s, RouteKind::Failover, u"a b"_s)}));
    scene.fail(u"a"_s);
    for (int i = 0; i < kProbesUntilUp; ++i) {
        QCOMPARE(scene.paths(u"group"_s), u"b a"_s);
        scene.passProbe(u"a"_s);
        QVERIFY(i + 1 == kProbesUntilUp || scene.pauseOf(u"a"_s) == kProbeInterval);
    }
    QCOMPARE(scene.paths(u"group"_s), u"a b"_s);
    QVERIFY(!scene.at(u"a"_s).isInDoubt());
    QCOMPARE(scene.changes, (QStringList{u"a down"_s, u"a up"_s}));
}

void TestRouter::startsAnewAfterAFailedProbe()
{
    Scene scene(makeProfile(u"a"_s));
    scene.fail(u"a"_s);
    for (int round = 0; round < 10; ++round) {
        for (int i = 0; i + 1 < kProbesUntilUp; ++i)
            scene.passProbe(u"a"_s);
        scene.clock.advance(kProbeInterval);
        scene.fail(u"a"_s, 1);
        QVERIFY(scene.at(u"a"_s).isDown);
    }
    QCOMPARE(scene.pauseOf(u"a"_s), kLongestRetryDelay);
    QCOMPARE(scene.changes, QStringList{u"a down"_s});
}

/// A connection that was under way when the server failed others and gets through late.
void TestRouter::passesOverWhatWasBegunBefore()
{
    Scene scene(makeProfile(u"a"_s));
    const Use before{scene.clock.now()};
    scene.clock.advance(milliseconds{100});
    scene.fail(u"a"_s);
    scene.router.succeeded(scene.at(u"a"_s), before);
    QVERIFY(scene.at(u"a"_s).isDown);
    scene.succeed(u"a"_s);
    QVERIFY(!scene.at(u"a"_s).isDown);
}

void TestRouter::keepsWhatComesAndGoesAwayEverLonger()
{
    Scene scene(makeProfile(u"a"_s));
    for (const int factor : {1, 2, 4, 8}) {
        scene.fail(u"a"_s);
        QCOMPARE(scene.pauseOf(u"a"_s), factor * kFirstRetryDelay);
        for (int i = 0; i < kProbesUntilUp; ++i)
            scene.passProbe(u"a"_s);
        QVERIFY(!scene.at(u"a"_s).isDown);
        scene.clock.advance(kHealthMemory - milliseconds{1});
    }
    scene.clock.advance(milliseconds{1});
    scene.fail(u"a"_s);
    QCOMPARE(scene.pauseOf(u"a"_s), kFirstRetryDelay);
}

void TestRouter::findsPathsToMembers_data()
{
    QTest::addColumn<QString>("ids");
    QTest::addColumn<QString>("paths");
    QTest::newRow("a server is no member") << "a"
                                           << "";
    QTest::newRow("nor are a chain's") << "chain"
                                       << "";
    QTest::newRow("failover") << "group"
                              << "c d";
    QTest::newRow("balance") << "balance"
                             << "a c";
    QTest::newRow("each once") << "group balance"
                               << "c d a";
    QTest::newRow("a chain in a group, each behind the one before") << "groupOfChain"
                                                                    << "a ab c";
    QTest::newRow("a group in a chain, not what is around it") << "chainOfGroup"
                                                               << "ac ad";
    QTest::newRow("a group in a group") << "groupOfGroup"
                                        << "a c d";
    QTest::newRow("a chain by itself and in a group") << "chain groupOfChain"
                                                      << "a ab c";
    QTest::newRow("members that are not there") << "lost x"
                                                << "a";
}

void TestRouter::findsPathsToMembers()
{
    QFETCH(const QString, ids);
    QFETCH(const QString, paths);
    const Scene scene(
        makeProfile(u"a b c d"_s, {
                                      route(u"chain"_s, RouteKind::Chain, u"a b"_s),
                                      route(u"group"_s, RouteKind::Failover, u"c d"_s),
                                      route(u"balance"_s, RouteKind::Balance, u"a c"_s),
                                      route(u"groupOfChain"_s, RouteKind::Failover, u"chain c"_s),
                                      route(u"groupOfGroup"_s, RouteKind::Balance, u"a group"_s),
                                      route(u"chainOfGroup"_s, RouteKind::Chain, u"a group b"_s),
                                      route(u"lost"_s, RouteKind::Failover, u"x a"_s),
                                  }));
    QStringList found;
    for (const Path &path : scene.router.pathsToMembers(ids.split(u' ')))
        found << Scene::idsOf(path);
    QCOMPARE(found.join(u' '), paths);
}

void TestRouter::reachesMembersByWhatWorks()
{
    Scene scene(makeProfile(u"a b c d"_s, {route(u"near"_s, RouteKind::Failover, u"a b"_s),
                                           route(u"far"_s, RouteKind::Failover, u"c d"_s),
                                           route(u"chain"_s, RouteKind::Chain, u"near far"_s)}));
    scene.fail(u"a"_s);
    QStringList found;
    for (const Path &path : scene.router.pathsToMembers({u"chain"_s}))
        found << Scene::idsOf(path);
    QCOMPARE(found.join(u' '), u"a b bc bd"_s);
}

/// A client that does not wait long must still see more than the first server.
void TestRouter::sharesTheTimeOfAClient()
{
    Profile profile = makeProfile(u"a"_s);
    Scene scene(profile);
    QCOMPARE(scene.router.patience(), kUpstreamTimeout);
    QVERIFY(kUpstreamTimeout < profile.limits.connectTimeout);
    profile.limits.connectTimeout = milliseconds{900};
    scene.router.setProfile(profile);
    QCOMPARE(scene.router.patience(), milliseconds{900} / kSilentServersPerClient);
    profile.limits.connectTimeout = milliseconds{3'600'000};
    scene.router.setProfile(profile);
    QCOMPARE(scene.router.patience(), kUpstreamTimeout);
}

void TestRouter::keepsHealthOfWhatStaysTheSame()
{
    Profile profile = makeProfile(u"a b c"_s, {route(u"group"_s, RouteKind::Failover, u"a b c"_s)});
    Scene scene(profile);
    scene.fail(u"a"_s);
    scene.fail(u"b"_s);
    profile.servers[1].port = 1081;
    profile.routes[0].members = {u"a"_s, u"b"_s};
    scene.router.setProfile(profile);
    QVERIFY(scene.at(u"a"_s).isDown);
    QVERIFY(!scene.at(u"b"_s).isDown);
    QCOMPARE(scene.paths(u"group"_s), u"b a"_s);
}

void TestRouter::keepsServersOfPathsInUse()
{
    Scene scene(makeProfile(u"a"_s));
    const std::vector<Path> inUse = scene.router.paths(u"a"_s, u"host"_s);
    scene.router.setProfile(makeProfile(u"b"_s));
    QCOMPARE(scene.paths(u"a"_s), QString());
    QCOMPARE(inUse.front().front()->profile.id, u"a"_s);
    scene.router.succeeded(*inUse.front().front(), {scene.clock.now()});
}

void TestRouter::handsOutPasswords()
{
    Profile profile = makeProfile(u"a b"_s);
    Scene scene(profile);
    scene.router.setPasswords({{u"a"_s, "one"}, {u"c"_s, "three"}});
    QCOMPARE(scene.at(u"a"_s).password, QByteArray("one"));
    QVERIFY(scene.at(u"b"_s).password.isEmpty());
    profile.servers[0].host = u"elsewhere"_s;
    profile.servers << server(u"c"_s);
    scene.router.setProfile(profile);
    QCOMPARE(scene.at(u"a"_s).password, QByteArray("one"));
    QCOMPARE(scene.at(u"c"_s).password, QByteArray("three"));
    scene.router.setPasswords({});
    QVERIFY(scene.at(u"a"_s).password.isEmpty());
}

void TestRouter::namesWhatIsShown()
{
    Profile profile = makeProfile(u"a b"_s, {route(u"r"_s, RouteKind::Chain, u"a b"_s)});
    profile.servers[0].name = u"Office"_s;
    Scene scene(profile);
    QCOMPARE(scene.router.shownName(u"a"_s), u"Office"_s);
    QCOMPARE(scene.router.shownName(u"b"_s), u"b"_s);
    QCOMPARE(scene.router.shownName(u"r"_s), u"r"_s);
    QCOMPARE(scene.router.shownName(u"gone"_s), u"gone"_s);
}

QTEST_APPLESS_MAIN(TestRouter)
#include "tst_router.moc"
