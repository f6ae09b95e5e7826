// SPDX-License-Identifier: MIT
#pragma once

#include "engine/snapshot.h"

#include <QString>
#include <QStringList>

#include <cstdint>

namespace ui
{

/// Columns of the table of connections. The order is what the saved header state refers to: append only.
enum class ConnectionColumn : int {
    Application,
    Client,
    Target,
    Protocol,
    State,
    Time,
    Down,
    Up,
    DownRate,
    UpRate,
    Rule,
    Route,
};
inline constexpr int kConnectionColumns = 12;

struct AttemptGroup;

/// A connection as the table knows it: the engine's last word and what the table adds to it. Ended ones that
/// are alike share one record: it is the last one's, but for its bytes, which are those of all. Those that
/// are not open yet keep a record each; the newest of those alike is shown for all.
struct ConnectionRecord {
    engine::Connection connection;
    double downRate = 0; ///< bytes per second, smoothed
    double upRate = 0;
    std::int64_t endedAtMs = 0;       ///< monotonic; 0 while it lives
    std::uint32_t repeated = 1;       ///< how many connections it stands for
    AttemptGroup *attempts = nullptr; ///< those alike that are not open yet; null: it is none
    bool behind = false;              ///< a newer one of them is shown for it
    std::uint64_t touched = 0;        ///< the update that last changed its counters
    int row = -1;                     ///< where it is shown; -1 when it is not
    bool matches = true;              ///< the filter
    bool gone = false;                ///< leaves the table with this update
    bool moved = false;               ///< a sort key other than a counter changed in this update
    bool pending = false;             ///< waits among those that enter the table with this update
};

/// The application, or the client's address and login while that is not known. Not the process: an
/// application's come and go while it tries.
[[nodiscard]] QString whoAsks(const engine::Connection &connection);
/// The state as people see it: one that was closed on purpose is closed, not failed.
[[nodiscard]] engine::ConnectionState shownState(const engine::Connection &connection);
/// Text of one cell. `nowMs` is milliseconds since the epoch.
[[nodiscard]] QString cellText(const ConnectionRecord &record, ConnectionColumn column, std::int64_t nowMs);
/// All cells, separated by tabs, for the clipboard.
[[nodiscard]] QString rowText(const ConnectionRecord &record, std::int64_t nowMs);
/// Everything that is known about it, one fact a line.
[[nodiscard]] QString toolTipText(const ConnectionRecord &record);
/// Whether every one of the words stands in application, client, target, login, rule, route or state,
/// whatever the case.
[[nodiscard]] bool matchesWords(const engine::Connection &connection, const QStringList &words);

/// Whether `a` stands before `b`. Equal ones are ordered by id, so the order is total.
using ConnectionLess = bool (*)(const ConnectionRecord *a, const ConnectionRecord *b);
[[nodiscard]] ConnectionLess connectionLess(ConnectionColumn column, bool descending);
/// Whether the column's order can change with every update, because it follows counters.
[[nodiscard]] constexpr bool followsCounters(ConnectionColumn column)
{
    return column >= ConnectionColumn::Down && column <= ConnectionColumn::UpRate;
}
/// Whether the column holds numbers, which stand to the right.
[[nodiscard]] constexpr bool isNumeric(ConnectionColumn column)
{
    return column == ConnectionColumn::Time || followsCounters(column);
}

} // namespace ui
