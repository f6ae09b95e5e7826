// SPDX-License-Identifier: MIT
#include "connection.h"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <arpa/inet.h>
#include <sys/socket.h>

namespace bench
{

namespace
{

constexpr std::uint8_t kSocksVersion = 5;     // RFC 1928 section 3
constexpr std::uint8_t kNoAuthentication = 0; // RFC 1928 section 3
constexpr std::uint8_t kConnectCommand = 1;   // RFC 1928 section 4
constexpr std::uint8_t kAddressIpv4 = 1;      // RFC 1928 section 5
constexpr std::uint8_t kAddressName = 3;
constexpr std::uint8_t kAddressIpv6 = 4;
constexpr std::size_t kReplyBytesIpv4 = 10;
constexpr std::chrono::milliseconds kTick{50};
constexpr std::chrono::milliseconds kEchoLimit{2000};
constexpr std::size_t kGiveUpAfterSilent = 5;

std::array<std::uint8_t, kExchangeBytes> exchangeRequest()
{
    std::array<std::uint8_t, kExchangeBytes> request{};
    for (std::size_t i = 0; i < request.size(); ++i)
        request[i] = static_cast<std::uint8_t>(i * 7 + 1);
    return request;
}

const std::array<std::uint8_t, kExchangeBytes> kRequest = exchangeRequest();

} // namespace

void addFailures(Failures &to, const Failures &from)
{
    for (const auto &[text, count] : from)
        to[text] += count;
}

Progress Connection::start(const Route &route, Epoll &epoll, std::uint64_t id)
{
    m_route = &route;
    m_state = State::Connecting;
    m_received = 0;
    m_isAtNext = false;
    m_startedAt = Clock::now();
    m_socket = FileDescriptor(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!m_socket.isOpen())
        return failErrno("socket", errno);
    setNoDelay(m_socket.value());
    const sockaddr_in address = route.proxy.value_or(route.target).socketAddress();
    const int result =
        ::connect(m_socket.value(), reinterpret_cast<const sockaddr *>(&address), sizeof address);
    if (result != 0 && errno != EINPROGRESS)
        return failErrno("connect", errno);
    epoll.add(m_socket.value(), EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, id);
    return Progress::Pending;
}

Progress Connection::advance(std::uint32_t events)
{
    switch (m_state) {
    case State::Connecting:
        return (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) != 0 ? sendFirst() : Progress::Pending;
    case State::AwaitingMethod:
        return readMethod();
    case State::AwaitingReply:
        return readReply();
    case State::AwaitingHttpReply:
        return readHttpReply();
    case State::AwaitingEcho:
        return readEcho();
    }
    return Progress::Failed;
}

void Connection::close()
{
    m_socket.close();
}

FileDescriptor Connection::take()
{
    return std::move(m_socket);
}

const char *Connection::stateName() const
{
    switch (m_state) {
    case State::Connecting:
        return "connect";
    case State::AwaitingMethod:
        return "method";
    case State::AwaitingReply:
        return "reply";
    case State::AwaitingHttpReply:
        return "HTTP reply";
    case State::AwaitingEcho:
        return "echo";
    }
    return "";
}

Progress Connection::sendFirst()
{
    if (m_route->proxy)
        return m_route->isHttp ? sendHttpRequest() : sendGreeting();
    if (m_route->exchange)
        return sendExchange();
    int error = 0;
    socklen_t size = sizeof error;
    ::getsockopt(m_socket.value(), SOL_SOCKET, SO_ERROR, &error, &size);
    return error == 0 ? Progress::Done : failErrno("connect", error);
}

Progress Connection::sendGreeting()
{
    const std::array<std::uint8_t, 3> greeting{kSocksVersion, 1, kNoAuthentication};
    return send(greeting.data(), greeting.size(), State::AwaitingMethod);
}

Progress Connection::sendHttpRequest()
{
    std::array<char, INET_ADDRSTRLEN> address{};
    ::inet_ntop(AF_INET, &m_route->target.address, address.data(), address.size());
    const std::string authority = std::string(address.data()) + ":" + std::to_string(m_route->target.port);
    const std::string request = "CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n\r\n";
    return send(request.data(), request.size(), State::AwaitingHttpReply);
}

Progress Connection::sendConnectRequest()
{
    std::array<std::uint8_t, kReplyBytesIpv4> request{kSocksVersion, kConnectCommand, 0, kAddressIpv4};
    const bool isForNext = m_route->next && !m_isAtNext;
    const sockaddr_in target = (isForNext ? *m_route->next : m_route->target).socketAddress();
    std::memcpy(request.data() + 4, &target.sin_addr, 4);
    std::memcpy(request.data() + 8, &target.sin_port, 2);
    return send(request.data(), request.size(), State::AwaitingReply);
}

Progress Connection::sendExchange()
{
    return send(kRequest.data(), kRequest.size(), State::AwaitingEcho);
}

Progress Connection::send(const void *data, std::size_t size, State next)
{
    const ssize_t sent = ::send(m_socket.value(), data, size, MSG_NOSIGNAL);
    if (sent < 0)
        return failErrno("send", errno);
    // A fresh socket always has room for a few dozen bytes; anything else is worth hearing of.
    if (static_cast<std::size_t>(sent) != size)
        return fail("send: short");
    m_state = next;
    m_received = 0;
    return Progress::Pending;
}

Progress Connection::readMethod()
{
    const Progress progress = fill(2);
    if (progress != Progress::Done)
        return progress;
    if (m_input[0] != kSocksVersion || m_input[1] != kNoAuthentication)
        return fail("method: refused");
    return sendConnectRequest();
}

Progress Connection::readReply()
{
    // Nothing beyond the reply may be taken: the target's first bytes can follow at once.
    Progress progress = fill(kReplyBytesIpv4);
    if (progress != Progress::Done)
        return progress;
    if (m_input[0] != kSocksVersion)
        return fail("reply: not SOCKS5");
    if (m_input[1] != 0)
        return fail("reply: code " + std::to_string(m_input[1]));
    std::size_t length = kReplyBytesIpv4;
    if (m_input[3] == kAddressIpv6)
        length = 22;
    else if (m_input[3] == kAddressName)
        length = std::size_t{7} + m_input[4];
    else if (m_input[3] != kAddressIpv4)
        return fail("reply: unknown address type");
    if (length < m_received)
        return fail("reply: name too short to be one");
    progress = fill(length);
    return progress == Progress::Done ? passThrough() : progress;
}

// What follows a proxy's consent.
Progress Connection::passThrough()
{
    if (m_route->next && !m_isAtNext) {
        m_isAtNext = true;
        return sendGreeting();
    }
    return m_route->exchange ? sendExchange() : Progress::Done;
}

Progress Connection::readHttpReply()
{
    // Byte by byte would be an unfair amount of calls. Only targets that wait for a request may stand behind.
    const ssize_t count =
        ::recv(m_socket.value(), m_input.data() + m_received, m_input.size() - m_received, 0);
    if (count == 0)
        return fail("HTTP reply: closed by the other side");
    if (count < 0)
        return errno == EAGAIN || errno == EINTR ? Progress::Pending : failErrno("receive", errno);
    m_received += static_cast<std::size_t>(count);
    const std::string_view reply(reinterpret_cast<const char *>(m_input.data()), m_received);
    if (!reply.ends_with("\r\n\r\n"))
        return m_received < m_input.size() ? Progress::Pending : fail("HTTP reply: too long");
    if (!reply.starts_with("HTTP/1.1 200 ") && !reply.starts_with("HTTP/1.0 200 "))
        return fail("HTTP reply: " + std::string(reply.substr(0, reply.find('\r'))));
    return passThrough();
}

Progress Connection::readEcho()
{
    const Progress progress = fill(kExchangeBytes);
    if (progress != Progress::Done)
        return progress;
    if (std::memcmp(m_input.data(), kRequest.data(), kExchangeBytes) != 0)
        return fail("echo: other bytes than sent");
    return Progress::Done;
}

Progress Connection::fill(std::size_t wanted)
{
    if (m_received >= wanted)
        return Progress::Done;
    const ssize_t count = ::recv(m_socket.value(), m_input.data() + m_received, wanted - m_received, 0);
    if (count == 0)
        return fail(std::string(stateName()) + ": closed by the other side");
    if (count < 0) {
        if (errno == EAGAIN || errno == EINTR)
            return Progress::Pending;
        return failErrno("receive", errno);
    }
    m_received += static_cast<std::size_t>(count);
    return m_received >= wanted ? Progress::Done : Progress::Pending;
}

Progress Connection::fail(std::string text)
{
    m_failure = std::move(text);
    return Progress::Failed;
}

Progress Connection::failErrno(const char *what, int error)
{
    return fail(describe(std::string(stateName()) + " (" + what + ")", error));
}

Opened openMany(const Route &route, std::size_t count, std::size_t atOnce, std::chrono::milliseconds limit)
{
    Opened opened;
    opened.sockets.reserve(count);
    Epoll epoll;
    std::vector<Connection> slots(std::min(count, atOnce));
    std::size_t started = 0;
    std::size_t finished = 0;
    const auto begin = Clock::now();
    const auto startNext = [&](std::size_t index) {
        // Failures at the start use up an attempt each, so this ends.
        while (started < count) {
            ++started;
            if (slots[index].start(route, epoll, index) != Progress::Failed)
                return;
            ++opened.failures[slots[index].failure()];
            slots[index].close();
            ++finished;
        }
    };
    for (std::size_t i = 0; i < slots.size(); ++i)
        startNext(i);
    while (finished < count && Clock::now() - begin < limit) {
        for (const epoll_event &event : epoll.wait(kTick)) {
            Connection &slot = slots[event.data.u64];
            const Progress progress = slot.isActive() ? slot.advance(event.events) : Progress::Pending;
            if (progress == Progress::Pending)
                continue;
            ++finished;
            if (progress == Progress::Done) {
                FileDescriptor socket = slot.take();
                epoll.remove(socket.value());
                opened.sockets.push_back(std::move(socket));
            } else {
                ++opened.failures[slot.failure()];
                slot.close();
            }
            startNext(event.data.u64);
        }
    }
    if (finished < count)
        opened.failures["not open at the deadline"] += count - finished;
    opened.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
    return opened;
}

std::size_t countWorking(const std::vector<FileDescriptor> &sockets, Failures &failures)
{
    std::size_t working = 0;
    std::size_t silent = 0;
    std::array<std::uint8_t, kExchangeBytes> answer{};
    for (const FileDescriptor &socket : sockets) {
        if (silent >= kGiveUpAfterSilent) {
            ++failures["idle relay: not asked, too many silent ones before"];
            continue;
        }
        setBlocking(socket.value(), kEchoLimit);
        answer.fill(0);
        errno = 0;
        const bool sent = ::send(socket.value(), kRequest.data(), kRequest.size(), MSG_NOSIGNAL) ==
                          static_cast<ssize_t>(kRequest.size());
        const ssize_t got = sent ? ::recv(socket.value(), answer.data(), answer.size(), MSG_WAITALL) : -1;
        if (got == static_cast<ssize_t>(answer.size()) && answer == kRequest) {
            ++working;
            continue;
        }
        if (got < 0 && errno == EAGAIN)
            ++silent;
        ++failures[got >= 0 ? "idle relay: closed or wrong echo" : describe("idle relay", errno)];
    }
    return working;
}

} // namespace bench
