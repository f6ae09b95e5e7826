// SPDX-License-Identifier: MIT
#include "engine/net/datagram.h"
#include "engine/net/socket.h"

#include "tests/support/bytes.h"
#include "tests/support/rawsocket.h"
#include "tests/support/socketapi.h"

#ifdef _WIN32
#include "engine/net/system_address_windows.h"
#else
#include "engine/net/system_address_posix.h"
#endif

#include <QTest>

#include <vector>

using namespace engine;

namespace
{

constexpr int kBacklog = 8;

/// What another program does that wants an address which somebody has.
bool canTakeOver(const Endpoint &endpoint, int type)
{
    net::SocketAddress system;
    const auto size = net::toSocketAddress(endpoint, system);
    const test::api::Handle other = ::socket(system.any.sa_family, type, 0);
    const int on = 1;
    ::setsockopt(other, SOL_SOCKET, SO_REUSEADDR, reinterpret_cast<const char *>(&on), sizeof on);
    const bool isBound =
        ::bind(other, &system.any, size) == 0 && (type == SOCK_DGRAM || ::listen(other, kBacklog) == 0);
    test::api::close(other);
    return isBound;
}

/// Wine lets nobody take an address over in any case; Windows only does not when it was asked not to.
bool isForOneAlone(const net::Socket &socket)
{
#ifdef _WIN32
    BOOL isExclusive = FALSE;
    int size = sizeof isExclusive;
    ::getsockopt(static_cast<SOCKET>(socket.descriptor()), SOL_SOCKET, SO_EXCLUSIVEADDRUSE,
                 reinterpret_cast<char *>(&isExclusive), &size);
    return isExclusive != FALSE;
#else
    return socket.isOpen();
#endif
}

bool isInherited(const net::Socket &socket)
{
#ifdef _WIN32
    DWORD flags = HANDLE_FLAG_INHERIT;
    ::GetHandleInformation(reinterpret_cast<HANDLE>(socket.descriptor()), &flags);
    return (flags & HANDLE_FLAG_INHERIT) != 0;
#else
    return (::fcntl(static_cast<int>(socket.descriptor()), F_GETFD) & FD_CLOEXEC) == 0;
#endif
}

} // namespace

/// What the engine asks of the system's sockets.
class TestSocket : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void keepsTheAddressItListensOn_data();
    void keepsTheAddressItListensOn();
    void keepsTheAddressOfDatagrams();
    void listensToIpv6Alone();
    void listensAgainWhileConnectionsLast();
    void saysWhyItCannotListen();
    void keepsManyClientsWaiting();
    void leavesNoSocketToChildren();
};

void TestSocket::keepsTheAddressItListensOn_data()
{
    QTest::addColumn<QByteArray>("ours");
    QTest::addColumn<QByteArray>("theirs");
    QTest::newRow("IPv4") << QByteArray("127.0.0.1") << QByteArray("127.0.0.1");
    QTest::newRow("IPv6") << QByteArray("::1") << QByteArray("::1");
    QTest::newRow("one address of all") << QByteArray("0.0.0.0") << QByteArray("127.0.0.1");
}

void TestSocket::keepsTheAddressItListensOn()
{
    QFETCH(const QByteArray, ours);
    QFETCH(const QByteArray, theirs);
    auto listener = net::Socket::openListening({test::address(ours.constData()), 0}, kBacklog);
    if (!listener && ours == "::1")
        QSKIP("No IPv6 here");
    QVERIFY(listener);
    const Endpoint wanted{test::address(theirs.constData()), listener->localEndpoint().port};
    QVERIFY(isForOneAlone(*listener));
    QVERIFY(!canTakeOver(wanted, SOCK_STREAM));
    listener->close();
    QVERIFY(canTakeOver(wanted, SOCK_STREAM));
}

