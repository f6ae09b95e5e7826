// SPDX-License-Identifier: MIT
#pragma once

#include "engine/profile.h"
#include "ui/servertext.h"

#include <QCollator>

#include <cstdint>
#include <optional>

namespace ui
{

enum class ServerColumn : std::uint8_t { Name, Protocol, Address, Health, Tcp, Udp, LastCheck };
inline constexpr int kServerColumns = 7;

/// What a server or route has in the column that rows are sorted by.
struct ServerSortKey {
    QString text{};
    std::int64_t number = 0; ///< decides between equal texts
    bool isMissing = false;  ///< nothing is there: last, whatever the direction
    qsizetype place = 0;     ///< in the profile; decides between equal ones, whatever the direction
};

/// Sorted by a column or, without one, as in the profile.
class ServerOrder
{
public:
    ServerOrder() = default;
    /// No column of theirs, as -1: as in the profile.
    ServerOrder(int column, Qt::SortOrder direction);

    [[nodiscard]] std::optional<ServerColumn> column() const { return m_column; }
    /// What checks and real use show may change it.
    [[nodiscard]] bool followsKnowledge() const { return m_column && *m_column >= ServerColumn::Health; }
    /// Which key comes first, which comes then.
    [[nodiscard]] QList<qsizetype> sorted(const QList<ServerSortKey> &keys) const;

private:
    [[nodiscard]] bool isBefore(const ServerSortKey &a, const ServerSortKey &b) const;

    std::optional<ServerColumn> m_column;
    Qt::SortOrder m_direction = Qt::AscendingOrder;
    QCollator m_collator;
};

[[nodiscard]] ServerSortKey serverSortKey(const engine::ServerProfile &server, const ServerKnowledge &known,
                                          ServerColumn column);
/// From what works to what does not.
[[nodiscard]] ServerSortKey healthSortKey(ServerState state);

} // namespace ui
