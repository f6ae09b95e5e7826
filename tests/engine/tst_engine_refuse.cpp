// SPDX-License-Identifier: MIT
#include "tests/support/bytes.h"
#include "tests/support/socksclient.h"
#include "tests/support/testengine.h"

#include <QTest>

using namespace engine;
using std::chrono::milliseconds;

Q_DECLARE_METATYPE(engine::ErrorCode)

namespace
{

const QByteArray kNoAuthentication = QByteArray::fromHex("0500");
/// A name whose form no resolver accepts, so that no query leaves the machine.
const QByteArray kImpossibleName = QByteArray(64, 'x') + ".example";

} // namespace

class TestEngineRefuse : public QObject
{
    Q_OBJECT

private:
    /// To be found in the records of `engine` at the end; deltas take their time, so all are waited for at
    /// once.
    void expectRecord(test::TestEngine &engine, const Endpoint &client, ErrorCode error);

    struct Expected {
        test::TestEngine *engine;
        Endpoint client;
        ErrorCode error;
        QByteArray title;
    };
    std::unique_ptr<test::TestEngine> m_open;
    std::unique_ptr<test::TestEngine> m_locked;
    QList<Expected> m_expected;

private Q_SLOTS:
    void initTestCase();
    void saysWhyInSocks5_data();
    void saysWhyInSocks5();
    void saysNoMoreThanRejectedInSocks4_data();
    void saysNoMoreThanRejectedInSocks4();
    void namesAFamilyThatCannotBeReached();
    void offersNoMethod_data();
    void offersNoMethod();
    void refusesWrongLogin_data();
    void refusesWrongLogin();
    void closesWithoutReply_data();
    void closesWithoutReply();
    void recordsWhyEachOfThemWasRefused();
    void refusesSocks4WherePasswordsAreAsked();
    void refusesClientsOutsideTheRange();
    void refusesItsOwnListeners_data();
    void refusesItsOwnListeners();
    void refusesWhatTheDefaultBlocks();
    void letsTheRefusalArriveWhenMoreWasSent();
    void recordsTheRefusalOfAClientThatResets();
    void forgetsAClientThatLeavesAtEachState_data();
    void forgetsAClientThatLeavesAtEachState();
};

void TestEngineRefuse::initTestCase()
{
    m_open = std::make_unique<test::TestEngine>();
    m_locked = std::make_unique<test::TestEngine>(test::passwordProfile());
}

void TestEngineRefuse::expectRecord(test::TestEngine &engine, const Endpoint &client, ErrorCode error)
{
    m_expected.append({&engine, client, error, QTest::currentDataTag()});
}

void TestEngineRefuse::recordsWhyEachOfThemWasRefused()
{
    if (m_expected.isEmpty())
        QSKIP("Nothing was refused before");
    for (const Expected &expected : std::as_const(m_expected)) {
        const Connection ended = expected.engine->endedOf(expected.client);
        QVERIFY2(ended.state == ConnectionState::Failed, expected.title.constData());
        QVERIFY2(ended.error.code == expected.error, expected.title.constData());
        const EventCode code =
            expected.error == ErrorCode::LoginFailed ? EventCode::LoginFailed : EventCode::ConnectionFailed;
        QVERIFY2(expected.engine->hasEvent(code, expected.error), expected.title.constData());
    }
    QCOMPARE(m_open->totals().failed + m_locked->totals().failed, std::uint64_t(m_expected.size()));
    QCOMPARE(m_open->totals().live + m_locked->totals().live, 0U);
}

