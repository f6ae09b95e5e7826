// SPDX-License-Identifier: MIT
#include "ui/applicationmodel.h"

#include "ui/filterwords.h"

#include <algorithm>
#include <iterator>
#include <unordered_set>
#include <utility>

namespace ui
{

ApplicationModel::ApplicationModel(QObject *parent)
    : ApplicationModel(systemClock(), parent)
{
}

ApplicationModel::ApplicationModel(Clock clock, QObject *parent)
    : QAbstractTableModel(parent)
    , m_clock(clock)
    , m_ledger(std::move(clock))
{
}

int ApplicationModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(m_order.size());
}

int ApplicationModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : kApplicationColumns;
}

QVariant ApplicationModel::data(const QModelIndex &index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const ApplicationRecord &record = recordAt(index.row());
    const auto column = static_cast<ApplicationColumn>(index.column());
    switch (role) {
    case Qt::DisplayRole:
        return cellText(record, column, m_clock.wall());
    case Qt::ToolTipRole:
        return toolTipText(record);
    case Qt::TextAlignmentRole:
        if (isNumeric(column))
            return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
        return {};
    case KindRole:
        return static_cast<int>(record.key.kind);
    case LiveRole:
        return record.live > 0;
    case ProgramRole:
        return programName(record);
    case PathRole:
        return record.identity ? record.identity->program.path : QString();
    default:
        return {};
    }
}

QVariant ApplicationModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= kApplicationColumns)
        return {};
    const auto column = static_cast<ApplicationColumn>(section);
    if (role == Qt::TextAlignmentRole && isNumeric(column))
        return QVariant::fromValue(Qt::AlignRight | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && column == ApplicationColumn::Rule)
        return tr("The rule that decides about its connections; of one that has none, about its latest one");
    if (role == Qt::ToolTipRole && (column == ApplicationColumn::Down || column == ApplicationColumn::Up))
        return tr("Since Hosier started");
    if (role != Qt::DisplayRole)
        return {};
    switch (column) {
    case ApplicationColumn::Name:
        return tr("Application", "column");
    case ApplicationColumn::Live:
        return tr("Live", "column: open connections");
    case ApplicationColumn::DownRate:
        return tr("Down/s", "column: bytes received per second");
    case ApplicationColumn::UpRate:
        return tr("Up/s", "column: bytes sent per second");
    case ApplicationColumn::Down:
        return tr("Down", "column: bytes received");
    case ApplicationColumn::Up:
        return tr("Up", "column: bytes sent");
    case ApplicationColumn::Rule:
        return tr("Rule", "column");
    case ApplicationColumn::LastSeen:
        return tr("Last seen", "column");
    }
    return {};
}

void ApplicationModel::sort(int column, Qt::SortOrder order)
{
    if (column < 0 || column >= kApplicationColumns)
        return;
    m_sortColumn = static_cast<ApplicationColumn>(column);
    m_descending = order == Qt::DescendingOrder;
    publish();
}

void ApplicationModel::applyDelta(const engine::Delta &delta)
{
    m_ledger.applyDelta(delta);
    publish();
}

void ApplicationModel::refresh()
{
    m_ledger.passTime();
    publish();
}

void ApplicationModel::setShown(bool shown)
{
    m_isShown = shown;
    publish();
}

void ApplicationModel::setFilter(const QString &text)
{
    m_filter = text;
    m_words = filterWords(text);
    publish();
}

const ApplicationRecord &ApplicationModel::recordAt(int row) const
{
    return m_shownRecords.at(m_order.at(static_cast<std::size_t>(row)));
}

QString ApplicationModel::rowTextAt(int row) const
{
    return rowText(recordAt(row), m_clock.wall());
}

QList<engine::ConnectionId> ApplicationModel::liveConnectionsOf(const QList<int> &rows) const
{
    QList<engine::ConnectionId> ids;
    for (const int row : rows)
        ids << m_ledger.liveConnectionsOf(recordAt(row).id);
    return ids;
}

void ApplicationModel::publish()
{
    if (!m_isShown)
        return;
    const Order wanted = wantedOrder();
    removeAllBut(wanted);
    m_shownRecords = m_ledger.records();
    appendMissing(wanted);
    rearrange(wanted);
    if (!m_order.empty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, kApplicationColumns - 1));
    Q_EMIT updated();
}

ApplicationModel::Order ApplicationModel::wantedOrder() const
{
    std::vector<const ApplicationRecord *> records;
    for (const auto &[id, record] : m_ledger.records()) {
        if (matchesWords(record, m_words))
            records.push_back(&record);
    }
    std::sort(records.begin(), records.end(), [this](const ApplicationRecord *a, const ApplicationRecord *b) {
        return applicationLess(*a, *b, m_sortColumn, m_descending);
    });
    Order order;
    order.reserve(records.size());
    for (const ApplicationRecord *record : records)
        order.push_back(record->id);
    return order;
}

void ApplicationModel::removeAllBut(const Order &wanted)
{
    const std::unordered_set<std::uint64_t> kept(wanted.begin(), wanted.end());
    for (int last = rowCount() - 1; last >= 0; --last) {
        const auto isGone = [this, &kept](int row) {
            return !kept.contains(m_order[static_cast<std::size_t>(row)]);
        };
        if (!isGone(last))
            continue;
        int first = last;
        while (first > 0 && isGone(first - 1))
            --first;
        beginRemoveRows({}, first, last);
        m_order.erase(m_order.begin() + first, m_order.begin() + last + 1);
        endRemoveRows();
        last = first;
    }
}

void ApplicationModel::appendMissing(const Order &wanted)
{
    const std::unordered_set<std::uint64_t> known(m_order.begin(), m_order.end());
    Order missing;
    std::copy_if(wanted.begin(), wanted.end(), std::back_inserter(missing),
                 [&known](std::uint64_t id) { return !known.contains(id); });
    if (missing.empty())
        return;
    beginInsertRows({}, rowCount(), rowCount() + static_cast<int>(missing.size()) - 1);
    m_order.insert(m_order.end(), missing.begin(), missing.end());
    endInsertRows();
}

void ApplicationModel::rearrange(const Order &wanted)
{
    if (m_order == wanted)
        return;
    Q_EMIT layoutAboutToBeChanged({}, VerticalSortHint);
    const Order before = std::exchange(m_order, wanted);
    std::unordered_map<std::uint64_t, int> rows;
    for (std::size_t row = 0; row < m_order.size(); ++row)
        rows[m_order[row]] = static_cast<int>(row);
    const QModelIndexList from = persistentIndexList();
    QModelIndexList to;
    for (const QModelIndex &old : from)
        to << index(rows.at(before.at(static_cast<std::size_t>(old.row()))), old.column());
    changePersistentIndexList(from, to);
    Q_EMIT layoutChanged({}, VerticalSortHint);
}

} // namespace ui
