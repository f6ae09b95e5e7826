// SPDX-License-Identifier: MIT
#pragma once

#include "engine/outbound/tunnel.h"

namespace engine
{

/// Reaches a target in the way that was decided: directly, or by way of servers, of a group one path after
/// the other. Destroying it gives up without a callback. The time for all of it is the caller's to watch.
class Connector final : private net::Deadline
{
public:
    using Callback = Dialer::Callback;

    Connector(TunnelServices &services, Callback callback);
    ~Connector();
    Q_DISABLE_COPY_MOVE(Connector)

    /// Once per connector; not for Action::block(). The callback may come from within this call and may
    /// destroy the connector.
    void connect(const Action &action, const Destination &destination,
                 socks5::Command command = socks5::Command::Connect);
    /// True while a name is being resolved: what a deadline that passes now should be blamed on.
    [[nodiscard]] bool isResolving() const;

private:
    void onDeadline() override;
    void tryNextPath();
    void tunnelDone(Expected<Dialed, Tunnel::Failure> result);
    void report(Expected<Dialed, Error> result);

    TunnelServices &m_services;
    Callback m_callback;
    std::unique_ptr<Dialer> m_dialer;
    std::unique_ptr<Tunnel> m_tunnel;
    std::vector<Path> m_paths; ///< still to be tried, in reverse order
    Destination m_destination;
    Error m_error; ///< of the path tried last
    socks5::Command m_command = socks5::Command::Connect;
};

} // namespace engine
