// SPDX-License-Identifier: MIT
#include "tests/support/bytes.h"
#include "tests/support/echoserver.h"
#include "tests/support/testengine.h"

#include <QNetworkDatagram>
#include <QNetworkProxy>
#include <QTcpServer>
#include <QTcpSocket>
#include <QTest>
#include <QUdpSocket>

#include <memory>

using namespace engine;

namespace
{

constexpr int kPatienceMilliseconds = static_cast<int>(test::kPatience.count());
constexpr qsizetype kPayloadSize = 1'000'000;

const QHostAddress kLoopback{QHostAddress::LocalHost};

Profile everyProtocol(Profile profile)
{
    for (ListenerProfile &listener : profile.listeners)
        listener.protocols |= Protocol::Http;
    return profile;
}

QNetworkProxy proxyAt(const Endpoint &listener, QNetworkProxy::ProxyType type, const QString &user = {},
                      const QString &password = {})
{
    return {type, listener.address.toString(), listener.port, user, password};
}

QByteArray bigEndian(quint16 number)
{
    return QByteArray(1, static_cast<char>(number >> 8)) + static_cast<char>(number & 0xff);
}

/// Echoes on loopback, without any proxy, on the thread of the test.
class EchoDatagrams : public QUdpSocket
{
public:
    EchoDatagrams()
    {
        setProxy(QNetworkProxy::NoProxy);
        connect(this, &QUdpSocket::readyRead, this, [this] {
            while (hasPendingDatagrams()) {
                const QNetworkDatagram datagram = receiveDatagram();
                writeDatagram("echo " + datagram.data(), datagram.senderAddress(),
                              static_cast<quint16>(datagram.senderPort()));
            }
        });
    }
};

} // namespace

Q_DECLARE_METATYPE(QNetworkProxy::ProxyType)

/// Qt's own client: what every Qt program speaks whose proxy is set to Hosier.
class TestEngineQtClient : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void carriesBothWays_data();
    void carriesBothWays();
    void tellsWhyNot_data();
    void tellsWhyNot();
    void carriesDatagrams_data();
    void carriesDatagrams();
    void acceptsByBind();
};

void TestEngineQtClient::carriesBothWays_data()
{
    QTest::addColumn<QNetworkProxy::ProxyType>("type");
    QTest::addColumn<QString>("host");
    QTest::addColumn<bool>("login");
    for (const bool login : {false, true}) {
        for (const char *host : {"127.0.0.1", "localhost"}) {
            QTest::addRow("SOCKS5, %s%s", host, login ? ", login" : "")
                << QNetworkProxy::Socks5Proxy << QString::fromLatin1(host) << login;
            QTest::addRow("HTTP, %s%s", host, login ? ", login" : "")
                << QNetworkProxy::HttpProxy << QString::fromLatin1(host) << login;
        }
    }
}

void TestEngineQtClient::carriesBothWays()
{
    QFETCH(const QNetworkProxy::ProxyType, type);
    QFETCH(const QString, host);
    QFETCH(const bool, login);
    test::TestEngine engine(everyProtocol(login ? test::passwordProfile() : test::openProfile()));
    const test::EchoServer echo;
    const QByteArray payload = test::patternBytes(kPayloadSize);

    QTcpSocket client;
    client.setProxy(login
                        ? proxyAt(engine.listener(), type, QStringLiteral("alice"), QStringLiteral("secret"))
                        : proxyAt(engine.listener(), type));
    client.connectToHost(host, echo.endpoint().port);
    QTRY_COMPARE_WITH_TIMEOUT(client.state(), QAbstractSocket::ConnectedState, kPatienceMilliseconds);
    client.write(payload);
    QTRY_COMPARE_WITH_TIMEOUT(client.bytesAvailable(), kPayloadSize, kPatienceMilliseconds);
    QCOMPARE(client.readAll(), payload);
    client.disconnectFromHost();
    // To HTTP, Qt offers no login before it is asked for one, and comes again on another connection.
    const qsizetype connections = login && type == QNetworkProxy::HttpProxy ? 2 : 1;
    QVERIFY(engine.waitFor([&engine, connections] { return engine.ended().size() == connections; }));
    const Connection ended = engine.ended().constLast();
    QCOMPARE(ended.targetHost, host);
    QCOMPARE(ended.bytesUp, static_cast<std::uint64_t>(kPayloadSize));
    QCOMPARE(ended.bytesDown, static_cast<std::uint64_t>(kPayloadSize));
}