void TestSocket::keepsTheAddressOfDatagrams()
{
    auto socket = net::openDatagramSocket({test::address("127.0.0.1"), 0});
    QVERIFY(socket);
    const Endpoint wanted = socket->localEndpoint();
    QVERIFY(isForOneAlone(*socket));
    QVERIFY(!canTakeOver(wanted, SOCK_DGRAM));
    socket->close();
    QVERIFY(canTakeOver(wanted, SOCK_DGRAM));
}

void TestSocket::listensToIpv6Alone()
{
    const auto six = net::Socket::openListening({test::address("::"), 0}, kBacklog);
    if (!six)
        QSKIP("No IPv6 here");
    const std::uint16_t port = six->localEndpoint().port;
    QVERIFY(net::Socket::openListening({test::address("127.0.0.1"), port}, kBacklog));
}

/// As when the proxy is switched off and on again.
void TestSocket::listensAgainWhileConnectionsLast()
{
    auto listener = net::Socket::openListening({test::address("127.0.0.1"), 0}, kBacklog);
    QVERIFY(listener);
    const Endpoint endpoint = listener->localEndpoint();
    const test::RawSocket client = test::RawSocket::connectTo(endpoint);
    net::Accepted accepted;
    QVERIFY(QTest::qWaitFor([&] {
        accepted = net::acceptClient(listener->descriptor());
        return accepted.status == net::IoStatus::Done;
    }));
    listener->close();
    const auto again = net::Socket::openListening(endpoint, kBacklog);
    QVERIFY2(again, qPrintable(again ? QString() : errorText(again.error())));
    QCOMPARE(again->localEndpoint(), endpoint);
    QVERIFY(test::RawSocket::connectTo(endpoint).isOpen());
}

void TestSocket::saysWhyItCannotListen()
{
    const auto listener = net::Socket::openListening({test::address("127.0.0.1"), 0}, kBacklog);
    QVERIFY(listener);
    const auto second = net::Socket::openListening(listener->localEndpoint(), kBacklog);
    QVERIFY(!second);
    QCOMPARE(second.error().code, ErrorCode::AddressInUse);
    const auto elsewhere =
        net::Socket::openListening({test::address("192.0.2.1"), 0}, kBacklog); // TEST-NET-1
    QVERIFY(!elsewhere);
    QCOMPARE(elsewhere.error().code, ErrorCode::AddressUnavailable);
}

/// As many as a browser opens at once, and more than Windows keeps unless it is asked.
void TestSocket::keepsManyClientsWaiting()
{
    constexpr std::size_t kClients = 300;
    constexpr int kLargeBacklog = 1024;
    const auto listener = net::Socket::openListening({test::address("127.0.0.1"), 0}, kLargeBacklog);
    QVERIFY(listener);
    std::vector<test::RawSocket> clients;
    while (clients.size() < kClients) {
        clients.push_back(test::RawSocket::connectTo(listener->localEndpoint()));
        QVERIFY2(clients.back().isOpen(), QByteArray::number(qsizetype(clients.size())).constData());
    }
    for (std::size_t taken = 0; taken < kClients; ++taken)
        QCOMPARE(net::acceptClient(listener->descriptor()).status, net::IoStatus::Done);
}

void TestSocket::leavesNoSocketToChildren()
{
    const auto listener = net::Socket::openListening({test::address("127.0.0.1"), 0}, kBacklog);
    QVERIFY(listener);
    const test::RawSocket client = test::RawSocket::connectTo(listener->localEndpoint());
    net::Accepted accepted;
    QVERIFY(QTest::qWaitFor([&] {
        accepted = net::acceptClient(listener->descriptor());
        return accepted.status == net::IoStatus::Done;
    }));
    const auto second = accepted.socket.duplicate();
    QVERIFY(second);
    const auto datagrams = net::openDatagramSocket({test::address("127.0.0.1"), 0});
    QVERIFY(datagrams);
    QVERIFY(!isInherited(*listener));
    QVERIFY(!isInherited(accepted.socket));
    QVERIFY(!isInherited(*second));
    QVERIFY(!isInherited(*datagrams));
}

QTEST_GUILESS_MAIN(TestSocket)
#include "tst_socket.moc"
