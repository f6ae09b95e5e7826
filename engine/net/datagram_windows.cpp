// SPDX-License-Identifier: MIT
#include "engine/net/datagram.h"

#include "engine/net/os_error_numbers.h"
#include "engine/net/system_address_windows.h"
#include "engine/net/winsock_windows.h"

#include <algorithm>

namespace engine::net
{

namespace
{

/// Bursts wait here while other connections have their turn.
constexpr int kSocketBuffer = 1024 * 1024;
/// Errors that earlier datagrams left behind are told by receives; none of them is about this socket.
constexpr int kReceiveAttempts = 64;

SOCKET handle(const Socket &socket)
{
    return static_cast<SOCKET>(socket.descriptor());
}

void setOption(const Socket &socket, int level, int name, DWORD value)
{
    (void)::setsockopt(handle(socket), level, name, reinterpret_cast<const char *>(&value), sizeof value);
}

/// "Port unreachable" for a datagram that was sent would otherwise fail the next receive.
void ignoreResets(const Socket &socket)
{
    constexpr DWORD kUdpConnectionReset = _WSAIOW(IOC_VENDOR, 12); // SIO_UDP_CONNRESET
    BOOL on = FALSE;
    DWORD returned = 0;
    (void)::WSAIoctl(handle(socket), kUdpConnectionReset, &on, sizeof on, nullptr, 0, &returned, nullptr,
                     nullptr);
}

} // namespace

Expected<Socket, Error> openDatagramSocket(const Endpoint &local)
{
    const int domain = local.address.isV6() ? AF_INET6 : AF_INET;
    const SOCKET created = openSystemSocket(domain, SOCK_DGRAM, IPPROTO_UDP);
    if (created == INVALID_SOCKET)
        return Unexpected{Error{errorCodeFromOs(::WSAGetLastError()), {}}};
    Socket socket(static_cast<Descriptor>(created));
    ignoreResets(socket);
    // Otherwise a program that asks for SO_REUSEADDR gets the address too, and our datagrams with it.
    setOption(socket, SOL_SOCKET, SO_EXCLUSIVEADDRUSE, 1);
    if (domain == AF_INET6)
        setOption(socket, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    setOption(socket, SOL_SOCKET, SO_RCVBUF, kSocketBuffer);
    setOption(socket, SOL_SOCKET, SO_SNDBUF, kSocketBuffer);
    u_long nonBlocking = 1;
    SocketAddress address;
    const int size = toSocketAddress(local, address);
    if (::ioctlsocket(created, static_cast<long>(FIONBIO), &nonBlocking) != 0 ||
        ::bind(created, &address.any, size) != 0)
        return Unexpected{Error{errorCodeFromOs(::WSAGetLastError()), {}}};
    return socket;
}

bool DatagramBatch::receiveFrom(const Socket &socket)
{
    m_count = 0;
    int attempts = kReceiveAttempts;
    while (m_count < kDatagramsPerBatch) {
        const std::span<std::uint8_t> into = room(m_count);
        SocketAddress address{};
        int addressSize = sizeof address;
        const int size = ::recvfrom(handle(socket), reinterpret_cast<char *>(into.data()),
                                    static_cast<int>(into.size()), 0, &address.any, &addressSize);
        if (size >= 0) {
            m_received[m_count++] = {fromSocketAddress(address), into.first(static_cast<std::size_t>(size))};
            continue;
        }
        if (::WSAGetLastError() == WSAEWOULDBLOCK || --attempts == 0)
            return false;
    }
    return true;
}

SentDatagrams sendDatagrams(const Socket &socket, std::span<const OutgoingDatagram> datagrams)
{
    SentDatagrams sent;
    for (const OutgoingDatagram &datagram : datagrams) {
        SocketAddress address;
        const int addressSize = toSocketAddress(datagram.peer, address);
        const int size = ::sendto(handle(socket), reinterpret_cast<const char *>(datagram.bytes.data()),
                                  static_cast<int>(datagram.bytes.size()), 0, &address.any, addressSize);
        if (size < 0)
            continue; // Too long, no way there, or no room now.
        ++sent.count;
        sent.bytes += static_cast<std::size_t>(size);
    }
    return sent;
}

} // namespace engine::net
