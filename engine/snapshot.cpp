// SPDX-License-Identifier: MIT
#include "engine/snapshot.h"

#include <algorithm>

namespace engine
{

QString Connection::target() const
{
    const bool isUdp = command == ClientCommand::UdpAssociate;
    if (targetHost.isEmpty())
        return isUdp ? QStringLiteral("UDP") : QString();
    const QString pattern = targetHost.contains(u':') ? QStringLiteral("[%1]:%2") : QStringLiteral("%1:%2");
    return (isUdp ? QStringLiteral("UDP ") : QString()) + pattern.arg(targetHost).arg(targetPort);
}

QString shownWay(const QString &route, const QStringList &servers)
{
    const QString through = servers.join(QStringLiteral(" \u2192 "));
    if (through.isEmpty() || through == route)
        return route;
    return route.isEmpty() ? through : QStringLiteral("%1 (%2)").arg(route, through);
}

bool hasFailed(const QList<ListenerStatus> &listeners, const Endpoint &endpoint)
{
    return std::any_of(listeners.begin(), listeners.end(), [&endpoint](const ListenerStatus &listener) {
        return listener.state == ListenerState::Failed && listener.endpoint == endpoint;
    });
}

} // namespace engine
