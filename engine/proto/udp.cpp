// SPDX-License-Identifier: MIT
#include "engine/proto/udp.h"

#include "engine/proto/socks5.h"

#include <algorithm>

namespace engine::socks5
{

namespace
{

constexpr std::size_t kFixedSize = 3; // RSV, RSV, FRAG

} // namespace

Parsed<UdpHeader> parseUdpHeader(Bytes datagram)
{
    using Result = Parsed<UdpHeader>;
    const Bytes reserved = datagram.first(std::min<std::size_t>(datagram.size(), 2));
    if (std::any_of(reserved.begin(), reserved.end(), [](std::uint8_t byte) { return byte != 0; }))
        return Result::bad(ErrorCode::ProtocolError);
    if (datagram.size() < kFixedSize)
        return Result::needMore();
    Parsed<Destination> destination = parseDestination(datagram.subspan(kFixedSize));
    if (destination.status == Parsed<Destination>::Status::Bad)
        return Result::bad(destination.error);
    if (destination.status == Parsed<Destination>::Status::NeedMore)
        return Result::needMore();
    return Result::done({datagram[2], std::move(destination.value)}, kFixedSize + destination.size);
}

std::optional<UnwrappedDatagram> unwrapDatagram(Bytes datagram, std::size_t headers)
{
    UnwrappedDatagram unwrapped{{}, datagram};
    for (std::size_t i = 0; i < headers; ++i) {
        Parsed<UdpHeader> header = parseUdpHeader(unwrapped.payload);
        if (header.needsMore() || header.isBad() || header.value.fragment != 0)
            return std::nullopt;
        unwrapped.source = std::move(header.value.destination);
        unwrapped.payload = unwrapped.payload.subspan(header.size);
    }
    return unwrapped;
}

void appendUdpHeader(QByteArray &datagram, const Destination &destination)
{
    datagram.append(static_cast<qsizetype>(kFixedSize), '\0');
    appendDestination(datagram, destination);
}

std::size_t udpHeaderSize(const Address &source)
{
    return kFixedSize + 1 + source.bytes().size() + 2;
}

std::size_t writeUdpHeader(std::span<std::uint8_t, kMaximumAddressHeaderSize> out, const Endpoint &source)
{
    const Bytes address = source.address.bytes();
    std::fill_n(out.begin(), kFixedSize, std::uint8_t{0});
    out[kFixedSize] = static_cast<std::uint8_t>(source.address.isV6() ? AddressType::V6 : AddressType::V4);
    auto end = std::copy(address.begin(), address.end(), out.begin() + kFixedSize + 1);
    *end++ = static_cast<std::uint8_t>(source.port >> 8);
    *end++ = static_cast<std::uint8_t>(source.port & 0xff);
    return static_cast<std::size_t>(end - out.begin());
}

} // namespace engine::socks5
