// SPDX-License-Identifier: MIT
#pragma once

#include "engine/net/socket.h"

#include <array>
#include <memory>

// Datagrams, many at a time where the system can (datagram_posix.cpp, datagram_windows.cpp).

namespace engine::net
{

/// Taken from or given to the system in one go.
inline constexpr std::size_t kDatagramsPerBatch = 32;
/// More than UDP can carry: 65507 bytes over IPv4, 65527 over IPv6.
inline constexpr std::size_t kDatagramRoom = 65'536;
/// Bytes in front of each received datagram that its reader may write to.
inline constexpr std::size_t kDatagramHeadroom = 32;

struct ReceivedDatagram {
    Endpoint peer;
    std::span<std::uint8_t> bytes;
};

struct OutgoingDatagram {
    Endpoint peer;
    std::span<const std::uint8_t> bytes;
};

/// Where a batch is received. Its pages are touched only as far as datagrams are long.
class DatagramBatch
{
public:
    [[nodiscard]] std::span<std::uint8_t> room(std::size_t index)
    {
        return {m_bytes.get() + index * (kDatagramHeadroom + kDatagramRoom) + kDatagramHeadroom,
                kDatagramRoom};
    }

    /// Receives what waits, up to a batch. True when more may be waiting, and false when the socket is empty.
    [[nodiscard]] bool receiveFrom(const Socket &socket);
    [[nodiscard]] std::span<const ReceivedDatagram> received() const { return {m_received.data(), m_count}; }

private:
    std::unique_ptr<std::uint8_t[]> m_bytes = std::make_unique_for_overwrite<std::uint8_t[]>(
        kDatagramsPerBatch * (kDatagramHeadroom + kDatagramRoom));
    std::array<ReceivedDatagram, kDatagramsPerBatch> m_received;
    std::size_t m_count = 0;
};

struct SentDatagrams {
    std::size_t count = 0;
    std::size_t bytes = 0;
};

/// A UDP socket bound to a local endpoint (port 0: any free one), for one family only.
[[nodiscard]] Expected<Socket, Error> openDatagramSocket(const Endpoint &local);

/// Sends datagrams in order, at most a batch. What the system does not take now is lost, as datagrams may be.
SentDatagrams sendDatagrams(const Socket &socket, std::span<const OutgoingDatagram> datagrams);

} // namespace engine::net
