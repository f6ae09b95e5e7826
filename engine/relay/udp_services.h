// SPDX-License-Identifier: MIT
#pragma once

#include "engine/expected.h"
#include "engine/net/datagram.h"
#include "engine/profile.h"
#include "engine/relay/relay_services.h"
#include "engine/relay/udp_route.h"

#include <QByteArray>
#include <QList>

#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace engine
{

/// What every association shares.
struct UdpServices {
    using Found = std::function<void(const Expected<QList<Address>, Error> &)>;
    using Identified = std::function<void(const std::optional<Application> &)>;

    RelayServices &relays;
    /// Looks a name up; the callback comes later, unless the returned number is given to `cancelLookUp`.
    std::function<std::uint64_t(const QByteArray &, Found)> lookUp;
    std::function<void(std::uint64_t)> cancelLookUp;
    /// Whether sending there would lead back to this engine's own listeners.
    std::function<bool(const Endpoint &)> isOwnListener;
    /// What the rules say about a datagram, as far as they can yet (Ruling::rules is 0 otherwise); `resolved`
    /// is the address of a name, when they ask for it.
    std::function<Ruling(const Registry::Record &, const Destination &,
                         const std::optional<Address> &resolved)>
        decide;
    /// Whether rules ask for programs; whose a local socket is that reached us at `reachedAt`: the callback
    /// comes later, unless the returned number is given to `cancelSender`.
    std::function<bool()> asksForApplications;
    std::function<std::uint64_t(const Endpoint &sender, const Endpoint &reachedAt, Identified)> findSender;
    std::function<void(std::uint64_t)> cancelSender;
    /// The way by a server or route.
    std::function<std::unique_ptr<UdpRoute>(const Registry::Record &, const QString &id, const QString &host,
                                            UdpRoute::Received)>
        openRoute;
    std::uint64_t rules = 0;  ///< number of the rules in force: what others decided is void
    net::DatagramBatch batch; ///< between a receive and its sends only
    std::array<std::vector<net::OutgoingDatagram>, 2> outgoing; ///< the same, by family
};

} // namespace engine
