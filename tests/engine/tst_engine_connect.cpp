// SPDX-License-Identifier: MIT
#include "tests/support/bytes.h"
#include "tests/support/pumps.h"
#include "tests/support/socksclient.h"
#include "tests/support/testengine.h"
#include "tests/support/upstreamscene.h"

#include "engine/explanation.h"

#include <QTest>

using namespace engine;
using test::Dialect;

namespace
{

constexpr int kSomePort = 443;

/// How a client's messages reach the engine.
enum class Delivery { OneByOne, ByteByByte, AllAtOnce };

/// What a client asks for.
struct Kind {
    const char *title;
    int version;
    const char *host;    ///< a name or an address, as it stands in the request
    bool asName;         ///< in the form the protocol has for names
    const char *address; ///< where the target listens
    bool password;
};

constexpr Kind kKinds[] = {
    {"socks4, IPv4", 4, "127.0.0.1", false, "127.0.0.1", false},
    {"socks4a, name", 4, "localhost", true, "127.0.0.1", false},
    {"socks4a, IPv4 as a name", 4, "127.0.0.1", true, "127.0.0.1", false},
    {"socks4a, IPv6 as a name", 4, "::1", true, "::1", false},
    {"socks5, IPv4", 5, "127.0.0.1", false, "127.0.0.1", false},
    {"socks5, IPv6", 5, "::1", false, "::1", false},
    {"socks5, mapped IPv4", 5, "::ffff:127.0.0.1", false, "127.0.0.1", false},
    {"socks5, name", 5, "localhost", true, "127.0.0.1", false},
    {"socks5, IPv4 as a name", 5, "127.0.0.1", true, "127.0.0.1", false},
    {"socks5, IPv6 as a name", 5, "::1", true, "::1", false},
    {"socks5, IPv4, password", 5, "127.0.0.1", false, "127.0.0.1", true},
    {"socks5, IPv6, password", 5, "::1", false, "::1", true},
    {"socks5, name, password", 5, "localhost", true, "127.0.0.1", true},
};

QByteArray requestFor(const Kind &kind, int port)
{
    if (kind.version == 4) {
        return kind.asName ? test::socks4aRequest(kind.host, port, "fred")
                           : test::socks4Request(test::endpoint(kind.host, port), "fred");
    }
    return kind.asName ? test::socks5Request(kind.host, port)
                       : test::socks5Request(test::endpoint(kind.host, port));
}

/// The client's messages and what must come back before the reply itself.
struct Script {
    QList<QByteArray> messages;
    QList<QByteArray> answers;
};

Script scriptFor(const Kind &kind, int port)
{
    Script script;
    if (kind.version == 5) {
        script.messages << test::socks5Greeting(kind.password ? "\x02" : QByteArray(1, '\0'));
        script.answers << QByteArray::fromHex(kind.password ? "0502" : "0500");
    }
    if (kind.password) {
        script.messages << test::socks5Login("alice", "secret");
        script.answers << QByteArray::fromHex("0100");
    }
    script.messages << requestFor(kind, port);
    return script;
}

bool sendScript(test::RawSocket &client, const Script &script, Delivery delivery, const QByteArray &payload)
{
    if (delivery == Delivery::AllAtOnce)
        client.send(script.messages.join() + payload);
    for (qsizetype i = 0; i < script.messages.size(); ++i) {
        if (delivery == Delivery::OneByOne)
            client.send(script.messages[i]);
        else if (delivery == Delivery::ByteByByte)
            client.sendByteByByte(script.messages[i]);
        if (i < script.answers.size() && client.receive(script.answers[i].size()) != script.answers[i])
            return false;
    }
    return true;
}

ClientProtocol protocolOf(const Kind &kind)
{
    if (kind.version == 5)
        return ClientProtocol::Socks5;
    return kind.asName ? ClientProtocol::Socks4a : ClientProtocol::Socks4;
}

/// What the interface is told of a connection that ended in order.
void checkRecord(const Connection &ended, const Kind &kind, const Endpoint &target, qsizetype bytesUp)
{
    QCOMPARE(ended.state, ConnectionState::Closed);
    QCOMPARE(ended.protocol, protocolOf(kind));
    QCOMPARE(ended.targetHost, test::address(kind.host).isNull() ? QString::fromLatin1(kind.host)
                                                                 : test::address(kind.host).toString());
    QCOMPARE(ended.targetPort, target.port);
    QCOMPARE(ended.dialed, target);
    QCOMPARE(ended.user, kind.password ? QStringLiteral("alice") : QString());
    QCOMPARE(ended.listener, QString::fromLatin1(kind.password ? "Locked" : "Local"));
    QCOMPARE(ended.bytesUp, std::uint64_t(bytesUp));
    QCOMPARE(ended.bytesDown, std::uint64_t(6));
    QVERIFY(ended.openedAt > 0 && ended.closedAt >= ended.openedAt);
}

} // namespace

