// SPDX-License-Identifier: MIT
#include "tests/support/bytes.h"
#include "tests/support/process.h"
#include "tests/support/pumps.h"
#include "tests/support/socksclient.h"
#include "tests/support/testengine.h"
#include "tests/support/upstreamscene.h"

#include <QTest>

using namespace engine;
using std::chrono::milliseconds;

namespace
{

/// One way to ask for BIND.
struct Kind {
    const char *title;
    const char *peer; ///< who is to come
    const char *host; ///< the peer as it stands in the request
    bool asName;
    int version;
};
constexpr Kind kKinds[] = {
    {"SOCKS4", "127.0.0.1", "127.0.0.1", false, 4},
    {"SOCKS4, anybody", "127.0.0.3", "0.0.0.0", false, 4},
    {"SOCKS4a", "127.0.0.1", "localhost", true, 4},
    {"SOCKS5, IPv4", "127.0.0.1", "127.0.0.1", false, 5},
    {"SOCKS5, another address of the loopback", "127.0.0.9", "127.0.0.9", false, 5},
    {"SOCKS5, IPv6", "::1", "::1", false, 5},
    {"SOCKS5, name", "127.0.0.1", "localhost", true, 5},
    {"SOCKS5, literal as a name", "127.0.0.1", "127.0.0.1", true, 5},
    {"SOCKS5, anybody", "127.0.0.3", "0.0.0.0", false, 5},
};

constexpr int kSomePort = 21;

QByteArray requestFor(const Kind &kind)
{
    if (kind.version == 4) {
        return kind.asName ? test::socks4aRequest(kind.host, kSomePort, "user", test::kBind)
                           : test::socks4Request(test::endpoint(kind.host, kSomePort), "user", test::kBind);
    }
    return test::socks5Greeting() +
           (kind.asName ? test::socks5Request(kind.host, kSomePort, test::kBind)
                        : test::socks5Request(test::endpoint(kind.host, kSomePort), test::kBind));
}

/// A client that has asked; `reply` is the first one.
struct Asked {
    test::RawSocket client;
    test::SocksReply reply;
};

Asked ask(test::TestEngine &engine, const QByteArray &request, int version)
{
    Asked asked{test::RawSocket::connectTo(engine.listener()), {}};
    asked.client.send(request);
    if (version == 5 && asked.client.receive(2) != QByteArray::fromHex("0500"))
        return asked;
    asked.reply = version == 5 ? test::readSocks5Reply(asked.client) : test::readSocks4Reply(asked.client);
    return asked;
}

Asked askFor(test::TestEngine &engine, const char *peer)
{
    return ask(engine,
               test::socks5Greeting() + test::socks5Request(test::endpoint(peer, kSomePort), test::kBind), 5);
}

test::RawSocket comeFrom(const char *address, const Endpoint &to)
{
    test::RawSocket::Options options;
    options.bindTo = test::address(address);
    return test::RawSocket::connectTo(to, options);
}

} // namespace

Q_DECLARE_METATYPE(const Kind *)

class TestEngineBind : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void bringsThePeer_data();
    void bringsThePeer();
    void turnsStrangersAway_data() { test::addPumpRows(); }
    void turnsStrangersAway();
    void turnsAwayWhomTheRulesForbid_data() { test::addPumpRows(); }
    void turnsAwayWhomTheRulesForbid();
    void asksTheRulesAboutWhomAServerBrings_data();
    void asksTheRulesAboutWhomAServerBrings();
    void asksAServerForTheAddressThatANameIs();
    void keepsWhatTheClientSendsAhead_data() { test::addPumpRows(); }
    void keepsWhatTheClientSendsAhead();
    void endsWithTheControlConnection_data() { test::addPumpRows(); }
    void endsWithTheControlConnection();
    void givesUpAfterItsTime_data() { test::addPumpRows(); }
    void givesUpAfterItsTime();
    void isClosedWhenAsked();
    void isBlockedWhereNothingIsAllowed();
    void givesItsDescriptorsBack_data() { test::addPumpRows(); }
    void givesItsDescriptorsBack();
};

void TestEngineBind::bringsThePeer_data()
{
    QTest::addColumn<RelayPump>("pump");
    QTest::addColumn<const Kind *>("kind");
    for (const Kind &kind : kKinds) {
        QTest::addRow("native pump, %s", kind.title) << RelayPump::Native << &kind;
        QTest::addRow("portable pump, %s", kind.title) << RelayPump::Portable << &kind;
    }
}

