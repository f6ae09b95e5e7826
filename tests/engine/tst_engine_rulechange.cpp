// SPDX-License-Identifier: MIT
#include "tests/support/association.h"
#include "tests/support/echoserver.h"
#include "tests/support/fakeserver.h"
#include "tests/support/ruleprofiles.h"
#include "tests/support/socksclient.h"
#include "tests/support/testengine.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QFileInfo>
#include <QSignalSpy>
#include <QTest>

#include <algorithm>
#include <functional>

// What becomes of connections, new ones and open ones, when the rules change.

using namespace engine;
using std::chrono::milliseconds;
using test::hostRule;
using test::StreamEnd;

namespace
{

constexpr test::Dialect kSocks5{"socks5", ServerProtocol::Socks5, false};
/// Long enough for what should not come.
constexpr milliseconds kQuiet = test::scaled(milliseconds{150});
/// Of so many clients whose program has to be found, one is found in time.
constexpr int kClients = 3;

/// This very program, as a rule names it.
QString self()
{
    return QFileInfo(QCoreApplication::applicationFilePath()).completeBaseName() + u'*';
}

/// A change of the rules "One" (127.0.0.1, direct) and "Two" (127.0.0.2, direct), and the connections to
/// 127.0.0.1 and 127.0.0.2 that end when the rules are applied to open connections.
struct Change {
    const char *title;
    std::function<void(Profile &)> make;
    const char *ended;
    bool needsToBeFound = false; ///< the program that asks; on a busy machine it may not be in time
};

const QList<Change> &changes()
{
    static const QList<Change> all{
        {"nothing", [](Profile &) {}, ""},
        {"another way for one", [](Profile &p) { p.rules[0].action = Action::byWayOf(QStringLiteral("s")); },
         "one"},
        {"a rule off, and the default action does the same", [](Profile &p) { p.rules[0].enabled = false; },
         ""},
        {"a rule before it that does the same",
         [](Profile &p) { p.rules.prepend(hostRule("All", "127.0.0.0/8")); }, ""},
        {"a rule before both that does something else",
         [](Profile &p) {
             p.rules.prepend(hostRule("All", "127.0.0.0/8", Action::byWayOf(QStringLiteral("s"))));
         },
         "one two"},
        {"another default action", [](Profile &p) { p.defaultAction = Action::byWayOf(QStringLiteral("s")); },
         ""},
        {"a mode that does something else",
         [](Profile &p) {
             p.defaultAction = Action::byWayOf(QStringLiteral("s"));
             p.mode = RoutingMode::Everything;
         },
         "one two"},
        {"a mode that does the same", [](Profile &p) { p.mode = RoutingMode::Direct; }, ""},
        {"the application, which nobody has asked for so far",
         [](Profile &p) {
             p.rules.prepend(test::applicationRule(self(), Action::byWayOf(QStringLiteral("s"))));
         },
         "one two", true},
        {"another application",
         [](Profile &p) {
             p.rules.prepend(
                 test::applicationRule(QStringLiteral("other"), Action::byWayOf(QStringLiteral("s"))));
         },
         ""},
        {"unidentified ones, and who asks can be found out",
         [](Profile &p) {
             p.unidentifiedApplications = Action::block();
             p.rules.prepend(test::applicationRule(QStringLiteral("other"), Action::direct()));
         },
         "", true},
    };
    return all;
}

/// Rules whose compilation takes a while.
Profile largeProfile(int hosts)
{
    RuleProfile rule;
    rule.name = QStringLiteral("Many");
    rule.action = Action::block();
    for (int i = 0; i < hosts; ++i)
        rule.hosts << QStringLiteral("*.host%1.example").arg(i);
    return test::ruleProfile({rule});
}

QStringList split(const char *names)
{
    return QString::fromLatin1(names).split(u' ', Qt::SkipEmptyParts);
}

} // namespace