void TestEngineRefuse::saysWhyInSocks5_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<int>("reply");
    QTest::addColumn<ErrorCode>("error");

    static const test::RefusingEndpoint refusing;
    const int refusingPort = refusing.endpoint().port;
    using enum ErrorCode;
    const auto row = [](const char *title, const QByteArray &request, int reply, ErrorCode error) {
        QTest::newRow(title) << request << reply << error;
    };
    row("refused", test::socks5Request(refusing.endpoint()), 5, ConnectionRefused);
    row("refused by all addresses of a name", test::socks5Request("localhost", refusingPort), 5,
        ConnectionRefused);
    // Broadcast and multicast addresses have no TCP; the system says so without sending anything.
    row("broadcast address", test::socks5Request(test::endpoint("255.255.255.255", 80)), 3,
        NetworkUnreachable);
    row("multicast address", test::socks5Request(test::endpoint("224.0.0.1", 80)), 3, NetworkUnreachable);
    row("unknown name", test::socks5Request(kImpossibleName, 80), 4, NameNotFound);
    row("name of dots", test::socks5Request("..", 80), 4, NameNotFound);
    row("bind for an unknown name", test::socks5Request(kImpossibleName, 80, test::kBind), 4, NameNotFound);
    row("bind for a broadcast address",
        test::socks5Request(test::endpoint("255.255.255.255", 80), test::kBind), 2, PermissionDenied);
    row("unknown command", test::socks5Request(refusing.endpoint(), 0xf0), 7, CommandUnsupported);
    row("unknown address type", QByteArray::fromHex("05010002 7f000001 0050"), 8, AddressTypeUnsupported);
    row("reserved byte set", QByteArray::fromHex("05010101 7f000001 0050"), 1, ProtocolError);
    row("name with NUL", test::socks5Request(QByteArray("a\0b", 3), 80), 1, ProtocolError);
    row("name with space", test::socks5Request("a b", 80), 1, ProtocolError);
    row("another version behind the greeting", QByteArray::fromHex("04010050 7f000001 00"), 1, ProtocolError);
}

void TestEngineRefuse::saysWhyInSocks5()
{
    QFETCH(const QByteArray, request);
    QFETCH(const int, reply);
    QFETCH(const ErrorCode, error);

    test::RawSocket client = test::RawSocket::connectTo(m_open->listener());
    expectRecord(*m_open, client.local(), error);
    client.send(test::socks5Greeting() + request);
    QCOMPARE(client.receive(2), kNoAuthentication);
    const test::SocksReply answer = test::readSocks5Reply(client);
    QCOMPARE(answer.code, reply);
    QCOMPARE(answer.bound.toString(), QStringLiteral("0.0.0.0:0"));
    QCOMPARE(client.waitForEnd(), test::StreamEnd::Fin);
}

void TestEngineRefuse::saysNoMoreThanRejectedInSocks4_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<ErrorCode>("error");

    static const test::RefusingEndpoint refusing;
    using enum ErrorCode;
    QTest::newRow("refused") << test::socks4Request(refusing.endpoint()) << ConnectionRefused;
    QTest::newRow("refused name") << test::socks4aRequest("localhost", refusing.endpoint().port)
                                  << ConnectionRefused;
    QTest::newRow("unreachable") << test::socks4Request(test::endpoint("255.255.255.255", 80))
                                 << NetworkUnreachable;
    QTest::newRow("unknown name") << test::socks4aRequest(kImpossibleName, 80) << NameNotFound;
    QTest::newRow("bind for an unknown name")
        << test::socks4aRequest(kImpossibleName, 80, "", test::kBind) << NameNotFound;
    QTest::newRow("bind for an address of IPv6")
        << test::socks4aRequest("::1", 80, "", test::kBind) << AddressFamilyUnsupported;
    QTest::newRow("unknown command") << test::socks4Request(refusing.endpoint(), "", 9) << CommandUnsupported;
    QTest::newRow("empty name") << test::socks4aRequest("", 80) << ProtocolError;
    QTest::newRow("user id too long")
        << test::socks4Request(refusing.endpoint(), QByteArray(300, 'u')) << ProtocolError;
}

void TestEngineRefuse::saysNoMoreThanRejectedInSocks4()
{
    QFETCH(const QByteArray, request);
    QFETCH(const ErrorCode, error);

    test::RawSocket client = test::RawSocket::connectTo(m_open->listener());
    expectRecord(*m_open, client.local(), error);
    client.send(request);
    const test::SocksReply answer = test::readSocks4Reply(client);
    QCOMPARE(answer.code, 91);
    QCOMPARE(answer.bound.toString(), QStringLiteral("0.0.0.0:0"));
    QCOMPARE(client.waitForEnd(), test::StreamEnd::Fin);
}

void TestEngineRefuse::namesAFamilyThatCannotBeReached()
{
    test::TestEngine engine;
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    client.send(test::socks5Greeting() + test::socks5Request(test::endpoint("ff02::1", 80)));
    QCOMPARE(client.receive(2), kNoAuthentication);
    // Network unreachable where there is IPv6, address type not supported where there is none.
    const int code = test::readSocks5Reply(client).code;
    QVERIFY2(code == 3 || code == 8, QByteArray::number(code).constData());
}

