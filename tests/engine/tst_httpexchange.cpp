// SPDX-License-Identifier: MIT
#include "engine/inbound/http_exchange.h"

#include "engine/proto/http.h"

#include <QTest>

#include <optional>

// RFC 9112 sections 6 and 9, and RFC 9110 sections 7.8 and 15.2.

using namespace engine;

Q_DECLARE_METATYPE(engine::ErrorCode)

namespace
{

HttpExchange exchangeOf(const QByteArray &request)
{
    return HttpExchange(http::parseRequestHead(bytesOf(request)).value);
}

/// A request by this method with these headers.
HttpExchange askedBy(const QByteArray &method, const QByteArray &headers = {})
{
    return exchangeOf(method + " http://a.example/ HTTP/1.1\r\nHost: a.example\r\n" + headers + "\r\n");
}

/// What came out of one direction, and what was left in it.
struct Taken {
    QByteArray out;
    QByteArray left;
    std::optional<Error> error;
};

/// Hands over the bytes in pieces, each as far as the exchange takes it.
template <typename Take> Taken takeInPieces(Take take, const QByteArray &bytes, qsizetype piece)
{
    Taken taken;
    for (qsizetype at = 0; at < bytes.size(); at += piece) {
        taken.left += bytes.mid(at, piece);
        for (;;) {
            QByteArray out;
            const auto moved = take(taken.left, out);
            if (!moved.hasValue()) {
                taken.error = moved.error();
                return taken;
            }
            taken.out += out;
            if (!*moved)
                break;
        }
    }
    return taken;
}

Taken takeResponse(HttpExchange &exchange, const QByteArray &bytes, qsizetype piece, bool isSent = true)
{
    const auto take = [&exchange, isSent](QByteArray &in, QByteArray &out) {
        return exchange.takeResponse(in, out, isSent);
    };
    return takeInPieces(take, bytes, piece);
}

Taken takeRequest(HttpExchange &exchange, const QByteArray &bytes, qsizetype piece)
{
    const auto take = [&exchange](QByteArray &in, QByteArray &out) {
        return exchange.takeRequest(in, out);
    };
    return takeInPieces(take, bytes, piece);
}

const QByteArray kNoBody = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

} // namespace

class TestHttpExchange : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void isEmptyAtFirst();
    void takesRequestBody_data();
    void takesRequestBody();
    void refusesBrokenRequestBody();
    void repeatsOnlyWhatChangesNothing_data();
    void repeatsOnlyWhatChangesNothing();
    void takesResponse_data();
    void takesResponse();
    void keepsConnections_data();
    void keepsConnections();
    void keepsNothingWhenAnsweredTooEarly();
    void refusesResponse_data();
    void refusesResponse();
    void passesInterimResponses();
    void becomesTunnel();
};

void TestHttpExchange::isEmptyAtFirst()
{
    HttpExchange exchange;
    QVERIFY(exchange.requestHead().isEmpty());
    QVERIFY(exchange.isRequestDone());
    QVERIFY(!exchange.hasResponse());
    QVERIFY(!exchange.isResponseDone());
    QVERIFY(!exchange.isRepeatable());
}

void TestHttpExchange::takesRequestBody_data()
{
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<QByteArray>("body");
    const auto row = [](const char *title, const char *headers, const char *body) {
        QTest::newRow(title) << QByteArray(headers) << QByteArray(body);
    };
    row("none", "", "");
    row("length", "Content-Length: 5\r\n", "hello");
    row("chunks", "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n");
    row("trailers", "Transfer-Encoding: chunked\r\n", "1;x=y\r\n!\r\n0\r\nTrailer: x\r\n\r\n");
}

