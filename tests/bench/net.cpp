// SPDX-License-Identifier: MIT
#include "net.h"

#include <cerrno>
#include <charconv>
#include <stdexcept>
#include <system_error>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

namespace bench
{

namespace
{

constexpr int kListenBacklog = 4096;

[[noreturn]] void throwErrno(const char *where)
{
    throw std::system_error(errno, std::generic_category(), where);
}

} // namespace

FileDescriptor &FileDescriptor::operator=(FileDescriptor &&other) noexcept
{
    if (this != &other) {
        close();
        m_value = std::exchange(other.m_value, -1);
    }
    return *this;
}

void FileDescriptor::close()
{
    if (m_value >= 0)
        ::close(std::exchange(m_value, -1));
}

sockaddr_in Endpoint::socketAddress() const
{
    sockaddr_in result{};
    result.sin_family = AF_INET;
    result.sin_addr = address;
    result.sin_port = htons(port);
    return result;
}

Endpoint parseEndpoint(const std::string &text)
{
    Endpoint endpoint;
    const auto colon = text.rfind(':');
    if (colon == std::string::npos)
        throw std::invalid_argument("'" + text + "' is not ADDRESS:PORT");
    const char *end = text.data() + text.size();
    const auto [rest, error] = std::from_chars(text.data() + colon + 1, end, endpoint.port);
    const std::string host = text.substr(0, colon);
    if (error != std::errc{} || rest != end || inet_pton(AF_INET, host.c_str(), &endpoint.address) != 1)
        throw std::invalid_argument("'" + text + "' is not an IPv4 ADDRESS:PORT");
    return endpoint;
}

FileDescriptor listenOn(const Endpoint &endpoint)
{
    FileDescriptor listener(::socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!listener.isOpen())
        throwErrno("socket");
    const int on = 1;
    if (::setsockopt(listener.value(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) != 0)
        throwErrno("SO_REUSEADDR");
    const sockaddr_in address = endpoint.socketAddress();
    if (::bind(listener.value(), reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        throwErrno("bind");
    if (::listen(listener.value(), kListenBacklog) != 0)
        throwErrno("listen");
    return listener;
}

FileDescriptor bindDatagrams(const Endpoint &endpoint)
{
    FileDescriptor socket(::socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
    if (!socket.isOpen())
        throwErrno("socket");
    const sockaddr_in address = endpoint.socketAddress();
    if (::bind(socket.value(), reinterpret_cast<const sockaddr *>(&address), sizeof address) != 0)
        throwErrno("bind");
    return socket;
}

void setNoDelay(int descriptor)
{
    const int on = 1;
    if (::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) != 0)
        throwErrno("TCP_NODELAY");
}

void setBlocking(int descriptor, std::chrono::milliseconds limit)
{
    const int flags = ::fcntl(descriptor, F_GETFL);
    if (flags < 0 || ::fcntl(descriptor, F_SETFL, flags & ~O_NONBLOCK) != 0)
        throwErrno("fcntl");
    const timeval value{.tv_sec = limit.count() / 1000, .tv_usec = (limit.count() % 1000) * 1000};
    if (::setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &value, sizeof value) != 0 ||
        ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &value, sizeof value) != 0)
        throwErrno("SO_RCVTIMEO");
}

Epoll::Epoll()
    : m_descriptor(::epoll_create1(EPOLL_CLOEXEC))
{
    if (!m_descriptor.isOpen())
        throwErrno("epoll_create1");
}

void Epoll::add(int descriptor, std::uint32_t events, std::uint64_t id)
{
    epoll_event event{.events = events, .data = {.u64 = id}};
    if (::epoll_ctl(m_descriptor.value(), EPOLL_CTL_ADD, descriptor, &event) != 0)
        throwErrno("epoll_ctl add");
}

void Epoll::modify(int descriptor, std::uint32_t events, std::uint64_t id)
{
    epoll_event event{.events = events, .data = {.u64 = id}};
    if (::epoll_ctl(m_descriptor.value(), EPOLL_CTL_MOD, descriptor, &event) != 0)
        throwErrno("epoll_ctl modify");
}

void Epoll::remove(int descriptor)
{
    if (::epoll_ctl(m_descriptor.value(), EPOLL_CTL_DEL, descriptor, nullptr) != 0)
        throwErrno("epoll_ctl remove");
}

std::span<const epoll_event> Epoll::wait(std::chrono::milliseconds limit)
{
    const int count = ::epoll_wait(m_descriptor.value(), m_events.data(), static_cast<int>(m_events.size()),
                                   static_cast<int>(limit.count()));
    if (count < 0) {
        if (errno == EINTR)
            return {};
        throwErrno("epoll_wait");
    }
    return {m_events.data(), static_cast<std::size_t>(count)};
}

std::string describe(std::string_view where, int error)
{
    return std::string(where) + ": " + std::generic_category().message(error);
}

} // namespace bench