void TestEngineRefuse::offersNoMethod_data()
{
    QTest::addColumn<bool>("password");
    QTest::addColumn<QByteArray>("methods");

    QTest::newRow("password asked, none offered") << true << QByteArray::fromHex("00");
    QTest::newRow("password asked, GSSAPI offered") << true << QByteArray::fromHex("01");
    QTest::newRow("no password asked, password offered") << false << QByteArray::fromHex("02");
    QTest::newRow("no method offered") << false << QByteArray();
    QTest::newRow("255 unknown methods offered") << false << QByteArray(255, '\x80');
}

void TestEngineRefuse::offersNoMethod()
{
    QFETCH(const bool, password);
    QFETCH(const QByteArray, methods);

    test::TestEngine &engine = password ? *m_locked : *m_open;
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    expectRecord(engine, client.local(), ErrorCode::NoAcceptableMethod);
    client.send(test::socks5Greeting(methods) + test::socks5Request(test::endpoint("127.0.0.1", 80)));
    QCOMPARE(client.receiveAll(), QByteArray::fromHex("05ff"));
    QCOMPARE(client.end(), test::StreamEnd::Fin);
}

void TestEngineRefuse::refusesWrongLogin_data()
{
    QTest::addColumn<QByteArray>("login");
    QTest::addColumn<ErrorCode>("error");
    QTest::addColumn<Address>("from");

    using enum ErrorCode;
    // Each from an address of its own: one that has given wrong passwords has to wait.
    auto row = [last = std::uint32_t{0x7f000001}](const char *title, const QByteArray &login,
                                                  ErrorCode error) mutable {
        QTest::newRow(title) << login << error << Address::fromV4(++last);
    };
    row("wrong password", test::socks5Login("alice", "Secret"), LoginFailed);
    row("password cut short", test::socks5Login("alice", "secre"), LoginFailed);
    row("password with NUL inside", test::socks5Login("alice", QByteArray("sec\0ret", 7)), LoginFailed);
    row("empty password", test::socks5Login("alice", ""), LoginFailed);
    row("longest password", test::socks5Login("alice", QByteArray(255, 's')), LoginFailed);
    row("unknown user", test::socks5Login("mallory", "secret"), LoginFailed);
    row("user in capitals", test::socks5Login("Alice", "secret"), LoginFailed);
    row("user with NUL behind", test::socks5Login(QByteArray("alice\0", 6), "secret"), LoginFailed);
    row("user that is no UTF-8", test::socks5Login("\xff\xfe", "secret"), LoginFailed);
    row("empty user", test::socks5Login("", "secret"), ProtocolError);
    row("request in its place", test::socks5Request(test::endpoint("127.0.0.1", 80)), ProtocolError);
}

void TestEngineRefuse::refusesWrongLogin()
{
    QFETCH(const QByteArray, login);
    QFETCH(const ErrorCode, error);
    QFETCH(const Address, from);

    const test::RawListener listener;
    test::RawSocket::Options options;
    options.bindTo = from;
    test::RawSocket client = test::RawSocket::connectTo(m_locked->listener(), options);
    expectRecord(*m_locked, client.local(), error);
    client.send(test::socks5Greeting("\x02") + login + test::socks5Request(listener.endpoint()));
    QCOMPARE(client.receiveAll(), QByteArray::fromHex("0502 0101"));
    QCOMPARE(client.end(), test::StreamEnd::Fin);
    QVERIFY(!listener.accept(milliseconds{0}).isOpen());
}

void TestEngineRefuse::closesWithoutReply_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<int>("protocols");

    const int both = static_cast<int>(Protocols(Protocol::Socks4 | Protocol::Socks5).toInt());
    QTest::newRow("zero") << QByteArray(1, '\0') << both;
    QTest::newRow("six") << QByteArray(1, '\x06') << both;
    QTest::newRow("HTTP") << QByteArray("GET / HTTP/1.1\r\nHost: a\r\n\r\n") << both;
    QTest::newRow("TLS") << QByteArray::fromHex("16030100") + test::patternBytes(200) << both;
    QTest::newRow("noise") << '\xff' + test::patternBytes(20'000) << both;
    QTest::newRow("socks4 where only socks5 is spoken")
        << test::socks4Request(test::endpoint("127.0.0.1", 80)) << static_cast<int>(Protocol::Socks5);
    QTest::newRow("socks5 where only socks4 is spoken")
        << test::socks5Greeting() << static_cast<int>(Protocol::Socks4);
}

