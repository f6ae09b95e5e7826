// SPDX-License-Identifier: MIT
#pragma once

#include "engine/net/deadline_queue.h"
#include "engine/proto/udp.h"

#include <QByteArray>

#include <optional>

namespace engine
{

/// A client's datagram put together from its fragments.
struct ReassembledDatagram {
    Destination destination;
    QByteArray payload;
};

/// The reassembly queue of one association (RFC 1928 section 7): one sequence at a time, in order. A gap, a
/// FRAG that is not higher, another destination, too many bytes or too much time abandon it.
class UdpReassembly
{
public:
    /// Takes a fragment (FRAG other than 0) and returns the datagram when this was its last one.
    [[nodiscard]] std::optional<ReassembledDatagram> add(const socks5::UdpHeader &header, Bytes payload,
                                                         net::TimePoint now);
    /// Forgets a sequence whose time is over.
    void expire(net::TimePoint now);
    [[nodiscard]] bool isEmpty() const { return m_highest == 0; }

private:
    void reset();

    Destination m_destination;
    QByteArray m_payload;
    net::TimePoint m_expires;
    std::uint8_t m_highest = 0; ///< position of the last fragment taken; 0: nothing is waiting
};

} // namespace engine