class TestEngineRuleChange : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void decidesAboutNewConnectionsAtOnce();
    void endsWhatIsBlockedNow();
    void appliesToOpenConnections_data();
    void appliesToOpenConnections();
    void asksForTheAddressOfANameThatAServerWasGiven_data();
    void asksForTheAddressOfANameThatAServerWasGiven();
    void appliesToABindThatWaits();
    void appliesToAnHttpClientBetweenRequests();
    void decidesAgainOnARequestThatWasDialledBefore();
    void sendsDatagramsTheNewWay();
    void hearsNoMoreOfAPeerThatIsBlocked();
    void hearsOfNobodyWhereAnybodyMightAnswer();
    void appliesTheRulesThatWereGivenLast();
    void takesTheLastOfTwoProfiles();
    void listensOnlyWithItsRules();
    void stallsNoRelayWhileItCompiles();
    void stopsWhileItCompiles();

private:
    [[nodiscard]] static QStringList endedBy(const Change &change);
    /// With a server "s" that the test plays.
    [[nodiscard]] static Profile withServer(Profile profile, const test::RawListener &server)
    {
        profile.servers << test::serverProfile("s", kSocks5, server.endpoint());
        return profile;
    }
};

void TestEngineRuleChange::decidesAboutNewConnectionsAtOnce()
{
    const test::RawListener server;
    const test::RawListener target;
    Profile profile = withServer(test::ruleProfile({hostRule("One", "127.0.0.1")}), server);
    test::TestEngine engine(profile);
    test::RelayedPair open = test::openRelay(engine.listener(), target);
    QVERIFY(open.isOpen());
    const auto goesOn = [&open] {
        return open.client.send("still") && open.target.receive(5) == "still";
    };
    /// Whether a new connection knocks at the server.
    const auto goesByServer = [&] {
        test::RawSocket client = test::RawSocket::connectTo(engine.listener());
        client.send(test::socks5Greeting() + test::socks5Request(target.endpoint()));
        return server.accept().receive(3) == QByteArray::fromHex("050100");
    };

    profile.rules[0].action = Action::byWayOf(QStringLiteral("s"));
    QVERIFY(engine.apply(profile));
    QVERIFY(goesByServer());
    QVERIFY(goesOn());
    profile.rules[0].enabled = false;
    QVERIFY(engine.apply(profile));
    QVERIFY(test::openRelay(engine.listener(), target).isOpen());
    profile.defaultAction = Action::byWayOf(QStringLiteral("s"));
    profile.mode = RoutingMode::Everything;
    QVERIFY(engine.apply(profile));
    QVERIFY(goesByServer());
    profile.mode = RoutingMode::Direct;
    QVERIFY(engine.apply(profile));
    QVERIFY(test::openRelay(engine.listener(), target).isOpen());
    QVERIFY(goesOn());
}

void TestEngineRuleChange::endsWhatIsBlockedNow()
{
    const test::RawListener one;
    const test::RawListener two(test::address("127.0.0.2"));
    Profile profile = test::ruleProfile({hostRule("One", "127.0.0.1"), hostRule("Two", "127.0.0.2")});
    test::TestEngine engine(profile);
    const test::RelayedPair blocked = test::openRelay(engine.listener(), one);
    test::RelayedPair other = test::openRelay(engine.listener(), two);
    profile.rules[0].action = Action::block();
    // Who asks must be found out first: this rule is for somebody else.
    profile.rules.prepend(test::applicationRule(QStringLiteral("other"), Action::block()));
    QVERIFY(engine.apply(profile));
    QCOMPARE(engine.endedOf(blocked.client.local()).error.code, ErrorCode::NoLongerAllowed);
    QVERIFY(other.client.send("still"));
    QCOMPARE(other.target.receive(5), QByteArray("still"));
    profile.rules[0] = test::applicationRule(self(), Action::block());
    QVERIFY(engine.apply(profile));
    QCOMPARE(engine.endedOf(other.client.local()).error.code, ErrorCode::NoLongerAllowed);
}

void TestEngineRuleChange::appliesToOpenConnections_data()
{
    QTest::addColumn<int>("index");
    for (int i = 0; i < changes().size(); ++i)
        QTest::newRow(changes()[i].title) << i;
}