void TestHttpExchange::takesRequestBody()
{
    QFETCH(const QByteArray, headers);
    QFETCH(const QByteArray, body);

    const QByteArray next = "GET http://b.example/ HTTP/1.1\r\n\r\n";
    for (qsizetype piece = 1; piece <= body.size() + next.size(); ++piece) {
        HttpExchange exchange = askedBy("POST", headers);
        const Taken taken = takeRequest(exchange, body + next, piece);
        QVERIFY(!taken.error);
        QCOMPARE(taken.out, body);
        QCOMPARE(taken.left, next);
        QVERIFY(exchange.isRequestDone());
    }
}

void TestHttpExchange::refusesBrokenRequestBody()
{
    HttpExchange exchange = askedBy("POST", "Transfer-Encoding: chunked\r\n");
    const Taken taken = takeRequest(exchange, "g\r\n", 1);
    QVERIFY(taken.error);
    QCOMPARE(taken.error->code, ErrorCode::ProtocolError);
}

void TestHttpExchange::repeatsOnlyWhatChangesNothing_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("headers");
    QTest::addColumn<bool>("isRepeatable");
    QTest::newRow("GET") << QByteArray("GET") << QByteArray() << true;
    QTest::newRow("HEAD") << QByteArray("HEAD") << QByteArray() << true;
    QTest::newRow("POST") << QByteArray("POST") << QByteArray() << false;
    QTest::newRow("DELETE") << QByteArray("DELETE") << QByteArray() << false;
    QTest::newRow("GET with a body") << QByteArray("GET") << QByteArray("Content-Length: 1\r\n") << false;
}

void TestHttpExchange::repeatsOnlyWhatChangesNothing()
{
    QFETCH(const QByteArray, method);
    QFETCH(const QByteArray, headers);
    QTEST(askedBy(method, headers).isRepeatable(), "isRepeatable");
}

void TestHttpExchange::takesResponse_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<QByteArray>("body");
    QTest::addColumn<bool>("isUntilClose");
    const auto row = [](const char *title, const char *method, const char *head, const char *body,
                        bool isUntilClose = false) {
        QTest::newRow(title) << QByteArray(method) << QByteArray(head) << QByteArray(body) << isUntilClose;
    };
    row("length", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "hello");
    row("chunks", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", "5\r\nhello\r\n0\r\n\r\n");
    row("empty", "GET", "HTTP/1.1 204 No Content\r\n\r\n", "");
    row("HEAD", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", "");
    row("until close", "GET", "HTTP/1.1 200 OK\r\n\r\n", "hello", true);
}

void TestHttpExchange::takesResponse()
{
    QFETCH(const QByteArray, method);
    QFETCH(const QByteArray, head);
    QFETCH(const QByteArray, body);
    QFETCH(const bool, isUntilClose);

    const QByteArray behind = isUntilClose ? QByteArray() : QByteArray("of nobody");
    for (qsizetype piece = 1; piece <= head.size() + body.size() + behind.size(); ++piece) {
        HttpExchange exchange = askedBy(method);
        QCOMPARE(exchange.isHead(), method == "HEAD");
        const Taken taken = takeResponse(exchange, head + body + behind, piece);
        QVERIFY(!taken.error);
        QVERIFY(taken.out.startsWith(head.first(head.indexOf('\r') + 2)));
        QCOMPARE(taken.out.sliced(taken.out.indexOf("\r\n\r\n") + 4), body);
        QCOMPARE(taken.left, behind);
        QVERIFY(exchange.hasResponse());
        QCOMPARE(exchange.isResponseDone(), !isUntilClose);
        QCOMPARE(exchange.isUntilClose(), isUntilClose);
    }
}

void TestHttpExchange::keepsConnections_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::addColumn<QByteArray>("response");
    QTest::addColumn<bool>("keepsClient");
    QTest::addColumn<bool>("keepsTarget");
    const QByteArray request = "GET http://a.example/ HTTP/1.1\r\nHost: a.example\r\n";
    const QByteArray response = "HTTP/1.1 200 OK\r\n";
    const QByteArray close = "Connection: close\r\n";
    const QByteArray length = "Content-Length: 0\r\n";
    QTest::newRow("both") << request << response + length << true << true;
    QTest::newRow("client closes") << request + close << response + length << false << true;
    QTest::newRow("target closes") << request << response + length + close << true << false;
    QTest::newRow("until close") << request << response << false << false;
    QTest::newRow("old client") << QByteArray("GET http://a.example/ HTTP/1.0\r\n") << response + length
                                << false << true;
    QTest::newRow("old target") << request << "HTTP/1.0 200 OK\r\n" + length << true << false;
}

