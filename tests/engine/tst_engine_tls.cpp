// SPDX-License-Identifier: MIT
#include "tests/support/process.h"
#include "tests/support/pumps.h"
#include "tests/support/tlsserver.h"
#include "tests/support/upstreamscene.h"

#include <QTest>
#include <QtEndian>

#include <thread>

using namespace engine;
using namespace Qt::StringLiterals;
using std::chrono::milliseconds;
using test::Dialect;
using test::nameTarget;
using test::Proxy;
using test::Servers;
using test::TlsPeer;

namespace
{

constexpr const Dialect &kSocks5 = test::kDialects[2];
constexpr const Dialect &kHttp = test::kDialects[4];

/// Plays a server as test::play() does.
bool play(TlsPeer &server, const test::Exchanges &exchanges, const QByteArray &early = {})
{
    for (qsizetype i = 0; i < exchanges.size(); ++i) {
        if (server.receive(exchanges[i].request.size()) != exchanges[i].request)
            return false;
        if (!server.send(exchanges[i].answer + (i + 1 == exchanges.size() ? early : QByteArray())))
            return false;
    }
    return true;
}

/// Whether nothing but an alert follows the rest of a client's first record, whose type has been read (RFC
/// 8446, 5.1). The record itself may hold any bytes.
bool isOneHello(const QByteArray &rest)
{
    constexpr qsizetype kHeader = 4; // version and length
    if (rest.size() < kHeader)
        return false;
    const QByteArray next = rest.mid(kHeader + qFromBigEndian<quint16>(rest.constData() + 2));
    return next.isEmpty() || next.startsWith('\x15');
}

/// Both ends of a relay by way of a server with TLS.
struct TlsRelay {
    test::RawSocket client;
    TlsPeer server;

    bool open(Proxy &proxy, test::TlsServer &listener)
    {
        client = proxy.ask(nameTarget());
        server = listener.accept();
        return server.isEncrypted() && play(server, test::exchanges(kSocks5, nameTarget())) &&
               test::readSocks5Reply(client).code == 0;
    }
};

} // namespace

class TestEngineTls : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void reachesTheTarget_data();
    void reachesTheTarget();
    void refusesAnotherCertificate_data() { test::addPumpRows(); }
    void refusesAnotherCertificate();
    void refusesACertificateThatNobodyTrusts();
    void refusesAServerWithoutTls_data() { test::addPumpRows(); }
    void refusesAServerWithoutTls();
    void goesToTheNextServer();
    void goesThroughTlsInTls_data() { test::addPumpRows(); }
    void goesThroughTlsInTls();
    void movesMuchBothWays_data() { test::addPumpRows(); }
    void movesMuchBothWays();
    void holdsBackWhatNobodyReads_data() { test::addPumpRows(); }
    void holdsBackWhatNobodyReads();
    void hearsTheServerOutBehindAClientsEnd_data() { test::addPumpRows(); }
    void hearsTheServerOutBehindAClientsEnd();
    void deliversEverythingBeforeTheServersEnd_data() { test::addPumpRows(); }
    void deliversEverythingBeforeTheServersEnd();
    void passesOnAReset_data();
    void passesOnAReset();
    void endsWithAServerThatVanishes_data() { test::addPumpRows(); }
    void endsWithAServerThatVanishes();
    void givesEverythingBack_data();
    void givesEverythingBack();

private:
    [[nodiscard]] Servers pinned(const Dialect &dialect, const Endpoint &endpoint) const;

    /// "AB:CD:...", as openssl tells it.
    [[nodiscard]] QString fingerprint() const
    {
        return QString::fromLatin1(m_identity.sha256().toHex(':').toUpper());
    }

    test::TlsIdentity m_identity;
};

void TestEngineTls::initTestCase()
{
    const std::optional<test::TlsIdentity> identity = test::TlsIdentity::make();
    if (!identity)
        QSKIP("There is no openssl that makes certificates");
    m_identity = *identity;
}

Servers TestEngineTls::pinned(const Dialect &dialect, const Endpoint &endpoint) const
{
    Servers servers(test::pumpProfile());
    servers.add("s", dialect, endpoint);
    servers.profile.servers[0].tls = true;
    servers.profile.servers[0].certificateSha256 = m_identity.sha256();
    return servers;
}

