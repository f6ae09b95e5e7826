// SPDX-License-Identifier: MIT
#include "engine/outbound/handshake.h"

#include "engine/proto/http.h"
#include "engine/proto/socks4.h"
#include "engine/proto/upstream.h"

#include "tests/support/wire.h"

#include <QTest>

using namespace engine;
using namespace Qt::StringLiterals;
using test::hex;

Q_DECLARE_METATYPE(engine::ServerProtocol)
Q_DECLARE_METATYPE(engine::ErrorCode)
Q_DECLARE_METATYPE(engine::socks5::Command)

namespace
{

using Kind = HandshakeStep::Kind;

const Destination kTarget{{}, "www.example.org", 443};
const QByteArray kGranted4 = hex("00 5a 04 38 c0 00 02 07");
const QByteArray kGranted5 = hex("05 00 00 01 c0 00 02 07 04 38");

ServerProfile server(ServerProtocol protocol, const char *user = "")
{
    ServerProfile profile;
    profile.id = u"s"_s;
    profile.protocol = protocol;
    profile.username = QString::fromUtf8(user);
    return profile;
}

std::unique_ptr<Handshake> begin(ServerProtocol protocol, const char *user = "", const char *password = "",
                                 const Destination &target = kTarget)
{
    return makeHandshake(server(protocol, user), password, socks5::Command::Connect, target);
}

/// What a handshake did with everything a server sent.
struct Outcome {
    HandshakeStep last;
    QList<QByteArray> sent; ///< after the first message
    QByteArray left;        ///< bytes that are not the server's
    int continues = 0;
};

/// Shows the answer as it grows, `chunk` bytes at a time, and drops what was understood, as a tunnel does.
Outcome feed(Handshake &handshake, const QByteArray &answer, qsizetype chunk)
{
    Outcome outcome;
    QByteArray unread;
    for (qsizetype at = 0; at < answer.size(); at += chunk) {
        unread += answer.mid(at, chunk);
        do {
            const std::vector<std::uint8_t> copy = test::exactCopy(unread);
            outcome.last = handshake.read(Bytes(copy));
            unread.remove(0, static_cast<qsizetype>(outcome.last.size));
            if (outcome.last.kind == Kind::Continue) {
                ++outcome.continues;
                if (!outcome.last.message.isEmpty())
                    outcome.sent << outcome.last.message;
            }
        } while (outcome.last.kind == Kind::Continue && !unread.isEmpty());
        if (outcome.last.kind == Kind::Done || outcome.last.kind == Kind::Failed) {
            outcome.left = unread + answer.mid(at + chunk);
            break;
        }
    }
    return outcome;
}

QByteArray statusHead(int status, const QByteArray &headers = {})
{
    return "HTTP/1.1 " + QByteArray::number(status) + " Words\r\n" + headers + "\r\n";
}

} // namespace

class TestHandshake : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void takesItsAnswerAndNoMore_data();
    void takesItsAnswerAndNoMore();
    void startsWithItsRequest();
    void tellsWhatSocks4Says_data();
    void tellsWhatSocks4Says();
    void tellsWhatSocks5Says_data();
    void tellsWhatSocks5Says();
    void takesOnlyAMethodThatWasOffered_data();
    void takesOnlyAMethodThatWasOffered();
    void logsInWhenAskedTo();
    void tellsThatTheLoginFailed();
    void tellsWhatHttpSays_data();
    void tellsWhatHttpSays();
    void waitsBehindInterimAnswers();
    void givesUpAfterTooManyInterimAnswers();
    void failsOnGarbage_data();
    void failsOnGarbage();
    void neverWantsMoreThanAnAnswersLength_data();
    void neverWantsMoreThanAnAnswersLength();
    void knowsWhenTheTargetIsWaitedFor();
    void knowsWhatCannotBeSaid_data();
    void knowsWhatCannotBeSaid();
};

