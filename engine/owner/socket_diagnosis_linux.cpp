// SPDX-License-Identifier: MIT
#include "engine/owner/socket_diagnosis_linux.h"

#include "engine/owner/address_match.h"

#include <algorithm>
#include <array>
#include <cstring>

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

namespace engine
{

namespace
{

constexpr std::size_t kReceiveSize = std::size_t{32} * 1024; // what the kernel fills at most in one message
constexpr std::size_t kPairsAtOnce = 32;
constexpr std::size_t kShortAnswerSize = 512; // one socket, or the question with an error
constexpr std::uint32_t kAnyState = ~0U;

inet_diag_req_v2 requestFor(Transport transport, Address::Family family)
{
    inet_diag_req_v2 request{};
    request.sdiag_family = family == Address::Family::V6 ? AF_INET6 : AF_INET;
    request.sdiag_protocol = transport == Transport::Tcp ? IPPROTO_TCP : IPPROTO_UDP;
    request.idiag_states = kAnyState;
    request.id.idiag_cookie[0] = INET_DIAG_NOCOOKIE;
    request.id.idiag_cookie[1] = INET_DIAG_NOCOOKIE;
    return request;
}

void setAddress(std::span<__be32, 4> out, const Address &address)
{
    std::memcpy(out.data(), address.bytes().data(), address.bytes().size());
}

Endpoint endpointFrom(std::uint8_t family, std::span<const __be32, 4> address, __be16 port)
{
    std::array<std::uint8_t, 16> bytes;
    std::memcpy(bytes.data(), address.data(), bytes.size());
    const Address parsed =
        family == AF_INET6 ? Address::fromV6Bytes(bytes) : Address::fromV4Bytes(std::span(bytes).first<4>());
    return {parsed, ntohs(port)};
}

/// How well a UDP socket fits, in the kernel's own order of preference; 0 when it is another's.
int rankOf(const inet_diag_msg &message, const Endpoint &client, const Endpoint &server)
{
    const Endpoint local = endpointFrom(message.idiag_family, message.id.idiag_src, message.id.idiag_sport);
    const Endpoint peer = endpointFrom(message.idiag_family, message.id.idiag_dst, message.id.idiag_dport);
    const bool isConnected = peer.port != 0;
    if (local.port != client.port || !isBoundFor(local.address, client.address) ||
        (isConnected && server.port != 0 && peer.port != server.port))
        return 0;
    return 1 + (local.address.family() == client.address.family() ? 1 : 0) +
           (isSameButForScope(local.address, client.address) ? 2 : 0) + (isConnected ? 4 : 0);
}

DiagnosedSocket socketOf(const inet_diag_msg &message)
{
    return {message.idiag_inode, message.idiag_uid};
}

inet_diag_req_v2 requestForPair(const SocketQuestion &question)
{
    inet_diag_req_v2 request = requestFor(question.transport, question.client.address.family());
    // Of UDP the kernel takes the two the other way round, "for historical reasons" (net/ipv4/udp_diag.c).
    const bool isTcp = question.transport == Transport::Tcp;
    const Endpoint &source = isTcp ? question.client : question.server;
    const Endpoint &destination = isTcp ? question.server : question.client;
    setAddress(request.id.idiag_src, source.address);
    setAddress(request.id.idiag_dst, destination.address);
    request.id.idiag_sport = htons(source.port);
    request.id.idiag_dport = htons(destination.port);
    request.id.idiag_if = question.client.address.scopeId();
    return request;
}

/// Where nothing is connected the kernel answers with the listener that would be asked next.
bool isAnswerTo(const SocketQuestion &question, const inet_diag_msg &message)
{
    return question.transport != Transport::Tcp || message.id.idiag_dport == htons(question.server.port);
}

struct DiagnosisRequest {
    nlmsghdr header;
    inet_diag_req_v2 body;
};

DiagnosisRequest messageFor(const inet_diag_req_v2 &request, std::uint16_t flags, std::uint32_t sequence)
{
    DiagnosisRequest message{};
    message.header.nlmsg_len = sizeof message;
    message.header.nlmsg_type = SOCK_DIAG_BY_FAMILY;
    message.header.nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
    message.header.nlmsg_seq = sequence;
    message.body = request;
    return message;
}

/// Answers to several questions, each of which comes in a message of its own.
class ShortAnswers
{
public:
    ShortAnswers()
    {
        for (std::size_t i = 0; i < kPairsAtOnce; ++i) {
            m_parts[i] = {m_bytes[i].data(), m_bytes[i].size()};
            m_headers[i].msg_hdr.msg_iov = &m_parts[i];
            m_headers[i].msg_hdr.msg_iovlen = 1;
        }
    }
    Q_DISABLE_COPY_MOVE(ShortAnswers)

    /// How many have come, which the kernel has sent before it returned from taking the questions.
    [[nodiscard]] std::size_t receive(int netlink, std::size_t count)
    {
        const int received =
            ::recvmmsg(netlink, m_headers.data(), static_cast<unsigned>(count), MSG_DONTWAIT, nullptr);
        return received > 0 ? static_cast<std::size_t>(received) : 0;
    }
    [[nodiscard]] const nlmsghdr *at(std::size_t index) const
    {
        const auto *header = reinterpret_cast<const nlmsghdr *>(m_bytes[index].data());
        const unsigned size = m_headers[index].msg_len;
        return NLMSG_OK(header, size) ? header : nullptr;
    }

private:
    alignas(nlmsghdr) std::array<std::array<char, kShortAnswerSize>, kPairsAtOnce> m_bytes{};
    std::array<iovec, kPairsAtOnce> m_parts{};
    std::array<mmsghdr, kPairsAtOnce> m_headers{};
};

} // namespace

SocketDiagnosis::SocketDiagnosis()
    : m_netlink(::socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG))
{
}

