// SPDX-License-Identifier: MIT
#pragma once

#include "engine/proto/destination.h"
#include "engine/proto/parsed.h"

#include <optional>

// RFC 1928 section 7: the header in front of each datagram between a client and its association.
namespace engine::socks5
{

/// RSV RSV FRAG ATYP, an IPv6 address and a port: the longest header that names an address.
inline constexpr std::size_t kMaximumAddressHeaderSize = 22;
/// The high-order bit of FRAG ends a sequence, the rest is the fragment's position from 1.
inline constexpr std::uint8_t kLastFragment = 0x80;

struct UdpHeader {
    std::uint8_t fragment = 0; ///< FRAG as it stands; 0: a datagram by itself
    Destination destination;
};

/// "Need more" means a datagram that is cut short: nothing will follow.
[[nodiscard]] Parsed<UdpHeader> parseUdpHeader(Bytes datagram);

/// A datagram that came through a chain of servers, without their headers.
struct UnwrappedDatagram {
    Destination source; ///< as the last server says
    Bytes payload;
};
/// Takes off a header for each server. Nothing when one is missing, malformed or of a fragment.
[[nodiscard]] std::optional<UnwrappedDatagram> unwrapDatagram(Bytes datagram, std::size_t headers);

/// Adds the header of a datagram to `destination`.
void appendUdpHeader(QByteArray &datagram, const Destination &destination);

/// Writes the header of a datagram from `source` and returns its size.
std::size_t writeUdpHeader(std::span<std::uint8_t, kMaximumAddressHeaderSize> out, const Endpoint &source);
/// The size that writeUdpHeader() will return.
[[nodiscard]] std::size_t udpHeaderSize(const Address &source);

} // namespace engine::socks5