void TestHandshake::takesItsAnswerAndNoMore_data()
{
    QTest::addColumn<ServerProtocol>("protocol");
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<QByteArray>("answer");
    QTest::addColumn<QString>("bound");

    const QByteArray none;
    const QByteArray bob = "bob";
    const auto socks5 = ServerProtocol::Socks5;
    QTest::newRow("socks4") << ServerProtocol::Socks4 << none << kGranted4 << "192.0.2.7";
    QTest::newRow("socks4a") << ServerProtocol::Socks4a << none << kGranted4 << "192.0.2.7";
    QTest::newRow("socks5") << socks5 << none << hex("05 00") + kGranted5 << "192.0.2.7";
    QTest::newRow("socks5, login offered, not wanted")
        << socks5 << bob << hex("05 00") + kGranted5 << "192.0.2.7";
    QTest::newRow("socks5, login") << socks5 << bob << hex("05 02 01 00") + kGranted5 << "192.0.2.7";
    QTest::newRow("socks5, IPv6") << socks5 << none
                                  << hex("05 00 05 00 00 04 20010db8 00000000 00000000 00000007 04 38")
                                  << "2001:db8::7";
    QTest::newRow("socks5, name") << socks5 << none << hex("05 00 05 00 00 03 04") + "exit" + hex("04 38")
                                  << "exit";
    QTest::newRow("http 200") << ServerProtocol::Http << none << statusHead(200) << "";
    QTest::newRow("http 204, headers")
        << ServerProtocol::Http << bob << statusHead(204, "Via: x\r\nContent-Length: 9\r\n") << "";
    QTest::newRow("http 1.0") << ServerProtocol::Http << none
                              << QByteArray("HTTP/1.0 200 Connection established\r\n\r\n") << "";
    QTest::newRow("http, no reason") << ServerProtocol::Http << none << QByteArray("HTTP/1.1 200 \r\n\r\n")
                                     << "";
}

/// However the answer is cut, and though the target's first bytes are already behind it.
void TestHandshake::takesItsAnswerAndNoMore()
{
    QFETCH(const ServerProtocol, protocol);
    QFETCH(const QByteArray, user);
    QFETCH(const QByteArray, answer);
    QFETCH(const QString, bound);
    const QByteArray early = "HTTP/1.1 200 OK\r\n\r\n\x05";
    for (qsizetype chunk = 1; chunk <= answer.size() + early.size(); ++chunk) {
        const auto handshake = begin(protocol, user.constData(), "secret");
        QVERIFY(!handshake->start().isEmpty());
        const Outcome outcome = feed(*handshake, answer + early, chunk);
        QVERIFY(outcome.last.kind == Kind::Done);
        QCOMPARE(outcome.left, early);
        QCOMPARE(outcome.last.bound.isName() || !outcome.last.bound.address.isNull()
                     ? outcome.last.bound.host()
                     : QString(),
                 bound);
    }
    // Cut short, it is never done.
    for (qsizetype length = 0; length < answer.size(); ++length) {
        const auto handshake = begin(protocol, user.constData(), "secret");
        const Outcome outcome = feed(*handshake, answer.first(length), 1);
        QVERIFY(outcome.last.kind == Kind::NeedMore || outcome.last.kind == Kind::Continue);
    }
}

void TestHandshake::startsWithItsRequest()
{
    const Destination address{*Address::fromLiteral(u"192.0.2.7"_s), {}, 80};
    QCOMPARE(begin(ServerProtocol::Socks4, "fred", "", address)->start(),
             hex("04 01 00 50 c0 00 02 07") + "fred" + '\0');
    QCOMPARE(begin(ServerProtocol::Socks4a)->start(),
             hex("04 01 01 bb 00 00 00 01 00") + "www.example.org" + '\0');
    QCOMPARE(begin(ServerProtocol::Socks5)->start(), hex("05 01 00"));
    QCOMPARE(begin(ServerProtocol::Socks5, "bob", "secret")->start(), hex("05 02 00 02"));
    QVERIFY(!begin(ServerProtocol::Http)->start().contains("Authorization"));
    QVERIFY(begin(ServerProtocol::Http, "bob", "secret")
                ->start()
                .contains("Proxy-Authorization: Basic " + QByteArray("bob:secret").toBase64() + "\r\n"));
}