Q_DECLARE_METATYPE(const Kind *)
Q_DECLARE_METATYPE(Delivery)

class TestEngineConnect : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void connects_data();
    void connects();
    void takesEarlyDataOfAnySize_data();
    void takesEarlyDataOfAnySize();
    void hearsOutAClientThatHasFinishedSending_data();
    void hearsOutAClientThatHasFinishedSending();
    void triesTheOtherFamilyOfAName_data();
    void triesTheOtherFamilyOfAName();
    void asksAServerForTheAddressThatANameIs_data();
    void asksAServerForTheAddressThatANameIs();
    void takesTheMethodTheListenerAsksFor();
    void servesSeveralUsersAndTheirNamesInUtf8();
    void listensOnIpv6();
    void takesOnlyIpv6ClientsOnTheIpv6Wildcard();
};

void TestEngineConnect::connects_data()
{
    QTest::addColumn<RelayPump>("pump");
    QTest::addColumn<const Kind *>("kind");
    QTest::addColumn<Delivery>("delivery");

    const std::pair<const char *, RelayPump> pumps[] = {{"native", RelayPump::Native},
                                                        {"portable", RelayPump::Portable}};
    const std::pair<const char *, Delivery> deliveries[] = {{"one by one", Delivery::OneByOne},
                                                            {"byte by byte", Delivery::ByteByByte},
                                                            {"all at once", Delivery::AllAtOnce}};
    for (const auto &[pumpName, pump] : pumps) {
        for (const Kind &kind : kKinds) {
            for (const auto &[deliveryName, delivery] : deliveries) {
                QTest::addRow("%s, %s, %s", pumpName, kind.title, deliveryName) << pump << &kind << delivery;
            }
        }
    }
}

void TestEngineConnect::connects()
{
    QFETCH(const RelayPump, pump);
    QFETCH(const Kind *, kind);
    QFETCH(const Delivery, delivery);
    if (QByteArray(kind->address) == "::1" && !test::hasIpv6())
        QSKIP("This machine has no IPv6 loopback");

    Profile profile = kind->password ? test::passwordProfile() : test::openProfile();
    profile.relayPump = pump;
    test::TestEngine engine(profile);
    const test::RawListener listener(test::address(kind->address));
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    const Endpoint clientAddress = client.local();

    const QByteArray payload = "payload";
    QVERIFY(sendScript(client, scriptFor(*kind, listener.endpoint().port), delivery, payload));
    const test::SocksReply reply =
        kind->version == 5 ? test::readSocks5Reply(client) : test::readSocks4Reply(client);
    QCOMPARE(reply.code, kind->version == 5 ? 0 : 90);
    test::RawSocket target = listener.accept();
    QVERIFY(target.isOpen());

    // What the client is told is what the target sees. SOCKS4 cannot say an IPv6 address.
    const bool cannotSay = kind->version == 4 && target.peer().address.isV6();
    QCOMPARE(reply.bound.port, target.peer().port);
    QCOMPARE(reply.bound.address.toString(),
             cannotSay ? QStringLiteral("0.0.0.0") : target.peer().address.toString());

    if (delivery != Delivery::AllAtOnce)
        QVERIFY(client.send(payload));
    QCOMPARE(target.receive(payload.size()), payload);
    QVERIFY(target.send("answer"));
    QCOMPARE(client.receive(6), QByteArray("answer"));
    client.shutdownWrite();
    QCOMPARE(target.waitForEnd(), test::StreamEnd::Fin);
    target.close();
    QCOMPARE(client.waitForEnd(), test::StreamEnd::Fin);

    // What is told of it hangs on none of the ways it came; deltas take their time, so it is asked once a
    // kind.
    if (pump == RelayPump::Native && delivery == Delivery::OneByOne)
        checkRecord(engine.endedOf(clientAddress), *kind, listener.endpoint(), payload.size());
}

void TestEngineConnect::takesEarlyDataOfAnySize_data()
{
    test::addPumpRows();
}