/// Those that end when the rules are applied after the change, and whatever else goes wrong with one.
QStringList TestEngineRuleChange::endedBy(const Change &change)
{
    const test::RawListener server;
    const test::RawListener one;
    const test::RawListener two(test::address("127.0.0.2"));
    Profile profile =
        withServer(test::ruleProfile({hostRule("One", "127.0.0.1"), hostRule("Two", "127.0.0.2")}), server);
    test::TestEngine engine(profile);
    QSignalSpy applied(&engine.engine(), &Engine::rulesApplied);
    std::vector<std::pair<QString, test::RelayedPair>> relays;
    relays.emplace_back(QStringLiteral("one"), test::openRelay(engine.listener(), one));
    relays.emplace_back(QStringLiteral("two"), test::openRelay(engine.listener(), two));

    change.make(profile);
    if (!engine.apply(profile))
        return {QStringLiteral("the profile was not applied")};
    for (auto &[name, relay] : relays) {
        if (!relay.client.send("still") || relay.target.receive(5) != "still")
            return {name + QStringLiteral(" ended too early")};
    }
    engine.engine().applyRulesToOpenConnections();
    if (!engine.waitFor([&applied] { return applied.count() == 1; }))
        return {QStringLiteral("the rules were not applied")};
    QStringList ended;
    for (auto &[name, relay] : relays) {
        const Endpoint client = relay.client.local();
        if (relay.client.send("again") && relay.target.receive(5) == "again")
            continue;
        ended << name;
        if (engine.endedOf(client).error.code != ErrorCode::DecisionChanged ||
            relay.client.waitForEnd() == StreamEnd::Open)
            ended << QStringLiteral("otherwise");
    }
    if (applied.front().front().toInt() != static_cast<int>(ended.size()))
        ended << QStringLiteral("another number was told");
    return ended;
}

void TestEngineRuleChange::appliesToOpenConnections()
{
    QFETCH(const int, index);
    const Change &change = changes()[index];
    const QStringList expected = split(change.ended);
    QStringList ended = endedBy(change);
    for (int i = 1; i < kClients && change.needsToBeFound && ended != expected; ++i)
        ended = endedBy(change);
    QCOMPARE(ended, expected);
}

void TestEngineRuleChange::asksForTheAddressOfANameThatAServerWasGiven_data()
{
    QTest::addColumn<QString>("blocked");
    QTest::addColumn<bool>("resolves");
    QTest::addColumn<bool>("isEnded");
    QTest::newRow("its address is blocked") << QStringLiteral("127.0.0.0/8") << true << true;
    QTest::newRow("another address is") << QStringLiteral("192.0.2.0/24") << true << false;
    QTest::newRow("and names are not looked up for rules") << QStringLiteral("127.0.0.0/8") << false << false;
}

/// By name it went, because no rule asked for addresses; now one does, and a new connection would meet it.
void TestEngineRuleChange::asksForTheAddressOfANameThatAServerWasGiven()
{
    QFETCH(const QString, blocked);
    QFETCH(const bool, resolves);
    QFETCH(const bool, isEnded);
    const test::RawListener server;
    Profile profile = withServer(test::ruleProfile({}), server);
    profile.defaultAction = Action::byWayOf(QStringLiteral("s"));
    test::TestEngine engine(profile);
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    client.send(test::socks5Greeting() + test::socks5Request("localhost", 80));
    test::RawSocket asked = server.accept();
    QVERIFY(test::play(asked, test::exchanges(kSocks5, destinationOf(QStringLiteral("localhost"), 80))));
    QCOMPARE(client.receive(2), QByteArray::fromHex("0500"));
    QCOMPARE(test::readSocks5Reply(client).code, 0);

    profile.resolveForRules = resolves;
    profile.rules << hostRule("Addresses", blocked.toLatin1().constData(), Action::block());
    profile.rules << hostRule("More of them", "::1/128", Action::block());
    if (!isEnded)
        profile.rules.removeLast();
    QVERIFY(engine.apply(profile));
    QSignalSpy applied(&engine.engine(), &Engine::rulesApplied);
    engine.engine().applyRulesToOpenConnections();
    if (isEnded) {
        QCOMPARE(engine.endedOf(client.local()).error.code, ErrorCode::NoLongerAllowed);
        return;
    }
    QVERIFY(engine.waitFor([&applied] { return applied.count() == 1; }));
    QCOMPARE(applied.front().front().toInt(), 0);
    QVERIFY(client.send("still"));
    QCOMPARE(asked.receive(5), QByteArray("still"));
}

