// SPDX-License-Identifier: MIT
#include "tests/support/bytes.h"
#include "tests/support/ruleprofiles.h"
#include "tests/support/testengine.h"

#include <QTest>

using namespace engine;

namespace
{

/// A listener for all protocols and a rule that sends a host directly.
Profile pacProfile(Authentication authentication = Authentication::None)
{
    Profile profile = test::ruleProfile({test::hostRule("Inside", "intra.lan")});
    if (authentication == Authentication::Password) {
        profile.listeners.front().authentication = authentication;
        profile.users << test::user("alice", "secret");
    }
    return profile;
}

QByteArray request(const QByteArray &line, const QByteArray &host)
{
    return line + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
}

QByteArray bodyOf(const QByteArray &answer)
{
    return answer.sliced(answer.indexOf("\r\n\r\n") + 4);
}

} // namespace

class TestEnginePac : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void servesTheFile();
    void servesItByteByByte();
    void answersHead();
    void namesHostsToNobodyElse_data();
    void namesHostsToNobodyElse();
    void servesNothingElse_data();
    void servesNothingElse();
    void sendsALongFileWhole();
};

void TestEnginePac::servesTheFile()
{
    test::TestEngine engine(pacProfile());
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    const Endpoint address = client.local();
    client.send(request("GET /proxy.pac", engine.listener().toString().toLatin1()));
    const QByteArray answer = client.receiveAll();
    QVERIFY2(answer.startsWith("HTTP/1.1 200 OK\r\n"), answer.constData());
    for (const char *header :
         {"Content-Type: application/x-ns-proxy-autoconfig", "Cache-Control: no-store", "Connection: close",
          "X-Content-Type-Options: nosniff", "Cross-Origin-Resource-Policy: same-origin"})
        QVERIFY2(answer.contains(QByteArray("\r\n") + header + "\r\n"), header);
    QVERIFY(answer.contains("\r\nContent-Length: " + QByteArray::number(bodyOf(answer).size()) + "\r\n"));
    QVERIFY(answer.contains("SOCKS5 " + engine.listener().toString().toLatin1()));
    QVERIFY(answer.contains("intra.lan"));
    QVERIFY(!answer.contains("Inside"));
    QCOMPARE(client.end(), test::StreamEnd::Fin);
    client.close();
    const Connection ended = engine.endedOf(address);
    QCOMPARE(ended.error.code, ErrorCode::None);
    QCOMPARE(ended.state, ConnectionState::Closed);
}

void TestEnginePac::servesItByteByByte()
{
    test::TestEngine engine(pacProfile());
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    for (const char byte : request("GET /proxy.pac", "localhost"))
        client.send(QByteArray(1, byte));
    QVERIFY(client.receiveAll().contains("intra.lan"));
}

void TestEnginePac::answersHead()
{
    test::TestEngine engine(pacProfile());
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    client.send(request("HEAD /proxy.pac", "localhost"));
    const QByteArray answer = client.receiveAll();
    QVERIFY(answer.startsWith("HTTP/1.1 200 OK\r\n"));
    QVERIFY(answer.endsWith("\r\n\r\n"));
}

void TestEnginePac::namesHostsToNobodyElse_data()
{
    QTest::addColumn<Authentication>("authentication");
    QTest::addColumn<QByteArray>("host");
    QTest::newRow("no login") << Authentication::Password << QByteArray("127.0.0.1");
    QTest::newRow("another name that leads here") << Authentication::None << QByteArray("evil.example:1080");
}

void TestEnginePac::namesHostsToNobodyElse()
{
    QFETCH(const Authentication, authentication);
    QFETCH(const QByteArray, host);
    test::TestEngine engine(pacProfile(authentication));
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    client.send(request("GET /proxy.pac", host));
    const QByteArray answer = client.receiveAll();
    QVERIFY(answer.startsWith("HTTP/1.1 200 OK\r\n"));
    QVERIFY(answer.contains("FindProxyForURL"));
    QVERIFY(!answer.contains("intra.lan"));
}

void TestEnginePac::servesNothingElse_data()
{
    QTest::addColumn<QByteArray>("request");
    QTest::newRow("another path") << request("GET /", "127.0.0.1");
    QTest::newRow("a longer path") << request("GET /proxy.pac/x", "127.0.0.1");
    QTest::newRow("another method") << request("POST /proxy.pac", "127.0.0.1");
    QTest::newRow("a body") << QByteArray("GET /proxy.pac HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx");
    QTest::newRow("two hosts") << QByteArray("GET /proxy.pac HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n");
}

void TestEnginePac::servesNothingElse()
{
    QFETCH(const QByteArray, request);
    test::TestEngine engine(pacProfile());
    test::RawSocket client = test::RawSocket::connectTo(engine.listener());
    client.send(request);
    QVERIFY(client.receiveAll().startsWith("HTTP/1.1 400 "));
}

void TestEnginePac::sendsALongFileWhole()
{
    Profile profile = pacProfile();
    for (int number = 0; number < 400; ++number)
        profile.rules << test::hostRule("Inside", QByteArray("host" + QByteArray::number(number) + ".lan"));
    test::TestEngine engine(profile);
    for (int client = 0; client < 20; ++client) {
        test::RawSocket socket = test::RawSocket::connectTo(engine.listener());
        socket.send(request("GET /proxy.pac", "127.0.0.1"));
        const QByteArray answer = socket.receiveAll();
        QVERIFY(bodyOf(answer).size() > 32 * 1024);
        QVERIFY(answer.contains("Content-Length: " + QByteArray::number(bodyOf(answer).size()) + "\r\n"));
    }
}

QTEST_GUILESS_MAIN(TestEnginePac)
#include "tst_engine_pac.moc"