void TestHandshake::tellsWhatSocks4Says_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<ErrorCode>("error");
    QTest::addColumn<bool>("isServersFault");
    QTest::newRow("rejected or failed") << 91 << ErrorCode::UpstreamFailed << false;
    QTest::newRow("no identd") << 92 << ErrorCode::UpstreamLoginFailed << true;
    QTest::newRow("another user") << 93 << ErrorCode::UpstreamLoginFailed << true;
}

void TestHandshake::tellsWhatSocks4Says()
{
    QFETCH(const int, code);
    QFETCH(const ErrorCode, error);
    QFETCH(const bool, isServersFault);
    const QByteArray answer = hex("00") + static_cast<char>(code) + hex("00 00 00 00 00 00");
    const HandshakeStep step = feed(*begin(ServerProtocol::Socks4a), answer, 1).last;
    QVERIFY(step.kind == Kind::Failed);
    QCOMPARE(step.error.code, error);
    QCOMPARE(step.isServersFault, isServersFault);
    QVERIFY(step.error.detail.toEnglish().contains(QString::number(code)));
}

void TestHandshake::tellsWhatSocks5Says_data()
{
    QTest::addColumn<int>("code");
    QTest::addColumn<ErrorCode>("error");
    QTest::newRow("general failure") << 1 << ErrorCode::UpstreamFailed;
    QTest::newRow("not allowed") << 2 << ErrorCode::UpstreamRefused;
    QTest::newRow("network unreachable") << 3 << ErrorCode::NetworkUnreachable;
    QTest::newRow("host unreachable") << 4 << ErrorCode::HostUnreachable;
    QTest::newRow("refused") << 5 << ErrorCode::ConnectionRefused;
    QTest::newRow("TTL expired") << 6 << ErrorCode::ConnectionTimedOut;
    QTest::newRow("command unsupported") << 7 << ErrorCode::RouteCannotCarry;
    QTest::newRow("address type unsupported") << 8 << ErrorCode::UpstreamFailed;
    QTest::newRow("unassigned") << 9 << ErrorCode::UpstreamFailed;
    QTest::newRow("the highest") << 255 << ErrorCode::UpstreamFailed;
}

void TestHandshake::tellsWhatSocks5Says()
{
    QFETCH(const int, code);
    QFETCH(const ErrorCode, error);
    for (const char *address : {"01 00 00 00 00 00 00", "00"}) {
        const QByteArray answer = hex("05 00 05") + static_cast<char>(code) + hex("00") + hex(address);
        const HandshakeStep step = feed(*begin(ServerProtocol::Socks5), answer, 1).last;
        QVERIFY(step.kind == Kind::Failed);
        QCOMPARE(step.error.code, error);
        QVERIFY(!step.isServersFault);
    }
}

void TestHandshake::takesOnlyAMethodThatWasOffered_data()
{
    QTest::addColumn<QByteArray>("user");
    QTest::addColumn<int>("method");
    QTest::addColumn<ErrorCode>("error");
    QTest::newRow("login that is not there") << QByteArray() << 2 << ErrorCode::UpstreamProtocolError;
    QTest::newRow("GSSAPI") << QByteArray("bob") << 1 << ErrorCode::UpstreamProtocolError;
    QTest::newRow("a private one") << QByteArray() << 0x80 << ErrorCode::UpstreamProtocolError;
    QTest::newRow("none, without a login") << QByteArray() << 0xff << ErrorCode::UpstreamLoginFailed;
    QTest::newRow("none, with a login") << QByteArray("bob") << 0xff << ErrorCode::UpstreamLoginFailed;
}

void TestHandshake::takesOnlyAMethodThatWasOffered()
{
    QFETCH(const QByteArray, user);
    QFETCH(const int, method);
    QFETCH(const ErrorCode, error);
    const auto handshake = begin(ServerProtocol::Socks5, user.constData(), "secret");
    const Outcome outcome = feed(*handshake, hex("05") + static_cast<char>(method) + hex("01 00"), 1);
    QVERIFY(outcome.last.kind == Kind::Failed);
    QCOMPARE(outcome.last.error.code, error);
    QVERIFY(outcome.last.isServersFault);
    QVERIFY(!outcome.last.error.detail.isEmpty());
    QVERIFY(outcome.sent.isEmpty());
}

