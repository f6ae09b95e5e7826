// SPDX-License-Identifier: MIT
#include "engine/limits.h"

#include "tests/support/bytes.h"
#include "tests/support/pumps.h"
#include "tests/support/socksclient.h"
#include "tests/support/testengine.h"

#include <QTest>

using namespace engine;
using std::chrono::milliseconds;

Q_DECLARE_METATYPE(engine::ErrorCode)

namespace
{

const QByteArray kEnd = "\r\n\r\n";
const QByteArray kEstablished = "HTTP/1.1 200 Connection established\r\n\r\n";
/// A name whose form no resolver accepts, so that no query leaves the machine.
const QByteArray kImpossibleName = QByteArray(64, 'x') + ".example";

/// Lets a profile's listeners speak HTTP too.
Profile withHttp(Profile profile)
{
    for (ListenerProfile &listener : profile.listeners)
        listener.protocols |= Protocol::Http;
    return profile;
}

QByteArray authority(const QByteArray &host, int port)
{
    return (host.contains(':') ? '[' + host + ']' : host) + ':' + QByteArray::number(port);
}

QByteArray connectRequest(const QByteArray &host, int port, const QByteArray &headers = {})
{
    const QByteArray target = authority(host, port);
    return "CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n" + headers + "\r\n";
}

QByteArray connectRequest(const Endpoint &target, const QByteArray &headers = {})
{
    return connectRequest(target.address.toString().toUtf8(), target.port, headers);
}

QByteArray basicLogin(const QByteArray &user, const QByteArray &password)
{
    return "Proxy-Authorization: Basic " + (user + ':' + password).toBase64() + "\r\n";
}

/// The status of an error page that must be whole and well formed; 0 when it is not.
int statusOf(const QByteArray &page)
{
    const qsizetype headSize = page.indexOf(kEnd) + kEnd.size();
    const QByteArray length = "\r\nContent-Length: " + QByteArray::number(page.size() - headSize) + "\r\n";
    if (!page.startsWith("HTTP/1.1 ") || !page.contains("\r\nConnection: close\r\n") ||
        !page.contains(length))
        return 0;
    return page.sliced(9, 3).toInt();
}

} // namespace

class TestEngineHttp : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void connects_data();
    void connects();
    void takesEarlyDataOfAnySize_data();
    void takesEarlyDataOfAnySize();
    void asksForThePassword();
    void takesTheLoginWithTheRequest_data();
    void takesTheLoginWithTheRequest();
    void refusesWrongLogin_data();
    void refusesWrongLogin();
    void saysWhy_data();
    void saysWhy();
    void refusesItsOwnListener();
    void refusesWhatTheDefaultBlocks();
    void refusesAHeadThatDoesNotEnd_data();
    void refusesAHeadThatDoesNotEnd();
    void tellsASlowClientThatItsTimeIsUp();
    void letsTheRefusalArriveWhenMoreWasSent();
    void servesHttpAloneOrBesideSocks();
    void forgetsAClientThatLeavesAtEachState_data();
    void forgetsAClientThatLeavesAtEachState();
};

void TestEngineHttp::connects_data()
{
    QTest::addColumn<RelayPump>("pump");
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<QByteArray>("listensOn");
    QTest::addColumn<int>("step");

    const std::pair<const char *, RelayPump> pumps[] = {{"native", RelayPump::Native},
                                                        {"portable", RelayPump::Portable}};
    const std::pair<const char *, const char *> hosts[] = {
        {"127.0.0.1", "127.0.0.1"}, {"::1", "::1"}, {"localhost", "127.0.0.1"}, {"LOCALHOST", "127.0.0.1"}};
    const std::pair<const char *, int> steps[] = {{"whole", 0}, {"split", 20}, {"byte by byte", 1}};
    for (const auto &[pumpName, pump] : pumps) {
        for (const auto &[host, listensOn] : hosts) {
            for (const auto &[stepName, step] : steps) {
                QTest::addRow("%s, %s, %s", pumpName, host, stepName)
                    << pump << QByteArray(host) << QByteArray(listensOn) << step;
            }
        }
    }
}

