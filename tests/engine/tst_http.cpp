// SPDX-License-Identifier: MIT
#include "engine/limits.h"
#include "engine/proto/http.h"

#include "tests/support/wire.h"

#include <QTest>

// RFC 9110, RFC 9112, RFC 7617.

using namespace engine;
using http::Framing;
using http::TargetForm;

Q_DECLARE_METATYPE(engine::ErrorCode)
Q_DECLARE_METATYPE(engine::http::Framing)

namespace
{

const QByteArray kEnd = "\r\n\r\n";
const QByteArray kConnectLine = "CONNECT example.org:443 HTTP/1.1\r\n";
const QByteArray kGetLine = "GET http://example.org/ HTTP/1.1\r\n";

template <typename T> bool isDone(const Parsed<T> &parsed)
{
    return parsed.status == Parsed<T>::Status::Done;
}

/// The head of a request, whose views need bytes that stay.
Parsed<http::RequestHead> parse(const QByteArray &message)
{
    return http::parseRequestHead({reinterpret_cast<const std::uint8_t *>(message.constData()),
                                   static_cast<std::size_t>(message.size())});
}

QByteArray headOfSize(qsizetype size)
{
    const QByteArray start = kConnectLine + "X: ";
    return start + QByteArray(size - start.size() - kEnd.size(), 'x') + kEnd;
}

QByteArray headWithHeaders(int count)
{
    QByteArray head = kConnectLine;
    for (int i = 0; i < count; ++i)
        head += "X-" + QByteArray::number(i) + ": value\r\n";
    return head + "\r\n";
}

} // namespace

class TestHttp : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void readsTarget_data();
    void readsTarget();
    void readsFraming_data();
    void readsFraming();
    void readsHeadersInTheirOrder();
    void refusesHead_data();
    void refusesHead();
    void waitsForHead_data();
    void waitsForHead();
    void limitsTheHead();
    void knowsWhatIsForTheProxyOnly_data();
    void knowsWhatIsForTheProxyOnly();
    void readsCredentials_data();
    void readsCredentials();
    void refusesCredentials_data();
    void refusesCredentials();
    void writesErrorPages_data();
    void writesErrorPages();
    void hasAReasonForEveryStatus();
};

void TestHttp::readsTarget_data()
{
    QTest::addColumn<QByteArray>("line");
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("isName");
    QTest::addColumn<int>("port");
    QTest::addColumn<QByteArray>("path");

    const auto row = [](const char *title, const char *line, const char *host, bool isName, int port,
                        const char *path = "") {
        QTest::newRow(title) << QByteArray(line) << QString::fromUtf8(host) << isName << port
                             << QByteArray(path);
    };
    row("connect, name", "CONNECT example.org:443 HTTP/1.1", "example.org", true, 443);
    row("connect, HTTP/1.0", "CONNECT example.org:443 HTTP/1.0", "example.org", true, 443);
    row("connect, IPv4", "CONNECT 192.0.2.1:22 HTTP/1.1", "192.0.2.1", false, 22);
    row("connect, IPv6", "CONNECT [2001:db8::1]:65535 HTTP/1.1", "2001:db8::1", false, 65535);
    row("connect, mapped IPv4", "CONNECT [::ffff:192.0.2.1]:1 HTTP/1.1", "192.0.2.1", false, 1);
    row("connect, name of digits", "CONNECT 1e100.net:80 HTTP/1.1", "1e100.net", true, 80);
    row("connect, dot at the end", "CONNECT example.org.:443 HTTP/1.1", "example.org.", true, 443);
    row("connect, name in UTF-8",
        "CONNECT b\xc3\xbc"
        "cher.example:443 HTTP/1.1",
        "b\xc3\xbc"
        "cher.example",
        true, 443);
    row("absolute", "GET http://example.org/a/b?c=d HTTP/1.1", "example.org", true, 80, "/a/b?c=d");
    row("absolute, port", "POST http://example.org:8080/ HTTP/1.1", "example.org", true, 8080, "/");
    row("absolute, IPv6", "HEAD http://[::1]:81/x HTTP/1.0", "::1", false, 81, "/x");
    row("absolute, no path", "GET http://example.org HTTP/1.1", "example.org", true, 80, "/");
    row("absolute, query only", "GET http://example.org?a HTTP/1.1", "example.org", true, 80, "/?a");
    row("absolute, query with address", "GET http://a?u=http://b:1/ HTTP/1.1", "a", true, 80,
        "/?u=http://b:1/");
    row("absolute, scheme in capitals", "GET HTTP://example.org/ HTTP/1.1", "example.org", true, 80, "/");
    row("absolute, method of its own", "M-SEARCH http://example.org/ HTTP/1.1", "example.org", true, 80, "/");
}