void TestHandshake::logsInWhenAskedTo()
{
    const auto handshake = begin(ServerProtocol::Socks5, "bob", "sec:ret");
    const Outcome outcome = feed(*handshake, hex("05 02 01 00") + kGranted5, 1);
    QCOMPARE(outcome.sent,
             (QList<QByteArray>{upstream::makeLogin({"bob", "sec:ret"}),
                                upstream::makeSocks5Request(socks5::Command::Connect, kTarget)}));
    QVERIFY(outcome.last.kind == Kind::Done);

    // Who does not ask does not get it.
    const auto unasked = begin(ServerProtocol::Socks5, "bob", "sec:ret");
    QCOMPARE(feed(*unasked, hex("05 00"), 1).sent,
             QList<QByteArray>{upstream::makeSocks5Request(socks5::Command::Connect, kTarget)});
}

void TestHandshake::tellsThatTheLoginFailed()
{
    const auto handshake = begin(ServerProtocol::Socks5, "bob", "wrong");
    const Outcome outcome = feed(*handshake, hex("05 02 01 01"), 1);
    QVERIFY(outcome.last.kind == Kind::Failed);
    QCOMPARE(outcome.last.error.code, ErrorCode::UpstreamLoginFailed);
    QVERIFY(outcome.last.isServersFault);
    QVERIFY(!outcome.last.error.detail.toEnglish().contains(u"wrong"_s));
}

void TestHandshake::tellsWhatHttpSays_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<ErrorCode>("error");
    QTest::addColumn<bool>("isServersFault");
    QTest::newRow("switching protocols") << 101 << ErrorCode::UpstreamFailed << false;
    QTest::newRow("moved") << 302 << ErrorCode::UpstreamFailed << false;
    QTest::newRow("bad request") << 400 << ErrorCode::UpstreamFailed << false;
    QTest::newRow("unauthorized") << 401 << ErrorCode::UpstreamLoginFailed << true;
    QTest::newRow("forbidden") << 403 << ErrorCode::UpstreamRefused << false;
    QTest::newRow("not found") << 404 << ErrorCode::UpstreamFailed << false;
    QTest::newRow("no CONNECT here") << 405 << ErrorCode::UpstreamRefused << false;
    QTest::newRow("login wanted") << 407 << ErrorCode::UpstreamLoginFailed << true;
    QTest::newRow("server error") << 500 << ErrorCode::UpstreamFailed << false;
    QTest::newRow("bad gateway") << 502 << ErrorCode::UpstreamFailed << false;
    QTest::newRow("unavailable") << 503 << ErrorCode::UpstreamFailed << false;
    QTest::newRow("gateway timeout") << 504 << ErrorCode::ConnectionTimedOut << false;
    QTest::newRow("the highest") << 599 << ErrorCode::UpstreamFailed << false;
}

void TestHandshake::tellsWhatHttpSays()
{
    QFETCH(const int, status);
    QFETCH(const ErrorCode, error);
    QFETCH(const bool, isServersFault);
    for (const char *user : {"", "bob"}) {
        const auto handshake = begin(ServerProtocol::Http, user, "secret");
        const HandshakeStep step =
            feed(*handshake, statusHead(status, "Content-Length: 5\r\n") + "sorry", 1).last;
        QVERIFY(step.kind == Kind::Failed);
        QCOMPARE(step.error.code, error);
        QCOMPARE(step.isServersFault, isServersFault);
        const bool asksForLogin = error == ErrorCode::UpstreamLoginFailed && QByteArrayView(user).isEmpty();
        QVERIFY(asksForLogin || step.error.detail.toEnglish().contains(QString::number(status)));
    }
}