/// A client that does not wait for the reply: nothing it sent ahead may be lost, doubled or out of order.
void TestEngineConnect::takesEarlyDataOfAnySize()
{
    test::TestEngine engine(test::pumpProfile());
    const test::RawListener listener;
    for (const int size : {1, 4095, 4096, 4097, 65'535, 65'536, 65'537, 300'000}) {
        const QByteArray early = test::patternBytes(size, static_cast<quint32>(size));
        test::RawSocket client = test::RawSocket::connectTo(engine.listener());
        QVERIFY(client.send(test::socks5Greeting() + test::socks5Request(listener.endpoint()) + early));
        client.shutdownWrite();
        test::RawSocket target = listener.accept();
        QVERIFY(target.receiveAll() == early);
        QCOMPARE(target.end(), test::StreamEnd::Fin);
        QCOMPARE(client.receive(2), QByteArray::fromHex("0500"));
        QCOMPARE(test::readSocks5Reply(client).code, 0);
    }
}

void TestEngineConnect::hearsOutAClientThatHasFinishedSending_data()
{
    test::addPumpRows();
}

/// "echo request | nc -N": everything and the FIN are there before the target is even dialled.
void TestEngineConnect::hearsOutAClientThatHasFinishedSending()
{
    test::TestEngine engine(test::pumpProfile());
    const test::RawListener listener;
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    client.send(test::socks4Request(listener.endpoint()) + "question");
    client.shutdownWrite();
    test::RawSocket target = listener.accept();
    QCOMPARE(target.receiveAll(), QByteArray("question"));
    target.send("answer");
    target.close();
    QCOMPARE(test::readSocks4Reply(client).code, 90);
    QCOMPARE(client.receiveAll(), QByteArray("answer"));
    QCOMPARE(client.end(), test::StreamEnd::Fin);
}

void TestEngineConnect::triesTheOtherFamilyOfAName_data()
{
    QTest::addColumn<QString>("address");
    QTest::newRow("only IPv4 answers") << QStringLiteral("127.0.0.1");
    QTest::newRow("only IPv6 answers") << QStringLiteral("::1");
}

void TestEngineConnect::triesTheOtherFamilyOfAName()
{
    QFETCH(const QString, address);
    if (!test::hasIpv6())
        QSKIP("This machine has no IPv6 loopback");
    test::TestEngine engine;
    const test::RawListener listener(*Address::fromLiteral(address));
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    client.send(test::socks5Greeting() + test::socks5Request("localhost", listener.endpoint().port));
    QCOMPARE(client.receive(2), QByteArray::fromHex("0500"));
    const test::SocksReply reply = test::readSocks5Reply(client);
    if (reply.code == 5)
        QSKIP("localhost has one address family only on this machine");
    QCOMPARE(reply.code, 0);
    QCOMPARE(listener.accept().peer(), reply.bound);
}

void TestEngineConnect::asksAServerForTheAddressThatANameIs_data()
{
    QTest::addColumn<int>("version");
    QTest::addColumn<QByteArray>("name");
    QTest::addColumn<const Dialect *>("dialect");
    QTest::addColumn<NameResolution>("resolveNames");
    for (const int version : {4, 5}) {
        for (const char *name : {"::1", "[::1]", "::ffff:127.0.0.5", "127.0.0.5"}) {
            const auto row = [version, name](const char *server, const Dialect &dialect,
                                             NameResolution resolveNames) {
                QTest::addRow("%s by SOCKS%d, %s", name, version, server)
                    << version << QByteArray(name) << &dialect << resolveNames;
            };
            row("socks4a", test::kDialects[1], NameResolution::Remote);
            row("socks5", test::kDialects[2], NameResolution::Remote);
            row("socks5 with local names", test::kDialects[2], NameResolution::Local);
            row("http", test::kDialects[4], NameResolution::Remote);
        }
    }
}