SocketDiagnosis::~SocketDiagnosis()
{
    if (m_netlink >= 0)
        ::close(m_netlink);
}

std::optional<DiagnosedSocket> SocketDiagnosis::find(Transport transport, const Endpoint &client,
                                                     const Endpoint &server)
{
    std::optional<DiagnosedSocket> found;
    if (client.address.family() == server.address.family())
        found = findPair(transport, client, server);
    // A connected UDP socket may know us by another address of ours than the one that we know.
    if (!found && transport == Transport::Udp)
        found = findByPort(client, server);
    return found && found->inode != 0 ? found : std::nullopt;
}

std::optional<DiagnosedSocket> SocketDiagnosis::findPair(Transport transport, const Endpoint &client,
                                                         const Endpoint &server)
{
    std::optional<DiagnosedSocket> found;
    const SocketQuestion question{transport, client, server};
    if (!send(requestForPair(question), 0))
        return found;
    receive([&](const inet_diag_msg &message) {
        if (isAnswerTo(question, message))
            found = socketOf(message);
    });
    return found;
}

std::vector<std::optional<DiagnosedSocket>>
SocketDiagnosis::findPairs(std::span<const SocketQuestion> questions)
{
    std::vector<std::optional<DiagnosedSocket>> found(questions.size());
    for (std::size_t first = 0; first < questions.size(); first += kPairsAtOnce) {
        const std::size_t count = std::min(kPairsAtOnce, questions.size() - first);
        findPairsAtOnce(questions.subspan(first, count), std::span(found).subspan(first, count));
    }
    return found;
}

void SocketDiagnosis::findPairsAtOnce(std::span<const SocketQuestion> questions,
                                      std::span<std::optional<DiagnosedSocket>> found)
{
    std::array<DiagnosisRequest, kPairsAtOnce> requests;
    std::size_t count = 0;
    const std::uint32_t firstSequence = m_sequence + 1;
    for (const SocketQuestion &question : questions)
        requests[count++] = messageFor(requestForPair(question), 0, ++m_sequence);
    const std::size_t size = count * sizeof requests.front();
    if (::send(m_netlink, requests.data(), size, 0) != static_cast<ssize_t>(size))
        return;
    ShortAnswers answers;
    for (std::size_t left = count; left > 0;) {
        const std::size_t received = answers.receive(m_netlink, left);
        for (std::size_t i = 0; i < received; ++i) {
            const nlmsghdr *header = answers.at(i);
            const std::size_t index = header ? header->nlmsg_seq - firstSequence : count;
            if (index >= count || header->nlmsg_type != SOCK_DIAG_BY_FAMILY ||
                header->nlmsg_len < NLMSG_LENGTH(sizeof(inet_diag_msg)))
                continue;
            const auto &message = *static_cast<const inet_diag_msg *>(NLMSG_DATA(header));
            if (isAnswerTo(questions[index], message) && message.idiag_inode != 0)
                found[index] = socketOf(message);
        }
        if (received == 0)
            return;
        left -= std::min(left, received);
    }
}

std::optional<DiagnosedSocket> SocketDiagnosis::findByPort(const Endpoint &client, const Endpoint &server)
{
    Candidate best;
    for (const Address::Family family : {Address::Family::V4, Address::Family::V6}) {
        inet_diag_req_v2 request = requestFor(Transport::Udp, family);
        request.id.idiag_sport = htons(client.port);
        if (!send(request, NLM_F_DUMP))
            continue;
        receive([&](const inet_diag_msg &message) {
            const int rank = rankOf(message, client, server);
            if (rank > best.rank)
                best = {socketOf(message), rank};
        });
    }
    return best.rank > 0 ? std::optional(best.socket) : std::nullopt;
}

bool SocketDiagnosis::send(const inet_diag_req_v2 &request, std::uint16_t flags)
{
    const DiagnosisRequest message = messageFor(request, flags, ++m_sequence);
    return ::send(m_netlink, &message, sizeof message, 0) == static_cast<ssize_t>(sizeof message);
}

/// Calls a function with each socket in the answer to the request sent last.
template <typename Visit> void SocketDiagnosis::receive(Visit visit)
{
    alignas(nlmsghdr) std::array<char, kReceiveSize> buffer;
    for (;;) {
        // The kernel answers before send() returns, and goes on with a long answer while it is read.
        const ssize_t size = ::recv(m_netlink, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (size <= 0)
            return;
        auto rest = static_cast<unsigned>(size);
        const auto *header = reinterpret_cast<const nlmsghdr *>(buffer.data());
        for (; NLMSG_OK(header, rest); header = NLMSG_NEXT(header, rest)) {
            if (header->nlmsg_seq != m_sequence)
                continue;
            if (header->nlmsg_type == SOCK_DIAG_BY_FAMILY &&
                header->nlmsg_len >= NLMSG_LENGTH(sizeof(inet_diag_msg)))
                visit(*static_cast<const inet_diag_msg *>(NLMSG_DATA(header)));
            if (header->nlmsg_type != SOCK_DIAG_BY_FAMILY || !(header->nlmsg_flags & NLM_F_MULTI))
                return;
        }
    }
}

} // namespace engine
