// SPDX-License-Identifier: MIT
#include "engine/net/datagram.h"

#include "engine/net/os_error_numbers.h"
#include "engine/net/system_address_posix.h"

#include <algorithm>

#include <unistd.h>

namespace engine::net
{

namespace
{

/// Bursts wait here while other connections have their turn; the system grants what it allows.
constexpr int kSocketBuffer = 1024 * 1024;
/// An error that a datagram left behind is told once by a receive; then comes what waits.
constexpr int kReceiveAttempts = 4;

int fd(const Socket &socket)
{
    return static_cast<int>(socket.descriptor());
}

void setOption(const Socket &socket, int level, int name, int value)
{
    (void)::setsockopt(fd(socket), level, name, &value, sizeof value);
}

/// The system's description of a batch.
struct Messages {
    std::array<mmsghdr, kDatagramsPerBatch> headers;
    std::array<iovec, kDatagramsPerBatch> parts;
    std::array<SocketAddress, kDatagramsPerBatch> addresses;

    void set(std::size_t index, void *bytes, std::size_t size, socklen_t addressSize)
    {
        parts[index] = {bytes, size};
        headers[index] = {};
        headers[index].msg_hdr.msg_name = &addresses[index];
        headers[index].msg_hdr.msg_namelen = addressSize;
        headers[index].msg_hdr.msg_iov = &parts[index];
        headers[index].msg_hdr.msg_iovlen = 1;
    }
};

} // namespace

Expected<Socket, Error> openDatagramSocket(const Endpoint &local)
{
    const int domain = local.address.isV6() ? AF_INET6 : AF_INET;
    const int descriptor = ::socket(domain, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_UDP);
    if (descriptor < 0)
        return Unexpected{Error{errorCodeFromOs(errno), {}}};
    Socket socket(descriptor);
    if (domain == AF_INET6)
        setOption(socket, IPPROTO_IPV6, IPV6_V6ONLY, 1);
    setOption(socket, SOL_SOCKET, SO_RCVBUF, kSocketBuffer);
    setOption(socket, SOL_SOCKET, SO_SNDBUF, kSocketBuffer);
    SocketAddress address;
    const socklen_t size = toSocketAddress(local, address);
    if (::bind(descriptor, &address.any, size) != 0)
        return Unexpected{Error{errorCodeFromOs(errno), {}}};
    return socket;
}

bool DatagramBatch::receiveFrom(const Socket &socket)
{
    m_count = 0;
    Messages messages;
    for (std::size_t i = 0; i < kDatagramsPerBatch; ++i)
        messages.set(i, room(i).data(), kDatagramRoom, sizeof(SocketAddress));
    int count = -1;
    for (int attempt = 0; count < 0 && attempt < kReceiveAttempts; ++attempt) {
        count = ::recvmmsg(fd(socket), messages.headers.data(), kDatagramsPerBatch, 0, nullptr);
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            return false;
    }
    for (int i = 0; i < count; ++i) {
        const auto index = static_cast<std::size_t>(i);
        m_received[m_count++] = {fromSocketAddress(messages.addresses[index]),
                                 room(index).first(messages.headers[index].msg_len)};
    }
    return m_count == kDatagramsPerBatch;
}

SentDatagrams sendDatagrams(const Socket &socket, std::span<const OutgoingDatagram> datagrams)
{
    Messages messages;
    const std::size_t total = std::min(datagrams.size(), kDatagramsPerBatch);
    for (std::size_t i = 0; i < total; ++i) {
        const std::span<const std::uint8_t> bytes = datagrams[i].bytes;
        const socklen_t size = toSocketAddress(datagrams[i].peer, messages.addresses[i]);
        // The interface of the system is one for both ways; sending writes nothing there.
        messages.set(i, const_cast<std::uint8_t *>(bytes.data()), bytes.size(), size);
    }
    SentDatagrams sent;
    std::size_t next = 0;
    while (next < total) {
        const int count = ::sendmmsg(fd(socket), messages.headers.data() + next,
                                     static_cast<unsigned>(total - next), MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS))
            break;
        if (count <= 0) {
            ++next; // This one cannot go: too long, or no way there.
            continue;
        }
        for (int i = 0; i < count; ++i, ++next)
            sent.bytes += datagrams[next].bytes.size();
        sent.count += static_cast<std::size_t>(count);
    }
    return sent;
}

} // namespace engine::net