void TestEngineTls::reachesTheTarget_data()
{
    QTest::addColumn<RelayPump>("pump");
    QTest::addColumn<const Dialect *>("dialect");
    for (const RelayPump pump : {RelayPump::Native, RelayPump::Portable}) {
        for (const Dialect &dialect : test::kDialects)
            QTest::addRow("%s, %s", pump == RelayPump::Native ? "native" : "portable", dialect.title)
                << pump << &dialect;
    }
}

void TestEngineTls::reachesTheTarget()
{
    QFETCH(const Dialect *, dialect);
    test::TlsServer listener(m_identity);
    Proxy proxy(pinned(*dialect, listener.endpoint()));
    const Destination target = test::targetFor(*dialect);
    test::RawSocket client = proxy.ask(target);
    TlsPeer server = listener.accept();
    QVERIFY(server.isEncrypted());
    QVERIFY(play(server, test::exchanges(*dialect, target), "early"));
    QCOMPARE(test::readSocks5Reply(client).code, 0);
    QCOMPARE(client.receive(5), QByteArray("early"));
    QVERIFY(client.send("question"));
    QCOMPARE(server.receive(8), QByteArray("question"));
    QVERIFY(server.send("answer"));
    QCOMPARE(client.receive(6), QByteArray("answer"));
}

/// Nothing of what a server may know is said to another one.
void TestEngineTls::refusesAnotherCertificate()
{
    test::TlsServer listener(m_identity);
    Servers servers = pinned(kHttp, listener.endpoint());
    servers.profile.servers[0].certificateSha256[0] ^= 1;
    Proxy proxy(servers);
    test::RawSocket client = proxy.ask(nameTarget());
    TlsPeer server = listener.accept();
    QCOMPARE(server.receive(1), QByteArray());
    QCOMPARE(test::readSocks5Reply(client).code, 1);
    const Error told = proxy.errorOf(client);
    QCOMPARE(told.code, ErrorCode::UpstreamTlsFailed);
    QVERIFY2(told.detail.toEnglish().contains(fingerprint()), qPrintable(told.detail.toEnglish()));
}

void TestEngineTls::refusesACertificateThatNobodyTrusts()
{
    test::TlsServer listener(m_identity);
    Servers servers;
    servers.add("s", kSocks5, listener.endpoint());
    servers.profile.servers[0].tls = true;
    Proxy proxy(servers);
    test::RawSocket client = proxy.ask(nameTarget());
    TlsPeer server = listener.accept();
    QCOMPARE(server.receive(1), QByteArray());
    QCOMPARE(test::readSocks5Reply(client).code, 1);
    const Error told = proxy.errorOf(client);
    QCOMPARE(told.code, ErrorCode::UpstreamTlsFailed);
    QVERIFY2(told.detail.toEnglish().endsWith(u" (its certificate has the SHA-256 "_s + fingerprint() + u')'),
             qPrintable(told.detail.toEnglish()));
}