/// As is explained: by the address, where the server can be told one, whoever looks names up.
void TestEngineConnect::asksAServerForTheAddressThatANameIs()
{
    QFETCH(const int, version);
    QFETCH(const QByteArray, name);
    QFETCH(const Dialect *, dialect);
    QFETCH(const NameResolution, resolveNames);
    const test::RawListener server;
    test::Servers servers;
    servers.add("s", *dialect, server.endpoint());
    servers.profile.servers[0].resolveNames = resolveNames;
    ExplainRequest request;
    request.host = QString::fromLatin1(name);
    request.port = kSomePort;
    const Explanation explained = explainRequest(servers.profile, request);
    test::Proxy proxy(servers);
    test::RawSocket client = test::RawSocket::connectTo(proxy.listener());
    client.send(version == 4 ? test::socks4aRequest(name, kSomePort)
                             : test::socks5Greeting() + test::socks5Request(name, kSomePort));
    if (version == 5)
        QCOMPARE(client.receive(2), QByteArray::fromHex("0500"));
    const auto replyCode = [&client, version] {
        return version == 4 ? test::readSocks4Reply(client).code : test::readSocks5Reply(client).code;
    };
    const int granted = version == 4 ? 90 : 0;
    const Address address = *Address::fromLiteral(request.host);
    QCOMPARE(explained.obstacle.isError(), address.isV6() && dialect->protocol == ServerProtocol::Socks4a);
    if (explained.obstacle.isError()) {
        QVERIFY(replyCode() > granted);
        QCOMPARE(proxy.errorOf(client).code, explained.obstacle.code);
        return;
    }
    test::RawSocket asked = server.accept();
    QVERIFY(test::play(asked, test::exchanges(*dialect, {address, {}, kSomePort})));
    QCOMPARE(replyCode(), granted);
    // As the client wrote it, in the log and the table.
    QVERIFY(proxy.waitFor([&] { return proxy.liveOf(client.local()).targetHost == request.host; }));
}

void TestEngineConnect::takesTheMethodTheListenerAsksFor()
{
    test::TestEngine open;
    test::RawSocket client = test::RawSocket::connectTo(open.listener());
    client.send(test::socks5Greeting(QByteArray::fromHex("02010080")));
    QCOMPARE(client.receive(2), QByteArray::fromHex("0500"));

    test::TestEngine locked(test::passwordProfile());
    client = test::RawSocket::connectTo(locked.listener());
    client.send(test::socks5Greeting(QByteArray::fromHex("00010280")));
    QCOMPARE(client.receive(2), QByteArray::fromHex("0502"));
}

void TestEngineConnect::servesSeveralUsersAndTheirNamesInUtf8()
{
    Profile profile = test::passwordProfile();
    profile.users << test::user("b\xc3\xb6"
                                "b",
                                "\xe2\x82\xac uro")
                  << test::user("carol", "third");
    test::TestEngine engine(profile);
    const test::RawListener listener;
    QVERIFY(test::connectThrough(engine.listener(), listener.endpoint(), "alice", "secret").isOpen());
    QVERIFY(test::connectThrough(engine.listener(), listener.endpoint(),
                                 "b\xc3\xb6"
                                 "b",
                                 "\xe2\x82\xac uro")
                .isOpen());
    // Another time, when the password is remembered.
    for (int i = 0; i < 3; ++i)
        QVERIFY(test::connectThrough(engine.listener(), listener.endpoint(), "carol", "third").isOpen());
    QVERIFY(!test::connectThrough(engine.listener(), listener.endpoint(), "carol", "secret").isOpen());
    QVERIFY(!test::connectThrough(engine.listener(), listener.endpoint(), "alice", "third").isOpen());
}

void TestEngineConnect::listensOnIpv6()
{
    if (!test::hasIpv6())
        QSKIP("This machine has no IPv6 loopback");
    Profile profile = test::openProfile();
    profile.listeners.front().address = test::address("::1");
    test::TestEngine engine(profile);
    const test::RawListener listener;
    const test::RelayedPair pair = test::openRelay(engine.listener(), listener);
    QVERIFY(pair.isOpen());
    QVERIFY(engine.waitFor([&] { return engine.liveOf(pair.client.local()).id != 0; }));
}

/// On every platform alike: who wants both families lists both wildcards.
void TestEngineConnect::takesOnlyIpv6ClientsOnTheIpv6Wildcard()
{
    if (!test::hasIpv6())
        QSKIP("This machine has no IPv6 loopback");
    Profile profile = test::openProfile();
    profile.listeners.front().address = test::address("::");
    test::TestEngine engine(profile);
    const test::RawListener listener;
    const int port = engine.listener().port;
    QVERIFY(test::openRelay(test::endpoint("::1", port), listener).isOpen());
    QVERIFY(!test::RawSocket::connectTo(test::endpoint("127.0.0.1", port)).isOpen());
}

QTEST_GUILESS_MAIN(TestEngineConnect)
#include "tst_engine_connect.moc"
