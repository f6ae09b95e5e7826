// SPDX-License-Identifier: MIT
#pragma once

#include "engine/snapshot.h"

#include <QHash>
#include <QString>

#include <cstdint>
#include <unordered_map>
#include <unordered_set>

namespace ui
{

/// Names of servers and routes that are remembered at once; the one that moved least goes first.
inline constexpr qsizetype kMaximumRoutes = 500;

/// What went by a route since the program started.
struct RouteBytes {
    std::uint64_t down = 0;
    std::uint64_t up = 0;
};

/// Adds up what the engine tells of connections by the servers they go through, "Office" or "Office → Exit",
/// or by the route while none of its servers is known; an empty name is directly.
/// It follows the same deltas as ApplicationLedger, in the same way.
class RouteLedger
{
public:
    /// While the engine sends connections.
    void applyDelta(const engine::Delta &delta);
    /// While it sends events alone.
    void applyEvents(const QList<engine::Event> &events);
    /// Connections are no longer sent; what comes before the next whole delta is incomplete.
    void suspend() { m_awaitsWhole = true; }

    [[nodiscard]] const QHash<QString, RouteBytes> &routes() const { return m_routes; }

private:
    /// A live connection, as far as it has been counted.
    struct Account {
        QString route;
        std::uint64_t down = 0;
        std::uint64_t up = 0;
    };

    void count(engine::ConnectionId id, const QString &route, std::uint64_t down, std::uint64_t up);
    void count(Account &account, std::uint64_t down, std::uint64_t up);
    void forgetAllBut(const QList<engine::Connection> &kept);
    void makeRoom();

    QHash<QString, RouteBytes> m_routes;
    std::unordered_map<engine::ConnectionId, Account> m_accounts;
    std::unordered_set<engine::ConnectionId> m_endedByEvent; ///< within one delta
    bool m_awaitsWhole = true;
};

} // namespace ui
