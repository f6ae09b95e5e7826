// SPDX-License-Identifier: MIT
#include "engine/net/own_address.h"

#include "engine/net/socket.h"

namespace engine::net
{

bool isOwnAddress(const Address &address)
{
    if (address.isLoopback())
        return true;
    // To itself, and to nobody else, this machine's packets leave by the very address that they go to.
    const Expected<Address, Error> from = localAddressTowards(address);
    return from && *from == address;
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
