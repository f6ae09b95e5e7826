// SPDX-License-Identifier: MIT
#include "tests/support/fakenames.h"
#include "tests/support/fakeserver.h"
#include "tests/support/httporigin.h"
#include "tests/support/ruleprofiles.h"
#include "tests/support/socksclient.h"
#include "tests/support/testengine.h"

#include <QSignalSpy>
#include <QTest>

#include <algorithm>

// Rules on addresses and connections to names that have several.

using namespace engine;
using namespace Qt::StringLiterals;
using test::fakeNames;
using test::hostRule;

namespace
{

constexpr std::chrono::milliseconds kQuiet = test::scaled(std::chrono::milliseconds{100});

/// Rules are asked about addresses, of which they block one.
Profile askingProfile(const char *blocked)
{
    Profile profile = test::ruleProfile({hostRule("Forbidden", blocked, Action::block())});
    profile.resolveForRules = true;
    return profile;
}

test::RawSocket ask(const Endpoint &proxy, const QByteArray &name, int port)
{
    test::RawSocket client = test::RawSocket::connectTo(proxy);
    client.send(test::socks5Greeting() + test::socks5Request(name, port));
    (void)client.receive(2);
    return client;
}

QByteArray getFrom(const QByteArray &host)
{
    return "GET http://" + host + "/ HTTP/1.1\r\nHost: x.example\r\n\r\n";
}

/// The addresses of a name at one port, of which the first refuses. The port is one that is free at the
/// second, where everybody else's are.
struct FirstRefuses {
    test::RawListener target;
    test::RefusingEndpoint refusing{Endpoint{test::address("127.0.0.3"), target.endpoint().port}};
    [[nodiscard]] bool isUsable() const { return target.isOpen() && refusing.isOpen(); }
};

/// The same, and the second takes its time.
struct SecondIsSlow {
    test::SilentEndpoint target;
    test::RefusingEndpoint refusing{Endpoint{test::address("127.0.0.3"), target.endpoint().port}};
};

/// The name has been looked up and its addresses are being dialled.
bool waitForDialling(test::TestEngine &engine)
{
    return engine.waitFor([&engine] {
        return std::any_of(engine.live().begin(), engine.live().end(), [](const Connection &connection) {
            return connection.targetHost == "two.test"_L1 && !connection.resolved.isNull();
        });
    });
}

} // namespace

class TestEngineTcpNames : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void triesEveryAddressThatIsAllowed_data();
    void triesEveryAddressThatIsAllowed();
    void judgesAnOpenConnectionByWhereItGoes_data();
    void judgesAnOpenConnectionByWhereItGoes();
    void judgesWhatWasDialledMeanwhile_data();
    void judgesWhatWasDialledMeanwhile();
    void judgesWhatWasDialledForALaterRequest();
    void judgesAnHttpClientByWhereItHasGoneMeanwhile();
    void keepsTheTargetOfAnHttpClient_data();
    void keepsTheTargetOfAnHttpClient();
    void tellsASocks4ServerAnAddressThatItCanSay_data();
    void tellsASocks4ServerAnAddressThatItCanSay();
};

void TestEngineTcpNames::triesEveryAddressThatIsAllowed_data()
{
    QTest::addColumn<QByteArray>("blocked");
    QTest::addColumn<bool>("isReached");
    QTest::newRow("the second answers") << QByteArray("127.0.0.4") << true;
    QTest::newRow("the second is forbidden") << QByteArray("127.0.0.1") << false;
}

void TestEngineTcpNames::triesEveryAddressThatIsAllowed()
{
    QFETCH(const QByteArray, blocked);
    QFETCH(const bool, isReached);
    const FirstRefuses two;
    QVERIFY(two.isUsable());
    const test::RawListener &target = two.target;
    fakeNames().set({{"two.test", {"127.0.0.3,127.0.0.1"}}});
    test::TestEngine engine(askingProfile(blocked.constData()));
    test::RawSocket client = ask(engine.listener(), "two.test", target.endpoint().port);
    QCOMPARE(test::readSocks5Reply(client).code == 0, isReached);
    QCOMPARE(target.accept(isReached ? test::kPatience : kQuiet).isOpen(), isReached);
    QCOMPARE(fakeNames().asked(), QList<QByteArray>{"two.test"});
}

void TestEngineTcpNames::judgesAnOpenConnectionByWhereItGoes_data()
{
    QTest::addColumn<QString>("blocked");
    QTest::addColumn<bool>("isEnded");
    QTest::newRow("the address that it goes to") << u"127.0.0.1"_s << true;
    QTest::newRow("the one that refused") << u"127.0.0.3"_s << false;
}