void TestHttp::readsTarget()
{
    QFETCH(const QByteArray, line);
    QFETCH(const QString, host);
    QFETCH(const bool, isName);
    QFETCH(const int, port);
    QFETCH(const QByteArray, path);

    const QByteArray message = line + "\r\nHost: elsewhere.example\r\n\r\n";
    const auto parsed = parse(message);
    QVERIFY(isDone(parsed));
    QCOMPARE(parsed.size, static_cast<std::size_t>(message.size()));
    QCOMPARE(parsed.value.method, line.first(line.indexOf(' ')));
    QCOMPARE(parsed.value.form, path.isEmpty() ? TargetForm::Authority : TargetForm::Absolute);
    QCOMPARE(parsed.value.destination.host(), host);
    QCOMPARE(parsed.value.destination.isName(), isName);
    QCOMPARE(int(parsed.value.destination.port), port);
    QCOMPARE(parsed.value.path, path);
    QCOMPARE(int(parsed.value.minorVersion), line.endsWith('1') ? 1 : 0);
    test::checkEveryPrefix(http::parseRequestHead, message);
    test::checkTrailingBytes(http::parseRequestHead, message);
}

void TestHttp::readsFraming_data()
{
    QTest::addColumn<QByteArray>("head");
    QTest::addColumn<Framing>("framing");
    QTest::addColumn<qulonglong>("length");

    const auto row = [](const char *title, const QByteArray &head, Framing framing, qulonglong length = 0) {
        QTest::newRow(title) << head << framing << length;
    };
    row("no body", kGetLine + "A: b\r\n", Framing::NoBody);
    row("length", kGetLine + "Content-Length: 17\r\n", Framing::Length, 17);
    row("length in small letters", kGetLine + "content-length:0\r\n", Framing::Length, 0);
    row("longest length", kGetLine + "Content-Length: 9223372036854775807\r\n", Framing::Length,
        9223372036854775807ULL);
    row("same length twice", kGetLine + "Content-Length: 5\r\nContent-Length: 5\r\n", Framing::Length, 5);
    row("chunked", kGetLine + "Transfer-Encoding: chunked\r\n", Framing::Chunked);
    row("chunked in capitals", kGetLine + "TRANSFER-ENCODING: CHUNKED\r\n", Framing::Chunked);
    row("connect with an empty body", kConnectLine + "Content-Length: 0\r\n", Framing::Length, 0);
}

void TestHttp::readsFraming()
{
    QFETCH(const QByteArray, head);
    QFETCH(const Framing, framing);
    QFETCH(const qulonglong, length);

    const QByteArray message = head + "\r\n";
    const auto parsed = parse(message);
    QVERIFY(isDone(parsed));
    QCOMPARE(parsed.value.framing, framing);
    QCOMPARE(qulonglong(parsed.value.contentLength), length);
    test::checkEveryPrefix(http::parseRequestHead, message);
    test::checkTrailingBytes(http::parseRequestHead, message);
}

