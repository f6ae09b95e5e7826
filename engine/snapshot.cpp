// SPDX-License-Identifier: MIT
#include "engine/snapshot.h"

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

} // namespace engine