void TestEngineBind::bringsThePeer()
{
    QFETCH(const Kind *, kind);
    if (QByteArray(kind->peer) == "::1" && !test::hasIpv6())
        QSKIP("This machine has no IPv6 loopback");
    test::TestEngine engine(test::pumpProfile());
    Asked asked = ask(engine, requestFor(*kind), kind->version);
    const int granted = kind->version == 5 ? 0 : 90;
    QCOMPARE(asked.reply.code, granted);
    QVERIFY(asked.reply.bound.address.isLoopback());
    QVERIFY(asked.reply.bound.port != 0);

    const bool sixth = asked.reply.bound.address.isV6(); // "localhost" may be either
    test::RawSocket peer = comeFrom(sixth ? "::1" : kind->peer, asked.reply.bound);
    QVERIFY(peer.isOpen());
    const test::SocksReply second =
        kind->version == 5 ? test::readSocks5Reply(asked.client) : test::readSocks4Reply(asked.client);
    QCOMPARE(second.code, granted);
    QCOMPARE(second.bound, peer.local());

    QVERIFY(peer.send("220 hello"));
    QCOMPARE(asked.client.receive(9), QByteArray("220 hello"));
    QVERIFY(asked.client.send("bye"));
    asked.client.shutdownWrite();
    QCOMPARE(peer.receiveAll(), QByteArray("bye"));
    // One peer it was; the place is closed.
    QVERIFY(!comeFrom(sixth ? "::1" : kind->peer, asked.reply.bound).isOpen());
    const Endpoint client = asked.client.local();
    const Endpoint peerAddress = peer.local();
    peer.close();
    QCOMPARE(asked.client.waitForEnd(), test::StreamEnd::Fin);
    const Connection ended = engine.endedOf(client);
    QCOMPARE(ended.state, ConnectionState::Closed);
    // Of anybody, it is known now who.
    const QString host = QString::fromLatin1(kind->host);
    QCOMPARE(ended.targetHost, host == QStringLiteral("0.0.0.0") ? peerAddress.address.toString() : host);
    QCOMPARE(ended.dialed, peerAddress);
    QCOMPARE(ended.bytesUp, std::uint64_t(3));
    QCOMPARE(ended.bytesDown, std::uint64_t(9));
}

void TestEngineBind::turnsStrangersAway()
{
    test::TestEngine engine(test::pumpProfile());
    Asked asked = askFor(engine, "127.0.0.7");
    QCOMPARE(asked.reply.code, 0);
    // More of them than are looked at in one turn.
    std::vector<test::RawSocket> strangers;
    for (int i = 0; i < 40; ++i)
        strangers.push_back(comeFrom("127.0.0.8", asked.reply.bound));
    // Its end may come so soon that it never had a connection.
    for (test::RawSocket &stranger : strangers)
        QVERIFY(!stranger.isOpen() || stranger.waitForEnd() != test::StreamEnd::Open);
    test::RawSocket peer = comeFrom("127.0.0.7", asked.reply.bound);
    const test::SocksReply second = test::readSocks5Reply(asked.client);
    QCOMPARE(second.code, 0);
    QCOMPARE(second.bound, peer.local());
    QVERIFY(peer.send("it is me"));
    QCOMPARE(asked.client.receive(8), QByteArray("it is me"));
}

void TestEngineBind::turnsAwayWhomTheRulesForbid()
{
    Profile profile = test::pumpProfile();
    RuleProfile rule;
    rule.name = QStringLiteral("Not these");
    rule.hosts = {QStringLiteral("127.0.0.4/30")};
    rule.action = Action::block();
    profile.rules = {rule};
    test::TestEngine engine(profile);
    Asked asked = askFor(engine, "0.0.0.0");
    QCOMPARE(asked.reply.code, 0);
    test::RawSocket forbidden = comeFrom("127.0.0.5", asked.reply.bound);
    QVERIFY(!forbidden.isOpen() || forbidden.waitForEnd() != test::StreamEnd::Open);
    const test::RawSocket peer = comeFrom("127.0.0.9", asked.reply.bound);
    QVERIFY(peer.isOpen());
    const test::SocksReply second = test::readSocks5Reply(asked.client);
    QCOMPARE(second.code, 0);
    QCOMPARE(second.bound.address, test::address("127.0.0.9"));
    // Who came is what the connection leads to: a rule that forbids it later closes it.
    profile.rules[0].hosts = {QStringLiteral("127.0.0.9")};
    engine.apply(profile);
    QVERIFY(asked.client.waitForEnd() != test::StreamEnd::Open);
}