void TestHttp::readsHeadersInTheirOrder()
{
    const QByteArray message = kConnectLine + "B: 2\r\na:1\r\nEmpty:\r\nC: \t x y\t \r\nb: 3\r\n\r\n";
    const auto parsed = parse(message);
    QVERIFY(isDone(parsed));
    const auto &headers = parsed.value.headers;
    const std::pair<const char *, const char *> expected[] = {
        {"B", "2"}, {"a", "1"}, {"Empty", ""}, {"C", "x y"}, {"b", "3"}};
    QCOMPARE(headers.size(), std::size(expected));
    for (std::size_t i = 0; i < headers.size(); ++i) {
        QCOMPARE(headers[i].name.toByteArray(), QByteArray(expected[i].first));
        QCOMPARE(headers[i].value.toByteArray(), QByteArray(expected[i].second));
    }
    QVERIFY(parsed.value.find("c") == &headers[3]);
    QVERIFY(parsed.value.find("b") == headers.data());
    QVERIFY(!parsed.value.find("d"));
}

void TestHttp::refusesHead_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::addColumn<ErrorCode>("error");

    const auto line = [](const char *title, const QByteArray &text,
                         ErrorCode error = ErrorCode::ProtocolError) {
        QTest::newRow(title) << QByteArray(text + "\r\nHost: a" + kEnd) << error;
    };
    const auto header = [](const char *title, const QByteArray &text) {
        QTest::newRow(title) << QByteArray(kGetLine + "Host: a\r\n" + text + kEnd)
                             << ErrorCode::ProtocolError;
    };
    line("no version", "CONNECT example.org:443");
    line("HTTP/2", "PRI * HTTP/2.0");
    line("HTTP/0.9", "GET http://example.org/ HTTP/0.9");
    line("version in small letters", "GET http://example.org/ http/1.1");
    line("two spaces", "GET  http://example.org/ HTTP/1.1");
    line("space in the target", "GET http://example.org/a b HTTP/1.1");
    line("tab in the target", "GET http://example.org/a\tb HTTP/1.1");
    line("method that is no token", "G(T http://example.org/ HTTP/1.1");
    line("another protocol", "SSH-2.0-OpenSSH_9.2");
    line("connect without port", "CONNECT example.org HTTP/1.1");
    line("connect with empty port", "CONNECT example.org: HTTP/1.1");
    line("connect with port 0", "CONNECT example.org:0 HTTP/1.1");
    line("connect with port 65536", "CONNECT example.org:65536 HTTP/1.1");
    line("connect with signed port", "CONNECT example.org:+443 HTTP/1.1");
    line("connect without host", "CONNECT :443 HTTP/1.1");
    line("connect with user", "CONNECT me@example.org:443 HTTP/1.1");
    line("connect with path", "CONNECT example.org:443/ HTTP/1.1");
    line("connect with URL", "CONNECT http://example.org/ HTTP/1.1");
    line("connect, IPv6 without brackets", "CONNECT ::1:443 HTTP/1.1");
    line("connect, IPv6 bracket left open", "CONNECT [::1:443 HTTP/1.1");
    line("connect, nothing in the brackets", "CONNECT []:443 HTTP/1.1");
    line("connect, name in brackets", "CONNECT [example.org]:443 HTTP/1.1");
    line("connect, IPv4 in brackets", "CONNECT [127.0.0.1]:443 HTTP/1.1");
    line("connect, bytes behind the bracket", "CONNECT [::1]x:443 HTTP/1.1");
    line("connect, name too long", "CONNECT " + QByteArray(256, 'a') + ":443 HTTP/1.1");
    line("origin form", "GET / HTTP/1.1");
    line("asterisk form", "OPTIONS * HTTP/1.1");
    line("absolute without host", "GET http:///path HTTP/1.1");
    line("absolute with user", "GET http://me:secret@example.org/ HTTP/1.1");
    line("absolute with fragment", "GET http://example.org/#top HTTP/1.1");
    line("absolute with backslash", "GET http://example.org\\@evil.example/ HTTP/1.1");
    line("another scheme", "GET ftp://example.org/ HTTP/1.1", ErrorCode::NotSupported);
    line("https scheme", "GET https://example.org/ HTTP/1.1", ErrorCode::NotSupported);

    header("length and chunked", "Content-Length: 5\r\nTransfer-Encoding: chunked");
    header("chunked and length", "Transfer-Encoding: chunked\r\nContent-Length: 5");
    header("two lengths", "Content-Length: 5\r\nContent-Length: 6");
    header("two lengths in one", "Content-Length: 5, 5");
    header("length with sign", "Content-Length: +5");
    header("length in hexadecimal", "Content-Length: 0x5");
    header("negative length", "Content-Length: -1");
    header("empty length", "Content-Length:");
    header("length beyond 63 bits", "Content-Length: 9223372036854775808");
    header("length beyond 64 bits", "Content-Length: 18446744073709551621");
    header("chunked twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked");
    header("chunked twice in one", "Transfer-Encoding: chunked, chunked");
    header("another encoding", "Transfer-Encoding: gzip, chunked");
    header("chunked in disguise", "Transfer-Encoding: xchunked");
    header("vertical tab before chunked", "Transfer-Encoding: \vchunked");
    header("space before the colon", "Content-Length : 5");
    header("tab before the colon", "Content-Length\t: 5");
    header("folded line", "A: b\r\n c");
    header("folded line by tab", "A: b\r\n\tc");
    header("no colon", "nonsense");
    header("no name", ": value");
    header("name that is no token", "A(b: c");
    header("bare CR in a value", "A: b\rContent-Length: 5");
    header("bare LF at a line's end", "A: b\nContent-Length: 5");
    header("NUL in a value", QByteArray("A: b\0c", 6));
    header("NUL in a name", QByteArray("A\0b: c", 6));
    header("escape in a value", "A: \x1b[2J");
    header("two hosts", "Host: b");
    header("two logins", "Proxy-Authorization: Basic YTpi\r\nProxy-Authorization: Basic YTpj");

    QTest::newRow("connect with a body")
        << QByteArray(kConnectLine + "Content-Length: 5" + kEnd) << ErrorCode::ProtocolError;
    QTest::newRow("connect with chunks")
        << QByteArray(kConnectLine + "Transfer-Encoding: chunked" + kEnd) << ErrorCode::ProtocolError;
    QTest::newRow("chunks in HTTP/1.0")
        << QByteArray("GET http://a/ HTTP/1.0\r\nTransfer-Encoding: chunked" + kEnd)
        << ErrorCode::ProtocolError;
    QTest::newRow("empty line first")
        << QByteArray("\r\n" + kConnectLine + "\r\n") << ErrorCode::ProtocolError;
    QTest::newRow("LF only") << QByteArray("CONNECT a:1 HTTP/1.1\n\n") << ErrorCode::ProtocolError;
}

