// SPDX-License-Identifier: MIT
#pragma once

#include "engine/proto/destination.h"
#include "engine/proto/parsed.h"

#include <QStringList>

#include <functional>

namespace engine
{

/// A way for the datagrams of one association that is not the direct one. Opens itself when it is first used,
/// and anew some time after it has failed.
class UdpRoute
{
public:
    /// A datagram came back. Must not destroy the route.
    using Received = std::function<void(const Endpoint &source, Bytes payload)>;

    virtual ~UdpRoute() = default;
    /// Names of the servers that it goes through, in order; empty until they are chosen.
    [[nodiscard]] virtual const QStringList &servers() const = 0;
    /// Sends a datagram, now or once the route is open. False when it is lost for certain.
    virtual bool send(const Destination &destination, Bytes payload) = 0;
};

} // namespace engine
