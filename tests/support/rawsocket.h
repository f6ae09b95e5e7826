// SPDX-License-Identifier: MIT
#pragma once

#include "engine/endpoint.h"

#include "tests/support/pace.h"

#include <QByteArray>
#include <QtGlobal>

#include <chrono>
#include <utility>
#include <vector>

namespace test
{

using std::chrono::milliseconds;

/// How a stream stands, as its reader has seen it.
enum class StreamEnd : std::uint8_t {
    Open,  ///< neither of the two, within the time given
    Fin,   ///< ended in order
    Reset, ///< by an RST
};

/// A TCP socket for scripts: each call does one thing and waits for it, within bounds. Unlike QTcpSocket it
/// can close one direction, reset, send urgent data, and read nothing at all. Any one thread at a time.
class RawSocket
{
public:
    struct Options {
        engine::Address bindTo; ///< local address; any when null
        int receiveBuffer = 0;  ///< bytes; the system's default when 0
        int sendBuffer = 0;
        milliseconds timeout = kPatience; ///< for the connection to come about
    };

    RawSocket() = default;
    ~RawSocket() { close(); }
    RawSocket(RawSocket &&other) noexcept
        : m_handle(std::exchange(other.m_handle, -1))
        , m_end(other.m_end)
    {
    }
    RawSocket &operator=(RawSocket &&other) noexcept;
    RawSocket(const RawSocket &) = delete;
    RawSocket &operator=(const RawSocket &) = delete;

    /// Closed when it did not come about.
    static RawSocket connectTo(const engine::Endpoint &peer);
    static RawSocket connectTo(const engine::Endpoint &peer, const Options &options);
    /// Takes over a handle of the system.
    static RawSocket adopt(qintptr handle);

    [[nodiscard]] bool isOpen() const { return m_handle != -1; }
    [[nodiscard]] qintptr handle() const { return m_handle; }
    [[nodiscard]] engine::Endpoint local() const;
    [[nodiscard]] engine::Endpoint peer() const;

    /// True when the system took all of it.
    bool send(const QByteArray &bytes, milliseconds timeout = kPatience);
    /// Each byte in a segment of its own.
    bool sendByteByByte(const QByteArray &bytes);
    bool sendUrgent(char byte);
    /// One read of at most `size` bytes; empty when the stream or the time has ended.
    QByteArray receiveSome(qsizetype size, milliseconds timeout = kPatience);
    /// Exactly this many bytes, or fewer when the stream ends or the time does.
    [[nodiscard]] QByteArray receive(qsizetype size, milliseconds timeout = kPatience);
    /// All bytes to the stream's end.
    [[nodiscard]] QByteArray receiveAll(milliseconds timeout = kPatience);
    /// Reads on, dropping what comes, until the stream ends or the time does.
    StreamEnd waitForEnd(milliseconds timeout = kPatience);
    /// How the last receive left the stream.
    [[nodiscard]] StreamEnd end() const { return m_end; }

    void shutdownWrite();
    void reset();
    void close();

private:
    [[nodiscard]] bool waitFor(short what, milliseconds timeout) const;

    qintptr m_handle = -1;
    StreamEnd m_end = StreamEnd::Open;
};

/// A UDP socket on a free port.
class RawDatagrams
{
public:
    struct Received {
        engine::Endpoint from; ///< null when nothing came in time
        QByteArray bytes;
    };

    explicit RawDatagrams(const engine::Address &address = engine::Address::fromV4(0x7f000001));
    ~RawDatagrams() { close(); }
    RawDatagrams(RawDatagrams &&other) noexcept
        : m_handle(std::exchange(other.m_handle, -1))
        , m_endpoint(other.m_endpoint)
    {
    }
    RawDatagrams &operator=(RawDatagrams &&) = delete;
    RawDatagrams(const RawDatagrams &) = delete;
    RawDatagrams &operator=(const RawDatagrams &) = delete;

    [[nodiscard]] bool isOpen() const { return m_handle != -1; }
    [[nodiscard]] const engine::Endpoint &endpoint() const { return m_endpoint; }
    bool send(const engine::Endpoint &to, const QByteArray &bytes) const;
    [[nodiscard]] Received receive(milliseconds timeout = kPatience) const;
    void close();

private:
    qintptr m_handle = -1;
    engine::Endpoint m_endpoint;
};

/// A listening socket, on a free port unless told otherwise.
class RawListener
{
public:
    explicit RawListener(const engine::Address &address = engine::Address::fromV4(0x7f000001),
                         int backlog = 512);
    /// On this very port; not open when somebody has it already.
    explicit RawListener(const engine::Endpoint &endpoint, int backlog = 512);
    ~RawListener() { close(); }
    RawListener(const RawListener &) = delete;
    RawListener &operator=(const RawListener &) = delete;

    [[nodiscard]] bool isOpen() const { return m_handle != -1; }
    [[nodiscard]] qintptr handle() const { return m_handle; }
    [[nodiscard]] const engine::Endpoint &endpoint() const { return m_endpoint; }
    [[nodiscard]] RawSocket accept(milliseconds timeout = kPatience) const;
    void close();

private:
    qintptr m_handle = -1;
    engine::Endpoint m_endpoint;
};

/// An endpoint of this machine that refuses connections, because nobody listens there. The port stays bound,
/// so that nobody else gets it meanwhile.
class RefusingEndpoint
{
public:
    explicit RefusingEndpoint(const engine::Address &address = engine::Address::fromV4(0x7f000001));
    /// On this very port; not open when somebody has it already.
    explicit RefusingEndpoint(const engine::Endpoint &endpoint);
    ~RefusingEndpoint();
    RefusingEndpoint(const RefusingEndpoint &) = delete;
    RefusingEndpoint &operator=(const RefusingEndpoint &) = delete;
    [[nodiscard]] bool isOpen() const { return m_handle != -1; }
    [[nodiscard]] const engine::Endpoint &endpoint() const { return m_endpoint; }

private:
    qintptr m_handle = -1;
    engine::Endpoint m_endpoint;
};

/// An endpoint of this machine that does not answer: a listener whose queue is full drops what else comes.
class SilentEndpoint
{
public:
    explicit SilentEndpoint(const engine::Endpoint &endpoint = {engine::Address::fromV4(0x7f000001), 0});
    /// False where the system answers all the same, or somebody has the port already.
    [[nodiscard]] bool isSilent() const { return m_silent; }
    [[nodiscard]] const engine::Endpoint &endpoint() const { return m_listener.endpoint(); }
    /// From now on it answers.
    void answer();

private:
    RawListener m_listener;
    std::vector<RawSocket> m_queue;
    bool m_silent = false;
};

[[nodiscard]] engine::Endpoint endpoint(const char *address, int port);
[[nodiscard]] engine::Address address(const char *literal);
/// Whether this machine has an IPv6 loopback.
[[nodiscard]] bool hasIpv6();

} // namespace test