void TestHttp::refusesHead()
{
    QFETCH(const QByteArray, message);
    QFETCH(const ErrorCode, error);

    const auto parsed = test::parseBytes(http::parseRequestHead, message);
    QCOMPARE(parsed.status, Parsed<http::RequestHead>::Status::Bad);
    QCOMPARE(parsed.error, error);
    test::checkEveryPrefix(http::parseRequestHead, message);
    test::checkTrailingBytes(http::parseRequestHead, message);
}

void TestHttp::waitsForHead_data()
{
    QTest::addColumn<QByteArray>("message");
    QTest::newRow("nothing") << QByteArray();
    QTest::newRow("one letter") << QByteArray("C");
    QTest::newRow("line without end") << kConnectLine.chopped(2);
    QTest::newRow("line without LF") << kConnectLine.chopped(1);
    QTest::newRow("line") << kConnectLine;
    QTest::newRow("header without end") << QByteArray(kConnectLine + "Host: a");
    QTest::newRow("header") << QByteArray(kConnectLine + "Host: a\r\n");
    QTest::newRow("CR of the empty line") << QByteArray(kConnectLine + "Host: a\r\n\r");
}

void TestHttp::waitsForHead()
{
    QFETCH(const QByteArray, message);
    const auto parsed = test::parseBytes(http::parseRequestHead, message);
    QCOMPARE(parsed.status, Parsed<http::RequestHead>::Status::NeedMore);
}

