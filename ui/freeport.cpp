// SPDX-License-Identifier: MIT
#include "ui/freeport.h"

#include "engine/port_probe.h"

#include <algorithm>

namespace ui
{

namespace
{

/// Ports in a row that are tried before the system is asked for any.
constexpr int kTries = 64;
/// Below it are the system's own services, and ports that most programs may not use.
constexpr int kFirstPort = 1'024;
constexpr int kUsualPort = 1'080; // the IANA's for SOCKS
constexpr int kLastPort = 65'535;

bool isTaken(const engine::Profile &profile, std::uint16_t port)
{
    return std::any_of(profile.listeners.begin(), profile.listeners.end(),
                       [port](const engine::ListenerProfile &listener) { return listener.port == port; });
}

} // namespace

std::uint16_t findFreePort(const engine::Address &address, std::uint16_t from, const engine::Profile &profile)
{
    const int first = from < kFirstPort ? kUsualPort : from;
    for (int port = first; port < first + kTries && port <= kLastPort; ++port) {
        const auto candidate = static_cast<std::uint16_t>(port);
        if (!isTaken(profile, candidate) && engine::probePort({address, candidate}) != 0)
            return candidate;
    }
    const std::uint16_t any = engine::probePort({address, 0});
    return isTaken(profile, any) ? std::uint16_t{0} : any;
}

} // namespace ui