void TestEngineRuleChange::appliesToABindThatWaits()
{
    const test::RawListener server;
    Profile profile = withServer(test::ruleProfile({}), server);
    test::TestEngine engine(profile);
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    client.send(test::socks5Greeting() + test::socks5Request(test::endpoint("127.0.0.1", 21), test::kBind));
    QCOMPARE(client.receive(2), QByteArray::fromHex("0500"));
    QCOMPARE(test::readSocks5Reply(client).code, 0);
    profile.defaultAction = Action::byWayOf(QStringLiteral("s"));
    QVERIFY(engine.apply(profile));
    engine.engine().applyRulesToOpenConnections();
    QCOMPARE(engine.endedOf(client.local()).error.code, ErrorCode::DecisionChanged);
}

void TestEngineRuleChange::appliesToAnHttpClientBetweenRequests()
{
    const test::RawListener server;
    const test::RawListener target;
    Profile profile = withServer(test::ruleProfile({}), server);
    test::TestEngine engine(profile);
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    const QByteArray get =
        "GET http://" + target.endpoint().toString().toUtf8() + "/ HTTP/1.1\r\nHost: x.example\r\n\r\n";
    client.send(get);
    test::RawSocket origin = target.accept();
    const QByteArray answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    QVERIFY(!origin.receive(20).isEmpty());
    QVERIFY(origin.send(answer));
    QCOMPARE(client.receive(answer.size()), answer);
    profile.defaultAction = Action::byWayOf(QStringLiteral("s"));
    QVERIFY(engine.apply(profile));
    // Its next request goes the new way, although the old one is still open.
    client.send(get);
    test::RawSocket asked = server.accept();
    QCOMPARE(asked.receive(3), QByteArray::fromHex("050100"));
    QVERIFY(origin.waitForEnd() != StreamEnd::Open);
    profile.defaultAction = Action::direct();
    QVERIFY(engine.apply(profile));
    engine.engine().applyRulesToOpenConnections();
    QCOMPARE(engine.endedOf(client.local()).error.code, ErrorCode::DecisionChanged);
}

/// The session dialled for the first request by the old rules; the request itself comes under the new ones.
void TestEngineRuleChange::decidesAgainOnARequestThatWasDialledBefore()
{
    test::SilentEndpoint slow;
    if (!slow.isSilent())
        QSKIP("this system answers for a full queue");
    const test::RawListener server;
    Profile profile = withServer(test::ruleProfile({}), server);
    test::TestEngine engine(profile);
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    client.send("GET http://" + slow.endpoint().toString().toUtf8() +
                "/ HTTP/1.1\r\nHost: x.example\r\n\r\n");
    QVERIFY(
        engine.waitFor([&] { return engine.liveOf(client.local()).state == ConnectionState::Connecting; }));
    profile.defaultAction = Action::byWayOf(QStringLiteral("s"));
    QVERIFY(engine.apply(profile));
    slow.answer();
    test::RawSocket asked = server.accept();
    QCOMPARE(asked.receive(3), QByteArray::fromHex("050100"));
}

void TestEngineRuleChange::sendsDatagramsTheNewWay()
{
    const test::RawListener server;
    Profile profile = withServer(test::ruleProfile({}), server);
    test::TestEngine engine(profile);
    const test::UdpClient client(engine.listener());
    const test::RawDatagrams target;
    QVERIFY(client.sendTo(target, "direct"));
    const auto direct = target.receive();
    QCOMPARE(direct.bytes, QByteArray("direct"));
    profile.defaultAction = Action::byWayOf(QStringLiteral("s"));
    QVERIFY(engine.apply(profile));
    QVERIFY(client.sendTo(target, "routed"));
    QCOMPARE(server.accept().receive(3), QByteArray::fromHex("050100"));
    QVERIFY(target.receive(kQuiet).from.isNull());
    // And nothing comes back on the old way.
    QVERIFY(target.send(direct.from, "late"));
    QVERIFY(!client.hears(target, "late", kQuiet));
    // The association itself is bound to no decision.
    QSignalSpy applied(&engine.engine(), &Engine::rulesApplied);
    engine.engine().applyRulesToOpenConnections();
    QVERIFY(engine.waitFor([&applied] { return applied.count() == 1; }));
    QCOMPARE(applied.front().front().toInt(), 0);
    profile.defaultAction = Action::direct();
    QVERIFY(engine.apply(profile));
    QVERIFY(client.sendTo(target, "again"));
    QCOMPARE(target.receive().bytes, QByteArray("again"));
}