void TestHttp::limitsTheHead()
{
    using Status = Parsed<http::RequestHead>::Status;
    QCOMPARE(parse(headOfSize(kMaximumHttpHeadSize)).status, Status::Done);
    QCOMPARE(parse(headOfSize(kMaximumHttpHeadSize) + "more").status, Status::Done);
    QCOMPARE(parse(headOfSize(kMaximumHttpHeadSize + 1)).status, Status::Bad);
    // Judged as soon as it is full, whatever may come.
    QCOMPARE(parse(QByteArray(kMaximumHttpHeadSize - 1, 'x')).status, Status::NeedMore);
    QCOMPARE(parse(QByteArray(kMaximumHttpHeadSize, 'x')).status, Status::Bad);
    QCOMPARE(parse(headWithHeaders(kMaximumHttpHeaders)).status, Status::Done);
    QCOMPARE(parse(headWithHeaders(kMaximumHttpHeaders + 1)).status, Status::Bad);
}

void TestHttp::knowsWhatIsForTheProxyOnly_data()
{
    QTest::addColumn<QByteArray>("header");
    QTest::addColumn<bool>("forTheProxy");
    for (const char *name : {"Connection", "keep-alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
                             "Proxy-Connection", "Proxy-Authorization", "proxy-anything", "X-Named"})
        QTest::newRow(name) << QByteArray(name) << true;
    for (const char *name : {"Host", "Content-Length", "Cookie", "Authorization", "Te-st", "X-Other"})
        QTest::newRow(name) << QByteArray(name) << false;
}

void TestHttp::knowsWhatIsForTheProxyOnly()
{
    QFETCH(const QByteArray, header);
    QFETCH(const bool, forTheProxy);

    const QByteArray message = kGetLine + "Connection: close , x-named\r\n\r\n";
    const auto parsed = parse(message);
    QVERIFY(isDone(parsed));
    QCOMPARE(http::isForTheProxyOnly(parsed.value, {header, "value"}), forTheProxy);
}

void TestHttp::readsCredentials_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<QByteArray>("password");

    const auto basic = [](const QByteArray &text) {
        return "Basic " + text.toBase64();
    };
    QTest::newRow("RFC 7617") << QByteArray("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==") << QByteArray("Aladdin")
                              << QByteArray("open sesame");
    QTest::newRow("scheme in small letters")
        << QByteArray("basic YTpi") << QByteArray("a") << QByteArray("b");
    QTest::newRow("more spaces") << QByteArray("Basic   YTpi") << QByteArray("a") << QByteArray("b");
    QTest::newRow("colon in the password")
        << QByteArray(basic("a:b:c")) << QByteArray("a") << QByteArray("b:c");
    QTest::newRow("empty password") << QByteArray(basic("a:")) << QByteArray("a") << QByteArray();
    QTest::newRow("UTF-8") << QByteArray(basic("b\xc3\xb8"
                                               "b:p\xc3\xa4ss"))
                           << QByteArray("b\xc3\xb8"
                                         "b")
                           << QByteArray("p\xc3\xa4ss");
    QTest::newRow("longest") << QByteArray(basic(QByteArray(255, 'u') + ':' + QByteArray(255, 'p')))
                             << QByteArray(255, 'u') << QByteArray(255, 'p');
}

void TestHttp::readsCredentials()
{
    QFETCH(const QByteArray, value);
    QFETCH(const QByteArray, user);
    QFETCH(const QByteArray, password);

    const auto login = http::parseBasicCredentials(value);
    QVERIFY(login);
    QCOMPARE(login->user, user);
    QCOMPARE(login->password, password);
}

