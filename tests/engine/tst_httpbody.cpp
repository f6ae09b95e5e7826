// SPDX-License-Identifier: MIT
#include "engine/proto/http_body.h"

#include "tests/support/wire.h"

#include <QTest>

// RFC 9112 sections 4, 6.3 and 7.1.

using namespace engine;
using http::BodyWatch;
using http::Framing;

Q_DECLARE_METATYPE(engine::http::Framing)

namespace
{

Parsed<http::ResponseHead> parseGetResponse(Bytes bytes)
{
    return http::parseResponseHead(bytes, "GET");
}

} // namespace

class TestHttpBody : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void framesResponse_data();
    void framesResponse();
    void refusesResponse_data();
    void refusesResponse();
    void findsTheEnd_data();
    void findsTheEnd();
    void refusesChunks_data();
    void refusesChunks();
    void countsLengthsBeyond32Bits();
};

void TestHttpBody::framesResponse_data()
{
    QTest::addColumn<QByteArray>("method");
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<int>("status");
    QTest::addColumn<Framing>("framing");
    const auto row = [](const char *title, const char *method, const char *head, int status,
                        Framing framing) {
        QTest::newRow(title) << QByteArray(method) << QByteArray(head) << status << framing;
    };
    row("length", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", 200, Framing::Length);
    row("chunks", "POST", "HTTP/1.1 404 Not Found\r\nTransfer-Encoding: Chunked\r\n", 404, Framing::Chunked);
    row("until close", "GET", "HTTP/1.0 200 OK\r\n", 200, Framing::UntilClose);
    row("no reason", "GET", "HTTP/1.1 200\r\n", 200, Framing::UntilClose);
    row("empty reason", "GET", "HTTP/1.1 200 \r\n", 200, Framing::UntilClose);
    row("HEAD", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n", 200, Framing::NoBody);
    row("interim", "GET", "HTTP/1.1 100 Continue\r\n", 100, Framing::NoBody);
    row("no content", "GET", "HTTP/1.1 204 No Content\r\n", 204, Framing::NoBody);
    row("not modified", "GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n", 304, Framing::NoBody);
}

void TestHttpBody::framesResponse()
{
    QFETCH(const QByteArray, method);
    QFETCH(const QByteArray, head);
    QFETCH(const int, status);
    QFETCH(const Framing, framing);

    const QByteArray message = head + "\r\n";
    const auto parse = [&method](Bytes bytes) {
        return http::parseResponseHead(bytes, method);
    };
    const auto parsed = parse(bytesOf(message));
    QCOMPARE(parsed.size, static_cast<std::size_t>(message.size()));
    QCOMPARE(parsed.value.status, status);
    QCOMPARE(parsed.value.framing, framing);
    test::checkEveryPrefix(parse, message);
    test::checkTrailingBytes(parse, message);
}

void TestHttpBody::refusesResponse_data()
{
    QTest::addColumn<QByteArray>("message");
    for (const char *head :
         {"HTTP/2 200\r\n", "HTTP/1.1 20\r\n", "HTTP/1.1 099 x\r\n", "HTTP/1.1 2000\r\n",
          "HTTP/1.1 +20 OK\r\n", "ICY 200 OK\r\n", "HTTP/1.1 200 OK\n", "HTTP/1.1200 OK\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n",
          "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n",
          "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\n"})
        QTest::newRow(head) << QByteArray(head) + "\r\n";
}

void TestHttpBody::refusesResponse()
{
    QFETCH(const QByteArray, message);
    QCOMPARE(parseGetResponse(bytesOf(message)).error, ErrorCode::ProtocolError);
    test::checkEveryPrefix(parseGetResponse, message);
    test::checkTrailingBytes(parseGetResponse, message);
}

void TestHttpBody::findsTheEnd_data()
{
    QTest::addColumn<Framing>("framing");
    QTest::addColumn<int>("length");
    QTest::addColumn<QByteArray>("body");
    QTest::newRow("no body") << Framing::NoBody << 0 << QByteArray();
    QTest::newRow("length") << Framing::Length << 5 << QByteArray("hello");
    QTest::newRow("length 0") << Framing::Length << 0 << QByteArray();
    QTest::newRow("no chunks") << Framing::Chunked << 0 << QByteArray("0\r\n\r\n");
    QTest::newRow("chunks") << Framing::Chunked << 0
                            << QByteArray("5\r\nhello\r\n00A\r\n0123456789\r\n0\r\n\r\n");
    QTest::newRow("extensions") << Framing::Chunked << 0 << QByteArray("1;a=\"b\"\r\nx\r\n0;c\r\n\r\n");
    QTest::newRow("trailers") << Framing::Chunked << 0 << QByteArray("0\r\nA: b\r\nC: d\r\n\r\n");
    QTest::newRow("CRLF in the data") << Framing::Chunked << 0 << QByteArray("4\r\n\r\n\r\n\r\n0\r\n\r\n");
}

void TestHttpBody::findsTheEnd()
{
    QFETCH(const Framing, framing);
    QFETCH(const int, length);
    QFETCH(const QByteArray, body);

    const QByteArray more = body + "HTTP/1.1 200 OK";
    for (const std::size_t step : {1U, 2U, 3U, 7U, 1000U}) {
        BodyWatch watch(framing, static_cast<std::uint64_t>(length));
        std::size_t taken = 0;
        while (!watch.isDone()) {
            QVERIFY(!watch.isBad() && taken < static_cast<std::size_t>(more.size()));
            const Bytes rest = bytesOf(more).subspan(taken);
            taken += watch.take(rest.first(std::min(step, rest.size())));
        }
        QCOMPARE(taken, static_cast<std::size_t>(body.size()));
        QCOMPARE(watch.take(bytesOf(more)), std::size_t(0));
    }
}

void TestHttpBody::refusesChunks_data()
{
    QTest::addColumn<QByteArray>("body");
    for (const char *body : {"\r\n", ";a\r\n", "x\r\n", "-1\r\n", "0x5\r\n", " 5\r\n", "5 \r\n", "5\nhello",
                             "5\r\nhelloX", "5\r\nhello\rX", "5\r\nhello\n", "5;a\nb", "0\r\nA: b\n",
                             "0\r\n\rX", "5\rX", "1000000000000000\r\n", "FFFFFFFFFFFFFFFFF\r\n"})
        QTest::newRow(body) << QByteArray(body);
    QTest::newRow("endless zeros") << QByteArray(5000, '0');
    QTest::newRow("endless extension") << "1;" + QByteArray(5000, 'a');
    QTest::newRow("endless trailer") << "0\r\nA: " + QByteArray(70'000, 'b');
}

void TestHttpBody::refusesChunks()
{
    QFETCH(const QByteArray, body);
    BodyWatch watch(Framing::Chunked, 0);
    (void)watch.take(bytesOf(body));
    QVERIFY(watch.isBad());
    QCOMPARE(watch.take(bytesOf(body)), std::size_t(0));
}

void TestHttpBody::countsLengthsBeyond32Bits()
{
    BodyWatch watch(Framing::Length, (std::uint64_t{1} << 32) + 1);
    const QByteArray part(1 << 20, 'x');
    for (int i = 0; i < (1 << 12); ++i)
        QCOMPARE(watch.take(bytesOf(part)), static_cast<std::size_t>(part.size()));
    QVERIFY(!watch.isDone());
    QCOMPARE(watch.take(bytesOf(part)), std::size_t(1));
    QVERIFY(watch.isDone());
}

QTEST_GUILESS_MAIN(TestHttpBody)
#include "tst_httpbody.moc"