void TestEngineTcpNames::judgesAnOpenConnectionByWhereItGoes()
{
    QFETCH(const QString, blocked);
    QFETCH(const bool, isEnded);
    const FirstRefuses two;
    QVERIFY(two.isUsable());
    fakeNames().set({{"two.test", {"127.0.0.3,127.0.0.1"}}});
    Profile profile = askingProfile("127.0.0.4");
    test::TestEngine engine(profile);
    test::RawSocket client = ask(engine.listener(), "two.test", two.target.endpoint().port);
    QCOMPARE(test::readSocks5Reply(client).code, 0);
    test::RawSocket target = two.target.accept();
    profile.rules.front().hosts = {blocked};
    QVERIFY(engine.apply(profile));
    QSignalSpy applied(&engine.engine(), &Engine::rulesApplied);
    engine.engine().applyRulesToOpenConnections();
    QVERIFY(engine.waitFor([&applied] { return applied.count() == 1; }));
    if (isEnded) {
        QCOMPARE(engine.endedOf(client.local()).error.code, ErrorCode::NoLongerAllowed);
        return;
    }
    QVERIFY(client.send("still"));
    QCOMPARE(target.receive(5), QByteArray("still"));
}

void TestEngineTcpNames::judgesWhatWasDialledMeanwhile_data()
{
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<Action>("action");
    QTest::addColumn<bool>("isApplied");
    QTest::addColumn<bool>("isFollowed"); // by a profile that is not applied to open connections
    QTest::addColumn<ErrorCode>("end");
    const Action other = Action::byWayOf(u"s"_s);
    const QByteArray second("127.0.0.1");
    QTest::newRow("the address that answers is blocked")
        << second << Action::block() << false << false << ErrorCode::NoLongerAllowed;
    QTest::newRow("another address is blocked")
        << QByteArray("127.0.0.4") << Action::block() << false << false << ErrorCode::None;
    QTest::newRow("it goes another way now") << second << other << false << false << ErrorCode::None;
    QTest::newRow("it goes another way, and so do open ones")
        << second << other << true << false << ErrorCode::DecisionChanged;
    QTest::newRow("it goes another way, and others were applied before")
        << second << other << true << true << ErrorCode::None;
}

/// The address that was decided about has refused; whether the one that answers may is told by the rules that
/// have come meanwhile.
void TestEngineTcpNames::judgesWhatWasDialledMeanwhile()
{
    QFETCH(const QByteArray, host);
    QFETCH(const Action, action);
    QFETCH(const bool, isApplied);
    QFETCH(const bool, isFollowed);
    QFETCH(const ErrorCode, end);
    SecondIsSlow two;
    if (!two.target.isSilent())
        QSKIP("On this system a listener with a full queue answers");
    QVERIFY(two.refusing.isOpen());
    fakeNames().set({{"two.test", {"127.0.0.3,127.0.0.1"}}});
    Profile profile = askingProfile("127.0.0.5");
    profile.servers << test::serverProfile("s", test::kDialects[0], two.refusing.endpoint());
    test::TestEngine engine(profile);
    test::RawSocket client = ask(engine.listener(), "two.test", two.refusing.endpoint().port);
    QVERIFY(waitForDialling(engine));
    profile.rules = {hostRule("New", host.constData(), action)};
    QVERIFY(engine.apply(profile));
    if (isApplied)
        engine.engine().applyRulesToOpenConnections();
    if (isFollowed)
        QVERIFY(engine.apply(profile));
    two.target.answer();
    QCOMPARE(test::readSocks5Reply(client).code == 0, end == ErrorCode::None);
    if (end != ErrorCode::None)
        QCOMPARE(engine.endedOf(client.local()).error.code, end);
}

void TestEngineTcpNames::judgesWhatWasDialledForALaterRequest()
{
    SecondIsSlow two;
    if (!two.target.isSilent())
        QSKIP("On this system a listener with a full queue answers");
    QVERIFY(two.refusing.isOpen());
    const QByteArray port = QByteArray::number(two.refusing.endpoint().port);
    fakeNames().set({{"two.test", {"127.0.0.3,127.0.0.1"}}});
    Profile profile = askingProfile("127.0.0.5");
    test::TestEngine engine(profile);
    const test::RawListener other;
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    client.send(getFrom(other.endpoint().toString().toLatin1()));
    test::RawSocket origin = other.accept();
    QVERIFY(test::answerRequest(origin, client));
    client.send(getFrom("two.test:" + port));
    QVERIFY(waitForDialling(engine));
    QVERIFY(engine.apply(askingProfile("127.0.0.1")));
    two.target.answer();
    QVERIFY(client.receiveAll().startsWith("HTTP/1.1 403 "));
    QCOMPARE(engine.endedOf(client.local()).error.code, ErrorCode::NoLongerAllowed);
}

