// SPDX-License-Identifier: MIT
#include "engine/net/own_address.h"

#include "engine/net/datagram.h"

namespace engine::net
{

namespace
{

/// Of documentation (RFC 5737), so nobody's.
constexpr std::uint32_t kNobodys = 0xc0000201;
constexpr std::uint8_t kFirstMulticast = 224;

bool mayBindTo(const Address &address)
{
    return openDatagramSocket({address, 0}).hasValue();
}

} // namespace

bool isOwnAddress(const Address &address)
{
    if (address.isLoopback())
        return true;
    // To itself, and to nobody else, this machine's packets leave by the very address that they go to.
    const Expected<Address, Error> from = localAddressTowards(address);
    if (!from || *from == address)
        return from.hasValue();
    // But to a second IPv4 address in one network Linux sends from the first. Only this machine's addresses
    // may be bound to, unless it has its programs bind to any (ip_nonlocal_bind).
    const bool isOneHosts =
        address.isV4() && !address.isUnspecified() && address.bytes().front() < kFirstMulticast;
    return isOneHosts && mayBindTo(address) && !mayBindTo(Address::fromV4(kNobodys));
}

bool isOwnClient(const Address &client, const Address &reached)
{
    return reached.isLoopback() || client == reached || isOwnAddress(client);
}

bool reaches(const Endpoint &target, const Endpoint &listening)
{
    const Address &own = listening.address;
    if (listening.port != target.port)
        return false;
    if (own == target.address || own.family() != target.address.family())
        return own == target.address;
    return target.address.isUnspecified() || (own.isUnspecified() && isOwnAddress(target.address));
}

} // namespace engine::net
