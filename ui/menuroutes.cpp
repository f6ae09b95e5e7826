// SPDX-License-Identifier: MIT
#include "ui/menuroutes.h"

namespace ui
{

namespace
{

template <typename Entry>
QStringList firstOf(const QList<Entry> &entries, qsizetype most, const QString &inUse)
{
    QStringList ids;
    for (const Entry &entry : entries) {
        if (ids.size() < most)
            ids << entry.id;
        else if (entry.id == inUse)
            ids.back() = inUse;
    }
    return ids;
}

} // namespace

MenuRoutes menuRoutes(const engine::Profile &profile, const QString &inUse)
{
    return {firstOf(profile.routes, kMenuRoutes, inUse) + firstOf(profile.servers, kMenuServers, inUse),
            profile.routes.size() > kMenuRoutes || profile.servers.size() > kMenuServers};
}

} // namespace ui
