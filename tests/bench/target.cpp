// SPDX-License-Identifier: MIT
// The servers that the proxies dial: echo, an endless source, and a sink, on one thread and one epoll set.
#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <unordered_map>
#include <vector>

#include <sys/prctl.h>
#include <sys/socket.h>

#include "json.h"
#include "modes.h"

namespace bench
{

namespace
{

constexpr std::chrono::milliseconds kTick{200};
constexpr int kAcceptsPerTurn = 64;
constexpr int kSendsPerTurn = 4;

enum class Service { Echo, Source, Discard };

struct Client {
    FileDescriptor socket;
    Service service = Service::Echo;
    std::size_t patternOffset = 0;
    std::vector<std::uint8_t> unsent; // echo only; empty unless the client reads slower than it writes
};

class Target
{
public:
    explicit Target(Options &options);
    void run(std::chrono::milliseconds lifetime, const volatile std::sig_atomic_t &stopped);
    [[nodiscard]] std::uint64_t accepted() const { return m_accepted; }
    [[nodiscard]] const Failures &failures() const { return m_failures; }

private:
    void listenFor(Service service, const Endpoint &endpoint);
    void acceptClients(int listener, Service service);
    // False when the client is to be closed.
    bool serve(Client &client);
    bool echo(Client &client);
    bool feed(Client &client);
    bool discard(Client &client);
    void echoDatagrams();
    bool stillOpen(ssize_t result);

