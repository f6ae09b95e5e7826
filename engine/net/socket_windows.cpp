// SPDX-License-Identifier: MIT
#include "engine/net/socket.h"

#include "engine/net/listening_processes_windows.h"
#include "engine/net/os_error_numbers.h"
#include "engine/net/system_address_windows.h"
#include "engine/net/winsock_windows.h"

#include <algorithm>
#include <climits>
#include <utility>

namespace engine::net
{

namespace
{

/// RFC 863. Connecting a UDP socket sends nothing there; the system only wants some port.
constexpr std::uint16_t kDiscardPort = 9;

/// A larger number of waiting clients is cut to this in silence.
constexpr int kLargestPlainBacklog = 200;

SOCKET handle(Descriptor descriptor)
{
    return static_cast<SOCKET>(descriptor);
}

template <typename Value> void setOption(Descriptor descriptor, int level, int name, const Value &value)
{
    // Only ever an optimisation or a nicety: a failure changes no meaning.
    (void)::setsockopt(handle(descriptor), level, name, reinterpret_cast<const char *>(&value), sizeof value);
}

void setExclusive(const Socket &socket, bool on)
{
    setOption(socket.descriptor(), SOL_SOCKET, SO_EXCLUSIVEADDRUSE, BOOL{on});
}

/// As SOMAXCONN_HINT() does it, which MinGW's headers lack: the system takes a larger number, up to 65,535,
/// when it is below zero.
int backlogHint(int backlog)
{
    return backlog > kLargestPlainBacklog ? -backlog : backlog;
}

bool makeNonBlocking(Descriptor descriptor)
{
    u_long on = 1;
    return ::ioctlsocket(handle(descriptor), static_cast<long>(FIONBIO), &on) == 0;
}

IoResult failure()
{
    const int error = ::WSAGetLastError();
    if (error == WSAEWOULDBLOCK)
        return {IoStatus::WouldBlock};
    return {IoStatus::Failed, 0, error};
}

int clampedSize(std::size_t size)
{
    return static_cast<int>(std::min<std::size_t>(size, INT_MAX));
}

IoResult receiveWith(Descriptor descriptor, std::span<std::uint8_t> into, int flags)
{
    const int size =
        ::recv(handle(descriptor), reinterpret_cast<char *>(into.data()), clampedSize(into.size()), flags);
    if (size > 0)
        return {IoStatus::Done, static_cast<std::size_t>(size)};
    return size == 0 ? IoResult{IoStatus::End} : failure();
}

Error lastError()
{
    return {errorCodeFromOs(::WSAGetLastError()), {}};
}

/// Waits until a connection over loopback has come in, which it has as good as at once.
Expected<Socket, Error> acceptOwn(const Socket &listener, const Endpoint &expected)
{
    constexpr int kAttempts = 1'000;
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
        Accepted accepted = acceptClient(listener.descriptor());
        if (accepted.status == IoStatus::Failed)
            return Unexpected{lastError()};
        // Another program may have been quicker to connect to the port.
        if (accepted.status == IoStatus::Done && accepted.peer == expected)
            return std::move(accepted.socket);
        if (accepted.status == IoStatus::WouldBlock)
            ::Sleep(1);
    }
    return Unexpected{Error{ErrorCode::Unknown, {}}};
}

} // namespace

Socket &Socket::operator=(Socket &&other) noexcept
{
    if (this != &other) {
        close();
        m_descriptor = other.release();
    }
    return *this;
}

Expected<Socket, Error> Socket::openTcp(Address::Family family)
{
    const int domain = family == Address::Family::V6 ? AF_INET6 : AF_INET;
    const SOCKET created = openSystemSocket(domain, SOCK_STREAM, IPPROTO_TCP);
    if (created == INVALID_SOCKET)
        return Unexpected{Error{errorCodeFromOs(::WSAGetLastError()), {}}};
    Socket socket(static_cast<Descriptor>(created));
    if (!makeNonBlocking(socket.descriptor()))
        return Unexpected{Error{errorCodeFromOs(::WSAGetLastError()), {}}};
    setStreamOptions(socket.descriptor());
    return socket;
}