void TestEngineRefuse::closesWithoutReply()
{
    QFETCH(const QByteArray, bytes);
    QFETCH(const int, protocols);

    Profile profile = test::openProfile();
    profile.listeners.front().protocols = Protocols::fromInt(protocols);
    test::TestEngine engine(profile);
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    const Endpoint clientAddress = client.local();
    client.send(bytes);
    QCOMPARE(client.receiveAll(), QByteArray());
    QVERIFY(client.end() != test::StreamEnd::Open);
    QCOMPARE(engine.endedOf(clientAddress).error.code, ErrorCode::ProtocolError);
}

void TestEngineRefuse::refusesSocks4WherePasswordsAreAsked()
{
    test::TestEngine engine(test::passwordProfile());
    const test::RawListener listener;
    for (const QByteArray &request : {test::socks4Request(listener.endpoint(), "alice"),
                                      test::socks4aRequest("localhost", listener.endpoint().port, "alice")}) {
        test::RawSocket client = test::RawSocket::connectTo(engine.listener());
        client.send(request);
        QCOMPARE(test::readSocks4Reply(client).code, 91);
        QCOMPARE(client.waitForEnd(), test::StreamEnd::Fin);
        QVERIFY(!listener.accept(milliseconds{0}).isOpen());
    }
}

void TestEngineRefuse::refusesClientsOutsideTheRange()
{
    Profile profile = test::openProfile();
    profile.listeners.front().clients = {test::range("127.0.0.1/32"), test::range("127.0.7.0/24")};
    test::TestEngine engine(profile);
    const test::RawListener listener;
    const auto connectFrom = [&](const char *address) {
        test::RawSocket::Options options;
        options.bindTo = test::address(address);
        return test::connectThrough(engine.listener(), listener.endpoint(), options);
    };
    QVERIFY(connectFrom("127.0.0.1").isOpen());
    QVERIFY(connectFrom("127.0.7.255").isOpen());
    QVERIFY(!connectFrom("127.0.0.2").isOpen());
    QVERIFY(!connectFrom("127.0.8.0").isOpen());
    QVERIFY(engine.waitFor([&] { return engine.totals().refused == 2; }));
    QVERIFY(engine.hasEvent(EventCode::ClientRefused, ErrorCode::ClientAddressNotAllowed));
    QCOMPARE(engine.totals().accepted, std::uint64_t(2));
}

void TestEngineRefuse::refusesItsOwnListeners_data()
{
    QTest::addColumn<QString>("listensOn");
    QTest::addColumn<QByteArray>("host");

    const auto row = [](const char *listensOn, const char *host) {
        QTest::addRow("%s by %s", listensOn, host) << QString::fromLatin1(listensOn) << QByteArray(host);
    };
    row("127.0.0.1", "127.0.0.1");
    row("127.0.0.1", "localhost");
    row("127.0.0.1", "::ffff:127.0.0.1");
    row("127.0.0.1", "0.0.0.0");
    row("0.0.0.0", "127.0.0.1");
    row("0.0.0.0", "127.9.9.9");
    row("0.0.0.0", "0.0.0.0");
    row("::1", "::1");
    row("::1", "::");
    row("::", "::1");
}

/// Or one request would open connections until the system has no descriptors left.
void TestEngineRefuse::refusesItsOwnListeners()
{
    QFETCH(const QString, listensOn);
    QFETCH(const QByteArray, host);
    if ((listensOn.contains(u':') || host.startsWith("::")) && !test::hasIpv6())
        QSKIP("This machine has no IPv6 loopback");

    Profile profile = test::openProfile();
    ListenerProfile other = test::localListener("Other");
    other.address = *Address::fromLiteral(listensOn);
    profile.listeners << other;
    test::TestEngine engine(profile);
    const int port = engine.listener(1).port;
    QVERIFY(port != 0);
    test::RawSocket client = test::RawSocket::connectTo(engine.listener(0));
    client.send(test::socks5Greeting() + test::socks5Request(host, port));
    QCOMPARE(client.receive(2), kNoAuthentication);
    QCOMPARE(test::readSocks5Reply(client).code, 2);
    client.close();
    QVERIFY(engine.waitForCounts(1, 0));
    QVERIFY(engine.hasEvent(EventCode::ConnectionFailed, ErrorCode::LoopDetected));
}