/// Never a silent downgrade.
void TestEngineTls::refusesAServerWithoutTls()
{
    for (const QByteArray &answer : {QByteArray::fromHex("0500"), QByteArray("HTTP/1.1 200 OK\r\n\r\n"),
                                     QByteArray(70'000, '\x16'), QByteArray()}) {
        const test::RawListener listener;
        Proxy proxy(pinned(kSocks5, listener.endpoint()));
        test::RawSocket client = proxy.ask(nameTarget());
        test::RawSocket server = listener.accept();
        QCOMPARE(server.receive(1), QByteArray("\x16")); // TLS handshake
        server.send(answer);
        server.shutdownWrite();
        QVERIFY(isOneHello(server.receiveAll()));
        QCOMPARE(test::readSocks5Reply(client).code, 1);
        QCOMPARE(proxy.errorOf(client).code, ErrorCode::UpstreamTlsFailed);
    }
}

void TestEngineTls::goesToTheNextServer()
{
    test::TlsServer first(m_identity);
    const test::RawListener second;
    Servers servers;
    servers.add("a", kSocks5, first.endpoint());
    servers.profile.servers[0].tls = true;
    servers.add("b", kSocks5, second.endpoint());
    servers.group();
    Proxy proxy(servers);
    test::RawSocket client = proxy.ask(nameTarget());
    (void)first.accept();
    test::RawSocket server = second.accept();
    QVERIFY(test::play(server, test::exchanges(kSocks5, nameTarget())));
    QCOMPARE(test::readSocks5Reply(client).code, 0);
}

/// A chain of two servers with TLS, where the first one is real enough to relay to the second.
void TestEngineTls::goesThroughTlsInTls()
{
    test::TlsServer outer(m_identity);
    const Endpoint next = test::endpoint("192.0.2.1", 1080);
    Servers servers = pinned(kSocks5, outer.endpoint());
    servers.add("t", kSocks5, next);
    servers.profile.servers[1].tls = true;
    servers.profile.servers[1].certificateSha256 = m_identity.sha256();
    servers.group(RouteKind::Chain);
    Proxy proxy(servers);
    const test::RawSocket client = proxy.ask(nameTarget());
    TlsPeer server = outer.accept();
    QVERIFY(play(server, test::exchanges(kSocks5, {next.address, {}, next.port})));
    QCOMPARE(server.receive(1), QByteArray("\x16")); // the second TLS handshake, inside the first
}

void TestEngineTls::movesMuchBothWays()
{
    const qsizetype size = qsizetype{50'000'000} / test::kSlowness;
    const QByteArray up = test::patternBytes(size, 1);
    const QByteArray down = test::patternBytes(size, 2);
    test::TlsServer listener(m_identity);
    Proxy proxy(pinned(kSocks5, listener.endpoint()));
    TlsRelay relay;
    QVERIFY(relay.open(proxy, listener));
    bool sent = false;
    bool received = false;
    std::thread sender([&] { sent = relay.client.send(up); });
    QVERIFY(relay.server.receive(size) == up);
    sender.join();
    QVERIFY(sent);
    std::thread receiver([&] { received = relay.client.receive(size) == down; });
    QVERIFY(relay.server.send(down));
    receiver.join();
    QVERIFY(received);
}

/// Each side is read only as far as the other one reads; what was held back still comes.
void TestEngineTls::holdsBackWhatNobodyReads()
{
    // Twice what Linux may let grow in the buffers of two connections: 32 MiB and 4 MiB each on some
    // machines.
    const QByteArray much = test::patternBytes(160'000'000);
    test::TlsServer listener(m_identity);
    Proxy proxy(pinned(kSocks5, listener.endpoint()));
    TlsRelay relay;
    QVERIFY(relay.open(proxy, listener));
    const long before = test::residentKiB();
    qsizetype taken = 0;
    while (taken < much.size() && relay.client.send(much.sliced(taken, 64'000), milliseconds{300}))
        taken += 64'000;
    QVERIFY2(taken < much.size() / 2, QByteArray::number(taken).constData());
    QVERIFY(test::kSlowness > 1 || test::residentKiB() - before < 16 * 1024);
    QVERIFY(relay.server.receive(taken) == much.first(taken));
}

/// TLS cannot be half-closed here, but what the server sends afterwards still arrives.
void TestEngineTls::hearsTheServerOutBehindAClientsEnd()
{
    const QByteArray much = test::patternBytes(3'000'000);
    test::TlsServer listener(m_identity);
    Proxy proxy(pinned(kSocks5, listener.endpoint()));
    TlsRelay relay;
    QVERIFY(relay.open(proxy, listener));
    QVERIFY(relay.client.send("question"));
    relay.client.shutdownWrite();
    QCOMPARE(relay.server.receive(8), QByteArray("question"));
    QByteArray received;
    std::thread receiver([&] { received = relay.client.receiveAll(); });
    QVERIFY(relay.server.send(much));
    relay.server.close();
    receiver.join();
    QVERIFY(received == much);
    QCOMPARE(relay.client.end(), test::StreamEnd::Fin);
}

/// A client that reads slowly loses nothing when the server is long gone.
void TestEngineTls::deliversEverythingBeforeTheServersEnd()
{
    test::TlsServer listener(m_identity);
    Proxy proxy(pinned(kSocks5, listener.endpoint()));
    for (const int size : {1, 16'384, 200'000, 400'000, 1'000'000, 2'000'000}) {
        const QByteArray bytes = test::patternBytes(size);
        TlsRelay relay;
        QVERIFY(relay.open(proxy, listener));
        QVERIFY(relay.server.send(bytes));
        relay.server.close();
        QVERIFY(relay.client.receiveAll() == bytes);
        QCOMPARE(relay.client.end(), test::StreamEnd::Fin);
    }
}

void TestEngineTls::passesOnAReset_data()
{
    QTest::addColumn<RelayPump>("pump");
    QTest::addColumn<bool>("fromServer");
    QTest::addColumn<int>("size");
    for (const RelayPump pump : {RelayPump::Native, RelayPump::Portable}) {
        const char *const title = pump == RelayPump::Native ? "native" : "portable";
        for (const int size : {0, 6, 100'000}) {
            QTest::addRow("%s, the server's after %d bytes", title, size) << pump << true << size;
            QTest::addRow("%s, the client's after %d bytes", title, size) << pump << false << size;
        }
    }
}

/// What came before must not be taken for all there was.
void TestEngineTls::passesOnAReset()
{
    QFETCH(const bool, fromServer);
    QFETCH(const int, size);
    const QByteArray part = test::patternBytes(size);
    test::TlsServer listener(m_identity);
    Proxy proxy(pinned(kSocks5, listener.endpoint()));
    TlsRelay relay;
    QVERIFY(relay.open(proxy, listener));
    if (fromServer) {
        QVERIFY(relay.server.send(part));
        QVERIFY(relay.client.receive(part.size()) == part);
        relay.server.reset();
        QCOMPARE(relay.client.waitForEnd(), test::StreamEnd::Reset);
    } else {
        QVERIFY(relay.client.send(part));
        QVERIFY(relay.server.receive(part.size()) == part);
        relay.client.reset();
        QVERIFY(relay.server.endsByReset());
    }
    QVERIFY(proxy.waitFor([&] { return proxy.totals().live == 0; }));
}

void TestEngineTls::endsWithAServerThatVanishes()
{
    test::TlsServer listener(m_identity);
    Proxy proxy(pinned(kSocks5, listener.endpoint()));
    TlsRelay relay;
    QVERIFY(relay.open(proxy, listener));
    QVERIFY(relay.server.send("half a"));
    QCOMPARE(relay.client.receive(6), QByteArray("half a"));
    relay.server.vanish();
    QVERIFY(relay.client.waitForEnd() != test::StreamEnd::Open);
}

/// The portable poller does not tell that the near end is closed both ways: there the connection stays until
/// kTlsHalfClosedTimeout.
void TestEngineTls::givesEverythingBack_data()
{
    QTest::addColumn<RelayPump>("pump");
    QTest::newRow("native pump") << RelayPump::Native;
}

void TestEngineTls::givesEverythingBack()
{
    if (test::openDescriptors() < 0)
        QSKIP("This system does not tell a process's descriptors");
    test::TlsServer listener(m_identity);
    const test::RawListener silent;
    Servers servers = pinned(kSocks5, listener.endpoint());
    Proxy proxy(servers);
    {
        // What is opened with the first connection stays open.
        TlsRelay relay;
        QVERIFY(relay.open(proxy, listener));
    }
    QVERIFY(proxy.waitFor([&] { return proxy.totals().live == 0; }));
    const int descriptors = test::openDescriptors();
    for (int i = 0; i < 5; ++i) {
        TlsRelay relay;
        QVERIFY(relay.open(proxy, listener));
        relay.client.reset();
        QVERIFY(relay.server.waitForEnd());
    }
    QVERIFY(proxy.waitFor([&] { return test::openDescriptors() <= descriptors; }));

    // In the middle of the TLS handshake.
    servers.profile.servers[0].port = silent.endpoint().port;
    QVERIFY(proxy.apply(servers.profile));
    test::RawSocket client = proxy.ask(nameTarget());
    test::RawSocket server = silent.accept();
    QCOMPARE(server.receive(1), QByteArray("\x16"));
    client.reset();
    QVERIFY(server.waitForEnd() != test::StreamEnd::Open);
    server.close();
    QVERIFY(proxy.waitFor([&] { return test::openDescriptors() <= descriptors; }));
}

QTEST_GUILESS_MAIN(TestEngineTls)
#include "tst_engine_tls.moc"
