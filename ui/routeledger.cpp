// SPDX-License-Identifier: MIT
#include "ui/routeledger.h"

#include <algorithm>

namespace ui
{

namespace
{

/// Of a connection or an event.
template <typename Described> QString wayOf(const Described &described)
{
    return described.servers.isEmpty() ? described.route : engine::shownWay({}, described.servers);
}

} // namespace

void RouteLedger::applyDelta(const engine::Delta &delta)
{
    m_endedByEvent.clear();
    if (m_awaitsWhole || delta.whole)
        applyEvents(delta.events);
    if (m_awaitsWhole && !delta.whole)
        return;
    m_awaitsWhole = false;
    if (delta.whole)
        forgetAllBut(delta.added);
    for (const engine::Connection &connection : delta.added)
        count(connection.id, wayOf(connection), connection.bytesDown, connection.bytesUp);
    for (const engine::ConnectionChange &change : delta.changed) {
        if (const auto at = m_accounts.find(change.id); at != m_accounts.end())
            count(at->second, change.bytesDown, change.bytesUp);
    }
    for (const engine::Connection &connection : delta.removed) {
        if (m_endedByEvent.contains(connection.id))
            continue;
        count(connection.id, wayOf(connection), connection.bytesDown, connection.bytesUp);
        m_accounts.erase(connection.id);
    }
}

void RouteLedger::applyEvents(const QList<engine::Event> &events)
{
    m_endedByEvent.clear();
    for (const engine::Event &event : events) {
        const bool ends = event.code == engine::EventCode::ConnectionClosed ||
                          event.code == engine::EventCode::ConnectionFailed;
        if (!ends || event.connection == 0)
            continue;
        count(event.connection, wayOf(event), event.bytesDown, event.bytesUp);
        m_accounts.erase(event.connection);
        m_endedByEvent.insert(event.connection);
    }
}

/// What an association moved before it went another way stays with the route it went by then.
void RouteLedger::count(engine::ConnectionId id, const QString &route, std::uint64_t down, std::uint64_t up)
{
    Account &account = m_accounts[id];
    account.route = route;
    count(account, down, up);
}

void RouteLedger::count(Account &account, std::uint64_t down, std::uint64_t up)
{
    const std::uint64_t newDown = down > account.down ? down - account.down : 0;
    const std::uint64_t newUp = up > account.up ? up - account.up : 0;
    if (newDown + newUp == 0)
        return;
    account.down += newDown;
    account.up += newUp;
    if (m_routes.size() >= kMaximumRoutes && !m_routes.contains(account.route))
        makeRoom();
    RouteBytes &route = m_routes[account.route];
    route.down += newDown;
    route.up += newUp;
}

void RouteLedger::forgetAllBut(const QList<engine::Connection> &kept)
{
    std::unordered_set<engine::ConnectionId> ids;
    ids.reserve(static_cast<std::size_t>(kept.size()));
    for (const engine::Connection &connection : kept)
        ids.insert(connection.id);
    std::erase_if(m_accounts, [&ids](const auto &entry) { return !ids.contains(entry.first); });
}

void RouteLedger::makeRoom()
{
    const auto least = std::min_element(m_routes.begin(), m_routes.end(), [](const auto &a, const auto &b) {
        return a.down + a.up < b.down + b.up;
    });
    m_routes.erase(least);
}

} // namespace ui
