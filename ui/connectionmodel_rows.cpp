// SPDX-License-Identifier: MIT
// What the view is told: the rows that have come, gone and moved, in few signals.
#include "ui/connectionmodel.h"

#include <algorithm>
#include <utility>

namespace ui
{

void ConnectionModel::publish()
{
    Q_EMIT updateStarted();
    bool sameOrder = false;
    std::vector<ConnectionRecord *> order = newOrder(&sameOrder);
    if (!sameOrder) {
        if (order.size() > m_order.size())
            insertAtEnd(std::move(order));
        else
            rearrange(std::move(order));
    }
    for (ConnectionRecord *record : m_entering)
        record->pending = false;
    m_entering.clear();
    forgetGone();
    if (!m_order.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, kConnectionColumns - 1));
    Q_EMIT updateFinished();
}

/// Rows whose key did not change are still in order: only the others are sorted, then merged in. Counters
/// change everywhere at once, so there everything is sorted; nearly sorted numbers cost little.
std::vector<ConnectionRecord *> ConnectionModel::newOrder(bool *sameOrder) const
{
    const ConnectionLess less = connectionLess(m_sortColumn, m_descending);
    const bool sortAll = m_resort || followsCounters(m_sortColumn);
    std::vector<ConnectionRecord *> stay;
    std::vector<ConnectionRecord *> move;
    stay.reserve(m_order.size() + m_entering.size());
    for (ConnectionRecord *record : m_order) {
        if (!record->gone && record->matches)
            (record->moved && !sortAll ? move : stay).push_back(record);
    }
    for (ConnectionRecord *record : m_entering) {
        if (record->row < 0 && !record->gone && record->matches) // a row may have been handed to it since
            (sortAll ? stay : move).push_back(record);
    }
    if (sortAll && !std::is_sorted(stay.begin(), stay.end(), less))
        std::sort(stay.begin(), stay.end(), less);
    if (!move.empty()) {
        std::sort(move.begin(), move.end(), less);
        const auto middle = static_cast<std::ptrdiff_t>(stay.size());
        stay.insert(stay.end(), move.begin(), move.end());
        std::inplace_merge(stay.begin(), stay.begin() + middle, stay.end(), less);
    }
    *sameOrder = stay == m_order;
    return stay;
}

/// More rows than before: as many of the new ones as that takes enter at the end, then all take their places.
void ConnectionModel::insertAtEnd(std::vector<ConnectionRecord *> &&order)
{
    const std::size_t grow = order.size() - m_order.size();
    std::vector<ConnectionRecord *> last;
    last.reserve(grow);
    for (auto at = order.rbegin(); last.size() < grow; ++at) {
        if ((*at)->row < 0)
            last.push_back(*at);
    }
    const int count = rowCount();
    beginInsertRows({}, count, count + static_cast<int>(grow) - 1);
    m_order.insert(m_order.end(), last.rbegin(), last.rend());
    numberRows();
    endInsertRows();
    if (m_order != order)
        rearrange(std::move(order));
}

/// Puts every row in its place in one change of layout; rows too many have gone to the end and are removed
/// there.
void ConnectionModel::rearrange(std::vector<ConnectionRecord *> &&order)
{
    const std::size_t count = order.size();
    const std::size_t surplus = m_order.size() - count;
    for (std::size_t at = m_order.size(); at > 0 && order.size() < count + surplus; --at) {
        ConnectionRecord *record = m_order[at - 1];
        if (record->gone || !record->matches)
            order.push_back(record);
    }
    std::reverse(order.begin() + static_cast<std::ptrdiff_t>(count), order.end());
    if (order != m_order) {
        Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
        const std::vector<ConnectionRecord *> before = std::exchange(m_order, std::move(order));
        for (ConnectionRecord *record : before)
            record->row = -1;
        numberRows();
        remapPersistentIndexes(before);
        Q_EMIT layoutChanged({}, VerticalSortHint);
    }
    if (surplus == 0)
        return;
    beginRemoveRows({}, static_cast<int>(count), rowCount() - 1);
    for (std::size_t at = count; at < m_order.size(); ++at)
        m_order[at]->row = -1;
    m_order.resize(count);
    endRemoveRows();
}

void ConnectionModel::remapPersistentIndexes(const std::vector<ConnectionRecord *> &before)
{
    const QModelIndexList from = persistentIndexList();
    QModelIndexList to;
    to.reserve(from.size());
    for (const QModelIndex &old : from) {
        const int row = before.at(static_cast<std::size_t>(old.row()))->row;
        to.append(row < 0 ? QModelIndex() : index(row, old.column()));
    }
    changePersistentIndexList(from, to);
}

void ConnectionModel::numberRows()
{
    int row = 0;
    for (ConnectionRecord *record : m_order)
        record->row = row++;
}

void ConnectionModel::forgetGone()
{
    m_resort = false;
    for (ConnectionRecord *record : m_order)
        record->moved = false;
    for (const engine::ConnectionId id : m_gone) {
        const auto found = m_records.find(id);
        if (found != m_records.end() && found->second.gone)
            m_records.erase(found);
    }
    m_gone.clear();
}

} // namespace ui