void TestEngineQtClient::tellsWhyNot_data()
{
    QTest::addColumn<QNetworkProxy::ProxyType>("type");
    QTest::addColumn<bool>("locked");
    QTest::addColumn<QAbstractSocket::SocketError>("error");
    QTest::newRow("SOCKS5, refused") << QNetworkProxy::Socks5Proxy << false
                                     << QAbstractSocket::ConnectionRefusedError;
    QTest::newRow("SOCKS5, no login")
        << QNetworkProxy::Socks5Proxy << true << QAbstractSocket::ProxyAuthenticationRequiredError;
    QTest::newRow("HTTP, no login") << QNetworkProxy::HttpProxy << true
                                    << QAbstractSocket::ProxyAuthenticationRequiredError;
}

void TestEngineQtClient::tellsWhyNot()
{
    QFETCH(const QNetworkProxy::ProxyType, type);
    QFETCH(const bool, locked);
    QFETCH(const QAbstractSocket::SocketError, error);
    test::TestEngine engine(everyProtocol(locked ? test::passwordProfile() : test::openProfile()));
    const test::RefusingEndpoint refusing;
    QTcpSocket client;
    client.setProxy(proxyAt(engine.listener(), type));
    client.connectToHost(kLoopback, refusing.endpoint().port);
    QTRY_COMPARE_WITH_TIMEOUT(client.error(), error, kPatienceMilliseconds);
}

void TestEngineQtClient::carriesDatagrams_data()
{
    QTest::addColumn<bool>("login");
    QTest::newRow("no login") << false;
    QTest::newRow("login") << true;
}

void TestEngineQtClient::carriesDatagrams()
{
    QFETCH(const bool, login);
    test::TestEngine engine(login ? test::passwordProfile() : test::openProfile());
    EchoDatagrams echo;
    QVERIFY(echo.bind(kLoopback));

    QUdpSocket client;
    client.setProxy(login ? proxyAt(engine.listener(), QNetworkProxy::Socks5Proxy, QStringLiteral("alice"),
                                    QStringLiteral("secret"))
                          : proxyAt(engine.listener(), QNetworkProxy::Socks5Proxy));
    QVERIFY2(client.bind(QHostAddress::AnyIPv4), qPrintable(client.errorString()));
    for (const qsizetype size : {1, 512, 1'400, 9'000}) {
        const QByteArray payload = test::patternBytes(size);
        QCOMPARE(client.writeDatagram(payload, kLoopback, echo.localPort()), size);
        QTRY_VERIFY_WITH_TIMEOUT(client.hasPendingDatagrams(), kPatienceMilliseconds);
        const QNetworkDatagram answer = client.receiveDatagram();
        QCOMPARE(answer.data(), "echo " + payload);
        QCOMPARE(answer.senderAddress(), kLoopback);
        QCOMPARE(answer.senderPort(), int{echo.localPort()});
    }
    client.close();
    QVERIFY(engine.waitForCounts(1, 0));
}

void TestEngineQtClient::acceptsByBind()
{
    test::TestEngine engine;
    const QByteArray payload = test::patternBytes(kPayloadSize);

    QTcpServer server;
    server.setProxy(proxyAt(engine.listener(), QNetworkProxy::Socks5Proxy));
    // On loopback a QTcpServer listens itself and asks no proxy.
    QVERIFY2(server.listen(QHostAddress::AnyIPv4), qPrintable(server.errorString()));
    // The address that Hosier gave out is the one a peer is told.
    QCOMPARE(server.serverAddress(), kLoopback);
    QTcpSocket peer;
    peer.setProxy(QNetworkProxy::NoProxy);
    peer.connectToHost(server.serverAddress(), server.serverPort());
    QTRY_VERIFY_WITH_TIMEOUT(server.hasPendingConnections(), kPatienceMilliseconds);
    const std::unique_ptr<QTcpSocket> accepted(server.nextPendingConnection());
    QVERIFY(accepted);

    // A QTcpServer takes the first reply for the peer, so that the second one comes to whoever reads.
    const QByteArray secondReply = QByteArray::fromHex("050000017f000001") + bigEndian(peer.localPort());
    peer.write(payload);
    QTRY_COMPARE_WITH_TIMEOUT(accepted->bytesAvailable(), secondReply.size() + kPayloadSize,
                              kPatienceMilliseconds);
    QCOMPARE(accepted->readAll(), secondReply + payload);
    accepted->write(payload);
    QTRY_COMPARE_WITH_TIMEOUT(peer.bytesAvailable(), kPayloadSize, kPatienceMilliseconds);
    QCOMPARE(peer.readAll(), payload);
    peer.disconnectFromHost();
    QVERIFY(engine.waitFor([&engine] { return !engine.ended().isEmpty(); }));
    const Connection ended = engine.ended().constFirst();
    QCOMPARE(ended.command, ClientCommand::Bind);
    QCOMPARE(ended.bytesDown, static_cast<std::uint64_t>(kPayloadSize));
    QCOMPARE(ended.bytesUp, static_cast<std::uint64_t>(kPayloadSize));
}

QTEST_GUILESS_MAIN(TestEngineQtClient)
#include "tst_engine_qtclient.moc"
