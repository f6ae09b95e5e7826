// SPDX-License-Identifier: MIT
#include "engine/net/datagram.h"

#include "engine/net/os_error_numbers.h"
#include "engine/net/system_address_posix.h"

#include <algorithm>
#include <cstring>

#include <netinet/udp.h>
#include <unistd.h>

namespace engine::net
{

namespace
{

/// Bursts wait here while other connections have their turn; the system grants what it allows.
constexpr int kSocketBuffer = 1024 * 1024;
/// An error that a datagram left behind is told once by a receive; then comes what waits.
constexpr int kReceiveAttempts = 4;
/// Longer datagrams do not fit most ways as they are, and are not worth trying in a run.
constexpr std::size_t kLongestSegment = 1'472;
/// A run is one message to the system, and no longer than one over IPv4 may be.
constexpr std::size_t kLongestMessage = 65'507;
static_assert(kLongestSegment * kDatagramsPerBatch <= kLongestMessage);

int fd(const Socket &socket)
{
    return static_cast<int>(socket.descriptor());
}

void setOption(const Socket &socket, int level, int name, int value)
{
    (void)::setsockopt(fd(socket), level, name, &value, sizeof value);
}

/// The system's description of a batch: messages, each of one datagram or of a run of them.
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

/// What the system cuts a message into, beside it.
struct SegmentSize {
    alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(std::uint16_t))> bytes;

    void attachTo(msghdr &message, std::size_t size)
    {
        bytes.fill(0);
        message.msg_control = bytes.data();
        message.msg_controllen = bytes.size();
        cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = IPPROTO_UDP;
        header->cmsg_type = UDP_SEGMENT;
        header->cmsg_len = CMSG_LEN(sizeof(std::uint16_t));
        const auto value = static_cast<std::uint16_t>(size);
        std::memcpy(CMSG_DATA(header), &value, sizeof value);
    }
};

/// Since Linux 4.18. Before, a run would go out as one long datagram.
bool cutsMessages(const Socket &socket)
{
    static const bool isSupported = [&socket] {
        int value = 0;
        socklen_t size = sizeof value;
        return ::getsockopt(fd(socket), IPPROTO_UDP, UDP_SEGMENT, &value, &size) == 0;
    }();
    return isSupported;
}

/// How many of the datagrams from the first on go to one peer and are of one length, but for a shorter one at
/// the end: the system takes them through its layers as one.
std::size_t runLength(std::span<const OutgoingDatagram> datagrams)
{
    const OutgoingDatagram &first = datagrams.front();
    const std::size_t size = first.bytes.size();
    std::size_t length = 1;
    while (size <= kLongestSegment && length < datagrams.size()) {
        const OutgoingDatagram &next = datagrams[length];
        if (next.bytes.empty() || next.bytes.size() > size || !(next.peer == first.peer))
            break;
        ++length;
        if (next.bytes.size() < size)
            break;
    }
    return length;
}

/// A message for each run, or for each datagram.
struct OutgoingMessages : Messages {
    std::array<SegmentSize, kDatagramsPerBatch> segments;
    std::array<std::size_t, kDatagramsPerBatch> lengths; ///< datagrams in each message
    std::size_t count = 0;

    void fill(std::span<const OutgoingDatagram> datagrams, bool inRuns)
    {
        count = 0;
        for (std::size_t i = 0; i < datagrams.size(); i += lengths[count++]) {
            lengths[count] = inRuns ? runLength(datagrams.subspan(i)) : 1;
            for (std::size_t part = i; part < i + lengths[count]; ++part) {
                // The interface of the system is one for both ways; sending writes nothing there.
                const std::span<const std::uint8_t> bytes = datagrams[part].bytes;
                parts[part] = {const_cast<std::uint8_t *>(bytes.data()), bytes.size()};
            }
            msghdr &message = headers[count].msg_hdr;
            headers[count] = {};
            message.msg_name = &addresses[count];
            message.msg_namelen = toSocketAddress(datagrams[i].peer, addresses[count]);
            message.msg_iov = &parts[i];
            message.msg_iovlen = lengths[count];
            if (lengths[count] > 1)
                segments[count].attachTo(message, datagrams[i].bytes.size());
        }
    }
};

/// Returns how many went out before the system took no more for now.
SentDatagrams send(const Socket &socket, std::span<const OutgoingDatagram> datagrams, bool inRuns)
{
    OutgoingMessages messages;
    messages.fill(datagrams, inRuns);
    SentDatagrams sent;
    std::size_t message = 0;
    std::size_t next = 0;
    while (message < messages.count) {
        const int count = ::sendmmsg(fd(socket), messages.headers.data() + message,
                                     static_cast<unsigned>(messages.count - message), MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS))
            break;
        if (count <= 0) {
            // It cannot go: too long, or no way there. Of a run, the way may be too narrow for its length.
            const std::size_t length = messages.lengths[message++];
            if (length > 1) {
                const SentDatagrams single = send(socket, datagrams.subspan(next, length), false);
                sent.count += single.count;
                sent.bytes += single.bytes;
            }
            next += length;
            continue;
        }
        for (int i = 0; i < count; ++i) {
            const std::size_t end = next + messages.lengths[message++];
            sent.count += end - next;
            for (; next < end; ++next)
                sent.bytes += datagrams[next].bytes.size();
        }
    }
    return sent;
}

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
    const std::size_t count = std::min(datagrams.size(), kDatagramsPerBatch);
    return send(socket, datagrams.first(count), count > 1 && cutsMessages(socket));
}

} // namespace engine::net
