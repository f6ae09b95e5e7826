// SPDX-License-Identifier: MIT
#include "engine/net/socket.h"

#include "engine/net/os_error_numbers.h"
#include "engine/net/system_address_posix.h"

#include <algorithm>
#include <array>
#include <climits>

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace engine::net
{

namespace
{

/// RFC 863. Connecting a UDP socket sends nothing there; the system only wants some port.
constexpr std::uint16_t kDiscardPort = 9;

int fd(Descriptor descriptor)
{
    return static_cast<int>(descriptor);
}

void setOption(int descriptor, int level, int name)
{
    const int on = 1;
    // Only ever an optimisation or a nicety: a failure changes no meaning.
    (void)::setsockopt(descriptor, level, name, &on, sizeof on);
}

bool isListenerGone(int osError)
{
    return osError == EBADF || osError == EINVAL || osError == ENOTSOCK || osError == EOPNOTSUPP;
}

IoResult failure()
{
    if (errno == EAGAIN || errno == EWOULDBLOCK)
        return {IoStatus::WouldBlock};
    return {IoStatus::Failed, 0, errno};
}

IoResult receiveWith(Descriptor descriptor, std::span<std::uint8_t> into, int flags)
{
    for (;;) {
        const ssize_t size = ::recv(fd(descriptor), into.data(), into.size(), flags);
        if (size > 0)
            return {IoStatus::Done, static_cast<std::size_t>(size)};
        if (size == 0)
            return {IoStatus::End};
        if (errno != EINTR)
            return failure();
    }
}

} // namespace

Socket &Socket::operator=(Socket &&other) noexcept
{
    if (this != &other) {
        close();
        m_pairWasReset = std::move(other.m_pairWasReset);
        m_descriptor = other.release();
    }
    return *this;
}

Expected<Socket, Error> Socket::openTcp(Address::Family family)
{
    const int domain = family == Address::Family::V6 ? AF_INET6 : AF_INET;
    const int descriptor = ::socket(domain, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
    if (descriptor < 0)
        return Unexpected{Error{errorCodeFromOs(errno), {}}};
    setStreamOptions(descriptor);
    return Socket(descriptor);
}

Expected<Socket, Error> Socket::openListening(const Endpoint &local, int backlog)
{
    Expected<Socket, Error> socket = openTcp(local.address.family());
    if (!socket)
        return socket;
    SocketAddress system;
    const socklen_t size = toSocketAddress(local, system);
    const int descriptor = fd(socket->descriptor());
    // Earlier connections of the address may still be there; who listens keeps others away all the same.
    setOption(descriptor, SOL_SOCKET, SO_REUSEADDR);
    if (local.address.isV6())
        setOption(descriptor, IPPROTO_IPV6, IPV6_V6ONLY);
    if (::bind(descriptor, &system.any, size) != 0 || ::listen(descriptor, backlog) != 0)
        return Unexpected{errorFromOs(errno)};
    return socket;
}

Descriptor Socket::release()
{
    return std::exchange(m_descriptor, kNoDescriptor);
}

void Socket::close()
{
    if (isOpen())
        ::close(fd(release()));
}

void Socket::reset()
{
    if (!isOpen())
        return;
    const linger hard{1, 0};
    (void)::setsockopt(fd(m_descriptor), SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    if (m_pairWasReset)
        *m_pairWasReset = true;
    close();
}

IoResult Socket::connectTo(const Endpoint &peer) const
{
    SocketAddress address;
    const socklen_t size = toSocketAddress(peer, address);
    if (::connect(fd(m_descriptor), &address.any, size) == 0)
        return {IoStatus::Done};
    // EINTR too means that the connection goes on being made.
    if (errno == EINPROGRESS || errno == EINTR)
        return {IoStatus::WouldBlock};
    // For TCP, EAGAIN is "no free local port", not "try again when writable".
    return {IoStatus::Failed, 0, errno == EAGAIN ? EADDRNOTAVAIL : errno};
}

int Socket::takeError() const
{
    int error = 0;
    socklen_t size = sizeof error;
    if (::getsockopt(fd(m_descriptor), SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        return errno;
    return error;
}

IoResult Socket::receive(std::span<std::uint8_t> into) const
{
    const IoResult result = receiveWith(m_descriptor, into, 0);
    return result.status == IoStatus::End ? streamEnd() : result;
}

IoResult Socket::peek(std::span<std::uint8_t> into) const
{
    const IoResult result = receiveWith(m_descriptor, into, MSG_PEEK);
    return result.status == IoStatus::End ? streamEnd() : result;
}

IoResult Socket::streamEnd() const
{
    if (m_pairWasReset && *m_pairWasReset)
        return {IoStatus::Failed, 0, ECONNRESET};
    return {IoStatus::End};
}

Expected<Socket, Error> Socket::duplicate() const
{
    const int descriptor = ::fcntl(fd(m_descriptor), F_DUPFD_CLOEXEC, 0);
    if (descriptor < 0)
        return Unexpected{Error{errorCodeFromOs(errno), {}}};
    Socket second(descriptor);
    second.m_pairWasReset = m_pairWasReset;
    return second;
}

/// The error is told once, to whom it meets first. But only a connection that was reset has no peer any more.
bool Socket::wasReset() const
{
    if (m_pairWasReset)
        return *m_pairWasReset;
    SocketAddress address{};
    socklen_t size = sizeof address;
    return isOpen() && ::getpeername(fd(m_descriptor), &address.any, &size) != 0 && errno == ENOTCONN;
}

IoResult Socket::send(std::span<const std::uint8_t> bytes) const
{
    for (;;) {
        const ssize_t size = ::send(fd(m_descriptor), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (size >= 0)
            return {IoStatus::Done, static_cast<std::size_t>(size)};
        if (errno != EINTR)
            return failure();
    }
}

void Socket::shutdownWrite() const
{
    (void)::shutdown(fd(m_descriptor), SHUT_WR);
}

Endpoint Socket::localEndpoint() const
{
    SocketAddress address{};
    socklen_t size = sizeof address;
    if (::getsockname(fd(m_descriptor), &address.any, &size) != 0)
        return {};
    return fromSocketAddress(address);
}

Endpoint Socket::peerEndpoint() const
{
    SocketAddress address{};
    socklen_t size = sizeof address;
    if (::getpeername(fd(m_descriptor), &address.any, &size) != 0)
        return {};
    return fromSocketAddress(address);
}

Expected<Address, Error> localAddressTowards(const Address &peer)
{
    const int domain = peer.isV6() ? AF_INET6 : AF_INET;
    const Socket probe(::socket(domain, SOCK_DGRAM | SOCK_CLOEXEC, IPPROTO_UDP));
    SocketAddress system;
    const socklen_t size = toSocketAddress({peer, kDiscardPort}, system);
    if (!probe.isOpen() || ::connect(fd(probe.descriptor()), &system.any, size) != 0)
        return Unexpected{Error{errorCodeFromOs(errno), {}}};
    return probe.localEndpoint().address;
}

Expected<std::pair<Socket, Socket>, Error> openSocketPair()
{
    std::array<int, 2> pair{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, pair.data()) != 0)
        return Unexpected{Error{errorCodeFromOs(errno), {}}};
    std::pair ends{Socket(pair[0]), Socket(pair[1])};
    ends.first.m_pairWasReset = ends.second.m_pairWasReset = std::make_shared<bool>(false);
    return ends;
}

Accepted acceptClient(Descriptor listener)
{
    for (;;) {
        SocketAddress address{};
        socklen_t size = sizeof address;
        const int client = ::accept4(fd(listener), &address.any, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (client >= 0)
            return {IoStatus::Done, Socket(client), fromSocketAddress(address)};
        switch (errno) {
        case EAGAIN:
            return {IoStatus::WouldBlock, {}, {}};
        case EMFILE:
        case ENFILE:
        case ENOBUFS:
        case ENOMEM:
            return {IoStatus::Failed, {}, {}};
        default:
            // Errors of the connection that was waiting (accept(2): ECONNABORTED and others), not of the
            // listener.
            if (isListenerGone(errno))
                return {IoStatus::WouldBlock, {}, {}};
        }
    }
}

void setStreamOptions(Descriptor descriptor)
{
    setOption(fd(descriptor), IPPROTO_TCP, TCP_NODELAY);
    setOption(fd(descriptor), SOL_SOCKET, SO_OOBINLINE);
}

ReserveDescriptor::ReserveDescriptor()
    : m_descriptor(::open("/dev/null", O_RDONLY | O_CLOEXEC))
{
}

ReserveDescriptor::~ReserveDescriptor()
{
    if (m_descriptor != kNoDescriptor)
        ::close(fd(m_descriptor));
}

int ReserveDescriptor::shedWaitingClients(Descriptor listener, int maximum)
{
    if (m_descriptor == kNoDescriptor)
        return 0;
    ::close(fd(m_descriptor));
    int shed = 0;
    while (shed < maximum) {
        const int client = ::accept4(fd(listener), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (client < 0)
            break;
        ::close(client);
        ++shed;
    }
    m_descriptor = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    return shed;
}

int descriptorLimit()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY ||
        limit.rlim_cur > INT_MAX)
        return INT_MAX;
    return static_cast<int>(limit.rlim_cur);
}

} // namespace engine::net