void TestEngineHttp::connects()
{
    QFETCH(const RelayPump, pump);
    QFETCH(const QByteArray, host);
    QFETCH(const QByteArray, listensOn);
    QFETCH(const int, step);
    if (listensOn == "::1" && !test::hasIpv6())
        QSKIP("This machine has no IPv6 loopback");

    Profile profile = withHttp(test::openProfile());
    profile.relayPump = pump;
    test::TestEngine engine(profile);
    const test::RawListener listener(test::address(listensOn));
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    const Endpoint clientAddress = client.local();
    const QByteArray request = connectRequest(host, listener.endpoint().port, "User-Agent: test\r\n");
    if (step == 1)
        client.sendByteByByte(request);
    for (qsizetype sent = 0; step != 1 && sent<request.size(); sent += step> 0 ? step : request.size())
        client.send(step > 0 ? request.mid(sent, step) : request);
    QCOMPARE(client.receive(kEstablished.size()), kEstablished);
    test::RawSocket target = listener.accept();
    QVERIFY(client.send("question"));
    QCOMPARE(target.receive(8), QByteArray("question"));
    QVERIFY(target.send("answer"));
    QCOMPARE(client.receive(6), QByteArray("answer"));
    client.shutdownWrite();
    QCOMPARE(target.waitForEnd(), test::StreamEnd::Fin);
    target.close();
    QCOMPARE(client.waitForEnd(), test::StreamEnd::Fin);

    if (pump != RelayPump::Native || step != 0)
        return;
    const Connection ended = engine.endedOf(clientAddress);
    QCOMPARE(ended.state, ConnectionState::Closed);
    QCOMPARE(ended.protocol, ClientProtocol::Http);
    QCOMPARE(ended.targetHost, QString::fromLatin1(host));
    QCOMPARE(ended.dialed, listener.endpoint());
    QCOMPARE(ended.bytesUp, std::uint64_t(8));
    QCOMPARE(ended.bytesDown, std::uint64_t(6));
    QCOMPARE(ended.user, QString());
}

void TestEngineHttp::takesEarlyDataOfAnySize_data()
{
    test::addPumpRows();
}

