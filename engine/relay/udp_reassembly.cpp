// SPDX-License-Identifier: MIT
#include "engine/relay/udp_reassembly.h"

#include "engine/limits.h"

#include <utility>

namespace engine
{

std::optional<ReassembledDatagram> UdpReassembly::add(const socks5::UdpHeader &header, Bytes payload,
                                                      net::TimePoint now)
{
    expire(now);
    const auto position = static_cast<std::uint8_t>(header.fragment & ~socks5::kLastFragment);
    const bool follows = !isEmpty() && position == m_highest + 1 && header.destination == m_destination;
    if (!follows) {
        // Sequences bear no name: one that came again could not be told from the next one.
        reset();
        if (position != 1)
            return std::nullopt;
    }
    if (static_cast<std::size_t>(m_payload.size()) + payload.size() > kMaximumReassemblySize) {
        reset();
        return std::nullopt;
    }
    if (isEmpty()) {
        m_destination = header.destination;
        m_expires = now + kReassemblyTimeout;
    }
    m_highest = position;
    m_payload.append(reinterpret_cast<const char *>(payload.data()), static_cast<qsizetype>(payload.size()));
    if (!(header.fragment & socks5::kLastFragment))
        return std::nullopt;
    ReassembledDatagram whole{std::move(m_destination), std::move(m_payload)};
    reset();
    return whole;
}

void UdpReassembly::expire(net::TimePoint now)
{
    if (!isEmpty() && now >= m_expires)
        reset();
}

void UdpReassembly::reset()
{
    m_destination = {};
    m_payload = {};
    m_highest = 0;
}

} // namespace engine