void TestEngineBind::asksTheRulesAboutWhomAServerBrings_data()
{
    QTest::addColumn<QByteArray>("asked");
    QTest::addColumn<QByteArray>("peer");
    QTest::addColumn<int>("code");
    QTest::newRow("by a name whose address rules ask for")
        << QByteArray("0.0.0.0") << QByteArray("good.example") << 2;
    QTest::newRow("by a name") << QByteArray("0.0.0.0") << QByteArray("good.example") << 0;
    QTest::newRow("by a forbidden name") << QByteArray("0.0.0.0") << QByteArray("www.forbidden.example") << 2;
    QTest::newRow("by a forbidden address as a name")
        << QByteArray("0.0.0.0") << QByteArray("127.0.0.5") << 2;
    QTest::newRow("nobody knows whom") << QByteArray("0.0.0.0") << QByteArray("0.0.0.0") << 2;
    QTest::newRow("anybody") << QByteArray("0.0.0.0") << QByteArray("127.0.0.9") << 0;
    QTest::newRow("anybody but these") << QByteArray("0.0.0.0") << QByteArray("127.0.0.5") << 2;
    QTest::newRow("who was asked for") << QByteArray("127.0.0.9") << QByteArray("127.0.0.9") << 0;
    QTest::newRow("another than was asked for") << QByteArray("127.0.0.9") << QByteArray("127.0.0.5") << 2;
}

/// It is the server that says who came.
void TestEngineBind::asksTheRulesAboutWhomAServerBrings()
{
    QFETCH(const QByteArray, asked);
    QFETCH(const QByteArray, peer);
    const bool isNamed = QByteArray(QTest::currentDataTag()).endsWith("name");
    const test::RawListener listener;
    test::Servers servers;
    servers.add("s", test::kDialects[2], listener.endpoint());
    RuleProfile rule;
    rule.hosts = {QStringLiteral("127.0.0.4/30"), QStringLiteral("*.forbidden.example")};
    rule.action = Action::block();
    servers.profile.rules = {rule};
    servers.profile.resolveForRules = QByteArray(QTest::currentDataTag()).endsWith("rules ask for");
    test::Proxy proxy(servers);
    test::RawSocket client = test::RawSocket::connectTo(proxy.listener());
    client.send(test::socks5Greeting() +
                test::socks5Request(test::endpoint(asked.constData(), kSomePort), test::kBind));
    QCOMPARE(client.receive(2), QByteArray::fromHex("0500"));
    test::RawSocket server = listener.accept();
    QCOMPARE(server.receive(3).size(), 3);
    server.send(QByteArray::fromHex("0500"));
    QCOMPARE(server.receive(10).size(), 10);
    const std::optional<Address> address = Address::fromLiteral(QString::fromLatin1(peer));
    const QByteArray start = QByteArray::fromHex("050000");
    server.send(start + test::socks5Request(test::endpoint("127.0.0.1", kSomePort)).sliced(3));
    QCOMPARE(test::readSocks5Reply(client).code, 0);
    server.send(start + (isNamed || !address ? test::socks5Request(peer, kSomePort)
                                             : test::socks5Request(Endpoint{*address, kSomePort}))
                            .sliced(3));
    const test::SocksReply second = test::readSocks5Reply(client);
    QTEST(int(second.code), "code");
    if (second.code == 0 && address)
        QCOMPARE(second.bound.address, *address);
}

void TestEngineBind::asksAServerForTheAddressThatANameIs()
{
    const test::RawListener listener;
    test::Servers servers;
    servers.add("s", test::kDialects[2], listener.endpoint());
    test::Proxy proxy(servers);
    test::RawSocket client = test::RawSocket::connectTo(proxy.listener());
    client.send(test::socks5Greeting() + test::socks5Request("::1", kSomePort, test::kBind));
    QCOMPARE(client.receive(2), QByteArray::fromHex("0500"));
    test::RawSocket server = listener.accept();
    QCOMPARE(server.receive(3).size(), 3);
    server.send(QByteArray::fromHex("0500"));
    const QByteArray expected = test::socks5Request(test::endpoint("::1", kSomePort), test::kBind);
    QCOMPARE(server.receive(expected.size()), expected);
}

