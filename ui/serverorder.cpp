// SPDX-License-Identifier: MIT
#include "ui/serverorder.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace ui
{

namespace
{

constexpr std::array kBestFirst{ServerState::Works, ServerState::Limited, ServerState::Checking,
                                ServerState::Unknown, ServerState::Down};

ServerSortKey timeSortKey(const engine::ServerCheck::Time &time)
{
    ServerSortKey key;
    key.isMissing = !time.has_value();
    key.number = time ? time->count() : 0;
    return key;
}

ServerSortKey lastCheckSortKey(const ServerKnowledge &known)
{
    ServerSortKey key;
    key.isMissing = !known.check.has_value();
    key.number = known.check ? known.check->at : 0;
    return key;
}

template <typename T> int compared(const T &a, const T &b)
{
    return a < b ? -1 : b < a ? 1 : 0;
}

} // namespace

ServerOrder::ServerOrder(int column, Qt::SortOrder direction)
    : m_direction(direction)
{
    if (column >= 0 && column < kServerColumns)
        m_column = static_cast<ServerColumn>(column);
    m_collator.setNumericMode(true);
    m_collator.setCaseSensitivity(Qt::CaseInsensitive);
}

QList<qsizetype> ServerOrder::sorted(const QList<ServerSortKey> &keys) const
{
    QList<qsizetype> rows(keys.size());
    std::iota(rows.begin(), rows.end(), qsizetype(0));
    std::sort(rows.begin(), rows.end(),
              [&](qsizetype a, qsizetype b) { return isBefore(keys.at(a), keys.at(b)); });
    return rows;
}

bool ServerOrder::isBefore(const ServerSortKey &a, const ServerSortKey &b) const
{
    if (a.isMissing != b.isMissing)
        return b.isMissing;
    int difference = m_column ? m_collator.compare(a.text, b.text) : 0;
    if (difference == 0)
        difference = compared(a.number, b.number);
    if (difference == 0)
        return a.place < b.place;
    return (difference < 0) == (m_direction == Qt::AscendingOrder);
}

ServerSortKey serverSortKey(const engine::ServerProfile &server, const ServerKnowledge &known,
                            ServerColumn column)
{
    switch (column) {
    case ServerColumn::Name:
        return {server.shownName()};
    case ServerColumn::Protocol:
        return {shownProtocolText(server)};
    case ServerColumn::Address:
        return {server.host, server.port};
    case ServerColumn::Health:
        return healthSortKey(known.state);
    case ServerColumn::Tcp:
        return timeSortKey(known.check ? known.check->answered : std::nullopt);
    case ServerColumn::Udp: {
        const bool hasUdp = server.protocol == engine::ServerProtocol::Socks5;
        return timeSortKey(hasUdp && known.check ? known.check->udpAnswered : std::nullopt);
    }
    case ServerColumn::LastCheck:
        return lastCheckSortKey(known);
    }
    return {};
}

ServerSortKey healthSortKey(ServerState state)
{
    ServerSortKey key;
    key.number = std::find(kBestFirst.begin(), kBestFirst.end(), state) - kBestFirst.begin();
    return key;
}

} // namespace ui