/// What is found out about the host of one request has no say in the next.
void TestEngineTcpNames::judgesAnHttpClientByWhereItHasGoneMeanwhile()
{
    fakeNames().set({{"one.test", {"127.0.0.3"}}, {"two.test", {"127.0.0.1"}}});
    const test::RawListener server;
    Profile profile = test::ruleProfile({});
    profile.servers << test::serverProfile("s", test::kDialects[2], server.endpoint());
    profile.defaultAction = Action::byWayOf(u"s"_s);
    test::TestEngine engine(profile);
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    const auto isServed = [&client, &server](const QByteArray &host, const Destination &asked) {
        client.send(getFrom(host));
        test::RawSocket origin = server.accept();
        return test::play(origin, test::exchanges(test::kDialects[2], asked)) &&
               test::answerRequest(origin, client);
    };
    QVERIFY(isServed("one.test", {{}, "one.test", 80}));

    profile.rules << hostRule("Forbidden", "127.0.0.3", Action::block());
    profile.resolveForRules = true;
    fakeNames().hold("one.test");
    QVERIFY(engine.apply(profile));
    QVERIFY(engine.waitFor([] { return fakeNames().asked().contains("one.test"); }));
    QVERIFY(isServed("two.test", {test::address("127.0.0.1"), {}, 80}));
    fakeNames().hold({});
    QCOMPARE(client.waitForEnd(kQuiet), test::StreamEnd::Open);
}

void TestEngineTcpNames::keepsTheTargetOfAnHttpClient_data()
{
    QTest::addColumn<QByteArray>("secondHost");
    QTest::addColumn<QByteArray>("secondAddresses");
    QTest::addColumn<bool>("isKept");
    const QByteArray both = "127.0.0.3,127.0.0.1";
    QTest::newRow("the same addresses") << QByteArray("two.test") << both << true;
    QTest::newRow("in another order") << QByteArray("two.test") << QByteArray("127.0.0.1,127.0.0.3") << true;
    QTest::newRow("others") << QByteArray("two.test") << QByteArray("127.0.0.2") << false;
    QTest::newRow("another host") << QByteArray("other.test") << both << false;
}

/// Of two addresses, the first refuses: the other one serves the next request, too, if it may.
void TestEngineTcpNames::keepsTheTargetOfAnHttpClient()
{
    QFETCH(const QByteArray, secondHost);
    QFETCH(const QByteArray, secondAddresses);
    QFETCH(const bool, isKept);
    const FirstRefuses two;
    QVERIFY(two.isUsable());
    const QByteArray both = "127.0.0.3,127.0.0.1";
    fakeNames().set({{"two.test", {both, secondAddresses}}, {"other.test", {both}}});
    test::TestEngine engine(askingProfile("127.0.0.4"));
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    const QByteArray port = ':' + QByteArray::number(two.target.endpoint().port);
    client.send(getFrom("two.test" + port));
    test::RawSocket origin = two.target.accept();
    QVERIFY(test::answerRequest(origin, client));
    client.send(getFrom(secondHost + port));
    if (isKept)
        QVERIFY(test::answerRequest(origin, client));
    else
        QCOMPARE(origin.waitForEnd(), test::StreamEnd::Fin);
    QCOMPARE(fakeNames().asked().size(), 2);
}

void TestEngineTcpNames::tellsASocks4ServerAnAddressThatItCanSay_data()
{
    QTest::addColumn<QByteArray>("blocked");
    QTest::addColumn<bool>("isAsked");
    QTest::newRow("both are allowed") << QByteArray("192.0.2.1") << true;
    QTest::newRow("the one that it could say is not") << QByteArray("127.0.0.1") << false;
}

void TestEngineTcpNames::tellsASocks4ServerAnAddressThatItCanSay()
{
    QFETCH(const QByteArray, blocked);
    QFETCH(const bool, isAsked);
    fakeNames().set({{"dual.test", {"2001:db8::1,127.0.0.1"}}});
    const test::RawListener server;
    Profile profile = askingProfile(blocked.constData());
    profile.servers << test::serverProfile("s", test::kDialects[0], server.endpoint());
    profile.defaultAction = Action::byWayOf(u"s"_s);
    test::TestEngine engine(profile);
    test::RawSocket client = ask(engine.listener(), "dual.test", 80);
    if (!isAsked) {
        QVERIFY(test::readSocks5Reply(client).code != 0);
        return;
    }
    test::RawSocket asked = server.accept();
    QVERIFY(test::play(asked, test::exchanges(test::kDialects[0], {test::address("127.0.0.1"), {}, 80})));
    QCOMPARE(test::readSocks5Reply(client).code, 0);
    QVERIFY(
        engine.waitFor([&] { return engine.liveOf(client.local()).resolved == test::address("127.0.0.1"); }));
}

QTEST_GUILESS_MAIN(TestEngineTcpNames)
#include "tst_engine_tcpnames.moc"