void TestEngineRefuse::refusesWhatTheDefaultBlocks()
{
    Profile profile = test::openProfile();
    profile.defaultAction = Action::block();
    test::TestEngine engine(profile);
    const test::RawListener listener;
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    client.send(test::socks5Greeting() + test::socks5Request(listener.endpoint()));
    QCOMPARE(client.receive(2), kNoAuthentication);
    QCOMPARE(test::readSocks5Reply(client).code, 2);
    QVERIFY(!listener.accept(milliseconds{0}).isOpen());
}

/// Closing with input unread would send an RST, which may overtake the reply.
void TestEngineRefuse::letsTheRefusalArriveWhenMoreWasSent()
{
    test::TestEngine engine;
    const test::RefusingEndpoint refusing;
    for (int i = 0; i < test::rounds(50); ++i) {
        test::RawSocket client = test::RawSocket::connectTo(engine.listener());
        client.send(test::socks5Greeting() + test::socks5Request(refusing.endpoint()) +
                    test::patternBytes(200'000));
        QCOMPARE(client.receive(2), kNoAuthentication);
        QCOMPARE(test::readSocks5Reply(client).code, 5);
    }
}

void TestEngineRefuse::recordsTheRefusalOfAClientThatResets()
{
    test::TestEngine engine;
    const test::RefusingEndpoint refusing;
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    client.send(test::socks5Greeting() + test::socks5Request(refusing.endpoint()));
    QCOMPARE(client.receive(2), kNoAuthentication);
    // As nc does, which reads no further than the code.
    QCOMPARE(client.receive(4), QByteArray::fromHex("05050001"));
    const Endpoint clientAddress = client.local();
    client.reset();
    QCOMPARE(engine.endedOf(clientAddress).error.code, ErrorCode::ConnectionRefused);
}

void TestEngineRefuse::forgetsAClientThatLeavesAtEachState_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<bool>("reset");

    struct State {
        const char *title;
        QByteArray sent;
        const char *answer;
    };
    const QByteArray greeting = test::socks5Greeting("\x02");
    const QByteArray login = test::socks5Login("alice", "secret");
    const QByteArray request = test::socks5Request(test::endpoint("127.0.0.1", 80));
    const State states[] = {
        {"nothing", {}, ""},
        {"half a greeting", greeting.first(2), ""},
        {"greeting", greeting, "0502"},
        {"half a login", greeting + login.first(4), "0502"},
        {"login", greeting + login, "05020100"},
        {"half a request", greeting + login + request.first(7), "05020100"},
        {"half a socks4 request", test::socks4Request(test::endpoint("127.0.0.1", 80)).first(5), ""},
    };
    for (const State &state : states) {
        QTest::addRow("%s, FIN", state.title) << state.sent << QByteArray::fromHex(state.answer) << false;
        QTest::addRow("%s, RST", state.title) << state.sent << QByteArray::fromHex(state.answer) << true;
    }
}

void TestEngineRefuse::forgetsAClientThatLeavesAtEachState()
{
    QFETCH(const QByteArray, sent);
    QFETCH(const QByteArray, answer);
    QFETCH(const bool, reset);

    test::TestEngine engine(test::passwordProfile());
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    const Endpoint clientAddress = client.local();
    client.send(sent);
    QCOMPARE(client.receive(answer.size()), answer);
    // A client that is reset before it was accepted is none.
    QVERIFY(!answer.isEmpty() || engine.waitForCounts(1, 1));
    if (reset)
        client.reset();
    else
        client.close();
    const Connection ended = engine.endedOf(clientAddress);
    QCOMPARE(ended.state, ConnectionState::Failed);
    QCOMPARE(ended.error.code, ErrorCode::ClientGone);
    QCOMPARE(engine.totals().live, 0U);
}

QTEST_GUILESS_MAIN(TestEngineRefuse)
#include "tst_engine_refuse.moc"
