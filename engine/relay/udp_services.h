// SPDX-License-Identifier: MIT
#pragma once

#include "engine/expected.h"
#include "engine/net/datagram.h"
#include "engine/relay/relay_services.h"

#include <QByteArray>
#include <QList>

#include <functional>
#include <vector>

namespace engine
{

/// What every association shares.
struct UdpServices {
    using Found = std::function<void(const Expected<QList<Address>, Error> &)>;

    RelayServices &relays;
    /// Looks a name up; the callback comes later, unless the returned number is given to `cancelLookUp`.
    std::function<std::uint64_t(const QByteArray &, Found)> lookUp;
    std::function<void(std::uint64_t)> cancelLookUp;
    /// Whether sending there would lead back to this engine's own listeners.
    std::function<bool(const Endpoint &)> isOwnListener;
    net::DatagramBatch batch;                                   ///< between a receive and its sends only
    std::array<std::vector<net::OutgoingDatagram>, 2> outgoing; ///< the same, by family
};

} // namespace engine
