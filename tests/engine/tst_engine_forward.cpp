// SPDX-License-Identifier: MIT
#include "tests/support/bytes.h"
#include "tests/support/pumps.h"
#include "tests/support/testengine.h"

#include <QTest>

// HTTP requests in absolute form: RFC 9112.

using namespace engine;
using std::chrono::milliseconds;

namespace
{

const QByteArray kEnd = "\r\n\r\n";

QByteArray get(const Endpoint &target, const QByteArray &path = "/", const QByteArray &headers = {},
               const QByteArray &method = "GET")
{
    return method + " http://" + target.toString().toUtf8() + path +
           " HTTP/1.1\r\nHost: ignored.example\r\n" + headers + "\r\n";
}

QByteArray answer(const QByteArray &body, const QByteArray &headers = {})
{
    return "HTTP/1.1 200 OK\r\n" + headers + "Content-Length: " + QByteArray::number(body.size()) + kEnd +
           body;
}

QByteArray readHead(test::RawSocket &socket)
{
    QByteArray head;
    while (!head.endsWith(kEnd)) {
        const QByteArray byte = socket.receive(1);
        if (byte.isEmpty())
            break;
        head += byte;
    }
    return head;
}

QByteArray chunk(const QByteArray &data)
{
    return QByteArray::number(data.size(), 16) + "\r\n" + data + "\r\n";
}

} // namespace

class TestEngineForward : public QObject
{
    Q_OBJECT

private:
    std::unique_ptr<test::TestEngine> m_engine;
    [[nodiscard]] test::RawSocket connectClient() { return test::RawSocket::connectTo(m_engine->listener()); }

private Q_SLOTS:
    void initTestCase_data() { test::addPumpRows(); }
    void init();
    void rewritesTheRequest();
    void removesWhatIsForTheProxyFromTheResponse();
    void answersPipelinedRequestsInOrder();
    void dialsAgainForAnotherOrigin();
    void dialsAgainWhenTheTargetHungUp();
    void repeatsARequestTheReusedTargetNeverSaw();
    void doesNotRepeatAPost();
    void endsTheResponseWhere_data();
    void endsTheResponseWhere();
    void passesABodyUp_data();
    void passesABodyUp();
    void passesInterimResponses();
    void closesAfterAnEarlyAnswer();
    void becomesATunnel();
    void keepsNoConnectionForHttp10();
    void refusesMalformed_data();
    void refusesMalformed();
    void resetsTheClientWhenTheTargetBreaksOff();
    void holdsBackAFastTarget();
    void refusesConnectOnAUsedConnection();
    void asksForTheLoginFirst();
    void forgetsAClientThatLeaves();
};

void TestEngineForward::init()
{
    QFETCH_GLOBAL(const RelayPump, pump);
    Profile profile = test::openProfile();
    profile.relayPump = pump;
    profile.listeners.front().protocols |= Protocol::Http;
    m_engine = std::make_unique<test::TestEngine>(profile);
}

void TestEngineForward::rewritesTheRequest()
{
    const test::RawListener listener;
    test::RawSocket client = connectClient();
    client.sendByteByByte(get(listener.endpoint(), "/a?b=c",
                              "Proxy-Connection: keep-alive\r\nProxy-Authorization: Basic YTpi\r\n"
                              "Connection: keep-alive, X-Hop\r\nX-Hop: 1\r\nTE: trailers\r\nCookie: d\r\n"));
    test::RawSocket target = listener.accept();
    QCOMPARE(readHead(target), "GET /a?b=c HTTP/1.1\r\nHost: " + listener.endpoint().toString().toUtf8() +
                                   "\r\nCookie: d\r\n\r\n");
    target.send(answer("hello"));
    QCOMPARE(client.receive(answer("hello").size()), answer("hello"));
    const Endpoint address = client.local();
    client.close();
    const Connection ended = m_engine->endedOf(address);
    QCOMPARE(ended.state, ConnectionState::Closed);
    QCOMPARE(ended.protocol, ClientProtocol::Http);
    QCOMPARE(ended.target(), listener.endpoint().toString());
    QCOMPARE(ended.bytesDown, std::uint64_t(answer("hello").size()));
}

void TestEngineForward::removesWhatIsForTheProxyFromTheResponse()
{
    const test::RawListener listener;
    test::RawSocket client = connectClient();
    client.send(get(listener.endpoint()));
    test::RawSocket target = listener.accept();
    target.send(answer("x", "Connection: X-Hop\r\nX-Hop: 1\r\nKeep-Alive: timeout=5\r\n"
                            "Proxy-Authenticate: Basic realm=\"evil\"\r\nSet-Cookie: a\r\n"));
    const QByteArray expected = answer("x", "Set-Cookie: a\r\n");
    QCOMPARE(client.receive(expected.size()), expected);
}