void TestHttpExchange::keepsConnections()
{
    QFETCH(const QByteArray, request);
    QFETCH(const QByteArray, response);
    HttpExchange exchange = exchangeOf(request + "\r\n");
    QVERIFY(!takeResponse(exchange, response + "\r\n", 1).error);
    QVERIFY(exchange.hasResponse());
    QTEST(exchange.keepsClient(), "keepsClient");
    QTEST(exchange.keepsTarget(), "keepsTarget");
}

/// What of the request is still to come would be taken for the next one.
void TestHttpExchange::keepsNothingWhenAnsweredTooEarly()
{
    HttpExchange unfinished = askedBy("POST", "Content-Length: 5\r\n");
    QVERIFY(!takeResponse(unfinished, kNoBody, kNoBody.size()).error);
    QVERIFY(!unfinished.keepsClient() && !unfinished.keepsTarget());

    HttpExchange unsent = askedBy("GET");
    QVERIFY(!takeResponse(unsent, kNoBody, kNoBody.size(), false).error);
    QVERIFY(!unsent.keepsClient() && !unsent.keepsTarget());
}

void TestHttpExchange::refusesResponse_data()
{
    QTest::addColumn<QByteArray>("response");
    QTest::addColumn<bool>("hasResponse");
    QTest::newRow("other protocol") << QByteArray("SSH-2.0-OpenSSH\r\n\r\n") << false;
    QTest::newRow("unasked switch") << QByteArray("HTTP/1.1 101 Switching Protocols\r\n\r\n") << false;
    QTest::newRow("two lengths") << QByteArray(
                                        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n")
                                 << false;
    QTest::newRow("chunks") << QByteArray("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n")
                            << true;
}

void TestHttpExchange::refusesResponse()
{
    QFETCH(const QByteArray, response);
    for (qsizetype piece = 1; piece <= response.size(); ++piece) {
        HttpExchange exchange = askedBy("GET");
        const Taken taken = takeResponse(exchange, response, piece);
        QVERIFY(taken.error);
        QCOMPARE(taken.error->code, ErrorCode::ConnectionAborted);
        QTEST(exchange.hasResponse(), "hasResponse");
    }
}

void TestHttpExchange::passesInterimResponses()
{
    const QByteArray interim = "HTTP/1.1 103 Early Hints\r\n\r\n";
    HttpExchange exchange = askedBy("GET");
    const Taken taken = takeResponse(exchange, interim + kNoBody, 1);
    QVERIFY(!taken.error);
    QVERIFY(taken.out.startsWith(interim));
    QVERIFY(exchange.isResponseDone());

    HttpExchange old = exchangeOf("GET http://a.example/ HTTP/1.0\r\n\r\n");
    QVERIFY(takeResponse(old, interim + kNoBody, 1).out.startsWith("HTTP/1.1 200"));
    QVERIFY(old.isResponseDone());
}

void TestHttpExchange::becomesTunnel()
{
    HttpExchange exchange = askedBy("GET", "Connection: upgrade\r\nUpgrade: websocket\r\n");
    const QByteArray head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
    const Taken taken = takeResponse(exchange, head + "any bytes\r\n", 1);
    QVERIFY(!taken.error);
    QVERIFY(exchange.isTunnel());
    QVERIFY(!exchange.isResponseDone());
    QVERIFY(taken.out.endsWith("\r\n\r\nany bytes\r\n"));
    QVERIFY(taken.left.isEmpty());
}

QTEST_GUILESS_MAIN(TestHttpExchange)
#include "tst_httpexchange.moc"