    Epoll m_epoll;
    std::unordered_map<int, Service> m_listeners;
    std::vector<FileDescriptor> m_listenerSockets;
    FileDescriptor m_datagrams; // echoes too, at the same port
    std::unordered_map<int, Client> m_clients;
    std::vector<std::uint8_t> m_pattern;
    std::vector<std::uint8_t> m_buffer;
    std::uint64_t m_accepted = 0;
    Failures m_failures;
};

Target::Target(Options &options)
    : m_pattern(kPatternBytes)
    , m_buffer(kPatternBytes)
{
    for (std::size_t i = 0; i < m_pattern.size(); ++i)
        m_pattern[i] = static_cast<std::uint8_t>(i % kPatternPeriod);
    const Endpoint echo = options.requiredEndpoint("echo");
    listenFor(Service::Echo, echo);
    m_datagrams = bindDatagrams(echo);
    m_epoll.add(m_datagrams.value(), EPOLLIN, static_cast<std::uint64_t>(m_datagrams.value()));
    listenFor(Service::Source, options.requiredEndpoint("source"));
    listenFor(Service::Discard, options.requiredEndpoint("discard"));
}

void Target::listenFor(Service service, const Endpoint &endpoint)
{
    FileDescriptor listener = listenOn(endpoint);
    m_epoll.add(listener.value(), EPOLLIN, static_cast<std::uint64_t>(listener.value()));
    m_listeners.emplace(listener.value(), service);
    m_listenerSockets.push_back(std::move(listener));
}

void Target::run(std::chrono::milliseconds lifetime, const volatile std::sig_atomic_t &stopped)
{
    const auto end = Clock::now() + lifetime;
    while (stopped == 0 && Clock::now() < end) {
        for (const epoll_event &event : m_epoll.wait(kTick)) {
            const int descriptor = static_cast<int>(event.data.u64);
            if (descriptor == m_datagrams.value()) {
                echoDatagrams();
                continue;
            }
            if (const auto listener = m_listeners.find(descriptor); listener != m_listeners.end()) {
                acceptClients(descriptor, listener->second);
                continue;
            }
            const auto client = m_clients.find(descriptor);
            if (client != m_clients.end() && !serve(client->second))
                m_clients.erase(client);
        }
    }
}

void Target::acceptClients(int listener, Service service)
{
    for (int i = 0; i < kAcceptsPerTurn; ++i) {
        FileDescriptor socket(::accept4(listener, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (!socket.isOpen()) {
            if (errno != EAGAIN && errno != EINTR)
                ++m_failures[describe("accept", errno)];
            return;
        }
        setNoDelay(socket.value());
        const int descriptor = socket.value();
        m_epoll.add(descriptor, service == Service::Source ? EPOLLOUT : EPOLLIN,
                    static_cast<std::uint64_t>(descriptor));
        m_clients.insert_or_assign(descriptor, Client{std::move(socket), service, 0, {}});
        ++m_accepted;
    }
}

bool Target::serve(Client &client)
{
    switch (client.service) {
    case Service::Echo:
        return echo(client);
    case Service::Source:
        return feed(client);
    case Service::Discard:
        return discard(client);
    }
    return false;
}

bool Target::echo(Client &client)
{
    const int socket = client.socket.value();
    const auto id = static_cast<std::uint64_t>(socket);
    if (!client.unsent.empty()) {
        const ssize_t sent = ::send(socket, client.unsent.data(), client.unsent.size(), MSG_NOSIGNAL);
        if (sent < 0)
            return stillOpen(sent);
        client.unsent.erase(client.unsent.begin(), client.unsent.begin() + sent);
        if (client.unsent.empty())
            m_epoll.modify(socket, EPOLLIN, id);
        return true;
    }
    const ssize_t received = ::recv(socket, m_buffer.data(), m_buffer.size(), 0);
    if (received <= 0)
        return stillOpen(received);
    ssize_t sent = ::send(socket, m_buffer.data(), static_cast<std::size_t>(received), MSG_NOSIGNAL);
    if (sent < 0 && !stillOpen(sent))
        return false;
    sent = std::max<ssize_t>(sent, 0);
    if (sent < received) {
        client.unsent.assign(m_buffer.begin() + sent, m_buffer.begin() + received);
        m_epoll.modify(socket, EPOLLOUT, id);
    }
    return true;
}

void Target::echoDatagrams()
{
    constexpr std::size_t kBatch = 64;
    constexpr std::size_t kRoom = 2048;
    std::array<mmsghdr, kBatch> messages{};
    std::array<iovec, kBatch> parts{};
    std::array<sockaddr_in, kBatch> peers{};
    for (std::size_t i = 0; i < kBatch; ++i) {
        parts[i] = {m_buffer.data() + i * kRoom, kRoom};
        messages[i].msg_hdr.msg_iov = &parts[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        messages[i].msg_hdr.msg_name = &peers[i];
        messages[i].msg_hdr.msg_namelen = sizeof peers[i];
    }
    const int count = ::recvmmsg(m_datagrams.value(), messages.data(), kBatch, 0, nullptr);
    if (count <= 0)
        return;
    for (std::size_t i = 0; i < static_cast<std::size_t>(count); ++i)
        parts[i].iov_len = messages[i].msg_len;
    const int sent =
        ::sendmmsg(m_datagrams.value(), messages.data(), static_cast<unsigned>(count), MSG_NOSIGNAL);
    if (sent != count)
        ++m_failures["datagrams: not all echoed"];
}

bool Target::feed(Client &client)
{
    for (int i = 0; i < kSendsPerTurn; ++i) {
        const ssize_t sent = ::send(client.socket.value(), m_pattern.data() + client.patternOffset,
                                    m_pattern.size() - client.patternOffset, MSG_NOSIGNAL);
        if (sent < 0)
            return stillOpen(sent);
        client.patternOffset = (client.patternOffset + static_cast<std::size_t>(sent)) % m_pattern.size();
    }
    return true;
}

bool Target::discard(Client &client)
{
    return stillOpen(::recv(client.socket.value(), m_buffer.data(), m_buffer.size(), 0));
}

bool Target::stillOpen(ssize_t result)
{
    if (result > 0)
        return true;
    if (result == 0)
        return false;
    if (errno == EAGAIN || errno == EINTR)
        return true;
    // A reader that has seen enough of the source leaves with a reset; that is how bulk runs end.
    if (errno != ECONNRESET && errno != EPIPE)
        ++m_failures[describe("client", errno)];
    return false;
}

volatile std::sig_atomic_t stopRequested = 0;

void requestStop(int)
{
    stopRequested = 1;
}

} // namespace

int runTarget(Options &options)
{
    const std::chrono::milliseconds lifetime = options.seconds("lifetime", 3600);
    Target target(options);
    options.rejectUnknown();
    // Never outlive the script, however it ends.
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    struct sigaction action {
    };
    action.sa_handler = requestStop;
    ::sigaction(SIGTERM, &action, nullptr);
    ::sigaction(SIGINT, &action, nullptr);
    JsonLine("target ready").print();
    target.run(lifetime, stopRequested);
    JsonLine result("target");
    result.add("accepted", target.accepted());
    result.add("errors", target.failures());
    result.print();
    return 0;
}

} // namespace bench