void TestHandshake::waitsBehindInterimAnswers()
{
    const QByteArray answer = statusHead(100) + statusHead(103, "Link: <x>\r\n") + statusHead(200);
    for (qsizetype chunk = 1; chunk <= answer.size(); ++chunk) {
        const auto handshake = begin(ServerProtocol::Http);
        const Outcome outcome = feed(*handshake, answer + "early", chunk);
        QVERIFY(outcome.last.kind == Kind::Done);
        QCOMPARE(outcome.continues, 2);
        QVERIFY(outcome.sent.isEmpty());
        QCOMPARE(outcome.left, QByteArray("early"));
    }
}

/// A server that sends nothing else, without end, must not keep anybody busy.
void TestHandshake::givesUpAfterTooManyInterimAnswers()
{
    const QByteArray flood = statusHead(100).repeated(1'000);
    const auto handshake = begin(ServerProtocol::Http);
    const Outcome outcome = feed(*handshake, flood, 16 * 1024);
    QVERIFY(outcome.last.kind == Kind::Failed);
    QCOMPARE(outcome.last.error.code, ErrorCode::UpstreamProtocolError);
    QVERIFY(outcome.last.isServersFault);
    QVERIFY(outcome.continues < 100);
}

void TestHandshake::failsOnGarbage_data()
{
    QTest::addColumn<ServerProtocol>("protocol");
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("socks4, HTTP") << ServerProtocol::Socks4 << statusHead(400);
    QTest::newRow("socks4a, SOCKS5") << ServerProtocol::Socks4a << hex("05 00");
    QTest::newRow("socks5, HTTP") << ServerProtocol::Socks5 << statusHead(400);
    QTest::newRow("socks5, TLS alert") << ServerProtocol::Socks5 << hex("15 03 03 00 02 02 28");
    QTest::newRow("socks5, garbage behind the method") << ServerProtocol::Socks5 << hex("05 00 48 54 54 50");
    QTest::newRow("socks5, garbage in the reply") << ServerProtocol::Socks5 << hex("05 00 05 00 00 09 00 00");
    QTest::newRow("http, SOCKS5") << ServerProtocol::Http << hex("05 ff 0d 0a 0d 0a");
    QTest::newRow("http, ssh") << ServerProtocol::Http << QByteArray("SSH-2.0-OpenSSH_9.2\r\n\r\n");
    QTest::newRow("http, TLS alert") << ServerProtocol::Http << hex("15 03 03 00 02 02 28 0d 0a 0d 0a");
    QTest::newRow("http, no status") << ServerProtocol::Http << QByteArray("HTTP/1.1 abc x\r\n\r\n");
    QTest::newRow("http, status 99") << ServerProtocol::Http << QByteArray("HTTP/1.1 099 x\r\n\r\n");
    QTest::newRow("http, a NUL in a header")
        << ServerProtocol::Http << "HTTP/1.1 200 OK\r\nA: b" + QByteArray(1, '\0') + "\r\n\r\n";
    QTest::newRow("http, framed in two ways")
        << ServerProtocol::Http << statusHead(200, "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n");
}

void TestHandshake::failsOnGarbage()
{
    QFETCH(const ServerProtocol, protocol);
    QFETCH(const QByteArray, answer);
    for (const qsizetype chunk : {qsizetype{1}, answer.size()}) {
        const auto handshake = begin(protocol);
        const HandshakeStep step = feed(*handshake, answer, chunk).last;
        QVERIFY(step.kind == Kind::Failed);
        QCOMPARE(step.error.code, ErrorCode::UpstreamProtocolError);
        QVERIFY(step.isServersFault);
    }
}

void TestHandshake::neverWantsMoreThanAnAnswersLength_data()
{
    QTest::addColumn<ServerProtocol>("protocol");
    QTest::addColumn<QByteArray>("answer");
    QTest::newRow("socks4") << ServerProtocol::Socks4 << QByteArray(16 * 1024, '\0');
    QTest::newRow("socks5, longest name")
        << ServerProtocol::Socks5 << hex("05 00 05 00 00 03 ff") + QByteArray(16 * 1024, 'n');
}

/// SOCKS says how long its answers are, so that the limit of the tunnel is never met.
void TestHandshake::neverWantsMoreThanAnAnswersLength()
{
    QFETCH(const ServerProtocol, protocol);
    QFETCH(const QByteArray, answer);
    const auto handshake = begin(protocol);
    const HandshakeStep step = feed(*handshake, answer, 1).last;
    QVERIFY(step.kind == Kind::Done || step.kind == Kind::Failed);
}

void TestHandshake::knowsWhenTheTargetIsWaitedFor()
{
    for (const ServerProtocol protocol :
         {ServerProtocol::Socks4, ServerProtocol::Socks4a, ServerProtocol::Http}) {
        const auto handshake = begin(protocol);
        (void)handshake->start();
        QVERIFY(handshake->awaitsTarget());
    }
    const auto handshake = begin(ServerProtocol::Socks5, "bob", "secret");
    (void)handshake->start();
    QVERIFY(!handshake->awaitsTarget());
    (void)feed(*handshake, hex("05 02"), 2);
    QVERIFY(!handshake->awaitsTarget());
    (void)feed(*handshake, hex("01 00"), 2);
    QVERIFY(handshake->awaitsTarget());
}

void TestHandshake::knowsWhatCannotBeSaid_data()
{
    QTest::addColumn<ServerProtocol>("protocol");
    QTest::addColumn<socks5::Command>("command");
    QTest::addColumn<QByteArray>("host");
    QTest::addColumn<ErrorCode>("error");

    using socks5::Command;
    const auto none = ErrorCode::None;
    const auto cannot = ErrorCode::RouteCannotCarry;
    const auto http = ServerProtocol::Http;
    for (const auto protocol : {ServerProtocol::Socks4, ServerProtocol::Socks4a}) {
        const char *const name = protocol == ServerProtocol::Socks4 ? "socks4" : "socks4a";
        QTest::addRow("%s, IPv4", name) << protocol << Command::Connect << QByteArray("192.0.2.7") << none;
        QTest::addRow("%s, BIND", name) << protocol << Command::Bind << QByteArray("192.0.2.7") << none;
        QTest::addRow("%s, UDP", name)
            << protocol << Command::UdpAssociate << QByteArray("192.0.2.7") << cannot;
        QTest::addRow("%s, IPv6", name)
            << protocol << Command::Connect << QByteArray("2001:db8::7") << ErrorCode::AddressTypeUnsupported;
    }
    for (const auto command : {Command::Connect, Command::Bind, Command::UdpAssociate}) {
        for (const char *host : {"192.0.2.7", "2001:db8::7", "www.example.org", "a:b/c"})
            QTest::addRow("socks5, command %d, %s", static_cast<int>(command), host)
                << ServerProtocol::Socks5 << command << QByteArray(host) << none;
    }
    QTest::newRow("http, BIND") << http << Command::Bind << QByteArray("192.0.2.7") << cannot;
    QTest::newRow("http, UDP") << http << Command::UdpAssociate << QByteArray("192.0.2.7") << cannot;
    QTest::newRow("http, IPv6") << http << Command::Connect << QByteArray("2001:db8::7") << none;
    QTest::newRow("http, name") << http << Command::Connect << QByteArray("www.example.org") << none;
    for (const char divider : QByteArrayView(":/?#[]@\\")) {
        const QByteArray host = QByteArray("a") + divider + "b";
        QTest::addRow("http, %s", host.constData()) << http << Command::Connect << host << cannot;
    }
}

void TestHandshake::knowsWhatCannotBeSaid()
{
    QFETCH(const ServerProtocol, protocol);
    QFETCH(const socks5::Command, command);
    QFETCH(const QByteArray, host);
    QFETCH(const ErrorCode, error);
    Destination target{{}, {}, 443};
    if (const auto literal = Address::fromLiteral(QString::fromLatin1(host)))
        target.address = *literal;
    else
        target.name = host;
    QCOMPARE(whyNotSayable(server(protocol), command, target).code, error);
}

QTEST_APPLESS_MAIN(TestHandshake)
#include "tst_handshake.moc"