void TestHttp::refusesCredentials_data()
{
    QTest::addColumn<QByteArray>("value");
    QTest::newRow("empty") << QByteArray();
    QTest::newRow("scheme only") << QByteArray("Basic ");
    QTest::newRow("another scheme") << QByteArray("Digest YTpi");
    QTest::newRow("no space") << QByteArray("BasicYTpi");
    QTest::newRow("no base64") << QByteArray("Basic a:b");
    QTest::newRow("no colon") << QByteArray("Basic " + QByteArray("alice").toBase64());
    QTest::newRow("no user") << QByteArray("Basic " + QByteArray(":secret").toBase64());
    QTest::newRow("user too long") << QByteArray("Basic " + (QByteArray(256, 'u') + ":p").toBase64());
    QTest::newRow("password too long") << QByteArray("Basic " + ("u:" + QByteArray(256, 'p')).toBase64());
}

void TestHttp::refusesCredentials()
{
    QFETCH(const QByteArray, value);
    QVERIFY(!http::parseBasicCredentials(value));
}

void TestHttp::writesErrorPages_data()
{
    QTest::addColumn<ErrorCode>("code");
    QTest::addColumn<QByteArray>("statusLine");
    using enum ErrorCode;
    QTest::newRow("malformed") << ProtocolError << QByteArray("HTTP/1.1 400 Bad Request\r\n");
    QTest::newRow("blocked") << BlockedByRule << QByteArray("HTTP/1.1 403 Forbidden\r\n");
    QTest::newRow("command") << CommandUnsupported << QByteArray("HTTP/1.1 405 Method Not Allowed\r\n");
    QTest::newRow("login") << LoginFailed << QByteArray("HTTP/1.1 407 Proxy Authentication Required\r\n");
    QTest::newRow("slow client") << HandshakeTimedOut << QByteArray("HTTP/1.1 408 Request Timeout\r\n");
    QTest::newRow("not supported") << NotSupported << QByteArray("HTTP/1.1 501 Not Implemented\r\n");
    QTest::newRow("refused") << ConnectionRefused << QByteArray("HTTP/1.1 502 Bad Gateway\r\n");
    QTest::newRow("too many") << TooManyPendingLogins << QByteArray("HTTP/1.1 503 Service Unavailable\r\n");
    QTest::newRow("slow target") << ConnectionTimedOut << QByteArray("HTTP/1.1 504 Gateway Timeout\r\n");
}

void TestHttp::writesErrorPages()
{
    QFETCH(const ErrorCode, code);
    QFETCH(const QByteArray, statusLine);

    const QByteArray page = http::makeErrorPage({code, Message::verbatim(QStringLiteral("some detail"))});
    const qsizetype headSize = page.indexOf(kEnd) + kEnd.size();
    const QByteArray head = page.first(headSize);
    QVERIFY2(head.startsWith(statusLine), head.constData());
    QVERIFY(head.contains("\r\nConnection: close\r\n"));
    QVERIFY(head.contains("\r\nContent-Length: " + QByteArray::number(page.size() - headSize) + "\r\n"));
    QCOMPARE(head.contains("\r\nProxy-Authenticate: Basic realm=\"Hosier\""), statusLine.contains("407"));
    QVERIFY(page.contains(errorRow(code).text));
    QVERIFY(page.endsWith("(some detail).\n"));
    QCOMPARE(http::makeErrorPage({code, Message::verbatim(QStringLiteral("some detail"))}, false), head);
}

void TestHttp::hasAReasonForEveryStatus()
{
    for (int code = 1; code <= static_cast<int>(ErrorCode::Unknown); ++code) {
        const QByteArray page = http::makeErrorPage({static_cast<ErrorCode>(code), {}});
        QVERIFY2(!page.contains(" Error\r\n"), page.constData());
    }
}

QTEST_GUILESS_MAIN(TestHttp)
#include "tst_http.moc"