void TestEngineRuleChange::hearsNoMoreOfAPeerThatIsBlocked()
{
    Profile profile = test::ruleProfile({hostRule("One", "127.0.0.1"), hostRule("Two", "127.0.0.2")});
    test::TestEngine engine(profile);
    const test::UdpClient client(engine.listener());
    const test::RawDatagrams one;
    const test::RawDatagrams two(test::address("127.0.0.2"));
    QVERIFY(client.sendTo(one, "a"));
    QVERIFY(client.sendTo(two, "b"));
    const Endpoint seenByOne = one.receive().from;
    const Endpoint seenByTwo = two.receive().from;
    profile.rules[0].action = Action::block();
    // Who sends is found out meanwhile.
    profile.rules << test::applicationRule(QStringLiteral("other"), Action::block());
    QVERIFY(engine.apply(profile));
    QVERIFY(one.send(seenByOne, "blocked"));
    QVERIFY(!client.hears(one, "blocked", kQuiet));
    QVERIFY(engine.waitFor(
        [&] { return two.send(seenByTwo, "still") && client.hears(two, "still", milliseconds{50}); }));
    QVERIFY(client.sendTo(one, "c"));
    QVERIFY(client.sendTo(two, "d"));
    QCOMPARE(two.receive().bytes, QByteArray("d"));
    QVERIFY(one.receive(kQuiet).from.isNull());
}

/// A listener that lets anybody answer has nobody answer a client that may send to nobody of this family.
void TestEngineRuleChange::hearsOfNobodyWhereAnybodyMightAnswer()
{
    Profile profile = test::ruleProfile({hostRule("One", "127.0.0.1"), hostRule("Two", "127.0.0.2")});
    profile.listeners.front().udpFiltering = UdpFiltering::EndpointIndependent;
    test::TestEngine engine(profile);
    const test::UdpClient client(engine.listener());
    const test::RawDatagrams one;
    const test::RawDatagrams stranger;
    QVERIFY(client.sendTo(one, "a"));
    const Endpoint seen = one.receive().from;
    QVERIFY(stranger.send(seen, "hello"));
    QVERIFY(client.hears(stranger, "hello"));
    profile.rules[0].action = Action::block();
    QVERIFY(engine.apply(profile));
    // Open connections are looked at a moment later.
    QVERIFY(engine.waitFor(
        [&] { return stranger.send(seen, "late") && !client.hears(stranger, "late", kQuiet); }));
    const test::RawDatagrams two(test::address("127.0.0.2"));
    QVERIFY(client.sendTo(two, "b"));
    const Endpoint seenByTwo = two.receive().from;
    QVERIFY(stranger.send(seenByTwo, "again"));
    QVERIFY(client.hears(stranger, "again"));
}

