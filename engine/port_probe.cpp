// SPDX-License-Identifier: MIT
#include "engine/port_probe.h"

#include "engine/net/socket.h"

namespace engine
{

std::uint16_t probePort(const Endpoint &wanted)
{
    const Expected<net::Socket, Error> listening = net::Socket::openListening(wanted, 1);
    return listening ? listening->localEndpoint().port : std::uint16_t{0};
}

} // namespace engine
