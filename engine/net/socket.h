// SPDX-License-Identifier: MIT
#pragma once

#include "engine/endpoint.h"
#include "engine/error.h"
#include "engine/expected.h"

#include <QtGlobal>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>

// What the engine asks of the operating system's sockets, and nothing more. One implementation per platform
// (socket_posix.cpp, socket_windows.cpp). All sockets are non-blocking and not inherited by child processes.

namespace engine::net
{

using Descriptor = qintptr;
inline constexpr Descriptor kNoDescriptor = -1;

enum class IoStatus : std::uint8_t { Done, WouldBlock, End, Failed };

struct IoResult {
    IoStatus status = IoStatus::Failed;
    std::size_t bytes = 0;
    int osError = 0; ///< when Failed
};

/// Owns one descriptor.
class Socket
{
public:
    Socket() = default;
    explicit Socket(Descriptor descriptor)
        : m_descriptor(descriptor)
    {
    }
    ~Socket() { close(); }
    Socket(Socket &&other) noexcept
        : m_pairWasReset(std::move(other.m_pairWasReset))
        , m_descriptor(other.release())
    {
    }
    Socket &operator=(Socket &&other) noexcept;
    Socket(const Socket &) = delete;
    Socket &operator=(const Socket &) = delete;

    /// A TCP socket for outgoing connections.
    static Expected<Socket, Error> openTcp(Address::Family family);
    /// Listens on a local address: on a free port when that is 0, of IPv6 alone when it is one of IPv6. No
    /// other program can take the address over.
    static Expected<Socket, Error> openListening(const Endpoint &local, int backlog);

    [[nodiscard]] Descriptor descriptor() const { return m_descriptor; }
    [[nodiscard]] bool isOpen() const { return m_descriptor != kNoDescriptor; }
    Descriptor release();
    void close();
    /// Closes with an RST instead of a FIN: how a reset is passed on.
    void reset();

    /// Done when connected at once, WouldBlock while under way.
    [[nodiscard]] IoResult connectTo(const Endpoint &peer) const;
    /// The error an asynchronous connect ended with; 0 when it succeeded.
    [[nodiscard]] int takeError() const;
    [[nodiscard]] IoResult receive(std::span<std::uint8_t> into) const;
    /// Receives and leaves it all to be received again.
    [[nodiscard]] IoResult peek(std::span<std::uint8_t> into) const;
    [[nodiscard]] IoResult send(std::span<const std::uint8_t> bytes) const;
    void shutdownWrite() const;
    /// A second descriptor of the same connection, which lasts until both are closed.
    [[nodiscard]] Expected<Socket, Error> duplicate() const;
    /// Whether the peer has reset the connection, even when the error was met by way of a duplicate.
    [[nodiscard]] bool wasReset() const;
    /// What a read of nothing means: End, or that the other end of a pair was reset.
    [[nodiscard]] IoResult streamEnd() const;
    [[nodiscard]] Endpoint localEndpoint() const;
    [[nodiscard]] Endpoint peerEndpoint() const;

private:
    friend Expected<std::pair<Socket, Socket>, Error> openSocketPair();

    /// Of a pair, shared by both ends, where the system's pairs know no reset.
    std::shared_ptr<bool> m_pairWasReset;
    Descriptor m_descriptor = kNoDescriptor;
};

/// The local address that packets to this one leave by: where somebody there can reach us. Sends nothing.
[[nodiscard]] Expected<Address, Error> localAddressTowards(const Address &peer);

/// Two connected stream sockets of this process. When one is reset, the other meets an error as of TCP.
[[nodiscard]] Expected<std::pair<Socket, Socket>, Error> openSocketPair();

/// What accept() gave. Failed only for want of descriptors or memory: a client that is gone already is passed
/// over.
struct Accepted {
    IoStatus status = IoStatus::Failed;
    Socket socket;
    Endpoint peer;
};

/// Takes the next waiting client of a listening descriptor.
[[nodiscard]] Accepted acceptClient(Descriptor listener);
/// Options that accepted sockets inherit: no delay for small writes, urgent data in line.
void setStreamOptions(Descriptor descriptor);

/// A descriptor kept in reserve, so that waiting clients can be taken and dropped when there are none left.
class ReserveDescriptor
{
public:
    ReserveDescriptor();
    ~ReserveDescriptor();
    Q_DISABLE_COPY_MOVE(ReserveDescriptor)

    /// Takes up to `maximum` waiting clients from the listener and closes them. Returns how many.
    int shedWaitingClients(Descriptor listener, int maximum);

private:
    Descriptor m_descriptor = kNoDescriptor;
};

/// How many descriptors this process may open; a large number where the system sets none.
[[nodiscard]] int descriptorLimit();

} // namespace engine::net