/// Also when they are not yet in force, because they take long to compile.
void TestEngineRuleChange::appliesTheRulesThatWereGivenLast()
{
    const test::RawListener server;
    const test::RawListener target;
    test::TestEngine engine(test::ruleProfile({}));
    const test::RelayedPair open = test::openRelay(engine.listener(), target);
    Profile large = withServer(largeProfile(test::rounds(50'000)), server);
    large.defaultAction = Action::byWayOf(QStringLiteral("s"));
    engine.engine().applyProfile(large);
    engine.engine().applyRulesToOpenConnections();
    QCOMPARE(engine.endedOf(open.client.local()).error.code, ErrorCode::DecisionChanged);
}

void TestEngineRuleChange::takesTheLastOfTwoProfiles()
{
    const test::RawListener target;
    test::TestEngine engine(test::ruleProfile({}));
    const test::RelayedPair open = test::openRelay(engine.listener(), target);
    Profile large = largeProfile(test::rounds(200'000));
    large.listeners.front().name = QStringLiteral("Large");
    large.defaultAction = Action::block();
    Profile last = test::ruleProfile({hostRule("Last", "127.0.0.1")});
    last.listeners.front().name = QStringLiteral("Last");
    engine.engine().applyProfile(large);
    engine.engine().applyProfile(last);
    QVERIFY(engine.waitFor([&] { return engine.status().name == QStringLiteral("Last"); }));
    const auto isLast = [&] {
        return engine.deltas().last().ruleUses.rules == last.rules;
    };
    QVERIFY(engine.waitFor(isLast));
    // Nothing comes after it, and the one before, which blocks everything, was never in force.
    const qsizetype before = engine.deltas().size();
    QVERIFY(engine.waitFor([&] { return engine.deltas().size() >= before + 5; }));
    QVERIFY(isLast());
    QVERIFY(open.isOpen() && engine.ended().isEmpty());
    QCOMPARE(std::count_if(engine.events().begin(), engine.events().end(),
                           [](const Event &event) { return event.code == EventCode::ProfileApplied; }),
             1);
}

/// A client that comes as early as can be meets the rules.
void TestEngineRuleChange::listensOnlyWithItsRules()
{
    Profile profile = largeProfile(test::rounds(50'000));
    profile.rules.append(hostRule("Here", "127.0.0.1", Action::block()));
    {
        // Still free when it is the engine's turn: nobody else is at this address.
        const test::RawListener port(test::address("127.0.0.77"));
        profile.listeners.front().address = port.endpoint().address;
        profile.listeners.front().port = port.endpoint().port;
    }
    const test::RawListener target;
    test::TestEngine engine(profile);
    const Endpoint proxy = profile.listeners.front().endpoint();
    test::RawSocket client;
    QVERIFY(engine.waitFor([&] {
        client = test::RawSocket::connectTo(proxy);
        return client.isOpen();
    }));
    client.send(test::socks5Greeting() + test::socks5Request(target.endpoint()));
    QCOMPARE(client.receive(2), QByteArray::fromHex("0500"));
    QCOMPARE(test::readSocks5Reply(client).code, 2);
}

namespace
{

/// A profile that was applied while a client had its round trips.
struct Compilation {
    qint64 took = 0;         ///< ms, at most
    qint64 longestPause = 0; ///< ms
    int roundTrips = 0;
    bool isWhole = false;
};

Compilation compile(test::TestEngine &engine, const Profile &profile, test::RawSocket &client)
{
    Compilation compilation;
    engine.forgetEvents();
    QElapsedTimer compiling;
    compiling.start();
    engine.engine().applyProfile(profile);
    compilation.longestPause = compiling.elapsed();
    while (!compilation.isWhole && test::passed(compiling) < test::kPatience) {
        QElapsedTimer time;
        time.start();
        if (!client.send("ping") || client.receive(4) != "ping")
            break;
        compilation.longestPause = std::max(compilation.longestPause, time.elapsed());
        ++compilation.roundTrips;
        QCoreApplication::processEvents();
        compilation.took = compiling.elapsed();
        compilation.isWhole = engine.hasEvent(EventCode::ProfileApplied);
    }
    return compilation;
}

} // namespace

/// Compiling takes many times as long as the longest pause of a relay may be.
void TestEngineRuleChange::stallsNoRelayWhileItCompiles()
{
    constexpr int kCompilations = 3;
    const test::EchoServer echo;
    test::TestEngine engine(test::ruleProfile({}));
    test::RawSocket client = test::connectThrough(engine.listener(), echo.endpoint());
    QVERIFY(client.isOpen());
    const Profile large = largeProfile(test::rounds(400'000));
    bool stalls = true;
    for (int i = 0; i < kCompilations && stalls; ++i) {
        const Compilation compilation = compile(engine, large, client);
        QVERIFY(compilation.isWhole);
        qInfo("compiled in at most %lld ms, %d round trips meanwhile, the longest took %lld ms",
              static_cast<long long>(compilation.took), compilation.roundTrips,
              static_cast<long long>(compilation.longestPause));
        // The machine may be busy: then everything is slow, or one of them is. A stall is a pause of the
        // length of the compilation, each time.
        stalls = compilation.longestPause >= std::max<qint64>(50, compilation.took / 3);
    }
    QVERIFY(!stalls);
}

void TestEngineRuleChange::stopsWhileItCompiles()
{
    test::TestEngine engine(test::ruleProfile({}));
    QVERIFY(!engine.listener().isNull());
    engine.engine().applyProfile(largeProfile(test::rounds(50'000)));
    engine.engine().applyRulesToOpenConnections();
    QVERIFY(engine.stop());
    QVERIFY(engine.hasEvent(EventCode::EngineStopped));
}

QTEST_GUILESS_MAIN(TestEngineRuleChange)
#include "tst_engine_rulechange.moc"
