// SPDX-License-Identifier: MIT
#include "engine/outbound/connector.h"

#include "engine/limits.h"

#include <utility>

namespace engine
{

Connector::Connector(TunnelServices &services, Callback callback)
    : m_services(services)
    , m_callback(std::move(callback))
{
}

Connector::~Connector()
{
    m_services.dialing.deadlines.cancel(*this);
}

void Connector::connect(const Action &action, const Destination &destination, socks5::Command command)
{
    Q_ASSERT(action.kind != Action::Kind::Block);
    if (action.kind == Action::Kind::Direct) {
        m_dialer = std::make_unique<Dialer>(m_services.dialing, std::exchange(m_callback, {}));
        m_dialer->dial(destination);
        return;
    }
    m_command = command;
    m_destination = destination;
    m_paths = m_services.router.paths(action.proxy, destination.host());
    std::reverse(m_paths.begin(), m_paths.end());
    m_error = {ErrorCode::UpstreamUnreachable, Message::verbatim(action.proxy)};
    tryNextPath();
}

bool Connector::isResolving() const
{
    return (m_dialer && m_dialer->isResolving()) || (m_tunnel && m_tunnel->isResolving());
}

void Connector::tryNextPath()
{
    if (m_paths.empty()) {
        report(Unexpected{m_error});
        return;
    }
    m_tunnel = std::make_unique<Tunnel>(
        m_services, std::move(m_paths.back()),
        [this](Expected<Dialed, Tunnel::Failure> result) { tunnelDone(std::move(result)); });
    m_paths.pop_back();
    if (!m_paths.empty())
        m_tunnel->failOnSilence(m_services.router.patience());
    m_tunnel->open(m_command, m_destination);
}

void Connector::tunnelDone(Expected<Dialed, Tunnel::Failure> result)
{
    if (result) {
        report(std::move(*result));
        return;
    }
    m_error = result.error().error;
    if (!result.error().mayGoElsewhere)
        m_paths.clear();
    // Not from within the tunnel, which is about to be replaced.
    m_services.dialing.deadlines.schedule(*this, std::chrono::milliseconds(0));
}

void Connector::onDeadline()
{
    tryNextPath();
}

/// The last thing a connector does: the callback may destroy it, and with it the callback's own place.
void Connector::report(Expected<Dialed, Error> result)
{
    const Callback callback = std::exchange(m_callback, {});
    callback(std::move(result));
}

} // namespace engine