void TestEngineBind::keepsWhatTheClientSendsAhead()
{
    test::TestEngine engine(test::pumpProfile());
    for (const int size : {1, 4096, 65'536, 300'000}) {
        const QByteArray early = test::patternBytes(size);
        Asked asked = askFor(engine, "127.0.0.1");
        QCOMPARE(asked.reply.code, 0);
        QVERIFY(asked.client.send(early));
        test::RawSocket peer = comeFrom("127.0.0.1", asked.reply.bound);
        QVERIFY(peer.receive(size) == early);
        QCOMPARE(test::readSocks5Reply(asked.client).code, 0);
    }
}

void TestEngineBind::endsWithTheControlConnection()
{
    test::TestEngine engine(test::pumpProfile());
    for (const bool reset : {false, true}) {
        Asked asked = askFor(engine, "127.0.0.1");
        QCOMPARE(asked.reply.code, 0);
        const Endpoint client = asked.client.local();
        if (reset)
            asked.client.reset();
        else
            asked.client.close();
        QCOMPARE(engine.endedOf(client).error.code, ErrorCode::ClientGone);
        QVERIFY(!comeFrom("127.0.0.1", asked.reply.bound).isOpen());
    }
}

void TestEngineBind::givesUpAfterItsTime()
{
    Profile profile = test::pumpProfile();
    profile.limits.bindTimeout = milliseconds{200};
    test::TestEngine engine(profile);
    Asked asked = askFor(engine, "127.0.0.1");
    QCOMPARE(asked.reply.code, 0);
    const Endpoint client = asked.client.local();
    const test::SocksReply second = test::readSocks5Reply(asked.client);
    QCOMPARE(second.code, 6);
    QCOMPARE(second.bound.toString(), QStringLiteral("0.0.0.0:0"));
    QCOMPARE(asked.client.waitForEnd(), test::StreamEnd::Fin);
    asked.client.close();
    QCOMPARE(engine.endedOf(client).error.code, ErrorCode::BindTimedOut);
    QVERIFY(!comeFrom("127.0.0.1", asked.reply.bound).isOpen());

    asked = ask(engine, requestFor(kKinds[0]), 4);
    QCOMPARE(asked.reply.code, 90);
    QCOMPARE(test::readSocks4Reply(asked.client).code, 91);
}

void TestEngineBind::isClosedWhenAsked()
{
    test::TestEngine engine;
    Asked asked = askFor(engine, "127.0.0.1");
    const Endpoint client = asked.client.local();
    QVERIFY(engine.waitFor([&] { return engine.liveOf(client).state == ConnectionState::Connecting; }));
    engine.engine().closeConnections({engine.liveOf(client).id});
    QCOMPARE(asked.client.waitForEnd(), test::StreamEnd::Reset);
    QCOMPARE(engine.endedOf(client).error.code, ErrorCode::ClosedByUser);
}

void TestEngineBind::isBlockedWhereNothingIsAllowed()
{
    Profile profile = test::openProfile();
    profile.defaultAction = Action::block();
    test::TestEngine engine(profile);
    QCOMPARE(askFor(engine, "127.0.0.1").reply.code, 2);
}

void TestEngineBind::givesItsDescriptorsBack()
{
    if (test::openDescriptors() < 0)
        QSKIP("This system does not tell a process's descriptors");
    test::TestEngine engine(test::pumpProfile());
    const auto round = [&engine](int count) {
        std::vector<Asked> all;
        for (int i = 0; i < count; ++i)
            all.push_back(askFor(engine, "127.0.0.1"));
        return std::all_of(all.begin(), all.end(), [](const Asked &asked) { return asked.reply.code == 0; });
    };
    QVERIFY(round(10));
    QVERIFY(engine.waitForCounts(10, 0));
    const int before = test::openDescriptors();
    QVERIFY(round(200));
    QVERIFY(engine.waitForCounts(210, 0));
    QVERIFY(engine.waitFor([before] { return test::openDescriptors() <= before; }));
}

QTEST_GUILESS_MAIN(TestEngineBind)
#include "tst_engine_bind.moc"
