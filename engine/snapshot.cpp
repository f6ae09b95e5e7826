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

} // namespace engine
