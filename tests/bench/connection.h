// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "net.h"

namespace bench
{

// How often each failure was met, by its text.
using Failures = std::map<std::string, std::uint64_t>;

void addFailures(Failures &to, const Failures &from);

// Where a connection goes, and whether opening it includes one request and its echo.
struct Route {
    std::optional<Endpoint> proxy; // none: straight to the target
    Endpoint target;
    bool exchange = true;
    bool isHttp = false;          // CONNECT of HTTP/1.1 instead of SOCKS5
    std::optional<Endpoint> next; // a second proxy, which the client asks through the first one
};

enum class Progress { Pending, Done, Failed };

// One client connection from connect() to its answer: SOCKS5 without authentication (RFC 1928) when the route
// names a proxy, then 64 bytes there and back. It waits for each answer before it sends on, as clients do.
class Connection
{
public:
    // Opens the socket and registers it, edge-triggered, under id.
    Progress start(const Route &route, Epoll &epoll, std::uint64_t id);
    Progress advance(std::uint32_t events);
    void close();

    // Gives the open descriptor away, which leaves the connection closed.
    [[nodiscard]] FileDescriptor take();
    [[nodiscard]] bool isActive() const { return m_socket.isOpen(); }
    [[nodiscard]] Clock::time_point startedAt() const { return m_startedAt; }
    [[nodiscard]] const char *stateName() const;
    // Only after Progress::Failed.
    [[nodiscard]] const std::string &failure() const { return m_failure; }

private:
    enum class State { Connecting, AwaitingMethod, AwaitingReply, AwaitingHttpReply, AwaitingEcho };

    Progress sendFirst();
    Progress sendGreeting();
    Progress sendHttpRequest();
    Progress sendConnectRequest();
    Progress sendExchange();
    Progress send(const void *data, std::size_t size, State next);
    Progress readMethod();
    Progress readReply();
    Progress readHttpReply();
    Progress passThrough();
    Progress readEcho();
    // Done once `wanted` bytes are in m_input.
    Progress fill(std::size_t wanted);
    Progress fail(std::string text);
    Progress failErrno(const char *what, int error);

    FileDescriptor m_socket;
    const Route *m_route = nullptr;
    State m_state = State::Connecting;
    bool m_isAtNext = false;
    std::size_t m_received = 0;
    std::array<std::uint8_t, 512> m_input{};
    Clock::time_point m_startedAt;
    std::string m_failure;
};

struct Opened {
    std::vector<FileDescriptor> sockets;
    Failures failures;
    double seconds = 0;
};

// Opens `count` connections, `atOnce` of them at a time, each tried once; what is not open at the deadline
// counts as a failure.
[[nodiscard]] Opened openMany(const Route &route, std::size_t count, std::size_t atOnce,
                              std::chrono::milliseconds limit);

// Sends one request through each socket and waits for its echo; returns how many answered rightly.
[[nodiscard]] std::size_t countWorking(const std::vector<FileDescriptor> &sockets, Failures &failures);

} // namespace bench