Expected<Socket, Error> Socket::openListening(const Endpoint &local, int backlog)
{
    Expected<Socket, Error> socket = openTcp(local.address.family());
    if (!socket)
        return socket;
    SocketAddress system;
    const int size = toSocketAddress(local, system);
    const SOCKET raw = handle(socket->descriptor());
    if (local.address.isV6())
        setOption(socket->descriptor(), IPPROTO_IPV6, IPV6_V6ONLY, DWORD{1});
    // Otherwise a program that asks for SO_REUSEADDR gets the address too, and our clients with it.
    setExclusive(*socket, true);
    // Whatever is asked of the system meanwhile would replace the reason.
    const auto bind = [&] {
        return ::bind(raw, &system.any, size) == 0 ? 0 : ::WSAGetLastError();
    };
    int error = bind();
    // That is not granted while connections last which the address took before, though nobody listens there.
    if (error == WSAEADDRINUSE && listeningProcess(local) == 0) {
        setExclusive(*socket, false);
        error = bind();
    }
    if (error == 0 && ::listen(raw, backlogHint(backlog)) != 0)
        error = ::WSAGetLastError();
    if (error != 0)
        return Unexpected{errorFromOs(error)};
    return socket;
}

Descriptor Socket::release()
{
    return std::exchange(m_descriptor, kNoDescriptor);
}

void Socket::close()
{
    if (isOpen())
        ::closesocket(handle(release()));
}

void Socket::reset()
{
    if (!isOpen())
        return;
    setOption(m_descriptor, SOL_SOCKET, SO_LINGER, linger{1, 0});
    close();
}

IoResult Socket::connectTo(const Endpoint &peer) const
{
    SocketAddress address;
    const int size = toSocketAddress(peer, address);
    if (::connect(handle(m_descriptor), &address.any, size) == 0)
        return {IoStatus::Done};
    return failure(); // under way is WSAEWOULDBLOCK here
}

int Socket::takeError() const
{
    int error = 0;
    int size = sizeof error;
    if (::getsockopt(handle(m_descriptor), SOL_SOCKET, SO_ERROR, reinterpret_cast<char *>(&error), &size) !=
        0)
        return ::WSAGetLastError();
    return error;
}

IoResult Socket::receive(std::span<std::uint8_t> into) const
{
    return receiveWith(m_descriptor, into, 0);
}

IoResult Socket::peek(std::span<std::uint8_t> into) const
{
    return receiveWith(m_descriptor, into, MSG_PEEK);
}

IoResult Socket::streamEnd() const
{
    return {IoStatus::End};
}

Expected<Socket, Error> Socket::duplicate() const
{
    WSAPROTOCOL_INFOW info{};
    if (::WSADuplicateSocketW(handle(m_descriptor), ::GetCurrentProcessId(), &info) != 0)
        return Unexpected{lastError()};
    const SOCKET second = ::WSASocketW(FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, FROM_PROTOCOL_INFO, &info, 0,
                                       WSA_FLAG_OVERLAPPED | WSA_FLAG_NO_HANDLE_INHERIT);
    if (second == INVALID_SOCKET)
        return Unexpected{lastError()};
    return Socket(static_cast<Descriptor>(second));
}

/// WinSock repeats the error to whoever reads.
bool Socket::wasReset() const
{
    char byte = 0;
    return isOpen() && ::recv(handle(m_descriptor), &byte, 1, MSG_PEEK) == SOCKET_ERROR &&
           ::WSAGetLastError() == WSAECONNRESET;
}

IoResult Socket::send(std::span<const std::uint8_t> bytes) const
{
    const int size = ::send(handle(m_descriptor), reinterpret_cast<const char *>(bytes.data()),
                            clampedSize(bytes.size()), 0);
    return size >= 0 ? IoResult{IoStatus::Done, static_cast<std::size_t>(size)} : failure();
}

