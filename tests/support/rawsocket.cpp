// SPDX-License-Identifier: MIT
#include "tests/support/rawsocket.h"

#include "tests/support/socketapi.h"

#include <QDeadlineTimer>

#include <algorithm>
#include <cstring>

namespace test
{

namespace
{

union SocketAddress {
    sockaddr any;
    sockaddr_in v4;
    sockaddr_in6 v6;
};

api::Handle raw(qintptr handle)
{
    return static_cast<api::Handle>(handle);
}

api::Length toSystem(const engine::Endpoint &endpoint, SocketAddress &out)
{
    std::memset(&out, 0, sizeof out);
    const auto bytes = endpoint.address.bytes();
    if (endpoint.address.isV6()) {
        out.v6.sin6_family = AF_INET6;
        out.v6.sin6_port = htons(endpoint.port);
        std::memcpy(&out.v6.sin6_addr, bytes.data(), bytes.size());
        return sizeof out.v6;
    }
    out.v4.sin_family = AF_INET;
    out.v4.sin_port = htons(endpoint.port);
    std::memcpy(&out.v4.sin_addr, bytes.data(), bytes.size());
    return sizeof out.v4;
}

engine::Endpoint fromSystem(const SocketAddress &in)
{
    if (in.any.sa_family == AF_INET)
        return {engine::Address::fromV4(ntohl(in.v4.sin_addr.s_addr)), ntohs(in.v4.sin_port)};
    if (in.any.sa_family != AF_INET6)
        return {};
    std::array<std::uint8_t, 16> bytes{};
    std::memcpy(bytes.data(), &in.v6.sin6_addr, bytes.size());
    return {engine::Address::fromV6Bytes(bytes), ntohs(in.v6.sin6_port)};
}

template <typename Ask> engine::Endpoint nameOf(qintptr handle, Ask ask)
{
    SocketAddress address{};
    api::Length size = sizeof address;
    return ask(raw(handle), &address.any, &size) == 0 ? fromSystem(address) : engine::Endpoint();
}

void setOption(qintptr handle, int level, int name, int value)
{
    ::setsockopt(raw(handle), level, name, reinterpret_cast<const char *>(&value), sizeof value);
}

/// Wine knows whose a bound, listening or connected socket is once an option of it has been set: to the
/// default, here.
void takeOwnership(qintptr handle)
{
    setOption(handle, SOL_SOCKET, SO_KEEPALIVE, 0);
}

/// A socket bound to the endpoint, on any free port when that is 0; -1 when it cannot be.
qintptr openBound(const engine::Endpoint &endpoint, int type = SOCK_STREAM)
{
    api::start();
    const auto handle = static_cast<qintptr>(::socket(endpoint.address.isV6() ? AF_INET6 : AF_INET, type, 0));
    if (handle == -1)
        return -1;
    api::setNonBlocking(raw(handle));
    SocketAddress system;
    const api::Length size = toSystem(endpoint, system);
    if (::bind(raw(handle), &system.any, size) == 0) {
        takeOwnership(handle);
        return handle;
    }
    api::close(raw(handle));
    return -1;
}

int toTimeout(const QDeadlineTimer &deadline)
{
    return static_cast<int>(deadline.remainingTime());
}

} // namespace

RawSocket &RawSocket::operator=(RawSocket &&other) noexcept
{
    if (this != &other) {
        close();
        m_handle = std::exchange(other.m_handle, -1);
        m_end = other.m_end;
    }
    return *this;
}

RawSocket RawSocket::adopt(qintptr handle)
{
    RawSocket socket;
    socket.m_handle = handle;
    if (socket.isOpen()) {
        api::setNonBlocking(raw(handle));
        setOption(handle, IPPROTO_TCP, TCP_NODELAY, 1);
    }
    return socket;
}

RawSocket RawSocket::connectTo(const engine::Endpoint &peer)
{
    return connectTo(peer, Options());
}

RawSocket RawSocket::connectTo(const engine::Endpoint &peer, const Options &options)
{
    api::start();
    RawSocket socket = adopt(options.bindTo.isNull()
                                 ? static_cast<qintptr>(::socket(peer.address.isV6() ? AF_INET6 : AF_INET,
                                                                 SOCK_STREAM, IPPROTO_TCP))
                                 : openBound({options.bindTo, 0}));
    if (!socket.isOpen())
        return socket;
    if (options.receiveBuffer > 0)
        setOption(socket.m_handle, SOL_SOCKET, SO_RCVBUF, options.receiveBuffer);
    if (options.sendBuffer > 0)
        setOption(socket.m_handle, SOL_SOCKET, SO_SNDBUF, options.sendBuffer);
    SocketAddress system;
    const api::Length size = toSystem(peer, system);
    int error = ::connect(raw(socket.m_handle), &system.any, size);
    api::Length errorSize = sizeof error;
    if (error != 0 && api::wouldBlock() && socket.waitFor(POLLOUT, options.timeout))
        ::getsockopt(raw(socket.m_handle), SOL_SOCKET, SO_ERROR, reinterpret_cast<char *>(&error),
                     &errorSize);
    if (error == 0)
        takeOwnership(socket.m_handle);
    else
        socket.close();
    return socket;
}

engine::Endpoint RawSocket::local() const
{
    return nameOf(m_handle, ::getsockname);
}

engine::Endpoint RawSocket::peer() const
{
    return nameOf(m_handle, ::getpeername);
}

bool RawSocket::waitFor(short what, milliseconds timeout) const
{
    api::PollEntry entry{};
    entry.fd = raw(m_handle);
    entry.events = what;
    return api::wait(entry, static_cast<int>(timeout.count())) > 0;
}

bool RawSocket::send(const QByteArray &bytes, milliseconds timeout)
{
    const QDeadlineTimer deadline(timeout);
    qsizetype sent = 0;
    while (isOpen() && sent < bytes.size()) {
        const auto size = ::send(raw(m_handle), bytes.constData() + sent,
                                 static_cast<std::size_t>(bytes.size() - sent), api::kNoSignal);
        if (size >= 0) {
            sent += size;
            continue;
        }
        if (!api::wouldBlock() || deadline.hasExpired())
            return false;
        (void)waitFor(POLLOUT, milliseconds{toTimeout(deadline)});
    }
    return isOpen();
}

bool RawSocket::sendByteByByte(const QByteArray &bytes)
{
    return std::all_of(bytes.begin(), bytes.end(), [this](char byte) { return send(QByteArray(1, byte)); });
}

bool RawSocket::sendUrgent(char byte)
{
    return ::send(raw(m_handle), &byte, 1, MSG_OOB | api::kNoSignal) == 1;
}

QByteArray RawSocket::receiveSome(qsizetype size, milliseconds timeout)
{
    if (!isOpen() || !waitFor(POLLIN, timeout))
        return {};
    QByteArray bytes(std::min<qsizetype>(size, 256 * 1024), Qt::Uninitialized);
    const auto got = ::recv(raw(m_handle), bytes.data(), static_cast<std::size_t>(bytes.size()), 0);
    if (got == 0)
        m_end = StreamEnd::Fin;
    else if (got < 0 && api::isReset())
        m_end = StreamEnd::Reset;
    bytes.truncate(std::max<qsizetype>(got, 0));
    return bytes;
}

QByteArray RawSocket::receive(qsizetype size, milliseconds timeout)
{
    const QDeadlineTimer deadline(timeout);
    QByteArray bytes;
    while (isOpen() && bytes.size() < size && m_end == StreamEnd::Open && !deadline.hasExpired())
        bytes += receiveSome(size - bytes.size(), milliseconds{toTimeout(deadline)});
    return bytes;
}

QByteArray RawSocket::receiveAll(milliseconds timeout)
{
    return receive(std::numeric_limits<qsizetype>::max(), timeout);
}

StreamEnd RawSocket::waitForEnd(milliseconds timeout)
{
    const QDeadlineTimer deadline(timeout);
    while (isOpen() && m_end == StreamEnd::Open && !deadline.hasExpired())
        (void)receiveSome(256 * 1024, milliseconds{toTimeout(deadline)});
    return m_end;
}

void RawSocket::shutdownWrite()
{
    ::shutdown(raw(m_handle), api::kShutdownWrite);
}

void RawSocket::reset()
{
    const linger hard{1, 0};
    ::setsockopt(raw(m_handle), SOL_SOCKET, SO_LINGER, reinterpret_cast<const char *>(&hard), sizeof hard);
    close();
}

void RawSocket::close()
{
    if (isOpen())
        api::close(raw(std::exchange(m_handle, -1)));
}

RawDatagrams::RawDatagrams(const engine::Address &address)
    : m_handle(openBound({address, 0}, SOCK_DGRAM))
    , m_endpoint(nameOf(m_handle, ::getsockname))
{
}

bool RawDatagrams::send(const engine::Endpoint &to, const QByteArray &bytes) const
{
    SocketAddress system;
    const api::Length size = toSystem(to, system);
    const auto length = static_cast<std::size_t>(bytes.size());
    return ::sendto(raw(m_handle), bytes.constData(), length, api::kNoSignal, &system.any, size) ==
           bytes.size();
}

RawDatagrams::Received RawDatagrams::receive(milliseconds timeout) const
{
    api::PollEntry entry{};
    entry.fd = raw(m_handle);
    entry.events = POLLIN;
    if (api::wait(entry, static_cast<int>(timeout.count())) <= 0)
        return {};
    QByteArray bytes(64 * 1024, Qt::Uninitialized);
    SocketAddress system{};
    api::Length size = sizeof system;
    const auto got = ::recvfrom(raw(m_handle), bytes.data(), static_cast<std::size_t>(bytes.size()), 0,
                                &system.any, &size);
    if (got < 0)
        return {};
    bytes.truncate(got);
    return {fromSystem(system), bytes};
}

void RawDatagrams::close()
{
    if (isOpen())
        api::close(raw(std::exchange(m_handle, -1)));
}

RawListener::RawListener(const engine::Address &address, int backlog)
    : RawListener(engine::Endpoint{address, 0}, backlog)
{
}

RawListener::RawListener(const engine::Endpoint &endpoint, int backlog)
    : m_handle(openBound(endpoint))
{
    if (isOpen() && ::listen(raw(m_handle), backlog) != 0)
        close();
    if (!isOpen())
        return;
    takeOwnership(m_handle);
    m_endpoint = nameOf(m_handle, ::getsockname);
}

RawSocket RawListener::accept(milliseconds timeout) const
{
    api::PollEntry entry{};
    entry.fd = raw(m_handle);
    entry.events = POLLIN;
    if (api::wait(entry, static_cast<int>(timeout.count())) <= 0)
        return {};
    return RawSocket::adopt(static_cast<qintptr>(::accept(raw(m_handle), nullptr, nullptr)));
}

void RawListener::close()
{
    if (isOpen())
        api::close(raw(std::exchange(m_handle, -1)));
}

RefusingEndpoint::RefusingEndpoint(const engine::Address &address)
    : RefusingEndpoint(engine::Endpoint{address, 0})
{
}

RefusingEndpoint::RefusingEndpoint(const engine::Endpoint &endpoint)
    : m_handle(openBound(endpoint))
    , m_endpoint(nameOf(m_handle, ::getsockname))
{
}

RefusingEndpoint::~RefusingEndpoint()
{
    if (isOpen())
        api::close(raw(m_handle));
}

SilentEndpoint::SilentEndpoint(const engine::Endpoint &endpoint)
    : m_listener(endpoint, 0)
{
    RawSocket::Options options;
    options.timeout = milliseconds{100};
    for (int i = 0; i < 8 && m_listener.isOpen() && !m_silent; ++i) {
        m_queue.push_back(RawSocket::connectTo(m_listener.endpoint(), options));
        m_silent = !m_queue.back().isOpen();
    }
}

void SilentEndpoint::answer()
{
    while (m_listener.accept(milliseconds{0}).isOpen()) {
    }
}

engine::Endpoint endpoint(const char *literal, int port)
{
    return {address(literal), static_cast<std::uint16_t>(port)};
}

engine::Address address(const char *literal)
{
    return engine::Address::fromLiteral(QString::fromLatin1(literal)).value_or(engine::Address());
}

bool hasIpv6()
{
    static const bool has = RawListener(address("::1")).isOpen();
    return has;
}

} // namespace test