/// A client that does not wait for the answer: nothing it sent ahead may be lost, doubled or out of order.
void TestEngineHttp::takesEarlyDataOfAnySize()
{
    test::TestEngine engine(withHttp(test::pumpProfile()));
    const test::RawListener listener;
    for (const int size : {1, 4095, 4096, 4097, 65'535, 65'536, 300'000}) {
        const QByteArray early = test::patternBytes(size, static_cast<quint32>(size));
        test::RawSocket client = test::RawSocket::connectTo(engine.listener());
        QVERIFY(client.send(connectRequest(listener.endpoint()) + early));
        client.shutdownWrite();
        test::RawSocket target = listener.accept();
        QVERIFY(target.receiveAll() == early);
        QCOMPARE(target.end(), test::StreamEnd::Fin);
        QCOMPARE(client.receive(kEstablished.size()), kEstablished);
    }
}

/// What a browser does: it asks, is told, and asks again with what its user typed.
void TestEngineHttp::asksForThePassword()
{
    test::TestEngine engine(withHttp(test::passwordProfile()));
    const test::RawListener listener;
    for (const QByteArray &headers : {QByteArray(), QByteArray("Proxy-Authorization: Digest a=b\r\n"),
                                      QByteArray("Proxy-Authorization: Basic ???\r\n"),
                                      QByteArray("Authorization: Basic YWxpY2U6c2VjcmV0\r\n")}) {
        test::RawSocket client = test::RawSocket::connectTo(engine.listener());
        client.send(connectRequest(listener.endpoint(), headers));
        const QByteArray page = client.receiveAll();
        QCOMPARE(statusOf(page), 407);
        QVERIFY(page.contains("\r\nProxy-Authenticate: Basic realm=\"Hosier\""));
        QCOMPARE(client.end(), test::StreamEnd::Fin);
    }
    QVERIFY(!listener.accept(milliseconds{0}).isOpen());
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    client.send(connectRequest(listener.endpoint(), basicLogin("alice", "secret")));
    QCOMPARE(client.receive(kEstablished.size()), kEstablished);
    QVERIFY(engine.waitFor([&] { return engine.liveOf(client.local()).user == QStringLiteral("alice"); }));
}

void TestEngineHttp::takesTheLoginWithTheRequest_data()
{
    test::addPumpRows();
}

/// The first login waits for the helper thread, the later ones are remembered: the request goes on either
/// way, and so does what was sent behind it.
void TestEngineHttp::takesTheLoginWithTheRequest()
{
    Profile profile = withHttp(test::passwordProfile());
    profile.relayPump = test::pumpProfile().relayPump;
    test::TestEngine engine(profile);
    const test::RawListener listener;
    for (int i = 0; i < 3; ++i) {
        test::RawSocket client = test::RawSocket::connectTo(engine.listener());
        client.send(connectRequest(listener.endpoint(), basicLogin("alice", "secret")) + "early");
        client.shutdownWrite();
        test::RawSocket target = listener.accept();
        QCOMPARE(target.receiveAll(), QByteArray("early"));
        QCOMPARE(client.receive(kEstablished.size()), kEstablished);
    }
}

void TestEngineHttp::refusesWrongLogin_data()
{
    QTest::addColumn<QByteArray>("login");
    QTest::newRow("wrong password") << basicLogin("alice", "Secret");
    QTest::newRow("empty password") << basicLogin("alice", "");
    QTest::newRow("unknown user") << basicLogin("mallory", "secret");
    QTest::newRow("user that is no UTF-8") << basicLogin("\xff\xfe", "secret");
}

void TestEngineHttp::refusesWrongLogin()
{
    QFETCH(const QByteArray, login);

    test::TestEngine engine(withHttp(test::passwordProfile()));
    const test::RawListener listener;
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    const Endpoint clientAddress = client.local();
    client.send(connectRequest(listener.endpoint(), login) + "early data");
    QCOMPARE(statusOf(client.receiveAll()), 407);
    QCOMPARE(client.end(), test::StreamEnd::Fin);
    QVERIFY(!listener.accept(milliseconds{0}).isOpen());
    QCOMPARE(engine.endedOf(clientAddress).error.code, ErrorCode::LoginFailed);
    QVERIFY(engine.hasEvent(EventCode::LoginFailed, ErrorCode::LoginFailed));
}

void TestEngineHttp::saysWhy_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<int>("status");
    QTest::addColumn<ErrorCode>("error");

    static const test::RefusingEndpoint refusing;
    static const test::RawListener waiting;
    using enum ErrorCode;
    const auto row = [](const char *title, const QByteArray &request, int status, ErrorCode error) {
        QTest::newRow(title) << request << status << error;
    };
    row("refused", connectRequest(refusing.endpoint()), 502, ConnectionRefused);
    row("refused by all addresses of a name", connectRequest("localhost", refusing.endpoint().port), 502,
        ConnectionRefused);
    row("broadcast address", connectRequest("255.255.255.255", 80), 502, NetworkUnreachable);
    row("unknown name", connectRequest(kImpossibleName, 80), 502, NameNotFound);
    row("origin form", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", 400, ProtocolError);
    row("absolute form, refused",
        "GET http://" + refusing.endpoint().toString().toUtf8() + "/ HTTP/1.1\r\n\r\n", 502,
        ConnectionRefused);
    row("another scheme", "GET ftp://localhost/ HTTP/1.1\r\nHost: localhost\r\n\r\n", 501, NotSupported);
    row("another protocol", "EHLO mail.example\r\n", 400, ProtocolError);
    row("connect without port", "CONNECT localhost HTTP/1.1\r\n\r\n", 400, ProtocolError);
    const auto smuggle = [&row](const char *title, const QByteArray &headers) {
        row(title, connectRequest(waiting.endpoint(), headers), 400, ProtocolError);
    };
    smuggle("length and chunked", "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n");
    smuggle("two lengths", "Content-Length: 0\r\nContent-Length: 1\r\n");
    smuggle("body behind connect", "Content-Length: 5\r\n");
    smuggle("folded header", "A: b\r\n c\r\n");
    smuggle("space before the colon", "Content-Length : 0\r\n");
    smuggle("bare CR", "A: b\rc\r\n");
    smuggle("bare LF", "A: b\nc: d\r\n");
    smuggle("NUL", QByteArray("A: b\0c\r\n", 8));
    smuggle("two hosts", "Host: b\r\n");
    smuggle("too many headers", QByteArray("A: b\r\n").repeated(kMaximumHttpHeaders));
    smuggle("head too large", "A: " + QByteArray(kMaximumHttpHeadSize, 'b') + "\r\n");
}

void TestEngineHttp::saysWhy()
{
    QFETCH(const QByteArray, request);
    QFETCH(const int, status);
    QFETCH(const ErrorCode, error);

    test::TestEngine engine(withHttp(test::openProfile()));
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    const Endpoint clientAddress = client.local();
    client.send(request);
    const QByteArray page = client.receiveAll();
    QCOMPARE(statusOf(page), status);
    QVERIFY2(page.contains(errorRow(error).text), page.constData());
    QCOMPARE(client.end(), test::StreamEnd::Fin);
    client.close();
    const Connection ended = engine.endedOf(clientAddress);
    QCOMPARE(ended.error.code, error);
    QCOMPARE(ended.protocol, ClientProtocol::Http);
}

/// Or one request would open connections until the system has no descriptors left.
void TestEngineHttp::refusesItsOwnListener()
{
    test::TestEngine engine(withHttp(test::openProfile()));
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    client.send(connectRequest("localhost", engine.listener().port));
    QCOMPARE(statusOf(client.receiveAll()), 403);
    client.close();
    QVERIFY(engine.waitForCounts(1, 0));
    QVERIFY(engine.hasEvent(EventCode::ConnectionFailed, ErrorCode::LoopDetected));
}

void TestEngineHttp::refusesWhatTheDefaultBlocks()
{
    Profile profile = withHttp(test::openProfile());
    profile.defaultAction = Action::block();
    test::TestEngine engine(profile);
    const test::RawListener listener;
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    client.send(connectRequest(listener.endpoint()));
    QCOMPARE(statusOf(client.receiveAll()), 403);
    QVERIFY(!listener.accept(milliseconds{0}).isOpen());
}

void TestEngineHttp::refusesAHeadThatDoesNotEnd_data()
{
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("one line") << QByteArray(2 * kMaximumHttpHeadSize, 'x');
    QTest::newRow("one header") << QByteArray("CONNECT a:1 HTTP/1.1\r\nA: ") + QByteArray(500'000, 'x');
    QTest::newRow("exactly full") << QByteArray(kMaximumHttpHeadSize, 'x');
}

void TestEngineHttp::refusesAHeadThatDoesNotEnd()
{
    QFETCH(const QByteArray, bytes);
    test::TestEngine engine(withHttp(test::openProfile()));
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    client.send(bytes);
    QCOMPARE(statusOf(client.receiveAll()), 400);
}

void TestEngineHttp::tellsASlowClientThatItsTimeIsUp()
{
    Profile profile = withHttp(test::openProfile());
    profile.limits.handshakeTimeout = test::scaled(milliseconds{300});
    test::TestEngine engine(profile);
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    const Endpoint clientAddress = client.local();
    client.send("CONNECT localhost:80 HT");
    QCOMPARE(statusOf(client.receiveAll()), 408);
    client.close();
    QCOMPARE(engine.endedOf(clientAddress).error.code, ErrorCode::HandshakeTimedOut);
}

/// Closing with input unread would send an RST, which may overtake the page.
void TestEngineHttp::letsTheRefusalArriveWhenMoreWasSent()
{
    test::TestEngine engine(withHttp(test::openProfile()));
    const test::RefusingEndpoint refusing;
    for (int i = 0; i < test::rounds(30); ++i) {
        test::RawSocket client = test::RawSocket::connectTo(engine.listener());
        client.send(connectRequest(refusing.endpoint()) + test::patternBytes(200'000));
        QVERIFY(client.receive(12).startsWith("HTTP/1.1 502"));
    }
}

void TestEngineHttp::servesHttpAloneOrBesideSocks()
{
    const test::RawListener listener;
    Profile profile = withHttp(test::openProfile());
    {
        test::TestEngine engine(profile);
        QVERIFY(test::openRelay(engine.listener(), listener).isOpen());
        QVERIFY(engine.status().protocols.testFlag(Protocol::Http));
    }
    profile.listeners.front().protocols = Protocol::Http;
    test::TestEngine engine(profile);
    QVERIFY(!test::openRelay(engine.listener(), listener).isOpen());
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    client.send(connectRequest(listener.endpoint()));
    QCOMPARE(client.receive(kEstablished.size()), kEstablished);
}

void TestEngineHttp::forgetsAClientThatLeavesAtEachState_data()
{
    QTest::addColumn<QByteArray>("sent");
    QTest::addColumn<bool>("reset");
    const QByteArray request = connectRequest("127.0.0.1", 80);
    const std::pair<const char *, QByteArray> states[] = {
        {"one letter", request.first(1)},
        {"half a line", request.first(12)},
        {"half a header", request.chopped(7)},
        {"all but the last byte", request.chopped(1)},
    };
    for (const auto &[title, sent] : states) {
        QTest::addRow("%s, FIN", title) << sent << false;
        QTest::addRow("%s, RST", title) << sent << true;
    }
}

void TestEngineHttp::forgetsAClientThatLeavesAtEachState()
{
    QFETCH(const QByteArray, sent);
    QFETCH(const bool, reset);

    test::TestEngine engine(withHttp(test::openProfile()));
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    const Endpoint clientAddress = client.local();
    client.send(sent);
    QVERIFY(engine.waitForCounts(1, 1));
    if (reset)
        client.reset();
    else
        client.close();
    QCOMPARE(engine.endedOf(clientAddress).error.code, ErrorCode::ClientGone);
    QCOMPARE(engine.totals().live, 0U);
}

QTEST_GUILESS_MAIN(TestEngineHttp)
#include "tst_engine_http.moc"