void TestEngineForward::answersPipelinedRequestsInOrder()
{
    const test::RawListener listener;
    test::RawSocket client = connectClient();
    client.send(get(listener.endpoint(), "/1") + get(listener.endpoint(), "/2") + "\r\n" +
                get(listener.endpoint(), "/3"));
    test::RawSocket target = listener.accept();
    for (const char *path : {"/1", "/2", "/3"}) {
        QVERIFY(readHead(target).startsWith(QByteArray("GET ") + path + ' '));
        // The next one waits for this one's answer.
        QCOMPARE(target.receive(1, milliseconds{20}), QByteArray());
        target.send(answer(path));
        QCOMPARE(client.receive(answer(path).size()), answer(path));
    }
    QVERIFY(!listener.accept(milliseconds{0}).isOpen());
}

void TestEngineForward::dialsAgainForAnotherOrigin()
{
    const test::RawListener first;
    const test::RawListener second;
    test::RawSocket client = connectClient();
    client.send(get(first.endpoint()) + get(second.endpoint()));
    test::RawSocket target = first.accept();
    readHead(target);
    target.send(answer("first"));
    QCOMPARE(client.receive(answer("first").size()), answer("first"));
    QCOMPARE(target.waitForEnd(), test::StreamEnd::Fin);
    target = second.accept();
    readHead(target);
    target.send(answer("second"));
    QCOMPARE(client.receive(answer("second").size()), answer("second"));
}

void TestEngineForward::dialsAgainWhenTheTargetHungUp()
{
    const test::RawListener listener;
    test::RawSocket client = connectClient();
    for (int i = 0; i < 3; ++i) {
        client.send(get(listener.endpoint()));
        test::RawSocket target = listener.accept();
        readHead(target);
        target.send(answer("x", "Connection: close\r\n"));
        target.close();
        QCOMPARE(client.receive(answer("x").size()), answer("x"));
    }
}

void TestEngineForward::repeatsARequestTheReusedTargetNeverSaw()
{
    const test::RawListener listener;
    test::RawSocket client = connectClient();
    client.send(get(listener.endpoint()));
    test::RawSocket target = listener.accept();
    readHead(target);
    target.send(answer("x"));
    QCOMPARE(client.receive(answer("x").size()), answer("x"));
    client.send(get(listener.endpoint(), "/again"));
    QVERIFY(readHead(target).startsWith("GET /again "));
    target.close();
    target = listener.accept();
    QVERIFY(readHead(target).startsWith("GET /again "));
    target.send(answer("y"));
    QCOMPARE(client.receive(answer("y").size()), answer("y"));
}

void TestEngineForward::doesNotRepeatAPost()
{
    const test::RawListener listener;
    test::RawSocket client = connectClient();
    client.send(get(listener.endpoint()));
    test::RawSocket target = listener.accept();
    readHead(target);
    target.send(answer("x"));
    QCOMPARE(client.receive(answer("x").size()), answer("x"));
    client.send(get(listener.endpoint(), "/", "Content-Length: 0\r\n", "POST"));
    readHead(target);
    target.close();
    QVERIFY(client.receiveAll().startsWith("HTTP/1.1 502 "));
    QVERIFY(!listener.accept(milliseconds{0}).isOpen());
}