void Socket::shutdownWrite() const
{
    (void)::shutdown(handle(m_descriptor), SD_SEND);
}

Endpoint Socket::localEndpoint() const
{
    SocketAddress address{};
    int size = sizeof address;
    if (::getsockname(handle(m_descriptor), &address.any, &size) != 0)
        return {};
    return fromSocketAddress(address);
}

Endpoint Socket::peerEndpoint() const
{
    SocketAddress address{};
    int size = sizeof address;
    if (::getpeername(handle(m_descriptor), &address.any, &size) != 0)
        return {};
    return fromSocketAddress(address);
}

Expected<Address, Error> localAddressTowards(const Address &peer)
{
    const int domain = peer.isV6() ? AF_INET6 : AF_INET;
    const SOCKET created = openSystemSocket(domain, SOCK_DGRAM, IPPROTO_UDP);
    if (created == INVALID_SOCKET)
        return Unexpected{Error{errorCodeFromOs(::WSAGetLastError()), {}}};
    const Socket probe(static_cast<Descriptor>(created));
    SocketAddress system;
    const int size = toSocketAddress({peer, kDiscardPort}, system);
    if (::connect(created, &system.any, size) != 0)
        return Unexpected{Error{errorCodeFromOs(::WSAGetLastError()), {}}};
    return probe.localEndpoint().address;
}

/// Windows has no socketpair(): a connection over loopback does the same.
Expected<std::pair<Socket, Socket>, Error> openSocketPair()
{
    const Address loopback = Address::fromV4(INADDR_LOOPBACK);
    Expected<Socket, Error> listener = Socket::openListening({loopback, 0}, 1);
    if (!listener)
        return Unexpected{listener.error()};
    Expected<Socket, Error> first = Socket::openTcp(Address::Family::V4);
    if (!first)
        return Unexpected{first.error()};
    if (first->connectTo(listener->localEndpoint()).status == IoStatus::Failed)
        return Unexpected{lastError()};
    Expected<Socket, Error> second = acceptOwn(*listener, first->localEndpoint());
    if (!second)
        return Unexpected{second.error()};
    setStreamOptions(second->descriptor());
    return std::pair(std::move(*first), std::move(*second));
}

Accepted acceptClient(Descriptor listener)
{
    for (;;) {
        SocketAddress address{};
        int size = sizeof address;
        const SOCKET client = ::accept(handle(listener), &address.any, &size);
        if (client != INVALID_SOCKET) {
            Socket socket(static_cast<Descriptor>(client));
            // Child processes inherit sockets unless told otherwise, and hold connections open that were
            // closed.
            (void)::SetHandleInformation(reinterpret_cast<HANDLE>(client), HANDLE_FLAG_INHERIT, 0);
            // An accepted socket inherits the window messages that the notifier asked for on the listener.
            (void)::WSAAsyncSelect(client, nullptr, 0, 0);
            if (makeNonBlocking(socket.descriptor()))
                return {IoStatus::Done, std::move(socket), fromSocketAddress(address)};
            continue;
        }
        const int error = ::WSAGetLastError();
        if (error == WSAEMFILE || error == WSAENOBUFS)
            return {IoStatus::Failed, {}, {}};
        if (error != WSAECONNRESET) // the waiting client has gone
            return {IoStatus::WouldBlock, {}, {}};
    }
}

void setStreamOptions(Descriptor descriptor)
{
    const BOOL on = TRUE;
    setOption(descriptor, IPPROTO_TCP, TCP_NODELAY, on);
    setOption(descriptor, SOL_SOCKET, SO_OOBINLINE, on);
}

// WinSock's sockets are bounded by memory, not by a table of descriptors: there is nothing to keep in
// reserve.

ReserveDescriptor::ReserveDescriptor() = default;
ReserveDescriptor::~ReserveDescriptor() = default;

int ReserveDescriptor::shedWaitingClients(Descriptor, int)
{
    return 0;
}

int descriptorLimit()
{
    return INT_MAX;
}

} // namespace engine::net