void TestEngineForward::endsTheResponseWhere_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("response");
    const auto row = [](const char *title, const QByteArray &response, const char *method = "GET") {
        QTest::newRow(title) << QByteArray(method) << response;
    };
    row("the length says", answer(test::patternBytes(300'000)));
    row("nothing comes", answer(""));
    row("the chunks end", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked" + kEnd +
                              chunk(test::patternBytes(70'000)) + "5;ext=1\r\nhello\r\n" + "0\r\nTrailer: x" +
                              kEnd);
    row("HEAD has no body", "HTTP/1.1 200 OK\r\nContent-Length: 5" + kEnd, "HEAD");
    row("204 has no body", "HTTP/1.1 204 No Content" + kEnd);
    row("304 has no body", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5" + kEnd);
}

/// The next response must begin right behind it, on both connections.
void TestEngineForward::endsTheResponseWhere()
{
    QFETCH(const QByteArray, method);
    QFETCH(const QByteArray, response);

    const test::RawListener listener;
    test::RawSocket client = connectClient();
    client.send(get(listener.endpoint(), "/", {}, method));
    test::RawSocket target = listener.accept();
    readHead(target);
    target.send(response);
    QVERIFY(client.receive(response.size()) == response);
    client.send(get(listener.endpoint(), "/next"));
    QVERIFY(readHead(target).startsWith("GET /next "));
    target.sendByteByByte(answer("next"));
    QCOMPARE(client.receive(answer("next").size()), answer("next"));
}

void TestEngineForward::passesABodyUp_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("body");
    const QByteArray big = test::patternBytes(400'000);
    QTest::newRow("length") << QByteArray("Content-Length: 400000\r\n") << big;
    QTest::newRow("length that Connection names")
        << QByteArray("Connection: content-length\r\nContent-Length: 400000\r\n") << big;
    QTest::newRow("chunks") << QByteArray("Transfer-Encoding: chunked\r\n")
                            << QByteArray(chunk(big) + chunk("x") + "0\r\n\r\n");
}

void TestEngineForward::passesABodyUp()
{
    QFETCH(const QByteArray, headers);
    QFETCH(const QByteArray, body);

    const test::RawListener listener;
    test::RawSocket client = connectClient();
    client.send(get(listener.endpoint(), "/", headers, "POST") + body + get(listener.endpoint(), "/next"));
    test::RawSocket target = listener.accept();
    const QByteArray head = readHead(target);
    QVERIFY(head.contains(headers.mid(headers.indexOf(headers.contains("Content-L") ? "Content-L" : "Tr"))));
    QVERIFY(target.receive(body.size()) == body);
    QCOMPARE(target.receive(1, milliseconds{20}), QByteArray());
    target.send(answer("thanks"));
    QCOMPARE(client.receive(answer("thanks").size()), answer("thanks"));
    QVERIFY(readHead(target).startsWith("GET /next "));
}

void TestEngineForward::passesInterimResponses()
{
    const test::RawListener listener;
    test::RawSocket client = connectClient();
    client.send(get(listener.endpoint(), "/", "Expect: 100-continue\r\nContent-Length: 4\r\n", "PUT"));
    test::RawSocket target = listener.accept();
    QVERIFY(readHead(target).contains("Expect: 100-continue\r\n"));
    const QByteArray interim = "HTTP/1.1 100 Continue" + kEnd;
    target.send(interim);
    QCOMPARE(client.receive(interim.size()), interim);
    client.send("body");
    QCOMPARE(target.receive(4), QByteArray("body"));
    target.send(answer("done"));
    QCOMPARE(client.receive(answer("done").size()), answer("done"));
}

void TestEngineForward::closesAfterAnEarlyAnswer()
{
    const test::RawListener listener;
    test::RawSocket client = connectClient();
    client.send(get(listener.endpoint(), "/", "Content-Length: 1000000\r\n", "POST") + "part");
    test::RawSocket target = listener.accept();
    readHead(target);
    target.send(answer("too large"));
    QVERIFY(readHead(client).contains("\r\nConnection: close\r\n"));
    QCOMPARE(client.receiveAll(), QByteArray("too large"));
    QCOMPARE(client.end(), test::StreamEnd::Fin);
}

void TestEngineForward::becomesATunnel()
{
    const test::RawListener listener;
    test::RawSocket client = connectClient();
    client.send(get(listener.endpoint(), "/", "Connection: Upgrade\r\nUpgrade: websocket\r\n"));
    test::RawSocket target = listener.accept();
    QVERIFY(readHead(target).contains("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"));
    target.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade" + kEnd +
                "frame");
    QVERIFY(readHead(client).contains("\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"));
    QCOMPARE(client.receive(5), QByteArray("frame"));
    const QByteArray bytes = test::patternBytes(100'000);
    client.send(bytes);
    client.shutdownWrite();
    QVERIFY(target.receiveAll() == bytes);
    target.send("bye");
    target.close();
    QCOMPARE(client.receiveAll(), QByteArray("bye"));
}

void TestEngineForward::keepsNoConnectionForHttp10()
{
    const test::RawListener listener;
    test::RawSocket client = connectClient();
    client.send("GET http://" + listener.endpoint().toString().toUtf8() + "/ HTTP/1.0" + kEnd);
    client.shutdownWrite();
    test::RawSocket target = listener.accept();
    const QByteArray head = readHead(target);
    QVERIFY(head.startsWith("GET / HTTP/1.0\r\n"));
    QVERIFY(head.contains("\r\nConnection: close\r\n"));
    const QByteArray body = test::patternBytes(200'000);
    target.send("HTTP/1.0 200 OK" + kEnd + body);
    target.close();
    QVERIFY(readHead(client).contains("\r\nConnection: close\r\n"));
    QVERIFY(client.receiveAll() == body);
    QCOMPARE(client.end(), test::StreamEnd::Fin);
}

void TestEngineForward::refusesMalformed_data()
{
    QTest::addColumn<QByteArray>("response");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("another protocol") << QByteArray("SSH-2.0-x\r\n");
    QTest::newRow("half a head") << QByteArray("HTTP/1.1 200 OK\r\nA: ");
    QTest::newRow("two lengths") << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2" +
                                               kEnd);
    QTest::newRow("length and chunks")
        << QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked" + kEnd);
    QTest::newRow("switch that nobody asked for") << QByteArray("HTTP/1.1 101 X\r\nUpgrade: y" + kEnd);
    QTest::newRow("head without end") << QByteArray("HTTP/1.1 200 OK\r\nA: ") + QByteArray(200'000, 'x');
}

void TestEngineForward::refusesMalformed()
{
    QFETCH(const QByteArray, response);
    const test::RawListener listener;
    test::RawSocket client = connectClient();
    client.send(get(listener.endpoint()) + get(listener.endpoint(), "/next"));
    test::RawSocket target = listener.accept();
    readHead(target);
    target.send(response);
    target.shutdownWrite();
    const QByteArray page = client.receiveAll();
    QVERIFY2(page.startsWith("HTTP/1.1 502 "), page.constData());
    QCOMPARE(client.end(), test::StreamEnd::Fin);
}

/// A response that ends early must not look whole.
void TestEngineForward::resetsTheClientWhenTheTargetBreaksOff()
{
    const test::RawListener listener;
    for (const QByteArray &part :
         {QByteArray("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"),
          QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe"),
          QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n")}) {
        test::RawSocket client = connectClient();
        client.send(get(listener.endpoint()));
        test::RawSocket target = listener.accept();
        readHead(target);
        target.send(part);
        target.close();
        QCOMPARE(client.waitForEnd(), test::StreamEnd::Reset);
    }
}

void TestEngineForward::holdsBackAFastTarget()
{
    const test::RawListener listener;
    test::RawSocket client = connectClient();
    client.send(get(listener.endpoint()));
    test::RawSocket target = listener.accept();
    readHead(target);
    const QByteArray body = test::patternBytes(64 * 1024 * 1024);
    target.send("HTTP/1.1 200 OK\r\nContent-Length: " + QByteArray::number(body.size()) + kEnd);
    // The client reads nothing: what the target can send is what the sockets' buffers hold.
    QVERIFY(!target.send(body, milliseconds{500}));
    const QByteArray head = readHead(client);
    QVERIFY(head.startsWith("HTTP/1.1 200 OK"));
    target.close();
    QVERIFY(client.receiveAll().size() < body.size());
}

void TestEngineForward::refusesConnectOnAUsedConnection()
{
    const test::RawListener listener;
    test::RawSocket client = connectClient();
    client.send(get(listener.endpoint()) + "CONNECT " + listener.endpoint().toString().toUtf8() +
                " HTTP/1.1" + kEnd);
    test::RawSocket target = listener.accept();
    readHead(target);
    target.send(answer("x"));
    QCOMPARE(client.receive(answer("x").size()), answer("x"));
    QVERIFY(client.receiveAll().startsWith("HTTP/1.1 405 "));
}

void TestEngineForward::asksForTheLoginFirst()
{
    Profile profile = test::passwordProfile();
    profile.listeners.front().protocols |= Protocol::Http;
    test::TestEngine engine(profile);
    const test::RawListener listener;
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    client.send(get(listener.endpoint()));
    QVERIFY(client.receiveAll().startsWith("HTTP/1.1 407 "));
    for (int i = 0; i < 2; ++i) {
        client = test::RawSocket::connectTo(engine.listener());
        const QByteArray login =
            "Proxy-Authorization: Basic " + QByteArray("alice:secret").toBase64() + "\r\n";
        client.send(get(listener.endpoint(), "/", login) + get(listener.endpoint(), "/next", login));
        test::RawSocket target = listener.accept();
        for (int request = 0; request < 2; ++request) {
            QVERIFY(!readHead(target).contains("Proxy-"));
            target.send(answer("x"));
            QCOMPARE(client.receive(answer("x").size()), answer("x"));
        }
    }
}

void TestEngineForward::forgetsAClientThatLeaves()
{
    const test::RawListener listener;
    for (const bool reset : {false, true}) {
        test::RawSocket client = connectClient();
        const Endpoint address = client.local();
        client.send(get(listener.endpoint(), "/", "Content-Length: 10\r\n", "POST") + "half");
        test::RawSocket target = listener.accept();
        readHead(target);
        QCOMPARE(target.receive(4), QByteArray("half"));
        if (reset)
            client.reset();
        else
            client.close();
        QVERIFY(target.waitForEnd() != test::StreamEnd::Open);
        QCOMPARE(m_engine->endedOf(address).error.code, ErrorCode::ClientGone);
    }
}

QTEST_GUILESS_MAIN(TestEngineForward)
#include "tst_engine_forward.moc"
